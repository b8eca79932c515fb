#include "core/number/round.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"
#include "tests/core/mpfr_oracle.hpp"

using namespace statewright::core;
using statewright::oracle::Mpfr;
using statewright::oracle::splitmix;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const std::vector<std::string> kModes = {"", "/rz", "/ru", "/rd", "/rna", "/ro"};

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

Format format_of(const std::string& text) { return parse_format(text, "test"); }

/// Collects differences without a CHECK for each of millions of comparisons.
struct Comparison {
  std::uint64_t compared = 0, wrong = 0;
  std::string first = {};

  void operator()(double ours, double theirs, std::initializer_list<double> of) {
    ++compared;
    if (bits(ours) == bits(theirs)) return;
    if (++wrong > 1) return;
    char text[64];
    for (const double x : of) {
      std::snprintf(text, sizeof text, "%a ", x);
      first += text;
    }
    std::snprintf(text, sizeof text, "gives %a, not %a", ours, theirs);
    first += text;
  }
};

void require_none(const Comparison& comparison, const std::string& name) {
  INFO(name << ": " << comparison.first << ", " << comparison.wrong << " wrong of "
            << comparison.compared);
  REQUIRE(comparison.compared > 0);
  CHECK(comparison.wrong == 0);
}

/// Around each value of the format and each midpoint: the point, +-1 double ulp, a factor
/// 1 +- 2^-30; one binade beyond overflow and three below the smallest value; every binade; double
/// subnormals; infinities; NaN payloads. `stride` takes every so manieth code.
std::vector<double> edge_vectors(const Format& format, std::uint64_t stride = 1) {
  std::vector<double> all;
  const auto around = [&](double x) {
    for (const double y : {x, std::nextafter(x, kInfinity), std::nextafter(x, 0.0),
                           x * (1 + 0x1p-30), x * (1 - 0x1p-30)}) {
      all.push_back(y);
      all.push_back(-y);
    }
  };
  const auto span = [&](double x, double next) {
    around(x);
    around(x + (next - x) / 2);
  };
  for (std::uint64_t code = 0; code < encode(format, format.largest()); code += stride) {
    const double x = decode(format, code);
    span(x, *next_above(format, x));
  }
  const double top = ulp(format, format.largest());
  double x = format.largest();
  for (int k = 0; k < 8; ++k, x += top) span(x, x + top);
  for (double big = std::ldexp(1.0, std::ilogb(format.largest())); big < 8 * format.largest();
       big *= 1.25) {
    around(big);
  }
  for (int k = 1; k <= 3; ++k) around(std::ldexp(format.least_positive(), -k));
  for (int e = -1074; e <= 1023; ++e) {
    for (const double f : {1.0, 1.25, 1.5, 0x1.fffffffffffffp0}) around(std::ldexp(f, e));
  }
  around(kInfinity);
  around(std::numeric_limits<double>::max());
  for (const std::uint64_t nan : {0x7ff0000000000001, 0x7fffffffffffffff, 0x7ff8000000000000,
                                  0x7ff7ffffffffffff, 0x7ff80000deadbeef}) {
    all.push_back(std::bit_cast<double>(nan));
    all.push_back(-std::bit_cast<double>(nan));
  }
  // Floats between and at their own ends.
  for (int e = -150; e <= 128; ++e) {
    const double ulp = std::ldexp(1.0, std::max(e - 23, -149));
    for (const double f : {1.0, 1.25, 1.5}) {
      for (const int off : {-1, 0, 1}) all.push_back(std::ldexp(f, e) + off * ulp);
    }
  }
  return all;
}

/// All codes, or that many random ones; edges among them.
std::vector<double> operands(const Format& format) {
  std::vector<double> values = finite_values(format);
  if (format.infinities) values.insert(values.end(), {kInfinity, -kInfinity});
  values.push_back(kNan);
  return values;
}

/// Whether each float becomes what its double becomes.
void compare_floats(const Rounder& round, const std::vector<double>& doubles) {
  if (!round.takes_floats()) return;
  std::vector<float> in, out(doubles.size());
  for (const double x : doubles) in.push_back(static_cast<float>(x));
  Comparison compare;
  for (int width = 0; width <= static_cast<int>(Rounder::widest()); ++width) {
    round.round(in, out, static_cast<Rounder::Width>(width));
    for (std::size_t i = 0; i < in.size(); ++i) {
      compare(static_cast<double>(out[i]), round(static_cast<double>(in[i])),
              {static_cast<double>(in[i])});
    }
  }
  require_none(compare, round.format().id() + ", floats");
}

void compare_rounding(const std::string& name, std::uint64_t stride, std::uint64_t exact_stride) {
  const Format format = format_of(name);
  const std::vector<double> in = edge_vectors(format, stride);
  const Rounder round(format);
  Mpfr mpfr(format);
  Comparison to_mpfr, to_exact, to_loop;
  std::vector<double> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double ours = round(in[i]);
    to_mpfr(ours, mpfr.round(in[i]), {in[i]});
    if (i % exact_stride == 0) to_exact(ours, round_exact(in[i], format), {in[i]});
  }
  for (int width = 0; width <= static_cast<int>(Rounder::widest()); ++width) {
    round.round(in, out, static_cast<Rounder::Width>(width));
    for (std::size_t i = 0; i < in.size(); ++i) to_loop(out[i], round(in[i]), {in[i]});
  }
  compare_floats(round, in);
  require_none(to_mpfr, name + " against MPFR");
  require_none(to_exact, name + " against the specification");
  require_none(to_loop, name + ", arrays against single values");
}

void compare_pairs(const std::string& name) {
  const Format format = format_of(name);
  const std::vector<double> values = operands(format);
  const Arithmetic ours(format);
  Mpfr mpfr(format);
  Comparison compare;
  for (const double a : values) {
    for (const double b : values) {
      compare(ours.add(a, b), mpfr.apply('+', a, b), {a, b, '+'});
      compare(ours.sub(a, b), mpfr.apply('-', a, b), {a, b, '-'});
      compare(ours.mul(a, b), mpfr.apply('*', a, b), {a, b, '*'});
      compare(ours.div(a, b), mpfr.apply('/', a, b), {a, b, '/'});
    }
  }
  require_none(compare, name + ", all pairs");
}

/// Random codes, every third triple with c near -a b so that cancellation happens.
void compare_random(const std::string& name, std::size_t count) {
  const Format format = format_of(name);
  const Arithmetic ours(format);
  const Rounder& round = ours.rounder();
  Mpfr mpfr(format);
  Comparison products, sums, quotients, fused;
  std::uint64_t seed = 1;
  const std::uint64_t mask =
      format.width() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << format.width()) - 1;
  for (std::size_t i = 0; i < count; ++i) {
    const double a = round(decode(format, splitmix(seed) & mask));
    const double b = round(decode(format, splitmix(seed) & mask));
    double c = round(decode(format, splitmix(seed) & mask));
    if (i % 3 == 0) c = -ours.mul(a, b);
    if (i % 6 == 0 && std::isfinite(c) && format.width() < 64) {
      c = next_above(format, c).value_or(c);
    }
    sums(ours.add(a, c), mpfr.apply('+', a, c), {a, c});
    sums(ours.sub(c, b), mpfr.apply('-', c, b), {c, b});
    products(ours.mul(a, b), mpfr.apply('*', a, b), {a, b});
    quotients(ours.div(a, b), mpfr.apply('/', a, b), {a, b});
    fused(ours.fma(a, b, c), mpfr.fma(a, b, c), {a, b, c});
  }
  require_none(sums, name + " sums");
  require_none(products, name + " products");
  require_none(quotients, name + " quotients");
  require_none(fused, name + " fma");
}

}  // namespace

TEST_CASE("round: edge vectors of every format and mode have MPFR's bits", "[core][quick]") {
  for (const std::string& mode : kModes) {
    for (const char* name : {"e5m2", "e4m3", "e4m3/sat", "e5m2/sat", "e3m2", "e2m3", "e2m1",
                             "float:e=4,m=3", "float:e=4,m=3,ftz", "float:e=2,m=1,finite,ftz"}) {
      const std::string base(name), at = base.find("/sat") == std::string::npos
                                             ? base + mode
                                             : base.substr(0, base.size() - 4) + mode + "/sat";
      compare_rounding(at, 1, 11);
    }
    const std::uint64_t stride = mode.empty() ? 1 : 31;
    compare_rounding("fp16" + mode, stride, 97);
    compare_rounding("bf16" + mode, stride, 97);
    compare_rounding("tf32" + mode, 251, 97);
    compare_rounding("float:e=10,m=24" + mode, 100'000'007, 5);
  }
}

TEST_CASE("round: all edge vectors of 16-bit formats and tf32 in all modes", "[core][.long]") {
  for (const std::string& mode : kModes) {
    compare_rounding("fp16" + mode, 1, 1);
    compare_rounding("bf16" + mode, 1, 1);
    compare_rounding("tf32" + mode, 1, 16);
  }
}

TEST_CASE("round: random doubles, fp32 and wide exponents included", "[core][quick]") {
  for (const std::string& mode : kModes) {
    for (const char* name : {"fp32", "tf32", "bf16", "fp16", "e4m3", "float:e=10,m=24",
                             "float:e=9,m=3,ftz", "float:e=6,m=20,finite"}) {
      const Format format = format_of(name + mode);
      const Rounder round(format);
      Mpfr mpfr(format);
      Comparison compare, exact;
      std::uint64_t seed = 2;
      for (int i = 0; i < 20'000; ++i) {
        // Any double, and one with an exponent of the format and few set bits.
        double x = std::bit_cast<double>(splitmix(seed));
        if (i % 2 == 0) {
          const auto mantissa = static_cast<double>(splitmix(seed) >> (splitmix(seed) % 40 + 12));
          const int range = 2 * (format.emax() + format.precision()) + 8;
          x = std::ldexp(mantissa, static_cast<int>(splitmix(seed) % static_cast<unsigned>(range)) -
                                       range / 2 - 30);
          if (i % 4 == 0) x = -x;
        }
        compare(round(x), mpfr.round(x), {x});
        if (i % 10 == 0) exact(round(x), round_exact(x, format), {x});
      }
      require_none(compare, name + mode);
      require_none(exact, name + mode + " against the specification");
      std::vector<double> floats;
      for (int i = 0; i < 20'000; ++i) {
        const auto word = static_cast<std::uint32_t>(splitmix(seed));
        floats.push_back(static_cast<double>(std::bit_cast<float>(word)));
      }
      compare_floats(round, floats);
    }
  }
}

TEST_CASE("round: fixed point has the bits of the specification", "[core][quick]") {
  for (const std::string& mode : kModes) {
    for (const char* name : {"fixed:i=2,f=6", "fixed:i=2,f=6,wrap", "fixed:i=8,f=0",
                             "fixed:i=8,f=0,wrap", "fixed:i=1,f=4", "fixed:i=20,f=6,wrap"}) {
      const Format format = format_of(name + mode);
      const Rounder round(format);
      Comparison compare, loop;
      std::vector<double> in = {0.0, -0.0, kInfinity, -kInfinity, kNan, 1e300, -1e300, 0x1p52};
      const int f = format.significand_bits;
      for (int quarter = -3000; quarter <= 3000; ++quarter) {
        const double x = std::ldexp(quarter, -2 - f);
        in.insert(in.end(), {x, std::nextafter(x, kInfinity), std::nextafter(x, -kInfinity),
                             std::ldexp(quarter, 2 - f), std::ldexp(quarter, 40 - f)});
      }
      std::vector<double> out(in.size());
      round.round(in, out);
      for (std::size_t i = 0; i < in.size(); ++i) {
        compare(round(in[i]), round_exact(in[i], format), {in[i]});
        loop(out[i], round(in[i]), {in[i]});
      }
      require_none(compare, name + mode);
      require_none(loop, name + mode + ", arrays");
      compare_floats(round, in);
    }
  }
}

TEST_CASE("round: fixed-point arithmetic is exact, then rounded", "[core][quick]") {
  for (const std::string& mode : kModes) {
    for (const char* name : {"fixed:i=2,f=4", "fixed:i=3,f=3,wrap"}) {
      const Format format = format_of(name + mode);
      const Arithmetic ours(format);
      Comparison compare;
      for (const double a : finite_values(format)) {
        for (const double b : finite_values(format)) {
          const Rational x = exact_value(a), y = exact_value(b);
          compare(ours.add(a, b), round_exact(Rational(x + y), format), {a, b, '+'});
          compare(ours.sub(a, b), round_exact(Rational(x - y), format), {a, b, '-'});
          compare(ours.mul(a, b), round_exact(Rational(x * y), format), {a, b, '*'});
          compare(ours.fma(a, b, b), round_exact(Rational(x * y + y), format), {a, b, 'f'});
          if (b == 0) continue;
          compare(ours.div(a, b), round_exact(Rational(x / y), format), {a, b, '/'});
        }
      }
      require_none(compare, name + mode);
    }
  }
}

TEST_CASE("round: all pairs of 8, 6 and 4-bit formats under + - * / in every mode",
          "[core][quick]") {
  for (const std::string& mode : kModes) {
    for (const char* name : {"e2m1", "e3m2", "e2m3", "e4m3", "e5m2"}) compare_pairs(name + mode);
  }
}

TEST_CASE("round: random arithmetic and fma have MPFR's bits", "[core][quick]") {
  for (const char* name :
       {"fp32", "tf32", "bf16", "fp16", "e5m2", "e4m3", "e3m2", "e2m3", "e2m1"}) {
    compare_random(name, 100'000);
  }
  for (const std::string& mode : kModes) {
    for (const char* name : {"fp32", "tf32", "bf16", "fp16", "e5m2", "float:e=9,m=24"}) {
      if (!mode.empty()) compare_random(name + mode, 20'000);
    }
  }
  compare_random("fp32/sat", 20'000);
  compare_random("fp64", 20'000);
}

TEST_CASE("round: fp64 in every mode has MPFR's bits, ties and ends included", "[core][quick]") {
  for (const std::string mode : {"/rz", "/ru", "/rd", "/rna", "/ro", "/sat", "/ru/sat"}) {
    compare_random("fp64" + mode, 5'000);
    compare_random("float:e=11,m=52,ftz" + mode, 5'000);
    const Format format = format_of("fp64" + mode);
    const Arithmetic ours(format);
    Mpfr mpfr(format);
    Comparison compare;
    std::uint64_t seed = 3;
    // Few bits, so that there are ties and exact results; near each other, so that there is
    // cancellation; at the ends of the range at times.
    const int places[] = {0, -1060, -1000, -500, 480, 1000};
    for (int i = 0; i < 30'000; ++i) {
      const int place = places[splitmix(seed) % 16 < 10 ? 0 : splitmix(seed) % 6];
      double x[3];
      for (double& y : x) {
        const auto units = static_cast<double>(splitmix(seed) >> (11 + splitmix(seed) % 52));
        y = std::ldexp(units, static_cast<int>(splitmix(seed) % 110) - 80 + place);
        if (splitmix(seed) % 2 == 0) y = -y;
        if (splitmix(seed) % 64 == 0) y = std::copysign(0.0, y);
      }
      const auto [a, b, c] = x;
      compare(ours.add(a, c), mpfr.apply('+', a, c), {a, c, '+'});
      compare(ours.sub(c, b), mpfr.apply('-', c, b), {c, b, '-'});
      compare(ours.mul(a, b), mpfr.apply('*', a, b), {a, b, '*'});
      compare(ours.div(a, b), mpfr.apply('/', a, b), {a, b, '/'});
      compare(ours.fma(a, b, c), mpfr.fma(a, b, c), {a, b, c});
    }
    require_none(compare, "fp64" + mode);
  }
  const Arithmetic up(format_of("fp64/ru")), zero(format_of("fp64/rz"));
  CHECK(up.add(1, 0x1p-1074) == std::nextafter(1, 2));
  CHECK(zero.add(1, -0x1p-1074) == std::nextafter(1, 0));
  CHECK(zero.mul(1e300, 1e300) == std::numeric_limits<double>::max());
  CHECK(up.mul(0x1p-1074, 0x1p-1074) == 0x1p-1074);
  CHECK(Arithmetic(format_of("fp64/rna")).add(1, 0x1p-53) == std::nextafter(1, 2));
}

TEST_CASE("round: all floats of narrow formats", "[core][.long]") {
  std::vector<float> in(1 << 16), out(1 << 16);
  for (const char* name : {"bf16", "fp16", "e5m2", "e4m3", "tf32", "bf16/ru", "fp16/rz"}) {
    const Rounder round(format_of(name));
    Comparison compare;
    for (std::uint64_t high = 0; high < 1 << 16; ++high) {
      for (std::uint64_t low = 0; low < 1 << 16; ++low) {
        in[low] = std::bit_cast<float>(static_cast<std::uint32_t>(high << 16 | low));
      }
      round.round(in, out);
      for (std::size_t i = 0; i < in.size(); ++i) {
        compare(static_cast<double>(out[i]), round(static_cast<double>(in[i])),
                {static_cast<double>(in[i])});
      }
    }
    require_none(compare, name);
  }
}

TEST_CASE("round: ten million fma a format", "[core][.long]") {
  for (const char* name : {"tf32", "bf16", "fp16", "e5m2", "bf16/rz", "fp16/ru"}) {
    compare_random(name, 10'000'000);
  }
}

TEST_CASE("round: all sums of two fp16 numbers", "[core][.long]") {
  // 2^32 pairs. Our sum is compared with itself the other way round, so MPFR, whose addition is
  // commutative, is asked for one of both only.
  const Format format = format_of("fp16");
  const std::vector<double> values = operands(format);
  REQUIRE(values.size() > 63'000);
  const Arithmetic ours(format);
  Mpfr mpfr(format);
  Comparison compare, other_way;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) {
      const double sum = ours.add(values[i], values[j]);
      compare(sum, mpfr.apply('+', values[i], values[j]), {values[i], values[j], '+'});
      other_way(ours.add(values[j], values[i]), sum, {values[j], values[i], '+'});
    }
  }
  require_none(compare, "fp16, all sums against MPFR");
  require_none(other_way, "fp16, b + a against a + b");
}

TEST_CASE("round: cases that other ways of rounding get wrong", "[core][quick]") {
  const Arithmetic bf16(format_of("bf16")), bf16_rz(format_of("bf16/rz")), fp32(format_of("fp32"));
  // Rounding the double result once more is wrong here.
  CHECK(bf16.fma(-0x1.8p-49, 0x1.42p+92, 0x1.3ep-87) == -0x1.e2p+43);
  CHECK(bf16_rz.add(0x1.5p-78, -0x1.04p+5) == -0x1.02p+5);
  CHECK(fp32.fma(4097, 4097, 0x1p-30) == std::fma(4097.0f, 4097.0f, 0x1p-30f));
  // Through float: 2^-134 (1 + 2^-52) must not become a tie first.
  CHECK(Rounder(format_of("bf16"))(0x1.0000000000001p-134) == 0x1p-133);
  // OFP8: 464 ties to 448, the next double does not.
  const Rounder e4m3(format_of("e4m3")), e4m3_sat(format_of("e4m3/sat"));
  CHECK(e4m3(464) == 448);
  CHECK(std::isnan(e4m3(std::nextafter(464, 500))));
  CHECK(std::isnan(e4m3(-kInfinity)));
  CHECK(e4m3_sat(-kInfinity) == -448);
  CHECK(Rounder(format_of("e4m3/rz"))(1e300) == 448);
  CHECK(Rounder(format_of("fp16/ru"))(-1e300) == -65504);
  CHECK(Rounder(format_of("fp16/sat"))(1e300) == 65504);
  CHECK(bits(Rounder(format_of("fp16/ru"))(-1e-300)) == bits(-0.0));
  CHECK(bits(Rounder(format_of("fixed:i=2,f=6"))(-1e-300)) == bits(0.0));
  CHECK(Rounder(format_of("fixed:i=2,f=6,wrap"))(2.0) == -2);
  CHECK(Rounder(format_of("fixed:i=2,f=6"))(2.0) == 2 - 0x1p-6);
  // Exact zero sums.
  CHECK(bits(bf16.add(1, -1)) == bits(0.0));
  CHECK(bits(Arithmetic(format_of("bf16/rd")).add(1, -1)) == bits(-0.0));
  CHECK(bits(Arithmetic(format_of("bf16/rd")).add(0.0, 0.0)) == bits(0.0));
  CHECK(std::isnan(Arithmetic(format_of("e2m1")).div(0, 0)));
  CHECK(Arithmetic(format_of("e2m1")).div(-1, 0) == -6);
}

TEST_CASE("round: exact values that are no doubles", "[core][quick]") {
  const auto at = [](const char* value, const char* format) {
    return round_exact(parse_rational(value, "test"), format_of(format));
  };
  CHECK(at("1/10", "fp64") == 0.1);
  CHECK(at("1/3", "fp64") == 1.0 / 3);
  CHECK(at("-1/10", "fp64/rz") == std::nextafter(-0.1, 0.0));  // 0.1 lies above 1/10
  CHECK(at("1/10", "fp32") == static_cast<double>(0.1f));
  CHECK(at("1/10", "bf16") == 205.0 / 2048);
  CHECK(at("0", "bf16/rd") == 0);
  CHECK_FALSE(overflows(464, format_of("e4m3/sat")));
  CHECK(overflows(465, format_of("e4m3/sat")));
  CHECK_FALSE(overflows(65520, format_of("fp16/rz")));
  CHECK(overflows(-65520, format_of("fp16")));
  CHECK(overflows(2, format_of("fixed:i=2,f=4,wrap")));
  CHECK_FALSE(overflows(-2, format_of("fixed:i=2,f=4,wrap")));
  CHECK(at("-7/2", "fixed:i=2,f=0,wrap") == 0);
  CHECK(at("-1/3", "fixed:i=30,f=22/rd") == std::ldexp(std::floor(-0x1p22 / 3), -22));
}

TEST_CASE("round: what the carrier cannot hold is an error", "[core][quick]") {
  for (const char* name : {"float:e=8,m=25", "float:e=11,m=10", "fixed:i=20,f=20"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(Rounder(format_of(name)), Error);
  }
  for (const char* name : {"fp64/rz", "fp64/sat", "float:e=11,m=52,ftz"}) {
    CAPTURE(name);
    const Rounder fine(format_of(name));
    CHECK(fine(1.0) == 1.0);
  }
  for (const char* name : {"float:e=10,m=3"}) {
    CAPTURE(name);
    const Rounder fine(format_of(name));
    CHECK(fine(1.0) == 1.0);
    try {
      Arithmetic arithmetic(format_of(name));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.facts().fault == Fault::unsupported);
    }
  }
  CHECK(Rounder(format_of("fp64/sat"))(-kInfinity) == -std::numeric_limits<double>::max());
  CHECK(Rounder(format_of("float:e=11,m=52,ftz"))(0x1p-1030) == 0);
  std::vector<double> in(3), out(2);
  CHECK_THROWS_AS(Rounder(format_of("bf16")).round(in, out), Error);
  std::vector<float> few(3), many(4);
  CHECK_THROWS_AS(Rounder(format_of("bf16")).round(few, many), Error);
  for (const char* name :
       {"fp64", "float:e=9,m=3", "float:e=8,m=10,finite", "float:e=8,m=24", "fixed:i=20,f=6"}) {
    CAPTURE(name);
    const Rounder wide(format_of(name));
    CHECK_FALSE(wide.takes_floats());
    CHECK_THROWS_AS(wide.round(few, few), Error);
  }
  CHECK(Rounder(format_of("fixed:i=1,f=24")).takes_floats());
}
