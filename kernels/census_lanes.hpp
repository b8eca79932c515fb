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

/// The matrices of a vector's lanes, counted through.
class Members {
 public:
  Members(const CensusPlan& plan, std::uint64_t begin) : plan_(plan) {
    for (std::size_t i = 4; i > 0; --i, begin /= plan.values) {
      digit_[i - 1] = static_cast<std::uint32_t>(begin % plan.values);
    }
  }

  /// The next kLanes; beyond the family's end they begin again.
  void fill() {
    for (std::size_t l = 0; l < kLanes; ++l) {
      for (std::size_t i = 0; i < 4; ++i) {
        entry[i][l] = plan_.value[digit_[i]];
        units[i][l] = plan_.steps[digit_[i]];
      }
      for (std::size_t i = 4; i > 0 && ++digit_[i - 1] == plan_.values; --i) digit_[i - 1] = 0;
    }
  }

  float entry[4][kLanes];
  std::int64_t units[4][kLanes];

 private:
  const CensusPlan& plan_;
  std::uint32_t digit_[4];
};

void classify(const SpectrumRule& rule, const Members& members, Spectrum* spectra,
              bool* contracts) {
  if (!rule.is_small) {
    for (std::size_t l = 0; l < kLanes; ++l) {
      rule.apply_in<Int128>(members.units[0][l], members.units[1][l], members.units[2][l],
                            members.units[3][l], spectra[l], contracts[l]);
    }
    return;
  }
  for (std::size_t l = 0; l < kLanes; ++l) {
    rule.apply_in<std::int64_t>(members.units[0][l], members.units[1][l], members.units[2][l],
                                members.units[3][l], spectra[l], contracts[l]);
  }
}

/// The next members, of which the first `count` are counted; `begin` is the number of the first.
template <Kind kind>
void count_group(const CensusPlan& plan, const Constants<FloatLanes>& format,
                 const Members& members, std::uint64_t begin, std::size_t count,
                 CensusResult& result) {
  OrbitSearch<kind, FloatLanes> search;
  search.format = format;
  bits_of(search.a, members.entry[0]);
  bits_of(search.b, members.entry[1]);
  bits_of(search.c, members.entry[2]);
  bits_of(search.d, members.entry[3]);
  OrbitOf<FloatLanes> orbit;
  const FloatLanes start_x = plan.start[0] - FloatLanes{}, start_y = plan.start[1] - FloatLanes{};
  search.run(start_x, start_y, plan.horizon, orbit);
  Spectrum spectra[kLanes];
  bool contracts[kLanes];
  classify(plan.rule, members, spectra, contracts);
  std::int32_t period[kLanes], preperiod[kLanes], explodes[kLanes];
  float low[2][kLanes], high[2][kLanes];
  std::memcpy(period, &orbit.period, sizeof period);
  std::memcpy(preperiod, &orbit.preperiod, sizeof preperiod);
  std::memcpy(explodes, &orbit.explodes, sizeof explodes);
  std::memcpy(low, orbit.low, sizeof low);
  std::memcpy(high, orbit.high, sizeof high);
  for (std::size_t l = 0; l < count; ++l) {
    const bool at_zero = (low[0][l] == 0) & (low[1][l] == 0);
    const Fate fate = fate_of(period[l], explodes[l] != 0, at_zero);
    std::int32_t amplitude = 0;
    for (int i = 0; i < 2 && period[l] > 1; ++i) {
      const std::int32_t size = plan.position_of(high[i][l]) - plan.position_of(low[i][l]);
      amplitude = size > amplitude ? size : amplitude;
    }
    CensusCell& cell = result.cells[static_cast<std::size_t>(spectra[l])][contracts[l] ? 1 : 0]
                                   [static_cast<std::size_t>(fate)];
    const auto before = static_cast<std::uint32_t>(preperiod[l]);
    const auto around = static_cast<std::uint32_t>(period[l]);
    const auto extent = static_cast<std::uint32_t>(amplitude);
    // CensusCell::merge, members coming in ascending order.
    if (cell.count == 0 || extent > cell.amplitude) {
      cell.amplitude = extent;
      cell.member = begin + l;
    }
    ++cell.count;
    cell.longest_preperiod = before > cell.longest_preperiod ? before : cell.longest_preperiod;
    cell.longest_period = around > cell.longest_period ? around : cell.longest_period;
    result.steps += steps_of(preperiod[l], period[l], explodes[l], plan.horizon);
  }
}

/// `result` holds members of lower numbers only, as far as equal amplitudes go.
template <Kind kind>
void count_as(const CensusPlan& plan, std::uint64_t begin, std::uint64_t end,
              CensusResult& result) {
  Constants<FloatLanes> format;
  spread(format, plan.format);
  Members members(plan, begin);
  for (; begin < end; begin += kLanes) {
    members.fill();
    const std::uint64_t left = end - begin;
    count_group<kind>(plan, format, members, begin, left < kLanes ? left : kLanes, result);
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
