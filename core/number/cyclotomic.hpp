#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/number/rational.hpp"

namespace statewright::core {

/// An element of a cyclotomic field Q(zeta_m), zeta_m = exp(2 pi i / m): an exact complex number.
/// What rotations by rational parts of a turn are made of.
///
/// Held as coefficients over 1, zeta_m, .., zeta_m^(phi(m)-1), reduced by the m-th cyclotomic
/// polynomial; a rational number has m = 1, and m is never 2 modulo 4, because Q(zeta_2n) is
/// Q(zeta_n) for odd n. Operands in different fields meet in Q(zeta_lcm).
/// Costs: sums O(phi(m)), products O(phi(m)^2), inverses O(log m) products.
/// Errors of sums and products: Error{range} if the fields meet beyond kLargestOrder.
class Cyclotomic {
 public:
  Cyclotomic() = default;             ///< 0
  Cyclotomic(const Rational& value);  // NOLINT: a rational number is one
  static constexpr std::uint32_t kLargestOrder = 5040;

  /// zeta_m^k. Errors: Error{range} unless k / m in lowest terms has 1 <= m <= kLargestOrder.
  static Cyclotomic root(std::int64_t k, std::uint32_t m);
  /// The sum of powers[j] zeta_m^j over all j; powers may have any length.
  /// Errors: Error{range} unless 1 <= m <= kLargestOrder.
  static Cyclotomic sum(std::uint32_t m, const std::vector<Rational>& powers);
  /// cos(2 pi k / m) and sin(2 pi k / m), exact 0 and +-1 at quarter turns. The sine is the cosine
  /// of what is missing to a quarter turn, so that it too lies in the least field.
  /// Errors: Error{range} if that field has an order beyond kLargestOrder (for the sine it can be
  /// lcm(4, m)).
  static Cyclotomic cosine(std::int64_t k, std::uint32_t m);
  static Cyclotomic sine(std::int64_t k, std::uint32_t m);

  std::uint32_t order() const noexcept { return order_; }  ///< m, not always the least possible
  std::vector<Rational> coefficients() const;              ///< [phi(m)]
  Cyclotomic least() const;  ///< the same number in the least field Q(zeta_m) that has it
  std::optional<Rational> rational() const;  ///< the value, if it is rational
  bool is_real() const;
  Cyclotomic conjugate() const;
  Cyclotomic inverse() const;  ///< Errors: Error{range} for 0

  Cyclotomic operator-() const;
  friend Cyclotomic operator+(const Cyclotomic& a, const Cyclotomic& b);
  friend Cyclotomic operator-(const Cyclotomic& a, const Cyclotomic& b);
  friend Cyclotomic operator*(const Cyclotomic& a, const Cyclotomic& b);
  /// Whether they are the same number, in whatever fields they are held. No errors.
  friend bool operator==(const Cyclotomic& a, const Cyclotomic& b);

  /// Rational bounds lower <= value <= upper of a real element, upper - lower <= 2^-bits.
  /// Errors: Error{range} if it is not real.
  std::pair<Rational, Rational> bounds(int bits) const;
  /// Doubles low <= value <= high around a real element, usually within a few units of the last
  /// place of its largest term; infinities where terms leave the range of double. For an element
  /// that is not real, its real part. What comparisons try first. Cost: O(phi(m)) operations on
  /// doubles, and once for each m the cosines by MPFR.
  std::pair<double, double> double_bounds() const;
  /// -1, 0 or 1, of a real element. Zero is decided algebraically first, so refining the bounds
  /// ends. Errors: Error{range} if it is not real.
  int sign() const;

  /// A real element over 1, cos(2 pi k / m) for k = 1, .., phi(m)/2 - 1, which form a basis of the
  /// real subfield. Nothing if it is not real.
  std::optional<std::vector<Rational>> over_cosines() const;

 private:
  Cyclotomic(std::uint32_t order, std::vector<Integer> units, Integer denominator);

  Cyclotomic image(std::uint64_t g) const;
  std::optional<Cyclotomic> without(std::uint32_t p) const;
  Cyclotomic scaled(const Rational& factor) const;
  std::vector<Integer> within(std::uint32_t order) const;
  std::optional<std::vector<Integer>> units_over_cosines() const;

  std::uint32_t order_ = 1;
  std::vector<Integer> units_ = {Integer(0)};  ///< the coefficients times denominator_
  Integer denominator_ = 1;                    ///< positive, the least possible
};

/// A real element as a sum that parse_real (real.hpp) reads back: "1/2 - 3/4*cos(2pi/5)". Terms are
/// those of over_cosines, in the least field: equal numbers, equal texts.
/// Errors: Error{range} if it is not real.
std::string to_string(const Cyclotomic& value);

}  // namespace statewright::core
