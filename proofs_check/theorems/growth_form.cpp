// A quadratic form that grows along an orbit, as evidence that powers are unbounded.
//
// A factor p of degree d with a root outside the circle: rows w, w A, .., w A^(d-1) with
// w p(A) = 0 see sequences that are sums of c_z z^k over the roots z, u = V c. Take r between
// |z|^2 of some roots and of the others, r > 1. The sum of +-|c_z|^2, + for |z|^2 > r, gains
// |(|z|^2 - r)| |c_z|^2 in a step beyond the factor r: it is positive definite how much, so that
// P = V^-* diag(+-1) V^-1 can be rounded. (Why r: an irreducible p may have roots on the circle
// beside some outside, as Salem numbers have, and then no rational form gains or loses on all.)
//
// A factor p on the circle with a Jordan block. Let w p(A)^2 = 0 and w p(A) != 0. On the rows that
// A makes of w it is S U, S semisimple, U = 1 + N, N^2 = 0 (Jordan and Chevalley):
// S = A - p(A) h(A), where h p' = 1 modulo p. Rows y_i = w S^i and v_i = w N S^i turn by the
// companion matrix C of p, y to C (y + v) and v to C v, and C^T T C = T for the form T of
// contraction_form.cpp. So y^T T v gains v^T T v in each step, and v^T T v stays as it is.

#include "proofs_check/theorems/growth_form.hpp"

#include <algorithm>
#include <flint/fmpq_poly.h>
#include <utility>

#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/arb.hpp"
#include "proofs_check/theorems/contraction_form.hpp"
#include "proofs_check/theorems/integer_kernel.hpp"
#include "proofs_check/theorems/spectrum.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;

namespace {

using Row = Matrix<Rational>;  // [1, n]

Matrix<Integer> scaled_to_integers(const Matrix<Rational>& a, const Integer& denominator) {
  Matrix<Integer> m(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    m.entries()[i] = core::numerator_of(a.entries()[i] * Rational(denominator));
  }
  return m;
}

/// A^T S A - r S.
Matrix<Rational> gain(const Matrix<Rational>& s, const Matrix<Rational>& a, const Rational& r) {
  Matrix<Rational> difference = core::transpose(a) * s * a;
  for (std::size_t i = 0; i < s.entries().size(); ++i) {
    difference.entries()[i] -= r * s.entries()[i];
  }
  return difference;
}

Row row_of(const Matrix<Integer>& a, std::size_t i) {
  Row row(1, a.columns());
  for (std::size_t j = 0; j < a.columns(); ++j) row(0, j) = Rational(a(i, j));
  return row;
}

bool is_zero(const Row& row) {
  return std::all_of(row.entries().begin(), row.entries().end(),
                     [](const Rational& x) { return x == 0; });
}

void set_row(Matrix<Rational>& rows, std::size_t i, const Row& row) {
  for (std::size_t j = 0; j < row.columns(); ++j) rows(i, j) = row(0, j);
}

/// The form with these properties, if it has them.
std::optional<GrowthForm> verified(const Matrix<Rational>& p, const Matrix<Rational>& a,
                                   const Rational& r) {
  GrowthForm growth;
  growth.form = primitive_integers(p);
  growth.growth = r;
  const Matrix<Rational> integral = rational_matrix(growth.form);
  const Matrix<Rational> q = r == 1 ? gain(integral, a, 1) : integral;
  growth.gained = primitive_integers(q);
  auto squares = squares_of(primitive_integers(gain(q, a, r)));
  if (!std::holds_alternative<SumOfSquares>(squares)) return {};
  growth.squares = std::get<SumOfSquares>(std::move(squares));
  if (!growing_vector(growth, a.rows())) return {};
  return growth;
}

/// Complex matrices of balls, as values that clean up.
struct ComplexMatrix {
  explicit ComplexMatrix(slong n) { acb_mat_init(at, n, n); }
  ~ComplexMatrix() { acb_mat_clear(at); }
  ComplexMatrix(const ComplexMatrix&) = delete;
  ComplexMatrix& operator=(const ComplexMatrix&) = delete;
  acb_mat_t at;
};

/// The form on u = V c and r, from roots to `bits` bits. Nothing if these are too few.
struct RootForm {
  Matrix<Rational> form;
  Rational r;
};
std::optional<RootForm> form_of_roots(const std::vector<Integer>& p, slong bits) {
  const auto d = static_cast<slong>(p.size() - 1);
  const auto size = static_cast<std::size_t>(d);
  fmpz_poly_t polynomial;
  fmpz_poly_init(polynomial);
  for (slong i = 0; i <= d; ++i) {
    fmpz_t c;
    fmpz_init(c);
    fmpz_set_mpz(c, p[static_cast<std::size_t>(i)].backend().data());
    fmpz_poly_set_coeff_fmpz(polynomial, i, c);
    fmpz_clear(c);
  }
  acb_ptr roots = _acb_vec_init(d);
  arb_fmpz_poly_complex_roots(roots, polynomial, 0, bits);
  fmpz_poly_clear(polynomial);
  std::vector<Rational> squares;  // |z|^2, about
  for (slong i = 0; i < d; ++i) {
    const Rational x = interval_of(acb_realref(roots + i), bits).middle(),
                   y = interval_of(acb_imagref(roots + i), bits).middle();
    squares.push_back(x * x + y * y);
  }
  // The widest gap above 1.
  std::vector<Rational> sorted = squares;
  std::sort(sorted.begin(), sorted.end());
  Rational low = 1, high = 1;
  for (std::size_t i = 0; i < size; ++i) {
    const Rational below = std::max<Rational>(1, i == 0 ? Rational(0) : sorted[i - 1]);
    if (sorted[i] > below && sorted[i] * low > high * below) {
      low = below;
      high = sorted[i];
    }
  }
  std::optional<RootForm> result;
  ComplexMatrix v(d), inverse(d);
  if (low < high) {
    for (slong j = 0; j < d; ++j) {
      for (slong i = 0; i < d; ++i) {
        acb_pow_ui(acb_mat_entry(v.at, i, j), roots + j, static_cast<ulong>(i), bits);
      }
    }
    if (acb_mat_inv(inverse.at, v.at, bits) != 0) {
      const Rational quarter = (high - low) / 4;
      result.emplace();
      result->r = simplest_between(low + quarter, high - quarter);
      result->form = Matrix<Rational>(size, size);
      acb_t term;
      acb_init(term);
      for (slong i = 0; i < d; ++i) {
        for (slong j = 0; j <= i; ++j) {
          Rational sum = 0;
          for (slong k = 0; k < d; ++k) {
            acb_conj(term, acb_mat_entry(inverse.at, k, i));
            acb_mul(term, term, acb_mat_entry(inverse.at, k, j), bits);
            arb_get_mid_arb(acb_realref(term), acb_realref(term));
            const Rational part = interval_of(acb_realref(term), bits).lower;
            if (squares[static_cast<std::size_t>(k)] > result->r) {
              sum += part;
            } else {
              sum -= part;
            }
          }
          result->form(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) = sum;
          result->form(static_cast<std::size_t>(j), static_cast<std::size_t>(i)) = sum;
        }
      }
      acb_clear(term);
    }
  }
  _acb_vec_clear(roots, d);
  return result;
}

/// Entries times 2^bits over the largest, rounded.
Matrix<Rational> rounded(const Matrix<Rational>& a, unsigned bits) {
  Rational largest = 0;
  for (const Rational& x : a.entries()) largest = std::max<Rational>(largest, abs(x));
  Matrix<Rational> result = a;
  for (Rational& x : result.entries()) {
    x = 2 * x * Rational(Integer(1) << bits) / largest;  // twice, then half up
    const Integer twice = core::numerator_of(x) / core::denominator_of(x);
    x = Rational(twice >= 0 ? Integer((twice + 1) / 2) : Integer((twice - 1) / 2));
  }
  return result;
}

std::optional<GrowthForm> exponential(const Matrix<Rational>& a,
                                      const CharacteristicFactor& factor) {
  const Integer denominator = core::common_denominator(a.entries());
  const Matrix<Integer> kernel =
      left_kernel(evaluated(factor.coefficients, scaled_to_integers(a, denominator), denominator));
  Matrix<Rational> rows(factor.degree(), a.rows());
  Row w = row_of(kernel, 0);
  for (std::size_t i = 0; i < factor.degree(); ++i) {
    set_row(rows, i, w);
    w = w * a;
  }
  for (slong precision = 128; precision <= 8192; precision *= 4) {
    const auto root_form = form_of_roots(factor.coefficients, precision);
    if (!root_form) continue;
    for (unsigned bits = 2; bits <= static_cast<unsigned>(precision) / 2; bits *= 2) {
      const Matrix<Rational> p = core::transpose(rows) * rounded(root_form->form, bits) * rows;
      if (auto growth = verified(p, a, root_form->r)) return growth;
    }
  }
  return {};
}

/// h with h f = 1 modulo p, as coefficients.
std::vector<Rational> inverse_modulo(const std::vector<Rational>& f,
                                     const std::vector<Rational>& p) {
  fmpq_poly_t left, right, g, s, t;
  const auto fill = [](fmpq_poly_t to, const std::vector<Rational>& from) {
    fmpq_poly_init(to);
    for (std::size_t i = 0; i < from.size(); ++i) {
      fmpq_t q;
      fmpq_init(q);
      fmpq_set_mpq(q, from[i].backend().data());
      fmpq_poly_set_coeff_fmpq(to, static_cast<slong>(i), q);
      fmpq_clear(q);
    }
  };
  fill(left, f);
  fill(right, p);
  fmpq_poly_init(g);
  fmpq_poly_init(s);
  fmpq_poly_init(t);
  fmpq_poly_xgcd(g, s, t, left, right);  // monic, so 1
  std::vector<Rational> h;
  for (slong i = 0; i < fmpq_poly_length(s); ++i) {
    fmpq_t q;
    fmpq_init(q);
    fmpq_poly_get_coeff_fmpq(q, s, i);
    Rational value;
    fmpq_get_mpq(value.backend().data(), q);
    h.push_back(std::move(value));
    fmpq_clear(q);
  }
  fmpq_poly_clear(left);
  fmpq_poly_clear(right);
  fmpq_poly_clear(g);
  fmpq_poly_clear(s);
  fmpq_poly_clear(t);
  return h;
}

/// row f(A).
Row times(const Row& row, const std::vector<Rational>& f, const Matrix<Rational>& a) {
  Row sum(1, row.columns());
  for (std::size_t k = f.size(); k-- > 0;) {
    sum = sum * a;
    for (std::size_t j = 0; j < row.columns(); ++j) sum(0, j) += f[k] * row(0, j);
  }
  return sum;
}

std::optional<GrowthForm> polynomial(const Matrix<Rational>& a,
                                     const CharacteristicFactor& factor) {
  const std::size_t d = factor.degree();
  const Integer denominator = core::common_denominator(a.entries());
  const Matrix<Integer> once =
      evaluated(factor.coefficients, scaled_to_integers(a, denominator), denominator);
  const std::vector<Rational> p(factor.coefficients.begin(), factor.coefficients.end());
  std::vector<Rational> derivative, shifted = {0};  // p' and t p'
  for (std::size_t i = 1; i <= d; ++i) derivative.push_back(Rational(i) * p[i]);
  shifted.insert(shifted.end(), derivative.begin(), derivative.end());
  const auto h = inverse_modulo(derivative, p), g = inverse_modulo(shifted, p);
  const Matrix<Integer> kernel = left_kernel(without_content(once * once));
  for (std::size_t k = 0; k < kernel.rows(); ++k) {
    Row y = row_of(kernel, k);
    Row v = times(times(y, p, a), g, a);
    if (is_zero(v)) continue;
    Matrix<Rational> ys(d, a.rows()), vs(d, a.rows());
    for (std::size_t i = 0; i < d; ++i) {
      set_row(ys, i, y);
      set_row(vs, i, v);
      const Row nilpotent = times(times(y, p, a), h, a);
      y = y * a;
      for (std::size_t j = 0; j < a.rows(); ++j) y(0, j) -= nilpotent(0, j);
      v = v * a;
    }
    const Matrix<Rational> half = core::transpose(ys) * circle_form(factor.coefficients) * vs;
    return verified(half + core::transpose(half), a, 1);
  }
  return {};
}

}  // namespace

Rational simplest_between(const Rational& low, const Rational& high) {
  const Integer whole = core::numerator_of(low) / core::denominator_of(low);
  if (Rational(whole) == low) return low;
  if (Rational(whole + 1) <= high) return whole + 1;
  return Rational(whole) +
         1 / simplest_between(1 / (high - Rational(whole)), 1 / (low - Rational(whole)));
}

std::optional<std::vector<Integer>> growing_vector(const GrowthForm& growth, std::size_t n) {
  const std::size_t size = growth.gained.rows();
  Matrix<Integer> negated(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) negated(i, j) = -growth.gained(i, j);
  }
  auto squares = squares_of(std::move(negated));
  auto* found = std::get_if<NegativeVector>(&squares);
  if (found == nullptr) return {};
  found->q.resize(size);
  return std::move(found->q);
}

std::optional<GrowthForm> growth_form(const Matrix<Rational>& a, const Stability& stability) {
  const CharacteristicFactor& factor = stability.factors[*stability.worst];
  return stability.powers == Powers::exponential ? exponential(a, factor) : polynomial(a, factor);
}

}  // namespace statewright::proofs
