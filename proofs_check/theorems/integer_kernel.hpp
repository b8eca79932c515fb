#pragma once

#include <cstddef>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"

namespace statewright::proofs {

/// A basis of {x : A x = 0}, A [r, c], as coprime integer vectors. Each has an entry that is not 0
/// in a place where all others have 0. Cost: elimination without fractions. Source: FLINT.
std::vector<std::vector<core::Integer>> integer_kernel(const core::Matrix<core::Integer>& a);

/// A basis of the same space whose vectors are short (Lenstra, Lenstra, Lovasz).
std::vector<std::vector<core::Integer>> shortened(std::vector<std::vector<core::Integer>> basis);

/// Rows: a short basis of {r : r A = 0}, as a matrix [nullity, rows of A].
core::Matrix<core::Integer> left_kernel(const core::Matrix<core::Integer>& a);

/// denominator^d p(M / denominator) for a polynomial of degree d, constant term first.
core::Matrix<core::Integer> evaluated(const std::vector<core::Integer>& polynomial,
                                      const core::Matrix<core::Integer>& m,
                                      const core::Integer& denominator);

/// The matrix divided by the greatest common divisor of its entries; 0 stays.
core::Matrix<core::Integer> without_content(core::Matrix<core::Integer> a);

}  // namespace statewright::proofs
