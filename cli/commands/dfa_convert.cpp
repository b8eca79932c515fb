#include <string>
#include <utility>
#include <variant>

#include "automata/language/formats.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/nfa.hpp"
#include "automata/language/random_dfa.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"

// The commands whose product is an automaton: parse, min, convert, random.

namespace statewright::cli {
namespace {

using automata::Dfa;
using automata::FileFormat;

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {"dfa",  "json", "dot",      "fsm",
                                                 "mata", "jff",  "canonical"};
  return names;
}

Flag to_flag() {
  return {.name = "--to",
          .value = "FORMAT",
          .what = "file format; by the ending of FILE without it, .dfa on standard output",
          .choices = format_names()};
}

FileFormat format_of(const Args& args, const Output& output) {
  if (const auto name = args.value("--to")) return automata::file_format_from_name(*name);
  if (output.is_standard() || output.path().starts_with("/dev/")) return FileFormat::dfa;
  return automata::file_format_from_path(output.path());
}

/// What a text held, made deterministic and complete but not minimal, with a word on how.
struct Parsed {
  Dfa dfa;
  std::string how;
};

Parsed parse_text(const std::string& spec, const core::Limits& limits) {
  auto parsed = read_automaton_file(spec);
  if (auto* dfa = std::get_if<Dfa>(&parsed)) {
    const std::string how = "deterministic, " + counted(dfa->size(), "state");
    return {std::move(*dfa), how};
  }
  const automata::Nfa& nfa = std::get<automata::Nfa>(parsed);
  try {
    Dfa dfa = automata::complete(nfa);
    const bool sink = dfa.size() > nfa.size();
    return {std::move(dfa), "deterministic, " + counted(nfa.size(), "state") +
                                (sink ? " and one added that rejects what was undefined" : "")};
  } catch (const core::Error& error) {
    if (error.facts().fault != core::Fault::unsupported) throw;
  }
  Dfa dfa = automata::determinize(nfa, limits);
  const std::string how = "nondeterministic, " + counted(nfa.size(), "state") +
                          "; deterministic, " + counted(dfa.size(), "state");
  return {std::move(dfa), how};
}

int run_parse(const Args& args, Streams& io) {
  const Output output = Output::of(args);
  const FileFormat format = format_of(args, output);
  const std::string& spec = args.positional("LANG");
  Work work(args, io);
  Parsed parsed;
  if (is_automaton_text(spec)) {
    parsed = parse_text(spec, work.limits());
  } else {
    parsed.dfa = read_language(spec, alphabet_flag(args), work.limits()).dfa;
    parsed.how = "minimal, " + counted(parsed.dfa.size(), "state");
  }
  work.finish();
  output.write(automata::write_automaton(parsed.dfa, format), io);
  const std::size_t minimal = automata::minimize(parsed.dfa).size();
  io.note(parsed.how +
          (minimal < parsed.dfa.size() ? "; the minimal automaton has " + grouped(minimal) : ""));
  return kDone;
}

int write_language(const Args& args, Streams& io, bool need_format) {
  const Output output = Output::of(args);
  if (need_format && output.is_standard() && !args.has("--to")) {
    throw core::Error({core::Fault::syntax, args.command(), "`--to FORMAT` or `-o FILE`", "neither",
                       "formats are dfa, json, dot, fsm, mata, jff and canonical"});
  }
  const FileFormat format = format_of(args, output);
  Work work(args, io);
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), work.limits());
  work.finish();
  output.write(automata::write_automaton(language.dfa, format), io);
  return kDone;
}

int run_min(const Args& args, Streams& io) { return write_language(args, io, false); }
int run_convert(const Args& args, Streams& io) { return write_language(args, io, true); }

int run_random(const Args& args, Streams& io) {
  constexpr std::uint64_t kMostStates = 10'000'000, kMostLetters = 10'000, kMost = 100'000'000;
  const Output output = Output::of(args);
  const FileFormat format = format_of(args, output);
  const std::uint64_t states = args.number("--states", 1, kMostStates).value_or(8);
  const std::uint64_t letters = args.number("--letters", 1, kMostLetters).value_or(2);
  if (states * letters > kMost) {
    throw core::Error({core::Fault::range,
                       args.command(),
                       "at most " + grouped(kMost) + " transitions",
                       grouped(states * letters),
                       {}});
  }
  const std::uint64_t seed = seed_of(args);
  const Dfa dfa = args.has("--permutation")
                      ? automata::random_permutation_dfa(states, letters, seed)
                      : automata::random_dfa(states, letters, seed);
  output.write(automata::write_automaton(dfa, format), io);
  io.note("seed " + std::to_string(seed));
  return kDone;
}

std::vector<Flag> automaton_flags(std::vector<Flag> own) {
  own.insert(own.begin(), {output_flag("where to write; standard output without it"), to_flag()});
  return own;
}

}  // namespace

Command dfa_parse_command() {
  return {
      .name = "parse",
      .summary = "print the automaton that was read, deterministic but not minimised",
      .description =
          "Shows what statewright understood. An automaton from a file keeps its states and their "
          "names, unless it has to be made deterministic; a note says what was read and how many "
          "states are needed. Regular expressions and named languages are minimal already.",
      .examples = {{"statewright dfa parse 'regex:(ab)*'", "a regex as an automaton"}},
      .positionals = {language_word()},
      .flags =
          with_common(automaton_flags({alphabet_flag_entry()}), {Common::force, Common::limits}),
      .run = run_parse,
  };
}

Command dfa_min_command() {
  return {
      .name = "min",
      .summary = "print the minimal automaton",
      .description =
          "States are numbered breadth-first, letters in their order, so equal languages over "
          "equal "
          "letters give equal files.",
      .examples = {{"statewright dfa min 'regex:(a|b)*a(a|b)' -o second-last.dfa",
                    "four states, in a file"}},
      .positionals = {language_word()},
      .flags =
          with_common(automaton_flags({alphabet_flag_entry()}), {Common::force, Common::limits}),
      .run = run_min,
  };
}

Command dfa_convert_command() {
  return {
      .name = "convert",
      .summary = "write the minimal automaton in another format",
      .description = "`statewright help formats` lists the formats and what they can hold.",
      .examples =
          {
              {"statewright dfa convert second-last.dfa -o second-last.json",
               "by the file's ending"},
              {"statewright dfa convert parity --to canonical",
               "the form that certificates refer to"},
          },
      .positionals = {language_word()},
      .flags =
          with_common(automaton_flags({alphabet_flag_entry()}), {Common::force, Common::limits}),
      .run = run_convert,
  };
}

Command dfa_random_command() {
  return {
      .name = "random",
      .summary = "print a random automaton",
      .description =
          "Successors and accepting states are drawn uniformly by splitmix64, so a seed gives the "
          "same automaton everywhere. Not necessarily minimal, nor all of it reachable.",
      .examples = {{"statewright dfa random --states 4 --letters 2 --seed 7", "by number"},
                   {"statewright dfa random --permutation --seed 1 -o group.dfa",
                    "a random group language"}},
      .flags = with_common(
          automaton_flags(
              {{.name = "--states", .value = "N", .what = "number of states; 8 without it"},
               {.name = "--letters", .value = "K", .what = "number of letters; 2 without it"},
               {.name = "--permutation",
                .what = "every letter permutes the states: a group language"},
               seed_flag()}),
          {Common::force}),
      .run = run_random,
  };
}

}  // namespace statewright::cli
