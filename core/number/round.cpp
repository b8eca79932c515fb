#include "core/number/round.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"

// Loops compiled for several widths of vectors, chosen at run time.
#if defined(__x86_64__) && defined(__GNUC__)
#define STATEWRIGHT_WIDE_VECTORS 1
#ifdef __clang__
#define STATEWRIGHT_AVX512 "avx512f,avx512dq"
#else
#define STATEWRIGHT_AVX512 "avx512f,avx512dq,prefer-vector-width=512"
#endif
#else
#define STATEWRIGHT_WIDE_VECTORS 0
#endif

namespace statewright::core {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kMostPrecision = 25;     // twice that, and a little more, fits a double
constexpr int kMostExponentBits = 10;  // 2^(emax + 1 + 52 - m) is finite
constexpr int kMostExponentBitsOfOperands = 9;

/// Whether an overflow of this sign leads outwards, to infinity or its substitute.
bool leads_outwards(Rounding rounding, bool negative) {
  switch (rounding) {
    case Rounding::nearest_even:
    case Rounding::nearest_away:
      return true;
    case Rounding::up:
      return !negative;
    case Rounding::down:
      return negative;
    case Rounding::toward_zero:
    case Rounding::to_odd:
      break;
  }
  return false;
}

double largest_of_sign(const Format& format, bool negative) {
  return negative ? format.lowest() : format.largest();
}

/// What a finite result beyond the largest value becomes; not for `wrap`.
double overflowed(const Format& format, bool negative) {
  if (format.overflow == Overflow::saturate || !leads_outwards(format.rounding, negative)) {
    return largest_of_sign(format, negative);
  }
  if (format.overflow == Overflow::not_a_number) return kNan;
  return negative ? -kInfinity : kInfinity;
}

/// What an infinite argument becomes.
double of_infinity(const Format& format, bool negative) {
  switch (format.overflow) {
    case Overflow::infinity:
      return negative ? -kInfinity : kInfinity;
    case Overflow::saturate:
      return largest_of_sign(format, negative);
    case Overflow::not_a_number:
    case Overflow::wrap:
      break;
  }
  return kNan;
}

/// Whether the magnitude (units + rest), 0 < rest < 1 compared with 1/2 by `half`, goes up.
bool goes_up(Rounding rounding, bool negative, bool odd, int half) {
  switch (rounding) {
    case Rounding::nearest_even:
      return half > 0 || (half == 0 && odd);
    case Rounding::nearest_away:
      return half >= 0;
    case Rounding::toward_zero:
      return false;
    case Rounding::up:
      return !negative;
    case Rounding::down:
      return negative;
    case Rounding::to_odd:
      break;
  }
  return !odd;
}

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

template <Rounding rounding, bool plain>
[[gnu::always_inline]] inline void round_all(const detail::RoundKernel& kernel, const double* in,
                                             double* out, std::size_t count) {
  const detail::RoundKernel k = kernel;  // ours: no store through `out` changes it
  for (std::size_t i = 0; i < count; ++i) out[i] = detail::round_one<rounding, plain>(k, in[i]);
}

using Loop = void (*)(const detail::RoundKernel&, const double*, double*, std::size_t);

template <Rounding rounding, bool plain>
void round_baseline(const detail::RoundKernel& k, const double* in, double* out, std::size_t n) {
  round_all<rounding, plain>(k, in, out, n);
}

#if STATEWRIGHT_WIDE_VECTORS
template <Rounding rounding, bool plain>
[[gnu::target("avx2")]] void round_avx2(const detail::RoundKernel& k, const double* in, double* out,
                                        std::size_t n) {
  round_all<rounding, plain>(k, in, out, n);
}

template <Rounding rounding, bool plain>
[[gnu::target(STATEWRIGHT_AVX512)]] void round_avx512(const detail::RoundKernel& k,
                                                      const double* in, double* out,
                                                      std::size_t n) {
  round_all<rounding, plain>(k, in, out, n);
}
#endif

template <Rounding rounding, bool plain>
Loop loop_for(Rounder::Width width) {
#if STATEWRIGHT_WIDE_VECTORS
  if (width == Rounder::Width::avx512) return round_avx512<rounding, plain>;
  if (width == Rounder::Width::avx2) return round_avx2<rounding, plain>;
#endif
  static_cast<void>(width);
  return round_baseline<rounding, plain>;
}

template <Rounding rounding>
Loop loop_of(Rounder::Width width, bool plain) {
  return plain ? loop_for<rounding, true>(width) : loop_for<rounding, false>(width);
}

Loop loop_of(Rounding rounding, Rounder::Width width, bool plain) {
  switch (rounding) {
    case Rounding::nearest_even:
      return loop_of<Rounding::nearest_even>(width, plain);
    case Rounding::nearest_away:
      return loop_of<Rounding::nearest_away>(width, plain);
    case Rounding::toward_zero:
      return loop_of<Rounding::toward_zero>(width, plain);
    case Rounding::up:
      return loop_of<Rounding::up>(width, plain);
    case Rounding::down:
      return loop_of<Rounding::down>(width, plain);
    case Rounding::to_odd:
      break;
  }
  return loop_of<Rounding::to_odd>(width, plain);
}

/// The double nearest to the exact value s + error, rounded to odd; s is nearest, and not zero if
/// the error is not.
double to_odd(double s, double error) {
  const auto bits = std::bit_cast<std::uint64_t>(s);
  if (error == 0 || (bits & 1) != 0) return s;
  return std::bit_cast<double>(std::signbit(s) == std::signbit(error) ? bits + 1 : bits - 1);
}

/// A magnitude on the grid of a format that has no largest value: units 2^exponent.
struct OnGrid {
  Integer units;
  int exponent = 0;
  Rational size() const { return Rational(units) * power_of_two(exponent); }
};

OnGrid on_grid(const Rational& value, const Format& format) {
  OnGrid result;
  result.exponent = ulp_exponent(format, value);
  const Rational scaled = Rational(abs(value)) * power_of_two(-result.exponent);
  result.units = numerator_of(scaled) / denominator_of(scaled);
  const Rational rest = scaled - result.units;
  if (rest != 0) {
    const int half = Rational(2 * rest).compare(Rational(1));
    if (goes_up(format.rounding, value < 0, result.units % 2 != 0, half)) ++result.units;
  }
  return result;
}

bool is_beyond(const OnGrid& result, bool negative, const Format& format) {
  return result.size() > abs(exact_value(largest_of_sign(format, negative)));
}

double canonical(double x) { return x != x ? kNan : x; }

}  // namespace

double round_exact(const Rational& value, const Format& format) {
  if (value == 0) return 0.0;
  const bool negative = value < 0;
  const OnGrid result = on_grid(value, format);
  const double zero = negative && format.signed_zero ? -0.0 : 0.0;
  if (result.units == 0) return zero;
  if (format.overflow == Overflow::wrap) {
    return wrapped_units(negative ? Integer(-result.units) : result.units, format);
  }
  if (!format.subnormals && result.size() < power_of_two(format.emin())) return zero;
  if (is_beyond(result, negative, format)) return overflowed(format, negative);
  const double rounded =
      std::ldexp(static_cast<double>(static_cast<std::int64_t>(result.units)), result.exponent);
  return negative ? -rounded : rounded;
}

bool overflows(const Rational& value, const Format& format) {
  return is_beyond(on_grid(value, format), value < 0, format);
}

double round_exact(double value, const Format& format) {
  if (std::isnan(value)) return kNan;
  if (std::isinf(value)) return of_infinity(format, value < 0);
  if (value == 0) return format.signed_zero ? value : 0.0;
  return round_exact(exact_value(value), format);
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
  if (is_native(format)) path_ = Path::native;
  if (format.overflow == Overflow::wrap) path_ = Path::wrapped;
  if (!format.subnormals) kernel_.least = std::ldexp(1.0, format.emin());
  kernel_.zero = format.signed_zero ? -0.0 : 0.0;
  for (const bool negative : {false, true}) {
    kernel_.infinite[negative] = std::fabs(of_infinity(format, negative));
    kernel_.largest[negative] = std::fabs(largest_of_sign(format, negative));
    if (path_ == Path::wrapped) kernel_.largest[negative] = kInfinity;
    if (path_ == Path::kernel) {
      kernel_.beyond[negative] = std::fabs(overflowed(format, negative));
    }
  }
  if (path_ == Path::native) return;
  const auto bits_of_power = [&](int exponent) {
    return std::bit_cast<std::int64_t>(format.is_fixed() ? 1.0 : std::ldexp(1.0, exponent));
  };
  kernel_.low = bits_of_power(format.emin());
  kernel_.high = bits_of_power(format.emax() + 1);
  kernel_.shift = std::ldexp(1.0, 52 - format.significand_bits);
  kernel_.step = std::ldexp(1.0, -format.significand_bits);
  if (path_ == Path::wrapped) kernel_.half = -format.lowest();
}

Rounder::Width Rounder::widest() noexcept {
#if STATEWRIGHT_WIDE_VECTORS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
    return Width::avx512;
  }
  if (__builtin_cpu_supports("avx2")) return Width::avx2;
#endif
  return Width::baseline;
}

void Rounder::round(std::span<const double> in, std::span<double> out) const {
  static const Width width = widest();
  round(in, out, width);
}

void Rounder::round(std::span<const double> in, std::span<double> out, Width width) const {
  if (in.size() != out.size()) {
    throw Error({Fault::shape, "Rounder::round", std::to_string(in.size()) + " results",
                 std::to_string(out.size())});
  }
  if (path_ == Path::kernel) {
    const bool plain = !format_.is_fixed() && format_.subnormals;
    loop_of(format_.rounding, width, plain)(kernel_, in.data(), out.data(), in.size());
    return;
  }
  if (path_ == Path::native) {
    const detail::RoundKernel k = kernel_;
    for (std::size_t i = 0; i < in.size(); ++i) out[i] = detail::round_native(k, in[i]);
    return;
  }
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = (*this)(in[i]);
}

// --- Arithmetic
// ----------------------------------------------------------------------------------

Arithmetic::Arithmetic(const Format& format) : round_(format) {
  static const Format fp64 = parse_format("fp64", ""), fp32 = parse_format("fp32", "");
  if (format == fp64) native_ = Native::fp64;
  if (format == fp32) native_ = Native::fp32;
  if (native_ == Native::none && !format.is_fixed() &&
      format.exponent_bits > kMostExponentBitsOfOperands) {
    throw Error({Fault::unsupported, format.id(),
                 "arithmetic in a format of at most 9 exponent bits, or in plain fp64",
                 std::to_string(format.exponent_bits) + " exponent bits"});
  }
}

/// a + b rounded once, for doubles whose sum neither overflows nor has subnormal error.
double Arithmetic::sum(double a, double b) const noexcept {
  const double s = a + b;
  if (!std::isfinite(s)) return round_(s);
  if (s == 0) {
    const bool minus = std::signbit(a) == std::signbit(b)
                           ? std::signbit(a)
                           : round_.format().rounding == Rounding::down;
    return round_(minus ? -0.0 : 0.0);
  }
  const double of_b = s - a, of_a = s - of_b;
  return round_(to_odd(s, (a - of_a) + (b - of_b)));
}

double Arithmetic::add(double a, double b) const noexcept {
  if (native_ == Native::fp64) return canonical(a + b);
  if (native_ == Native::fp32) return canonical(static_cast<float>(a) + static_cast<float>(b));
  return sum(a, b);
}

double Arithmetic::mul(double a, double b) const noexcept {
  if (native_ == Native::fp64) return canonical(a * b);
  if (native_ == Native::fp32) return canonical(static_cast<float>(a) * static_cast<float>(b));
  return round_(a * b);
}

double Arithmetic::div(double a, double b) const noexcept {
  if (native_ == Native::fp64) return canonical(a / b);
  if (native_ == Native::fp32) return canonical(static_cast<float>(a) / static_cast<float>(b));
  const double q = a / b;
  if (!std::isfinite(q) || q == 0 || std::isinf(b)) return round_(q);
  const double remainder = std::fma(-q, b, a);
  return round_(to_odd(q, std::signbit(b) ? -remainder : remainder));
}

double Arithmetic::fma(double a, double b, double c) const noexcept {
  if (native_ == Native::fp64) return canonical(std::fma(a, b, c));
  if (native_ == Native::fp32) {
    return canonical(std::fma(static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)));
  }
  return sum(a * b, c);
}

}  // namespace statewright::core
