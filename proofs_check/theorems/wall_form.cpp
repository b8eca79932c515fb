// When is a contraction A, |A| <= 1, a product of r = rank(A - I) generalised Householder factors
// C = I - beta v v^T / (v^T v) with 0 <= beta <= 2? Fewer never suffice, since each factor changes
// A by rank one.
//
// The form. Write I - A = U T^-1 U^T, the columns of U a basis of im(I - A) and T an invertible
// r x r matrix. This is possible because Fix A = Fix A^T for contractions (|A^T x| <= |x| and
// x . A^T x = |x|^2 force A^T x = x), so that I - A has the same image and the same complement of
// the kernel. T is the matrix of a bilinear form on im(I - A), for orthogonal A the form of
// G. E. Wall (1963); another basis U S changes it to S^T T S.
//
// Products. For A = C_r .. C_1, C_1 applied first, with independent v_i as the columns of V:
// I - A = V T^-1 V^T with T lower triangular, T_ii = v_i^T v_i / beta_i, T_ij = v_i . v_j for
// i > j (induction on r; the compact form of products of reflections). Conversely, a basis in which
// T is lower triangular and
//
//   Delta := T + T^T - V^T V
//
// is diagonal gives T_ij = v_i . v_j for i > j, and hence factors with beta_i = v_i^T v_i / T_ii.
// Now I - A^T A = V T^-T Delta T^-1 V^T: Delta is positive semidefinite because A is a contraction,
// and Delta_ii = v_i^T v_i (2 / beta_i - 1) >= 0 says 0 < beta_i <= 2. In a factorisation into r
// factors the v_i span im(I - A), so they are such a basis. To decide is therefore whether some
// basis makes T lower triangular and is orthogonal for Delta.
//
// The answer. Let R be the kernel of Delta, what A's isometric directions contribute, and W = {w :
// s^T T w = 0 for all s in R}, of dimension d = rank(I - A^T A). Vectors of a basis as asked for
// with Delta_ii = 0 lie in R, are reflections and span R. They may be taken to come first, because
// a reflection S can be applied before any factor C: S C = (S C S) S, with S C S of the same beta.
// Then the others span W. Conversely a vector s of R may always come first: it is not in {w : s^T T
// w = 0}, the space left for the others, because 2 s^T T s = s^T Delta s + |U s|^2 > 0. On W Delta
// is positive definite, and the bases asked for are the Delta-orthogonal ones along a flag of
// subspaces that are invariant under K = Delta^-1 T^T: (T^T s_i) . s_j = Delta(K s_i, s_j) = 0 for
// i < j. By Schur's theorem there is one exactly if all eigenvalues mu of K are real. Then
// mu_i = T_ii / Delta_ii = 1 / (2 - beta_i), so that the betas are invariants of A.
//
// So: A is a product of rank(A - I) factors iff K has real eigenvalues only. For orthogonal A,
// where d = 0, this is Scherk's theorem; for symmetric A it always holds. A scaled rotation s
// R(phi), 0 < s < 1, sin phi != 0, needs more than two factors. If all eigenvalues are rational, so
// are the factors. The statement on contractions is our own, by the argument above.

#include "proofs_check/theorems/wall_form.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/linalg/exact.hpp"

namespace statewright::proofs {

using core::Householder;
using core::Matrix;
using core::Rational;
using core::Real;

namespace {

using Vector = std::vector<Rational>;

Matrix<Rational> of_columns(std::size_t rows, const std::vector<Vector>& columns) {
  Matrix<Rational> m(rows, columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = 0; i < rows; ++i) m(i, j) = columns[j][i];
  }
  return m;
}

Matrix<Rational> inverse(const Matrix<Rational>& m) {
  auto x = core::solve(m, Matrix<Rational>::identity(m.rows()));
  if (!x) throw std::invalid_argument("wall_form: not a contraction");
  return std::move(*x);
}

/// The columns of `space` that are left of it when s has come first: {w : s^T T w = 0}.
Matrix<Rational> without(const Matrix<Rational>& space, const Matrix<Rational>& form,
                         const Vector& s) {
  const Vector dual = core::transpose(form) * s;
  Matrix<Rational> row(1, space.columns());
  for (std::size_t j = 0; j < space.columns(); ++j) {
    for (std::size_t i = 0; i < space.rows(); ++i) row(0, j) += dual[i] * space(i, j);
  }
  std::vector<Vector> left;
  for (const Vector& c : core::kernel(std::move(row))) {
    left.push_back(core::to_primitive(space * c));
  }
  return of_columns(space.rows(), left);
}

Matrix<Rational> restricted(const Matrix<Rational>& m, const Matrix<Rational>& space) {
  return core::transpose(space) * (m * space);
}

/// K on `space`, where the defect must be positive definite.
Matrix<Rational> pencil_on(const WallForm& wall, const Matrix<Rational>& space) {
  return inverse(restricted(wall.defect, space)) * restricted(core::transpose(wall.form), space);
}

Householder factor_of(const WallForm& wall, const Vector& s) {
  const Vector v = core::to_primitive(wall.basis * s);
  // beta = |U s|^2 / (s^T T s), whatever the length of s
  const Vector image = wall.basis * s;
  const Rational beta = core::dot(image, image) / core::dot(s, wall.form * s);
  return {Real(beta), std::vector<Real>(v.begin(), v.end())};
}

}  // namespace

bool WallForm::attained() const { return complex_pairs() == 0; }

std::size_t WallForm::complex_pairs() const {
  std::size_t count = 0;
  for (const CharacteristicFactor& factor : eigenvalues) {
    count += factor.multiplicity * (factor.degree() - factor.real_roots);
  }
  return count / 2;
}

bool WallForm::rational() const {
  return std::all_of(eigenvalues.begin(), eigenvalues.end(),
                     [](const CharacteristicFactor& factor) { return factor.degree() == 1; });
}

WallForm wall_form(const Matrix<Rational>& a) {
  if (a.rows() != a.columns()) throw std::invalid_argument("wall_form: not square");
  const std::size_t n = a.rows();
  Matrix<Rational> b(n, n);  // I - A
  std::vector<Vector> columns(n, Vector(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      b(i, j) = Rational(i == j ? 1 : 0) - a(i, j);
      columns[j][i] = b(i, j);
    }
  }
  WallForm wall;
  wall.basis = of_columns(n, core::orthogonal_basis(columns));
  const std::size_t r = wall.rank();
  const Matrix<Rational> gram = core::transpose(wall.basis) * wall.basis;  // diagonal
  Matrix<Rational> inverse_form = restricted(b, wall.basis);
  for (std::size_t i = 0; i < r; ++i) {
    for (std::size_t j = 0; j < r; ++j) inverse_form(i, j) /= gram(i, i) * gram(j, j);
  }
  wall.form = inverse(inverse_form);
  wall.defect = wall.form + core::transpose(wall.form);
  for (std::size_t i = 0; i < r; ++i) wall.defect(i, i) -= gram(i, i);

  Matrix<Rational> space = Matrix<Rational>::identity(r);
  while (space.columns() > 0) {
    const std::vector<Vector> isometric = core::kernel(wall.defect * space);
    if (isometric.empty()) break;
    Vector s = core::to_primitive(space * isometric.front());
    space = without(space, wall.form, s);
    wall.reflections.push_back(std::move(s));
  }
  wall.rest = std::move(space);
  wall.pencil = pencil_on(wall, wall.rest);
  wall.eigenvalues = characteristic_factors(wall.pencil);
  return wall;
}

std::optional<std::vector<Householder>> rational_factors(const WallForm& wall) {
  if (!wall.rational()) return {};
  std::vector<Householder> factors;
  for (const Vector& s : wall.reflections) factors.push_back(factor_of(wall, s));
  Matrix<Rational> space = wall.rest;
  for (const CharacteristicFactor& factor : wall.eigenvalues) {
    const Rational mu(-factor.coefficients[0], factor.coefficients[1]);
    for (std::size_t i = 0; i < factor.multiplicity; ++i) {
      Matrix<Rational> shifted = pencil_on(wall, space);
      for (std::size_t j = 0; j < shifted.rows(); ++j) shifted(j, j) -= mu;
      const Vector s = space * core::kernel(std::move(shifted)).front();
      factors.push_back(factor_of(wall, s));
      space = without(space, wall.form, s);
    }
  }
  return factors;
}

}  // namespace statewright::proofs
