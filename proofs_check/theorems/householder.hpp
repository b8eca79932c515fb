#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/linalg/householder.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "core/number/real.hpp"
#include "proofs_check/theorems/factor_enclosure.hpp"

namespace statewright::proofs {

/// Rows and columns of a minor of A - I that is not 0; rank(A - I) of each.
struct Minor {
  std::vector<std::size_t> rows, columns;  ///< ascending
};

/// Evidence that |A| <= 1: I - A^T A = L diag(pivots) L^T with L lower triangular, 1 on its
/// diagonal, and pivots >= 0.
struct NormProof {
  std::vector<core::Rational> pivots;  ///< [n]
  core::Matrix<core::Rational> lower;  ///< [n, n]
};

/// Evidence that A is no product of rank(A - I) factors: the matrix Y = Z (I - A) with Y (I - A) =
/// I - A^T A, whose eigenvalues would be 2 - beta and 0, has one that is not real, because
/// q^T H q < 0 for H = (tr Y^(i + j)), i, j < n (Hermite).
struct ComplexPencil {
  core::Matrix<core::Rational> z;  ///< [n, n], Z (I - A)^2 = I - A^T A
  std::vector<core::Rational> q;   ///< [n] coprime integers
};

/// What is known about A = C_k .. C_1 with C = I - beta v v^T / (v^T v), 0 <= beta <= 2.
struct Factorisation {
  std::size_t n = 0;
  std::string kind;  ///< "identity", "permutation", "orthogonal", "partial isometry",
                     ///< "symmetric contraction", "contraction", "not a contraction", "undecided"
  /// If set, |A x| > |x|: A is no product of such factors, and nothing below is known.
  std::optional<std::vector<core::Rational>> expanded;
  std::optional<NormProof> norm;  ///< of rational contractions

  std::size_t rank = 0;  ///< rank(A - I)
  Minor minor;
  std::size_t lower = 0;  ///< no fewer factors give A
  std::string lower_reason;
  std::optional<ComplexPencil> pencil;  ///< if lower is rank + 1

  std::size_t upper = 0;  ///< so many factors give A
  std::string upper_reason;
  /// `upper` factors in order of application whose product is A exactly.
  std::optional<std::vector<core::Householder>> factors;
  /// Or `upper` factors with algebraic parameters, enclosed. If neither is there, `upper` is the
  /// theorem's 2 n and nobody has constructed them.
  std::optional<EnclosedProduct> enclosed;
  /// More factors than `upper`, but rational ones, if that was found beside `enclosed`.
  std::optional<std::vector<core::Householder>> rational;

  bool least() const noexcept { return !expanded && lower == upper; }
};

/// Factors A, [n, n], into as few factors as theory allows (householder.cpp). Rational matrices are
/// decided: contraction or not, and whether rank(A - I) factors suffice. With irrational entries
/// isometries are factored exactly, other matrices are `undecided` beyond the lower bound.
///
/// Errors: Error{shape} unless A is square; Error{range} where irrational entries lie in fields
/// that are too large. Limits: the search for reflections in front ends early at the deadline.
/// Cost: O(n^4) rational operations, times up to some hundred for a contraction that needs more
/// than rank(A - I) factors.
Factorisation factorise(const core::Matrix<core::Real>& a, const core::Limits& limits = {});

/// L D L^T of a symmetric S, D >= 0, or coprime integers x with x^T S x < 0 in `negative`.
/// Cost: O(n^3) rational operations.
std::optional<NormProof> prove_semidefinite(core::Matrix<core::Rational> s,
                                            std::vector<core::Rational>& negative);

}  // namespace statewright::proofs
