// Rational matrices of norm <= 1 as products of few generalised Householder factors
// C = I - beta v v^T / (v^T v), 0 <= beta <= 2.
//
// Lower bound. C changes a matrix by rank one, so a product of k factors has rank(A - I) <= k.
//
// Partial isometries reach it. Let K = ker A, d = dim K, and let A be isometric on K', the
// orthogonal complement of K. A v = v implies |A v| = |v|, hence v in K' (A = A P with P the
// projection onto K', and |A v| = |P v|). So Fix A is a subspace of K'. Take an orthogonal basis
// u_1, .., u_(n-d) of K' that begins with one of Fix A. First project: d factors with beta = 1
// along an orthogonal basis of K. Then send u_i to A u_i one after the other, as in the proof of
// Witt's theorem: if the factors so far send u_i to u', the reflection along u' - A u_i exchanges
// these two vectors of equal length, and it fixes A u_j for j < i, because u' (image of u_i under
// an isometry that sends u_j to A u_j) and A u_i are both orthogonal to A u_j. Nothing is to be
// done where u' already is A u_i, in particular on Fix A. In all at most d + (n - d - dim Fix A) =
// rank(A - I) factors, and by the lower bound exactly that many. All numbers are rational since
// nothing is normalised. For orthogonal A this is Scherk's theorem over a definite form, where its
// exceptional case (u' - A u_i isotropic) cannot occur.
//
// Contractions. A^T A is symmetric with eigenvalues sigma^2; if all sigma are rational, its
// eigenspaces have rational orthogonal bases u_i, and A = W P with P = prod (I - (1 - sigma_i) u_i
// u_i^T / u_i^T u_i) and W u_i = A u_i / sigma_i, or 0 where sigma_i = 0. W is a partial isometry
// with the kernel of A, so that the factors of P with sigma = 0 are those of W.

#include "core/linalg/factorise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/linalg/exact.hpp"

namespace statewright::core {
namespace {

Householder factor_along(const std::vector<Rational>& v, Real beta) {
  return {std::move(beta), std::vector<Real>(v.begin(), v.end())};
}

/// A factor of small integers that is not the identity, applied to x.
void reflect(const std::vector<Rational>& v, std::vector<Rational>& x) {
  const Rational scale = 2 * dot(v, x) / dot(v, v);
  if (scale == 0) return;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= scale * v[i];
}

/// Eigenvalues of a small symmetric matrix by Jacobi's rotations: hints only.
std::vector<double> approximate_eigenvalues(const Matrix<Rational>& s) {
  const std::size_t n = s.rows();
  std::vector<double> a(n * n);
  for (std::size_t i = 0; i < n * n; ++i) a[i] = s.entries()[i].convert_to<double>();
  for (int sweep = 0; sweep < 60; ++sweep) {
    double off = 0;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        const double apq = a[p * n + q];
        off += apq * apq;
        if (apq == 0) continue;
        const double angle = 0.5 * std::atan2(2 * apq, a[q * n + q] - a[p * n + p]);
        const double c = std::cos(angle), t = std::sin(angle);
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[k * n + p], y = a[k * n + q];
          a[k * n + p] = c * x - t * y;
          a[k * n + q] = t * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[p * n + k], y = a[q * n + k];
          a[p * n + k] = c * x - t * y;
          a[q * n + k] = t * x + c * y;
        }
      }
    }
    if (off < 1e-26) break;
  }
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = a[i * n + i];
  return values;
}

/// The fraction with the smallest denominator within 1e-7 of x in [0, 1], by continued fractions.
Rational nearby_fraction(double x) {
  constexpr double kLargestDenominator = 1e6;
  double rest = x, p0 = 0, q0 = 1, p1 = 1, q1 = 0;
  for (int i = 0; i < 40; ++i) {
    const double whole = std::floor(rest);
    const double p2 = whole * p1 + p0, q2 = whole * q1 + q0;
    if (q2 > kLargestDenominator) break;
    p0 = std::exchange(p1, p2);
    q0 = std::exchange(q1, q2);
    if (std::abs(p1 / q1 - x) < 1e-7 / q1) break;
    if (rest - whole < 1e-12) break;
    rest = 1 / (rest - whole);
  }
  return Rational(static_cast<std::int64_t>(p1), static_cast<std::int64_t>(q1));
}

Matrix<Rational> minus_scalar(Matrix<Rational> s, const Rational& value) {
  for (std::size_t i = 0; i < s.rows(); ++i) s(i, i) -= value;
  return s;
}

}  // namespace

bool is_partial_permutation(std::span<const std::uint32_t> pull) {
  std::vector<bool> used(pull.size());
  for (const std::uint32_t from : pull) {
    if (from == kNothing) continue;
    if (from >= pull.size() || used[from]) return false;
    used[from] = true;
  }
  return true;
}

std::vector<Householder> partial_permutation_factors(std::span<const std::uint32_t> pull) {
  if (!is_partial_permutation(pull)) {
    throw std::invalid_argument("partial_permutation_factors: no partial permutation");
  }
  // Close every path: its last coordinate, which gets 0, gets the one that nobody pulls instead.
  const std::size_t n = pull.size();
  Permutation closed(pull.begin(), pull.end());
  std::vector<std::uint32_t> puller(n, kNothing), last;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (pull[i] != kNothing) puller[pull[i]] = i;
  }
  for (std::uint32_t first = 0; first < n; ++first) {
    if (puller[first] != kNothing) continue;
    std::uint32_t i = first;
    while (pull[i] != kNothing) i = pull[i];
    closed[i] = first;
    last.push_back(i);
  }
  std::vector<Householder> factors = reflections_of(closed);
  for (const std::uint32_t i : last) {
    Householder projection{1, std::vector<Real>(n)};
    projection.v[i] = 1;
    factors.push_back(std::move(projection));
  }
  return factors;
}

std::vector<Householder> partial_isometry_factors(const Matrix<Rational>& a) {
  if (a.rows() != a.columns() || !(a * (transpose(a) * a) == a)) {
    throw std::invalid_argument("partial_isometry_factors: A A^T A != A");
  }
  const std::size_t n = a.rows();
  std::vector<Householder> factors;
  for (const std::vector<Rational>& k : orthogonal_basis(kernel(a))) {
    factors.push_back(factor_along(k, 1));
  }
  // A basis of the complement of the kernel, which is the image of A^T, from Fix A on.
  std::vector<std::vector<Rational>> spanning = kernel(minus_scalar(a, 1));
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<Rational> row(n);
    for (std::size_t j = 0; j < n; ++j) row[j] = a(i, j);
    spanning.push_back(std::move(row));
  }
  std::vector<std::vector<Rational>> reflections;
  for (const std::vector<Rational>& u : orthogonal_basis(spanning)) {
    std::vector<Rational> moved = u;
    for (const std::vector<Rational>& v : reflections) reflect(v, moved);
    const std::vector<Rational> target = a * u;
    for (std::size_t i = 0; i < n; ++i) moved[i] -= target[i];
    if (dot(moved, moved) != 0) reflections.push_back(to_primitive(std::move(moved)));
  }
  for (const std::vector<Rational>& v : reflections) factors.push_back(factor_along(v, 2));
  return factors;
}

std::variant<std::vector<Householder>, NotFactored> contraction_factors(const Matrix<Rational>& a) {
  if (a.rows() != a.columns() || !is_contraction(a)) {
    return NotFactored{"the matrix is no contraction"};
  }
  const std::size_t n = a.rows();
  const Matrix<Rational> square = transpose(a) * a;
  std::vector<Householder> factors;
  Matrix<Rational> isometry(n, n);
  std::size_t found = 0;
  std::vector<Rational> tried;
  for (const double value : approximate_eigenvalues(square)) {
    const Rational sigma = nearby_fraction(std::sqrt(std::min(1.0, std::max(0.0, value))));
    if (std::find(tried.begin(), tried.end(), sigma) != tried.end()) continue;
    tried.push_back(sigma);
    for (const std::vector<Rational>& u :
         orthogonal_basis(kernel(minus_scalar(square, sigma * sigma)))) {
      ++found;
      if (sigma == 0) continue;  // the isometry's kernel takes care of these
      if (sigma != 1) factors.push_back(factor_along(u, Real(Rational(1 - sigma))));
      const std::vector<Rational> image = a * u;
      const Rational scale = sigma * dot(u, u);
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) isometry(i, j) += image[i] * u[j] / scale;
      }
    }
  }
  if (found != n) return NotFactored{"a singular value is irrational"};
  for (Householder& factor : partial_isometry_factors(isometry)) {
    factors.push_back(std::move(factor));
  }
  return factors;
}

Matrix<Real> product_of(const std::vector<Householder>& factors, std::size_t n) {
  Matrix<Real> product = Matrix<Real>::identity(n);
  for (const Householder& factor : factors) apply(factor, product);
  return product;
}

}  // namespace statewright::core
