#pragma once

#include <cstdint>
#include <vector>

namespace statewright::kernels {

/// A whole number of any size. Sums, products and signs are all that is needed here, so that this
/// folder does without a library of big numbers; slow and plain.
class Whole {
 public:
  Whole(std::int64_t value = 0);  // NOLINT: whole numbers convert

  /// 2^exponent; exponent >= 0, not checked.
  static Whole power_of_two(int exponent);

  int sign() const noexcept { return digits_.empty() ? 0 : negative_ ? -1 : 1; }
  Whole operator-() const;
  friend Whole operator+(const Whole& a, const Whole& b);
  friend Whole operator-(const Whole& a, const Whole& b) { return a + -b; }
  friend Whole operator*(const Whole& a, const Whole& b);

 private:
  void trim();
  std::vector<std::uint32_t> digits_;  ///< the lowest first, the highest not 0
  bool negative_ = false;
};

/// A square matrix, row by row.
using WholeMatrix = std::vector<Whole>;

/// a b for n x n matrices. Sizes: not checked.
WholeMatrix product(const WholeMatrix& a, const WholeMatrix& b, std::size_t n);

/// Whether a symmetric n x n matrix is positive semidefinite: by the signs of the pivots of its
/// symmetric elimination (L D L^T), without divisions.
bool is_semidefinite(WholeMatrix a, std::size_t n);

/// Whether all eigenvalues of A are real, and whether they are real and non-negative: the Hankel
/// matrices (tr A^(i+j)) and (tr A^(i+j+1)), i, j < n, are positive semidefinite.
/// Source: C. Hermite, Sur l'extension du theoreme de M. Sturm, 1853.
bool has_real_spectrum(const WholeMatrix& a, std::size_t n);
bool has_nonnegative_spectrum(const WholeMatrix& a, std::size_t n);

/// Whether the spectral norm of A is at most `bound`: bound^2 I - A^T A is semidefinite.
bool has_norm_at_most(const WholeMatrix& a, std::size_t n, const Whole& bound);

}  // namespace statewright::kernels
