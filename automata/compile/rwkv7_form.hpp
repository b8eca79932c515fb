#pragma once

#include <optional>
#include <vector>

#include "automata/compile/elementary.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/real.hpp"

namespace statewright::automata {

/// What RWKV-7 multiplies its state by at one step, with c = 2: in the row convention of the paper
/// S <- S (diag(w) - c khat^T (a . khat)), in ours, where H = S^T,
///   H <- A H,  A = diag(w) - 2 (a . khat)^T khat,  khat = key / |key|.
/// Ranges: w_i in [-1, 1], a_i in [0, 1]. A key of zeros means no second term, as a = 0 does. The
/// architecture as shipped has c = 1 and w > 0.545.
/// Source: RWKV-7, arXiv:2503.14456, section 4 and Appendix D.
struct Rwkv7Step {
  std::vector<core::Real> w;    ///< [n]
  std::vector<core::Real> a;    ///< [n]
  std::vector<core::Real> key;  ///< [n], of any length: irrational norms never occur in A
};

/// w = 1, a = 0.
Rwkv7Step identity_step(std::size_t n);

/// w = 1, and a = 1 where the key is not 0: the reflection that changes the sign of the key.
Rwkv7Step reflection_step(const std::vector<int>& key);

/// On coordinates h'[f] = h[e(f)]: for a swap h_x and h_y change places, the reflection of
/// e_x - e_y; for a copy h_x <- h_y, the same key with a = e_x. Norm sqrt(2) for a copy.
Rwkv7Step elementary_step(const Elementary& e, std::size_t n);

/// A of the step, [n, n], exactly. Requires three vectors of one size.
core::Matrix<core::Real> to_matrix(const Rwkv7Step& step);

/// A step with this matrix, exactly and within the ranges, if there is one; nothing if there is
/// none. Decides all rational matrices, square ones only.
/// Cost: O(n^2) operations.
std::optional<Rwkv7Step> rwkv7_step(const core::Matrix<core::Real>& A);

}  // namespace statewright::automata
