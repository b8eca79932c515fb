#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/linalg/householder.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"

namespace statewright::core {

/// In a partial permutation: this coordinate gets 0.
inline constexpr std::uint32_t kNothing = 0xffffffffU;

/// Whether every entry is kNothing or below pull.size(), and no coordinate is pulled twice.
bool is_partial_permutation(std::span<const std::uint32_t> pull);

/// The matrix A with (A h)[i] = h[pull[i]], or 0 where pull[i] is kNothing, as the shortest product
/// of generalised Householder factors, in order of application: rank(A - I) = n - #cycles of them.
/// A cycle of c coordinates costs c - 1 swaps; a path (the last coordinate gets 0, the first is
/// lost) of c coordinates costs c - 1 swaps that close it to a cycle and a projection, beta = 1,
/// along its last coordinate. Errors: std::invalid_argument if two coordinates pull the same one,
/// for then |A| > 1. Cost: O(n) per factor. Source: factorise.cpp.
std::vector<Householder> partial_permutation_factors(std::span<const std::uint32_t> pull);

/// A rational partial isometry (A A^T A = A; orthogonal matrices and projections among them) as
/// exactly rank(A - I) rational factors, in order of application: projections (beta = 1) along an
/// orthogonal basis of ker A, then reflections (beta = 2). No product of fewer factors is A.
/// Errors: std::invalid_argument if A is not a partial isometry. Cost: O(n^3) rational operations.
/// Source: factorise.cpp; the theorem of Scherk (1950) for orthogonal A.
std::vector<Householder> partial_isometry_factors(const Matrix<Rational>& a);

/// Why a matrix was not factored.
struct NotFactored {
  std::string reason;
};

/// A rational contraction (|A| <= 1) as at most 2 n rational factors with 0 <= beta <= 2, in order
/// of application: A = W P, P symmetric with the singular values of A, one factor of eigenvalue
/// sigma for each sigma < 1, and W a partial isometry. Exactly if the singular values of A are
/// rational, which makes the polar decomposition rational; values with denominators up to a million
/// are recognised. Otherwise NotFactored, also if A is no contraction. Cost: O(n^4) rational
/// operations. Source: Proposition 1 of Grazzi et al., ICLR 2025, with 2 n for its 3 n.
std::variant<std::vector<Householder>, NotFactored> contraction_factors(const Matrix<Rational>& a);

/// The product of factors in order of application, [n, n]: the first is applied first.
Matrix<Real> product_of(const std::vector<Householder>& factors, std::size_t n);

}  // namespace statewright::core
