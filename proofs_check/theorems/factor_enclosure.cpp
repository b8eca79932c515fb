// The least factorisation of a contraction when the eigenvalues mu of its pencil K are real but not
// all rational (wall_form.cpp says what K, Delta and the form T are).
//
// The vectors asked for are what Gram and Schmidt, with respect to Delta, make of any vectors
// w_1, .., w_d whose first j span a K-invariant subspace for each j. They are taken eigenvalue by
// eigenvalue: ker (K - mu)^j for j = 1, 2, .. up to the multiplicity. Over the rationals only the
// irreducible factor p of mu is known; with q(t) = p(t) / (t - mu) the map q(K)^j sends ker p(K)^j,
// which has a rational basis, onto ker (K - mu)^j, because q(K) is invertible there (mu is a simple
// root of p) and 0 on what other roots contribute. So every w is a polynomial in mu with rational
// coefficients, and is enclosed by ball arithmetic from an isolating ball of mu.
//
// dim ker (K - mu)^j = dim ker p(K)^j / deg p is known exactly. Of the candidates the one with the
// largest remainder is taken whose Delta-norm is certified not to be 0; if there is none, precision
// was too low. In the end the vectors are d independent ones, so that the product is A by the
// theorem; what the balls add is where the numbers are. That the product of the boxes contains A is
// checked nevertheless.

#include "proofs_check/theorems/factor_enclosure.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/linalg/exact.hpp"
#include "core/number/flint.hpp"
#include "proofs_check/theorems/arb.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;

namespace {

using Vector = std::vector<Rational>;

using Arbs = std::vector<Arb>;

Arb dot(const Arbs& x, const Arbs& y, slong p) {
  Arb sum;
  for (std::size_t i = 0; i < x.size(); ++i) {
    arb_addmul(sum.get(), x[i].get(), y[i].get(), p);
  }
  return sum;
}

/// A rational matrix times a vector of balls.
Arbs times(const Matrix<Rational>& m, const Arbs& x, slong p) {
  Arbs y(m.rows());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    for (std::size_t j = 0; j < m.columns(); ++j) {
      if (m(i, j) == 0) continue;
      arb_addmul(y[i].get(), Arb(m(i, j), p).get(), x[j].get(), p);
    }
  }
  return y;
}

Rational rational_of(const arf_t x) {
  fmpq_t q;
  fmpq_init(q);
  arf_get_fmpq(q, x);
  Rational value;
  fmpq_get_mpq(value.backend().data(), q);
  fmpq_clear(q);
  return value;
}

Interval interval_of(const Arb& x, slong p) {
  Interval interval;
  arf_t bound;
  arf_init(bound);
  arb_get_lbound_arf(bound, x.get(), p);
  interval.lower = rational_of(bound);
  arb_get_ubound_arf(bound, x.get(), p);
  interval.upper = rational_of(bound);
  arf_clear(bound);
  return interval;
}

/// The real roots of an irreducible polynomial, ascending, as disjoint balls.
std::vector<Arb> real_roots(const CharacteristicFactor& factor, slong p) {
  fmpz_poly_t polynomial;
  fmpz_poly_init(polynomial);
  for (std::size_t i = 0; i < factor.coefficients.size(); ++i) {
    fmpz_t c;
    fmpz_init(c);
    fmpz_set_mpz(c, factor.coefficients[i].backend().data());
    fmpz_poly_set_coeff_fmpz(polynomial, static_cast<slong>(i), c);
    fmpz_clear(c);
  }
  const auto degree = static_cast<slong>(factor.degree());
  acb_ptr roots = _acb_vec_init(degree);
  arb_fmpz_poly_complex_roots(roots, polynomial, 0, p);  // real ones have imaginary part 0
  std::vector<Arb> found;
  for (slong i = 0; i < degree; ++i) {
    if (!acb_is_real(roots + i)) continue;
    Arb root;
    arb_set(root.get(), acb_realref(roots + i));
    found.push_back(std::move(root));
  }
  _acb_vec_clear(roots, degree);
  fmpz_poly_clear(polynomial);
  return found;
}

/// p(K), by Horner's rule.
Matrix<Rational> evaluated(const CharacteristicFactor& factor, const Matrix<Rational>& K) {
  Matrix<Rational> value(K.rows(), K.rows());
  for (std::size_t i = factor.coefficients.size(); i-- > 0;) {
    value = value * K;
    for (std::size_t j = 0; j < K.rows(); ++j) value(j, j) += Rational(factor.coefficients[i]);
  }
  return value;
}

/// Coefficients of p(t) / (t - mu), constant term first.
Arbs quotient(const CharacteristicFactor& factor, const Arb& mu, slong p) {
  Arbs q(factor.degree());
  Arb carry;
  for (std::size_t i = factor.degree(); i-- > 0;) {
    arb_mul(carry.get(), carry.get(), mu.get(), p);
    arb_add(carry.get(), carry.get(), Arb(Rational(factor.coefficients[i + 1]), p).get(), p);
    q[i] = carry;
  }
  return q;
}

/// q(K) x.
Arbs applied(const Arbs& q, const Matrix<Rational>& K, const Arbs& x, slong p) {
  Arbs value(x.size());
  for (std::size_t i = q.size(); i-- > 0;) {
    value = times(K, value, p);
    for (std::size_t j = 0; j < x.size(); ++j) {
      arb_addmul(value[j].get(), q[i].get(), x[j].get(), p);
    }
  }
  return value;
}

/// The vectors s of the rest, one after the other, and the mu of each.
class Flag {
 public:
  Flag(const WallForm& wall, slong p) : K_(wall.pencil), p_(p) {
    delta_ = core::transpose(wall.rest) * (wall.defect * wall.rest);
  }

  /// Adds all vectors for the eigenvalues of `factor`; false if precision is too low.
  bool add(const CharacteristicFactor& factor) {
    const Matrix<Rational> value = evaluated(factor, K_);
    std::vector<std::vector<Vector>> kernels;  // of p(K)^j
    Matrix<Rational> power = Matrix<Rational>::identity(K_.rows());
    for (std::size_t j = 0; j < factor.multiplicity; ++j) {
      power = power * value;
      kernels.push_back(core::kernel(power));
    }
    for (const Arb& mu : real_roots(factor, p_)) {
      const Arbs q = quotient(factor, mu, p_);
      std::size_t done = 0;
      for (std::size_t j = 0; j < kernels.size(); ++j) {
        std::vector<Arbs> candidates;
        for (const Vector& x : kernels[j]) {
          Arbs w;
          for (const Rational& entry : x) w.emplace_back(entry, p_);
          for (std::size_t i = 0; i <= j; ++i) w = applied(q, K_, w, p_);
          candidates.push_back(std::move(w));
        }
        for (; done < kernels[j].size() / factor.degree(); ++done) {
          if (!take_largest(candidates, mu)) return false;
        }
      }
    }
    return true;
  }

  const std::vector<std::pair<Arbs, Arb>>& vectors() const { return taken_; }

 private:
  Arbs remainder(Arbs w) const {
    for (const auto& [s, mu] : taken_) {
      const Arbs dual = times(delta_, s, p_);
      Arb factor = dot(dual, w, p_);
      arb_div(factor.get(), factor.get(), dot(dual, s, p_).get(), p_);
      for (std::size_t i = 0; i < w.size(); ++i) {
        arb_submul(w[i].get(), factor.get(), s[i].get(), p_);
      }
    }
    return w;
  }

  bool take_largest(const std::vector<Arbs>& candidates, const Arb& mu) {
    Arbs best;
    Arb largest;
    for (const Arbs& candidate : candidates) {
      Arbs w = remainder(candidate);
      Arb norm = dot(times(delta_, w, p_), w, p_);
      if (!arb_is_positive(norm.get())) continue;
      if (!best.empty() && arf_cmp(arb_midref(norm.get()), arb_midref(largest.get())) <= 0) {
        continue;
      }
      best = std::move(w);
      largest = std::move(norm);
    }
    if (best.empty()) return false;
    taken_.emplace_back(std::move(best), mu);
    return true;
  }

  const Matrix<Rational>& K_;
  slong p_;
  Matrix<Rational> delta_;
  std::vector<std::pair<Arbs, Arb>> taken_;
};

/// beta = 2 - 1 / mu, within [0, 2] because mu > 1/2.
Interval beta_of(const Arb& mu, slong p) {
  Arb beta;
  arb_inv(beta.get(), mu.get(), p);
  arb_sub_si(beta.get(), beta.get(), 2, p);
  arb_neg(beta.get(), beta.get());
  Interval interval = interval_of(beta, p);
  if (interval.lower < 0) interval.lower = 0;
  if (interval.upper > 2) interval.upper = 2;
  return interval;
}

Arb ball_of(const Interval& interval, slong p) {
  Arb ball(interval.lower, p);
  arb_union(ball.get(), ball.get(), Arb(interval.upper, p).get(), p);
  return ball;
}

/// The largest distance of an entry of the product of all choices from A, rounded up; nothing if
/// some v might be 0. Throws std::logic_error if A is not among the products.
std::optional<Rational> radius_of(const Matrix<Rational>& a,
                                  const std::vector<EnclosedFactor>& factors, slong p) {
  const std::size_t n = a.rows();
  std::vector<Arbs> columns(n, Arbs(n));
  for (std::size_t j = 0; j < n; ++j) arb_one(columns[j][j].get());
  for (const EnclosedFactor& factor : factors) {
    Arbs v;
    for (const Interval& entry : factor.v) v.push_back(ball_of(entry, p));
    Arb norm;
    for (const Arb& entry : v) {
      Arb square;
      arb_sqr(square.get(), entry.get(), p);
      arb_add(norm.get(), norm.get(), square.get(), p);
    }
    if (!arb_is_positive(norm.get())) return {};
    Arb scale = ball_of(factor.beta, p);
    arb_div(scale.get(), scale.get(), norm.get(), p);
    for (Arbs& column : columns) {
      Arb along = dot(v, column, p);
      arb_mul(along.get(), along.get(), scale.get(), p);
      for (std::size_t i = 0; i < n; ++i) {
        arb_submul(column[i].get(), along.get(), v[i].get(), p);
      }
    }
  }
  Rational radius = 0;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      const Interval entry = interval_of(columns[j][i], p);
      if (a(i, j) < entry.lower || entry.upper < a(i, j)) {
        throw std::logic_error("enclosed_factors: the product does not contain A");
      }
      radius = std::max({radius, Rational(entry.upper - a(i, j)), Rational(a(i, j) - entry.lower)});
    }
  }
  return radius;
}

std::optional<std::vector<EnclosedFactor>> factors_at(const WallForm& wall, slong p) {
  std::vector<EnclosedFactor> factors;
  for (const Vector& s : wall.reflections) {
    EnclosedFactor factor{{2, 2}, {}};
    for (const Rational& entry : core::to_primitive(wall.basis * s)) {
      factor.v.push_back({entry, entry});
    }
    factors.push_back(std::move(factor));
  }
  Flag flag(wall, p);
  for (const CharacteristicFactor& factor : wall.eigenvalues) {
    if (!flag.add(factor)) return {};
  }
  const Matrix<Rational> to_space = wall.basis * wall.rest;
  for (const auto& [s, mu] : flag.vectors()) {
    Arbs v = times(to_space, s, p);
    // One entry becomes 1, or -1, so that lengths stay moderate.
    const Arb* largest = &v[0];
    for (const Arb& entry : v) {
      if (arf_cmpabs(arb_midref(entry.get()), arb_midref(largest->get())) > 0) largest = &entry;
    }
    Arb length = *largest;
    arb_abs(length.get(), length.get());
    if (!arb_is_positive(length.get())) return {};
    EnclosedFactor factor{beta_of(mu, p), {}};
    for (Arb& entry : v) {
      arb_div(entry.get(), entry.get(), length.get(), p);
      factor.v.push_back(interval_of(entry, p));
    }
    factors.push_back(std::move(factor));
  }
  return factors;
}

}  // namespace

std::optional<EnclosedProduct> enclosed_factors(const Matrix<Rational>& a, const WallForm& wall,
                                                int bits) {
  constexpr int kMostBits = 8192;
  Integer power = 1;
  power <<= bits;
  const Rational wanted(1, power);
  for (int p = std::max(128, 2 * bits); p <= kMostBits; p *= 2) {
    auto factors = factors_at(wall, p);
    if (!factors) continue;
    const auto radius = radius_of(a, *factors, p);
    if (radius && *radius <= wanted) return EnclosedProduct{std::move(*factors), *radius, p};
  }
  return {};
}

std::vector<core::Householder> middle_factors(const EnclosedProduct& product) {
  std::vector<core::Householder> factors;
  for (const EnclosedFactor& enclosed : product.factors) {
    core::Householder factor{core::Real(enclosed.beta.middle()), {}};
    for (const Interval& entry : enclosed.v) factor.v.emplace_back(entry.middle());
    factors.push_back(std::move(factor));
  }
  return factors;
}

}  // namespace statewright::proofs
