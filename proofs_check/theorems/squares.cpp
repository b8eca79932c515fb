// Is a symmetric matrix of integers positive semidefinite?
//
// Elimination without fractions (Bareiss 1968). Let K be the pivots so far and m the minor of S
// with rows and columns K; then every entry of the matrix B is m times an entry of the Schur
// complement of S_KK, and is itself a minor of S. A positive B_kk is the next pivot p, and
//   S = sum over pivots of b b^T / (m p),  b the column of B below the pivot,
// which is the sum of squares. B_kk < 0 is a negative vector of the Schur complement, and so are
// B_kk = 0 with B_ik != 0; otherwise the column is 0 and is passed over. A negative vector of the
// complement becomes one of S by choosing its entries in K so that it is orthogonal to every b.

#include "proofs_check/theorems/squares.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/linalg/exact.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;
using core::Real;

namespace {

struct Pivot {
  std::size_t index = 0;
  Integer before, minor;   ///< m and p
  std::vector<Integer> b;  ///< [n], 0 above the pivot
};

/// x with its entries at the pivots chosen so that it is orthogonal to every b.
std::vector<Integer> lifted(std::vector<Rational> x, const std::vector<Pivot>& pivots) {
  for (std::size_t k = pivots.size(); k-- > 0;) {
    const Pivot& pivot = pivots[k];
    Rational sum = 0;
    for (std::size_t i = pivot.index + 1; i < x.size(); ++i) {
      if (x[i] != 0 && pivot.b[i] != 0) sum += x[i] * Rational(pivot.b[i]);
    }
    x[pivot.index] = -sum / Rational(pivot.minor);
  }
  std::vector<Integer> q;
  for (const Rational& entry : core::to_primitive(std::move(x))) {
    q.push_back(core::numerator_of(entry));
  }
  return q;
}

/// The first of the vectors q scaled to entries of 2^2, 2^4, .. at most and rounded that is still
/// negative; else q.
NegativeVector shortened(const Matrix<Integer>& s, std::vector<Integer> q) {
  Integer largest = 0;
  for (const Integer& entry : q) largest = std::max<Integer>(largest, abs(entry));
  for (unsigned bits = 2; bits <= 64; bits += 2) {
    const Integer scale = Integer(1) << bits;
    if (scale >= largest) break;
    std::vector<Integer> shorter;
    for (const Integer& entry : q) {
      const Integer twice = (2 * scale * abs(entry) + largest) / (2 * largest);
      shorter.push_back(entry < 0 ? Integer(-twice) : twice);
    }
    if (quadratic_form(s, shorter) < 0) return {std::move(shorter)};
  }
  return {std::move(q)};
}

}  // namespace

Integer quadratic_form(const Matrix<Integer>& s, const std::vector<Integer>& x) {
  Integer sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == 0) continue;
    Integer row = 0;
    for (std::size_t j = 0; j < x.size(); ++j) row += s(i, j) * x[j];
    sum += x[i] * row;
  }
  return sum;
}

std::variant<SumOfSquares, NegativeVector> squares_of(Matrix<Integer> s) {
  const std::size_t n = s.rows();
  const Matrix<Integer> given = s;
  std::vector<Pivot> pivots;
  Integer before = 1;
  for (std::size_t k = 0; k < n; ++k) {
    std::vector<Rational> x(n);
    x[k] = 1;
    if (s(k, k) < 0) return shortened(given, lifted(std::move(x), pivots));
    if (s(k, k) == 0) {
      std::size_t i = k + 1;
      while (i < n && s(i, k) == 0) ++i;
      if (i == n) continue;
      // (t e_k + e_i)^T B (t e_k + e_i) = 2 t B_ik + B_ii = -1 for this t.
      x[k] = -(Rational(s(i, i)) + 1) / (2 * Rational(s(i, k)));
      x[i] = 1;
      return shortened(given, lifted(std::move(x), pivots));
    }
    Pivot pivot{k, before, s(k, k), std::vector<Integer>(n)};
    for (std::size_t i = k; i < n; ++i) pivot.b[i] = s(i, k);
    for (std::size_t i = k + 1; i < n; ++i) {
      for (std::size_t j = k + 1; j <= i; ++j) {
        Integer entry = s(i, j) * pivot.minor - pivot.b[i] * pivot.b[j];
        entry /= before;  // exact
        s(j, i) = entry;
        s(i, j) = std::move(entry);
      }
    }
    before = pivot.minor;
    pivots.push_back(std::move(pivot));
  }

  SumOfSquares squares;
  std::vector<Rational> weights;
  for (Pivot& pivot : pivots) {
    Integer common = 0;
    for (const Integer& entry : pivot.b) common = gcd(common, entry);
    for (Integer& entry : pivot.b) entry /= common;
    weights.push_back(Rational(common * common) / Rational(pivot.before * pivot.minor));
    squares.terms.push_back({0, std::move(pivot.b)});
  }
  squares.scale = core::common_denominator(weights);
  for (std::size_t k = 0; k < weights.size(); ++k) {
    squares.terms[k].weight = core::numerator_of(weights[k] * Rational(squares.scale));
  }
  return squares;
}

bool is_positive_semidefinite(Matrix<Real> s) {
  const std::size_t n = s.rows();
  for (std::size_t k = 0; k < n; ++k) {
    const int sign = s(k, k).sign();
    if (sign < 0) return false;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (s(i, k) == 0) continue;
      if (sign == 0) return false;
      const Real factor = s(i, k) / s(k, k);
      for (std::size_t j = k + 1; j < n; ++j) s(i, j) -= factor * s(k, j);
    }
  }
  return true;
}

}  // namespace statewright::proofs
