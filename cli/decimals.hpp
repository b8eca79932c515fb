#pragma once

#include <string>

#include "core/number/rational.hpp"

namespace statewright::cli {

/// A number in so many decimal digits, the nearest, as "%g" prints a double: trailing zeros left
/// out, an exponent where it is shorter. Of any size: 1e-400 is not 0, nor 1e400 infinite.
/// Requires: 1 <= digits <= 17.
std::string decimal_text(const core::Rational& x, unsigned digits);

/// The square root of a number >= 0 in the same form: the nearest, or the least that is no smaller.
enum class RootRounding { nearest, up };
std::string root_text(const core::Rational& square, unsigned digits, RootRounding rounding);

}  // namespace statewright::cli
