#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/commands.hpp"
#include "cli/shared.hpp"
#include "cli/streams.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/number/format.hpp"
#include "core/number/round.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;
using core::Format;
using core::Integer;
using core::Rational;

constexpr int kLargestExponent = 20'000;
constexpr std::size_t kLongest = 10'000;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// "0.1", "-3/8", "1.5e-3", "0x1.8p-4": exactly what is written.
Rational parse_value(std::string_view text) {
  const auto fail = [&](Fault fault, std::string expected) -> Error {
    return Error({fault, "VALUE", std::move(expected), core::quoted(text)});
  };
  const std::string form = "a number such as 0.1, -3/8, 1.5e-3 or 0x1.8p-4";
  if (text.size() > kLongest) throw fail(Fault::range, "at most 10,000 characters");
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);
  const bool hex = rest.substr(0, 2) == "0x" || rest.substr(0, 2) == "0X";
  const std::size_t mark = rest.find_first_of(hex ? "pP" : "eE");
  int exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view digits = rest.substr(mark + 1);
    const bool below = !digits.empty() && digits.front() == '-';
    if (below || (!digits.empty() && digits.front() == '+')) digits.remove_prefix(1);
    if (digits.empty()) throw fail(Fault::syntax, form);
    for (const char c : digits) {
      if (c < '0' || c > '9') throw fail(Fault::syntax, form);
      exponent = exponent * 10 + (c - '0');
      if (exponent > kLargestExponent) {
        throw fail(Fault::range, "an exponent between -20000 and 20000");
      }
    }
    if (below) exponent = -exponent;
    rest = rest.substr(0, mark);
  }
  Rational value;
  if (hex) {
    rest.remove_prefix(2);
    Integer units = 0;
    bool point = false;
    std::size_t digits = 0;
    for (const char c : rest) {
      if (c == '.' && !point) {
        point = true;
        continue;
      }
      const int digit = hex_digit(c);
      if (digit < 0) throw fail(Fault::syntax, form);
      units = units * 16 + digit;
      ++digits;
      if (point) exponent -= 4;
    }
    if (digits == 0) throw fail(Fault::syntax, form);
    value = Rational(units) * core::power_of_two(exponent);
  } else {
    try {
      value = core::parse_rational(rest, "VALUE");
    } catch (const Error& error) {
      throw fail(error.facts().fault,
                 error.facts().fault == Fault::syntax ? form : error.facts().expected);
    }
    if (!rest.empty() && rest.front() == '-') throw fail(Fault::syntax, form);
    if (mark != std::string_view::npos && rest.find('/') != std::string_view::npos) {
      throw fail(Fault::syntax, form);
    }
    const Integer power = boost::multiprecision::pow(
        Integer(10), static_cast<unsigned>(exponent < 0 ? -exponent : exponent));
    value = exponent < 0 ? Rational(value / power) : Rational(value * power);
  }
  return negative ? Rational(-value) : value;
}

/// "0|01111011|1001101": sign, exponent and significand; fixed point: integer and fraction bits.
std::string bits_text(const Format& format, std::uint64_t code) {
  std::string text;
  for (int k = format.width() - 1; k >= 0; --k) {
    text += (code >> k & 1) != 0 ? '1' : '0';
    const bool after_sign = !format.is_fixed() && k == format.width() - 1;
    if (k > 0 && (after_sign || k == format.significand_bits)) text += '|';
  }
  return text;
}

std::string hex_code(const Format& format, std::uint64_t code) {
  std::string digits;
  for (int k = (format.width() + 3) / 4 - 1; k >= 0; --k) {
    digits += "0123456789abcdef"[code >> (4 * k) & 15];
  }
  return "0x" + digits;
}

/// Three digits after the point, rounded to nearest.
std::string about(const Rational& value) {
  const Rational size = value < 0 ? Rational(-value) : value;
  const Rational scaled = size * 1000 + Rational(1, 2);
  const Integer thousandths = core::numerator_of(scaled) / core::denominator_of(scaled);
  std::string digits = core::to_string(thousandths);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  digits.insert(digits.size() - 3, 1, '.');
  return (value < 0 ? "-" : "") + digits;
}

/// All that is said about one value in one format.
struct Rounded {
  Format format;
  double value = 0;
  std::optional<std::uint64_t> code;
  std::optional<Rational> error;  ///< in ulp; absent where the result is not finite
  std::optional<double> below, above;
  std::vector<std::string> flags;
};

Rounded round_value(const Rational& exact, bool negative, const Format& format) {
  Rounded rounded;
  rounded.format = format;
  rounded.value = core::round_exact(exact, format);
  if (exact == 0 && negative && format.signed_zero) rounded.value = -0.0;
  if (core::has_value(format, rounded.value)) {
    rounded.code = core::encode(format, rounded.value);
  }
  const bool finite = std::isfinite(rounded.value);
  if (finite) {
    const Rational off = core::exact_value(rounded.value) - exact;
    rounded.error = Rational(off / core::power_of_two(core::ulp_exponent(format, exact)));
    if (off != 0) rounded.flags.emplace_back("inexact");
    rounded.below = core::next_below(format, rounded.value);
    rounded.above = core::next_above(format, rounded.value);
  } else {
    rounded.flags.emplace_back("inexact");
    if (std::isinf(rounded.value)) {
      rounded.below = core::next_below(format, rounded.value);
      rounded.above = core::next_above(format, rounded.value);
    }
  }
  if (core::overflows(exact, format)) rounded.flags.emplace_back("overflow");
  if (finite && !format.is_fixed() && rounded.value != 0 &&
      std::fabs(rounded.value) < std::ldexp(1.0, format.emin())) {
    rounded.flags.emplace_back("subnormal");
  }
  if (finite && rounded.value == 0 && exact != 0 && rounded.flags.size() == 1) {
    rounded.flags.emplace_back("zero");
  }
  return rounded;
}

std::string report(const Rounded& rounded) {
  std::string text = report_line("format", rounded.format.id());
  text += report_line("bits", rounded.code ? bits_text(rounded.format, *rounded.code) + "  " +
                                                 hex_code(rounded.format, *rounded.code)
                                           : "none: the format has no NaN");
  text += report_line("value", value_text(rounded.value));
  if (!rounded.error) {
    text += report_line("error", "not finite");
  } else if (*rounded.error == 0) {
    text += report_line("error", "0 ulp");
  } else {
    const std::string exact = core::to_string(*rounded.error);
    text += report_line("error", (exact.size() <= 60 ? exact + " ulp, " : "") + "about " +
                                     about(*rounded.error) + " ulp");
  }
  if (rounded.below || rounded.above) {
    text += report_line("neighbours",
                        (rounded.below ? value_text(*rounded.below) : "none") + " below, " +
                            (rounded.above ? value_text(*rounded.above) : "none") + " above");
  }
  std::string flags;
  for (const std::string& flag : rounded.flags) flags += (flags.empty() ? "" : ", ") + flag;
  return text + report_line("flags", flags.empty() ? "none: exact" : flags);
}

/// The exact value as a string, "205/2048", "inf", "nan", "-0".
std::string fraction(double value) {
  if (!std::isfinite(value) || value == 0) return value_text(value);
  return core::to_string(core::exact_value(value));
}

JsonOut json_of(const Rounded& rounded) {
  const auto optional = [](const std::optional<double>& value) {
    return value ? JsonOut(fraction(*value)) : JsonOut(nullptr);
  };
  JsonOut object;
  object["format"] = rounded.format.id();
  object["bits"] =
      rounded.code ? JsonOut(bits_text(rounded.format, *rounded.code)) : JsonOut(nullptr);
  object["code"] =
      rounded.code ? JsonOut(hex_code(rounded.format, *rounded.code)) : JsonOut(nullptr);
  object["value"] = fraction(rounded.value);
  object["error_ulp"] = rounded.error ? JsonOut(core::to_string(*rounded.error)) : JsonOut(nullptr);
  object["below"] = optional(rounded.below);
  object["above"] = optional(rounded.above);
  object["flags"] = rounded.flags;
  return object;
}

int run(const Args& args, Streams& io) {
  const auto spelled = args.value("--format");
  if (!spelled) {
    throw Error({Fault::syntax, args.command(), "`--format F`, such as `--format bf16,fp16`",
                 "no format", "`statewright help arithmetic` lists formats"});
  }
  const std::vector<Format> formats = core::parse_formats(*spelled, "--format");
  JsonOut object;
  object["schema"] = "statewright.number/1";
  object["values"] = JsonOut::array();
  std::string text;
  for (const std::string& written : args.all("VALUE")) {
    const Rational exact = parse_value(written);
    JsonOut results = JsonOut::array();
    for (const Format& format : formats) {
      const Rounded rounded = round_value(exact, written.front() == '-', format);
      text += (text.empty() ? "" : "\n") + report_line("number", written) + report(rounded);
      results.push_back(json_of(rounded));
    }
    object["values"].push_back(
        {{"number", written}, {"exact", core::to_string(exact)}, {"results", results}});
  }
  io.out() << (args.has("--json") ? json_text(object) : text);
  return kDone;
}

}  // namespace

Command number_command() {
  return {
      .name = "number",
      .summary = "round numbers to a format: bits, exact value, error, neighbours",
      .description =
          "Every VALUE is taken exactly as written, rounded once to each format, and shown as bits "
          "(sign|exponent|significand), exact value, error in units in the last place (exactly, "
          "positive if rounded up; the unit is the format's spacing at VALUE) and its two "
          "neighbours. Formats, roundings and overflow rules: "
          "`statewright help arithmetic`.",
      .examples =
          {
              {"statewright number 0.1 --format bf16,fp16", "what 0.1 becomes in 16 bits"},
              {"statewright number 464 0x1.d1p8 --format e4m3,e4m3/sat",
               "where OFP8 overflows, and what then"},
          },
      .positionals = {{.name = "VALUE",
                       .what = "a decimal 0.1 or 1e-3, a fraction -3/8, or 0x1.8p-4",
                       .many = true}},
      .flags = with_common({{.name = "--format",
                             .value = "F[,F..]",
                             .what = "formats to round to, such as bf16,fp16/rz"}},
                           {Common::json}),
      .run = run,
  };
}

}  // namespace statewright::cli
