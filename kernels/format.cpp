#include "kernels/format.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"

namespace statewright::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

FormatSpec floating(int exponent_bits, int significand_bits, Nans nans, Overflow overflow) {
  FormatSpec format;
  format.exponent_bits = exponent_bits;
  format.significand_bits = significand_bits;
  format.bias = (1 << (exponent_bits - 1)) - 1;
  format.nans = nans;
  format.infinities = nans == Nans::ieee;
  format.overflow = overflow;
  return format;
}

FormatSpec ieee(int exponent_bits, int significand_bits) {
  return floating(exponent_bits, significand_bits, Nans::ieee, Overflow::infinity);
}

FormatSpec finite(int exponent_bits, int significand_bits) {
  return floating(exponent_bits, significand_bits, Nans::none, Overflow::saturate);
}

struct Named {
  std::string_view name;
  FormatSpec format;
};

const std::array<Named, 10>& table() {
  static const std::array<Named, 10> formats = {{
      {"fp64", ieee(11, 52)},
      {"fp32", ieee(8, 23)},
      {"tf32", ieee(8, 10)},
      {"bf16", ieee(8, 7)},
      {"fp16", ieee(5, 10)},
      {"e5m2", ieee(5, 2)},
      {"e4m3", floating(4, 3, Nans::all_ones, Overflow::not_a_number)},
      {"e3m2", finite(3, 2)},
      {"e2m3", finite(2, 3)},
      {"e2m1", finite(2, 1)},
  }};
  return formats;
}

/// Exponent and significand fields of the largest finite value.
std::uint64_t largest_code(const FormatSpec& format) {
  const std::uint64_t all =
      (std::uint64_t{1} << (format.exponent_bits + format.significand_bits)) - 1;
  switch (format.nans) {
    case Nans::ieee:
      return all - (std::uint64_t{1} << format.significand_bits);
    case Nans::all_ones:
      return all - 1;
    case Nans::none:
      break;
  }
  return all;
}

/// The value of exponent and significand fields.
double magnitude(const FormatSpec& format, std::uint64_t fields) {
  const auto exponent = static_cast<int>(fields >> format.significand_bits);
  const std::uint64_t rest = fields & ((std::uint64_t{1} << format.significand_bits) - 1);
  if (exponent == 0) {
    return format.subnormals ? std::ldexp(static_cast<double>(rest), format.last_place()) : 0.0;
  }
  const std::uint64_t units = rest | (std::uint64_t{1} << format.significand_bits);
  return std::ldexp(static_cast<double>(units), exponent - format.bias - format.significand_bits);
}

}  // namespace

int FormatSpec::width() const noexcept {
  return exponent_bits + significand_bits + (fixed ? 0 : 1);
}

int FormatSpec::precision() const noexcept {
  return fixed ? exponent_bits + significand_bits - 1 : significand_bits + 1;
}

int FormatSpec::emin() const noexcept { return fixed ? exponent_bits - 2 : 1 - bias; }

int FormatSpec::emax() const noexcept {
  if (fixed) return exponent_bits - 2;
  return static_cast<int>(largest_code(*this) >> significand_bits) - bias;
}

int FormatSpec::last_place() const noexcept {
  return fixed ? -significand_bits : emin() - significand_bits;
}

double FormatSpec::largest() const noexcept {
  if (!fixed) return magnitude(*this, largest_code(*this));
  const auto units = (std::int64_t{1} << (exponent_bits + significand_bits - 1)) - 1;
  return std::ldexp(static_cast<double>(units), -significand_bits);
}

double FormatSpec::lowest() const noexcept {
  return fixed ? -std::ldexp(1.0, exponent_bits - 1) : -largest();
}

bool FormatSpec::is_double() const noexcept {
  return !fixed && exponent_bits == 11 && significand_bits == 52;
}

bool FormatSpec::is_plain() const noexcept {
  return !fixed && rounding == Rounding::nearest_even && subnormals && signed_zero;
}

FormatSpec named_format(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Named& named : table()) {
    if (named.name == name) return named.format;
    names.push_back(named.name);
  }
  throw core::Error({core::Fault::syntax, "format", "the name of a format", core::quoted(name),
                     core::did_you_mean(name, names)});
}

std::string spelling_of(const FormatSpec& format) {
  for (const Named& named : table()) {
    if (named.format == format) return std::string(named.name);
  }
  const char* const nans[] = {"none", "ieee", "all_ones"};
  const char* const overflows[] = {"infinity", "nan", "saturate", "wrap"};
  const char* const roundings[] = {"rne", "rna", "rtz", "up", "down", "odd"};
  const std::string first = std::to_string(format.exponent_bits);
  const std::string second = std::to_string(format.significand_bits);
  std::string text = format.fixed ? "q" + first + "." + second : "e" + first + "m" + second;
  const auto say = [&](const std::string& what) {
    text += text.find(':') == std::string::npos ? ":" + what : "," + what;
  };
  if (!format.fixed) {
    say("bias=" + std::to_string(format.bias));
    if (!format.subnormals) say("sub=off");
    if (!format.signed_zero) say("zero=unsigned");
    say(std::string("inf=") + (format.infinities ? "on" : "off"));
    say(std::string("nan=") + nans[static_cast<int>(format.nans)]);
  }
  say(std::string("over=") + overflows[static_cast<int>(format.overflow)]);
  say(std::string("round=") + roundings[static_cast<int>(format.rounding)]);
  return text;
}

double decode(const FormatSpec& format, std::uint64_t code) noexcept {
  const int bits = format.exponent_bits + format.significand_bits;
  if (format.fixed) {
    const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
    const auto units = static_cast<std::int64_t>((code ^ sign) - sign);
    return std::ldexp(static_cast<double>(units), -format.significand_bits);
  }
  const std::uint64_t fields = code & ((std::uint64_t{1} << bits) - 1);
  const std::uint64_t largest = largest_code(format);
  const bool negative = (code >> bits & 1) != 0;
  if (fields > largest) {
    if (format.infinities && fields == largest + 1) return negative ? -kInfinity : kInfinity;
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double size = magnitude(format, fields);
  return negative ? (format.signed_zero || size != 0 ? -size : 0.0) : size;
}

std::int64_t position(const FormatSpec& format, double value) noexcept {
  if (format.fixed) return std::llrint(std::ldexp(value, format.significand_bits));
  if (value == 0) return 0;
  const double size = std::fabs(value);
  const int exponent = std::max(std::ilogb(size), format.emin());
  auto place = static_cast<std::int64_t>(std::ldexp(size, format.significand_bits - exponent));
  place += static_cast<std::int64_t>(exponent - format.emin()) << format.significand_bits;
  return value < 0 ? -place : place;
}

std::uint64_t encode(const FormatSpec& format, double value) noexcept {
  const std::int64_t place = position(format, value);
  const int bits = format.exponent_bits + format.significand_bits;
  if (format.fixed) return static_cast<std::uint64_t>(place) & ((std::uint64_t{1} << bits) - 1);
  const std::uint64_t sign = std::signbit(value) ? std::uint64_t{1} << bits : 0;
  return sign | static_cast<std::uint64_t>(std::llabs(place));
}

std::vector<double> finite_values(const FormatSpec& format) {
  if (format.width() > 16) {
    throw core::Error({core::Fault::unsupported, "format", "a format of at most 16 bits",
                       std::to_string(format.width()) + " bits"});
  }
  std::vector<double> values;
  for (std::uint64_t code = 0; code < std::uint64_t{1} << format.width(); ++code) {
    const double value = decode(format, code);
    const bool again = !format.subnormals && value == 0 &&
                       (code & ((std::uint64_t{1} << (format.width() - 1)) - 1)) != 0;
    const bool second_zero = !format.fixed && !format.signed_zero && value == 0 && code != 0;
    if (std::isfinite(value) && !again && !second_zero) values.push_back(value);
  }
  std::sort(values.begin(), values.end(), [](double a, double b) {
    return a != b ? a < b : std::signbit(a) && !std::signbit(b);
  });
  return values;
}

bool is_finer(const FormatSpec& outer, const FormatSpec& inner) noexcept {
  return inner.precision() <= outer.precision() && inner.last_place() >= outer.last_place();
}

bool keeps(const FormatSpec& outer, const FormatSpec& inner) noexcept {
  if (outer.fixed || !outer.signed_zero) return false;
  if (inner == outer) return true;
  const bool fits = inner.largest() <= outer.largest() && inner.lowest() >= outer.lowest();
  const bool infinite = !inner.infinities || outer.overflow == Overflow::infinity;
  return is_finer(outer, inner) && fits && infinite && outer.subnormals;
}

}  // namespace statewright::kernels
