#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/linalg/householder.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/characteristic.hpp"

namespace statewright::proofs {

/// The Wall form of a rational contraction A, [n, n], |A| <= 1, prepared for factoring A into
/// r = rank(A - I) factors, the least number that can be: see wall_form.cpp, which proves what is
/// said here. Vectors s are coordinates in the basis `basis`.
struct WallForm {
  core::Matrix<core::Rational> basis;   ///< U [n, r], columns span im(I - A), orthogonal
  core::Matrix<core::Rational> form;    ///< T [r, r],  I - A = U T^-1 U^T
  core::Matrix<core::Rational> defect;  ///< T + T^T - U^T U, [r, r], positive semidefinite
  /// What comes of the directions along which A is an isometry: reflections (beta = 2), first.
  std::vector<std::vector<core::Rational>> reflections;  ///< [r - d] of [r]
  /// The space that is left, columns, [r, d]; the defect is positive definite on it.
  core::Matrix<core::Rational> rest;
  core::Matrix<core::Rational> pencil;  ///< K = (rest^T defect rest)^-1 rest^T T^T rest, [d, d]
  std::vector<CharacteristicFactor> eigenvalues;  ///< of K

  std::size_t rank() const noexcept { return basis.columns(); }
  /// Whether A is a product of r factors I - beta v v^T / (v^T v), 0 < beta <= 2: K has real
  /// eigenvalues only. Then their betas are determined but for the order: 2, r - d times, and
  /// 2 - 1 / mu for every eigenvalue mu of K.
  bool attained() const;
  std::size_t complex_pairs() const;  ///< eigenvalues of K that are not real, half their number
  bool rational() const;              ///< all eigenvalues of K are rational
};

/// Errors: std::invalid_argument unless A is square; nothing sensible unless it is a contraction.
/// Cost: O(n^4) rational operations.
WallForm wall_form(const core::Matrix<core::Rational>& a);

/// r rational factors in order of application. Nothing unless wall.rational().
/// Cost: O(r^4) rational operations.
std::optional<std::vector<core::Householder>> rational_factors(const WallForm& wall);

}  // namespace statewright::proofs
