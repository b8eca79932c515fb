// Rounding doubles and floats in cache to each named format, beside MPFR on the same machine and
// inputs. The inputs are seeded and cover subnormals and overflow of the small formats; every
// result is compared with MPFR's, or without MPFR with the specification's, before it is timed.
// MPFR has no stochastic rounding: there it rounds to nearest, and ours is compared with the
// specification.

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/number/round.hpp"
#include "tests/bench/table.hpp"
#include "tests/core/seeded.hpp"
#ifdef STATEWRIGHT_HAS_MPFR
#include "tests/core/mpfr_oracle.hpp"
#endif

namespace {

using namespace statewright::core;
using namespace statewright::bench;
using namespace statewright::seeded;

std::vector<double> inputs(std::size_t count) {
  std::vector<double> values(count);
  std::uint64_t seed = 1;
  for (double& x : values) {
    const double u = unit(seed);
    x = std::ldexp(2 * u - 1, static_cast<int>(splitmix(seed) & 31) - 16);
  }
  return values;
}

/// The same with nearest-even in place of random bits.
Format without_random_bits(Format format) {
  if (!format.is_stochastic()) return format;
  format.rounding = Rounding::nearest_even;
  format.seed = 0;
  format.random_bits = 0;
  return format;
}

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void round_table(std::size_t count, std::size_t runs) {
#ifdef STATEWRIGHT_HAS_MPFR
  const std::string head = std::string("MPFR ") + mpfr_get_version();
#else
  const std::string head = "MPFR";
#endif
  const char* widths[] = {"baseline", "AVX2", "AVX-512"};
  Table table("Round " + std::to_string(count) + " numbers: ns an element, widest vectors here: " +
                  widths[static_cast<int>(Rounder::widest())],
              {"format", "doubles", "baseline", "floats", head, "ratio"});
  const std::vector<double> in = inputs(count);
  std::vector<double> out(count);
  const std::vector<float> floats(in.begin(), in.end());
  std::vector<float> narrow(count);
  std::vector<std::string> names;
  for (const NamedFormat& named : named_formats()) names.emplace_back(named.name);
  for (const char* mode : {"bf16/rz", "bf16/ru", "bf16/rna", "bf16/ro", "bf16/sr:1", "fp32/sr:1",
                           "e4m3/sr:1:8", "bf16/se:1", "float:e=5,m=10,ftz", "fixed:i=2,f=12"}) {
    names.emplace_back(mode);
  }
  for (const std::string& name : names) {
    const Format format = parse_format(name, "bench");
    const Rounder round(format);
    const auto ours = [&] { round.round(in, out); };
    const auto baseline = [&] { round.round(in, out, Rounder::Width::baseline); };
    const auto of_floats = [&] { round.round(floats, narrow); };
    std::vector<std::function<void()>> contestants = {ours, baseline};
    const bool has_floats = round.takes_floats();
    if (has_floats) contestants.emplace_back(of_floats);
#ifdef STATEWRIGHT_HAS_MPFR
    statewright::oracle::Mpfr mpfr(without_random_bits(format));
    volatile double sink = 0;
    const bool has_mpfr = !format.is_fixed();
    if (has_mpfr) {
      contestants.emplace_back([&] {
        for (const double x : in) sink = mpfr.round(x);
      });
    }
    const bool by_mpfr = has_mpfr && !format.is_stochastic();
    const auto reference = [&](double x, std::size_t i) {
      return by_mpfr ? mpfr.round(x) : round_exact(x, format, i);
    };
#else
    const bool has_mpfr = false;
    const auto reference = [&](double x, std::size_t i) { return round_exact(x, format, i); };
#endif
    for (const auto& contestant : {std::function<void()>(ours), std::function<void()>(baseline)}) {
      contestant();
      for (std::size_t i = 0; i < count; ++i) verify(same(out[i], reference(in[i], i)), name);
    }
    if (has_floats) {
      of_floats();
      for (std::size_t i = 0; i < count; ++i) {
        const double x = static_cast<double>(floats[i]);
        verify(same(static_cast<double>(narrow[i]), reference(x, i)), name + ", floats");
      }
    }
    const std::vector<double> times = interleaved(runs, contestants);
    const auto per_element = [&](std::size_t k) {
      return number(1e6 * times[k] / static_cast<double>(count));
    };
    table.add({name, per_element(0), per_element(1), has_floats ? per_element(2) : "no floats",
               has_mpfr ? per_element(times.size() - 1) : "none",
               has_mpfr ? ratio(times.back(), times[0]) : ""});
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  print_machine(smoke);
  round_table(2048, smoke ? 3 : 15);
  return 0;
}
