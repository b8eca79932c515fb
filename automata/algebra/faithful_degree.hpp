#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "automata/algebra/small_group.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// The fewest points on which a group acts so that only the identity fixes all: the least n with G
/// isomorphic to a subgroup of S_n.
struct FaithfulDegree {
  std::size_t degree = 1;
  /// One point stabiliser for each orbit; their indices add up to the degree. Empty where the
  /// degree follows from a theorem for a group that is not listed.
  std::vector<Subgroup> stabilisers;
};

/// The least degree of a small group, 1 for the trivial group.
///
/// Minimises sum |G : U_i| over subgroups whose cores have a trivial intersection: among subgroups
/// with the same core only one of least index matters, and cores meet trivially iff every minimal
/// normal subgroup is outside of one of them, which is a weighted covering problem; branch and
/// bound. Abelian groups need the sum of the prime powers of their type (Povzner 1937; Johnson
/// 1971), so there the search ends at the first solution with that sum.
///
/// Errors: none; the limit that was hit. `limits.max_states` counts subgroups.
/// Cost: the lattice of subgroups, then a search that is small unless there are many minimal normal
/// subgroups.
/// Source: D. Johnson, "Minimal permutation representations of finite groups", Amer. J. Math. 93
/// (1971).
std::variant<FaithfulDegree, core::LimitHit> least_faithful_degree(const SmallGroup& group,
                                                                   const core::Limits& limits = {});

/// The same for any permutation group. Beyond SmallGroup::kMaxOrder only abelian groups and
/// symmetric and alternating groups are answered; others are a LimitHit.
std::variant<FaithfulDegree, core::LimitHit> least_faithful_degree(const PermutationGroup& group,
                                                                   const core::Limits& limits = {});

/// The action on the disjoint union of the cosets of the stabilisers, a map for each generator.
std::vector<Transformation> action_on_cosets(const SmallGroup& group,
                                             const std::vector<Subgroup>& stabilisers);

}  // namespace statewright::automata
