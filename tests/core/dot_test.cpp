#include "core/number/dot.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/number/round.hpp"
#include "core/number/stochastic.hpp"
#include "tests/catch.hpp"
#include "tests/core/mpfr_oracle.hpp"

using namespace statewright::core;
using statewright::oracle::Mpfr;
using statewright::oracle::splitmix;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
Format format_of(const std::string& text) { return parse_format(text, "test"); }

std::string listed(const std::vector<double>& a, const std::vector<double>& b) {
  std::string text;
  char number[80];
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::snprintf(number, sizeof number, " %a*%a", a[i], b[i]);
    text += number;
  }
  return text;
}

/// A random code, every so often with an exponent near 1, and now and then a special one.
double random_value(const Format& format, std::uint64_t& seed) {
  if (splitmix(seed) % 4 != 0) {
    const auto units = static_cast<double>(static_cast<std::int64_t>(splitmix(seed)));
    const double x = std::ldexp(units, -63 + static_cast<int>(splitmix(seed) % 16) - 8);
    return format.precision() <= 25 ? Rounder(format)(x) : round_exact(x, format);
  }
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - format.width());
  const double x = decode(format, splitmix(seed) & mask);
  // Infinities and NaN would otherwise be in every dot product of the small formats.
  return std::isfinite(x) || splitmix(seed) % 64 == 0 ? x : 1;
}

/// Factors with cancellation: some products come again with the other sign.
void random_factors(const Format& format, std::uint64_t& seed, std::vector<double>& a,
                    std::vector<double>& b) {
  a.clear();
  b.clear();
  const std::size_t count = splitmix(seed) % 7;
  for (std::size_t i = 0; i < count; ++i) {
    a.push_back(random_value(format, seed));
    b.push_back(random_value(format, seed));
    if (splitmix(seed) % 3 == 0) {
      a.push_back(-a.back());
      b.push_back(b.back());
      std::swap(a.back(), a[splitmix(seed) % a.size()]);
    }
  }
}

void compare_dots(const std::string& name, std::size_t cases) {
  const Format format = format_of(name);
  Mpfr mpfr(format);
  const std::uint64_t first_seed = 21;
  std::uint64_t seed = first_seed;
  std::vector<double> a, b;
  std::size_t wrong = 0, wrong_sums = 0;
  std::string first;
  for (std::size_t i = 0; i < cases; ++i) {
    random_factors(format, seed, a, b);
    const double ours = dot(format, a, b), theirs = mpfr.dot(a, b);
    if (bits(ours) != bits(theirs) && ++wrong == 1) first = listed(a, b);
    const std::vector<double> ones(a.size(), 1.0);
    if (bits(sum(format, a)) != bits(mpfr.dot(a, ones))) ++wrong_sums;
  }
  INFO(name << ", seed " << first_seed << ", first wrong:" << first);
  CHECK(wrong == 0);
  CHECK(wrong_sums == 0);
}

const std::vector<std::string> kFormats = {"fp64", "fp32", "tf32", "bf16", "fp16",
                                           "e5m2", "e4m3", "e3m2", "e2m3", "e2m1"};

// --- tensor cores, by unbounded integers

/// floor(log2 |value|) of a value other than zero.
int log2_of(const Rational& value) {
  int exponent = 0;
  const Rational size = abs(value);
  while (power_of_two(exponent + 1) <= size) ++exponent;
  while (power_of_two(exponent) > size) --exponent;
  return exponent;
}

Integer truncated(const Rational& value) {
  return numerator_of(value) / denominator_of(value);  // toward zero
}

struct Slow {
  std::size_t group;
  int F, result_bits, input_emin;
};

double slow_tensor_dot(const Slow& unit, const std::vector<double>& a, const std::vector<double>& b,
                       double c) {
  for (std::size_t begin = 0; begin < a.size(); begin += unit.group) {
    const std::size_t end = std::min(a.size(), begin + unit.group);
    int most = -133;
    if (c != 0) most = std::max({most, log2_of(exact_value(c)), -126});
    for (std::size_t i = begin; i < end; ++i) {
      if (a[i] == 0 || b[i] == 0) continue;
      most = std::max(most, std::max(log2_of(exact_value(a[i])), unit.input_emin) +
                                std::max(log2_of(exact_value(b[i])), unit.input_emin));
    }
    const Rational scale = power_of_two(unit.F - most);
    Integer total = truncated(Rational(exact_value(c) * scale));
    for (std::size_t i = begin; i < end; ++i) {
      total += truncated(Rational(exact_value(a[i]) * exact_value(b[i]) * scale));
    }
    c = 0;
    if (total == 0) continue;
    const Rational value = Rational(total) / scale;
    const Rational grid = power_of_two(std::max(log2_of(value), -126) - unit.result_bits);
    const Rational result = Rational(truncated(Rational(value / grid))) * grid;
    if (result == 0) {
      c = 0;  // without a sign, as an H100 says
    } else if (abs(result) >= power_of_two(128)) {
      return value < 0 ? -kInfinity : kInfinity;
    } else {
      c = std::ldexp(static_cast<double>(numerator_of(Rational(result / grid))),
                     std::max(log2_of(value), -126) - unit.result_bits);
    }
  }
  return c;
}

const TensorCore& core_of(const std::string& name) {
  static const std::vector<TensorCore> cores = tensor_cores();
  for (const TensorCore& core : cores) {
    if (core.name == name) return core;
  }
  throw std::runtime_error(name);
}

}  // namespace

TEST_CASE("dot: every format and mode has MPFR's bits", "[core][quick]") {
  for (const std::string& name : kFormats) compare_dots(name, 20'000);
  for (const char* mode : {"/rz", "/ru", "/rd", "/rna", "/ro"}) {
    for (const std::string& name : kFormats) compare_dots(name + mode, 1'000);
  }
  for (const char* name :
       {"e4m3/sat", "fp16/ru/sat", "float:e=5,m=10,ftz", "float:e=11,m=52,ftz/rz",
        "float:e=10,m=40/rna", "float:e=3,m=30,finite"}) {
    compare_dots(name, 1'000);
  }
}

TEST_CASE("dot: a million random cases a format", "[core][.long]") {
  for (const std::string& name : kFormats) compare_dots(name, 1'000'000);
}

TEST_CASE("dot: fixed point and random bits have the specification's", "[core][quick]") {
  for (const char* name : {"fixed:i=2,f=6", "fixed:i=2,f=6,wrap", "fixed:i=1,f=52",
                           "fixed:i=53,f=0", "fixed:i=4,f=3,wrap/rd", "bf16/sr:1", "fp32/sr:2:32",
                           "e4m3/se:3", "fp64/sr:4", "fp64/se:4", "fixed:i=3,f=8,wrap/sr:5"}) {
    const Format format = format_of(name);
    const Format operands = format.is_fixed() ? format : format_of("bf16");
    std::uint64_t seed = 4;
    std::vector<double> a, b;
    int wrong = 0;
    for (std::uint64_t counter = 0; counter < 1000; ++counter) {
      random_factors(operands, seed, a, b);
      Rational exact = 0;
      bool finite = true;
      for (std::size_t i = 0; i < a.size(); ++i) {
        finite = finite && std::isfinite(a[i]) && std::isfinite(b[i]);
        if (finite) exact += exact_value(a[i]) * exact_value(b[i]);
      }
      if (!finite || exact == 0) continue;
      const double ours = dot(format, a, b, counter);
      wrong += bits(ours) == bits(round_exact(exact, format, counter)) ? 0 : 1;
    }
    CAPTURE(name);
    CHECK(wrong == 0);
  }
}

TEST_CASE("dot: sums are exact over the whole range, in any order", "[core][quick]") {
  const double huge = std::numeric_limits<double>::max(), tiny = 0x1p-1074;
  ExactSum exact;
  Rational slow = 0;
  std::uint64_t seed = 9;
  std::vector<double> a, b;
  for (int i = 0; i < 300; ++i) {
    double x = std::bit_cast<double>(splitmix(seed)), y = std::bit_cast<double>(splitmix(seed));
    if (!std::isfinite(x)) x = i % 2 == 0 ? huge : -tiny;
    if (!std::isfinite(y)) y = huge;
    if (i % 5 == 0) x = i % 10 == 0 ? tiny : -huge;
    if (i % 7 == 0) y = i % 2 == 0 ? tiny : huge;
    a.push_back(x);
    b.push_back(y);
    exact.add_product(x, y);
    slow += exact_value(x) * exact_value(y);
    REQUIRE(exact.value() == slow);
  }
  const double forwards = dot(format_of("fp64/rna"), a, b);
  std::reverse(a.begin(), a.end());
  std::reverse(b.begin(), b.end());
  CHECK(bits(dot(format_of("fp64/rna"), a, b)) == bits(forwards));
  const std::vector<double> big = {huge, huge, -huge, tiny, -huge};
  CHECK(sum(format_of("fp64"), big) == tiny);
  CHECK(sum(format_of("fp64/ru"), std::vector<double>{1, tiny}) == std::nextafter(1, 2));
  CHECK(dot(format_of("fp64/ru"), std::vector<double>{tiny}, std::vector<double>{tiny}) == tiny);
}

TEST_CASE("dot: zeros, infinities and NaN are IEEE's", "[core][quick]") {
  const Format near = format_of("fp16"), down = format_of("fp16/rd"),
               fixed = format_of("fixed:i=2,f=4");
  using Terms = std::vector<double>;
  CHECK(bits(sum(near, Terms{})) == bits(0.0));
  CHECK(bits(sum(near, Terms{-0.0, -0.0})) == bits(-0.0));
  CHECK(bits(sum(near, Terms{-0.0, 0.0})) == bits(0.0));
  CHECK(bits(sum(down, Terms{-0.0, 0.0})) == bits(-0.0));
  CHECK(bits(sum(down, Terms{1, -1})) == bits(-0.0));
  CHECK(bits(sum(down, Terms{0.0, 0.0})) == bits(0.0));
  CHECK(bits(sum(fixed, Terms{-0.0})) == bits(0.0));
  CHECK(sum(near, Terms{kInfinity, 1}) == kInfinity);
  CHECK(bits(sum(near, Terms{kInfinity, -kInfinity})) == bits(kNan));
  CHECK(bits(sum(near, Terms{-kNan, 1})) == bits(kNan));
  CHECK(sum(format_of("fp16/sat"), Terms{-kInfinity}) == -65504);
  CHECK(std::isnan(sum(format_of("e4m3"), Terms{kInfinity})));
  CHECK(bits(dot(near, Terms{0}, Terms{kInfinity})) == bits(kNan));
  CHECK_THROWS_AS(dot(near, Terms{0}, Terms{}), Error);
}

TEST_CASE("tensor core: random groups are those of whole numbers", "[core][quick]") {
  struct Row {
    const char* core;
    const char* input;
    Slow slow;
  };
  // From the published table: group, F, bits of the result.
  const Row rows[] = {
      {"volta", "fp16", {4, 23, 23, -14}},      {"turing", "fp16", {8, 24, 23, -14}},
      {"ampere", "bf16", {8, 24, 23, -126}},    {"ampere", "tf32", {4, 24, 23, -126}},
      {"ada", "fp16", {8, 24, 23, -14}},        {"ada", "e4m3", {16, 13, 13, -6}},
      {"hopper", "bf16", {16, 25, 23, -126}},   {"hopper", "tf32", {8, 25, 23, -126}},
      {"hopper", "e5m2", {32, 13, 13, -14}},    {"hopper", "e4m3/sat", {32, 13, 13, -6}},
      {"blackwell", "fp16", {16, 25, 23, -14}}, {"blackwell", "e4m3", {32, 25, 23, -6}},
  };
  const Format fp32 = format_of("fp32");
  for (const Row& row : rows) {
    const Format input = format_of(row.input);
    std::uint64_t seed = 31;
    int wrong = 0;
    for (int i = 0; i < 400; ++i) {
      std::vector<double> a, b;
      const std::size_t count = splitmix(seed) % 40;
      const bool tiny = i % 8 == 0;  // the floor of the exponent, where the input reaches it
      for (std::size_t k = 0; k < count; ++k) {
        for (std::vector<double>* to : {&a, &b}) {
          double x = random_value(input, seed);
          if (!std::isfinite(x) || splitmix(seed) % 9 == 0) x = 0;
          if (tiny) x = Rounder(input)(std::ldexp(x, -70 - 8));
          to->push_back(x);
        }
      }
      double c = splitmix(seed) % 3 == 0 ? 0 : random_value(fp32, seed);
      if (tiny) c = Rounder(fp32)(std::ldexp(c, -140));
      if (!std::isfinite(c)) c = 1;
      const double ours = tensor_dot(core_of(row.core), input, a, b, c);
      wrong += bits(ours) == bits(slow_tensor_dot(row.slow, a, b, c)) ? 0 : 1;
    }
    CAPTURE(row.core, row.input);
    CHECK(wrong == 0);
  }
}

TEST_CASE("tensor core: the published facts", "[core][quick]") {
  using Terms = std::vector<double>;
  const Format fp16 = format_of("fp16"), bf16 = format_of("bf16"), e4m3 = format_of("e4m3");
  const auto on = [&](const char* core, const Format& input, const Terms& a, const Terms& b,
                      double c) { return tensor_dot(core_of(core), input, a, b, c); };
  // Small integers are exact everywhere, and keep their groups' order.
  Terms a, b;
  double exact = 7;
  for (int i = 0; i < 50; ++i) {
    a.push_back(i % 9 - 4);
    b.push_back(i % 7 - 3);
    exact += a.back() * b.back();
  }
  for (const char* core : {"volta", "turing", "ampere", "ada", "hopper", "blackwell"}) {
    CHECK(on(core, fp16, a, b, 7) == exact);
  }
  CHECK(on("hopper", e4m3, a, b, 7) == exact);
  // Extra bits: two terms of 2^-24 beside 1 are lost on Volta, four of 2^-25 before Hopper.
  const Terms two = {0x1p-12, 0x1p-12}, four(4, 0x1p-12),
              half = {0x1p-13, 0x1p-13, 0x1p-13, 0x1p-13};
  CHECK(on("volta", fp16, two, two, 1) == 1);
  CHECK(on("turing", fp16, two, two, 1) == 1 + 0x1p-23);
  CHECK(on("ampere", fp16, four, half, 1) == 1);
  CHECK(on("hopper", fp16, four, half, 1) == 1 + 0x1p-23);
  // Truncation is toward zero, on both sides.
  CHECK(on("volta", fp16, {0x1.8p-12}, {0x1p-12}, 1) == 1);
  CHECK(on("volta", fp16, {-0x1.8p-12}, {0x1p-12}, -1) == -1);
  CHECK(on("volta", fp16, {-0x1.8p-12}, {0x1p-12}, 1) == 1);
  CHECK(on("turing", fp16, {-0x1.8p-12}, {0x1p-12}, 1) == 1 - 0x1p-24);
  // The order across groups matters: not associative.
  const Terms spread = {1, 0x1p-12, 0x1p-12, 0x1p-12, -1, 0x1p-12, 0x1p-12, 0x1p-12};
  const Terms sorted = {1, -1, 0x1p-12, 0x1p-12, 0x1p-12, 0x1p-12, 0x1p-12, 0x1p-12};
  const Terms by = {1, 0x1p-12, 0x1p-12, 0x1p-12, 1, 0x1p-12, 0x1p-12, 0x1p-12};
  const Terms by_sorted = {1, 1, 0x1p-12, 0x1p-12, 0x1p-12, 0x1p-12, 0x1p-12, 0x1p-12};
  CHECK(on("volta", fp16, spread, by, 0) != on("volta", fp16, sorted, by_sorted, 0));
  // Not monotone: a larger term takes the last bits of the others with it.
  const Terms three = {0x1p-12, 0x1p-12, 0x1p-12}, just(3, 0x1p-12);
  CHECK(on("volta", fp16, three, just, 1 - 0x1p-24) > on("volta", fp16, three, just, 1));
  // fp8 with 13 bits kept: 1 + 2^-14 is 1, and promotion to fp32 every group does not help.
  CHECK(on("hopper", e4m3, {0x1p-7}, {0x1p-7}, 1) == 1);
  CHECK(on("blackwell", e4m3, {0x1p-7}, {0x1p-7}, 1) == 1 + 0x1p-14);
  // Products that are not normalised align to less than their size: 1.5 1.5 = 2.25 has exponent 0.
  CHECK(on("volta", fp16, {1.5, -1.5, 0x1p-12}, {1.5, 1.5, 0x1p-11}, 0) == 0x1p-23);
  // Subnormals, overflow and special values.
  CHECK(on("volta", fp16, {0x1p-24}, {0x1p-24}, 0) == 0x1p-48);
  CHECK(on("hopper", bf16, {0x1p-74}, {0x1p-75}, 0) == 0x1p-149);
  CHECK(on("hopper", bf16, {0x1p100}, {-0x1p28}, 0) == -kInfinity);
  CHECK(on("hopper", bf16, {0x1p100, 0x1p100}, {-0x1p28, 0x1p28}, 3) == 0);
  CHECK(on("hopper", bf16, {kInfinity}, {2}, -1) == kInfinity);
  CHECK(bits(on("hopper", bf16, {kInfinity}, {0}, 1)) == bits(kNan));
  CHECK(bits(on("hopper", bf16, {1}, {1}, -kNan)) == bits(kNan));
  CHECK(bits(on("hopper", bf16, {-0.0}, {1}, -0.0)) == bits(0.0));
  CHECK(on("hopper", bf16, {}, {}, 3) == 3);
  CHECK_THROWS_AS(on("volta", e4m3, {1}, {1}, 0), Error);
  CHECK_THROWS_AS(on("hopper", format_of("fp32"), {1}, {1}, 0), Error);
  CHECK_THROWS_AS(on("hopper", bf16, {1}, {}, 0), Error);
}
