// Operations in whole numbers are core's, for formats and operands that carriers cannot do.

#include "kernels/whole_arithmetic.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/lrnn/rounded_evaluator.hpp"
#include "core/number/dot.hpp"
#include "kernels/from_model.hpp"
#include "kernels/whole_plan.hpp"
#include "tests/catch.hpp"
#include "tests/core/seeded.hpp"

using namespace statewright;

namespace {

bool is_same(double x, double y) {
  return (std::isnan(x) && std::isnan(y)) ||
         std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
}

/// Numbers of all sizes, some of few bits, and now and then the ends of double.
double number(std::uint64_t& seed) {
  const auto below = [&](std::uint64_t bound) { return seeded::splitmix(seed) % bound; };
  constexpr double kEnds[] = {0.0,
                              -0.0,
                              std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::denorm_min(),
                              std::numeric_limits<double>::max()};
  switch (below(6)) {
    case 0:
      return below(4) == 0 ? kEnds[below(std::size(kEnds))] : 1.0;
    case 1:
      return std::bit_cast<double>(seeded::splitmix(seed));
    case 2: {  // of few bits
      const auto units = static_cast<double>(static_cast<std::int64_t>(below(512)) - 256);
      return std::ldexp(units, static_cast<int>(below(40)) - 30);
    }
    default: {
      const double sign = below(2) == 0 ? 1 : -1;
      return sign * std::ldexp(1 + seeded::unit(seed), static_cast<int>(below(80)) - 40);
    }
  }
}

kernels::WholeFormat whole(const core::Format& format) {
  core::Format plain = format;
  if (plain.overflow == core::Overflow::wrap) plain.overflow = core::Overflow::saturate;
  plain.rounding = core::Rounding::nearest_even;
  plain.seed = 0;
  plain.random_bits = 0;
  kernels::FormatSpec spec = kernels::format_of(plain, "");
  if (format.overflow == core::Overflow::wrap) spec.overflow = kernels::Overflow::wrap;
  spec.rounding = static_cast<kernels::Rounding>(format.rounding);  // in the same order
  spec.seed = format.seed;
  spec.random_bits = format.random_bits;
  kernels::Network network;
  network.formats.accumulate = spec;
  return kernels::plan_whole(network).accumulate;
}

const char* const kFormats[] = {"fp64",
                                "fp64/rz",
                                "fp64/ru",
                                "fp64/rd",
                                "fp64/rna",
                                "fp64/ro",
                                "fp64/sr:1",
                                "fp64/sr:5:7",
                                "fp64/se:2",
                                "fp32",
                                "fp32/rd",
                                "bf16",
                                "bf16/sr:3",
                                "fp16/rna",
                                "e4m3",
                                "e4m3/sat",
                                "e5m2/ro",
                                "float:e=5,m=10,ftz",
                                "fixed:i=4,f=6",
                                "fixed:i=12,f=12/rd",
                                "fixed:i=2,f=5,wrap",
                                "fixed:i=20,f=5,wrap/rna",
                                "fixed:i=3,f=9,wrap/rz",
                                "fixed:i=3,f=9,wrap/sr:4",
                                "fixed:i=2,f=3/se:6"};

}  // namespace

TEST_CASE("whole numbers: products and sums are core's", "[kernels][whole][oracle]") {
  std::uint64_t seed = 5;
  const core::Format fp64 = core::parse_format("fp64", "");
  for (const char* text : kFormats) {
    const core::Format format = core::parse_format(text, "");
    const core::detail::Operations theirs(format, {fp64});
    const kernels::WholeFormat ours = whole(format);
    for (std::uint64_t i = 0; i < 4000; ++i) {
      const double a = number(seed);
      double b = number(seed);
      // Sums that cancel to the last bits, and operands far apart.
      if (i % 7 == 0) b = std::nextafter(-a, b);
      if (i % 7 == 1) b = -a;
      if (i % 7 == 2) b = std::ldexp(a, -50 - static_cast<int>(i % 40)) * (i % 2 == 0 ? 1 : -1);
      core::detail::Draw of_product(i), of_sum(i);
      const double product = theirs.mul(a, b, of_product), sum = theirs.add(a, b, of_sum);
      const double our_product = multiply_whole(ours, a, b, i << 32U);
      const double our_sum = add_whole(ours, a, b, i << 32U);
      if (is_same(product, our_product) && is_same(sum, our_sum)) continue;
      CAPTURE(text, i, a, b, product, our_product, sum, our_sum);
      FAIL("another result");
    }
  }
  SUCCEED("all are alike");
}

TEST_CASE("whole numbers: stored numbers are core's", "[kernels][whole][oracle]") {
  std::uint64_t seed = 6;
  for (const char* text : kFormats) {
    const core::Format format = core::parse_format(text, "");
    const kernels::WholeFormat ours = whole(format);
    for (std::uint64_t i = 0; i < 3000; ++i) {
      const double x = number(seed), right = core::round_exact(x, format, i);
      const double our = round_whole(ours, x, i);
      if (is_same(right, our)) continue;
      CAPTURE(text, i, x, right, our);
      FAIL("another result");
    }
  }
  SUCCEED("all are alike");
}

TEST_CASE("whole numbers: sums of products are exact until they are rounded",
          "[kernels][whole][oracle]") {
  std::uint64_t seed = 7;
  std::size_t zeros = 0;
  for (const char* text : {"bf16", "fp16", "e4m3", "fp32/rz", "bf16/sr:2", "fixed:i=4,f=9,wrap",
                           "fixed:i=5,f=5,wrap/rd"}) {
    const core::Format format = core::parse_format(text, "");
    const kernels::WholeFormat ours = whole(format);
    for (std::uint64_t i = 0; i < 3000; ++i) {
      std::vector<double> a, b;
      kernels::ExactTotal<3> few;
      kernels::ExactTotal<6> many;
      constexpr int kBase = -80;
      for (std::uint64_t n = 1 + i % 9; n > 0; --n) {
        // Multiples of 2^-40 below 2^12, some of which cancel.
        const auto units = [&] {
          return static_cast<double>(static_cast<std::int64_t>(seeded::splitmix(seed) >> 12U)) *
                 (seeded::splitmix(seed) % 2 == 0 ? 0x1p-40 : -0x1p-40);
        };
        a.push_back(n % 3 == 0 && !a.empty() ? -a.back() : units());
        b.push_back(n % 3 == 0 && !b.empty() ? b.back() : units());
        few.add(a.back(), b.back(), kBase);
        many.add(a.back(), b.back(), kBase);
      }
      const double right = core::dot(format, a, b, i);
      const double first = few.round(ours, kBase, i), second = many.round(ours, kBase, i);
      zeros += right == 0 ? 1 : 0;
      if (is_same(first, right) && is_same(second, right)) continue;
      CAPTURE(text, a, b, right, first, second);
      FAIL("another sum");
    }
  }
  CHECK(zeros > 0);
}
