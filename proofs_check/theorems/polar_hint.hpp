#pragma once

#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"

namespace statewright::proofs {

/// Integer vectors along which reflections, the first applied first, turn an invertible A into
/// nearly the positive definite factor P of its polar decomposition A = Q P: at most n of them,
/// about rank(Q - I). A hint, computed in doubles, the same on every machine; nothing follows from
/// it without proof. Empty if A is singular or nearly so. Cost: O(n^3) operations of doubles.
std::vector<std::vector<core::Rational>> polar_reflections(const core::Matrix<core::Rational>& a);

}  // namespace statewright::proofs
