#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "core/number/real.hpp"

namespace statewright::proofs {

/// Evidence that a symmetric matrix S of integers is positive semidefinite:
/// scale S = sum over the terms of weight w w^T, with scale >= 1 and weights >= 1. This is
/// L D L^T column by column, over one denominator.
struct SumOfSquares {
  struct Term {
    core::Integer weight;
    std::vector<core::Integer> w;  ///< [n]
    bool operator==(const Term&) const = default;
  };
  core::Integer scale = 1;
  std::vector<Term> terms;
  bool operator==(const SumOfSquares&) const = default;
};

/// Evidence that it is not: q^T S q < 0, coprime integers, not 0.
struct NegativeVector {
  std::vector<core::Integer> q;  ///< [n]
  bool operator==(const NegativeVector&) const = default;
};

/// Decides whether x^T S x >= 0 for all x, S symmetric, [n, n]. Exact. q is tried with entries of
/// few digits first, and is otherwise what the elimination gives.
/// Cost: O(n^3) operations on integers, minors of S. Source: squares.cpp.
std::variant<SumOfSquares, NegativeVector> squares_of(core::Matrix<core::Integer> s);

/// The same question where entries may be irrational: positive semidefinite or not, without
/// evidence. Cost: O(n^3) operations in the field.
bool is_positive_semidefinite(core::Matrix<core::Real> s);

/// x^T S x. Shapes [n, n], [n].
core::Integer quadratic_form(const core::Matrix<core::Integer>& s,
                             const std::vector<core::Integer>& x);

/// H_r = (tr M^(i + j + r)), i, j < n, for r = 0, 1, of a square M, [n, n]. By a theorem of Hermite
/// all eigenvalues of M are real iff H_0 is positive semidefinite, and then none is negative iff
/// H_1 is as well: x^T H_r x = sum over the eigenvalues, with their multiplicities, of lambda^r
/// (x_0 + x_1 lambda + ..)^2; defective matrices and repeated eigenvalues included. Cost: 2 n
/// products of matrices.
template <class Number>
core::Matrix<Number> trace_hankel(const core::Matrix<Number>& m, std::size_t r) {
  const std::size_t n = m.rows();
  std::vector<Number> traces;
  core::Matrix<Number> power = core::Matrix<Number>::identity(n);
  for (std::size_t k = 0; k < r; ++k) power = power * m;
  for (std::size_t k = 0; k + 1 < 2 * n; ++k) {
    if (k > 0) power = power * m;
    Number trace(0);
    for (std::size_t i = 0; i < n; ++i) trace += power(i, i);
    traces.push_back(std::move(trace));
  }
  core::Matrix<Number> h(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) h(i, j) = traces[i + j];
  }
  return h;
}

}  // namespace statewright::proofs
