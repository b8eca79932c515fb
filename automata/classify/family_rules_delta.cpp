// Householder factors with eigenvalues in [-1, 1], and what expands. All of these recognise every
// regular language, so the rules are about how many layers it takes.

#include <algorithm>
#include <cctype>

#include "automata/classify/family_rules.hpp"

namespace statewright::automata::rules {
namespace {

bool letter_and_number(const std::string& name, char letter) {
  return name.size() > 1 && name[0] == letter &&
         std::all_of(name.begin() + 1, name.end(), [](char c) { return '0' <= c && c <= '9'; });
}

bool is_cyclic(const GroupFact& group) { return letter_and_number(group.name.name, 'Z'); }

/// The symmetries of a polygon, Z2^2 = D2 and S3 = D3 among them.
bool is_dihedral(const GroupFact& group) {
  const std::string& name = group.name.name;
  return letter_and_number(name, 'D') || name == "Z2^2" || name == "S3";
}

/// The numbers of the state in which Complex KDA tracks a finite group of rotations of space.
std::optional<std::size_t> rotation_dimension(const GroupFact& group) {
  const std::string& name = group.name.name;
  if (is_cyclic(group) || is_dihedral(group)) return 2;
  if (name == "A4" || name == "S4") return 3;
  if (name == "A5") return 4;
  return {};
}

std::string group_of(const LanguageFacts& facts) { return "the group " + facts.group->name.name; }

/// Theorem 4 of the Complex KDA paper is about S5 with all its elements as letters. S_n with all
/// elements for n > 5 contains that: leave the other letters out. A network that gives the labels
/// of the language, run from the states that all words reach, side by side, tracks the group.
bool has_all_of_s5(const LanguageFacts& facts) {
  return facts.group && facts.letters_are_the_group && facts.group->name.isomorphism &&
         letter_and_number(facts.group->name.name, 'S') && facts.group->order >= 120;
}

void at_least_two_for_s5(const LanguageFacts& facts, FamilyAnswer& row) {
  if (!has_all_of_s5(facts)) return;
  at_least(row, 2,
           {"no single layer of this kind tracks S5 with all its elements as letters, with however "
            "many heads",
            sources::kComplexKda4, sources::kFinite});
}

/// At most `factors` reflections per letter in a faithful representation of the group.
void one_layer_by_representation(const LanguageFacts& facts, FamilyAnswer& row,
                                 std::size_t factors) {
  if (!facts.representation || facts.representation->factors > factors) return;
  at_most(row, 1,
          {"letters as products of at most " + std::to_string(facts.representation->factors) +
               " reflections: " + facts.representation->description,
           std::string(sources::kTheorem3) + "; " + sources::kOwnReflections, sources::kFinite},
          facts.representation->dimension, facts.representation->factors);
}

void judge_delta_product(const LanguageFacts& facts, FamilyAnswer& row, std::size_t factors) {
  set_answer(row, Answer::can,
             {"every regular language, in finitely many layers", sources::kDeltaProduct2,
              sources::kFinite});
  if (factors < 4) at_least_two_for_s5(facts, row);
  one_layer_by_representation(facts, row, factors);
  if (!facts.group) return;
  const GroupFact& group = *facts.group;
  if (is_cyclic(group) || is_dihedral(group)) {
    at_most(row, 1,
            {group_of(facts) + " moves a polygon in the plane", sources::kDeltaProductDihedral,
             sources::kFinite},
            2, 2);
  } else if (const auto dimension = rotation_dimension(group)) {
    at_most(row, 1,
            {group_of(facts) + " consists of rotations of space, two reflections each",
             sources::kDeltaProduct4, sources::kFinite},
            std::min<std::size_t>(*dimension, 3), 2);
  }
  at_most(row, 3,
          {"every finite group, with a table of the last letters as the layer's output function",
           sources::kDeltaProduct1, sources::kFinite});
}

}  // namespace

void judge_signed_deltanet(const LanguageFacts& facts, FamilyAnswer& row) {
  set_answer(row, Answer::can,
             {"every regular language, in finitely many layers", sources::kDeltaProduct2,
              sources::kFinite});
  if (facts.letter_circle && facts.letter_circle->states.size() > 2) {
    at_least(row, 2,
             {circle_text(facts, *facts.letter_circle) +
                  ", and one layer with symmetric matrices has periods 1 and 2 only",
              std::string(sources::kTheorem2) + " (L = 1)", sources::kFiniteAndCast});
  }
  one_layer_by_representation(facts, row, 1);
  if (!facts.group) return;
  if (is_cyclic(*facts.group)) {
    at_most(row, 2, {"a clock and reflections of the plane", sources::kTheorem6, sources::kFinite},
            3, 1);
  } else if (is_dihedral(*facts.group)) {
    at_most(row, 2,
            {group_of(facts) + " moves a polygon in the plane", sources::kDeltaProductDihedral,
             sources::kFinite});
  }
  at_most(row, 4,
          {"every finite group, with a table of the last letters as the layer's output function",
           sources::kDeltaProduct1, sources::kFinite});
}

void judge_complex_kda(const LanguageFacts& facts, FamilyAnswer& row) {
  set_answer(row, Answer::can,
             {"every regular language, in finitely many layers", sources::kDeltaProduct2,
              sources::kFinite});
  row.remarks.push_back({"with beta > 2, where matrices expand, every regular language in 3 layers",
                         sources::kComplexKda5, sources::kFinite});
  at_least_two_for_s5(facts, row);
  one_layer_by_representation(facts, row, 1);
  if (!facts.group) return;
  if (const auto dimension = rotation_dimension(*facts.group)) {
    at_most(row, 1,
            {group_of(facts) + " consists of rotations of space", sources::kComplexKda3,
             sources::kFinite},
            *dimension, 1);
  }
  at_most(row, 3, {"every finite group", sources::kComplexKda5, sources::kFinite});
}

void judge_delta_product_2(const LanguageFacts& facts, FamilyAnswer& row) {
  judge_delta_product(facts, row, 2);
}
void judge_delta_product_3(const LanguageFacts& facts, FamilyAnswer& row) {
  judge_delta_product(facts, row, 3);
}
void judge_delta_product_4(const LanguageFacts& facts, FamilyAnswer& row) {
  judge_delta_product(facts, row, 4);
}

// The lower bound is about all matrices that expand nothing, so the closure takes it to all rows
// but the last ones.
void judge_householder_products(const LanguageFacts& facts, FamilyAnswer& row) {
  set_answer(row, Answer::can,
             {"every regular language, as a cascade of permutations and resets", sources::kTheorem4,
              sources::kFinite});
  if (const auto* found = std::get_if<Obstruction>(&facts.obstruction)) {
    at_least(row, 2,
             {"no single layer that expands nothing: " + spelled(facts.letters, found->x) +
                  " and " + spelled(facts.letters, found->y) +
                  " act idempotently, and x y x and y x are told apart",
              sources::kOwnObstruction, sources::kFinite});
  }
  if (facts.permutation) {
    at_most(row, 1, {"every letter permutes the states", sources::kTheorem3, sources::kFinite},
            facts.states);
  }
  one_layer_by_representation(facts, row, static_cast<std::size_t>(-1));
}

void judge_rwkv7(const LanguageFacts& /*facts*/, FamilyAnswer& row) {
  set_answer(row, Answer::can,
             {"every regular language in 4 layers", sources::kRwkv7, sources::kFinite});
  at_most(row, 4, {"every regular language in 4 layers", sources::kRwkv7, sources::kFinite});
  row.remarks.push_back({"needs c = 2; the published models have c = 1", sources::kRwkv7, ""});
}

void judge_pd_ssm(const LanguageFacts& facts, FamilyAnswer& row) {
  set_answer(row, Answer::can,
             {"the state is one-hot, and a letter's matrix is its transition table",
              sources::kPdSsm, sources::kFinite});
  at_most(row, 1,
          {"one number per state; in general one fewer is necessary", sources::kPdSsm,
           sources::kFinite},
          facts.states);
}

void judge_dense(const LanguageFacts& facts, FamilyAnswer& row) {
  set_answer(row, Answer::can,
             {"the state is one-hot, and a letter's matrix is its transition table",
              sources::kNormFree, sources::kFinite});
  at_most(row, 1, {"one number per state", sources::kNormFree, sources::kFinite}, facts.states);
}

void judge_nonlinear(const LanguageFacts& /*facts*/, FamilyAnswer& row) {
  set_answer(
      row, Answer::can,
      {"a letter's map of the states may be any function", sources::kNormFree, sources::kFinite});
  at_most(row, 1, {"one step of the automaton", sources::kNormFree, sources::kFinite});
}

}  // namespace statewright::automata::rules
