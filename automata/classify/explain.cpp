#include "automata/classify/explain.hpp"

#include <algorithm>
#include <utility>

#include "automata/classify/family_rules.hpp"
#include "automata/language/compare.hpp"
#include "automata/language/words.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using rules::spelled;

std::string counted(std::size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

std::string list(const std::vector<std::string>& items, const char* last = " and ") {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? last : ", ";
    out += items[i];
  }
  return out;
}

/// A word that leads from the two states to different labels.
Word telling_apart(const Dfa& dfa, State p, State q) {
  Dfa from_p = dfa, from_q = dfa;
  from_p.start = p;
  from_q.start = q;
  const auto difference = find_difference(from_p, from_q);
  return difference ? difference->word : Word{};
}

Word operator+(Word a, const Word& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class Teller {
 public:
  explicit Teller(const Classification& c)
      : c_(c), facts_(c.facts), dfa_(c.minimal.dfa), access_(access_words(dfa_)) {}

  std::vector<Explanation> tell() {
    memory();
    circles();
    groups();
    one_layer();
    families();
    return std::move(out_);
  }

 private:
  void add(std::string heading, std::string text) {
    out_.push_back({std::move(heading), std::move(text)});
  }

  std::string label(const Word& word) const { return core::quoted(dfa_.label(word)); }

  void memory() {
    std::string text = "The minimal automaton has " + counted(dfa_.size(), "state", "states") +
                       ": whatever reads the words from left to right has to tell so many kinds of "
                       "beginnings apart, and no more. ";
    if (dfa_.size() == 1) {
      text += "With one state every word gets the same label, and nothing has to be remembered.";
    } else if (facts_.permutation) {
      text +=
          "Every letter permutes the states, so that no letter forgets anything: from the state "
          "after a letter and the letter the state before it can be told.";
    } else if (facts_.only_resets) {
      text +=
          "Every letter either changes nothing or replaces the state whatever it was, so that "
          "one value that is kept or overwritten is all the memory that is needed.";
    } else {
      const PropertyFact& group = c_.property("group");
      text += "Some letters forget: " + group.witness + ".";
    }
    add("what it must remember", std::move(text));
  }

  /// "u w^k z for k = 0, 1, 2, .. has the labels .."
  std::string counting(const Circle& circle) const {
    const Word& u = access_[circle.states[0]];
    const Word z = telling_apart(dfa_, circle.states[0], circle.states[1]);
    std::vector<std::string> labels;
    Word word = u;
    for (std::size_t k = 0; k <= std::min<std::size_t>(circle.states.size(), 4); ++k) {
      labels.push_back(label(word + z));
      word = word + circle.word;
    }
    std::string text = "After " + spelled(dfa_.letters, u) + ", the word " +
                       spelled(dfa_.letters, circle.word) + " repeated 0, 1, 2, .. times";
    if (!z.empty()) text += " and followed by " + spelled(dfa_.letters, z);
    return text + " gets the labels " + list(labels, ", ") + ", ..";
  }

  void circles() {
    if (facts_.circle) {
      const std::size_t length = facts_.circle->states.size();
      std::string text =
          "The word " + spelled(dfa_.letters, facts_.circle->word) + " leads around " +
          "a circle of " + std::to_string(length) +
          " states: reading it again and again means counting modulo " + std::to_string(length) +
          ". " + counting(*facts_.circle) +
          ", and this never settles. A state that is multiplied by numbers from 0 to "
          "1, or by matrices with such eigenvalues, does settle when the same word "
          "comes again and again. To alternate takes an eigenvalue -1";
      if (facts_.odd_circle) {
        const std::size_t odd = facts_.odd_circle->states.size();
        text += ". Signs alone count modulo powers of 2, but " +
                spelled(dfa_.letters, facts_.odd_circle->word) + " goes around in " +
                std::to_string(odd) +
                " steps, which takes eigenvalues that are not real, a rotation";
      }
      add("what it counts", text + ".");
    } else if (facts_.groups.known() && facts_.star_free()) {
      add("what it counts",
          "Nothing modulo anything: no word leads around a circle of states, so that any word read "
          "often enough leads to a state where it changes nothing. Such languages are called "
          "star-free, or aperiodic. What they remember are events, and gates that keep or erase a "
          "value are enough for that.");
    }
  }

  void groups() {
    if (!facts_.groups.known()) {
      add("its groups", "The groups of the syntactic monoid were not found: " +
                            facts_.groups.limit().limit + ". What depends on them is unknown.");
      return;
    }
    std::vector<std::string> names;
    const GroupFact* hard = nullptr;
    for (const GroupFact& group : facts_.groups.value()) {
      names.push_back(group.name.name);
      if (!group.derived_length) hard = &group;
    }
    if (names.empty()) return;
    std::string text = "Words that permute a set of states form groups; here " + list(names) + ". ";
    if (hard != nullptr) {
      text +=
          hard->name.name +
          " is not solvable: it is not made of commutative steps. Diagonal matrices commute, so "
          "no number of layers of diagonal recurrences, complex ones included, can follow it. "
          "Matrices that do not commute are needed, such as reflections.";
    } else if (std::all_of(facts_.groups.value().begin(), facts_.groups.value().end(),
                           [](const GroupFact& group) { return group.abelian; })) {
      text += "All of these are commutative, so that one layer of rotations can follow each.";
    } else {
      text +=
          "All of these are solvable, made of commutative steps, so that a stack of diagonal "
          "layers can follow them, one step each.";
    }
    add("its groups", std::move(text));
  }

  void one_layer() {
    if (const auto* found = std::get_if<Obstruction>(&facts_.obstruction)) {
      const std::string x = spelled(dfa_.letters, found->x), y = spelled(dfa_.letters, found->y);
      const Word one = found->u + found->x + found->y + found->x + found->z;
      const Word other = found->u + found->y + found->x + found->z;
      add("why one layer is not enough",
          "Take x = " + x + " and y = " + y +
              ". In every state of the automaton, reading x twice is reading x once, and the same "
              "for y. Let a single layer with matrices that expand nothing and finitely many "
              "states "
              "do the same as the automaton. Repeated often enough, x and y project its states "
              "orthogonally, and in a finite set of states two such projections commute. Therefore "
              "reading x y x comes to the same as reading y x. But " +
              spelled(dfa_.letters, one) + " gets the label " + label(one) + " and " +
              spelled(dfa_.letters, other) + " gets the label " + label(other) +
              ". So no such layer exists, in however many dimensions; two layers, or matrices that "
              "expand, are needed.");
      return;
    }
    for (const CompiledNetwork& network : facts_.compiled) {
      if (network.kind != CompiledNetwork::Kind::householder || network.shape.layers != 1) continue;
      add("why one layer is enough",
          "Statewright compiles it to one layer of matrices that expand nothing: " +
              network.construction + ".");
      return;
    }
    if (const auto* limit = std::get_if<ObstructionUnknown>(&facts_.obstruction)) {
      add("whether one layer is enough", "Unknown: " + limit->limit.limit + ".");
    } else if (facts_.permutation || facts_.only_resets) {
      add("why one layer is enough",
          facts_.permutation ? "Permutations of states are permutation matrices, which expand "
                               "nothing."
                             : "A matrix 0 erases, and the added term writes the new value.");
    } else {
      add("whether one layer is enough",
          "Open: no obstruction is known to apply, and no construction of ours gives one layer.");
    }
  }

  /// "sentence [2]. ", the number being that of the source in the list at the end. The arithmetic
  /// is named where it is not the usual one.
  void append(std::string& text, const Reason& reason) {
    text += reason.text;
    std::string where;
    if (!reason.source.empty()) {
      const auto found = std::find(cited_.begin(), cited_.end(), reason.source);
      where = std::to_string(found - cited_.begin() + 1);
      if (found == cited_.end()) cited_.push_back(reason.source);
    }
    if (!reason.arithmetic.empty() && reason.arithmetic != sources::kFinite) {
      where += (where.empty() ? "" : "; ") + reason.arithmetic;
    }
    if (!where.empty()) text += " [" + where + "]";
    text += ". ";
  }

  std::string family(const FamilyAnswer& answer) {
    std::string text = to_string(answer.answer) + ": ";
    append(text, answer.decides);
    if (answer.answer == Answer::can) {
      if (answer.least_reason) {
        text += "At least " + counted(answer.layers_least, "layer", "layers") + ": ";
        append(text, *answer.least_reason);
      }
      if (answer.layers_most && answer.most_reason && *answer.most_reason != answer.decides) {
        text += counted(*answer.layers_most, "layer is", "layers are") + " enough: ";
        append(text, *answer.most_reason);
      }
    }
    for (const Reason& remark : answer.remarks) {
      text += "Note: ";
      append(text, remark);
    }
    text.pop_back();
    return text;
  }

  /// One paragraph for families of the same text, as several sizes of DeltaProduct often are.
  void families() {
    add("what networks can do",
        "Claims are about exact arithmetic and networks with finitely many states, unless another "
        "arithmetic stands in brackets. `cast` is the finite precision of "
        "Grazzi et al.: products of matrices exact, every summand of the unrolled recurrence "
        "rounded once, and their sum once more. Numbers in brackets are sources.");
    std::string last;
    for (const FamilyAnswer& answer : c_.families) {
      std::string text = family(answer);
      if (text == last) {
        out_.back().heading += "; " + answer.name;
        continue;
      }
      add(answer.name, text);
      last = std::move(text);
    }
    std::string list;
    for (std::size_t i = 0; i < cited_.size(); ++i) {
      list += (i == 0 ? "[" : " [") + std::to_string(i + 1) + "] " + cited_[i] + ".";
    }
    add("sources", std::move(list));
  }

  const Classification& c_;
  const LanguageFacts& facts_;
  const Dfa& dfa_;
  std::vector<Word> access_;
  std::vector<std::string> cited_;
  std::vector<Explanation> out_;
};

}  // namespace

std::vector<Explanation> explain(const Classification& classification) {
  return Teller(classification).tell();
}

}  // namespace statewright::automata
