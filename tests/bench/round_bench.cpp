// Rounding doubles in cache to each named format, beside MPFR on the same machine and inputs. The
// inputs are seeded and cover subnormals and overflow of the small formats; every result is
// compared with MPFR's, or without MPFR with the specification's, before it is timed.

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/number/round.hpp"
#include "tests/bench/table.hpp"
#ifdef STATEWRIGHT_HAS_MPFR
#include "tests/core/mpfr_oracle.hpp"
#endif

namespace {

using namespace statewright::core;
using namespace statewright::bench;

std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::vector<double> inputs(std::size_t count) {
  std::vector<double> values(count);
  std::uint64_t seed = 1;
  for (double& x : values) {
    const double unit = static_cast<double>(splitmix(seed) >> 11) * 0x1p-53;
    x = std::ldexp(2 * unit - 1, static_cast<int>(splitmix(seed) & 31) - 16);
  }
  return values;
}

void round_table(std::size_t count, std::size_t runs) {
#ifdef STATEWRIGHT_HAS_MPFR
  const std::string head = std::string("MPFR ") + mpfr_get_version();
#else
  const std::string head = "MPFR";
#endif
  const char* widths[] = {"baseline", "AVX2", "AVX-512"};
  Table table("Round " + std::to_string(count) + " doubles: ns an element, widest vectors here: " +
                  widths[static_cast<int>(Rounder::widest())],
              {"format", "statewright", "baseline", head, "ratio"});
  const std::vector<double> in = inputs(count);
  std::vector<double> out(count);
  std::vector<std::string> names;
  for (const NamedFormat& named : named_formats()) names.emplace_back(named.name);
  for (const char* mode : {"bf16/rz", "bf16/ru", "bf16/rna", "bf16/ro"}) names.emplace_back(mode);
  for (const std::string& name : names) {
    const Format format = parse_format(name, "bench");
    const Rounder round(format);
    const auto ours = [&] { round.round(in, out); };
    const auto narrow = [&] { round.round(in, out, Rounder::Width::baseline); };
    std::vector<std::function<void()>> contestants = {ours, narrow};
#ifdef STATEWRIGHT_HAS_MPFR
    statewright::oracle::Mpfr mpfr(format);
    volatile double sink = 0;
    const auto reference = [&](double x) { return mpfr.round(x); };
    contestants.emplace_back([&] {
      for (const double x : in) sink = mpfr.round(x);
    });
#else
    const auto reference = [&](double x) { return round_exact(x, format); };
#endif
    for (const auto& contestant : {std::function<void()>(ours), std::function<void()>(narrow)}) {
      contestant();
      for (std::size_t i = 0; i < count; ++i) {
        verify(
            std::bit_cast<std::uint64_t>(out[i]) == std::bit_cast<std::uint64_t>(reference(in[i])),
            name);
      }
    }
    const std::vector<double> times = interleaved(runs, contestants);
    const auto per_element = [&](double ms) { return 1e6 * ms / static_cast<double>(count); };
    std::vector<std::string> row = {name, number(per_element(times[0])),
                                    number(per_element(times[1]))};
    row.push_back(times.size() > 2 ? number(per_element(times[2])) : "not installed");
    row.push_back(times.size() > 2 ? ratio(times[2], times[0]) : "");
    table.add(std::move(row));
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
