#include <string>
#include <utility>

#include "automata/language/compare.hpp"
#include "automata/language/language.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

using automata::Dfa;
using core::Alphabet;

bool same_letters(const Alphabet& left, const Alphabet& right) {
  if (left.size() != right.size()) return false;
  for (const std::string& name : left.names()) {
    if (!right.find(name)) return false;
  }
  return true;
}

struct Pair {
  std::string name[2];
  Dfa dfa[2];
  bool joined = false;  ///< did one side lack letters of the other?
};

/// An acceptor rejects what it does not know; a machine with other labels has nothing to say there.
void refuse_moore_machines(const Pair& pair, const std::string& where) {
  if (automata::is_acceptor(pair.dfa[0]) && automata::is_acceptor(pair.dfa[1])) return;
  for (int i = 0; i < 2; ++i) {
    for (const std::string& name : pair.dfa[i].letters.names()) {
      if (pair.dfa[1 - i].letters.find(name)) continue;
      throw core::Error({core::Fault::shape, where,
                         "the same letters on both sides, as one of them gives labels",
                         "letter " + core::quoted(name) + " only in " + core::quoted(pair.name[i]),
                         "only acceptors are compared over the letters of both"});
    }
  }
}

/// Both languages over the same letters, those of the first one first. A regex is read again over
/// the joined letters, because `.`, `[^a]` and `~` mean all of them.
Pair read_pair(const Args& args, const core::Limits& limits) {
  const std::string specs[2] = {args.positional("LANG1"), args.positional("LANG2")};
  if (specs[0] == "-" && specs[1] == "-") {
    throw core::Error(
        {core::Fault::syntax, args.command(), "standard input once", "`-` twice", {}});
  }
  Pair pair;
  const auto letters = alphabet_flag(args);
  for (int i = 0; i < 2; ++i) {
    automata::Language language = read_language(specs[i], letters, limits);
    pair.name[i] = std::move(language.name);
    pair.dfa[i] = std::move(language.dfa);
  }
  if (pair.dfa[0].letters == pair.dfa[1].letters) return pair;
  pair.joined = !same_letters(pair.dfa[0].letters, pair.dfa[1].letters);
  const Alphabet all = automata::joined(pair.dfa[0].letters, pair.dfa[1].letters);
  if (pair.joined) refuse_moore_machines(pair, args.command());
  for (int i = 0; i < 2; ++i) {
    if (pair.dfa[i].letters == all) continue;
    pair.dfa[i] = is_regex(specs[i]) ? read_language(specs[i], all, limits).dfa
                                     : automata::over_alphabet(pair.dfa[i], all);
  }
  return pair;
}

int run(const Args& args, Streams& io) {
  Work work(args, io);
  const Pair pair = read_pair(args, work.limits());
  const auto difference = automata::find_difference(pair.dfa[0], pair.dfa[1]);
  work.finish();
  const Alphabet& letters = pair.dfa[0].letters;
  if (args.has("--json")) {
    JsonOut object;
    object["schema"] = "statewright.eq/1";
    object["left"] = pair.name[0];
    object["right"] = pair.name[1];
    object["letters"] = letters.names();
    object["equal"] = !difference.has_value();
    if (difference) {
      object["word"] = word_json(letters, difference->word);
      object["left_label"] = difference->left;
      object["right_label"] = difference->right;
    }
    io.out() << json_text(object);
  } else {
    if (pair.joined) {
      io.note("compared over the letters of both: " + names_text(letters.names(), 16));
    }
    if (!difference) {
      io.out() << io.on_out(Ink::good, "equal") << '\n';
    } else {
      std::string text = report_line("different", word_text(letters, difference->word) + "  " +
                                                      length_text(difference->word.size()) +
                                                      ", a shortest word that tells them apart");
      text.replace(0, 9, io.on_out(Ink::bad, "different"));
      for (int i = 0; i < 2; ++i) {
        const std::string& label = i == 0 ? difference->left : difference->right;
        text += report_line("", pair.name[i] + " gives " + core::quoted(label, 200));
      }
      io.out() << text;
    }
  }
  return difference ? kRefuted : kDone;
}

}  // namespace

Command dfa_eq_command() {
  return {
      .name = "eq",
      .summary = "do two languages agree on every word? If not, a shortest word tells",
      .description =
          "Exit code 0: equal. 1: different, and a shortest word on which they differ is printed "
          "with "
          "both labels. Languages over different letters are compared over the letters of both: "
          "there "
          "an automaton rejects words with letters that it lacks, and a regex is read over all of "
          "them.",
      .examples =
          {
              {"statewright dfa eq mod:2 'regex:0*(10*10*)*'", "two ways to say the same"},
              {"statewright dfa eq 'regex:(aa)*' 'regex:(aaa)*'", "the shortest difference", 1},
          },
      .positionals = {language_word("LANG1"), language_word("LANG2")},
      .flags = with_common({alphabet_flag_entry()}, {Common::json, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
