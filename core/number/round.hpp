#pragma once

#include <span>
#include <string_view>

#include "core/number/format.hpp"
#include "core/number/round_kernel.hpp"
#include "core/number/stochastic.hpp"

namespace statewright::core {

/// The value of `format` that `value` is rounded to: the specification of every rounding here.
///
/// First onto the grid of multiples of 2^ulp_exponent(format, value), as the format's rounding says
/// and as if there were no largest value; a result below 2^emin becomes zero in formats without
/// subnormals; then the overflow rule if the result is beyond the largest finite value. A zero that
/// comes of a value other than zero has that value's sign where the format has signed zeros; the
/// value 0 gives +0. NaN is the result where the overflow rule says so, never else. Stochastic
/// formats draw with the counter 0; core/number/stochastic.hpp has round_exact with a counter.
/// Cost: one division of big integers.
double round_exact(const Rational& value, const Format& format);

/// The same for a double: infinities by the overflow rule, -0 stays -0 where there is one, NaN
/// stays NaN.
double round_exact(double value, const Format& format);

/// Whether the overflow rule decides about `value`: rounded as if there were no largest value, it
/// is beyond the largest. Stochastic formats: with the counter 0.
bool overflows(const Rational& value, const Format& format);

/// Rounds doubles to a format, with the bits of round_exact, in about ten instructions without
/// branches (round_kernel.hpp tells how; fixed point with `wrap` takes a slower way).
///
/// Every NaN becomes the one positive quiet NaN. Stochastic formats want a counter with each
/// rounding (core/number/stochastic.hpp); without one it is 0, the same R every time, which is of
/// use for single values only.
///
/// Errors: Error{unsupported} for formats of more than 25 bits precision or more than 10 exponent
/// bits other than fp64 (which may have suffixes and `ftz`); Error{range} for a stochastic format
/// with random_bits outside 1 to 32, or other than 1 for /se.
class Rounder {
 public:
  explicit Rounder(const Format& format);

  const Format& format() const noexcept { return format_; }
  double operator()(double x) const noexcept;
  double operator()(double x, std::uint64_t counter) const noexcept;

  /// out[i] = (*this)(in[i], first_counter + i). `out` may be `in`. The widest vectors that the
  /// processor has are chosen at run time; the bits are the same with all.
  /// Errors: Error{shape} if the sizes differ.
  void round(std::span<const double> in, std::span<double> out,
             std::uint64_t first_counter = 0) const;

  /// The same for floats, about twice as fast: each is rounded as the double of its value would be.
  /// Errors: Error{shape}; Error{unsupported} if some value of the format is no float.
  void round(std::span<const float> in, std::span<float> out,
             std::uint64_t first_counter = 0) const;

  /// Whether all values of the format are floats.
  bool takes_floats() const noexcept;

  /// The vectors that round() can be compiled for, narrowest first, as far as this processor has
  /// them; for tests and benchmarks. FMA instructions count as part of AVX2.
  enum class Width { baseline, avx2, avx512 };
  static Width widest() noexcept;
  void round(std::span<const double> in, std::span<double> out, Width width,
             std::uint64_t first_counter = 0) const;
  void round(std::span<const float> in, std::span<float> out, Width width,
             std::uint64_t first_counter = 0) const;

 private:
  enum class Path { nearest, plain, general, random, wrapped, native };

  template <detail::Shape shape>
  double by_mode(double x) const noexcept;
  double special(double x, std::uint64_t counter) const noexcept;
  detail::Shape shape() const noexcept;

  Format format_;
  Path path_ = Path::general;
  detail::RoundKernel kernel_;
  detail::RandomKernel random_;
};

/// Correctly rounded arithmetic on values of one format: each result is the exact one rounded once,
/// in every rounding mode.
///
/// Domain: operands are values of the format, infinities or NaN (not checked). Order of operations:
/// none, each is a single rounding; fma(a, b, c) is a b + c. Special values are those of IEEE 754:
/// invalid operations give NaN, x / 0 an infinity that the overflow rule then treats, an exact zero
/// sum of unequal signs is +0, -0 when rounding down. Stochastic formats draw by `counter`, others
/// ignore it.
///
/// How: products of two significands of at most 25 bits are exact doubles. A sum is formed with its
/// error (Knuth's TwoSum), a quotient with its remainder (an exact FMA); if that is not zero, the
/// last bit of the double is made odd. A double rounded to odd can be rounded once more to any
/// precision of at most 51 bits as if it were exact (Boldo and Melquiond 2008): rounding to odd is
/// monotone and never leads to an even double, so it keeps the order to each of them, and all
/// values and midpoints are even, as are the 2^N thresholds of stochastic rounding if p + N <= 52.
/// For fp64 and fp32 with nearest-even the processor's own operations do it. For fp64 with suffixes
/// the error says which neighbour to take; near the ends of the range of double, for fma and for
/// stochastic rounding the exact result is formed in big integers (up to about a microsecond).
///
/// Errors: Error{unsupported} for formats that Rounder cannot take or, other than fp64, of more
/// than 9 exponent bits (products would leave the range of double), and for stochastic formats with
/// N > 52 - p (fixed point with `wrap`: 52 - p - f).
class Arithmetic {
 public:
  explicit Arithmetic(const Format& format);

  const Rounder& rounder() const noexcept { return round_; }
  double add(double a, double b, std::uint64_t counter = 0) const noexcept;
  double sub(double a, double b, std::uint64_t counter = 0) const noexcept {
    return add(a, -b, counter);
  }
  double mul(double a, double b, std::uint64_t counter = 0) const noexcept;
  double div(double a, double b, std::uint64_t counter = 0) const noexcept;
  double fma(double a, double b, double c, std::uint64_t counter = 0) const noexcept;

 private:
  enum class Way { kernel, fp32, fp64, fp64_suffixed };

  double sum(double a, double b, std::uint64_t counter) const noexcept;
  double round_wide(double nearest, double error) const noexcept;
  bool is_zero_negative(double a, double b) const noexcept;

  Rounder round_;
  Way way_ = Way::kernel;
};

inline double Rounder::operator()(double x) const noexcept {
  if (path_ == Path::nearest) {
    return detail::round_one<Rounding::nearest_even, detail::Shape::plain>(kernel_, x);
  }
  if (path_ == Path::plain) return by_mode<detail::Shape::plain>(x);
  return path_ == Path::general ? by_mode<detail::Shape::general>(x) : special(x, 0);
}

inline double Rounder::operator()(double x, std::uint64_t counter) const noexcept {
  if (path_ <= Path::general) return (*this)(x);
  return special(x, counter);
}

template <detail::Shape shape>
double Rounder::by_mode(double x) const noexcept {
  using detail::round_one;
  switch (format_.rounding) {
    case Rounding::nearest_away:
      return round_one<Rounding::nearest_away, shape>(kernel_, x);
    case Rounding::toward_zero:
      return round_one<Rounding::toward_zero, shape>(kernel_, x);
    case Rounding::up:
      return round_one<Rounding::up, shape>(kernel_, x);
    case Rounding::down:
      return round_one<Rounding::down, shape>(kernel_, x);
    case Rounding::to_odd:
      return round_one<Rounding::to_odd, shape>(kernel_, x);
    default:
      return round_one<Rounding::nearest_even, shape>(kernel_, x);
  }
}

}  // namespace statewright::core
