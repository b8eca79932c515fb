// Decimal numbers of any size. The digits are those of a whole number, the (square root of the)
// value times a power of ten, found from the lengths of numerator and denominator and corrected.

#include "cli/decimals.hpp"

#include <cmath>
#include <cstdlib>
#include <utility>

namespace statewright::cli {
namespace {

using core::Integer;
using core::Rational;

Integer power_of_ten(long exponent) {
  return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

Rational scaled(const Rational& x, long exponent) {
  return exponent >= 0 ? Rational(x * Rational(power_of_ten(exponent)))
                       : Rational(x / Rational(power_of_ten(-exponent)));
}

/// About log10 of x > 0.
long magnitude(const Rational& x) {
  const auto bits = [](const Integer& n) { return static_cast<double>(msb(n)); };
  return std::lround((bits(core::numerator_of(x)) - bits(core::denominator_of(x))) *
                     std::log10(2.0));
}

/// n 10^exponent with n > 0, as "%g" would with so many digits.
std::string text_of(const Integer& n, long exponent, unsigned digits) {
  std::string text = core::to_string(n);
  const long leading = exponent + static_cast<long>(text.size()) - 1;
  while (text.size() > 1 && text.back() == '0') text.pop_back();
  if (leading >= -4 && leading < static_cast<long>(digits)) {
    if (leading < 0) {
      return "0." + std::string(static_cast<std::size_t>(-leading - 1), '0') + text;
    }
    const auto whole = static_cast<std::size_t>(leading) + 1;
    if (text.size() <= whole) return text + std::string(whole - text.size(), '0');
    return text.substr(0, whole) + "." + text.substr(whole);
  }
  if (text.size() > 1) text.insert(1, ".");
  const std::string size = std::to_string(std::labs(leading));
  return text + (leading < 0 ? "e-" : "e+") + (size.size() < 2 ? "0" : "") + size;
}

/// `whole(exponent)` is the value times 10^-exponent as a whole number; about log10 of the value.
template <class Whole>
std::string digits_of(long about, unsigned digits, const Whole& whole) {
  const Integer least = power_of_ten(static_cast<long>(digits) - 1), most = least * 10;
  for (long exponent = about - static_cast<long>(digits) + 1;;) {
    const Integer n = whole(exponent);
    if (n < least) {
      --exponent;
    } else if (n > most) {
      ++exponent;
    } else {
      return text_of(n, exponent, digits);
    }
  }
}

}  // namespace

std::string decimal_text(const Rational& x, unsigned digits) {
  if (x == 0) return "0";
  const Rational size = abs(x);
  const auto whole = [&](long exponent) {
    const Rational twice = scaled(size, -exponent) * 2 + 1;
    return Integer(core::numerator_of(twice) / (core::denominator_of(twice) * 2));
  };
  return (x < 0 ? "-" : "") + digits_of(magnitude(size), digits, whole);
}

std::string root_text(const Rational& square, unsigned digits, RootRounding rounding) {
  if (square == 0) return "0";
  const auto whole = [&](long exponent) {
    const Rational here = scaled(square, -2 * exponent);
    const Integer floor = core::numerator_of(here) / core::denominator_of(here);
    if (rounding == RootRounding::up) {
      Integer root = sqrt(floor);
      if (Rational(root * root) < here) ++root;
      return root;
    }
    const Rational four = here * 4;
    const Integer twice = sqrt(Integer(core::numerator_of(four) / core::denominator_of(four)));
    return Integer((twice + 1) / 2);
  };
  return digits_of(magnitude(square) / 2, digits, whole);
}

}  // namespace statewright::cli
