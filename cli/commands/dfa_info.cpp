#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/canonical.hpp"
#include "automata/language/compare.hpp"
#include "automata/language/words.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/text/digest.hpp"

namespace statewright::cli {
namespace {

using automata::Dfa;
using automata::State;

constexpr std::size_t kCountedLength = 8;

bool is_permutation_automaton(const Dfa& dfa) {
  std::vector<core::Letter> seen_for(dfa.size(), static_cast<core::Letter>(dfa.letters.size()));
  for (core::Letter a = 0; a < dfa.letters.size(); ++a) {
    for (State q = 0; q < dfa.size(); ++q) {
      core::Letter& seen = seen_for[dfa.step(q, a)];
      if (seen == a) return false;
      seen = a;
    }
  }
  return true;
}

/// How many words a minimal acceptor accepts.
enum class Extent { empty, finite, infinite, universal };

/// Can the state still reach acceptance? In a minimal acceptor only the sink cannot, and it is the
/// one rejecting state without a way out.
bool is_sink(const Dfa& dfa, State q) {
  if (dfa.output[q] == automata::kAccept) return false;
  for (core::Letter a = 0; a < dfa.letters.size(); ++a) {
    if (dfa.step(q, a) != q) return false;
  }
  return true;
}

/// Finite exactly if no cycle runs through states other than the sink: Kahn's topological order.
/// `longest` receives the length of a longest word then.
Extent extent_of(const Dfa& dfa, std::size_t& longest) {
  const std::size_t letters = dfa.letters.size();
  if (dfa.size() == 1) {
    if (dfa.output[0] == automata::kReject) return Extent::empty;
    longest = 0;
    return letters == 0 ? Extent::finite : Extent::universal;
  }
  std::vector<std::size_t> entering(dfa.size(), 0), depth(dfa.size(), 0);
  for (State q = 0; q < dfa.size(); ++q) {
    if (is_sink(dfa, q)) continue;
    for (core::Letter a = 0; a < letters; ++a) ++entering[dfa.step(q, a)];
  }
  std::vector<State> order;
  for (State q = 0; q < dfa.size(); ++q) {
    if (entering[q] == 0) order.push_back(q);
  }
  longest = 0;
  std::size_t left = dfa.size();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const State q = order[i];
    --left;
    if (is_sink(dfa, q)) continue;
    if (dfa.output[q] == automata::kAccept) longest = std::max(longest, depth[q]);
    for (core::Letter a = 0; a < letters; ++a) {
      const State next = dfa.step(q, a);
      depth[next] = std::max(depth[next], depth[q] + 1);
      if (--entering[next] == 0) order.push_back(next);
    }
  }
  return left == 0 ? Extent::finite : Extent::infinite;
}

/// What the command says, gathered before it is printed either way.
struct Info {
  automata::Language language;
  bool acceptor = false, permutation = false;
  Extent extent = Extent::infinite;
  std::size_t longest = 0;
  std::optional<core::Word> shortest;
  std::vector<automata::Integer> counts;
  std::string sha256;
};

Info gather(automata::Language language) {
  Info info;
  info.language = std::move(language);
  const Dfa& dfa = info.language.dfa;
  info.acceptor = automata::is_acceptor(dfa);
  info.permutation = is_permutation_automaton(dfa);
  if (info.acceptor) {
    info.extent = extent_of(dfa, info.longest);
    info.shortest = automata::shortest_word(dfa, automata::kAccept);
    info.counts = automata::count_words(dfa, kCountedLength);
  }
  info.sha256 = core::sha256(automata::write_automaton_canonical(dfa));
  return info;
}

const char* extent_name(Extent extent) {
  switch (extent) {
    case Extent::empty:
      return "empty";
    case Extent::finite:
      return "finite";
    case Extent::infinite:
      return "infinite";
    case Extent::universal:
      return "universal";
  }
  return "";
}

std::string words_text(const Info& info) {
  switch (info.extent) {
    case Extent::empty:
      return "none: the language is empty";
    case Extent::universal:
      return "all: the language is universal";
    case Extent::infinite:
      return "infinitely many, but not all";
    case Extent::finite:
      break;
  }
  automata::Integer all = 0;
  for (const automata::Integer& count : automata::count_words(info.language.dfa, info.longest)) {
    all += count;
  }
  return "finitely many: " + core::to_string(all) + ", the longest of " + length_text(info.longest);
}

std::string info_text(const Info& info) {
  const Dfa& dfa = info.language.dfa;
  std::string text = report_line("language", info.language.name);
  text += report_line("", info.language.summary);
  text += report_line("states", grouped(dfa.size()) + " in the minimal automaton");
  text += report_line(
      "letters", grouped(dfa.letters.size()) + ": " + names_text(dfa.letters.names(), 12, false));
  text +=
      report_line("labels", grouped(dfa.labels.size()) + ": " + names_text(dfa.labels, 12, false));
  text += report_line("kind", info.acceptor ? "acceptor" : "Moore machine: a label for every word");
  text += report_line("permutation", info.permutation
                                         ? "yes: every letter permutes the states, a group language"
                                         : "no: some letter merges two states");
  if (info.acceptor) {
    text += report_line("words", words_text(info));
    if (info.shortest) {
      text += report_line("shortest", word_text(dfa.letters, *info.shortest) + "  " +
                                          length_text(info.shortest->size()));
    }
    std::string counts;
    for (const automata::Integer& count : info.counts) counts += core::to_string(count) + " ";
    text += report_line("by length",
                        counts + " words of 0 to " + std::to_string(kCountedLength) + " letters");
  }
  return text + report_line("sha256", info.sha256);
}

JsonOut info_json(const Info& info) {
  const Dfa& dfa = info.language.dfa;
  JsonOut object;
  object["schema"] = "statewright.info/1";
  object["language"] = info.language.name;
  object["summary"] = info.language.summary;
  object["states"] = dfa.size();
  object["letters"] = dfa.letters.names();
  object["labels"] = dfa.labels;
  object["acceptor"] = info.acceptor;
  object["permutation_automaton"] = info.permutation;
  if (info.acceptor) {
    object["extent"] = extent_name(info.extent);
    object["shortest"] = info.shortest ? word_json(dfa.letters, *info.shortest) : JsonOut(nullptr);
    object["words_by_length"] = JsonOut::array();
    for (const auto& count : info.counts) {
      object["words_by_length"].push_back(core::to_string(count));
    }
  }
  object["sha256"] = info.sha256;
  return object;
}

int run(const Args& args, Streams& io) {
  Work work(args, io);
  const Info info =
      gather(read_language(args.positional("LANG"), alphabet_flag(args), work.limits()));
  work.finish();
  io.out() << (args.has("--json") ? json_text(info_json(info)) : info_text(info));
  return kDone;
}

}  // namespace

Command dfa_info_command() {
  return {
      .name = "info",
      .summary = "what kind of language it is: states, letters, group or not, how many words",
      .description =
          "The digest is the SHA-256 of the minimal automaton's canonical form: two languages over "
          "the same letters in the same order are equal exactly if their digests are.",
      .examples = {{"statewright dfa info tomita:5", "an acceptor"},
                   {"statewright dfa info S5:swaps", "a machine with 120 labels"}},
      .positionals = {language_word()},
      .flags = with_common({alphabet_flag_entry()}, {Common::json, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
