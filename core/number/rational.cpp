#include "core/number/rational.hpp"

#include <charconv>

#include <boost/multiprecision/integer.hpp>

#include "core/error.hpp"

namespace statewright::core {
namespace {

bool all_digits(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

Integer power_of_ten(std::size_t exponent) {
  return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

Integer digits(std::string_view text) {
  // GMP would read a leading zero as octal through Boost's string constructor.
  const std::size_t first = text.find_first_not_of('0');
  return first == std::string_view::npos ? Integer(0) : Integer(std::string(text.substr(first)));
}

}  // namespace

Rational parse_rational(std::string_view text, std::string_view where) {
  const auto fail = [&]() -> Error {
    return Error({Fault::syntax, std::string(where), "a rational number such as \"3\" or \"-3/8\"",
                  core::quoted(text)});
  };
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);

  Rational value;
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    const std::string_view top = rest.substr(0, slash), bottom = rest.substr(slash + 1);
    if (!all_digits(top) || !all_digits(bottom)) throw fail();
    const Integer denominator = digits(bottom);
    if (denominator == 0) {
      throw Error(
          {Fault::range, std::string(where), "a denominator other than zero", core::quoted(text)});
    }
    value = Rational(digits(top), denominator);
  } else if (const std::size_t point = rest.find('.'); point != std::string_view::npos) {
    const std::string_view whole = rest.substr(0, point), part = rest.substr(point + 1);
    if (!all_digits(whole) || !all_digits(part)) throw fail();
    const Integer scale = power_of_ten(part.size());
    value = Rational(digits(whole) * scale + digits(part), scale);
  } else {
    if (!all_digits(rest)) throw fail();
    value = Rational(digits(rest));
  }
  return negative ? Rational(-value) : value;
}

std::string to_string(const Rational& value) { return value.str(); }
std::string to_string(const Integer& value) { return value.str(); }

Integer numerator_of(const Rational& value) { return boost::multiprecision::numerator(value); }
Integer denominator_of(const Rational& value) { return boost::multiprecision::denominator(value); }

std::optional<std::int64_t> small_integer(const Rational& value) noexcept {
  // Limb access instead of comparisons and conversions: this runs over millions of entries.
  static_assert(sizeof(mp_limb_t) == sizeof(std::uint64_t));
  const auto* top = mpq_numref(value.backend().data());
  const auto* bottom = mpq_denref(value.backend().data());
  if (mpz_size(bottom) != 1 || mpz_getlimbn(bottom, 0) != 1) return {};
  if (mpz_size(top) == 0) return 0;
  const mp_limb_t limb = mpz_getlimbn(top, 0);
  if (mpz_size(top) > 1 || limb > std::uint64_t{INT64_MAX}) return {};
  const auto magnitude = static_cast<std::int64_t>(limb);
  return mpz_sgn(top) < 0 ? -magnitude : magnitude;
}

Integer common_denominator(const std::vector<Rational>& values) {
  Integer common = 1;
  for (const Rational& value : values) {
    if (mpz_cmp_ui(mpq_denref(value.backend().data()), 1) == 0) continue;
    common = boost::multiprecision::lcm(common, denominator_of(value));
  }
  return common;
}

void append_scaled(const std::vector<Rational>& values, const Integer& denominator,
                   std::string& text) {
  const bool unscaled = denominator == 1;
  for (const Rational& value : values) {
    text += ' ';
    if (const auto small = unscaled ? small_integer(value) : std::nullopt) {
      char digits[24];
      text.append(digits, std::to_chars(digits, digits + sizeof digits, *small).ptr);
    } else {
      text += to_string(Integer(numerator_of(value) * (denominator / denominator_of(value))));
    }
  }
}

}  // namespace statewright::core
