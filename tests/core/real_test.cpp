#include "core/number/real.hpp"

#include <bit>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/number/round.hpp"
#include "core/number/stochastic.hpp"
#include "tests/catch.hpp"
#include "tests/core/mpfr_oracle.hpp"

using namespace statewright::core;
using statewright::oracle::splitmix;

namespace {

const Real kCos5 = Cyclotomic::cosine(1, 5);
const Real kRoot2 = Real(2) * Cyclotomic::cosine(1, 8);

Rational random_rational(std::uint64_t& seed) {
  const auto top = static_cast<std::int64_t>(splitmix(seed) % 39) - 19;
  return Rational(top, static_cast<std::int64_t>(splitmix(seed) % 12 + 1));
}

/// Rational every other time, else with one to three cosines and sines.
Real random_real(std::uint64_t& seed) {
  static const std::vector<std::uint32_t> kOrders = {3, 5, 7, 8, 12, 15, 24};
  Real x = random_rational(seed);
  if (splitmix(seed) % 2 == 0) return x;
  for (std::uint64_t terms = splitmix(seed) % 3 + 1; terms > 0; --terms) {
    const auto k = static_cast<std::int64_t>(splitmix(seed) % 30);
    const std::uint32_t m = kOrders[splitmix(seed) % kOrders.size()];
    const bool cosine = splitmix(seed) % 2 == 0;
    x += Real(random_rational(seed)) * (cosine ? Cyclotomic::cosine(k, m) : Cyclotomic::sine(k, m));
  }
  return x;
}

double approximation(const Real& x) { return static_cast<double>(x.bounds(80).first); }

bool near(double x, double y) { return std::fabs(x - y) <= 1e-9 * (1 + std::fabs(y)); }

Error::Facts facts_of(std::string_view text) {
  try {
    parse_real(text, "here");
  } catch (const Error& error) {
    return error.facts();
  }
  return {Fault::io, "", "", ""};
}

}  // namespace

TEST_CASE("reals mix with rationals and integers", "[core][real]") {
  const Rational q(1, 3);
  const Integer seven = 7;
  Real x = q;
  CHECK(x * 2 == Rational(2, 3));
  CHECK(2 * x == Rational(2, 3));
  CHECK(Rational(1) + x == Rational(4, 3));
  CHECK(x + Rational(1) == Rational(4, 3));
  CHECK(1 - x == Rational(2, 3));
  CHECK(1 / x == 3);
  CHECK(x / 2 == Rational(1, 6));
  CHECK(q * kCos5 == kCos5 / 3);
  CHECK(x == q);
  CHECK(q == x);
  CHECK(x != 0);
  CHECK(0 != x);
  CHECK(x < 1);
  CHECK(1 > x);
  CHECK(x < std::size_t{1});
  CHECK(Rational(1, 4) < x);
  CHECK(x <= q);
  CHECK(seven > x);
  CHECK(Real(seven) == 7);
  CHECK(Real(-5) < 0U);
  CHECK(kCos5 < 1);
  CHECK(0 < kCos5);
  CHECK(kCos5 != 1);
  x += 1;
  x -= q;
  x *= kCos5;
  x /= 2;
  CHECK(x == kCos5 * Rational(1, 2));
  x = 0;
  CHECK(x.is_rational());
  CHECK(-kCos5 + kCos5 == 0);
  CHECK((kCos5 - kCos5).is_rational());
  CHECK((-Real(3)).rational() == -3);
}

TEST_CASE("reals are a field", "[core][real]") {
  const std::uint64_t first = 404;
  std::uint64_t seed = first;
  for (int i = 0; i < 200; ++i) {
    const Real a = random_real(seed), b = random_real(seed);
    INFO("seed " << first << ", round " << i << ": " << to_string(a) << " and " << to_string(b));
    const double x = approximation(a), y = approximation(b);
    REQUIRE(near(approximation(a + b), x + y));
    REQUIRE(near(approximation(a - b), x - y));
    REQUIRE(near(approximation(a * b), x * y));
    REQUIRE((a + b) - b == a);
    if (b != 0) {
      REQUIRE(a / b * b == a);
      REQUIRE(a / b == a * (1 / b));
    }
    REQUIRE((a + b) * (a - b) == a * a - b * b);
  }
  CHECK(4 * kCos5 * kCos5 + 2 * kCos5 == 1);
  CHECK((kRoot2 * kRoot2).rational() == 2);
}

TEST_CASE("the order of reals is total", "[core][real]") {
  const std::uint64_t first = 9;
  std::uint64_t seed = first;
  std::vector<Real> values = {0, 1, kCos5, kRoot2, kRoot2 * kRoot2, Rational(1, 2)};
  for (int i = 0; i < 25; ++i) values.push_back(random_real(seed));
  for (const Real& a : values) {
    CHECK((a <=> a) == std::strong_ordering::equal);
    CHECK(a.sign() == (a > 0) - (a < 0));
    for (const Real& b : values) {
      INFO("seed " << first << ": " << to_string(a) << " and " << to_string(b));
      const int order = (a > b) - (a < b);
      REQUIRE(order == -((b > a) - (b < a)));
      REQUIRE((order == 0) == (a == b));
      const Real difference = a - b;
      REQUIRE(order == difference.sign());
      if (std::fabs(approximation(a) - approximation(b)) > 1e-9) {
        REQUIRE((order > 0) == (approximation(a) > approximation(b)));
      }
      for (const Real& c : values) {
        if (a < b && b < c) REQUIRE(a < c);
      }
    }
  }
  // Doubles cannot tell these apart, exact bounds can; and numbers beyond all doubles.
  CHECK(kRoot2 < kRoot2 + power_of_two(-90));
  CHECK((kRoot2 - kCos5 * power_of_two(-80) <=> kRoot2) == std::strong_ordering::less);
  CHECK(kRoot2 * power_of_two(2000) > kCos5 * power_of_two(2000));
  CHECK(kRoot2 * power_of_two(-2000) > kCos5 * power_of_two(-2000));
  CHECK((kRoot2 * power_of_two(-2000) - kCos5 * power_of_two(-2000)).sign() == 1);
  CHECK(Real(power_of_two(3000)) > kRoot2);
  for (const Real& a : values) {
    const auto [low, high] = a.double_bounds();
    CHECK(a >= Real(exact_value(low)));
    CHECK(a <= Real(exact_value(high)));
  }
  // Fields that meet nowhere small can still be compared.
  const Real far = Cyclotomic::cosine(1, 97), other = Cyclotomic::cosine(1, 101);
  CHECK(far < other);
  CHECK(far != other);
  CHECK_THROWS_AS(far + other, Error);
  // Convergents of the square root of 2, one above and one below.
  CHECK(kRoot2 < Rational(577, 408));
  CHECK(kRoot2 > Rational(1393, 985));
}

TEST_CASE("reals are keys", "[core][real]") {
  std::map<std::vector<Real>, int> index;
  index[{1, kCos5}] = 1;
  index[{1, kRoot2}] = 2;
  index[{1, Rational(1, 2)}] = 3;
  const Real far = Cyclotomic::cosine(1, 28);
  CHECK(index.at({1, (kCos5 + far) - far}) == 1);
  CHECK(index.at({1, 1 / kRoot2 * 2}) == 2);
  CHECK(index.at({1, kRoot2 * kRoot2 / 4}) == 3);
  CHECK(index.count({1, kCos5 + 1}) == 0);
}

TEST_CASE("reals as text", "[core][real]") {
  const std::uint64_t first = 12;
  std::uint64_t seed = first;
  for (int i = 0; i < 200; ++i) {
    const Real x = random_real(seed);
    const std::string text = to_string(x);
    INFO("seed " << first << ", round " << i << ": " << text);
    REQUIRE(parse_real(text, "test") == x);
    REQUIRE(to_string(parse_real(text, "test")) == text);
  }
  const auto parse = [](std::string_view text) { return parse_real(text, "test"); };
  CHECK(parse("3/8") == Rational(3, 8));
  CHECK(parse("-0.125") == Rational(-1, 8));
  CHECK(parse("cos(2pi/5)") == kCos5);
  CHECK(parse("-cos(2pi/5)") == -kCos5);
  CHECK(parse("1/2 - 0.75*sin(pi/10)") == Rational(1, 2) - Rational(3, 4) * kCos5);
  CHECK(parse("1/2-0.75*sin(pi/10)") == Rational(1, 2) - Rational(3, 4) * kCos5);
  CHECK(parse("1 + 2") == 3);
  CHECK(parse("1-2") == -1);
  CHECK(parse("cos(pi/3)") == Rational(1, 2));
  CHECK(parse("2*cos(pi/4)") == kRoot2);
  CHECK(parse("sin(pi)") == 0);
  CHECK(parse("cos(pi)") == -1);
  CHECK(parse("cos(0pi)") == 1);
  CHECK(parse("cos(100000000000000000000000000002pi/5)") == kCos5);
  CHECK(parse("sin(2pi/10076)") == Cyclotomic::sine(1, 10076));
  CHECK(parse("cos(2pi/10078)") == -Real(Cyclotomic::cosine(2520, 5039)));
}

TEST_CASE("text that is no real number", "[core][real]") {
  for (
      const char* text :
      {"",          " ",          "-",          "x",           "1 +",         "1 2",
       "1 + + 2",   "--1",        "+1",         "cos",         "cos(",        "cos()",
       "cos(pi",    "cos(pi/)",   "cos(1)",     "cos(2*pi/5)", "cos(2pi/5",   "cos(-pi/3)",
       "tan(pi/4)", "2cos(pi/4)", "2*",         "2*3",         "*cos(pi)",    "cos(pi)*2",
       "1/2/3",     "1.2.3",      "1/-2",       "cos(1.5pi)",  "cos(pi/2/3)", "1 - 1/2/3*cos(pi/5)",
       " 1",        "1 ",         "cos(pi/5) ", "1e3",         "3-",          "-3-4-"}) {
    const Error::Facts facts = facts_of(text);
    INFO(text);
    CHECK(facts.fault == Fault::syntax);
    CHECK(facts.where == "here");
    CHECK(facts.found == quoted(text));
  }
  for (const char* text :
       {"1/0", "1/0 + 1", "cos(pi/0)", "1/0*cos(pi/5)", "cos(pi/5041)", "sin(2pi/4999)",
        "cos(pi/99999999999999999999999)", "cos(2pi/97) + cos(2pi/101)"}) {
    const Error::Facts facts = facts_of(text);
    INFO(text);
    CHECK(facts.fault == Fault::range);
    CHECK(facts.where == "here");
    CHECK(facts.found == quoted(text));
  }
}

TEST_CASE("lists of reals", "[core][real]") {
  const std::vector<Real> some = {1, Rational(-5, 6), Rational(3, 4)};
  CHECK(all_rational(some));
  CHECK(rationals(some) == std::vector<Rational>{1, Rational(-5, 6), Rational(3, 4)});
  CHECK(common_denominator(some) == 12);
  std::string text, same;
  append_scaled(some, 12, text);
  append_scaled(rationals(some), 12, same);
  CHECK(text == " 12 -10 9");
  CHECK(text == same);
  CHECK(small_integer(Real(-7)) == -7);
  CHECK_FALSE(small_integer(Real(Rational(1, 2))).has_value());
  CHECK_FALSE(small_integer(kCos5).has_value());

  const std::vector<Real> irrational = {1, kCos5};
  CHECK_FALSE(all_rational(irrational));
  CHECK_THROWS_AS(rationals(irrational), Error);
  CHECK_THROWS_AS(common_denominator(irrational), Error);
  CHECK_THROWS_AS(append_scaled(irrational, 1, text), Error);
  CHECK_THROWS_AS(kCos5.rational(), Error);
  CHECK_THROWS_AS(Real(Cyclotomic::root(1, 5)), Error);
  CHECK_THROWS_AS(kCos5 / 0, Error);
  CHECK_THROWS_AS(Real(1) / Real(0), Error);
}

TEST_CASE("reals round as MPFR rounds their cosines", "[core][real]") {
  for (const char* name : {"bf16", "fp16", "fp32", "e5m2", "bf16/rz", "fp16/ru", "fp32/rd"}) {
    const Format format = parse_format(name, "test");
    for (std::uint32_t m = 3; m <= 40; ++m) {
      for (std::int64_t k = 1; k < m; k += 3) {
        const Real x = Cyclotomic::cosine(k, m);
        mpfr_t angle, expected;
        mpfr_init2(angle, 400);
        mpfr_init2(expected, format.precision());
        mpfr_const_pi(angle, MPFR_RNDN);
        mpfr_mul_si(angle, angle, 2 * k, MPFR_RNDN);
        mpfr_div_ui(angle, angle, m, MPFR_RNDN);
        const mpfr_rnd_t mode = format.rounding == Rounding::toward_zero ? MPFR_RNDZ
                                : format.rounding == Rounding::up        ? MPFR_RNDU
                                : format.rounding == Rounding::down      ? MPFR_RNDD
                                                                         : MPFR_RNDN;
        mpfr_cos(expected, angle, mode);
        if (!x.is_rational()) {  // 400 bits do not hit the rational ones exactly
          INFO(name << ", cos(2pi " << k << "/" << m << ")");
          REQUIRE(std::bit_cast<std::uint64_t>(round_exact(x, format)) ==
                  std::bit_cast<std::uint64_t>(mpfr_get_d(expected, MPFR_RNDN)));
        }
        mpfr_clear(angle);
        mpfr_clear(expected);
      }
    }
  }
  const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
  const Format fp16 = parse_format("fp16", "test"), bf16 = parse_format("bf16", "test");
  CHECK(round_exact(Real(Rational(1, 3)), bf16) == round_exact(Rational(1, 3), bf16));
  // Far below the least value, and next to it from a rational far closer than 64 bits.
  const Real tiny = kCos5 * power_of_two(-90);
  CHECK(bits(round_exact(tiny, fp16)) == bits(0.0));
  CHECK(bits(round_exact(-tiny, fp16)) == bits(-0.0));
  CHECK(round_exact(tiny, parse_format("fp16/ru", "test")) == 0x1p-24);
  CHECK(round_exact(1 - tiny, parse_format("fp16/rz", "test")) == 1 - 0x1p-11);
  CHECK(round_exact(1 + tiny, parse_format("fp16/ru", "test")) == 1 + 0x1p-10);
  CHECK(round_exact(1 + power_of_two(-11) + tiny, fp16) == 1 + 0x1p-10);
  CHECK(round_exact(1 + power_of_two(-11) - tiny, fp16) == 1);
  CHECK(std::isinf(round_exact(kRoot2 * 100000, fp16)));
  CHECK(round_exact(kCos5 + 1, parse_format("fixed:i=1,f=4,wrap", "test")) == 1.3125 - 2);
  // A wrapping format at a number whose doubles are further apart than what it wraps at.
  const Real large = kRoot2 * power_of_two(60);
  const Format wrap = parse_format("fixed:i=2,f=2,wrap", "test");
  const Integer quarters = numerator_of(Rational(large.bounds(8).first * 4)) /
                           denominator_of(Rational(large.bounds(8).first * 4));
  const Real rest = large * 4 - Real(quarters);  // 0.2.. of a quarter and more
  const Integer nearest = rest * 2 > 1 ? quarters + 1 : quarters;
  const auto residue = static_cast<int>(Integer(nearest % 16));
  CHECK(round_exact(large, wrap) == (residue < 8 ? residue : residue - 16) / 4.0);
  // Stochastic: with 3 random bits, cos(2 pi / 5) = 1.2360.. / 4 leaves the bf16 grid by the
  // fraction f of a gap, and floor(8 f) of the 8 draws go up.
  const Format stochastic = parse_format("bf16/sr:7:3", "test");
  const double down = round_exact(kCos5, parse_format("bf16/rd", "test"));
  const double up = round_exact(kCos5, parse_format("bf16/ru", "test"));
  const Real fraction = (kCos5 - exact_value(down)) / (exact_value(up) - exact_value(down));
  std::uint32_t least = 0;  // the least draw that goes up
  while (8 * fraction + least < 8) ++least;
  for (std::uint64_t counter = 0; counter < 100; ++counter) {
    const double expected = random_draw(stochastic, counter) >= least ? up : down;
    REQUIRE(round_exact(kCos5, stochastic, counter) == expected);
  }
}
