#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "automata/algebra/small_group.hpp"

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

/// All subgroups up to conjugacy, smaller ones first. Every subgroup is the join of a smaller one
/// with a cyclic one of prime power order, so joining representatives with all of those until
/// nothing new appears finds all, perfect subgroups too. Nothing if there are more than `limit`
/// subgroups. Cost: #classes * #(cyclic subgroups) * order, and #subgroups * order to keep
/// conjugates.
std::optional<std::vector<SubgroupClass>> subgroup_classes(const SmallGroup& group,
                                                           std::size_t limit = 20000);

}  // namespace statewright::automata
