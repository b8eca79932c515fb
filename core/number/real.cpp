#include "core/number/real.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/number/round.hpp"
#include "core/number/stochastic.hpp"

namespace statewright::core {

/// The value in any case as a cyclotomic number, not copied if it is one.
struct Real::Operand {
  explicit Operand(const Real& x)
      : made(x.is_rational() ? Cyclotomic(x.rational_) : Cyclotomic()),
        value(x.is_rational() ? made : *x.irrational_) {}
  Cyclotomic made;
  const Cyclotomic& value;
};

Real::Real(const Cyclotomic& value) {
  if (!value.is_real()) {
    throw Error({Fault::range, "number", "a real number", "one that is not real"});
  }
  take(value);
}

Real& Real::take(Cyclotomic value) {
  if (auto rational = value.rational()) {
    rational_ = std::move(*rational);
    irrational_ = nullptr;
  } else {
    rational_ = 0;
    irrational_ = std::make_shared<const Cyclotomic>(std::move(value));
  }
  return *this;
}

const Rational& Real::rational() const {
  if (!is_rational()) {
    throw Error(
        {Fault::unsupported, "number", "a rational number", core::quoted(to_string(*this))});
  }
  return rational_;
}

Cyclotomic Real::cyclotomic() const { return is_rational() ? Cyclotomic(rational_) : *irrational_; }

int Real::sign() const {
  if (is_rational()) return rational_.sign();
  const auto [low, high] = irrational_->double_bounds();
  if (low > 0 || high < 0) return low > 0 ? 1 : -1;
  return irrational_->sign();
}

std::pair<Rational, Rational> Real::bounds(int bits) const {
  if (is_rational()) return {rational_, rational_};
  return irrational_->bounds(bits);
}

std::pair<double, double> Real::double_bounds() const {
  if (!is_rational()) return irrational_->double_bounds();
  const mpq_t& q = rational_.backend().data();
  constexpr std::size_t kMostBits = 900;
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (mpz_sizeinbase(mpq_numref(q), 2) > kMostBits ||
      mpz_sizeinbase(mpq_denref(q), 2) > kMostBits) {
    return {-kInfinite, kInfinite};
  }
  const double near = mpq_get_d(q);  // cut off: less than a unit of the last place from the value
  return {std::nextafter(near, -kInfinite), std::nextafter(near, kInfinite)};
}

Real Real::operator-() const {
  Real negated = *this;
  if (!is_rational()) return std::move(negated.take(-*irrational_));
  negated.rational_.backend().negate();
  return negated;
}

Real& Real::operator+=(const Real& b) {
  if (!is_rational() || !b.is_rational()) return take(Operand(*this).value + Operand(b).value);
  rational_ += b.rational_;
  return *this;
}

Real& Real::operator-=(const Real& b) {
  if (!is_rational() || !b.is_rational()) return take(Operand(*this).value - Operand(b).value);
  rational_ -= b.rational_;
  return *this;
}

Real& Real::operator*=(const Real& b) {
  if (!is_rational() || !b.is_rational()) return take(Operand(*this).value * Operand(b).value);
  rational_ *= b.rational_;
  return *this;
}

Real& Real::operator/=(const Real& b) {
  if (b == 0) {
    throw Error({Fault::range, "number", "a divisor other than zero", "0"});
  }
  if (!is_rational() || !b.is_rational())
    return take(Operand(*this).value * Operand(b).value.inverse());
  rational_ /= b.rational_;
  return *this;
}

bool Real::equals(const Real& b) const {
  if (is_rational() != b.is_rational()) return false;
  if (is_rational()) return rational_ == b.rational_;
  return irrational_ == b.irrational_ || *irrational_ == *b.irrational_;
}

std::strong_ordering Real::compare(const Real& b) const {
  if (is_rational() && b.is_rational()) return rational_.compare(b.rational_) <=> 0;
  const auto [low, high] = double_bounds();
  const auto [low_b, high_b] = b.double_bounds();
  if (high < low_b) return std::strong_ordering::less;
  if (high_b < low) return std::strong_ordering::greater;
  if (equals(b)) return std::strong_ordering::equal;
  for (int bits = 32;; bits *= 2) {
    const auto ours = bounds(bits), theirs = b.bounds(bits);
    if (ours.second < theirs.first) return std::strong_ordering::less;
    if (theirs.second < ours.first) return std::strong_ordering::greater;
  }
}

// --- text
// ----------------------------------------------------------------------------------------

namespace {

/// One run over the text of a sum; every complaint names all of it.
class Parser {
 public:
  Parser(std::string_view text, std::string_view where) : text_(text), rest_(text), where_(where) {}

  Real sum() {
    bool negative = eat("-");
    Real total = term(negative);
    while (!rest_.empty()) {
      skip_spaces();
      negative = eat("-");
      if (!negative && !eat("+")) throw fail();
      skip_spaces();
      const Real next = term(negative);
      const std::uint32_t order = std::lcm(total.cyclotomic().order(), next.cyclotomic().order());
      if (order > Cyclotomic::kLargestOrder) throw too_large();
      total += next;
    }
    return total;
  }

 private:
  Error fail() const {
    return Error({Fault::syntax, std::string(where_),
                  "a number such as \"-3/8\", \"0.125\" or \"1/2 - 3/4*cos(2pi/5)\"",
                  core::quoted(text_)});
  }
  Error too_large() const {
    return Error({Fault::range, std::string(where_),
                  "angles in a cyclotomic field of order at most " +
                      std::to_string(Cyclotomic::kLargestOrder),
                  core::quoted(text_)});
  }

  bool eat(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void skip_spaces() {
    while (eat(" ")) {
    }
  }
  std::string_view while_in(std::string_view characters) {
    const std::string_view taken =
        rest_.substr(0, std::min(rest_.find_first_not_of(characters), rest_.size()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  Rational number() {
    const std::string_view digits = while_in("0123456789/.");
    try {
      return parse_rational(digits, where_);
    } catch (const Error& error) {
      if (error.facts().fault != Fault::range) throw fail();
      throw Error({Fault::range, std::string(where_), error.facts().expected, core::quoted(text_)});
    }
  }

  Real term(bool negative) {
    Rational factor = 1;
    const bool has_factor = !rest_.starts_with("cos(") && !rest_.starts_with("sin(");
    if (has_factor) factor = number();
    if (negative) factor.backend().negate();
    if (has_factor && !eat("*")) return factor;
    const bool cosine = eat("cos(");
    if (!cosine && !eat("sin(")) throw fail();
    const Cyclotomic value = of_angle(cosine);
    return Real(value) * factor;
  }

  Integer integer(std::string_view digits) {
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) throw fail();
    return digits.empty() ? Integer(1) : numerator_of(parse_rational(digits, where_));
  }

  Cyclotomic of_angle(bool cosine) {
    const Integer top = integer(while_in("0123456789"));
    if (!eat("pi")) throw fail();
    Integer bottom = 1;
    if (eat("/")) {
      const std::string_view digits = while_in("0123456789");
      if (digits.empty()) throw fail();
      bottom = integer(digits);
      if (bottom == 0) {
        throw Error({Fault::range, std::string(where_), "a denominator other than zero",
                     core::quoted(text_)});
      }
    }
    if (!eat(")")) throw fail();
    // In turns, and the sine as a cosine: what counts is the denominator of that.
    Rational turn(top, 2 * bottom);
    if (!cosine) turn = Rational(1, 4) - turn;
    const Integer m = denominator_of(turn);
    const bool halves = m % 4 == 2;
    if (m > (halves ? 2 : 1) * Cyclotomic::kLargestOrder) throw too_large();
    const auto order = static_cast<std::uint32_t>(m);
    return Cyclotomic::cosine(static_cast<std::int64_t>(Integer(numerator_of(turn) % m)), order);
  }

  std::string_view text_, rest_, where_;
};

}  // namespace

Real parse_real(std::string_view text, std::string_view where) {
  // Numbers go the short way, and complaints about them are parse_rational's.
  if (text.find_first_not_of("-0123456789/.") == std::string_view::npos &&
      text.find('-', 1) == std::string_view::npos) {
    return parse_rational(text, where);
  }
  return Parser(text, where).sum();
}

std::string to_string(const Real& value) {
  return value.is_rational() ? to_string(value.rational()) : to_string(value.cyclotomic());
}

// --- lists
// ---------------------------------------------------------------------------------------

std::optional<std::int64_t> small_integer(const Real& value) noexcept {
  if (!value.is_rational()) return {};
  return small_integer(value.rational());
}

bool all_rational(const std::vector<Real>& values) noexcept {
  for (const Real& value : values) {
    if (!value.is_rational()) return false;
  }
  return true;
}

std::vector<Rational> rationals(const std::vector<Real>& values) {
  std::vector<Rational> result;
  result.reserve(values.size());
  for (const Real& value : values) result.push_back(value.rational());
  return result;
}

Integer common_denominator(const std::vector<Real>& values) {
  Integer common = 1;
  for (const Real& value : values) {
    const auto* bottom = mpq_denref(value.rational().backend().data());
    if (mpz_cmp_ui(bottom, 1) == 0) continue;
    mpz_lcm(common.backend().data(), common.backend().data(), bottom);
  }
  return common;
}

void append_scaled(const std::vector<Real>& values, const Integer& denominator, std::string& text) {
  const bool unscaled = denominator == 1;
  for (const Real& value : values) {
    text += ' ';
    if (const auto small = unscaled ? small_integer(value) : std::nullopt) {
      char digits[24];
      text.append(digits, std::to_chars(digits, digits + sizeof digits, *small).ptr);
    } else {
      const Rational& r = value.rational();
      text += to_string(Integer(numerator_of(r) * Integer(denominator / denominator_of(r))));
    }
  }
}

double round_exact(const Real& value, const Format& format, std::uint64_t counter) {
  if (value.is_rational()) return round_exact(value.rational(), format, counter);
  const auto same = [](double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  };
  // Bounds of one sign, because a rounded zero has it. Rounding that wraps is monotone only between
  // bounds that are close, which these need not be.
  const auto [low, high] = value.double_bounds();
  if ((low > 0 || high < 0) && std::isfinite(low) && std::isfinite(high) &&
      format.overflow != Overflow::wrap) {
    // The kernel where it has the format, which it is made for in less time than one division of
    // big integers takes.
    const bool fast =
        !format.is_stochastic() && format.precision() <= 25 && format.exponent_bits <= 10;
    const auto rounded = [&](double x, double y) {
      if (!fast) return std::pair(round_exact(x, format, counter), round_exact(y, format, counter));
      const Rounder round(format);
      return std::pair(round(x), round(y));
    }(low, high);
    if (same(rounded.first, rounded.second)) return rounded.first;
  }
  for (int bits = 64;; bits *= 2) {
    const auto [lower, upper] = value.bounds(bits);
    const double rounded = round_exact(lower, format, counter);
    if (same(rounded, round_exact(upper, format, counter))) return rounded;
  }
}

}  // namespace statewright::core
