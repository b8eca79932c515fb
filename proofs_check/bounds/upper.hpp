#pragma once

// Internal to proofs_check/bounds: arithmetic on doubles whose results are proved bounds.
//
// Every operation is done by the processor (to nearest) and then corrected by its exact error,
// which TwoSum and FMA give, so that nothing is widened that was exact: a bound of 0 stays 0.

#include <cmath>
#include <cstddef>
#include <limits>

#include "core/number/real.hpp"

namespace statewright::proofs {

inline constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// The next double above. For a value that may be too small.
inline double above(double x) noexcept { return std::nextafter(x, kInfinite); }

/// At least a + b.
inline double add_up(double a, double b) noexcept {
  const double s = a + b;
  if (!std::isfinite(s)) return s > 0 ? s : (s < 0 ? -std::numeric_limits<double>::max() : s);
  const double t = s - a;
  const double error = (a - (s - t)) + (b - t);  // exact: TwoSum
  return error > 0 ? above(s) : s;
}

/// At least a b; 0 if a factor is 0, even if the other is infinite: bounds multiply that way.
inline double mul_up(double a, double b) noexcept {
  if (a == 0 || b == 0) return 0;
  const double p = a * b;
  if (!std::isfinite(p)) return p > 0 ? p : (p < 0 ? -std::numeric_limits<double>::max() : p);
  // The error of a tiny product is no double any more.
  if (std::fabs(p) < 0x1p-900) return above(p);
  return std::fma(a, b, -p) > 0 ? above(p) : p;
}

/// At least a / b, for b > 0.
inline double div_up(double a, double b) noexcept {
  if (a == 0) return 0;
  const double q = a / b;
  if (!std::isfinite(q)) return q > 0 ? q : -std::numeric_limits<double>::max();
  if (std::fabs(q) < 0x1p-900 || std::fabs(a) < 0x1p-900) return above(q);
  return std::fma(-q, b, a) > 0 ? above(q) : q;
}

/// At least the square root of a, for a >= 0.
inline double sqrt_up(double a) noexcept {
  const double r = std::sqrt(a);
  if (r == 0 || !std::isfinite(r)) return r;
  if (a < 0x1p-900) return above(r);
  return std::fma(-r, r, a) > 0 ? above(r) : r;
}

inline double add_down(double a, double b) noexcept { return -add_up(-a, -b); }
inline double mul_down(double a, double b) noexcept { return -mul_up(-a, b); }
/// At most a / b, for b > 0.
inline double div_down(double a, double b) noexcept { return -div_up(-a, b); }

/// A closed interval that holds a real number.
struct Interval {
  double low = 0, high = 0;

  bool operator==(const Interval&) const = default;
  bool is_zero() const noexcept { return low == 0 && high == 0; }
  bool is_point() const noexcept { return low == high; }
  /// At least the absolute value of every element.
  double size() const noexcept { return std::fmax(-low, high); }
};

inline Interval operator-(Interval a) noexcept { return {-a.high, -a.low}; }
inline Interval operator+(Interval a, Interval b) noexcept {
  return {add_down(a.low, b.low), add_up(a.high, b.high)};
}
inline Interval operator-(Interval a, Interval b) noexcept { return a + (-b); }
inline Interval operator*(Interval a, Interval b) noexcept {
  if (a.is_zero() || b.is_zero()) return {};
  return {std::fmin(std::fmin(mul_down(a.low, b.low), mul_down(a.low, b.high)),
                    std::fmin(mul_down(a.high, b.low), mul_down(a.high, b.high))),
          std::fmax(std::fmax(mul_up(a.low, b.low), mul_up(a.low, b.high)),
                    std::fmax(mul_up(a.high, b.low), mul_up(a.high, b.high)))};
}

/// The narrowest interval of doubles around a value; a point if the value is a double.
Interval enclose(const core::Real& value);

/// An upper bound of a Euclidean norm, built term by term.
class NormUp {
 public:
  void add(double size) noexcept { squares_ = add_up(squares_, mul_up(size, size)); }
  /// At least the norm. Of one term, the term itself.
  double value() const noexcept { return sqrt_up(squares_); }

 private:
  double squares_ = 0;
};

}  // namespace statewright::proofs
