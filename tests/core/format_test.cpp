#include "core/number/format.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

namespace {

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }
Format format_of(const std::string& text) { return parse_format(text, "here"); }

}  // namespace

TEST_CASE("format: the named formats have the published parameters", "[core][quick]") {
  struct Row {
    const char* name;
    int width, precision, emin;
    double largest, least;
  };
  const Row rows[] = {
      {"fp64", 64, 53, -1022, std::numeric_limits<double>::max(),
       std::numeric_limits<double>::denorm_min()},
      {"fp32", 32, 24, -126, std::numeric_limits<float>::max(),
       std::numeric_limits<float>::denorm_min()},
      {"tf32", 19, 11, -126, 0x1.ffcp127, 0x1p-136},
      {"bf16", 16, 8, -126, 0x1.fep127, 0x1p-133},
      {"fp16", 16, 11, -14, 65504, 0x1p-24},
      {"e5m2", 8, 3, -14, 57344, 0x1p-16},
      {"e4m3", 8, 4, -6, 448, 0x1p-9},
      {"e3m2", 6, 3, -2, 28, 0x1p-4},
      {"e2m3", 6, 4, 0, 7.5, 0.125},
      {"e2m1", 4, 2, 0, 6, 0.5},
      {"fixed:i=2,f=12", 14, 13, 0, 2 - 0x1p-12, 0x1p-12},
      {"float:e=4,m=3", 8, 4, -6, 240, 0x1p-9},
      {"float:e=4,m=3,finite,ftz", 8, 4, -6, 480, 0x1p-6},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Format format = format_of(row.name);
    CHECK(format.width() == row.width);
    CHECK(format.precision() == row.precision);
    CHECK(format.emin() == row.emin);
    CHECK(format.largest() == row.largest);
    CHECK(format.least_positive() == row.least);
  }
  CHECK(named_formats().size() == 10);
  CHECK(format_of("fixed:i=2,f=12").lowest() == -2);
}

TEST_CASE("format: spellings are canonical and read back", "[core][quick]") {
  const std::pair<const char*, const char*> cases[] = {
      {"bf16", "bf16"},
      {"bf16/rne", "bf16"},
      {"bf16/inf", "bf16"},
      {"float:e=8,m=7", "bf16"},
      {"float:e=8,m=10/rz", "tf32/rz"},
      {"float:e=2,m=1,finite", "e2m1"},
      {"float:e=2,m=1,finite/sat", "e2m1"},
      {"float:e=4,m=3", "float:e=4,m=3"},
      {"float:e=5,m=10,ftz,finite/ro", "float:e=5,m=10,finite,ftz/ro"},
      {"float:e=08,m=07", "bf16"},
      {"e4m3/sat/rd", "e4m3/rd/sat"},
      {"fp16/ru", "fp16/ru"},
      {"fp16/rna/sat", "fp16/rna/sat"},
      {"bf16/sr:007", "bf16/sr:7"},
      {"bf16/sr:7:32", "bf16/sr:7"},
      {"fp32/sr:7:28", "fp32/sr:7"},
      {"fp32/sr:7:32", "fp32/sr:7:32"},
      {"e4m3/sat/sr:18446744073709551615:8", "e4m3/sr:18446744073709551615:8/sat"},
      {"e5m2/se:0", "e5m2/se:0"},
      {"fixed:i=2,f=12,wrap/sr:1", "fixed:i=2,f=12,wrap/sr:1"},
      {"fixed:i=2,f=12", "fixed:i=2,f=12"},
      {"fixed:i=2,f=12,sat", "fixed:i=2,f=12"},
      {"fixed:i=2,f=12,wrap/rd", "fixed:i=2,f=12,wrap/rd"},
  };
  for (const auto& [text, want] : cases) {
    CAPTURE(text);
    const Format format = format_of(text);
    CHECK(format.id() == want);
    CHECK(format_of(format.id()) == format);
  }
  CHECK(format_of("bf16/sr:1").random_bits == 32);
  CHECK(format_of("fp32/sr:1").random_bits == 28);
  CHECK(format_of("fixed:i=2,f=20,wrap/sr:1").random_bits == 11);
  CHECK(format_of("bf16/se:1").random_bits == 1);
  CHECK_FALSE(format_of("bf16/sr:1") == format_of("bf16/sr:2"));
  CHECK_FALSE(format_of("bf16/sr:1") == format_of("bf16/sr:1:8"));
  CHECK_FALSE(format_of("bf16/sr:1:1") == format_of("bf16/se:1"));
  for (const NamedFormat& named : named_formats()) {
    CHECK(format_of(std::string(named.name)) == named.format);
    CHECK(named.format.id() == named.name);
  }
}

TEST_CASE("format: lists keep the commas of each spelling", "[core][quick]") {
  std::string ids;
  const char* list =
      "bf16,float:e=5,m=10,ftz/rz,fixed:i=2,f=12,wrap/rd,e4m3/sat,fixed:i=4,f=4,fp16/sr:1:8";
  for (const Format& format : parse_formats(list, "here")) ids += format.id() + ";";
  CHECK(ids ==
        "bf16;float:e=5,m=10,ftz/rz;fixed:i=2,f=12,wrap/rd;e4m3/sat;fixed:i=4,f=4;fp16/sr:1:8;");
  CHECK_THROWS_AS(parse_formats("bf16,", "here"), Error);
  CHECK_THROWS_AS(parse_formats("m=3,bf16", "here"), Error);
}

TEST_CASE("format: wrong spellings are errors with their place", "[core][quick]") {
  const std::pair<const char*, Fault> cases[] = {
      {"", Fault::syntax},
      {"bf17", Fault::syntax},
      {"BF16", Fault::syntax},
      {"bf16 ", Fault::syntax},
      {"bf16/", Fault::syntax},
      {"bf16/rz/rz", Fault::syntax},
      {"bf16/rz/ru", Fault::syntax},
      {"bf16/sat/inf", Fault::syntax},
      {"bf16/up", Fault::syntax},
      {"float:", Fault::syntax},
      {"float:e=5", Fault::syntax},
      {"float:m=10,e=5", Fault::syntax},
      {"float:e=,m=10", Fault::syntax},
      {"float:e=5,m=1x", Fault::syntax},
      {"float:e=5,m=10,ftz,ftz", Fault::syntax},
      {"float:e=5,m=10,fin", Fault::syntax},
      {"float:e=1,m=10", Fault::range},
      {"float:e=12,m=10", Fault::range},
      {"float:e=5,m=0", Fault::range},
      {"float:e=5,m=53", Fault::range},
      {"float:e=99999999999,m=1", Fault::range},
      {"float:e=11,m=3,finite", Fault::unsupported},
      {"fixed:i=2", Fault::syntax},
      {"fixed:i=0,f=4", Fault::range},
      {"fixed:i=40,f=40", Fault::range},
      {"fixed:i=1,f=0", Fault::range},
      {"fixed:i=2,f=4,wrap,sat", Fault::syntax},
      {"fixed:i=2,f=4,clip", Fault::syntax},
      {"fixed:i=2,f=4/sat", Fault::unsupported},
      {"e4m3/inf", Fault::unsupported},
      {"e2m1/inf", Fault::unsupported},
      {"bf16/sr", Fault::syntax},
      {"bf16/sr:", Fault::syntax},
      {"bf16/sr:-1", Fault::syntax},
      {"bf16/sr:1:", Fault::syntax},
      {"bf16/sr:1:8:8", Fault::syntax},
      {"bf16/sr:1/rz", Fault::syntax},
      {"bf16/rz/se:1", Fault::syntax},
      {"bf16/se:1:4", Fault::syntax},
      {"bf16/srx:1", Fault::syntax},
      {"bf16/sr:18446744073709551616", Fault::range},
      {"bf16/sr:1:0", Fault::range},
      {"bf16/sr:1:33", Fault::range},
  };
  for (const auto& [text, fault] : cases) {
    CAPTURE(text);
    try {
      format_of(text);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.facts().where == "here");
      CHECK(error.facts().fault == fault);
    }
  }
  try {
    format_of("bf61");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.facts().hint == "did you mean `bf16`?");
  }
}

TEST_CASE("format: codes up to 16 bits go there and back", "[core][quick]") {
  for (const char* name :
       {"bf16", "fp16", "e5m2", "e4m3", "e3m2", "e2m3", "e2m1", "float:e=4,m=3", "float:e=2,m=13",
        "float:e=10,m=5,finite", "float:e=5,m=4,ftz", "fixed:i=2,f=12", "fixed:i=16,f=0,wrap"}) {
    CAPTURE(name);
    const Format format = format_of(name);
    const std::uint64_t codes = std::uint64_t{1} << format.width();
    const std::uint64_t nan =
        format.nans == Nans::none ? 0 : encode(format, std::numeric_limits<double>::quiet_NaN());
    std::uint64_t wrong = 0, nans = 0, flushed = 0;
    for (std::uint64_t code = 0; code < codes; ++code) {
      const double value = decode(format, code);
      const std::uint64_t back = encode(format, value);
      const std::uint64_t sign = format.is_fixed() ? 0 : code & codes / 2;
      if (value != value) {
        ++nans;
        wrong += back == nan ? 0 : 1;
      } else if (value == 0 && code != sign) {
        ++flushed;
        wrong += back == sign ? 0 : 1;
      } else {
        wrong += back == code ? 0 : 1;
      }
    }
    CHECK(wrong == 0);
    const std::uint64_t per_field = std::uint64_t{1} << format.significand_bits;
    const std::uint64_t of_ieee = 2 * (per_field - 1);
    CHECK(nans == (format.nans == Nans::ieee ? of_ieee : format.nans == Nans::all_ones ? 2u : 0u));
    CHECK(flushed == (format.subnormals ? 0 : of_ieee));
    CHECK_THROWS_AS(decode(format, codes), Error);
  }
  CHECK(encode(format_of("fp16"), std::numeric_limits<double>::quiet_NaN()) == 0x7e00);
  CHECK(encode(format_of("e4m3"), std::numeric_limits<double>::quiet_NaN()) == 0x7f);
  CHECK(encode(format_of("e4m3"), 448) == 0x7e);
  CHECK(encode(format_of("bf16"), -std::numeric_limits<double>::infinity()) == 0xff80);
  CHECK(encode(format_of("fixed:i=2,f=2"), -0.25) == 0xf);
  CHECK(encode(format_of("fp64"), -0.1) == bits(-0.1));
  CHECK(encode(format_of("fp64"), 0x1p-1074) == 1);
  CHECK(decode(format_of("fp64"), bits(-0x1.8p-1060)) == -0x1.8p-1060);
  CHECK(encode(format_of("fp32"), static_cast<double>(0.1f)) == 0x3dcccccd);
}

TEST_CASE("format: a coder has the codes of encode and decode", "[core][quick]") {
  const auto differences = [](const Format& format, const Coder& coder, std::uint64_t code) {
    const double value = decode(format, code);
    int wrong = bits(coder.decode(code)) == bits(value) ? 0 : 1;
    if (!has_value(format, value)) return wrong + 1;
    return wrong + (coder.encode(value) == encode(format, value) ? 0 : 1);
  };
  for (const char* name :
       {"bf16", "fp16", "e5m2", "e4m3", "e4m3/sat", "e3m2", "e2m3", "e2m1", "float:e=4,m=3",
        "float:e=2,m=13", "float:e=11,m=4", "float:e=10,m=5,finite", "float:e=5,m=4,ftz",
        "fixed:i=2,f=12", "fixed:i=16,f=0,wrap", "fixed:i=1,f=1"}) {
    CAPTURE(name);
    const Format format = format_of(name);
    const Coder coder(format);
    int wrong = 0;
    for (std::uint64_t code = 0; code < coder.none(); ++code) {
      wrong += differences(format, coder, code);
    }
    CHECK(wrong == 0);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    if (!has_value(format, nan)) CHECK(coder.encode(nan) == coder.none());
    if (!has_value(format, -nan)) CHECK(coder.encode(-nan) == coder.none());
    if (!has_value(format, infinity)) CHECK(coder.encode(infinity) == coder.none());
    if (!has_value(format, infinity)) CHECK(coder.encode(-infinity) == coder.none());
  }
  for (const char* name : {"fp64", "fp32", "tf32", "float:e=10,m=40,ftz", "float:e=11,m=7",
                           "float:e=2,m=52,finite", "fixed:i=20,f=33", "fixed:i=1,f=52"}) {
    CAPTURE(name);
    const Format format = format_of(name);
    const Coder coder(format);
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - format.width());
    std::uint64_t state = 3;
    int wrong = 0;
    for (int k = 0; k < 30'000; ++k) {
      state = state * 6364136223846793005 + 1442695040888963407;
      const std::uint64_t code = (state ^ state >> 29) & mask;
      // A third with all exponent bits but the lowest zero, a third with all of them set.
      const std::uint64_t exponents = mask << format.significand_bits & mask >> 1;
      const std::uint64_t near[] = {code, code & ~(exponents & exponents << 1), code | exponents};
      wrong += differences(format, coder, near[k % 3]);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("format: a double that is no value has no code", "[core][quick]") {
  const std::pair<const char*, double> cases[] = {
      {"bf16", 0.1},
      {"fp16", 65536},
      {"fp16", 0x1p-25},
      {"e4m3", 480},
      {"e4m3", std::numeric_limits<double>::infinity()},
      {"e2m1", std::numeric_limits<double>::quiet_NaN()},
      {"float:e=5,m=10,ftz", 0x1p-15},
      {"fixed:i=2,f=2", 2},
      {"fixed:i=2,f=2", 0.125},
      {"fixed:i=2,f=2", -0.0},
  };
  for (const auto& [name, value] : cases) {
    CAPTURE(name, value);
    CHECK_FALSE(has_value(format_of(name), value));
    CHECK_THROWS_AS(encode(format_of(name), value), Error);
  }
}

TEST_CASE("format: values are listed in order, and neighbours lead through them", "[core][quick]") {
  for (const char* name :
       {"e2m1", "e3m2", "e2m3", "e4m3", "e5m2", "fp16", "float:e=3,m=2,ftz", "fixed:i=2,f=4"}) {
    CAPTURE(name);
    const Format format = format_of(name);
    const std::vector<double> values = finite_values(format);
    CHECK(std::is_sorted(values.begin(), values.end()));
    CHECK(values.front() == format.lowest());
    CHECK(values.back() == format.largest());
    std::uint64_t codes = 0;
    for (std::uint64_t code = 0; code < std::uint64_t{1} << format.width(); ++code) {
      const double value = decode(format, code);
      if (std::isfinite(value) && (value != 0 || encode(format, value) == code)) ++codes;
    }
    CHECK(values.size() == codes);
    std::vector<double> distinct = values;
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i + 1 < distinct.size(); ++i) {
      wrong += next_above(format, distinct[i]) == distinct[i + 1] ? 0 : 1;
      wrong += next_below(format, distinct[i + 1]) == distinct[i] ? 0 : 1;
    }
    CHECK(wrong == 0);
    CHECK(next_above(format, values.back()).has_value() == format.infinities);
  }
  CHECK(finite_values(format_of("e2m1")) ==
        std::vector<double>{-6, -4, -3, -2, -1.5, -1, -0.5, -0.0, 0, 0.5, 1, 1.5, 2, 3, 4, 6});
  CHECK_THROWS_AS(finite_values(format_of("tf32")), Error);
  const Format fp64 = format_of("fp64");
  CHECK(next_above(fp64, 0.1) == std::nextafter(0.1, 1.0));
  CHECK(next_below(fp64, -0.0) == -0x1p-1074);
  CHECK(next_below(fp64, std::numeric_limits<double>::infinity()) == fp64.largest());
  CHECK_FALSE(next_above(fp64, std::numeric_limits<double>::infinity()).has_value());
  CHECK_THROWS_AS(next_above(fp64, std::numeric_limits<double>::quiet_NaN()), Error);
}

TEST_CASE("format: ulp and exact values", "[core][quick]") {
  const Format bf16 = format_of("bf16");
  CHECK(ulp(bf16, 1.0) == 0x1p-7);
  CHECK(ulp(bf16, 0x1.fep-1) == 0x1p-8);
  CHECK(ulp(bf16, 0.0) == 0x1p-133);
  CHECK(ulp(format_of("fixed:i=2,f=5"), 1.0) == 0x1p-5);
  CHECK_THROWS_AS(ulp(bf16, 0.1), Error);
  CHECK(ulp_exponent(bf16, parse_rational("1/3", "here")) == -9);
  CHECK(ulp_exponent(bf16, parse_rational("-4", "here")) == -5);
  CHECK(ulp_exponent(bf16, parse_rational("3999/1000", "here")) == -6);
  CHECK(exact_value(-0.375) == parse_rational("-3/8", "here"));
  CHECK(exact_value(0x1p-1074) == power_of_two(-1074));
  CHECK(exact_value(0.0) == 0);
}
