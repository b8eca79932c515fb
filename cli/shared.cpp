#include "cli/shared.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <utility>

#include "core/error.hpp"

namespace statewright::cli {

Positional language_word(std::string name) {
  return {.name = std::move(name),
          .what = "a language: regex:EXPRESSION, an automaton file, a name such as S5, or -",
          .completes = Completes::language};
}

Positional model_word() {
  return {.name = "MODEL",
          .what = "a network: a .json file, or - for standard input",
          .completes = Completes::file};
}

Flag alphabet_flag_entry() {
  return {.name = "--alphabet",
          .value = "LETTERS",
          .what = "the letters of a regex, separated by commas",
          .more =
              "Without it a regex is over the letters that occur in it. Only a regex can be "
              "given other letters; named languages and files bring their own."};
}

Flag output_flag(std::string what) {
  return {.name = "--output",
          .letter = 'o',
          .value = "FILE",
          .what = std::move(what),
          .completes = Completes::file};
}

Flag certificate_flag(std::string what, std::string more) {
  return {.name = "--certificate",
          .value = "FILE",
          .what = std::move(what),
          .more = std::move(more),
          .completes = Completes::file};
}

Flag backend_flag() {
  return {.name = "--backend",
          .value = "B",
          .what = "who computes",
          .more =
              "auto takes GPUs where there are some, else all processors; reference is the plain "
              "loop that the others are compared with.",
          .choices = {"auto", "reference", "cpu", "cuda"}};
}

Flag threads_flag() {
  return {.name = "--threads",
          .value = "N",
          .what = "threads of the backend cpu; one for each processor without it"};
}

Flag force_flag() {
  return {.name = "--force", .what = "replace output files that exist", .common = true};
}

Flag json_flag() {
  return {.name = "--json",
          .what = "print one JSON object with a schema name instead of text",
          .common = true};
}

Flag seed_flag() {
  return {.name = "--seed",
          .value = "S",
          .what = "start of the random numbers; without it a fresh one, which is printed"};
}

Flag arith_flag(std::string what) {
  return {.name = "--arith",
          .value = "S",
          .what = std::move(what),
          .more =
              "exact, bf16, fp16/rz, once:F, cast:F, chunk:F,C=64, mixed:state=F,io=F,..; "
              "`statewright help arithmetic` explains them."};
}

std::vector<Flag> with_common(std::vector<Flag> own, std::initializer_list<Common> common) {
  const auto wants = [&](Common one) {
    return std::find(common.begin(), common.end(), one) != common.end();
  };
  if (wants(Common::json)) own.push_back(json_flag());
  if (wants(Common::force)) own.push_back(force_flag());
  if (wants(Common::limits)) {
    own.push_back({.name = "--timeout",
                   .value = "SECONDS",
                   .what = "stop after so many seconds",
                   .common = true});
    own.push_back({.name = "--max-states",
                   .value = "N",
                   .what = "stop before storing more than N states; 20000000 without it, "
                           "more where memory is fixed, fewer where the text above says so",
                   .common = true});
    own.push_back({.name = "--no-progress",
                   .what = "no progress line (there is one on terminals only)",
                   .common = true});
  }
  own.push_back({.name = "--color",
                 .value = "WHEN",
                 .what = "colour: auto, always or never",
                 .more = "auto means: on a terminal, unless NO_COLOR is set or TERM is dumb.",
                 .choices = {"auto", "always", "never"},
                 .common = true});
  own.push_back({.name = "--help",
                 .letter = 'h',
                 .what = "what this command does; --help says more than -h",
                 .common = true});
  return own;
}

Positional optional(Positional word) {
  word.optional = true;
  return word;
}

void refuse_without(const Args& args, std::string_view word,
                    std::initializer_list<std::string_view> flags) {
  for (const std::string_view flag : flags) {
    if (!args.has(flag)) continue;
    throw core::Error({core::Fault::syntax, args.command(),
                       std::string(word) + " with `" + std::string(flag) + "`",
                       "no " + std::string(word), "without it a table is printed"});
  }
}

void refuse_beside(const Args& args, std::string_view word, std::string_view flag) {
  if (!args.has(flag)) return;
  throw core::Error({core::Fault::syntax, args.command(),
                     "no " + std::string(word) + " with `" + std::string(flag) + "`",
                     std::string(word),
                     "it is a flag of the table that is printed without " + std::string(word)});
}

std::uint64_t seed_of(const Args& args) {
  if (const auto seed = args.number("--seed", 0, std::numeric_limits<std::uint64_t>::max())) {
    return *seed;
  }
  std::random_device device;
  return device();
}

}  // namespace statewright::cli
