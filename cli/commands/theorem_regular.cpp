#include <algorithm>
#include <utility>

#include "automata/cascade/decompose.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/outcome.hpp"
#include "cli/progress.hpp"
#include "cli/promised.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/theorem_tables.hpp"
#include "proofs_check/theorems/regular.hpp"

namespace statewright::cli {
namespace {

using proofs::RegularTheorem;

/// "2^5 = 32", or "2^200" where that is long.
std::string power_text(std::size_t states) {
  const std::string power = "2^" + std::to_string(states);
  return states < 40 ? power + " = " + grouped(std::uint64_t{1} << states) : power;
}

std::string report(const RegularTheorem& t, Streams& io) {
  const std::size_t s = t.levels();
  std::string text = report_line("language", t.minimal.name);
  text += report_line("automaton", counted(t.states(), "state") + ", letters " +
                                       names_text(t.minimal.dfa.letters.names()));
  text += report_line("cascade", automata::describe(t.cascade, t.minimal.dfa));
  text += report_line("theorem 4", "s <= " + power_text(t.states()) + " levels of at most " +
                                       std::to_string(t.states()) +
                                       " states, here s = " + std::to_string(s) + ", at most " +
                                       std::to_string(t.largest_level()) + " states");
  text += promised_text("printed", t.printed, io);
  text += promised_text("repaired", t.repaired, io);
  text += report_line("", "two layers a level and one are enough, " + std::to_string(2 * s + 1) +
                              "; the widest has " + counted(t.widest, "number"));
  if (t.printed.verdict.proof() != nullptr) {
    text +=
        report_line("", "here the printed wiring does no harm: " +
                            std::string(s == 0   ? "there is no level"
                                        : s == 1 ? "nothing stands above the only level"
                                                 : "no level needs the state before the letter"));
  }
  return text;
}

JsonOut report_json(const RegularTheorem& t, const PromisedFiles& files) {
  JsonOut object;
  object["schema"] = "statewright.theorem.regular/1";
  object["language"] = t.minimal.name;
  object["states"] = t.states();
  object["levels"] = JsonOut::array();
  for (const automata::CascadeLevel& level : t.cascade.levels) {
    object["levels"].push_back({{"states", level.size}, {"group", level.group}});
  }
  object["levels_at_most"] = "2^" + std::to_string(t.states());
  object["layers_at_most"] = 2 * t.levels() + 1;
  object["widest_layer"] = t.widest;
  object["printed"] = promised_json(t.printed);
  object["repaired"] = promised_json(t.repaired);
  object["shows_defect"] = t.shows_defect();
  object["files"] = files.json();
  return object;
}

int run(const Args& args, Streams& io) {
  if (!args.has("LANG")) {
    refuse_without(args, "LANG", {"--network", "--certificate", "--alphabet"});
    return regular_table(args, io);
  }
  const PromisedFiles files = PromisedFiles::of(args);
  Work work(args, io);
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), work.reading_limits());
  const RegularTheorem theorem = proofs::check_regular_theorem(language, work.limits());
  work.finish();
  if (args.has("--json")) {
    io.out() << json_text(report_json(theorem, files));
  } else {
    io.out() << report(theorem, io);
    if (args.positional("LANG") != "-" && theorem.shows_defect()) {
      io.hint("`statewright compile " + shell_quoted(args.positional("LANG")) +
              " --rung printed` writes the network that is wrong");
    }
  }
  files.write(theorem.repaired, theorem.minimal.dfa, args.positional("LANG"), io);
  if (Interrupt::requested()) return kInterrupted;
  return exit_of(theorem.repaired.verdict.outcome());
}

}  // namespace

Command theorem_regular_command() {
  std::vector<Flag> flags = promised_flags();
  flags.push_back(alphabet_flag_entry());
  return {
      .name = "regular",
      .summary = "Theorem 4: a cascade for any language, and the defect of its proof",
      .description =
          "Theorem 4 of Grazzi et al. (ICLR 2025): every finite automaton is a network of "
          "s <= 2^|Q| layers of size at most |Q| with products of generalised Householder "
          "matrices. "
          "Decomposes the automaton into permutation-reset levels and builds two networks of them. "
          "The printed proof lets a level read what the layer above emits after the letter where "
          "the cascade means its state before the letter; that network is refuted by its shortest "
          "word, unless the levels do not care. The repaired one has memory layers, at most 2 s + "
          "1 "
          "layers in all, and is proved; --network and --certificate write it and its proof.\n"
          "\n"
          "Without LANG, a table of languages: states, levels, what becomes of both wirings, 2 s + "
          "1, "
          "and the numbers of the widest layer.\n"
          "\n"
          "Exit code 0: the repaired network is proved. 3: unknown.",
      .examples = {{"statewright theorem regular", "a table of languages, both wirings"},
                   {"statewright theorem regular first:e,f",
                    "one letter refutes the printed wiring"},
                   {"statewright theorem regular tomita:3 --json", "for programs"},
                   {"statewright theorem regular 'regex:.*abba.*' --network abba-net.json "
                    "--certificate abba-net.cert",
                    "five layers, and their proof for the checker"}},
      .positionals = {optional(language_word())},
      .flags = with_common(std::move(flags), {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
