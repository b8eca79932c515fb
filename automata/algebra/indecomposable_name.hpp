#pragma once

#include <optional>
#include <string>
#include <vector>

#include "automata/algebra/small_group.hpp"

namespace statewright::automata {

/// "D6", "S3", "Q8", "Dic3": groups that are not abelian and have a cyclic subgroup of index 2 that
/// everything outside inverts. Some of them are direct products, but these names come first.
std::optional<std::string> dihedral_or_dicyclic_name(const SmallGroup& group);

/// The name of a well-known group that is neither abelian nor a direct product nor one of the
/// above, if it is in the list of group_name.hpp; `normal` are all its normal subgroups. Every name
/// given here determines the group; why is said at each case.
std::optional<std::string> well_known_name(const SmallGroup& group,
                                           const std::vector<Subgroup>& normal);

}  // namespace statewright::automata
