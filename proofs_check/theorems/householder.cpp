// Proposition 1 (Grazzi, Siems, Zela, Franke, Hutter, Pontil: Unlocking State-Tracking in Linear
// RNNs Through Negative Eigenvalues, ICLR 2025, arXiv:2411.12537), about products N of k factors
// I - beta v v^T / (v^T v) with eigenvalues 1 - beta in [-1, 1]:
//
//   1. |N| <= 1.
//   2. Every M of size n with |M| <= 1 is a product of 3 n of them, every orthogonal M of n
//      reflections, every permutation of n - 1.
//   3. With eigenvalues in (-1, 1] each eigenvalue of N is 1 or has modulus below 1.
//
// Sharpened here, in number:
//
//   - Never fewer than r = rank(A - I), shown by a minor of A - I that is not 0.
//   - Permutations: r = n - #cycles swaps. Partial isometries, orthogonal matrices among them: r
//     projections and reflections, rational if A is (core/linalg/factorise.cpp; Scherk 1950).
//   - Contractions: r factors exactly if a certain r x r pencil has real eigenvalues only
//     (wall_form.cpp), symmetric ones always. Rational eigenvalues give rational factors, others
//     enclosures of algebraic ones.
//   - Otherwise at least r + 1. Reflections S are tried for which X = S A is a product of
//     rank(X - I) factors, which makes A = S X; then further ones. For a scaled rotation of the
//     plane any S will do, and 3 is the least.
//   - Always at most 2 n: A = Q P by the polar decomposition, P one factor for each singular value
//     below 1, Q at most n reflections. Exactly if the singular values are rational; otherwise
//     reflections near those of Q lead to an X as above (reflection_search.cpp).
//
// |A| <= 1 is decided by elimination in I - A^T A. Where it fails, a vector shows it: elimination
// writes I - A^T A = L D L^T, and a column of L^-T gives the negative value.

#include "proofs_check/theorems/householder.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/error.hpp"
#include "core/linalg/exact.hpp"
#include "core/linalg/factorise.hpp"
#include "proofs_check/theorems/reflection_search.hpp"

namespace statewright::proofs {

using core::Householder;
using core::Matrix;
using core::Rational;
using core::Real;

namespace {

using Vector = std::vector<Rational>;

template <class Number>
Matrix<Number> minus_identity(Matrix<Number> a) {
  for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) -= Number(1);
  return a;
}

/// Gaussian elimination with row exchanges: the rows and columns of the pivots.
template <class Number>
Minor nonzero_minor(Matrix<Number> a) {
  Minor minor;
  std::vector<std::size_t> row(a.rows());
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t column = 0; column < a.columns() && minor.rows.size() < a.rows(); ++column) {
    const std::size_t top = minor.rows.size();
    std::size_t pivot = top;
    while (pivot < a.rows() && a(row[pivot], column) == Number(0)) ++pivot;
    if (pivot == a.rows()) continue;
    std::swap(row[top], row[pivot]);
    for (std::size_t i = top + 1; i < a.rows(); ++i) {
      if (a(row[i], column) == Number(0)) continue;
      const Number factor = a(row[i], column) / a(row[top], column);
      for (std::size_t j = column; j < a.columns(); ++j) a(row[i], j) -= factor * a(row[top], j);
    }
    minor.rows.push_back(row[top]);
    minor.columns.push_back(column);
  }
  std::sort(minor.rows.begin(), minor.rows.end());
  return minor;
}

std::optional<Matrix<Rational>> rational_matrix(const Matrix<Real>& a) {
  if (!core::all_rational(a.entries())) return {};
  Matrix<Rational> rational(a.rows(), a.columns());
  rational.entries() = core::rationals(a.entries());
  return rational;
}

/// I - A^T A.
Matrix<Rational> defect_of(const Matrix<Rational>& a) {
  Matrix<Rational> defect = core::transpose(a) * a;
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.rows(); ++j) {
      defect(i, j) = Rational(i == j ? 1 : 0) - defect(i, j);
    }
  }
  return defect;
}

/// See ComplexPencil. In the notation of wall_form.cpp Y V = V T^-T Delta, of eigenvalues 2 - beta.
ComplexPencil complex_pencil(const Matrix<Rational>& a) {
  const std::size_t n = a.rows();
  Matrix<Rational> moved = minus_identity(a);
  for (Rational& entry : moved.entries()) entry = -entry;  // I - A
  // Z^T solves ((I - A)^2)^T Z^T = I - A^T A.
  ComplexPencil pencil;
  pencil.z = core::transpose(core::solve(core::transpose(moved * moved), defect_of(a)).value());
  const Matrix<Rational> y = pencil.z * moved;
  Vector traces;  // of Y^0, .., Y^(2 n - 2)
  Matrix<Rational> power = Matrix<Rational>::identity(n);
  for (std::size_t k = 0; k + 1 < 2 * n; ++k) {
    Rational trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += power(i, i);
    traces.push_back(std::move(trace));
    power = power * y;
  }
  Matrix<Rational> hermite(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) hermite(i, j) = traces[i + j];
  }
  if (prove_semidefinite(std::move(hermite), pencil.q)) {
    throw std::logic_error("complex_pencil: all eigenvalues are real");
  }
  return pencil;
}

std::optional<std::vector<std::uint32_t>> permutation_of(const Matrix<Rational>& a) {
  std::vector<std::uint32_t> pull(a.rows(), core::kNothing);
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.rows(); ++j) {
      if (a(i, j) == 0) continue;
      if (a(i, j) != 1 || pull[i] != core::kNothing) return {};
      pull[i] = static_cast<std::uint32_t>(j);
    }
    if (pull[i] == core::kNothing) return {};
  }
  if (!core::is_partial_permutation(pull)) return {};
  return pull;
}

Real dot(const std::vector<Real>& x, const std::vector<Real>& y) {
  Real sum;
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  return sum;
}

Matrix<Real> transposed(const Matrix<Real>& a) {
  Matrix<Real> t(a.columns(), a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.columns(); ++j) t(j, i) = a(i, j);
  }
  return t;
}

/// What is left of x once the orthogonal vectors of `basis` are taken out; divides by no root.
std::vector<Real> remainder(std::vector<Real> x, const std::vector<std::vector<Real>>& basis) {
  for (const std::vector<Real>& u : basis) {
    const Real factor = dot(u, x) / dot(u, u);
    if (factor == 0) continue;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] -= factor * u[i];
  }
  return x;
}

/// x scaled so that its first entry other than 0 is 1.
std::vector<Real> scaled(std::vector<Real> x) {
  const auto first = std::find_if(x.begin(), x.end(), [](const Real& e) { return !(e == 0); });
  if (first == x.end()) return x;
  const Real lead = *first;
  for (Real& entry : x) entry /= lead;
  return x;
}

/// The method of core::partial_isometry_factors over a field of real algebraic numbers: projections
/// along the kernel, then a basis of its complement, which begins with Fix A, is sent to where A
/// sends it. rank(A - I) factors, A a partial isometry.
std::vector<Householder> isometry_factors(const Matrix<Real>& a) {
  const std::size_t n = a.rows();
  Matrix<Real> m = minus_identity(a);
  std::vector<std::size_t> pivots;
  for (std::size_t column = 0; column < n && pivots.size() < n; ++column) {
    const std::size_t top = pivots.size();
    std::size_t row = top;
    while (row < n && m(row, column) == 0) ++row;
    if (row == n) continue;
    for (std::size_t j = 0; j < n; ++j) std::swap(m(row, j), m(top, j));
    const Real pivot = m(top, column);
    for (std::size_t j = column; j < n; ++j) m(top, j) /= pivot;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == top || m(i, column) == 0) continue;
      const Real factor = m(i, column);
      for (std::size_t j = column; j < n; ++j) m(i, j) -= factor * m(top, j);
    }
    pivots.push_back(column);
  }
  std::vector<std::vector<Real>> spanning;
  for (std::size_t column = 0; column < n; ++column) {
    if (std::find(pivots.begin(), pivots.end(), column) != pivots.end()) continue;
    std::vector<Real> x(n);
    x[column] = 1;
    for (std::size_t row = 0; row < pivots.size(); ++row) x[pivots[row]] = -m(row, column);
    spanning.push_back(std::move(x));
  }
  for (std::size_t i = 0; i < n; ++i) {  // the rows of A span the complement of its kernel
    std::vector<Real> row(n);
    for (std::size_t j = 0; j < n; ++j) row[j] = a(i, j);
    spanning.push_back(std::move(row));
  }
  std::vector<std::vector<Real>> basis;
  for (std::vector<Real>& x : spanning) {
    std::vector<Real> left = remainder(std::move(x), basis);
    if (!(dot(left, left) == 0)) basis.push_back(scaled(std::move(left)));
  }
  std::vector<Householder> factors;
  const std::size_t isometric = basis.size();
  for (std::size_t i = 0; i < n && basis.size() < n; ++i) {  // the kernel
    std::vector<Real> x(n);
    x[i] = 1;
    std::vector<Real> left = remainder(std::move(x), basis);
    if (dot(left, left) == 0) continue;
    basis.push_back(scaled(std::move(left)));
    factors.push_back({1, basis.back()});
  }
  const std::size_t projections = factors.size();
  for (std::size_t k = 0; k < isometric; ++k) {
    Matrix<Real> image = Matrix<Real>::column(basis[k]);
    for (std::size_t f = projections; f < factors.size(); ++f) apply(factors[f], image);
    const Matrix<Real> target = a * Matrix<Real>::column(basis[k]);
    std::vector<Real> v = image.entries();
    for (std::size_t i = 0; i < n; ++i) v[i] -= target(i, 0);
    if (!(dot(v, v) == 0)) factors.push_back({2, scaled(std::move(v))});
  }
  return factors;
}

std::string count_text(std::size_t count, const char* thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

void set_factors(Factorisation& out, std::vector<Householder> factors, std::string reason) {
  out.upper = factors.size();
  out.upper_reason = std::move(reason);
  out.factors = std::move(factors);
  out.enclosed.reset();
}

/// What needs more than rank(A - I) factors.
void factor_with_more(const Matrix<Rational>& a, std::size_t complex_pairs,
                      const core::Limits& limits, Factorisation& out) {
  out.lower = out.rank + 1;
  out.lower_reason = "rank(A - I) = " + std::to_string(out.rank) +
                     " factors would need a pencil with real eigenvalues, and " +
                     count_text(complex_pairs, "pair") + " of its eigenvalues " +
                     (complex_pairs == 1 ? "is" : "are") + " not real";
  out.pencil = complex_pencil(a);
  out.upper = 2 * out.n;
  out.upper_reason = "2 n, by the polar decomposition; its factors were not constructed";
  if (auto polar = core::contraction_factors(a);
      std::holds_alternative<std::vector<Householder>>(polar)) {
    set_factors(out, std::get<std::vector<Householder>>(std::move(polar)),
                "polar decomposition with rational singular values");
  }
  const std::size_t most = out.upper + (out.factors ? 0 : 1);  // 2 n that can be shown are welcome
  const auto prefixed = find_reflections(a, most, limits);
  if (!prefixed) return;
  const std::string reason = count_text(prefixed->reflections.size(), "reflection") +
                             " after rank(X - I) = " + std::to_string(prefixed->wall.rank()) +
                             " factors of an X whose pencil has real eigenvalues";
  // The first of them is the outermost, hence the last to be applied.
  const std::vector<Vector> last(prefixed->reflections.rbegin(), prefixed->reflections.rend());
  if (auto factors = rational_factors(prefixed->wall)) {
    for (const Vector& v : last) factors->push_back({2, std::vector<Real>(v.begin(), v.end())});
    set_factors(out, std::move(*factors), reason);
    return;
  }
  auto enclosed = enclosed_factors(prefixed->rest, prefixed->wall);
  if (!enclosed) return;
  for (const Vector& v : last) {
    EnclosedFactor reflection{{2, 2}, {}};
    for (const Rational& entry : v) reflection.v.push_back({entry, entry});
    enclosed->factors.push_back(std::move(reflection));
  }
  // An orthogonal matrix keeps lengths: entries that are off by e in X are off by at most n e.
  enclosed->radius *= static_cast<std::int64_t>(out.n);
  out.rational = std::move(out.factors);
  out.factors.reset();
  out.upper = enclosed->factors.size();
  out.upper_reason = reason + "; parameters are algebraic numbers";
  out.enclosed = std::move(enclosed);
}

void factor_rational(const Matrix<Rational>& a, const core::Limits& limits, Factorisation& out) {
  Vector expanded;
  out.norm = prove_semidefinite(defect_of(a), expanded);
  if (!out.norm) {
    out.kind = "not a contraction";
    out.expanded = std::move(expanded);
    return;
  }
  if (const auto pull = permutation_of(a)) {
    out.kind = out.rank == 0 ? "identity" : "permutation";
    set_factors(out, core::partial_permutation_factors(*pull), "n - #cycles swaps");
    return;
  }
  const Matrix<Rational> square = core::transpose(a) * a;
  if (a * square == a) {
    out.kind = square == Matrix<Rational>::identity(out.n) ? "orthogonal" : "partial isometry";
    set_factors(out, core::partial_isometry_factors(a),
                out.kind == "orthogonal" ? "rank(A - I) reflections (Scherk)"
                                         : "rank(A - I) projections and reflections");
    return;
  }
  out.kind = a == core::transpose(a) ? "symmetric contraction" : "contraction";
  const WallForm wall = wall_form(a);
  if (!wall.attained()) {
    factor_with_more(a, wall.complex_pairs(), limits, out);
    return;
  }
  if (auto factors = rational_factors(wall)) {
    set_factors(out, std::move(*factors), "Wall form, triangular over the rationals");
    return;
  }
  out.upper = out.rank;
  out.upper_reason =
      "Wall form, triangular over a real number field: its pencil has real eigenvalues";
  out.enclosed = enclosed_factors(a, wall);
  if (auto polar = core::contraction_factors(a);
      std::holds_alternative<std::vector<Householder>>(polar)) {
    out.rational = std::get<std::vector<Householder>>(std::move(polar));
  }
}

}  // namespace

std::optional<NormProof> prove_semidefinite(Matrix<Rational> s, Vector& negative) {
  const std::size_t n = s.rows();  // s becomes what is left of it
  NormProof proof{Vector(n), Matrix<Rational>::identity(n)};
  // x as given from `from` on, completed so that L^T x has no entries before: x^T S x is then what
  // is left of S, at x.
  const auto complete = [&](Vector x, std::size_t from) {
    for (std::size_t j = from; j-- > 0;) {
      for (std::size_t i = j + 1; i < n; ++i) x[j] -= proof.lower(i, j) * x[i];
    }
    return core::to_primitive(std::move(x));
  };
  for (std::size_t k = 0; k < n; ++k) {
    const Rational pivot = s(k, k);
    Vector x(n);
    x[k] = 1;
    if (pivot < 0) {
      negative = complete(std::move(x), k);
      return {};
    }
    if (pivot == 0) {
      for (std::size_t j = k + 1; j < n; ++j) {
        if (s(k, j) == 0) continue;
        // t^2 0 + 2 t s_kj + s_jj < 0 for t = -(s_jj + 1) / (2 s_kj)
        x[k] = -(s(j, j) + 1) / (2 * s(k, j));
        x[j] = 1;
        negative = complete(std::move(x), k);
        return {};
      }
      continue;
    }
    proof.pivots[k] = pivot;
    for (std::size_t i = k + 1; i < n; ++i) {
      const Rational factor = s(i, k) / pivot;
      if (factor == 0) continue;
      proof.lower(i, k) = factor;
      for (std::size_t j = k + 1; j < n; ++j) s(i, j) -= factor * s(k, j);
    }
  }
  return proof;
}

Factorisation factorise(const Matrix<Real>& a, const core::Limits& limits) {
  if (a.rows() != a.columns()) {
    throw core::Error(
        {core::Fault::shape, "matrix", "as many rows as columns",
         std::to_string(a.rows()) + " rows and " + std::to_string(a.columns()) + " columns"});
  }
  Factorisation out;
  out.n = a.rows();
  const auto rational = rational_matrix(a);
  out.minor =
      rational ? nonzero_minor(minus_identity(*rational)) : nonzero_minor(minus_identity(a));
  out.rank = out.lower = out.minor.rows.size();
  out.lower_reason = out.rank == 0 ? "none is needed"
                                   : "rank(A - I) = " + std::to_string(out.rank) +
                                         ", and a factor changes a matrix by rank one";
  if (rational) {
    factor_rational(*rational, limits, out);
    return out;
  }
  if (!(a * (transposed(a) * a) == a)) {
    out.kind = "undecided";
    out.upper = 2 * out.n;
    out.upper_reason =
        "2 n if |A| <= 1, which is not decided: entries are irrational and A is no isometry";
    return out;
  }
  out.kind = transposed(a) * a == Matrix<Real>::identity(out.n) ? "orthogonal" : "partial isometry";
  set_factors(out, isometry_factors(a), "rank(A - I) projections and reflections (Scherk)");
  return out;
}

}  // namespace statewright::proofs
