#include "core/number/round.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "core/number/round_loops.hpp"
#include "core/number/round_rules.hpp"

namespace statewright::core {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kMostPrecision = 25;     // twice that, and a little more, fits a double
constexpr int kMostExponentBits = 10;  // where 2^(e + 52 - m) overflows, so does the value
constexpr std::size_t kBlock = 512;    // floats at a time that go through doubles

/// `units` of 2^-f as a two's-complement word of the format.
double wrapped_units(const Integer& units, const Format& format) {
  const Integer size = Integer(1) << format.width(), half = size >> 1;
  Integer rest = (units + half) % size;
  if (rest < 0) rest += size;
  rest -= half;
  return std::ldexp(static_cast<double>(static_cast<std::int64_t>(rest)), -format.significand_bits);
}

bool is_native(const Format& format) {
  return !format.is_fixed() && format.exponent_bits == 11 && format.significand_bits == 52;
}

/// A magnitude on the grid of a format that has no largest value: units 2^exponent.
struct OnGrid {
  Integer units;
  int exponent = 0;
  Rational size() const { return Rational(units) * power_of_two(exponent); }
};

OnGrid on_grid(const Rational& value, const Format& format, std::uint32_t random) {
  OnGrid result;
  result.exponent = ulp_exponent(format, value);
  const Rational scaled = Rational(abs(value)) * power_of_two(-result.exponent);
  result.units = numerator_of(scaled) / denominator_of(scaled);
  const Rational rest = scaled - result.units;
  if (rest != 0) {
    const int half = Rational(2 * rest).compare(Rational(1));
    bool carries = random != 0;  // what decides with equal probabilities
    if (format.rounding == Rounding::stochastic) {
      const Rational tail = rest * power_of_two(format.random_bits);
      const Integer units = numerator_of(tail) / denominator_of(tail);
      carries = units + random >= Integer(1) << format.random_bits;
    }
    const bool odd = result.units % 2 != 0;
    if (detail::goes_up(format.rounding, value < 0, odd, half, carries)) ++result.units;
  }
  return result;
}

bool is_beyond(const OnGrid& result, bool negative, const Format& format) {
  return result.size() > abs(exact_value(detail::largest_of_sign(format, negative)));
}

detail::RoundKernelOf<float> to_floats(const detail::RoundKernel& kernel, int significand_bits) {
  const auto narrow = [](double x) { return static_cast<float>(x); };
  detail::RoundKernelOf<float> result;
  result.low = narrow(kernel.low);
  result.high = narrow(kernel.high);
  result.shift = std::ldexp(1.0f, 23 - significand_bits);
  result.step = narrow(kernel.step);
  result.least = narrow(kernel.least);
  result.zero = narrow(kernel.zero);
  for (const int negative : {0, 1}) {
    result.largest[negative] = narrow(kernel.largest[negative]);
    result.beyond[negative] = narrow(kernel.beyond[negative]);
    result.infinite[negative] = narrow(kernel.infinite[negative]);
  }
  return result;
}

void require_same(std::size_t in, std::size_t out) {
  if (in == out) return;
  throw Error(
      {Fault::shape, "Rounder::round", std::to_string(in) + " results", std::to_string(out)});
}

}  // namespace

double round_with(const Rational& value, const Format& format, std::uint32_t random) {
  if (value == 0) return 0.0;
  const bool negative = value < 0;
  const OnGrid result = on_grid(value, format, random);
  const double zero = negative && format.signed_zero ? -0.0 : 0.0;
  if (result.units == 0) return zero;
  if (format.overflow == Overflow::wrap) {
    return wrapped_units(negative ? Integer(-result.units) : result.units, format);
  }
  if (!format.subnormals && result.size() < power_of_two(format.emin())) return zero;
  if (is_beyond(result, negative, format)) return detail::overflowed(format, negative);
  const double rounded =
      std::ldexp(static_cast<double>(static_cast<std::int64_t>(result.units)), result.exponent);
  return negative ? -rounded : rounded;
}

double round_exact(const Rational& value, const Format& format) {
  return round_exact(value, format, 0);
}

double round_exact(double value, const Format& format) { return round_exact(value, format, 0); }

double round_exact(double value, const Format& format, std::uint64_t counter) {
  if (std::isnan(value)) return kNan;
  if (std::isinf(value)) return detail::of_infinity(format, value < 0);
  if (value == 0) return format.signed_zero ? value : 0.0;
  return round_exact(exact_value(value), format, counter);
}

bool overflows(const Rational& value, const Format& format) {
  return is_beyond(on_grid(value, format, random_draw(format, 0)), value < 0, format);
}

// --- Rounder
// -------------------------------------------------------------------------------------

Rounder::Rounder(const Format& format) : format_(format) {
  if (!is_native(format) && (format.precision() > kMostPrecision ||
                             (!format.is_fixed() && format.exponent_bits > kMostExponentBits))) {
    throw Error(
        {Fault::unsupported, format.id(),
         "a precision of at most 25 bits and at most 10 exponent bits, or fp64",
         std::to_string(format.precision()) + " bits of precision" +
             (format.is_fixed() ? std::string()
                                : ", " + std::to_string(format.exponent_bits) + " exponent bits")});
  }
  const int most = format.rounding == Rounding::stochastic ? 32 : 1;
  if (format.is_stochastic() && (format.random_bits < 1 || format.random_bits > most)) {
    throw Error({Fault::range, format.id(), "1 <= N <= " + std::to_string(most) + " random bits",
                 std::to_string(format.random_bits)});
  }
  const bool plain = !format.is_fixed() && format.subnormals;
  if (plain) path_ = format.rounding == Rounding::nearest_even ? Path::nearest : Path::plain;
  if (format.is_stochastic()) path_ = Path::random;
  if (is_native(format)) path_ = Path::native;
  if (format.overflow == Overflow::wrap) path_ = Path::wrapped;
  if (!format.subnormals) kernel_.least = std::ldexp(1.0, format.emin());
  kernel_.zero = format.signed_zero ? -0.0 : 0.0;
  for (const bool negative : {false, true}) {
    kernel_.infinite[negative] = std::fabs(detail::of_infinity(format, negative));
    kernel_.largest[negative] = std::fabs(detail::largest_of_sign(format, negative));
    if (path_ == Path::wrapped) {
      kernel_.largest[negative] = kInfinity;
    } else if (path_ != Path::native) {
      kernel_.beyond[negative] = std::fabs(detail::overflowed(format, negative));
    }
  }
  if (path_ == Path::native) return;
  kernel_.low = format.is_fixed() ? 1 : std::ldexp(1.0, format.emin());
  kernel_.high = format.is_fixed() ? 1 : kInfinity;
  kernel_.shift = std::ldexp(1.0, 52 - format.significand_bits);
  kernel_.step = std::ldexp(1.0, -format.significand_bits);
  if (path_ == Path::wrapped) kernel_.half = -format.lowest();
  if (!format.is_stochastic()) return;
  random_.keys = detail::random_keys(format.seed);
  random_.mask = ~std::uint64_t{0} << (52 - format.random_bits) & 0x000f'ffff'ffff'ffff;
}

detail::Shape Rounder::shape() const noexcept {
  const bool plain = !format_.is_fixed() && format_.subnormals;
  return plain ? detail::Shape::plain : detail::Shape::general;
}

double Rounder::special(double x, std::uint64_t counter) const noexcept {
  if (path_ == Path::native) return detail::round_native(kernel_, x);
  const auto rounded = [&](double y) {
    if (!format_.is_stochastic()) return by_mode<detail::Shape::general>(y);
    const std::uint64_t product = detail::random_product(random_.keys, counter);
    if (format_.rounding == Rounding::stochastic) {
      return detail::round_random<Rounding::stochastic>(kernel_, random_, y, product);
    }
    return detail::round_random<Rounding::stochastic_equal>(kernel_, random_, y, product);
  };
  return path_ == Path::wrapped ? detail::wrap_around(kernel_, x, rounded) : rounded(x);
}

void Rounder::round(std::span<const double> in, std::span<double> out,
                    std::uint64_t first_counter) const {
  static const Width width = widest();
  round(in, out, width, first_counter);
}

void Rounder::round(std::span<const float> in, std::span<float> out,
                    std::uint64_t first_counter) const {
  static const Width width = widest();
  round(in, out, width, first_counter);
}

void Rounder::round(std::span<const double> in, std::span<double> out, Width width,
                    std::uint64_t first_counter) const {
  require_same(in.size(), out.size());
  const detail::RoundTask<double> task = {in.data(), out.data(), in.size(), width};
  switch (path_) {
    case Path::nearest:
    case Path::plain:
    case Path::general:
      if (format_.rounding == Rounding::nearest_even && shape() == detail::Shape::general) {
        return format_.is_fixed() ? detail::fixed_loop(task, kernel_)
                                  : detail::flushed_loop(task, kernel_);
      }
      return detail::round_loop(task, kernel_, format_.rounding, shape());
    case Path::random:
      return detail::random_loop(task, kernel_, random_, format_.rounding, shape(), first_counter);
    case Path::native:
      return detail::native_loop(task, kernel_);
    case Path::wrapped:
      break;
  }
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = (*this)(in[i], first_counter + i);
}

bool Rounder::takes_floats() const noexcept {
  constexpr double largest = std::numeric_limits<float>::max();
  return format_.precision() <= 24 && format_.largest() <= largest &&
         -format_.lowest() <= largest &&
         format_.least_positive() >= std::numeric_limits<float>::denorm_min();
}

void Rounder::round(std::span<const float> in, std::span<float> out, Width width,
                    std::uint64_t first_counter) const {
  require_same(in.size(), out.size());
  if (!takes_floats()) {
    throw Error({Fault::unsupported, format_.id(), "a format whose values are floats",
                 std::to_string(format_.precision()) + " bits of precision, values from " +
                     std::to_string(std::ilogb(format_.least_positive())) + " to " +
                     std::to_string(format_.emax()) + " as powers of two"});
  }
  const detail::RoundTask<float> task = {in.data(), out.data(), in.size(), width};
  const int m = format_.significand_bits;
  const bool floating = !format_.is_fixed() && !format_.is_stochastic();
  if (floating && format_.exponent_bits == 8) {
    const detail::RoundKernelOf<float> kernel = to_floats(kernel_, m);
    if (m == 23) return detail::native_loop(task, kernel);
    return detail::bits_loop(task, kernel, format_.rounding, shape(), 23 - m);
  }
  // c must be finite, and above fixed-point values.
  if ((floating && format_.exponent_bits <= 7 && m <= 22) ||
      (path_ == Path::general && format_.is_fixed() && format_.precision() <= 22)) {
    const detail::RoundKernelOf<float> kernel = to_floats(kernel_, m);
    return detail::round_loop(task, kernel, format_.rounding, shape());
  }
  std::array<double, kBlock> block;
  for (std::size_t done = 0; done < in.size(); done += kBlock) {
    const std::size_t count = std::min(kBlock, in.size() - done);
    std::copy_n(in.begin() + static_cast<std::ptrdiff_t>(done), count, block.begin());
    const std::span<double> values(block.data(), count);
    round(std::span<const double>(values), values, width, first_counter + done);
    for (std::size_t i = 0; i < count; ++i) out[done + i] = static_cast<float>(block[i]);
  }
}

}  // namespace statewright::core
