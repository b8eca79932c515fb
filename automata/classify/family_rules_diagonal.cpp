// Diagonal recurrences. One layer of them works on each number of the state by itself, h <- a h +
// b, so that the groups in it are small: of gates in [0, 1] trivial, of real gates made of signs,
// of complex ones made of rotations, which commute. Stacked layers make wreath products, in which
// the groups are stacked too (Krohn and Rhodes), so what remains is to compare: with the maximal
// subgroups of the syntactic monoid, all of which have to be found there.

#include <algorithm>

#include "automata/classify/family_rules.hpp"
#include "core/error.hpp"

namespace statewright::automata::rules {

std::string spelled(const Alphabet& letters, const Word& word) {
  return word.empty() ? "the empty word" : core::quoted(letters.spell(word));
}

std::string circle_text(const LanguageFacts& facts, const Circle& circle) {
  return spelled(facts.letters, circle.word) + " leads around a circle of " +
         std::to_string(circle.states.size()) + " states";
}

void set_answer(FamilyAnswer& row, Answer answer, Reason reason) {
  row.answer = answer;
  row.decides = std::move(reason);
  row.limit.reset();
}

void set_unknown(const LanguageFacts& facts, FamilyAnswer& row) {
  row.answer = Answer::unknown;
  row.limit = facts.groups.limit();
  row.decides = {"the groups of the syntactic monoid were not found: " + row.limit->limit, "", ""};
}

void at_least(FamilyAnswer& row, std::size_t layers, Reason reason) {
  if (layers <= row.layers_least) return;
  row.layers_least = layers;
  row.least_reason = std::move(reason);
}

void at_most(FamilyAnswer& row, std::size_t layers, Reason reason,
             std::optional<std::size_t> dimension, std::optional<std::size_t> factors) {
  if (row.layers_most && *row.layers_most <= layers) return;
  row.layers_most = layers;
  row.dimension = dimension;
  row.factors = factors;
  row.most_reason = std::move(reason);
}

namespace {

/// ceil(log2 n).
std::size_t bits(const core::Integer& n) {
  std::size_t out = 0;
  for (core::Integer reach = 1; reach < n; reach *= 2) ++out;
  return out;
}

/// A group that keeps the language from being star-free, or the circle that shows it.
std::string not_star_free(const LanguageFacts& facts) {
  if (facts.circle) return circle_text(facts, *facts.circle);
  return "the syntactic monoid contains the group " + facts.groups.value().front().name.name;
}

/// The three families that hold, erase and forget: what they can is exactly what is star-free.
/// `cast` says for which circles the cast model is covered too.
void judge_star_free(const LanguageFacts& facts, FamilyAnswer& row, const Reason& cannot) {
  const bool star_free = facts.groups.known() && facts.star_free();
  if (!star_free && !facts.circle && !facts.groups.known()) return set_unknown(facts, row);
  if (!star_free) {
    set_answer(row, Answer::cannot, cannot);
    return;
  }
  set_answer(row, Answer::can,
             {"the language is star-free: a cascade of cells that keep or replace one value",
              sources::kStarFree, sources::kDecay});
  if (facts.only_resets) {
    at_most(row, 1, {"letters keep the state or replace it", sources::kTheorem4, sources::kFinite},
            std::max<std::size_t>(bits(core::Integer(facts.states)), 1), 1);
  } else if (!facts.letters_idempotent) {
    row.remarks.push_back(
        {"with finitely many exact states and no convolution a stack of such layers cannot tell a "
         "letter from the same letter twice; this language can, so that the previous letter has to "
         "be seen by a convolution or remembered in a value that decays",
         sources::kOwn, sources::kFinite});
  }
}

}  // namespace

// Can exactly what is star-free. A word's matrix is diagonal with entries >= 0, so Lemma 1 makes
// the cast state constant in the number of repetitions of the word, layer by layer (the proof of
// Theorem 1, for a word in place of a letter). Rounded operations are monotone in the state and so
// have no circle either (Nowak et al.).
void judge_non_negative(const LanguageFacts& facts, FamilyAnswer& row) {
  Reason cannot;
  if (facts.circle || (facts.groups.known() && !facts.star_free())) {
    cannot = {
        not_star_free(facts) + ", which gates >= 0 cannot follow at any depth",
        std::string(sources::kTheorem1) + " (its proof, for words); " + sources::kRoundedMonoids,
        sources::kEveryRounding};
  }
  judge_star_free(facts, row, cannot);
}

// One layer has the signs +-1 on each number: groups that are elementary abelian of exponent 2, and
// stacks of these are the 2-groups. Conversely every cascade whose groups are 2-groups has levels
// of one sign or one reset each, all diagonal, and so have the clock (-1) and the cells that
// remember what stood at the last even and the last odd step, by which a level knows the states
// before the letter. Theorem 2's proof covers words of any length here, for products of diagonal
// matrices are diagonal: in the cast model the period of L layers divides 2^L.
void judge_real_diagonal(const LanguageFacts& facts, FamilyAnswer& row) {
  if (!facts.groups.known() && !facts.odd()) return set_unknown(facts, row);
  if (facts.odd()) {
    std::string why = "a group of the syntactic monoid has an order that is no power of 2";
    if (facts.odd_circle) {
      why = circle_text(facts, *facts.odd_circle) +
            ", no power of 2, and signs only make powers of 2";
    }
    set_answer(
        row, Answer::cannot,
        {std::move(why),
         std::string(sources::kTheorem2) + " (its proof, for words); " + sources::kRoundedMonoids,
         sources::kEveryRounding});
    return;
  }
  const std::vector<GroupFact>& groups = facts.groups.value();
  set_answer(row, Answer::can,
             {groups.empty() ? "the language is star-free, so a cascade of resets recognises it"
                             : "all groups have orders 2^k, so a cascade of signs and resets "
                               "recognises it",
              sources::kOwnDecomposition, sources::kFinite});
  for (const GroupFact& group : groups) {
    at_least(row, group.sign_length.value_or(1),
             {"the group " + group.name.name + " takes " +
                  std::to_string(group.sign_length.value_or(1)) +
                  " layers of signs: each layer contributes an elementary abelian quotient",
              std::string(sources::kRoundedMonoids) + "; " + sources::kOwn, sources::kFinite});
  }
  if (facts.diagonal_levels && *facts.diagonal_levels > 0) {
    // One layer a level; before every level but the first, one that remembers the context above it
    // at the last even and the last odd step; and the clock for those.
    const std::size_t levels = *facts.diagonal_levels;
    at_most(row, levels == 1 ? 1 : 2 * levels,
            {"a cascade of " + std::to_string(levels) +
                 (levels == 1 ? " level"
                              : " levels, with a clock and cells that remember what stood "
                                "before the letter"),
             sources::kOwnDecomposition, sources::kFinite});
  }
  if (facts.group && facts.group->sign_length) {
    at_most(row, *facts.group->sign_length,
            {"one layer of signs for each elementary abelian step of the group " +
                 facts.group->name.name,
             std::string(sources::kDiagonalDepth) + ", with signs", sources::kFinite},
            bits(facts.group->order), 1);
  }
}

// One layer's groups are abelian (finite groups of maps z -> a z + b of the plane have a fixed
// point and are cyclic), stacks of these are the solvable groups; k layers give derived length k,
// and for a group language as many suffice, since the states before a letter follow from those
// after it.
void judge_complex_diagonal(const LanguageFacts& facts, FamilyAnswer& row) {
  if (!facts.groups.known()) return set_unknown(facts, row);
  for (const GroupFact& group : facts.groups.value()) {
    if (group.derived_length) continue;
    set_answer(row, Answer::cannot,
               {"the syntactic monoid contains the group " + group.name.name +
                    ", which is not solvable, and rotations commute",
                sources::kDiagonalDepth, sources::kFinite});
    return;
  }
  set_answer(
      row, Answer::can,
      {"all groups are solvable, so a cascade of rotations and resets recognises it",
       std::string(sources::kDiagonalDepth) + "; " + sources::kOwnDecomposition, sources::kFinite});
  for (const GroupFact& group : facts.groups.value()) {
    at_least(row, *group.derived_length,
             {"the group " + group.name.name + " has derived length " +
                  std::to_string(*group.derived_length) +
                  ", and each layer contributes an abelian "
                  "quotient",
              sources::kDiagonalDepth, sources::kFinite});
  }
  if (facts.group && facts.group->derived_length) {
    at_most(row, *facts.group->derived_length,
            {"one layer for each abelian step of the group " + facts.group->name.name,
             sources::kDiagonalDepth, sources::kFinite});
  }
}

// A letter's matrix is positive semidefinite and of norm at most 1, so a word can only keep the
// length of a difference of states by keeping each factor's input, which makes the difference a
// fixed vector: no circle of exact states for any word. In the cast model Theorem 1 needs the
// spectrum of the word's matrix, which Proposition 1.3 gives for two factors and not for more.
void judge_positive_deltanet(const LanguageFacts& facts, FamilyAnswer& row) {
  Reason cannot;
  if (facts.brief_circle) {
    cannot = {circle_text(facts, *facts.brief_circle) +
                  ", which matrices with eigenvalues in [0, 1] cannot follow at any depth",
              std::string(sources::kTheorem1) + " with Proposition 1.3; " + sources::kOwn,
              sources::kFiniteAndCast};
  } else if (facts.circle || (facts.groups.known() && !facts.star_free())) {
    cannot = {
        not_star_free(facts) +
            ", which products of positive semidefinite contractions cannot follow at any depth",
        sources::kOwn, sources::kFinite};
    row.remarks.push_back(
        {"open in the cast model: Theorem 1 covers circles of words of at most two letters",
         sources::kTheorem1, "cast"});
  }
  judge_star_free(facts, row, cannot);
  if (row.answer == Answer::cannot) {
    row.remarks.push_back(
        {"with every operation rounded, circles of a few units in the last place "
         "do occur, so that the theorem does not carry over word for word",
         sources::kOwn, "every operation rounded"});
  }
}

// A gate per coordinate between the factors: still products of positive semidefinite contractions.
// The cast model is covered for circles of single letters, whose matrix is similar to a symmetric
// one; a word of two letters has four such parts.
void judge_kda(const LanguageFacts& facts, FamilyAnswer& row) {
  Reason cannot;
  if (facts.letter_circle) {
    cannot = {circle_text(facts, *facts.letter_circle) +
                  ", which matrices with real eigenvalues >= 0 cannot follow at any depth",
              std::string(sources::kTheorem1) + "; " + sources::kOwn, sources::kFiniteAndCast};
  } else if (facts.circle || (facts.groups.known() && !facts.star_free())) {
    cannot = {
        not_star_free(facts) +
            ", which products of positive semidefinite contractions cannot follow at any depth",
        sources::kOwn, sources::kFinite};
    row.remarks.push_back({"open in the cast model: Theorem 1 covers circles of single letters",
                           sources::kTheorem1, "cast"});
  }
  judge_star_free(facts, row, cannot);
}

}  // namespace statewright::automata::rules
