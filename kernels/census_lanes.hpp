#pragma once

// Internal: census by vectors, a matrix for each lane. Included by one file for each width.

#include "kernels/census_orbit.hpp"
#include "kernels/vectors.hpp"

namespace statewright::kernels {

template <>
struct Flags<Int32Lanes> {
  STATEWRIGHT_ANYWHERE static bool any(const Int32Lanes& flags) { return kernels::any(flags); }
};

namespace {

constexpr std::size_t kLanes = sizeof(FloatLanes) / sizeof(float);

/// The members begin, .., of which the first `count` are counted.
template <Kind kind>
void count_group(const CensusPlan& plan, const Constants<FloatLanes>& format, std::uint64_t begin,
                 std::size_t count, CensusResult& result) {
  std::uint32_t digits[4][kLanes];
  float entries[4][kLanes];
  for (std::size_t l = 0; l < kLanes; ++l) {
    std::uint64_t rest = begin + (l < count ? l : count - 1);
    for (std::size_t i = 4; i > 0; --i, rest /= plan.values) {
      digits[i - 1][l] = static_cast<std::uint32_t>(rest % plan.values);
      entries[i - 1][l] = plan.value[digits[i - 1][l]];
    }
  }
  OrbitSearch<kind, FloatLanes> search;
  search.format = format;
  bits_of(search.a, entries[0]);
  bits_of(search.b, entries[1]);
  bits_of(search.c, entries[2]);
  bits_of(search.d, entries[3]);
  OrbitOf<FloatLanes> orbit;
  const FloatLanes start_x = plan.start[0] - FloatLanes{}, start_y = plan.start[1] - FloatLanes{};
  search.run(start_x, start_y, plan.horizon, orbit);
  for (std::size_t l = 0; l < count; ++l) {
    const bool at_zero = orbit.low[0][l] == 0 && orbit.low[1][l] == 0;
    const std::int32_t period = orbit.period[l];
    const Fate fate = fate_of(period, orbit.explodes[l] != 0, at_zero);
    std::int32_t amplitude = 0;
    for (int i = 0; i < 2 && period > 1; ++i) {
      const std::int32_t size =
          plan.position_of(orbit.high[i][l]) - plan.position_of(orbit.low[i][l]);
      amplitude = size > amplitude ? size : amplitude;
    }
    Spectrum spectrum;
    bool contracts;
    plan.rule.apply(plan.steps[digits[0][l]], plan.steps[digits[1][l]], plan.steps[digits[2][l]],
                    plan.steps[digits[3][l]], spectrum, contracts);
    result.cell(spectrum, contracts, fate)
        .add(static_cast<std::uint32_t>(orbit.preperiod[l]), static_cast<std::uint32_t>(period),
             static_cast<std::uint32_t>(amplitude), begin + l);
    result.steps += static_cast<std::uint32_t>(orbit.steps[l]);
  }
}

template <Kind kind>
void count_as(const CensusPlan& plan, std::uint64_t begin, std::uint64_t end,
              CensusResult& result) {
  Constants<FloatLanes> format;
  spread(format, plan.format);
  for (; begin < end; begin += kLanes) {
    const std::uint64_t left = end - begin;
    count_group<kind>(plan, format, begin, left < kLanes ? left : kLanes, result);
  }
}

void count_members(const CensusPlan& plan, std::uint64_t begin, std::uint64_t end,
                   CensusResult& result) {
  if (plan.format.kind == Kind::plain) return count_as<Kind::plain>(plan, begin, end, result);
  if (plan.format.kind == Kind::cut) return count_as<Kind::cut>(plan, begin, end, result);
  count_as<Kind::native>(plan, begin, end, result);
}

}  // namespace
}  // namespace statewright::kernels
