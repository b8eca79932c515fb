#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/wall_form.hpp"

namespace statewright::proofs {

/// A = S_1 .. S_m X, reflections along `reflections`, X a product of rank(X - I) factors.
struct Prefixed {
  std::vector<std::vector<core::Rational>> reflections;  ///< [m] of [n]
  core::Matrix<core::Rational> rest;                     ///< X
  WallForm wall;                                         ///< of X

  std::size_t factors() const { return reflections.size() + wall.rank(); }
};

/// A rational contraction A that is no product of rank(A - I) factors as reflections and one that
/// is, by trying: the best of two searches, with fewer than `most` factors in all. Nothing if they
/// find none or at the deadline. Deterministic unless a time limit is set. Cost: pencils of O(n^4)
/// rational operations, at most 2 10^6 / n^4 + n of them; up to ten seconds for n = 12.
std::optional<Prefixed> find_reflections(const core::Matrix<core::Rational>& a, std::size_t most,
                                         const core::Limits& limits);

}  // namespace statewright::proofs
