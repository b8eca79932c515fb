#pragma once

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "automata/algebra/small_group.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// All normal subgroups, smaller ones first, the trivial one and the group included: joins of the
/// normal closures of single elements. Nothing if there are more than `limit`.
std::optional<std::vector<Subgroup>> normal_subgroups(const SmallGroup& group,
                                                      std::size_t limit = 5000);

/// Subgroups that are conjugate to each other.
struct SubgroupClass {
  Subgroup representative;
  Subgroup core;         ///< the intersection of the class: a normal subgroup
  std::size_t size = 1;  ///< number of subgroups in the class
};

inline constexpr std::size_t kMostSubgroups = 50'000;

/// All subgroups up to conjugacy, smaller ones first. Every subgroup is the join of a smaller one
/// with a cyclic one of prime power order, so joining representatives with all of those, up to
/// conjugacy by the representative's normaliser, finds all, perfect subgroups too.
/// `limits.max_states` counts subgroups, kMostSubgroups if not given.
/// Cost: about #subgroups * order * log(order).
std::variant<std::vector<SubgroupClass>, core::LimitHit> subgroup_classes(
    const SmallGroup& group, const core::Limits& limits = {});

}  // namespace statewright::automata
