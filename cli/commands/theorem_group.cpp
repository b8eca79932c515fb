#include <algorithm>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/outcome.hpp"
#include "cli/progress.hpp"
#include "cli/promised.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/theorem_tables.hpp"
#include "proofs_check/theorems/group.hpp"

namespace statewright::cli {
namespace {

using proofs::GroupTheorem;
using proofs::LetterCost;

constexpr std::size_t kLettersShown = 12;

std::string points_text(const GroupTheorem& t) {
  return t.points ? std::to_string(*t.points) : "unknown (" + t.points_limit + ")";
}

/// Whether the letters' action on the points is known.
bool has_points(const GroupTheorem& t) { return t.most_moved_points() > 0; }

std::string letters_text(const GroupTheorem& t) {
  std::vector<std::vector<std::string>> rows = {
      {"letter", "moves states", "moves points", "n - #cycles", "in the network"}};
  for (const LetterCost& letter : t.letters) {
    if (rows.size() > kLettersShown) break;
    rows.push_back({t.minimal.dfa.letters.name(letter.letter), std::to_string(letter.moved_states),
                    has_points(t) ? std::to_string(letter.moved_points) : "?",
                    has_points(t) ? std::to_string(letter.swaps) : "?",
                    letter.factors ? std::to_string(*letter.factors) : "dense"});
  }
  std::string text = table_text(rows);
  if (t.letters.size() > kLettersShown) {
    text += "and " + grouped(t.letters.size() - kLettersShown) + " more; --json lists them all\n";
  }
  return text;
}

std::string report(const GroupTheorem& t, Streams& io) {
  std::string text = report_line("language", t.minimal.name);
  text += report_line("group", t.group + ", order " + core::to_string(t.order) + ", on " +
                                   counted(t.minimal.dfa.size(), "state"));
  text += report_line("points", "n = " + points_text(t) + ", the fewest it acts on faithfully");
  if (t.most_moved_states() > 0) {
    text += report_line("theorem 3", "one layer of size n, at most k - 1 = " +
                                         std::to_string(t.most_moved_states() - 1) +
                                         " factors as printed, k counted on states");
    if (has_points(t)) {
      text +=
          report_line("", "k counted on the points: " + std::to_string(t.most_moved_points() - 1) +
                              "; n - #cycles: " + std::to_string(t.most_swaps()));
    }
  }
  text += promised_text("network", t.network, io);
  text += report_line("", t.network.model.about.construction);
  if (t.reflections) text += promised_text("theorem 6", *t.reflections, io);
  return text + "\n" + letters_text(t);
}

JsonOut report_json(const GroupTheorem& t, const PromisedFiles& files) {
  JsonOut object;
  object["schema"] = "statewright.theorem.group/1";
  object["language"] = t.minimal.name;
  object["group"] = t.group;
  object["order"] = core::to_string(t.order);
  object["states"] = t.minimal.dfa.size();
  object["points"] = t.points ? JsonOut(*t.points) : JsonOut(nullptr);
  object["most_moved_states"] = t.most_moved_states();
  object["most_moved_points"] = has_points(t) ? JsonOut(t.most_moved_points()) : JsonOut(nullptr);
  object["most_swaps"] = has_points(t) ? JsonOut(t.most_swaps()) : JsonOut(nullptr);
  object["network"] = promised_json(t.network);
  object["theorem_6"] = t.reflections ? promised_json(*t.reflections) : JsonOut(nullptr);
  object["letters"] = JsonOut::array();
  for (const LetterCost& letter : t.letters) {
    object["letters"].push_back(
        {{"letter", t.minimal.dfa.letters.name(letter.letter)},
         {"moved_states", letter.moved_states},
         {"moved_points", has_points(t) ? JsonOut(letter.moved_points) : JsonOut(nullptr)},
         {"swaps", has_points(t) ? JsonOut(letter.swaps) : JsonOut(nullptr)},
         {"factors", letter.factors ? JsonOut(*letter.factors) : JsonOut(nullptr)}});
  }
  object["files"] = files.json();
  return object;
}

int run(const Args& args, Streams& io) {
  if (!args.has("LANG")) {
    refuse_without(args, "LANG", {"--network", "--certificate", "--alphabet"});
    return group_table(args, io);
  }
  const PromisedFiles files = PromisedFiles::of(args);
  Work work(args, io);
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), work.reading_limits());
  const GroupTheorem theorem = proofs::check_group_theorem(language, work.limits());
  work.finish();
  if (args.has("--json")) {
    io.out() << json_text(report_json(theorem, files));
  } else {
    io.out() << report(theorem, io);
  }
  files.write(theorem.network, theorem.minimal.dfa, args.positional("LANG"), io);
  if (Interrupt::requested()) return kInterrupted;
  int exit = exit_of(theorem.network.verdict.outcome());
  if (theorem.reflections) exit = std::max(exit, exit_of(theorem.reflections->verdict.outcome()));
  return exit;
}

}  // namespace

Command theorem_group_command() {
  std::vector<Flag> flags = promised_flags();
  flags.push_back(alphabet_flag_entry());
  return {
      .name = "group",
      .summary = "Theorems 3 and 6: a group language in one layer of reflections",
      .description =
          "Theorem 3 of Grazzi et al. (ICLR 2025): every automaton whose letters permute its "
          "states "
          "is one layer with A a product of k - 1 reflections of size n, n the fewest points on "
          "which the group acts faithfully and k the most that a letter moves. Compiles that "
          "layer, "
          "proves it on words of every length, and sets what it takes beside the theorem's bounds, "
          "letter by letter. The printed proof counts k on the automaton's states, which can be "
          "far "
          "more than on the n points. For cyclic groups also Theorem 6: a single reflection per "
          "token, with a clock as a second layer.\n"
          "\n"
          "Without LANG, a table of groups: states, points n, k - 1 as printed and counted by "
          "points, "
          "n - #cycles, and what the networks take.\n"
          "\n"
          "Exit code 0: proved. 1: a network was refuted. 2: no group language. 3: unknown.",
      .examples = {{"statewright theorem group", "a table of groups, bounds and networks"},
                   {"statewright theorem group S3", "a swap moves 6 states, but 2 of 3 points"},
                   {"statewright theorem group mod:5",
                    "and one reflection per token, by Theorem 6"},
                   {"statewright theorem group A5 --network a5-net.json --certificate a5-net.cert",
                    "with the network, and its proof for the checker"}},
      .positionals = {optional(language_word())},
      .flags = with_common(std::move(flags), {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
