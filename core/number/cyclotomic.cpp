#include "core/number/cyclotomic.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include <boost/multiprecision/integer.hpp>
#include <mpfr.h>

#include "core/error.hpp"
#include "core/number/cyclotomic_field.hpp"

namespace statewright::core {
namespace {

using detail::field_of;
using detail::primes_of;
using detail::product_of;
using detail::reduce;

/// Over a common denominator, the least if the values are in lowest terms.
std::vector<Integer> units_of(const std::vector<Rational>& values, const Integer& denominator) {
  std::vector<Integer> units;
  units.reserve(values.size());
  for (const Rational& value : values) {
    units.push_back(numerator_of(value) * Integer(denominator / denominator_of(value)));
  }
  return units;
}

Error too_large(const std::string& found) {
  return Error({Fault::range, "cyclotomic number",
                "a field Q(zeta_m) with 1 <= m <= " + std::to_string(Cyclotomic::kLargestOrder),
                found});
}

Error not_real() {
  return Error({Fault::range, "cyclotomic number", "a real number", "one that is not real"});
}

/// 2^-p lower <= cos(2 pi k / m) <= 2^-p upper for 0 < k < m/2 with 4 k != m.
struct CosineBounds {
  Integer lower, upper;
};

/// 2^p x as an integer, downwards or upwards. By significand and exponent, because MPFR's range of
/// exponents is whatever the calling thread has set.
Integer scaled_by_power(const mpfr_t x, int p, bool upwards) {
  Integer units;
  const mpfr_exp_t exponent = mpfr_get_z_2exp(units.backend().data(), x) + p;
  mpz_ptr z = units.backend().data();
  if (exponent >= 0) {
    mpz_mul_2exp(z, z, static_cast<mp_bitcnt_t>(exponent));
  } else if (upwards) {
    mpz_cdiv_q_2exp(z, z, static_cast<mp_bitcnt_t>(-exponent));
  } else {
    mpz_fdiv_q_2exp(z, z, static_cast<mp_bitcnt_t>(-exponent));
  }
  return units;
}

/// The cosine falls between 0 and pi, and the upper bound of the angle is below pi because 2 k < m
/// leaves a gap of pi / m.
CosineBounds cosine_bounds(std::uint32_t k, std::uint32_t m, int p) {
  CosineBounds bounds;
  mpfr_t angle, cosine;
  mpfr_init2(angle, p + 64);
  mpfr_init2(cosine, p + 64);
  for (const bool upwards : {false, true}) {
    const mpfr_rnd_t of_angle = upwards ? MPFR_RNDD : MPFR_RNDU;
    const mpfr_rnd_t of_cosine = upwards ? MPFR_RNDU : MPFR_RNDD;
    mpfr_const_pi(angle, of_angle);
    mpfr_mul_ui(angle, angle, 2UL * k, of_angle);
    mpfr_div_ui(angle, angle, m, of_angle);
    mpfr_cos(cosine, angle, of_cosine);
    (upwards ? bounds.upper : bounds.lower) = scaled_by_power(cosine, p, upwards);
  }
  mpfr_clear(angle);
  mpfr_clear(cosine);
  return bounds;
}

/// cos(2 pi k / m) for k < phi(m), each within 2^-53. Made once for each order and kept.
const std::vector<double>& near_cosines(std::uint32_t m) {
  static std::array<std::atomic<const std::vector<double>*>, Cyclotomic::kLargestOrder + 1> known;
  const std::vector<double>* found = known[m].load(std::memory_order_acquire);
  if (found != nullptr) return *found;
  constexpr int kBits = 62;
  auto made = std::make_unique<std::vector<double>>();
  for (std::uint32_t k = 0; k < field_of(m).degree; ++k) {
    const std::uint32_t half_turn = std::min(k, m - k);
    if (k == 0 || 2 * k == m) {
      made->push_back(k == 0 ? 1 : -1);
    } else if (4 * half_turn == m) {
      made->push_back(0);
    } else {
      const Integer units = cosine_bounds(half_turn, m, kBits).lower;
      made->push_back(std::ldexp(static_cast<double>(static_cast<std::int64_t>(units)), -kBits));
    }
  }
  if (known[m].compare_exchange_strong(found, made.get(), std::memory_order_acq_rel)) {
    found = made.release();
  }
  return *found;
}

/// k modulo m, and both divided by their greatest common divisor.
struct Turn {
  std::uint64_t k, m;
};

Turn lowest_terms(std::int64_t k, std::uint64_t m) {
  const auto modulus = static_cast<std::int64_t>(m);
  const auto residue = static_cast<std::uint64_t>((k % modulus + modulus) % modulus);
  const std::uint64_t divisor = std::gcd(residue, m);
  return {residue / divisor, m / divisor};
}

}  // namespace

Cyclotomic::Cyclotomic(const Rational& value)
    : units_{numerator_of(value)}, denominator_(denominator_of(value)) {}

/// A number that turns out to be rational goes back to order 1.
Cyclotomic::Cyclotomic(std::uint32_t order, std::vector<Integer> units, Integer denominator)
    : order_(order), units_(std::move(units)), denominator_(std::move(denominator)) {
  const auto is_zero = [](const Integer& unit) { return unit.is_zero(); };
  if (std::all_of(units_.begin() + 1, units_.end(), is_zero)) {
    order_ = 1;
    units_.resize(1);
  }
  if (denominator_ == 1) return;
  Integer common = denominator_;
  mpz_ptr divisor = common.backend().data();
  for (const Integer& unit : units_) {
    if (mpz_cmp_ui(divisor, 1) == 0) return;
    mpz_gcd(divisor, divisor, unit.backend().data());
  }
  if (mpz_cmp_ui(divisor, 1) == 0) return;
  for (Integer& unit : units_) {
    mpz_divexact(unit.backend().data(), unit.backend().data(), divisor);
  }
  denominator_ /= common;
}

std::vector<Rational> Cyclotomic::coefficients() const {
  std::vector<Rational> result;
  result.reserve(units_.size());
  for (const Integer& unit : units_) result.emplace_back(unit, denominator_);
  return result;
}

Cyclotomic Cyclotomic::sum(std::uint32_t m, const std::vector<Rational>& powers) {
  if (m == 0 || m > kLargestOrder) throw too_large("m = " + std::to_string(m));
  const bool halves = m % 4 == 2;
  const std::uint32_t order = halves ? m / 2 : m;
  const Integer denominator = common_denominator(powers);
  const std::vector<Integer> units = units_of(powers, denominator);
  std::vector<Integer> folded(order);
  for (std::size_t j = 0; j < units.size(); ++j) {
    if (!halves) {
      folded[j % order] += units[j];
    } else if (j % 2 == 0) {
      folded[j / 2 % order] += units[j];
    } else {  // zeta_2n^j is -zeta_n^((j+n)/2) for odd j and n
      folded[(j + order) / 2 % order] -= units[j];
    }
  }
  reduce(folded, order, field_of(order));
  return {order, std::move(folded), denominator};
}

Cyclotomic Cyclotomic::root(std::int64_t k, std::uint32_t m) {
  if (m == 0) throw too_large("m = 0");
  Turn turn = lowest_terms(k, m);
  const bool halves = turn.m % 4 == 2;
  const bool negative = halves && turn.k % 2 == 1;
  if (halves) {
    turn.m /= 2;
    turn.k = (negative ? (turn.k + turn.m) / 2 : turn.k / 2) % turn.m;
  }
  if (turn.m > kLargestOrder) throw too_large("m = " + std::to_string(turn.m));
  const auto order = static_cast<std::uint32_t>(turn.m);
  std::vector<Integer> power(turn.k + 1);
  power[turn.k] = negative ? -1 : 1;
  reduce(power, order, field_of(order));
  return {order, std::move(power), 1};
}

Cyclotomic Cyclotomic::cosine(std::int64_t k, std::uint32_t m) {
  const Cyclotomic z = root(k, m);
  return (z + z.conjugate()).scaled(Rational(1, 2));
}

Cyclotomic Cyclotomic::sine(std::int64_t k, std::uint32_t m) {
  if (m == 0) throw too_large("m = 0");
  const Turn turn = lowest_terms(k, m);
  const Turn rest = lowest_terms(
      static_cast<std::int64_t>(turn.m) - 4 * static_cast<std::int64_t>(turn.k), 4 * turn.m);
  if (rest.m > std::uint64_t{2} * kLargestOrder) throw too_large("m = " + std::to_string(rest.m));
  return cosine(static_cast<std::int64_t>(rest.k), static_cast<std::uint32_t>(rest.m));
}

std::optional<Rational> Cyclotomic::rational() const {
  if (order_ != 1) return {};
  return Rational(units_[0], denominator_);
}

/// The image under zeta_m -> zeta_m^g, g prime to m.
Cyclotomic Cyclotomic::image(std::uint64_t g) const {
  if (order_ == 1) return *this;
  std::vector<Integer> mapped(order_);
  for (std::size_t k = 0; k < units_.size(); ++k) mapped[k * g % order_] = units_[k];
  reduce(mapped, order_, field_of(order_));
  return {order_, std::move(mapped), denominator_};
}

Cyclotomic Cyclotomic::conjugate() const { return image(order_ - 1); }

/// The same number in the field with one factor p less in its order, if it is there. A field
/// Q(zeta_2n), n odd, is passed over.
///
/// If p divides m/p, powers of zeta_m up to p - 1 are a basis over Q(zeta_(m/p)), because Phi_m(x)
/// is Phi_(m/p)(x^p). Otherwise zeta_m^k is zeta_p^i zeta_(m/p)^b, and the coefficients of the p
/// powers of zeta_p are unique up to adding the same number to all.
std::optional<Cyclotomic> Cyclotomic::without(std::uint32_t p) const {
  const std::uint32_t smaller = order_ / p;
  if (smaller % p == 0) {
    for (std::size_t k = 0; k < units_.size(); ++k) {
      if (k % p != 0 && !units_[k].is_zero()) return {};
    }
    std::vector<Rational> kept;
    for (std::size_t k = 0; k < units_.size(); k += p) kept.emplace_back(units_[k], denominator_);
    return sum(smaller, kept);
  }
  const auto inverse_modulo = [](std::uint32_t a, std::uint32_t n) {
    std::uint32_t x = 1 % n;
    while (std::uint64_t{a} * x % n != 1 % n) ++x;
    return std::uint64_t{x};
  };
  const std::uint64_t of_p = inverse_modulo(smaller % p, p);
  const std::uint64_t of_rest = inverse_modulo(p % smaller, smaller);
  std::vector<std::vector<Integer>> parts(p, std::vector<Integer>(smaller));
  for (std::size_t k = 0; k < units_.size(); ++k) {
    parts[k * of_p % p][k * of_rest % smaller] = units_[k];
  }
  const detail::Field& field = field_of(smaller);
  for (auto& part : parts) reduce(part, smaller, field);
  for (std::size_t i = 2; i < p; ++i) {
    if (parts[i] != parts[1]) return {};
  }
  for (std::size_t j = 0; j < field.degree; ++j) parts[0][j] -= parts[1][j];
  return Cyclotomic(smaller, std::move(parts[0]), denominator_);
}

Cyclotomic Cyclotomic::least() const {
  Cyclotomic value = *this;
  for (const std::uint32_t p : primes_of(order_)) {
    while (value.order_ % p == 0) {
      auto lower = value.without(p);
      if (!lower) break;
      value = std::move(*lower);
    }
  }
  return value;
}

/// Down the tower of fields: the product of an element with its conjugates over the next smaller
/// field lies there. The conjugates form a cyclic group, so doubling finds their product in
/// O(log p) products.
Cyclotomic Cyclotomic::inverse() const {
  if (order_ == 1) {
    if (units_[0].is_zero()) {
      throw Error({Fault::range, "cyclotomic number", "a divisor other than zero", "0"});
    }
    return Rational(denominator_, units_[0]);
  }
  const std::uint32_t p = primes_of(order_).front(), smaller = order_ / p;
  const std::uint32_t size = smaller % p == 0 ? p : p - 1;
  const auto power = [&](std::uint64_t g, std::uint32_t exponent) {
    std::uint64_t result = 1;
    for (; exponent > 0; exponent >>= 1, g = g * g % order_) {
      if (exponent % 2 == 1) result = result * g % order_;
    }
    return result;
  };
  const auto generates = [&](std::uint64_t g) {
    if (std::gcd(g, std::uint64_t{order_}) != 1 || power(g, size) != 1) return false;
    for (const std::uint32_t q : primes_of(size)) {
      if (power(g, size / q) == 1) return false;
    }
    return true;
  };
  std::uint64_t g = 1 + smaller;
  while (!generates(g)) g += smaller;

  Cyclotomic some = *this;  // the product of the first `count` conjugates
  std::uint32_t count = 1;
  for (int bit = static_cast<int>(std::bit_width(size - 1)) - 2; bit >= 0; --bit) {
    some = some * some.image(power(g, count));
    count *= 2;
    if (((size - 1) >> bit & 1) != 0) {
      some = *this * some.image(g);
      ++count;
    }
  }
  const Cyclotomic others = some.image(g);
  const Cyclotomic norm = *this * others;
  return others * (norm.order_ == order_ ? *norm.without(p) : norm).inverse();
}

Cyclotomic Cyclotomic::operator-() const {
  Cyclotomic negated = *this;
  for (Integer& unit : negated.units_) unit.backend().negate();
  return negated;
}

Cyclotomic Cyclotomic::scaled(const Rational& factor) const {
  const Integer top = numerator_of(factor);
  std::vector<Integer> units = units_;
  for (Integer& unit : units) unit *= top;
  return {order_, std::move(units), denominator_ * denominator_of(factor)};
}

/// The units in a larger field.
std::vector<Integer> Cyclotomic::within(std::uint32_t order) const {
  if (order == order_) return units_;
  const detail::Field& field = field_of(order);
  const std::size_t stride = order / order_;
  std::vector<Integer> spread(std::max<std::size_t>(units_.size() * stride, field.degree));
  for (std::size_t k = 0; k < units_.size(); ++k) spread[k * stride] = units_[k];
  reduce(spread, order, field);
  return spread;
}

namespace {

/// Over the least common multiple of both denominators.
std::vector<Integer> sum_of(std::vector<Integer> a, const Integer& of_a, std::vector<Integer> b,
                            const Integer& of_b) {
  if (of_a == of_b) {
    for (std::size_t k = 0; k < a.size(); ++k) a[k] += b[k];
    return a;
  }
  const Integer common = lcm(of_a, of_b), to_a = common / of_a, to_b = common / of_b;
  for (std::size_t k = 0; k < a.size(); ++k) {
    a[k] *= to_a;
    mpz_addmul(a[k].backend().data(), b[k].backend().data(), to_b.backend().data());
  }
  return a;
}

Error no_meeting(const Cyclotomic& a, const Cyclotomic& b) {
  return too_large("numbers of orders " + std::to_string(a.order()) + " and " +
                   std::to_string(b.order()));
}

}  // namespace

/// Operands whose fields meet too far up go to their least fields, if that helps.
Cyclotomic operator+(const Cyclotomic& a, const Cyclotomic& b) {
  const std::uint32_t order = std::lcm(a.order_, b.order_);
  if (order > Cyclotomic::kLargestOrder) {
    const Cyclotomic x = a.least(), y = b.least();
    if (std::lcm(x.order_, y.order_) > Cyclotomic::kLargestOrder) throw no_meeting(x, y);
    return x + y;
  }
  return {order, sum_of(a.within(order), a.denominator_, b.within(order), b.denominator_),
          lcm(a.denominator_, b.denominator_)};
}

Cyclotomic operator-(const Cyclotomic& a, const Cyclotomic& b) { return a + -b; }

Cyclotomic operator*(const Cyclotomic& a, const Cyclotomic& b) {
  if (b.order_ == 1) return a.scaled(*b.rational());
  if (a.order_ == 1) return b.scaled(*a.rational());
  const std::uint32_t order = std::lcm(a.order_, b.order_);
  if (order > Cyclotomic::kLargestOrder) {
    const Cyclotomic x = a.least(), y = b.least();
    if (std::lcm(x.order_, y.order_) > Cyclotomic::kLargestOrder) throw no_meeting(x, y);
    return x * y;
  }
  const Integer denominator = a.denominator_ * b.denominator_;
  if (a.order_ == b.order_) return {order, product_of(a.units_, b.units_, order), denominator};
  return {order, product_of(a.within(order), b.within(order), order), denominator};
}

bool operator==(const Cyclotomic& a, const Cyclotomic& b) {
  if (a.order_ != b.order_) {
    if (a.order_ == 1 || b.order_ == 1) return false;  // only one is rational
    const Cyclotomic x = a.least(), y = b.least();
    return x.order_ == y.order_ && x == y;
  }
  return a.denominator_ == b.denominator_ && a.units_ == b.units_;
}

/// With h = phi(m)/2, the powers from zeta^(1-h) to zeta^h are phi(m) consecutive ones, so they are
/// a basis, and cos(2 pi k / m) is half of zeta^k + zeta^-k: real numbers are the symmetric ones.
std::optional<std::vector<Integer>> Cyclotomic::units_over_cosines() const {
  if (order_ == 1) return units_;
  const detail::Field& field = field_of(order_);
  const std::size_t half = field.degree / 2;
  std::vector<Integer> shifted(half - 1 + field.degree);
  std::copy(units_.begin(), units_.end(), shifted.begin() + static_cast<std::ptrdiff_t>(half - 1));
  reduce(shifted, order_, field);
  if (!shifted.back().is_zero()) return {};
  std::vector<Integer> factors = {shifted[half - 1]};
  for (std::size_t k = 1; k < half; ++k) {
    if (shifted[half - 1 + k] != shifted[half - 1 - k]) return {};
    factors.push_back(2 * shifted[half - 1 + k]);
  }
  return factors;
}

std::optional<std::vector<Rational>> Cyclotomic::over_cosines() const {
  const auto units = units_over_cosines();
  if (!units) return {};
  std::vector<Rational> factors;
  for (const Integer& unit : *units) factors.emplace_back(unit, denominator_);
  return factors;
}

bool Cyclotomic::is_real() const { return units_over_cosines().has_value(); }

std::pair<Rational, Rational> Cyclotomic::bounds(int bits) const {
  if (order_ == 1) return {*rational(), *rational()};
  const auto factors = units_over_cosines();
  if (!factors) throw not_real();
  Integer size = 0;
  for (const Integer& unit : *factors) size += abs(unit);
  // Each bound of a cosine is at most a unit of 2^-p and some away from it.
  const Integer room = (size / denominator_ + 1) * 4;
  for (int p = std::max(bits, 0) + static_cast<int>(msb(room)) + 1;; p += 64) {
    const Integer one = Integer(1) << p;
    Integer lower = (*factors)[0] * one, upper = lower;
    for (std::uint32_t k = 1; k < factors->size(); ++k) {
      const Integer& unit = (*factors)[k];
      if (unit.is_zero()) continue;
      const CosineBounds cosine = cosine_bounds(k, order_, p);
      lower += unit * (unit > 0 ? cosine.lower : cosine.upper);
      upper += unit * (unit > 0 ? cosine.upper : cosine.lower);
    }
    const Integer denominator = denominator_ * one;
    std::pair<Rational, Rational> result(Rational(lower, denominator),
                                         Rational(upper, denominator));
    const Integer width = upper - lower;
    const bool narrow =
        bits >= 0 ? Integer(width << bits) <= denominator : width <= Integer(denominator << -bits);
    if (narrow) return result;
  }
}

/// Real parts: of a sum of units u_k zeta^k they are u_k cos(2 pi k / m). With n terms and
/// S = sum |u_k|, all errors are parts of S: 2^-52 by units cut to doubles, 2^-53 by cosines, 2^-53
/// by products and by each of n - 1 sums; so (n + 8) 2^-52 of S, itself summed with such errors, is
/// above them. The quotient adds three units of its own last place.
std::pair<double, double> Cyclotomic::double_bounds() const {
  constexpr double kUnit = 0x1p-52;
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  constexpr std::size_t kMostBits = 900;
  const std::vector<double>& cosines = near_cosines(order_);
  double sum = 0, size = 0;
  for (std::size_t k = 0; k < units_.size(); ++k) {
    mpz_srcptr unit = units_[k].backend().data();
    if (mpz_sgn(unit) == 0) continue;
    if (mpz_sizeinbase(unit, 2) > kMostBits) return {-kInfinite, kInfinite};
    const double u = mpz_get_d(unit);
    sum += u * cosines[k];
    size += std::fabs(u);
  }
  if (mpz_sizeinbase(denominator_.backend().data(), 2) > kMostBits) return {-kInfinite, kInfinite};
  const double divisor = mpz_get_d(denominator_.backend().data());
  const double value = sum / divisor;
  const double off = (static_cast<double>(units_.size()) + 8) * kUnit * (size / divisor) +
                     4 * kUnit * std::fabs(value) + std::numeric_limits<double>::min();
  return {std::nextafter(value - off, -kInfinite), std::nextafter(value + off, kInfinite)};
}

int Cyclotomic::sign() const {
  if (order_ == 1) return units_[0].sign();
  if (const auto [low, high] = double_bounds(); low > 0 || high < 0) {
    if (!is_real()) throw not_real();
    return low > 0 ? 1 : -1;
  }
  for (int bits = 32;; bits *= 2) {
    const auto [lower, upper] = bounds(bits);
    if (lower > 0) return 1;
    if (upper < 0) return -1;
  }
}

std::string to_string(const Cyclotomic& value) {
  const Cyclotomic x = value.least();
  const auto factors = x.over_cosines();
  if (!factors) throw not_real();
  std::string text;
  if (x.order() == 1 || !(*factors)[0].is_zero()) text = to_string((*factors)[0]);
  for (std::uint32_t k = 1; k < factors->size(); ++k) {
    const Rational& factor = (*factors)[k];
    if (factor.is_zero()) continue;
    if (text.empty()) {
      text = factor < 0 ? "-" : "";
    } else {
      text += factor < 0 ? " - " : " + ";
    }
    const Rational size = abs(factor), angle(2 * k, x.order());
    if (size != 1) text += to_string(size) + "*";
    const Integer top = numerator_of(angle);
    text += "cos(" + (top == 1 ? std::string() : to_string(top)) + "pi/" +
            to_string(denominator_of(angle)) + ")";
  }
  return text;
}

}  // namespace statewright::core
