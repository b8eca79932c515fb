#pragma once

#include <optional>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/stability.hpp"

namespace statewright::proofs {

core::Matrix<core::Rational> rational_matrix(const core::Matrix<core::Integer>& a);

/// S scaled by a positive number to coprime integers is positive definite. Exact.
bool is_definite(const core::Matrix<core::Rational>& s);

/// q^2 P - A^T P A, shapes [n, n].
core::Matrix<core::Rational> lost(const core::Matrix<core::Integer>& form,
                                  const core::Matrix<core::Rational>& a,
                                  const core::Rational& q = 1);

/// Of an irreducible polynomial p of degree d whose roots are on the unit circle: the positive
/// definite T, [d, d], with C^T T C = T for the companion matrix C that takes (u_0, .., u_(d-1)) to
/// (u_1, .., u_d) where u satisfies p.
core::Matrix<core::Rational> circle_form(const std::vector<core::Integer>& p);

/// A positive definite P of coprime integers with P - A^T P A positive semidefinite, definite if
/// the powers of A vanish. Requires: `stability` is that of A, and bounded. Cost: for n up to about
/// 30 seconds at most. Nothing only if 8192 bits are not enough to round by.
/// Source: contraction_form.cpp.
std::optional<core::Matrix<core::Integer>> contraction_form(const core::Matrix<core::Rational>& a,
                                                            const Stability& stability);

}  // namespace statewright::proofs
