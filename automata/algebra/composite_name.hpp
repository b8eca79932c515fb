#pragma once

#include <functional>
#include <optional>

#include "automata/algebra/group_name.hpp"
#include "automata/algebra/small_group.hpp"
#include "automata/algebra/subgroup_lattice.hpp"

namespace statewright::automata {

/// Names parts of a group: small groups that are proper subgroups.
using NamePart = std::function<GroupName(const SmallGroup&)>;

/// "S3wrZ2" if a transitive action is a full wreath product of the group of a block with all, all
/// even, or the cyclic permutations of k blocks; those determine the group. `name_inner` names the
/// group of a block. The shortest name among all block systems.
std::optional<std::string> wreath_name(
    const PermutationGroup& transitive,
    const std::function<GroupName(const PermutationGroup&)>& name_inner);

/// "N:H" for a normal subgroup with a complement; N cyclic and H cyclic preferred, then N abelian.
/// `isomorphism` if N and H are determined and all such products that are not direct are
/// isomorphic; if only those are where H acts by a group of m automorphisms, the name says so.
std::optional<GroupName> semidirect_name(const SmallGroup& group,
                                         const std::vector<Subgroup>& normal,
                                         const std::vector<SubgroupClass>& subgroups,
                                         const NamePart& name_part);

}  // namespace statewright::automata
