#include "proofs_check/bounds/bounds.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/bounds_report.hpp"
#include "cli/bounds_session.hpp"
#include "cli/bounds_terminal.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/number/format.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;
using core::Semantics;
using proofs::Horizon;

constexpr double kSecondsEach = 10;
constexpr const char* kUsual = "fp32,bf16,fp16";

/// "p=4..24" or "p=4..24,e=5": formats of growing precision.
std::vector<Semantics> sweep_of(const std::string& text) {
  const auto fail = [&](Fault fault, std::string expected) {
    return Error({fault, "--sweep", std::move(expected), core::quoted(text), {}});
  };
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto word = [&](std::string_view expected) {
    if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(expected)) {
      throw fail(Fault::syntax, "precisions such as p=4..24 or p=4..24,e=5");
    }
    at += expected.size();
  };
  const auto number = [&] {
    int value = 0;
    const auto [after, error] = std::from_chars(at, end, value);
    if (error != std::errc() || after == at) {
      throw fail(Fault::syntax, "precisions such as p=4..24 or p=4..24,e=5");
    }
    at = after;
    return value;
  };
  word("p=");
  const int least = number();
  word("..");
  const int most = number();
  int exponent_bits = 8;
  if (at != end) {
    word(",e=");
    exponent_bits = number();
  }
  if (at != end) word("the end");
  if (least < 2 || most > 25 || least > most) {
    throw fail(Fault::range, "2 <= p <= 25, the least precision first");
  }
  std::vector<Semantics> semantics;
  for (int p = least; p <= most; ++p) {
    semantics.push_back(Semantics::in(core::parse_format(
        "float:e=" + std::to_string(exponent_bits) + ",m=" + std::to_string(p - 1), "--sweep")));
  }
  return semantics;
}

std::string sweep_text(const std::vector<Horizon>& rows) {
  std::optional<int> least;
  bool later_failure = false;
  for (const Horizon& row : rows) {
    const int p = row.semantics.state.precision();
    if (row.outcome == core::Outcome::proved) {
      if (!least) least = p;
    } else if (least) {
      later_failure = true;
    }
  }
  if (!least) return report_line("least", "no precision of the sweep is proved for all lengths");
  std::string text =
      "p = " + std::to_string(*least) + " is the least precision proved for all lengths";
  if (later_failure) text += "; some larger ones are not: more bits need not be better";
  return report_line("least", text);
}

std::string notes(const std::vector<Horizon>& rows) {
  std::string text;
  for (const Horizon& row : rows) {
    if (!row.certified) {
      text += report_line("note", row.semantics.id() + ": nothing certified: " + row.certified_why);
    } else if (row.certified_by == proofs::Method::enclosure) {
      text += report_line("note", row.semantics.id() + ": certified by enclosures of all states; " +
                                      row.certified_why);
    }
    if (row.outcome == core::Outcome::unknown) {
      text += report_line(
          "note", row.semantics.id() + ": stopped by " + row.hit.limit + "; " + row.reached);
    }
  }
  return text;
}

int run_session(const Args& args, Streams& io) {
  std::optional<SessionModel> fixed;
  if (args.has("MODEL")) {
    if (!args.has("LANG")) {
      throw Error({Fault::syntax, args.command(), "LANG after MODEL", "nothing", {}});
    }
    core::Model model = read_model(args.positional("MODEL"));
    automata::Dfa dfa = read_language(args.positional("LANG"), model.letters, {}).dfa;
    fixed = SessionModel{args.positional("MODEL"), std::move(model), std::move(dfa)};
  }
  SessionOptions options;
  options.seconds = args.positive("--timeout").value_or(options.seconds);
  options.seed = args.number("--seed", 0, UINT64_MAX).value_or(1);
  options.format = args.value("--arith").value_or(options.format);
  BoundsSession session(std::move(fixed), options);
  return converse(session, io);
}

int run(const Args& args, Streams& io) {
  if (args.has("--interactive")) return run_session(args, io);
  if (!args.has("LANG")) {
    throw Error({Fault::syntax, args.command(), "MODEL and LANG",
                 args.has("MODEL") ? "only one of them" : "neither",
                 "`statewright bounds --interactive` needs none"});
  }
  if (args.has("--arith") && args.has("--sweep")) {
    throw Error({Fault::syntax, args.command(), "`--arith` or `--sweep`", "both", {}});
  }
  const std::optional<Output> csv = Output::beside_json(args, "--csv");
  const bool json = args.has("--json");
  const std::vector<Semantics> semantics =
      args.has("--sweep")
          ? sweep_of(*args.value("--sweep"))
          : core::parse_semantics_list(args.value("--arith").value_or(kUsual), "--arith");
  const std::uint64_t seed = args.number("--seed", 0, UINT64_MAX).value_or(1);

  Work work(args, io);
  const core::Model model = read_model(args.positional("MODEL"));
  const std::string& language = args.positional("LANG");
  const automata::Dfa dfa = read_language(language, model.letters, work.reading_limits()).dfa;

  proofs::BoundsOptions options;
  options.seed = seed;
  options.limits = work.limits();
  const auto share = [&](std::size_t parts) {
    if (!options.limits.deadline) return kSecondsEach;
    const std::chrono::duration<double> left =
        *options.limits.deadline - std::chrono::steady_clock::now();
    return std::max(0.0, left.count() / static_cast<double>(parts));
  };
  options.seconds = share(semantics.size() + 1);
  const proofs::ExactOrbit orbit = proofs::orbit_for_bounds(model, dfa, options);
  std::vector<Horizon> rows;
  for (std::size_t i = 0; i < semantics.size(); ++i) {
    if (i > 0 && Interrupt::requested()) break;
    options.seconds = share(semantics.size() - i);
    rows.push_back(proofs::bounds(model, dfa, orbit, semantics[i], options));
  }
  work.finish();

  if (csv) csv->write(horizon_csv(rows), io);
  if (json) {
    JsonOut object;
    object["schema"] = "statewright.bounds/1";
    object["model"] = args.positional("MODEL");
    object["language"] = language;
    object["letters"] = model.letters.names();
    object["seed"] = seed;
    object["rows"] = JsonOut::array();
    for (const Horizon& row : rows) object["rows"].push_back(horizon_json(model, row));
    io.out() << json_text(object);
  } else if (!csv || !csv->is_standard()) {
    io.out() << "letters on which " << args.positional("MODEL") << " is right about " << language
             << "\n\n"
             << table_text(horizon_table(rows), 2) << "\n";
    if (args.has("--sweep")) io.out() << sweep_text(rows);
    io.out() << notes(rows);
  }
  if (rows.size() < semantics.size()) {
    io.note("interrupted after " + std::to_string(rows.size()) + " of " +
            counted(semantics.size(), "row"));
  }
  const bool decided = std::all_of(rows.begin(), rows.end(), [](const Horizon& row) {
    return row.outcome != core::Outcome::unknown;
  });
  if (decided && rows.size() == semantics.size()) return kDone;
  if (Interrupt::requested()) return kInterrupted;
  for (const Horizon& row : rows) {
    if (row.hit.raise.empty()) continue;
    io.hint("`" + row.hit.raise + "` goes further" +
            (args.has("--timeout") ? "" : "; without --timeout a row has 10 seconds"));
    break;
  }
  return kUnknown;
}

}  // namespace

Command bounds_command() {
  return {
      .name = "bounds",
      .summary = "how many letters a network is right for, in each arithmetic",
      .description =
          "Three answers for each arithmetic, one row each. `certified`: words of at most so many "
          "letters are right by error bounds alone, whatever they are; nothing is run. The bounds "
          "are "
          "measured from the exact network's states where these are finitely many, else they are "
          "sets "
          "that hold all rounded states of a length. `exact`: "
          "decided by searching all reachable states, as `statewright verify` does. `random fails` "
          "and "
          "`adversary fails`: lengths at which sampled words were wrong, random ones and those of "
          "an adversary who keeps near the boundaries of the readout; every failure is replayed. "
          "So certified <= exact < failures.\n"
          "\n"
          "`every` means words of every length. Without --timeout each row has 10 seconds; with it "
          "the "
          "rows share the time. The exit code is 0 if every row was decided, one way or the "
          "other, and 3 if one is unknown.\n"
          "\n"
          "--interactive shows the table and a plot of the growing error at once for every change: "
          "left and right change the format, up and down the size of a rotation, s the semantics, "
          "a colon begins a command, q quits. Where standard input is no terminal it reads "
          "commands: `format fp16`, `m 7`, "
          "`semantics once`, `show`, `quit`. Without MODEL and LANG it starts with a rotation that "
          "tracks cyclenav:5.",
      .examples =
          {
              {"statewright bounds s5.json S5 --arith bf16,fp16,e4m3",
               "certified, exact and observed, side by side"},
              {"statewright bounds parity.json parity --sweep p=2..8",
               "the least precision proved for all lengths"},
              {"echo 'format fp16' | statewright bounds --interactive",
               "a rotation by a fifth of a turn in fp16"},
          },
      .positionals = {{.name = "MODEL",
                       .what = "a network: a .json file, or - for standard input",
                       .optional = true,
                       .completes = Completes::file},
                      {.name = "LANG",
                       .what = "a language: regex:EXPRESSION, an automaton file, a name such as S5",
                       .optional = true,
                       .completes = Completes::language}},
      .flags = with_common(
          {
              {.name = "--arith",
               .value = "S[,S..]",
               .what = "arithmetics, one row each; fp32,bf16,fp16 without it",
               .more =
                   "`statewright help arithmetic` lists them. With --interactive: one format to "
                   "start with, bf16 without it."},
              {.name = "--sweep",
               .value = "p=A..B[,e=E]",
               .what = "formats of A to B bits of precision and E (8) exponent bits"},
              {.name = "--csv",
               .value = "FILE",
               .what = "write the table for plotting, - for standard output",
               .completes = Completes::file},
              {.name = "--seed", .value = "S", .what = "start of the random words; 1 without it"},
              {.name = "--interactive", .what = "a table and a plot that follow every change"},
          },
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
