#pragma once

#include <optional>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/squares.hpp"
#include "proofs_check/theorems/stability.hpp"

namespace statewright::proofs {

/// Evidence that the powers of A are unbounded: a symmetric P, r >= 1 and
///   r > 1: A^T P A - r P = `squares`, so that x^T P x > 0 grows at least like r^k along x, A x,
///   ..; r = 1: Q = A^T P A - P has A^T Q A - Q = `squares`, so that x^T P x grows by x^T Q x > 0
///   or
///          more in every step.
struct GrowthForm {
  core::Matrix<core::Integer> form;    ///< P, coprime
  core::Rational growth = 1;           ///< r
  core::Matrix<core::Integer> gained;  ///< the form that has to be > 0 on x: P, or Q, coprime
  SumOfSquares squares;                ///< of that matrix, coprime
};

/// The evidence for a matrix whose powers are unbounded. Requires: `stability` is that of A, and
/// not bounded. Nothing only if 8192 bits are not enough to round by. Source: growth_form.cpp.
std::optional<GrowthForm> growth_form(const core::Matrix<core::Rational>& a,
                                      const Stability& stability);

/// Some x with x^T (gained) x > 0, among those that are 0 from place n on. Nothing if there is
/// none.
std::optional<std::vector<core::Integer>> growing_vector(const GrowthForm& growth, std::size_t n);

/// The fraction with the least denominator in [low, high]. Requires: 0 <= low < high.
core::Rational simplest_between(const core::Rational& low, const core::Rational& high);

}  // namespace statewright::proofs
