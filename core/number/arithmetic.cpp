#include <bit>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "core/number/dot.hpp"
#include "core/number/round.hpp"

namespace statewright::core {
namespace {

constexpr int kMostExponentBits = 9;

double canonical(double x) { return x != x ? std::numeric_limits<double>::quiet_NaN() : x; }

/// The double nearest to the exact value s + error, rounded to odd; s is nearest, and not zero if
/// the error is not.
double to_odd(double s, double error) {
  const auto bits = std::bit_cast<std::uint64_t>(s);
  if (error == 0 || (bits & 1) != 0) return s;
  return std::bit_cast<double>(std::signbit(s) == std::signbit(error) ? bits + 1 : bits - 1);
}

/// Knuth's TwoSum: the exact a + b - s, if nothing overflows.
double error_of_sum(double a, double b, double s) {
  const double of_b = s - a, of_a = s - of_b;
  return (a - of_a) + (b - of_b);
}

/// Whether sums, products, quotients and their errors are far from the ends of double.
bool is_central(std::initializer_list<double> values) {
  for (const double x : values) {
    const double size = std::fabs(x);
    if (!(size >= 0x1p-400 && size <= 0x1p400)) return false;
  }
  return true;
}

}  // namespace

Arithmetic::Arithmetic(const Format& format) : round_(format) {
  static const Format fp64 = parse_format("fp64", ""), fp32 = parse_format("fp32", "");
  const bool wide = !format.is_fixed() && format.exponent_bits == 11;  // Rounder takes fp64 alone
  if (wide) way_ = format == fp64 ? Way::fp64 : Way::fp64_suffixed;
  if (format == fp32) way_ = Way::fp32;
  if (wide) return;
  if (!format.is_fixed() && format.exponent_bits > kMostExponentBits) {
    throw Error({Fault::unsupported, format.id(),
                 "arithmetic in a format of at most 9 exponent bits, or in fp64",
                 std::to_string(format.exponent_bits) + " exponent bits"});
  }
  const int below = format.overflow == Overflow::wrap ? format.significand_bits : 0;
  const int most = 52 - format.precision() - below;
  if (format.rounding == Rounding::stochastic && format.random_bits > most) {
    throw Error({Fault::unsupported, format.id(),
                 "arithmetic with at most " + std::to_string(most) + " random bits in this format",
                 std::to_string(format.random_bits)});
  }
}

/// Whether the exact zero a + b is negative.
bool Arithmetic::is_zero_negative(double a, double b) const noexcept {
  return std::signbit(a) == std::signbit(b) ? std::signbit(a)
                                            : round_.format().rounding == Rounding::down;
}

/// a + b rounded once, for doubles whose sum neither overflows nor has subnormal error.
double Arithmetic::sum(double a, double b, std::uint64_t counter) const noexcept {
  const double s = a + b;
  if (!std::isfinite(s)) return round_(s, counter);
  if (s == 0) return round_(is_zero_negative(a, b) ? -0.0 : 0.0, counter);
  return round_(to_odd(s, error_of_sum(a, b, s)), counter);
}

/// fp64 with a suffix, not stochastic: the exact value nearest + error, whose nearest double is
/// given, ties to even; `error` has its sign, and is exact where it is half a unit of `nearest`.
double Arithmetic::round_wide(double nearest, double error) const noexcept {
  if (error == 0) return nearest;
  const bool outwards = std::signbit(error) == std::signbit(nearest);
  const double towards = std::copysign(std::numeric_limits<double>::infinity(), error);
  switch (round_.format().rounding) {
    case Rounding::toward_zero:
      return outwards ? nearest : std::nextafter(nearest, towards);
    case Rounding::up:
      return error > 0 ? std::nextafter(nearest, towards) : nearest;
    case Rounding::down:
      return error < 0 ? std::nextafter(nearest, towards) : nearest;
    case Rounding::to_odd:
      return to_odd(nearest, error);
    case Rounding::nearest_away: {
      const double other = std::nextafter(nearest, towards);
      return outwards && other - nearest == 2 * error ? other : nearest;
    }
    default:
      return nearest;
  }
}

double Arithmetic::add(double a, double b, std::uint64_t counter) const noexcept {
  switch (way_) {
    case Way::kernel:
      return sum(a, b, counter);
    case Way::fp32:
      return canonical(static_cast<float>(a) + static_cast<float>(b));
    case Way::fp64:
      return canonical(a + b);
    case Way::fp64_suffixed:
      break;
  }
  const double s = a + b;
  if (is_central({a, b, s}) && !round_.format().is_stochastic()) {
    return round_wide(s, error_of_sum(a, b, s));
  }
  ExactSum exact;
  exact.add(a);
  exact.add(b);
  return exact.round(round_.format(), counter);
}

double Arithmetic::mul(double a, double b, std::uint64_t counter) const noexcept {
  switch (way_) {
    case Way::kernel:
      return round_(a * b, counter);
    case Way::fp32:
      return canonical(static_cast<float>(a) * static_cast<float>(b));
    case Way::fp64:
      return canonical(a * b);
    case Way::fp64_suffixed:
      break;
  }
  const double product = a * b;
  if (is_central({a, b, product}) && !round_.format().is_stochastic()) {
    return round_wide(product, std::fma(a, b, -product));
  }
  ExactSum exact;
  exact.add_product(a, b);
  return exact.round(round_.format(), counter);
}

double Arithmetic::div(double a, double b, std::uint64_t counter) const noexcept {
  if (way_ == Way::fp64) return canonical(a / b);
  if (way_ == Way::fp32) return canonical(static_cast<float>(a) / static_cast<float>(b));
  const double q = a / b;
  const Format& format = round_.format();
  if (way_ == Way::kernel) {
    if (!std::isfinite(q) || q == 0 || std::isinf(b)) return round_(q, counter);
    const double remainder = std::fma(-q, b, a);
    return round_(to_odd(q, std::signbit(b) ? -remainder : remainder), counter);
  }
  if (a == 0 || b == 0 || !std::isfinite(a) || !std::isfinite(b)) return round_(q, counter);
  if (is_central({a, b, q}) && !format.is_stochastic()) {
    // Quotients are never ties: of the error only the sign matters.
    const double remainder = std::fma(-q, b, a);
    if (remainder == 0) return q;
    const double least = std::numeric_limits<double>::denorm_min();
    return round_wide(q, std::signbit(b) == std::signbit(remainder) ? least : -least);
  }
  return round_exact(Rational(exact_value(a) / exact_value(b)), format, counter);
}

double Arithmetic::fma(double a, double b, double c, std::uint64_t counter) const noexcept {
  if (way_ == Way::fp64) return canonical(std::fma(a, b, c));
  if (way_ == Way::fp32) {
    return canonical(std::fma(static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)));
  }
  if (way_ == Way::kernel) return sum(a * b, c, counter);
  ExactSum exact;
  exact.add_product(a, b);
  exact.add(c);
  return exact.round(round_.format(), counter);
}

}  // namespace statewright::core
