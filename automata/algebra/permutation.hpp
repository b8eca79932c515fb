#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "automata/algebra/transformation.hpp"

namespace statewright::automata {

/// Whether `map` is a bijection of {0, .., degree - 1}. Cost: O(degree).
bool is_permutation_of(const Transformation& map, std::size_t degree);

Transformation identity_permutation(std::size_t degree);

bool is_identity(const Transformation& map) noexcept;

/// The permutation p with "first x, then p" the identity. x must be a permutation.
Transformation inverse_permutation(const Transformation& x);

/// x becomes "first x, then y", without a new array. Cost: O(degree).
void multiply_onto(Transformation& x, const Transformation& y);

/// Lengths of the cycles, fixed points included, in the order of their smallest points.
std::vector<std::size_t> cycle_lengths(const Transformation& permutation);

/// Whether it is a product of an odd number of swaps: degree - #cycles is odd.
bool is_odd(const Transformation& permutation);

}  // namespace statewright::automata
