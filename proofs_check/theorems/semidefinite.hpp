#pragma once

#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/linalg/matrix.hpp"

namespace statewright::proofs {

/// Linear matrix inequalities F_i(y) = sum_j y_j F_ij >= 0 with the normalisation w.y <= 1.
struct MatrixInequalities {
  /// [inequality][variable], symmetric; all of one inequality have one size, >= 1.
  std::vector<std::vector<core::Matrix<double>>> terms;
  std::vector<double> weights;  ///< w, [variable]
};

/// A y for which the least eigenvalue of all F_i(y) is positive and about the largest that w.y <= 1
/// allows. Nothing if there seems to be none; neither answer is certain. Deterministic. Requires:
/// F_i(y) = 0 for all i only for y = 0, and w.y > 0 wherever all F_i(y) > 0. Cost: some fifty
/// Newton steps, each of V^2 S^2 + V S^3 operations for an inequality of size S and V variables,
/// and V^3. Source: semidefinite.cpp.
std::optional<std::vector<double>> strictly_feasible(const MatrixInequalities& problem,
                                                     const core::Limits& limits = {});

}  // namespace statewright::proofs
