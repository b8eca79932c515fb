#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/number/cyclotomic.hpp"
#include "core/number/format.hpp"
#include "core/number/rational.hpp"

namespace statewright::core {

/// An exact real number: rational, or a real element of a cyclotomic field such as cos(2 pi / 5).
/// What models are made of and what exact simulation computes with.
///
/// Nearly all are rational, and cost little more than a Rational then. Every operation is exact,
/// every comparison decided: equality algebraically, order by bounds in doubles, and where these
/// overlap by refining rational ones, which ends because unequal numbers separate.
class Real {
 public:
  Real() = default;                                      ///< 0
  Real(Rational value) : rational_(std::move(value)) {}  // NOLINT: a rational number is one
  Real(const Integer& value) : rational_(value) {}       // NOLINT: so is an integer
  template <std::integral Int>
  Real(Int value) : rational_(value) {}  // NOLINT
  /// Errors: Error{range} if the value is not real.
  Real(const Cyclotomic& value);  // NOLINT

  bool is_rational() const noexcept { return irrational_ == nullptr; }
  /// The value as a rational number. Errors: Error{unsupported} if it is not one.
  const Rational& rational() const;
  Cyclotomic cyclotomic() const;
  int sign() const;  ///< -1, 0, 1
  /// Rational bounds lower <= value <= upper, upper - lower <= 2^-bits; both are the value if it is
  /// rational.
  std::pair<Rational, Rational> bounds(int bits) const;
  /// Doubles low <= value <= high, close together unless much cancels; cheap.
  std::pair<double, double> double_bounds() const;

  /// Errors of all operations: Error{range} if the fields of two irrational operands meet beyond
  /// Cyclotomic::kLargestOrder; comparisons have none.
  Real operator-() const;
  friend Real operator+(const Real& a, const Real& b) { return Real(a) += b; }
  friend Real operator-(const Real& a, const Real& b) { return Real(a) -= b; }
  friend Real operator*(const Real& a, const Real& b) { return Real(a) *= b; }
  /// Errors: Error{range} for division by 0.
  friend Real operator/(const Real& a, const Real& b) { return Real(a) /= b; }
  Real& operator+=(const Real& b);
  Real& operator-=(const Real& b);
  Real& operator*=(const Real& b);
  Real& operator/=(const Real& b);
  friend bool operator==(const Real& a, const Real& b) { return a.equals(b); }
  friend std::strong_ordering operator<=>(const Real& a, const Real& b) { return a.compare(b); }
  /// With integers, so that `x == 0` makes no number.
  template <std::integral Int>
  friend bool operator==(const Real& a, Int b) {
    return a.is_rational() && a.rational_ == b;
  }
  template <std::integral Int>
  friend std::strong_ordering operator<=>(const Real& a, Int b) {
    return a.is_rational() ? a.rational_.compare(b) <=> 0 : a.compare(Real(b));
  }

 private:
  struct Operand;

  bool equals(const Real& b) const;
  std::strong_ordering compare(const Real& b) const;
  Real& take(Cyclotomic value);  ///< a real one

  Rational rational_;                             ///< 0 if the value is irrational
  std::shared_ptr<const Cyclotomic> irrational_;  ///< if set, the value; never rational
};

/// Reads what to_string writes: a sum of terms, each a number as parse_rational reads it, or
/// [NUMBER*]cos(ANGLE) or sin with ANGLE = [K]pi[/M], exactly; "3/8", "cos(2pi/5)",
/// "1/2 - 0.75*sin(pi/10)". Spaces may stand around the signs between terms. Errors: Error{syntax}
/// at `where`; Error{range} for zero denominators and angles whose field is too large.
Real parse_real(std::string_view text, std::string_view where);
std::string to_string(const Real& value);

/// The value if it is an integer of 64 bits.
std::optional<std::int64_t> small_integer(const Real& value) noexcept;
bool all_rational(const std::vector<Real>& values) noexcept;
/// The same numbers. Errors: Error{unsupported} if one is irrational.
std::vector<Rational> rationals(const std::vector<Real>& values);
/// Least common multiple of the denominators. Errors: Error{unsupported} if one is irrational.
Integer common_denominator(const std::vector<Real>& values);
/// As for rationals. Errors: Error{unsupported} if one is irrational.
void append_scaled(const std::vector<Real>& values, const Integer& denominator, std::string& text);

/// The value of `format` that `value` is rounded to, as for a rational number (round.hpp). For an
/// irrational one, bounds (doubles first, then refined rational ones) are taken until both round to
/// the same: rounding is monotone and all its boundaries are rational, so that ends. Stochastic
/// formats draw with `counter` (stochastic.hpp), others ignore it.
double round_exact(const Real& value, const Format& format, std::uint64_t counter = 0);

}  // namespace statewright::core
