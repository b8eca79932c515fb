#pragma once

#include <variant>
#include <vector>

#include "automata/algebra/green.hpp"
#include "automata/algebra/group_name.hpp"
#include "automata/algebra/properties.hpp"
#include "core/limits.hpp"
#include "core/verdict.hpp"

namespace statewright::automata {

/// Words that permute a set of states and generate a group on it that is not solvable.
struct NotSolvable {
  std::vector<State> points;  ///< the set, ascending
  std::vector<Word> words;
  PermutationGroup group;  ///< on positions in `points`; generator i is the action of words[i]
};

/// Every subgroup of the monoid is solvable. From the groups of images; one that is not solvable
/// refutes it even where others are not known. Cost: derived series of the different groups.
core::Verdict<Holds, NotSolvable> is_solvable(const GreenStructure& green,
                                              const core::Limits& limits = {});

/// A group that occurs as the H-class of an idempotent.
struct MaximalSubgroup {
  GroupName name;
  core::Integer order = 1;
  PermutationGroup group;     ///< on positions in `points`
  std::vector<State> points;  ///< the states that an idempotent of it fixes, ascending
  std::vector<Word> words;    ///< words[i] acts on the points as group.generators()[i]
  /// How many D-classes have it (the trivial group: 0 where D-classes are not known).
  std::size_t d_classes = 0;
};

/// The maximal subgroups up to isomorphism, by order, then name. Groups are merged if they have the
/// same name and it determines a group; the others may be isomorphic. The trivial group is listed
/// if it is one. Needs the groups of images, and uses D-classes where they are known. Cost:
/// group_name.hpp, once for each group that is given by different generators.
std::variant<std::vector<MaximalSubgroup>, core::Unknown> maximal_subgroups(
    const GreenStructure& green, const core::Limits& limits = {});

}  // namespace statewright::automata
