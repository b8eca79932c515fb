#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/stability.hpp"

namespace statewright::proofs {

/// x with (P - A^T P A) x = 0 for every P that serves all matrices, A = matrices[matrix].
struct RigidSpace {
  std::size_t matrix = 0;
  std::vector<std::vector<core::Rational>> vectors;  ///< [n] each
};

/// What the word of these matrices, the first applied first, says about every P >= 0 with
/// P - A^T P A >= 0 for all of them: along the orbit of what turns for ever, nothing is lost.
/// `product` is their product and `stability` its, bounded.
std::vector<RigidSpace> rigid_spaces(const std::vector<core::Matrix<core::Rational>>& matrices,
                                     const std::vector<std::size_t>& word,
                                     const core::Matrix<core::Rational>& product,
                                     const Stability& stability);

/// A positive definite P with q^2 P - A^T P A >= 0 for all A that have no rigid space, and
/// P - A^T P A >= 0 for those that have. Searched in doubles, rounded within the rational space
/// that the rigid spaces leave, and checked exactly: what is returned is proved, "nothing" is not.
/// For matrices of more than `kLargestSearch` rows, or too many, only the sum of (A_w)^T A_w over
/// all words w is tried, with q = 1. Cost: see semidefinite.hpp, with n (n + 1) / 2 variables at
/// most. Source: common_form.cpp.
std::optional<core::Matrix<core::Integer>> search_common_form(
    const std::vector<core::Matrix<core::Rational>>& matrices, const std::vector<RigidSpace>& rigid,
    const core::Rational& square_of_q, const core::Limits& limits = {});

inline constexpr std::size_t kLargestSearch = 16;

}  // namespace statewright::proofs
