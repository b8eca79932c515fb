// One quadratic form for several matrices.
//
// Let P > 0 with Q = P - A^T P A >= 0. For an eigenvector x of A with |lambda| = 1 it is
// x* Q x = x* P x (1 - |lambda|^2) = 0, and so Q x = 0. Such vectors span a rational space, the
// kernel of the product of the factors on the circle. For a product A_k .. A_1 the losses
// of the steps add up to that of the product, so that none of them loses anything along the orbit
// of x. These are linear equations for P. Within the rational space of their solutions, and on the
// complement of the vectors that they are about, P and all Q shall be strictly positive: an open
// condition, so that a solution can be rounded. (Facial reduction; Borwein and Wolkowicz 1981.)
//
// For one matrix with bounded powers, and for a finite group, such a P exists. In general the
// search may miss: products of any length can make more equations, and bounded products need not
// have a common quadratic form at all.

#include "proofs_check/theorems/common_form.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/contraction_form.hpp"
#include "proofs_check/theorems/integer_kernel.hpp"
#include "proofs_check/theorems/semidefinite.hpp"
#include "proofs_check/theorems/spectrum.hpp"
#include "proofs_check/theorems/squares.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;

namespace {

using Doubles = Matrix<double>;
using Vector = std::vector<Rational>;

/// Symmetric matrices as vectors of their entries on and below the diagonal.
std::size_t place(std::size_t i, std::size_t j) {
  return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
}

/// A basis of the P with (P - A^T P A) x = 0 for all rigid x, each with an entry of its own.
std::vector<std::vector<Integer>> solutions(const std::vector<Matrix<Rational>>& matrices,
                                            const std::vector<RigidSpace>& rigid) {
  const std::size_t n = matrices.front().rows(), unknowns = n * (n + 1) / 2;
  std::vector<Vector> equations;
  for (const RigidSpace& space : rigid) {
    const Matrix<Rational>& a = matrices[space.matrix];
    for (const Vector& x : space.vectors) {
      const Vector ax = a * x;
      for (std::size_t i = 0; i < n; ++i) {  // sum_j P_ij x_j - sum_kj A_ki P_kj (A x)_j
        Vector equation(unknowns);
        for (std::size_t j = 0; j < n; ++j) {
          equation[place(i, j)] += x[j];
          for (std::size_t k = 0; k < n; ++k) equation[place(k, j)] -= a(k, i) * ax[j];
        }
        equations.push_back(core::to_primitive(std::move(equation)));
      }
    }
  }
  Matrix<Integer> system(equations.size(), unknowns);
  for (std::size_t e = 0; e < equations.size(); ++e) {
    for (std::size_t u = 0; u < unknowns; ++u) system(e, u) = core::numerator_of(equations[e][u]);
  }
  return integer_kernel(system);
}

/// For each vector of the basis a place where the others are 0.
std::vector<std::size_t> own_places(const std::vector<std::vector<Integer>>& basis) {
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < basis.size(); ++k) {
    std::size_t u = 0;
    const auto is_own = [&](std::size_t at) {
      for (std::size_t other = 0; other < basis.size(); ++other) {
        if ((basis[other][at] != 0) != (other == k)) return false;
      }
      return true;
    };
    while (u < basis[k].size() && !is_own(u)) ++u;
    if (u == basis[k].size()) throw std::logic_error("a basis in echelon form has no own entries");
    places.push_back(u);
  }
  return places;
}

/// Orthonormal columns that span what is orthogonal to the vectors, by Gram and Schmidt, twice.
Doubles complement(const std::vector<Vector>& vectors, std::size_t n) {
  constexpr double kDependent = 1e-8;
  std::vector<std::vector<double>> basis;
  const auto add = [&](std::vector<double> v) {
    double before = 0;
    for (const double x : v) before += x * x;
    for (int round = 0; round < 2; ++round) {
      for (const auto& b : basis) {
        double dot = 0;
        for (std::size_t i = 0; i < n; ++i) dot += b[i] * v[i];
        for (std::size_t i = 0; i < n; ++i) v[i] -= dot * b[i];
      }
    }
    double square = 0;
    for (const double x : v) square += x * x;
    if (!(square > kDependent * kDependent * before)) return;
    for (double& x : v) x /= std::sqrt(square);
    basis.push_back(std::move(v));
  };
  for (const Vector& vector : core::orthogonal_basis(vectors)) {
    std::vector<double> v;
    for (const Rational& x : vector) v.push_back(x.convert_to<double>());
    add(std::move(v));
  }
  const std::size_t taken = basis.size();
  for (std::size_t i = 0; i < n && basis.size() < n; ++i) {
    std::vector<double> unit(n);
    unit[i] = 1;
    add(std::move(unit));
  }
  Doubles z(n, basis.size() - taken);
  for (std::size_t c = taken; c < basis.size(); ++c) {
    for (std::size_t i = 0; i < n; ++i) z(i, c - taken) = basis[c][i];
  }
  return z;
}

Doubles transposed(const Doubles& a) {
  Doubles t(a.columns(), a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.columns(); ++j) t(j, i) = a(i, j);
  }
  return t;
}

Doubles doubles(const Matrix<Rational>& a) {
  Doubles d(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    d.entries()[i] = a.entries()[i].convert_to<double>();
  }
  return d;
}

bool serves(const Matrix<Integer>& p, const std::vector<Matrix<Rational>>& matrices) {
  if (!is_definite(rational_matrix(p))) return false;
  for (const Matrix<Rational>& a : matrices) {
    if (!core::is_positive_semidefinite(lost(p, a))) return false;
  }
  return true;
}

/// For matrices that are too large for inequalities: the sum of (A_w)^T A_w over all words w, which
/// is P = 1 + sum over the matrices of A^T P A, if it converges; rounded and checked. It is finite
/// only if the matrices contract in the mean of squares of their sum.
std::optional<Matrix<Integer>> summed_form(const std::vector<Matrix<Rational>>& matrices,
                                           const core::Limits& limits) {
  constexpr int kSteps = 400;
  constexpr double kEnough = 1e-9, kTooLarge = 1e12;
  const std::size_t n = matrices.front().rows();
  std::vector<Doubles> a, at;
  for (const Matrix<Rational>& matrix : matrices) {
    a.push_back(doubles(matrix));
    at.push_back(transposed(a.back()));
  }
  Doubles sum = Doubles::identity(n), term = sum;
  double largest = 1;
  for (int step = 0;; ++step) {
    Doubles next(n, n);
    for (std::size_t m = 0; m < a.size(); ++m) next = next + at[m] * term * a[m];
    term = std::move(next);
    sum = sum + term;
    double size = 0;
    largest = 0;
    for (std::size_t e = 0; e < n * n; ++e) {
      size = std::max(size, std::abs(term.entries()[e]));
      largest = std::max(largest, std::abs(sum.entries()[e]));
    }
    if (size < kEnough) break;
    if (step == kSteps || !(largest < kTooLarge) || limits.is_over()) return {};
  }
  for (const int bits : {4, 8, 16, 32, 48}) {
    Matrix<Rational> p(n, n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        p(i, j) = static_cast<std::int64_t>(std::llround(std::ldexp(sum(i, j) / largest, bits)));
        p(j, i) = p(i, j);
      }
    }
    Matrix<Integer> form = primitive_integers(p);
    if (serves(form, matrices)) return form;
  }
  return {};
}

}  // namespace

std::vector<RigidSpace> rigid_spaces(const std::vector<Matrix<Rational>>& matrices,
                                     const std::vector<std::size_t>& word,
                                     const Matrix<Rational>& product, const Stability& stability) {
  const Integer denominator = core::common_denominator(product.entries());
  Matrix<Integer> m(product.rows(), product.rows());
  for (std::size_t i = 0; i < m.entries().size(); ++i) {
    m.entries()[i] = core::numerator_of(product.entries()[i] * Rational(denominator));
  }
  std::vector<Vector> turning;
  for (std::size_t f = 0; f < stability.factors.size(); ++f) {
    if (stability.sides[f] != Side::on) continue;
    for (const auto& x :
         integer_kernel(evaluated(stability.factors[f].coefficients, m, denominator))) {
      turning.emplace_back(x.begin(), x.end());
    }
  }
  std::vector<RigidSpace> spaces;
  for (std::size_t k = 0; k < word.size() && !turning.empty(); ++k) {
    spaces.push_back({word[k], turning});
    for (Vector& x : turning) x = matrices[word[k]] * x;
  }
  return spaces;
}

std::optional<Matrix<Integer>> search_common_form(const std::vector<Matrix<Rational>>& matrices,
                                                  const std::vector<RigidSpace>& rigid,
                                                  const Rational& square_of_q,
                                                  const core::Limits& limits) {
  constexpr double kMostWork = 2e8;  // operations of one Newton step
  const std::size_t n = matrices.front().rows();
  if (n > kLargestSearch) return summed_form(matrices, limits);
  const auto basis = solutions(matrices, rigid);
  if (basis.empty()) return {};
  const double work = static_cast<double>(basis.size() * basis.size() * n * n) *
                      static_cast<double>(matrices.size() + 1);
  if (work > kMostWork) return summed_form(matrices, limits);
  const auto places = own_places(basis);
  // Of each basis vector the matrix, scaled to the norm 1.
  std::vector<Doubles> forms;
  std::vector<double> scales;
  MatrixInequalities problem;
  for (const auto& vector : basis) {
    Doubles form(n, n);
    Integer largest = 0;
    for (const Integer& x : vector) largest = std::max<Integer>(largest, abs(x));
    double square = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        form(i, j) = Rational(vector[place(i, j)], largest).convert_to<double>();
        square += form(i, j) * form(i, j);
      }
    }
    double trace = 0;
    for (double& x : form.entries()) x /= std::sqrt(square);
    for (std::size_t i = 0; i < n; ++i) trace += form(i, i);
    problem.weights.push_back(trace / static_cast<double>(n));
    forms.push_back(std::move(form));
  }
  problem.terms.push_back(forms);
  for (std::size_t m = 0; m < matrices.size(); ++m) {
    std::vector<Vector> lossless;
    for (const RigidSpace& space : rigid) {
      if (space.matrix != m) continue;
      lossless.insert(lossless.end(), space.vectors.begin(), space.vectors.end());
    }
    const double square = lossless.empty() ? square_of_q.convert_to<double>() : 1;
    const Doubles z = complement(lossless, n);
    if (z.columns() == 0) continue;
    const Doubles a = doubles(matrices[m]), at = transposed(a), zt = transposed(z);
    std::vector<Doubles> terms;
    for (const Doubles& form : forms) {
      Doubles term = at * form * a;
      for (std::size_t e = 0; e < n * n; ++e) {
        term.entries()[e] = square * form.entries()[e] - term.entries()[e];
      }
      terms.push_back(zt * term * z);
    }
    problem.terms.push_back(std::move(terms));
  }
  const auto y = strictly_feasible(problem, limits);
  if (!y) return {};
  // The entries that are the basis vectors' own give the coordinates.
  std::vector<double> wanted(basis.size());
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      for (std::size_t k = 0; k < basis.size(); ++k) {
        if (places[k] == place(i, j)) wanted[k] = (*y)[k] * forms[k](i, j);
      }
    }
  }
  for (const double w : wanted) largest = std::max(largest, std::abs(w));
  for (int bits = 2; bits <= 48; bits += bits < 12 ? 2 : 6) {
    Matrix<Rational> p(n, n);
    for (std::size_t k = 0; k < basis.size(); ++k) {
      const Rational coordinate =
          Rational(static_cast<std::int64_t>(std::llround(std::ldexp(wanted[k] / largest, bits)))) /
          Rational(basis[k][places[k]]);
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          p(i, j) += coordinate * Rational(basis[k][place(i, j)]);
        }
      }
    }
    Matrix<Integer> form = primitive_integers(p);
    if (serves(form, matrices)) return form;
  }
  return {};
}

}  // namespace statewright::proofs
