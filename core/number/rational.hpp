#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/multiprecision/gmp.hpp>

namespace statewright::core {

/// Exact integers and rationals: GMP behind Boost.Multiprecision, without expression templates so
/// that `auto x = a * b` is a number.
using Integer =
    boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;
using Rational = boost::multiprecision::number<boost::multiprecision::gmp_rational,
                                               boost::multiprecision::et_off>;

/// Reads "3", "-3/8" or "0.125" exactly: sign, digits, and at most one of '/' or '.'.
/// Errors: Error{syntax} at `where`; Error{range} for a zero denominator.
Rational parse_rational(std::string_view text, std::string_view where);

/// "3", "-3/8": lowest terms, positive denominator, no spaces.
std::string to_string(const Rational& value);
std::string to_string(const Integer& value);

Integer numerator_of(const Rational& value);
Integer denominator_of(const Rational& value);  ///< always positive

/// The value if it is an integer of 64 bits. Nearly all weights of compiled networks are; this
/// reads them without touching big numbers.
std::optional<std::int64_t> small_integer(const Rational& value) noexcept;

/// Least common multiple of the denominators, at least 1.
Integer common_denominator(const std::vector<Rational>& values);

/// values[i] times `denominator`, a common multiple of their denominators, appended to `text` as
/// decimal integers with a space before each.
void append_scaled(const std::vector<Rational>& values, const Integer& denominator,
                   std::string& text);

}  // namespace statewright::core
