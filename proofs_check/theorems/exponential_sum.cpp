// Signs of sums of c binom(k, m) lambda^k, lambda > 0, in the long run: Lemma 1 of Grazzi et al.
// (ICLR 2025) made effective.
//
// The term with the largest lambda, and of these with the largest m, is the leading one; its
// coefficient is not 0 because the recurrence is the least one. Divide by it. The ratio of another
// term changes from k to k + 1 by the factor rho (k + 1 - m_1) / (k + 1 - m), rho = lambda /
// lambda_1, which is at most 1 from the first k >= m, m_1 on where (k + 1) (1 - rho) >= m - rho
// m_1, and stays so. From a k where all ratios fall and their sum is below 1 the sign is that of
// the leading coefficient. Such a k is found by doubling, and then by bisection the least one: the
// condition, once true, stays true.

#include "proofs_check/theorems/exponential_sum.hpp"

#include <algorithm>
#include <flint/fmpz_poly.h>
#include <flint/fmpz_poly_factor.h>
#include <stdexcept>
#include <utility>

#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/arb.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Rational;

namespace {

/// The least recurrence u_{k+n} = sum c_i u_{k+i} as the monic polynomial t^n - .., constant term
/// first. Berlekamp and Massey over a field.
std::vector<Rational> least_recurrence(const std::vector<Rational>& u) {
  std::vector<Rational> connection = {1}, before = {1};
  std::size_t length = 0, gap = 1;
  Rational old = 1;
  for (std::size_t k = 0; k < u.size(); ++k) {
    Rational discrepancy = 0;
    for (std::size_t i = 0; i < connection.size() && i <= k; ++i) {
      discrepancy += connection[i] * u[k - i];
    }
    if (discrepancy == 0) {
      ++gap;
      continue;
    }
    std::vector<Rational> next = connection;
    const Rational factor = discrepancy / old;
    if (next.size() < before.size() + gap) next.resize(before.size() + gap);
    for (std::size_t i = 0; i < before.size(); ++i) next[i + gap] -= factor * before[i];
    if (2 * length <= k) {
      length = k + 1 - length;
      before = std::move(connection);
      old = discrepancy;
      gap = 1;
    } else {
      ++gap;
    }
    connection = std::move(next);
  }
  connection.resize(length + 1);
  std::reverse(connection.begin(), connection.end());
  return connection;
}

class Polynomial {
 public:
  Polynomial() { fmpz_poly_init(at_); }
  ~Polynomial() { fmpz_poly_clear(at_); }
  Polynomial(const Polynomial&) = delete;
  Polynomial& operator=(const Polynomial&) = delete;
  fmpz_poly_struct* get() { return at_; }

 private:
  fmpz_poly_t at_;
};

void set_power(Arb& power, const Arb& base, const Integer& k, slong precision) {
  fmpz_t exponent;
  fmpz_init(exponent);
  fmpz_set_mpz(exponent, k.backend().data());
  arb_pow_fmpz(power.get(), base.get(), exponent, precision);
  fmpz_clear(exponent);
}

Integer binomial(const Integer& k, std::size_t m) {
  Integer value = 1;
  for (std::size_t i = 0; i < m; ++i) value = value * (k - i) / (i + 1);
  return value;
}

}  // namespace

/// Terms of the sum, the leading one first.
struct ExponentialSum::Roots {
  struct Term {
    Arb lambda;
    std::size_t m = 0;
    Arb c;
  };
  std::vector<Term> terms;
  long bits = 0;
};

ExponentialSum::ExponentialSum(std::vector<Rational> terms) : terms_(std::move(terms)) {
  recurrence_ = least_recurrence(terms_);
  while (recurrence_.size() > 1 && recurrence_.front() == 0) {
    recurrence_.erase(recurrence_.begin());
    ++shift_;
  }
  if (order() > 0 && roots(64) == nullptr && roots(kMostBits) == nullptr) {
    throw std::invalid_argument("coefficients of an exponential sum are not decided");
  }
}

ExponentialSum::~ExponentialSum() = default;
ExponentialSum::ExponentialSum(ExponentialSum&&) noexcept = default;
ExponentialSum& ExponentialSum::operator=(ExponentialSum&&) noexcept = default;

std::size_t ExponentialSum::order() const noexcept { return recurrence_.size() - 1; }

ExponentialSum ExponentialSum::differences() const {
  std::vector<Rational> terms;
  for (std::size_t k = 0; k + 1 < terms_.size(); ++k) terms.push_back(terms_[k + 1] - terms_[k]);
  return ExponentialSum(std::move(terms));
}

const ExponentialSum::Roots* ExponentialSum::roots(long bits) const {
  if (cache_ && cache_->bits >= bits) return cache_.get();
  const auto precision = static_cast<slong>(bits + 64);
  Polynomial polynomial;
  const Integer denominator = core::common_denominator(recurrence_);
  for (std::size_t i = 0; i < recurrence_.size(); ++i) {
    const Integer c = core::numerator_of(recurrence_[i] * Rational(denominator));
    fmpz_t coefficient;
    fmpz_init(coefficient);
    fmpz_set_mpz(coefficient, c.backend().data());
    fmpz_poly_set_coeff_fmpz(polynomial.get(), static_cast<slong>(i), coefficient);
    fmpz_clear(coefficient);
  }
  fmpz_poly_factor_t factors;
  fmpz_poly_factor_init(factors);
  fmpz_poly_factor(factors, polynomial.get());
  std::vector<std::pair<Arb, std::size_t>> found;  // root, multiplicity
  bool real = true;
  for (slong f = 0; f < factors->num; ++f) {
    const slong degree = fmpz_poly_degree(factors->p + f);
    if (degree < 1) continue;
    acb_ptr balls = _acb_vec_init(degree);
    arb_fmpz_poly_complex_roots(balls, factors->p + f, 0, precision);
    for (slong i = 0; i < degree; ++i) {
      real = real && acb_is_real(balls + i) && arb_is_positive(acb_realref(balls + i));
      Arb root;
      arb_set(root.get(), acb_realref(balls + i));
      found.emplace_back(std::move(root), static_cast<std::size_t>(factors->exp[f]));
    }
    _acb_vec_clear(balls, degree);
  }
  fmpz_poly_factor_clear(factors);
  if (!real) throw std::invalid_argument("a root of an exponential sum is not real and positive");
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return arf_cmp(arb_midref(a.first.get()), arb_midref(b.first.get())) > 0;
  });
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    if (!arb_gt(found[i].first.get(), found[i + 1].first.get())) return nullptr;
  }

  auto result = std::make_unique<Roots>();
  result->bits = bits;
  for (const auto& [root, multiplicity] : found) {
    for (std::size_t m = multiplicity; m-- > 0;) result->terms.push_back({root, m, {}});
  }
  const auto n = static_cast<slong>(order());
  arb_mat_t system, right, solution;
  arb_mat_init(system, n, n);
  arb_mat_init(right, n, 1);
  arb_mat_init(solution, n, 1);
  for (slong k = 0; k < n; ++k) {
    for (slong j = 0; j < n; ++j) {
      const Roots::Term& term = result->terms[static_cast<std::size_t>(j)];
      Arb power;
      set_power(power, term.lambda, Integer(k), precision);
      arb_mul(arb_mat_entry(system, k, j), power.get(),
              Arb(Rational(binomial(Integer(k), term.m)), precision).get(), precision);
    }
    arb_set(arb_mat_entry(right, k, 0),
            Arb(terms_[shift_ + static_cast<std::size_t>(k)], precision).get());
  }
  bool solved = arb_mat_solve(solution, system, right, precision) != 0;
  for (slong j = 0; j < n && solved; ++j) {
    arb_set(result->terms[static_cast<std::size_t>(j)].c.get(), arb_mat_entry(solution, j, 0));
  }
  arb_mat_clear(system);
  arb_mat_clear(right);
  arb_mat_clear(solution);
  // The leading coefficient is not 0, and enough bits say so.
  solved = solved && !arb_contains_zero(result->terms.front().c.get());
  if (!solved) return nullptr;
  cache_ = std::move(result);
  return cache_.get();
}

std::optional<ExponentialSum::Tail> ExponentialSum::tail() const {
  if (is_zero()) return Tail{0, Integer(shift_)};
  for (long bits = 64; bits <= kMostBits; bits *= 4) {
    const Roots* known = roots(bits);
    if (known == nullptr) continue;
    const auto precision = static_cast<slong>(bits + 64);
    const Roots::Term& leading = known->terms.front();
    const auto settled = [&](const Integer& k) {
      Arb sum, one;
      arb_one(one.get());
      for (std::size_t j = 1; j < known->terms.size(); ++j) {
        const Roots::Term& term = known->terms[j];
        if (k < std::max(term.m, leading.m)) return false;
        Arb rho, left, right, ratio;
        arb_div(rho.get(), term.lambda.get(), leading.lambda.get(), precision);
        if (j < leading.m + 1) arb_one(rho.get());  // the same root
        // (k + 1) (1 - rho) >= m - rho m_1
        arb_sub(left.get(), one.get(), rho.get(), precision);
        arb_mul(left.get(), left.get(), Arb(Rational(k + 1), precision).get(), precision);
        arb_mul_ui(right.get(), rho.get(), leading.m, precision);
        arb_neg(right.get(), right.get());
        arb_add_ui(right.get(), right.get(), term.m, precision);
        if (j > leading.m && !arb_ge(left.get(), right.get())) return false;
        set_power(ratio, rho, k, precision);
        arb_mul(
            ratio.get(), ratio.get(),
            Arb(Rational(binomial(k, term.m)) / Rational(binomial(k, leading.m)), precision).get(),
            precision);
        arb_mul(ratio.get(), ratio.get(), term.c.get(), precision);
        arb_div(ratio.get(), ratio.get(), leading.c.get(), precision);
        arb_abs(ratio.get(), ratio.get());
        arb_add(sum.get(), sum.get(), ratio.get(), precision);
      }
      return arb_lt(sum.get(), one.get()) != 0;
    };
    Integer high = 1;
    const Integer most = Integer(1) << 64;
    while (high < most && !settled(high)) high *= 2;
    if (high >= most) continue;
    Integer low = -1;  // not settled there, or before the start
    while (high - low > 1) {
      const Integer middle = (low + high) / 2;
      (settled(middle) ? high : low) = middle;
    }
    return Tail{arb_is_positive(leading.c.get()) ? 1 : -1, high + shift_};
  }
  return {};
}

std::optional<Rational> ExponentialSum::limit() const {
  if (is_zero()) return Rational(0);
  // Of the roots only the multiplicity of 1 matters, and whether one is above 1.
  std::vector<Rational> rest = recurrence_;
  std::size_t ones = 0;
  while (true) {
    std::vector<Rational> quotient(rest.size() - 1);
    Rational carry = 0;
    for (std::size_t i = rest.size(); i-- > 1;) {
      carry += rest[i];
      quotient[i - 1] = carry;
    }
    if (carry + rest[0] != 0) break;
    rest = std::move(quotient);
    ++ones;
    if (rest.size() == 1) break;
  }
  // All roots are real, so that as many are above 1 as signs change in rest(t + 1): exactly,
  // however close to 1 they are.
  std::vector<Rational> shifted = rest;
  for (std::size_t k = 0; k < shifted.size(); ++k) {
    for (std::size_t i = shifted.size() - 1; i-- > k;) shifted[i] += shifted[i + 1];
  }
  bool above = false;
  for (std::size_t i = 0; i + 1 < shifted.size(); ++i) {
    above = above || shifted[i] < 0;  // the last one is 1
  }
  if (above || ones > 1) return {};
  if (ones == 0) return Rational(0);
  // rest(E) u is constant, rest(1) times the limit.
  Rational image = 0, scale = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    image += rest[i] * terms_[shift_ + i];
    scale += rest[i];
  }
  return image / scale;
}

Interval ExponentialSum::at(const Integer& k, long bits) const {
  if (k < Integer(terms_.size())) {
    const Rational& exact = terms_[k.convert_to<std::size_t>()];
    return {exact, exact};
  }
  if (is_zero()) return {0, 0};
  const long needed = bits + static_cast<long>(msb(k));  // a power loses the bits of its exponent
  const Roots* known = roots(needed);
  if (known == nullptr) known = roots(kMostBits);
  const auto precision = static_cast<slong>(needed + 64);
  Arb sum;
  for (const Roots::Term& term : known->terms) {
    Arb power;
    set_power(power, term.lambda, k - shift_, precision);
    arb_mul(power.get(), power.get(), Arb(Rational(binomial(k - shift_, term.m)), precision).get(),
            precision);
    arb_addmul(sum.get(), power.get(), term.c.get(), precision);
  }
  return interval_of(sum.get(), precision);
}

}  // namespace statewright::proofs
