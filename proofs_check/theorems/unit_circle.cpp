// On which side of the unit circle do the roots of an irreducible polynomial p lie?
//
// If p(z) = 0 with |z| = 1, then 1/z, the conjugate of z, is a root of p too, and so p shares a
// root with its reversed polynomial and equals it up to sign. Hence p either has no root on the
// circle, or it is t - 1, t + 1, or reciprocal of even degree 2e: p(t) = t^e q(t + 1/t). The roots
// of a reciprocal polynomial come in pairs z, 1/z, of which one is not inside; so either all of
// them are on the circle, which is that q has real roots in (-2, 2) only, or one is outside.
//
// (-2, 2) is moved to the positive numbers by s = 2 (1 - w) / (1 + w), and a polynomial with real
// roots only has as many positive ones as its coefficients change signs (Descartes). Sturm's
// theorem counts the real ones.
//
// All roots inside (Schur, Cohn; Jury): with p = a_d t^d + .. + a_0 and p* the reversed one this is
// |a_0| < |a_d| and that (a_d p - a_0 p*) / t, of degree d - 1, has all roots inside. Dividing by
// the common factor of the coefficients keeps them as short as minors.

#include "proofs_check/theorems/unit_circle.hpp"

#include <cstddef>
#include <flint/fmpz_poly.h>
#include <utility>

namespace statewright::proofs {

using core::Integer;
using core::Rational;

namespace {

using Polynomial = std::vector<Integer>;

Polynomial product(const Polynomial& a, const Polynomial& b) {
  Polynomial c(a.size() + b.size() - 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) c[i + j] += a[i] * b[j];
  }
  return c;
}

void add(Polynomial& to, const Polynomial& what, const Integer& times) {
  if (to.size() < what.size()) to.resize(what.size());
  for (std::size_t i = 0; i < what.size(); ++i) to[i] += times * what[i];
}

std::size_t real_roots(const Polynomial& polynomial) {
  fmpz_poly_t p;
  fmpz_poly_init(p);
  for (std::size_t i = 0; i < polynomial.size(); ++i) {
    fmpz_t c;
    fmpz_init(c);
    fmpz_set_mpz(c, polynomial[i].backend().data());
    fmpz_poly_set_coeff_fmpz(p, static_cast<slong>(i), c);
    fmpz_clear(c);
  }
  const auto count = static_cast<std::size_t>(fmpz_poly_num_real_roots(p));
  fmpz_poly_clear(p);
  return count;
}

/// q of a reciprocal p of degree 2e: t^k + t^-k is C_k(t + 1/t) with C_0 = 2, C_1 = s and
/// C_(k+1) = s C_k - C_(k-1).
Polynomial trace_polynomial(const Polynomial& p) {
  const std::size_t e = (p.size() - 1) / 2;
  Polynomial before = {2}, now = {0, 1}, q = {p[e]};
  for (std::size_t k = 1; k <= e; ++k) {
    add(q, now, p[e + k]);
    Polynomial next = product({0, 1}, now);
    add(next, before, -1);
    before = std::exchange(now, std::move(next));
  }
  return q;
}

/// Whether all roots of q, which is irreducible, are real and in (-2, 2).
bool roots_between(const Polynomial& q) {
  const std::size_t e = q.size() - 1;
  Polynomial moved = {0};  // (1 + w)^e q(2 (1 - w) / (1 + w))
  for (std::size_t j = 0; j <= e; ++j) {
    Polynomial term = {q[j]};
    for (std::size_t k = 0; k < e; ++k) {
      term = product(term, k < j ? Polynomial{2, -2} : Polynomial{1, 1});
    }
    add(moved, term, 1);
  }
  for (std::size_t j = 0; j < e; ++j) {
    if (moved[j] * moved[j + 1] >= 0) return false;
  }
  return real_roots(moved) == e;
}

}  // namespace

bool has_roots_inside(std::vector<Integer> p) {
  while (p.size() > 1) {
    const std::size_t d = p.size() - 1;
    const Integer low = p.front(), high = p.back();
    if (abs(low) >= abs(high)) return false;
    Polynomial next(d);
    Integer common = 0;
    for (std::size_t j = 0; j < d; ++j) {
      next[j] = high * p[j + 1] - low * p[d - 1 - j];
      common = gcd(common, next[j]);
    }
    for (Integer& c : next) c /= common;  // the leading one is high^2 - low^2 > 0
    p = std::move(next);
  }
  return true;
}

Side side_of_circle(const std::vector<Integer>& p) {
  if (has_roots_inside(p)) return Side::inside;
  const std::size_t d = p.size() - 1;
  if (d == 1) return abs(p[0]) == abs(p[1]) ? Side::on : Side::outside;
  bool reciprocal = d % 2 == 0;
  for (std::size_t i = 0; i < d; ++i) reciprocal = reciprocal && p[i] == p[d - i];
  return reciprocal && roots_between(trace_polynomial(p)) ? Side::on : Side::outside;
}

std::vector<Rational> power_sums(const std::vector<Integer>& p) {
  const std::size_t d = p.size() - 1;
  const auto c = [&](std::size_t k) { return Rational(p[d - k]) / Rational(p[d]); };  // of t^(d-k)
  std::vector<Rational> s = {Rational(d)};
  for (std::size_t k = 1; k < d; ++k) {
    Rational sum = -Rational(k) * c(k);
    for (std::size_t i = 1; i < k; ++i) sum -= c(i) * s[k - i];
    s.push_back(std::move(sum));
  }
  return s;
}

}  // namespace statewright::proofs
