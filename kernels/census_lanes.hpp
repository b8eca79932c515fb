#pragma once

// Internal: census by vectors, a member for each lane. Included by one file for each width.
//
// Most orbits end within a few steps and few take hundreds, for which a whole vector would wait. So
// all members are followed for a few steps; those that are not done wait until there are enough of
// them to fill a vector, and are followed from the start again, further.

#include "kernels/census_orbit.hpp"
#include "kernels/census_simple_class.hpp"
#include "kernels/vectors.hpp"

namespace statewright::kernels {

template <>
struct Flags<Int32Lanes> {
  STATEWRIGHT_ANYWHERE static bool any(const Int32Lanes& flags) { return kernels::any(flags); }
};

namespace {

constexpr std::size_t kLanes = sizeof(FloatLanes) / sizeof(float);
constexpr int kStages = 3;
constexpr std::int32_t kStageSteps[kStages] = {8, 48, INT32_MAX};

/// Members side by side.
template <int parameters>
struct Group {
  std::uint64_t member[kLanes];
  std::uint8_t place[parameters][kLanes];
};

template <CensusKind kind, int n>
class Counter {
 public:
  Counter(const CensusPlan& plan, CensusResult& result) : plan_(plan), result_(result) {
    spread(format_, plan.format);
    for (int i = 0; i < n; ++i) start_.x[i] = plan.start[i] - FloatLanes{};
  }

  void count(std::uint64_t begin, std::uint64_t end) {
    members_ += end - begin;
    std::uint32_t places[kParameters];
    if (begin < end) plan_.template decode<kParameters>(begin, places);
    while (begin < end) {
      const std::uint64_t left = end - begin;
      const std::size_t size = left < kLanes ? left : kLanes;
      Group<kParameters>& group = waiting_[0];
      for (std::size_t l = 0; l < size; ++l, ++begin) {
        group.member[l] = begin;
        for (int j = 0; j < kParameters; ++j) {
          group.place[j][l] = static_cast<std::uint8_t>(places[j]);
        }
        advance(begin + 1, places);
      }
      follow(0, size);
    }
    for (int stage = 1; stage < kStages; ++stage) {
      if (waits_[stage] != 0) follow(stage, waits_[stage]);
      waits_[stage] = 0;
    }
    result_.members += members_;
    result_.steps += steps_;
  }

 private:
  static constexpr int kParameters = parameters_of(kind, n);

  /// From the places of the member before to those of `member`.
  void advance(std::uint64_t member, std::uint32_t* places) const {
    if (plan_.drawn) return plan_.template decode<kParameters>(member, places);
    for (int j = kParameters - 1; j >= 0; --j) {
      if (++places[j] < plan_.from[j] + plan_.count[j]) return;
      places[j] = plan_.from[j];
    }
  }

  /// The first `size` members that wait for a stage.
  void follow(int stage, std::size_t size) {
    const Group<kParameters>& group = waiting_[stage];
    OrbitSearch<kind, n, FloatLanes> search;
    search.letter.format = format_;
    for (int j = 0; j < kParameters; ++j) {
      float entries[kLanes];
      for (std::size_t l = 0; l < kLanes; ++l) {
        entries[l] = l < size ? plan_.value[group.place[j][l]] : 0;
      }
      bits_of(search.letter.p[j], entries);
    }
    OrbitOf<FloatLanes, n> orbit;
    const bool shortly = kStageSteps[stage] < plan_.horizon;
    search.run(start_, plan_.horizon, shortly ? kStageSteps[stage] : 2 * plan_.horizon, orbit);
    std::int32_t period[kLanes], preperiod[kLanes], explodes[kLanes];
    float low[n][kLanes], high[n][kLanes];
    std::memcpy(period, &orbit.period, sizeof period);
    std::memcpy(preperiod, &orbit.preperiod, sizeof preperiod);
    std::memcpy(explodes, &orbit.explodes, sizeof explodes);
    std::memcpy(low, orbit.low, sizeof low);
    std::memcpy(high, orbit.high, sizeof high);
    for (std::size_t l = 0; l < size; ++l) {
      if (shortly && period[l] == 0 && explodes[l] == 0) {
        wait(stage + 1, group, l);
        continue;
      }
      float ours_low[n], ours_high[n];
      for (int i = 0; i < n; ++i) {
        ours_low[i] = low[i][l];
        ours_high[i] = high[i][l];
      }
      CensusOutcome outcome;
      outcome_of<n>(plan_, preperiod[l], period[l], explodes[l], ours_low, ours_high, outcome);
      add(group, l, outcome);
    }
  }

  void wait(int stage, const Group<kParameters>& from, std::size_t lane) {
    Group<kParameters>& group = waiting_[stage];
    std::size_t& size = waits_[stage];
    group.member[size] = from.member[lane];
    for (int j = 0; j < kParameters; ++j) group.place[j][size] = from.place[j][lane];
    if (++size < kLanes) return;
    follow(stage, kLanes);
    size = 0;
  }

  void add(const Group<kParameters>& group, std::size_t lane, const CensusOutcome& outcome) {
    std::uint32_t places[kParameters];
    for (int j = 0; j < kParameters; ++j) places[j] = group.place[j][lane];
    CensusClass found;
    if constexpr (has_simple_class(kind, n)) {
      simple_class<kind, n>(plan_, places, found);
    } else {
      found = census_class_of(plan_, kind, places);
    }
    CensusCell& cell =
        result_.cells[static_cast<std::size_t>(found.spectrum)][found.contracts ? 1 : 0]
                     [static_cast<std::size_t>(outcome.fate)];
    const std::uint64_t member = group.member[lane];
    // CensusCell::merge, inlined.
    const auto raise = [&](CensusBest& best, std::uint32_t value) {
      const bool better =
          value > best.value || (value == best.value && member < best.member) || cell.count == 0;
      if (better) best = {value, member};
    };
    raise(cell.period, outcome.period);
    raise(cell.amplitude, outcome.amplitude);
    raise(cell.relative, outcome.relative);
    if (cell.count == 0 || member < cell.first) cell.first = member;
    if (outcome.preperiod > cell.longest_preperiod) cell.longest_preperiod = outcome.preperiod;
    ++cell.count;
    steps_ += outcome.steps;
  }

  const CensusPlan& plan_;
  CensusResult& result_;
  Constants<FloatLanes> format_;
  StateOf<FloatLanes, n> start_;
  Group<kParameters> waiting_[kStages];
  std::size_t waits_[kStages] = {};
  std::uint64_t members_ = 0, steps_ = 0;
};

template <CensusKind kind>
void count_of_kind(const CensusPlan& plan, std::uint64_t begin, std::uint64_t end,
                   CensusResult& result) {
  switch (plan.n) {
    case 1:
      return Counter<kind, 1>(plan, result).count(begin, end);
    case 2:
      return Counter<kind, 2>(plan, result).count(begin, end);
    case 3:
      return Counter<kind, 3>(plan, result).count(begin, end);
    default:
      return Counter<kind, 4>(plan, result).count(begin, end);
  }
}

void count_members(const CensusPlan& plan, CensusKind kind, std::uint64_t begin, std::uint64_t end,
                   CensusResult& result) {
  switch (kind) {
    case CensusKind::matrices:
      return count_of_kind<CensusKind::matrices>(plan, begin, end, result);
    case CensusKind::diagonal:
      return count_of_kind<CensusKind::diagonal>(plan, begin, end, result);
    case CensusKind::deltanet:
      return count_of_kind<CensusKind::deltanet>(plan, begin, end, result);
    case CensusKind::pairs:
      return count_of_kind<CensusKind::pairs>(plan, begin, end, result);
  }
}

}  // namespace
}  // namespace statewright::kernels
