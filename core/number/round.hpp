#pragma once

#include <span>
#include <string_view>

#include "core/number/format.hpp"
#include "core/number/round_kernel.hpp"

namespace statewright::core {

/// The value of `format` that `value` is rounded to: the specification of every rounding here.
///
/// First onto the grid of multiples of 2^ulp_exponent(format, value), as the format's rounding says
/// and as if there were no largest value; a result below 2^emin becomes zero in formats without
/// subnormals; then the overflow rule if the result is beyond the largest finite value. A zero that
/// comes of a value other than zero has that value's sign where the format has signed zeros; the
/// value 0 gives +0. NaN is the result where the overflow rule says so, never else.
/// Cost: one division of big integers.
double round_exact(const Rational& value, const Format& format);

/// The same for a double: infinities by the overflow rule, -0 stays -0 where there is one, NaN
/// stays NaN.
double round_exact(double value, const Format& format);

/// Whether the overflow rule decides about `value`: rounded as if there were no largest value, it
/// is beyond the largest.
bool overflows(const Rational& value, const Format& format);

/// Rounds doubles to a format, with the bits of round_exact, in about ten instructions without
/// branches (round_kernel.hpp tells how; fixed point with `wrap` takes a slower way).
///
/// Every NaN becomes the one positive quiet NaN. Errors: Error{unsupported} for formats of more
/// than 25 bits precision or more than 10 exponent bits other than fp64 (which may have suffixes
/// and `ftz`).
class Rounder {
 public:
  explicit Rounder(const Format& format);

  const Format& format() const noexcept { return format_; }
  double operator()(double x) const noexcept;

  /// out[i] = (*this)(in[i]). `out` may be `in`. The widest vectors that the processor has are
  /// chosen at run time; the bits are the same with all.
  /// Errors: Error{shape} if the sizes differ.
  void round(std::span<const double> in, std::span<double> out) const;

  /// The vectors that round() can be compiled for, narrowest first, as far as this processor has
  /// them; for tests and benchmarks.
  enum class Width { baseline, avx2, avx512 };
  static Width widest() noexcept;
  void round(std::span<const double> in, std::span<double> out, Width width) const;

 private:
  enum class Path { kernel, wrapped, native };

  Format format_;
  Path path_ = Path::kernel;
  detail::RoundKernel kernel_;
};

/// Correctly rounded arithmetic on values of one format: each result is the exact one rounded once,
/// in every rounding mode.
///
/// Domain: operands are values of the format, infinities or NaN (not checked). Order of operations:
/// none, each is a single rounding; fma(a, b, c) is a b + c. Special values are those of IEEE 754:
/// invalid operations give NaN, x / 0 an infinity that the overflow rule then treats, an exact zero
/// sum of unequal signs is +0, -0 when rounding down.
///
/// How: products of two significands of at most 25 bits are exact doubles. A sum is formed with its
/// error (Knuth's TwoSum), a quotient with its remainder (an exact FMA); if that is not zero, the
/// last bit of the double is made odd. A double rounded to odd can be rounded once more to any
/// precision of at most 51 bits as if it were exact (Boldo and Melquiond 2008). For fp64 and fp32
/// with nearest-even the processor's own operations do it.
///
/// Errors: Error{unsupported} for formats that Rounder cannot take or of more than 9 exponent bits
/// (products would leave the range of double), except fp64 itself without suffixes.
class Arithmetic {
 public:
  explicit Arithmetic(const Format& format);

  const Rounder& rounder() const noexcept { return round_; }
  double add(double a, double b) const noexcept;
  double sub(double a, double b) const noexcept { return add(a, -b); }
  double mul(double a, double b) const noexcept;
  double div(double a, double b) const noexcept;
  double fma(double a, double b, double c) const noexcept;

 private:
  enum class Native { none, fp32, fp64 };

  double sum(double a, double b) const noexcept;

  Rounder round_;
  Native native_ = Native::none;
};

inline double Rounder::operator()(double x) const noexcept {
  using detail::round_one;
  if (path_ == Path::native) return detail::round_native(kernel_, x);
  const bool wraps = path_ == Path::wrapped;
  switch (format_.rounding) {
    case Rounding::nearest_even:
      if (wraps) return detail::round_wrapped<Rounding::nearest_even>(kernel_, x);
      return round_one<Rounding::nearest_even>(kernel_, x);
    case Rounding::nearest_away:
      if (wraps) return detail::round_wrapped<Rounding::nearest_away>(kernel_, x);
      return round_one<Rounding::nearest_away>(kernel_, x);
    case Rounding::toward_zero:
      if (wraps) return detail::round_wrapped<Rounding::toward_zero>(kernel_, x);
      return round_one<Rounding::toward_zero>(kernel_, x);
    case Rounding::up:
      if (wraps) return detail::round_wrapped<Rounding::up>(kernel_, x);
      return round_one<Rounding::up>(kernel_, x);
    case Rounding::down:
      if (wraps) return detail::round_wrapped<Rounding::down>(kernel_, x);
      return round_one<Rounding::down>(kernel_, x);
    case Rounding::to_odd:
      break;
  }
  if (wraps) return detail::round_wrapped<Rounding::to_odd>(kernel_, x);
  return round_one<Rounding::to_odd>(kernel_, x);
}

}  // namespace statewright::core
