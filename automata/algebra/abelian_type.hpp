#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "automata/algebra/small_group.hpp"

namespace statewright::automata {

/// The prime powers q with G isomorphic to the product of the Z_q, ascending: {2, 2, 3} for Z6xZ2.
/// They determine an abelian group. The group must be abelian.
std::vector<std::uint64_t> abelian_type(const SmallGroup& group);
std::vector<std::uint64_t> abelian_type(const PermutationGroup& group);

/// "Z6xZ2" of {2, 2, 3}, "Z2^3" of {2, 2, 2}, "1" of nothing: invariant factors, each a divisor of
/// the one before.
std::string abelian_name(std::vector<std::uint64_t> prime_powers);

}  // namespace statewright::automata
