#include "core/number/stochastic.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/number/round.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
Format format_of(const std::string& text) { return parse_format(text, "test"); }

/// A generator of test inputs, not the one under test.
struct Inputs {
  std::uint64_t state;
  std::uint64_t operator()() {
    state = state * 6364136223846793005 + 1442695040888963407;
    return state ^ state >> 29;
  }
};

/// Around values, thresholds and ends of the format, and random doubles.
std::vector<double> inputs(const Format& format, int random) {
  std::vector<double> all = {0.0,         -0.0,
                             kInfinity,   -kInfinity,
                             0x1p-1074,   -0x1p-1074,
                             0x1p-1030,   std::numeric_limits<double>::max(),
                             -0x1.8p1000, std::numeric_limits<double>::quiet_NaN()};
  Inputs next{17};
  const auto around = [&](double x) {
    for (const double y : {x, std::nextafter(x, kInfinity), std::nextafter(x, 0.0)}) {
      all.push_back(y);
      all.push_back(-y);
    }
  };
  const double top = format.largest(), step = ulp(format, top);
  for (int k = -4; k <= 8; ++k) around(top + k * step / 4);
  for (int k = 0; k < 64; ++k) around(std::ldexp(k, -5) * format.least_positive());
  const int range = format.emax() - format.emin() + format.precision() + 4;
  for (int i = 0; i < random; ++i) {
    const double significand = static_cast<double>(next() >> (11 + next() % 50)) + 1;
    const int exponent = static_cast<int>(next() % static_cast<unsigned>(range)) + format.emin() -
                         format.precision() - 2;
    const double x = std::ldexp(significand, exponent - std::ilogb(significand));
    all.push_back(i % 2 == 0 ? x : -x);
    if (i % 8 == 0) all.push_back(std::bit_cast<double>(next()));
  }
  return all;
}

const char* const kFormats[] = {"bf16/sr:1",
                                "fp16/sr:18446744073709551615:8",
                                "fp32/sr:5",
                                "fp32/sr:5:32",
                                "tf32/sr:2:1",
                                "e4m3/sr:3:4",
                                "e4m3/sr:3/sat",
                                "e5m2/se:4",
                                "e2m1/sr:9:2",
                                "float:e=10,m=24/sr:8",
                                "float:e=5,m=3,ftz/sr:6",
                                "float:e=5,m=3,ftz/se:6",
                                "fixed:i=2,f=6/sr:7:5",
                                "fixed:i=2,f=6,wrap/sr:7",
                                "fixed:i=1,f=24/se:7"};

}  // namespace

TEST_CASE("stochastic: the words are those of the written definition", "[core][quick]") {
  // By an independent evaluation of the formulas in unbounded integers.
  const std::uint64_t most = ~std::uint64_t{0};
  CHECK(random_word(0, 0) == 0xef2b3110);
  CHECK(random_word(0, 1) == 0x32bc504b);
  CHECK(random_word(1, 0) == 0x169506ed);
  CHECK(random_word(7, 123456789) == 0x79bf1a43);
  CHECK(random_word(most, most) == 0x8f282485);
  CHECK(random_word(42, std::uint64_t{1} << 40) == 0x79fb690b);
  CHECK(random_draw(format_of("bf16/sr:0"), 0) == 0xef2b3110);
  CHECK(random_draw(format_of("bf16/sr:0:8"), 0) == 0xef);
  CHECK(random_draw(format_of("bf16/se:0"), 0) == 1);
  CHECK(random_draw(format_of("bf16/se:0"), 1) == 0);
  CHECK(random_draw(format_of("bf16/rz"), 0) == 0);
}

TEST_CASE("stochastic: the expectation over all words is what N bits allow", "[core][quick]") {
  for (const char* base : {"e4m3/sat", "fp16", "e2m1", "float:e=4,m=2,ftz", "fixed:i=2,f=3"}) {
    const Format plain = format_of(base);
    const Format down = format_of(base + std::string("/rz"));
    Inputs next{5};
    for (int N = 1; N <= 7; ++N) {
      const std::uint32_t words = std::uint32_t{1} << N;
      const Format format = format_of(base + ("/sr:1:" + std::to_string(N)));
      const Format equal = format_of(base + std::string("/se:1"));
      int wrong = 0;
      for (int i = 0; i < 60; ++i) {
        // Between neighbours, subnormal ones and zero included; every other time on a threshold.
        const Rational start(Integer(i % 3), Integer(2));
        const Rational grid = power_of_two(ulp_exponent(plain, start));
        const Rational rest(Integer(next() % 999), Integer(i % 2 == 0 ? 1024 : 999));
        Rational value = start + grid * rest;
        if (!plain.subnormals && value < power_of_two(plain.emin())) continue;
        if (i % 4 > 1) value = -value;
        const double low = round_exact(value, down);
        const double high = value < 0 ? *next_below(plain, low) : *next_above(plain, low);
        const Rational scaled = rest * Rational(words);
        const Integer expected = numerator_of(scaled) / denominator_of(scaled);
        std::uint32_t ups = 0;
        for (std::uint32_t R = 0; R < words; ++R) {
          const double result = round_with(value, format, R);
          wrong += bits(round_with(Rational(-value), format, R)) == bits(-result) ||
                           (result == 0 && !plain.signed_zero)
                       ? 0
                       : 1;
          if (result == high && rest != 0) {
            ++ups;
          } else {
            wrong += result == low ? 0 : 1;
          }
        }
        wrong += Integer(ups) == expected ? 0 : 1;
        wrong += round_with(value, equal, 0) == low ? 0 : 1;
        wrong += round_with(value, equal, 1) == (rest == 0 ? low : high) ? 0 : 1;
      }
      INFO(format.id());
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("stochastic: frequencies come out", "[core][quick]") {
  const Rounder round(format_of("bf16/sr:12345")), equal(format_of("bf16/se:12345"));
  const std::size_t count = 1 << 20;
  const double x = 1 + 0.3 * 0x1p-7, up = 1 + 0x1p-7;
  const std::vector<double> in(count, -x);
  std::vector<double> out(count), other(count);
  round.round(in, out);
  const auto share = [&](const std::vector<double>& of) {
    return static_cast<double>(std::count(of.begin(), of.end(), -up)) / static_cast<double>(count);
  };
  // Five standard deviations of 2^20 draws; the words are fixed, so this passes always or never.
  CHECK(std::fabs(share(out) - 0.3) < 5 * std::sqrt(0.21 / static_cast<double>(count)));
  // Neighbouring counters, and neighbouring seeds, are independent: 0.3^2.
  Rounder(format_of("bf16/sr:12346")).round(in, other);
  std::size_t pairs = 0, seeds = 0;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    pairs += out[i] == -up && out[i + 1] == -up ? 1 : 0;
    seeds += out[i] == -up && other[i] == -up ? 1 : 0;
  }
  const double deviation = std::sqrt(0.09 * 0.91 / static_cast<double>(count));
  CHECK(std::fabs(static_cast<double>(pairs) / static_cast<double>(count) - 0.09) < 6 * deviation);
  CHECK(std::fabs(static_cast<double>(seeds) / static_cast<double>(count) - 0.09) < 6 * deviation);
  equal.round(in, out);
  CHECK(std::fabs(share(out) - 0.5) < 5 * std::sqrt(0.25 / static_cast<double>(count)));
}

TEST_CASE("stochastic: kernels have the bits of the specification", "[core][quick]") {
  for (const char* name : kFormats) {
    const Format format = format_of(name);
    const Rounder round(format);
    const std::vector<double> in = inputs(format, 3000);
    const std::uint64_t first = 0xfffffffffffffff0;  // counters wrap around
    std::vector<double> out(in.size());
    std::vector<float> floats(in.begin(), in.end()), narrow(in.size());
    std::size_t one = 0, arrays = 0, of_floats = 0, at_zero = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      one += bits(round(in[i], first + i)) == bits(round_exact(in[i], format, first + i)) ? 0 : 1;
      at_zero += bits(round(in[i])) == bits(round_exact(in[i], format)) ? 0 : 1;
    }
    for (int width = 0; width <= static_cast<int>(Rounder::widest()); ++width) {
      round.round(in, out, static_cast<Rounder::Width>(width), first);
      for (std::size_t i = 0; i < in.size(); ++i) {
        arrays += bits(out[i]) == bits(round(in[i], first + i)) ? 0 : 1;
      }
      if (!round.takes_floats()) continue;
      round.round(floats, narrow, static_cast<Rounder::Width>(width), first);
      for (std::size_t i = 0; i < in.size(); ++i) {
        const double wide = round(static_cast<double>(floats[i]), first + i);
        of_floats += bits(static_cast<double>(narrow[i])) == bits(wide) ? 0 : 1;
      }
    }
    CAPTURE(name);
    CHECK(one == 0);
    CHECK(arrays == 0);
    CHECK(of_floats == 0);
    CHECK(at_zero == 0);
  }
}

TEST_CASE("stochastic: values of the format never change", "[core][quick]") {
  for (const char* name : {"e4m3/sr:1", "e5m2/sr:1:3", "fp16/se:1", "e2m1/sr:2:1",
                           "fixed:i=2,f=6/sr:1", "fixed:i=2,f=6,wrap/se:1"}) {
    const Format format = format_of(name);
    const Rounder round(format);
    std::size_t wrong = 0;
    for (const double x : finite_values(format)) {
      for (std::uint64_t counter = 0; counter < 40; ++counter) {
        wrong += bits(round(x, counter)) == bits(x) ? 0 : 1;
      }
    }
    CAPTURE(name);
    CHECK(wrong == 0);
  }
}

TEST_CASE("stochastic: arithmetic rounds the exact result once", "[core][quick]") {
  for (const char* name : {"bf16/sr:1", "fp16/sr:2:8", "e4m3/sr:3:4", "e5m2/se:4", "fp32/sr:5",
                           "float:e=8,m=19/sr:6", "fixed:i=3,f=5/sr:7", "fixed:i=3,f=5,wrap/sr:8",
                           "fixed:i=2,f=12,wrap/se:9", "fp64/sr:10", "fp64/se:10"}) {
    const Format format = format_of(name);
    const Arithmetic ours(format);
    const Rounder to_value(format);
    const std::uint64_t seed = 11;
    Inputs next{seed};
    const auto operand = [&] {
      if (format.is_fixed()) {
        const auto unit =
            static_cast<double>(static_cast<std::int64_t>(next()) >> (65 - format.width()));
        return std::ldexp(unit, -format.significand_bits);
      }
      const double x = std::ldexp(static_cast<double>(static_cast<std::int64_t>(next())),
                                  static_cast<int>(next() % 12) - 68);
      return to_value(x, next());
    };
    int wrong = 0;
    for (std::uint64_t counter = 0; counter < 2000; ++counter) {
      const double a = operand(), b = operand(), c = operand();
      const Rational x = exact_value(a), y = exact_value(b), z = exact_value(c);
      const auto differs = [&](double result, const Rational& exact) {
        return exact != 0 && bits(result) != bits(round_exact(exact, format, counter)) ? 1 : 0;
      };
      wrong += differs(ours.add(a, b, counter), Rational(x + y));
      wrong += differs(ours.sub(a, b, counter), Rational(x - y));
      wrong += differs(ours.mul(a, b, counter), Rational(x * y));
      wrong += differs(ours.fma(a, b, c, counter), Rational(x * y + z));
      if (b != 0) wrong += differs(ours.div(a, b, counter), Rational(x / y));
    }
    CAPTURE(name, seed);
    CHECK(wrong == 0);
  }
}

TEST_CASE("stochastic: a sum just below a threshold is not taken for it", "[core][quick]") {
  // 1 + 2^(k - 27) (1 - 2^-38) has 65 bits; the nearest double is the threshold.
  const Format format = format_of("float:e=8,m=19/sr:1:8");
  const Arithmetic ours(format);
  const double a = 1 - 0x1p-19, up = 1 + 0x1p-19;
  int met = 0;
  for (int k = 0; k < 8; ++k) {
    const double b = std::ldexp(1 + 0x1p-19, k - 27);
    for (std::uint64_t counter = 0; counter < 3000; ++counter) {
      if (random_draw(format, counter) != 256u - (1u << k)) continue;
      ++met;
      CHECK(ours.fma(1, std::ldexp(1.0, k - 27), 1, counter) == up);
      CHECK(ours.fma(a, b, 1, counter) == 1);
    }
  }
  CHECK(met > 20);
}

TEST_CASE("stochastic: too many random bits are an error", "[core][quick]") {
  CHECK_THROWS_AS(Arithmetic(format_of("fp32/sr:1:29")), Error);
  CHECK_THROWS_AS(Arithmetic(format_of("fixed:i=2,f=20,wrap/sr:1:12")), Error);
  CHECK(Arithmetic(format_of("fp64/sr:1")).add(1, 2) == 3);
  Format format = format_of("bf16/sr:1");
  for (const int N : {0, -1, 33}) {
    format.random_bits = N;
    CHECK_THROWS_AS(Rounder(format), Error);
  }
}
