// Is A = diag(w) - 2 diag(a) khat^T khat with |w| <= 1 and 0 <= a <= 1?
//
// Off the diagonal, A_ij = -2 a_i k_i k_j / |k|^2. Let J be the support of k, and I the rows with
// an entry off the diagonal. If A is diagonal, either a = 0 or k has one entry, at which A may be
// as low as w - 2 = -3. Otherwise each row i of I has a_i > 0 and entries at J without i, in
// proportion to k there, and a_j = 0 outside I.
//
// At least two rows and |J| >= 3: the rows give all of k up to a factor, hence a, hence w.
// One row i: scale k so that k_j = -A_ij; k_i = x is free, and 2 a_i x = x^2 + u^2, where u^2 is
//   the sum of the k_j^2, and w_i = A_ii + x. So x must satisfy x^2 - 2 x + u^2 <= 0 and
//   |A_ii + x| <= 1.
// Two rows i, j with J = {i, j}: with y = |k_i / k_j| it is 2 y a_i = |A_ij| (1 + y^2), the same
//   for a_j, w_i = A_ii + |A_ij| y and w_j = A_jj + |A_ji| / y. So y must satisfy
//   m y^2 - 2 y + m <= 0, where m is the larger of |A_ij| and |A_ji|, within an interval.
// A convex polynomial is at most 0 somewhere in an interval if and only if it is at the point of
// the interval that is nearest to its minimum. That point is rational, so everything is exact.

#include "automata/compile/rwkv7_form.hpp"

#include <algorithm>

namespace statewright::automata {
namespace {

using core::Matrix;
using core::Real;

Real magnitude(const Real& x) { return x.sign() < 0 ? -x : x; }

Real norm_squared(const std::vector<Real>& key) {
  Real sum;
  for (const Real& k : key) sum += k * k;
  return sum;
}

bool in_range(const Rwkv7Step& step) {
  return std::all_of(step.w.begin(), step.w.end(),
                     [](const Real& w) { return w >= -1 && w <= 1; }) &&
         std::all_of(step.a.begin(), step.a.end(), [](const Real& a) { return a >= 0 && a <= 1; });
}

/// a and w that follow from A once the key is known; row i of `rows` has an entry at some j != i.
void fill_from_key(const Matrix<Real>& A, const std::vector<std::size_t>& rows, Rwkv7Step& step) {
  const Real norm = norm_squared(step.key);
  for (const std::size_t i : rows) {
    std::size_t j = 0;
    while (j == i || A(i, j) == 0) ++j;
    if (step.key[i] == 0 || step.key[j] == 0) return;
    step.a[i] = -A(i, j) * norm / (Real(2) * step.key[i] * step.key[j]);
    step.w[i] = A(i, i) + Real(2) * step.a[i] * step.key[i] * step.key[i] / norm;
  }
}

/// The point of [low, high] nearest to `best`; nothing if the interval is empty.
std::optional<Real> nearest(const Real& low, const Real& high, const Real& best) {
  if (low > high) return {};
  return std::min(std::max(best, low), high);
}

/// A is diagonal; the first entry below -1 gets the key.
void no_row(const Matrix<Real>& A, Rwkv7Step& step) {
  for (std::size_t i = 0; i < A.rows(); ++i) {
    if (A(i, i) >= -1) continue;
    step.key[i] = 1;
    step.w[i] = -1;
    step.a[i] = (Real(-1) - A(i, i)) / Real(2);
    return;
  }
}

void one_row(const Matrix<Real>& A, std::size_t i, Rwkv7Step& step) {
  for (std::size_t j = 0; j < A.rows(); ++j) {
    if (j != i) step.key[j] = -A(i, j);
  }
  if (const auto x = nearest(Real(-1) - A(i, i), Real(1) - A(i, i), Real(1))) step.key[i] = *x;
}

void two_rows(const Matrix<Real>& A, std::size_t i, std::size_t j, Rwkv7Step& step) {
  const Real ij = magnitude(A(i, j)), ji = magnitude(A(j, i));
  Real low = (Real(-1) - A(i, i)) / ij, high = (Real(1) - A(i, i)) / ij;
  // 1/y lies between these two; y > 0.
  const Real least = (Real(-1) - A(j, j)) / ji, most = (Real(1) - A(j, j)) / ji;
  if (most.sign() <= 0) return;
  low = std::max(low, Real(1) / most);
  if (least.sign() > 0) high = std::min(high, Real(1) / least);
  const auto y = nearest(low, high, Real(1) / std::max(ij, ji));
  if (!y) return;
  step.key[i] = A(i, j).sign() < 0 ? *y : -*y;
  step.key[j] = 1;
}

void many_rows(const Matrix<Real>& A, std::size_t first, std::size_t second, Rwkv7Step& step) {
  std::size_t other = 0;
  while (other < A.rows() &&
         (other == first || other == second || A(first, other) == 0 || A(second, other) == 0)) {
    ++other;
  }
  if (other == A.rows()) return;
  for (std::size_t j = 0; j < A.rows(); ++j) {
    step.key[j] = j == first ? A(second, j) / A(second, other) : A(first, j) / A(first, other);
  }
}

}  // namespace

Rwkv7Step identity_step(std::size_t n) {
  return {std::vector<Real>(n, Real(1)), std::vector<Real>(n), std::vector<Real>(n)};
}

Rwkv7Step reflection_step(const std::vector<int>& key) {
  Rwkv7Step step = identity_step(key.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    step.key[i] = key[i];
    step.a[i] = key[i] != 0 ? 1 : 0;
  }
  return step;
}

Rwkv7Step elementary_step(const Elementary& e, std::size_t n) {
  Rwkv7Step step = identity_step(n);
  step.key[e.x] = 1;
  step.key[e.y] = -1;
  step.a[e.x] = 1;
  step.a[e.y] = e.kind == Elementary::Kind::swap ? 1 : 0;
  return step;
}

Matrix<Real> to_matrix(const Rwkv7Step& step) {
  const std::size_t n = step.w.size();
  Matrix<Real> A(n, n);
  const Real norm = norm_squared(step.key);
  for (std::size_t i = 0; i < n; ++i) {
    A(i, i) = step.w[i];
    if (norm == 0 || step.a[i] == 0 || step.key[i] == 0) continue;
    const Real scale = Real(2) * step.a[i] * step.key[i] / norm;
    for (std::size_t j = 0; j < n; ++j) {
      if (!(step.key[j] == 0)) A(i, j) -= scale * step.key[j];
    }
  }
  return A;
}

std::optional<Rwkv7Step> rwkv7_step(const Matrix<Real>& A) {
  const std::size_t n = A.rows();
  if (A.columns() != n) return {};
  Rwkv7Step step{std::vector<Real>(n), std::vector<Real>(n), std::vector<Real>(n)};
  std::vector<std::size_t> rows, columns;
  for (std::size_t i = 0; i < n; ++i) {
    step.w[i] = A(i, i);
    std::size_t count = 0;
    for (std::size_t j = 0; j < n; ++j) count += j != i && !(A(i, j) == 0) ? 1 : 0;
    if (count == 0) continue;
    rows.push_back(i);
    columns.push_back(count);
  }
  if (rows.empty()) {
    no_row(A, step);
  } else if (rows.size() == 1) {
    one_row(A, rows[0], step);
  } else if (rows.size() == 2 && columns[0] == 1 && columns[1] == 1) {
    if (A(rows[0], rows[1]) == 0 || A(rows[1], rows[0]) == 0) return {};
    two_rows(A, rows[0], rows[1], step);
  } else if (rows.size() >= 2) {
    many_rows(A, rows[0], rows[1], step);
  }
  fill_from_key(A, rows, step);
  if (!in_range(step) || !(to_matrix(step) == A)) return {};
  return step;
}

}  // namespace statewright::automata
