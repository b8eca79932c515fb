// The numbers of kernels are those of core: formats, codes, and one operation at a time, in floats
// and doubles.

#include "kernels/arithmetic.hpp"

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "core/number/round.hpp"
#include "kernels/constants.hpp"
#include "kernels/from_model.hpp"
#include "tests/catch.hpp"
#include "tests/core/seeded.hpp"

using namespace statewright;
using kernels::Kind;

namespace {

const std::vector<std::string> kFormats = {"fp64",
                                           "fp32",
                                           "tf32",
                                           "bf16",
                                           "fp16",
                                           "e5m2",
                                           "e4m3",
                                           "e3m2",
                                           "e2m3",
                                           "e2m1",
                                           "e4m3/sat",
                                           "bf16/sat",
                                           "float:e=5,m=3,finite",
                                           "float:e=5,m=10,ftz",
                                           "fixed:i=3,f=5",
                                           "fixed:i=2,f=12",
                                           "bf16/rz",
                                           "bf16/ru",
                                           "bf16/rd",
                                           "bf16/rna",
                                           "bf16/ro",
                                           "e4m3/rd",
                                           "e4m3/ru",
                                           "e5m2/ro",
                                           "fp16/rz",
                                           "fixed:i=3,f=5/rd",
                                           "fixed:i=3,f=5/rna",
                                           "fp32/ru",
                                           "float:e=4,m=3,ftz/rd"};

bool same(double a, double b) {
  return std::isnan(a) ? std::isnan(b)
                       : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// A value of the format, now and then a special one.
double operand(std::uint64_t& seed, const core::Rounder& round) {
  const core::Format& format = round.format();
  const std::uint64_t draw = seeded::splitmix(seed);
  if (draw % 16 == 0) return round(draw & 64 ? INFINITY : -INFINITY);
  if (draw % 16 == 1) return round(draw & 64 ? 0.0 : -0.0);
  const double m = (draw & 64 ? 1 : -1) * (1 + seeded::unit(seed));
  const int span = format.is_fixed() ? format.width() : std::min(2 * format.emax() + 8, 300);
  const int least = format.is_fixed() ? -format.significand_bits - 1 : -span / 2 - 2;
  const int exponent =
      least + static_cast<int>(seeded::splitmix(seed) % static_cast<unsigned>(span));
  return round(std::ldexp(m, draw % 16 < 6 ? static_cast<int>(draw % 5) - 2 : exponent));
}

template <class T>
double by(const kernels::Constants<T>& k, char operation, double a, double b) {
  T result = 0;
  const T x = static_cast<T>(a), y = static_cast<T>(b);
  const auto with = [&](auto kind) {
    constexpr Kind value = decltype(kind)::value;
    if (operation == '+') kernels::add<value>(k, result, x, y);
    if (operation == '-') kernels::subtract<value>(k, result, x, y);
    if (operation == '*') kernels::multiply<value>(k, result, x, y);
  };
  switch (k.kind) {
    case Kind::native:
      with(std::integral_constant<Kind, Kind::native>{});
      break;
    case Kind::cut:
      if constexpr (sizeof(T) == 4) with(std::integral_constant<Kind, Kind::cut>{});
      break;
    case Kind::plain:
      with(std::integral_constant<Kind, Kind::plain>{});
      break;
    case Kind::general:
      if constexpr (sizeof(T) == 8) with(std::integral_constant<Kind, Kind::general>{});
      break;
    case Kind::wrapping:
      if constexpr (sizeof(T) == 8) with(std::integral_constant<Kind, Kind::wrapping>{});
      break;
  }
  return result;
}

double by_core(const core::Arithmetic& arithmetic, char operation, double a, double b) {
  if (operation == '*') return arithmetic.mul(a, b);
  return operation == '+' ? arithmetic.add(a, b) : arithmetic.sub(a, b);
}

kernels::Formats all(const kernels::FormatSpec& format) { return {format, format, format, format}; }

}  // namespace

TEST_CASE("kernels: formats are core's", "[kernels][oracle]") {
  for (const core::NamedFormat& named : core::named_formats()) {
    CHECK(kernels::named_format(named.name) == kernels::format_of(named.format, ""));
  }
  for (const std::string& text : kFormats) {
    CAPTURE(text);
    const core::Format theirs = core::parse_format(text, "");
    const kernels::FormatSpec ours = kernels::format_of(theirs, "");
    CHECK(ours.width() == theirs.width());
    CHECK(ours.precision() == theirs.precision());
    CHECK(ours.emin() == theirs.emin());
    CHECK(ours.emax() == theirs.emax());
    CHECK(ours.largest() == theirs.largest());
    CHECK(ours.lowest() == theirs.lowest());
    if (theirs.width() > 16) continue;
    for (std::uint64_t code = 0; code < std::uint64_t{1} << theirs.width(); ++code) {
      const double value = core::decode(theirs, code);
      if (!same(kernels::decode(ours, code), value)) FAIL("code " << code);
      if (!std::isfinite(value) || (value == 0 && !theirs.subnormals)) continue;
      if (value == 0 && !theirs.signed_zero) continue;
      if (kernels::encode(ours, value) != code) FAIL("value " << value);
    }
    CHECK(kernels::finite_values(ours) == core::finite_values(theirs));
  }
}

TEST_CASE("kernels: positions count the values of a format", "[kernels][quick]") {
  for (const char* text : {"e4m3", "e5m2", "bf16", "fixed:i=3,f=5", "float:e=4,m=3"}) {
    CAPTURE(text);
    const kernels::FormatSpec format = kernels::format_of(core::parse_format(text, ""), "");
    const std::vector<double> values = kernels::finite_values(format);
    for (std::size_t i = 1; i < values.size(); ++i) {
      const std::int64_t step =
          kernels::position(format, values[i]) - kernels::position(format, values[i - 1]);
      if (step != (values[i] == values[i - 1] ? 0 : 1)) FAIL("at " << values[i]);
    }
  }
}

TEST_CASE("kernels: rounded operations are core's in every carrier", "[kernels][oracle]") {
  for (const std::string& text : kFormats) {
    const core::Format format = core::parse_format(text, "");
    const core::Rounder round(format);
    const core::Arithmetic arithmetic(format);
    const kernels::Formats formats = all(kernels::format_of(format, ""));
    const kernels::Plan<double> reference = kernels::plan_reference(formats);
    const kernels::Plan<double> doubles = kernels::plan_in_double(formats);
    const auto floats = kernels::plan_in_float(formats);
    std::uint64_t seed = 5;
    CAPTURE(text, seed);
    for (int i = 0; i < 6000; ++i) {
      const double a = operand(seed, round), b = operand(seed, round);
      for (const char operation : {'+', '-', '*'}) {
        const double right = by_core(arithmetic, operation, a, b);
        CAPTURE(a, b, operation, right);
        if (!same(by(reference.accumulate, operation, a, b), right)) FAIL("reference");
        if (!same(by(doubles.accumulate, operation, a, b), right)) FAIL("doubles");
        if (floats && !same(by(floats->accumulate, operation, a, b), right)) FAIL("floats");
      }
    }
  }
}

TEST_CASE("kernels: fp8 operations are core's for all pairs", "[kernels][oracle]") {
  for (const char* text : {"e4m3", "e5m2", "e2m1", "e4m3/sat"}) {
    CAPTURE(text);
    const core::Format format = core::parse_format(text, "");
    const core::Arithmetic arithmetic(format);
    const auto floats = kernels::plan_in_float(all(kernels::format_of(format, "")));
    REQUIRE(floats);
    for (const double a : core::finite_values(format)) {
      for (const double b : core::finite_values(format)) {
        for (const char operation : {'+', '-', '*'}) {
          if (!same(by(floats->accumulate, operation, a, b),
                    by_core(arithmetic, operation, a, b))) {
            FAIL(a << " " << operation << " " << b);
          }
        }
      }
    }
  }
}

TEST_CASE("kernels: floats do what they are known to do fast", "[kernels][quick]") {
  for (const char* text : {"fp32", "bf16", "fp16", "e5m2", "e4m3", "e3m2", "e2m3", "e2m1"}) {
    CHECK(kernels::plan_in_float(all(kernels::named_format(text))));
  }
  for (const char* text : {"fp64", "tf32"}) {
    CHECK_FALSE(kernels::plan_in_float(all(kernels::named_format(text))));
  }
}
