#pragma once

#include <vector>

#include "core/number/rational.hpp"

namespace statewright::proofs {

/// Where the roots of a polynomial lie. Polynomials are integers, constant term first.
enum class Side {
  inside,   ///< |z| < 1 for all of them
  on,       ///< |z| = 1 for all of them
  outside,  ///< |z| > 1 for some
};

/// Whether all roots have |z| < 1, by the recursion of Schur and Cohn; exact. Requires: degree >= 0
/// and a leading coefficient that is not 0. Cost: O(d^2) operations on integers of O(d) times the
/// length of the coefficients.
bool has_roots_inside(std::vector<core::Integer> polynomial);

/// Of an irreducible polynomial, of degree >= 1: there is no fourth case, see unit_circle.cpp.
Side side_of_circle(const std::vector<core::Integer>& polynomial);

/// Of a polynomial: (s_0, .., s_(d-1)), the sums over its roots, with multiplicities, of their
/// powers 0 to d - 1 (Newton's identities).
std::vector<core::Rational> power_sums(const std::vector<core::Integer>& polynomial);

}  // namespace statewright::proofs
