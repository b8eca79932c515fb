#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/real.hpp"

namespace statewright::core {

/// Generalised Householder matrix  I - beta v v^T / (v^T v),  v != 0, not necessarily of unit
/// length, so that the swap of two coordinates (beta = 2, v = e_i - e_j) stays integer.
/// Its one nontrivial eigenvalue is 1 - beta: beta = 2 is a reflection, beta = 1 a projection,
/// beta = 0 the identity. Source: theory of Grazzi et al., ICLR 2025, section 3.3.
struct Householder {
  Real beta;
  std::vector<Real> v;  ///< [n]

  bool operator==(const Householder&) const = default;
};

/// h <- (I - beta v v^T / (v^T v)) h for every column of h. Shapes: v [n], h [n, d].
/// Order of operations per column: s = v . h (left to right), s *= beta / (v . v), h -= s v.
/// Cost: O(n d).
void apply(const Householder& factor, Matrix<Real>& h);

/// The matrix of the factor, [n, n].
Matrix<Real> to_matrix(const Householder& factor);

/// A permutation p of {0, .., n-1}, written as its list of values.
using Permutation = std::vector<std::uint32_t>;

/// The matrix A with (A h)[i] = h[p[i]], as the shortest product of reflections: n - #cycles
/// factors, in order of application (the first entry is applied to h first). Each is the swap of
/// two coordinates, v = e_i - e_j, beta = 2. Minimal because a product of k rank-one updates has
/// rank(A - I) <= k, and rank(A - I) = n - #cycles. Cost: O(n) per factor.
/// Source: Proposition 1 (permutations), sharpened from n - 1 as Scherk's theorem says.
std::vector<Householder> reflections_of(std::span<const std::uint32_t> p);

/// Number of cycles of p, fixed points included.
std::size_t cycle_count(std::span<const std::uint32_t> p);

}  // namespace statewright::core
