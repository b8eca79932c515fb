#pragma once

#include <cstddef>
#include <vector>

#include "automata/algebra/transformation.hpp"

namespace statewright::automata {

/// Whether a transitive group was proved to contain all even permutations of its `points`; "false"
/// means only that no proof was found. The proof is one element with a cycle of prime length p,
/// n/2 < p < n - 2, where n = #points: blocks that the cycle meets would have to be permuted with
/// orbits of length p > n/2, so the group is primitive, and a power of the element is a single
/// p-cycle; a primitive group with a p-cycle, p <= n - 3, contains A_n (Jordan 1873; Seress,
/// "Permutation Group Algorithms", Theorem 10.2.1). Never found for n < 8, where no such p exists.
/// Cost: at most 200 random elements, O(degree) each.
bool proved_giant(const std::vector<Transformation>& generators, std::size_t points);

}  // namespace statewright::automata
