// A quadratic form that A does not increase, as evidence that its powers are bounded.
//
// Rows r with r p(A)^m = 0 for a factor p of multiplicity m of the characteristic polynomial span a
// rational space that A leaves alone, and all these spaces together are everything. So P is a sum
// of R^T P_R R, where the rows R belong to some factors and R A = A_R R.
//
// All factors inside the circle, together: P_R = sum of (A_R^T)^k A_R^k solves the equation of
// Stein, P - A^T P A = 1; it is summed by doubling the number of terms, rounded to few bits, and
// what matters of it, that it is definite and the equation's left side too, is decided exactly. If
// not, more bits.
//
// A factor p of degree d on the circle, without Jordan blocks: rows w, w A, .., w A^(d-1) see a
// sequence u_k = w A^k x that is the sum of c_z z^k over the roots z of p. The sum of |c_z|^2 does
// not change with k. It is y^T (V V*)^-1 y for y = (u_0, .., u_(d-1)), where V has the columns
// (1, z, .., z^(d-1)), and V V* has the entries sum of z^(i-j), which are power sums of the roots:
// rational, and no rounding at all.

#include "proofs_check/theorems/contraction_form.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/linalg/exact.hpp"
#include "core/number/flint.hpp"
#include "proofs_check/theorems/integer_kernel.hpp"
#include "proofs_check/theorems/spectrum.hpp"
#include "proofs_check/theorems/squares.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;

namespace {

/// A matrix of balls whose radii are dropped after every operation: what comes out is checked.
class Balls {
 public:
  explicit Balls(std::size_t n) { arb_mat_init(at_, static_cast<slong>(n), static_cast<slong>(n)); }
  ~Balls() { arb_mat_clear(at_); }
  Balls(const Balls&) = delete;
  Balls& operator=(const Balls&) = delete;
  arb_mat_struct* get() { return at_; }
  void multiply(Balls& a, Balls& b, slong bits) {
    arb_mat_mul(at_, a.at_, b.at_, bits);
    arb_mat_get_mid(at_, at_);
  }

 private:
  arb_mat_t at_;
};

/// Midpoint times 2^shift, rounded.
Integer scaled_entry(Balls& p, std::size_t i, std::size_t j, slong shift) {
  arf_t x;
  fmpz_t z;
  arf_init(x);
  fmpz_init(z);
  arf_mul_2exp_si(
      x, arb_midref(arb_mat_entry(p.get(), static_cast<slong>(i), static_cast<slong>(j))), shift);
  arf_get_fmpz(z, x, ARF_RND_NEAR);
  Integer value;
  fmpz_get_mpz(value.backend().data(), z);
  fmpz_clear(z);
  arf_clear(x);
  return value;
}

/// The largest e with an entry of size 2^(e-1) or more; far below 0 for the matrix 0.
slong exponent_of(Balls& p, std::size_t n) {
  slong largest = -(1L << 40);
  for (std::size_t i = 0; i < n * n; ++i) {
    arb_srcptr entry = arb_mat_entry(p.get(), static_cast<slong>(i / n), static_cast<slong>(i % n));
    if (!arb_is_zero(entry)) {
      largest = std::max(largest, arf_abs_bound_lt_2exp_si(arb_midref(entry)));
    }
  }
  return largest;
}

/// P = sum of (A^T)^k A^k to about `bits` bits, into `sum`. False if it does not seem to end.
bool stein_sum(const Matrix<Rational>& a, slong bits, Balls& sum) {
  constexpr int kDoublings = 400;
  const std::size_t n = a.rows();
  Balls power(n), transposed(n), term(n), next(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      fmpq_t q;
      fmpq_init(q);
      fmpq_set_mpq(q, a(i, j).backend().data());
      arb_set_fmpq(arb_mat_entry(power.get(), static_cast<slong>(i), static_cast<slong>(j)), q,
                   bits);
      fmpq_clear(q);
    }
  }
  arb_mat_get_mid(power.get(), power.get());
  arb_mat_one(sum.get());
  for (int k = 0; k < kDoublings; ++k) {
    const slong size = exponent_of(power, n);
    if (size < -bits / 2) return true;
    if (size > 8 * bits) return false;
    arb_mat_transpose(transposed.get(), power.get());
    term.multiply(transposed, sum, bits);
    next.multiply(term, power, bits);
    arb_mat_add(sum.get(), sum.get(), next.get(), bits);
    arb_mat_get_mid(sum.get(), sum.get());
    next.multiply(power, power, bits);
    arb_mat_swap(power.get(), next.get());
  }
  return false;
}

/// P and P - A^T P A positive definite, in few bits. Requires: the powers of A vanish.
std::optional<Matrix<Integer>> stein_form(const Matrix<Rational>& a) {
  const std::size_t n = a.rows();
  for (slong precision = 128; precision <= 8192; precision *= 4) {
    Balls sum(n);
    if (!stein_sum(a, precision, sum)) continue;
    const slong size = exponent_of(sum, n);
    for (slong bits = 2; bits <= precision / 2; bits *= 2) {
      Matrix<Integer> p(n, n);
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
          p(i, j) = scaled_entry(sum, i, j, bits - size);
          p(j, i) = p(i, j);
        }
      }
      if (is_definite(rational_matrix(p)) && is_definite(lost(p, a)))
        return without_content(std::move(p));
    }
  }
  return {};
}

/// R stacked on top of other rows.
void append(Matrix<Rational>& to, const Matrix<Rational>& rows) {
  Matrix<Rational> all(to.rows() + rows.rows(), rows.columns());
  std::copy(to.entries().begin(), to.entries().end(), all.entries().begin());
  std::copy(rows.entries().begin(), rows.entries().end(),
            all.entries().begin() + static_cast<std::ptrdiff_t>(to.entries().size()));
  to = std::move(all);
}

/// R^T S R, scaled to coprime integers.
Matrix<Integer> pulled_back(const Matrix<Rational>& s, const Matrix<Rational>& rows) {
  return primitive_integers(core::transpose(rows) * s * rows);
}

/// The parts of P that belong to a factor on the circle: one for each of its cyclic spaces.
void add_circle_parts(const CharacteristicFactor& factor, const Matrix<Rational>& a,
                      const Matrix<Integer>& m, const Integer& denominator,
                      std::vector<Matrix<Integer>>& parts) {
  const std::size_t d = factor.degree();
  const Matrix<Rational> kernel =
      rational_matrix(left_kernel(evaluated(factor.coefficients, m, denominator)));
  const Matrix<Rational> form = circle_form(factor.coefficients);
  Matrix<Rational> seen(0, a.rows());
  for (std::size_t k = 0; k < kernel.rows() && seen.rows() < kernel.rows(); ++k) {
    Matrix<Rational> row(1, a.rows());
    for (std::size_t j = 0; j < a.rows(); ++j) row(0, j) = kernel(k, j);
    Matrix<Rational> with = seen;
    append(with, row);
    if (core::rank(with) < with.rows()) continue;  // then its whole cyclic space was seen
    Matrix<Rational> rows(0, a.rows());
    for (std::size_t i = 0; i < d; ++i) {
      append(rows, row);
      row = row * a;
    }
    append(seen, rows);
    parts.push_back(pulled_back(form, rows));
  }
}

Integer trace_of(const Matrix<Integer>& a) {
  Integer trace = 0;
  for (std::size_t i = 0; i < a.rows(); ++i) trace += a(i, i);
  return trace;
}

}  // namespace

Matrix<Rational> rational_matrix(const Matrix<Integer>& a) {
  Matrix<Rational> r(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) r.entries()[i] = Rational(a.entries()[i]);
  return r;
}

Matrix<Rational> circle_form(const std::vector<Integer>& p) {
  const std::vector<Rational> s = power_sums(p);
  Matrix<Rational> gram(s.size(), s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    for (std::size_t j = 0; j < s.size(); ++j) gram(i, j) = s[i > j ? i - j : j - i];
  }
  return *core::solve(gram, Matrix<Rational>::identity(s.size()));
}

bool is_definite(const Matrix<Rational>& s) {
  const auto squares = squares_of(primitive_integers(s));
  const auto* sum = std::get_if<SumOfSquares>(&squares);
  return sum != nullptr && sum->terms.size() == s.rows();
}

Matrix<Rational> lost(const Matrix<Integer>& form, const Matrix<Rational>& a, const Rational& q) {
  const Matrix<Rational> p = rational_matrix(form);
  Matrix<Rational> difference = core::transpose(a) * p * a;
  for (std::size_t i = 0; i < difference.entries().size(); ++i) {
    difference.entries()[i] = q * q * p.entries()[i] - difference.entries()[i];
  }
  return difference;
}

std::optional<Matrix<Integer>> contraction_form(const Matrix<Rational>& a,
                                                const Stability& stability) {
  if (stability.powers == Powers::vanish) return stein_form(a);
  const Integer denominator = core::common_denominator(a.entries());
  Matrix<Integer> m(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    m.entries()[i] = core::numerator_of(a.entries()[i] * Rational(denominator));
  }
  std::vector<Matrix<Integer>> parts;
  Matrix<Rational> inside(0, a.rows());
  for (std::size_t f = 0; f < stability.factors.size(); ++f) {
    const CharacteristicFactor& factor = stability.factors[f];
    if (stability.sides[f] == Side::on) {
      add_circle_parts(factor, a, m, denominator, parts);
      continue;
    }
    const Matrix<Integer> p = without_content(evaluated(factor.coefficients, m, denominator));
    Matrix<Integer> power = p;
    for (std::size_t k = 1; k < factor.multiplicity; ++k) power = without_content(power * p);
    append(inside, rational_matrix(left_kernel(power)));
  }
  if (inside.rows() > 0) {
    // R A = A_R R
    const auto transposed =
        core::solve(core::transpose(inside), core::transpose(Matrix<Rational>(inside * a)));
    const auto form = stein_form(core::transpose(*transposed));
    if (!form) return {};
    parts.push_back(pulled_back(rational_matrix(*form), inside));
  }
  // Parts of like size, so that none drowns the others.
  Integer largest = 0;
  for (const auto& part : parts) largest = std::max<Integer>(largest, trace_of(part));
  Matrix<Integer> sum(a.rows(), a.rows());
  for (const auto& part : parts) {
    const Integer scale = (largest + trace_of(part) / 2) / trace_of(part);
    for (std::size_t i = 0; i < sum.entries().size(); ++i) {
      sum.entries()[i] += scale * part.entries()[i];
    }
  }
  return without_content(std::move(sum));
}

}  // namespace statewright::proofs
