#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/census_report.hpp"
#include "cli/commands/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/number/format.hpp"
#include "kernels/census_run.hpp"
#include "kernels/from_model.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;
using kernels::Census;
using kernels::CensusFamily;
using kernels::CensusKind;
using kernels::CensusOptions;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

/// "1,-0.5": as many numbers as the state has; one stands for all.
void parse_start(const std::string& text, CensusFamily& family) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data() + at, text.data() + end, number);
    if (error != std::errc() || stop != text.data() + end) {
      throw Error({Fault::syntax, "--start", "decimal numbers separated by commas",
                   core::quoted(text), "e.g. --start 1,-0.5, or --start all"});
    }
    numbers.push_back(number);
    at = end + 1;
  }
  if (numbers.size() == 1) numbers.assign(family.n, numbers[0]);
  if (numbers.size() != family.n) {
    throw Error(
        {Fault::range, "--start", counted(family.n, "number"), std::to_string(numbers.size()), {}});
  }
  std::copy(numbers.begin(), numbers.end(), family.start.begin());
}

/// What the kernels say of a family's parts, at the flags that these come from.
Error::Facts at_flag(Error::Facts facts) {
  constexpr std::pair<const char*, const char*> kFlags[] = {
      {"format", "--format"}, {"start", "--start"},         {"rounding", "--rounding"},
      {"adds", "--add"},      {"unit keys", "--unit-keys"}, {"family", "FAMILY"}};
  for (const auto& [part, flag] : kFlags) {
    if (facts.where == part) facts.where = flag;
  }
  if (facts.where == "FAMILY") facts.hint = "e.g. --sample 1e6 draws some";
  return facts;
}

CensusFamily family_of(const Args& args) {
  CensusFamily family;
  const std::string& name = args.positional("FAMILY");
  for (std::size_t i = 0; i < kernels::kCensusKinds; ++i) {
    const auto kind = static_cast<CensusKind>(i);
    if (kernels::name_of(kind) == name) family.kind = kind;
  }
  const auto format = args.value("--format");
  if (!format) {
    throw Error({Fault::syntax, args.command(), "`--format`", "none", "e.g. --format e2m1"});
  }
  family.format = kernels::format_of(core::parse_format(*format, "--format"), "--format");
  family.n = static_cast<std::uint32_t>(args.number("--n", 1, 4).value_or(2));
  if (args.has("--beta") &&
      (family.kind == CensusKind::matrices || family.kind == CensusKind::diagonal)) {
    throw Error({Fault::range, "--beta", "deltanet, factor or pairs", name, {}});
  }
  family.horizon = static_cast<std::uint32_t>(args.number("--steps", 1, 65535).value_or(256));
  family.beta_most = static_cast<double>(args.number("--beta", 1, 2).value_or(2));
  if (const auto start = args.value("--start")) {
    family.all_starts = *start == "all";
    if (!family.all_starts) parse_start(*start, family);
  }
  if (args.value("--rounding").value_or("each") == "once") {
    family.rounding = kernels::CensusRounding::once;
  }
  family.adds = args.has("--add");
  family.unit_keys = args.has("--unit-keys");
  if (const auto count = args.number("--sample", 0, kernels::kMostMembers)) {
    family.sample = kernels::CensusSample{*count, args.number("--seed", 0, kMost).value_or(0)};
  } else if (args.has("--seed")) {
    throw Error({Fault::syntax, args.command(), "`--seed` with `--sample`", "`--seed` alone", {}});
  }
  try {
    kernels::check_family(family);
    family.size();
  } catch (const Error& error) {
    throw Error(at_flag(error.facts()));
  }
  return family;
}

/// "0/4"
void parse_rank(const std::string& text, CensusOptions& options) {
  const std::size_t slash = text.find('/');
  const auto number = [&](std::string_view part) {
    const auto value = whole_number(part);
    if (slash == std::string::npos || !value || *value > 1'000'000) {
      throw Error({Fault::syntax, "--rank", "a share and how many there are, such as 0/4",
                   core::quoted(text), "the last of four is 3/4"});
    }
    return static_cast<std::uint32_t>(*value);
  };
  options.rank = number(std::string_view(text).substr(0, slash));
  options.ranks = number(std::string_view(text).substr(slash == std::string::npos ? 0 : slash + 1));
  if (options.ranks == 0) {
    throw Error({Fault::range, "--rank", "at least one share", "0", "all of it is 0/1"});
  }
  if (options.rank >= options.ranks) {
    throw Error({Fault::range, "--rank", "a share below " + std::to_string(options.ranks),
                 std::to_string(options.rank), "the first is 0"});
  }
}

/// The command that goes on with an interrupted census.
std::string resuming_command(const Args& args) {
  std::string text = "statewright census " + shell_quoted(args.positional("FAMILY"));
  for (const char* flag :
       {"--format", "--n", "--beta", "--rounding", "--steps", "--start", "--sample", "--seed",
        "--backend", "--threads", "--rank", "--checkpoint"}) {
    if (const auto value = args.value(flag)) {
      text += " " + std::string(flag) + " " + shell_quoted(*value);
    }
  }
  for (const char* flag : {"--add", "--unit-keys", "--json", "--csv"}) {
    if (args.has(flag)) text += " " + std::string(flag);
  }
  return text + " --resume";
}

/// What is wrong with the flags together.
void check_flags(const Args& args) {
  const auto refuse = [&](const std::string& expected, const std::string& found) {
    throw Error({Fault::syntax, args.command(), expected, found, {}});
  };
  const bool merges = args.has("--merge");
  if (merges && args.all("FILES").empty()) refuse("checkpoint files after `--merge`", "none");
  if (!merges && !args.all("FILES").empty()) {
    refuse("nothing after the family, or `--merge`", core::quoted(args.all("FILES")[0]));
  }
  for (const char* flag : {"--checkpoint", "--resume", "--rank"}) {
    if (merges && args.has(flag)) refuse("`--merge` alone", "`" + std::string(flag) + "` too");
  }
  if (args.has("--resume") && !args.has("--checkpoint")) {
    refuse("`--resume` with `--checkpoint`", "`--resume` alone");
  }
  if (args.has("--json") && args.has("--csv")) refuse("one of `--json` and `--csv`", "both");
  if (args.has("--resume") || !args.has("--checkpoint")) return;
  const std::string path = *args.value("--checkpoint");
  if (!args.has("--force") && std::filesystem::exists(path)) {
    throw Error({Fault::io, path, "a new file", "one that exists",
                 "--resume goes on from it, --force begins again"});
  }
}

int print(const Census& census, const Args& args, Streams& io) {
  if (args.has("--json")) {
    io.out() << json_text(census_json(census));
  } else if (args.has("--csv")) {
    io.out() << census_csv(census);
  } else {
    io.out() << census_text(census, io);
  }
  return kDone;
}

int run(const Args& args, Streams& io) {
  check_flags(args);
  const CensusFamily family = family_of(args);
  if (args.has("--merge")) {
    std::vector<Census> shares;
    for (const std::string& path : args.all("FILES")) {
      shares.push_back(kernels::load_checkpoint(path, family));
    }
    return print(kernels::merged_census(family, std::move(shares)), args, io);
  }
  CensusOptions options;
  if (const auto backend = args.value("--backend"); backend) {
    options.backend = kernels::parse_backend(*backend, "--backend");
  }
  options.threads = static_cast<unsigned>(args.number("--threads", 1, 1024).value_or(0));
  if (const auto rank = args.value("--rank")) parse_rank(*rank, options);
  options.checkpoint = args.value("--checkpoint").value_or("");
  options.resume = args.has("--resume");
  Work work(args, io);
  const core::Limits& limits = work.limits();
  options.proceed = [&](std::uint64_t done, std::uint64_t total) {
    limits.progress({"members", done, total});
    const bool late = limits.deadline && std::chrono::steady_clock::now() >= *limits.deadline;
    return !late && !limits.stop.stop_requested();
  };
  const Census census = kernels::run_census(family, options);
  work.finish();
  print(census, args, io);
  if (census.is_complete()) return kDone;
  if (options.checkpoint.empty()) {
    io.hint("with --checkpoint FILE an interrupted census can be resumed");
  } else {
    io.hint("`" + resuming_command(args) + "` goes on");
  }
  return Interrupt::requested() ? kInterrupted : kUnknown;
}

}  // namespace

Command census_command() {
  return {
      .name = "census",
      .summary = "what becomes of a state under every letter of a family, in a small format",
      .description =
          "Applies each letter of a family to a state again and again, every operation rounded to "
          "the format, until the state recurs: its period, and how many steps come before. A "
          "letter whose period is even decides parity by some readout, one whose period 3 divides "
          "counts modulo 3. In exact arithmetic neither is possible with real, non-negative "
          "eigenvalues: the report says which letters owe it to rounding.\n"
          "\n"
          "FAMILY is one of\n"
          "  matrices  h <- A h, all entries of A\n"
          "  diagonal  h_i <- a_i h_i + b_i\n"
          "  deltanet  s = k.h;  e = beta (v - s);  h_i <- h_i + k_i e\n"
          "  factor    s = k.h;  w = beta s;  h_i <- h_i - k_i w\n"
          "  pairs     two factors, one after the other\n"
          "with parameters that are values of the format: k_i of magnitude at most 1, beta in [0, "
          "1] or [0, 2]. Sums run from the left. --add gives matrices, factor and pairs a b that "
          "is added last. --start all makes every state of the format a start, each with each "
          "letter: what none of them does, no network of one such layer does under one letter.\n"
          "\n"
          "Eigenvalues of the exact matrix and its norm (at most 1 or not) are decided in whole "
          "numbers. Amplitude is how many values of the format lie between the extremes of a "
          "coordinate on the cycle; relative, their distance over the largest coordinate. The "
          "report does not depend on backend, threads or interruptions. All letters are listed, "
          "or --sample draws some.",
      .examples =
          {
              {"statewright census matrices --format e2m1 --start 1,1",
               "all 65,536 matrices of two rows in 4 bits"},
              {"statewright census deltanet --format e2m1 --beta 1 --csv", "as a table for others"},
              {"statewright census pairs --format e2m1 --checkpoint pairs.txt --rank 0/2",
               "half of it, in a file that another run resumes or merges"},
              {"statewright census factor --format e2m1 --rounding once --start all",
               "every letter from every state, one rounding for each coordinate"},
          },
      .positionals = {{.name = "FAMILY",
                       .what = "matrices, diagonal, deltanet, factor or pairs",
                       .choices = {"matrices", "diagonal", "deltanet", "factor", "pairs"}},
                      {.name = "FILES",
                       .what = "with --merge: checkpoints of all shares of the family",
                       .optional = true,
                       .many = true,
                       .completes = Completes::file}},
      .flags = with_common(
          {
              {.name = "--format",
               .value = "F",
               .what = "number format of at most 8 bits, such as e2m1, e3m2 or e4m3"},
              {.name = "--n", .value = "N", .what = "numbers of the state, 1 to 4; 2 without it"},
              {.name = "--beta",
               .value = "B",
               .what = "largest beta: 1, or 2, which is the usual one",
               .choices = {"1", "2"}},
              {.name = "--unit-keys", .what = "leave letters with a key longer than 1 out"},
              {.name = "--add",
               .what = "add a vector b, all of whose values are tried, at the end"},
              {.name = "--rounding",
               .value = "R",
               .what = "each operation, which is the usual one, or once: each coordinate of the "
                       "exact result",
               .choices = {"each", "once"}},
              {.name = "--steps",
               .value = "T",
               .what = "steps within which a state must recur; 256 without it"},
              {.name = "--start",
               .value = "X",
               .what = "the state, such as 1,-0.5, one number for all, or all; ones without it"},
              {.name = "--sample",
               .value = "N",
               .what = "draw so many letters instead of listing all"},
              {.name = "--seed", .value = "S", .what = "of the sample; 0 without it"},
              backend_flag(),
              threads_flag(),
              {.name = "--checkpoint",
               .value = "FILE",
               .what = "keep what is counted in FILE, now and then and at the end",
               .completes = Completes::file},
              {.name = "--resume", .what = "go on from the file of --checkpoint"},
              {.name = "--rank",
               .value = "I/N",
               .what = "only share I of N, counted from 0",
               .more = "N runs, each with a --checkpoint of its own, may go on side by side; "
                       "--merge makes one report of their files."},
              {.name = "--merge", .what = "report what the shares in FILES have counted together"},
              {.name = "--csv", .what = "print one line for each class, with a header"},
          },
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
