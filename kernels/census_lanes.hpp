#pragma once

// Internal: census by vectors, a member for each lane. Included by one file for each width.
//
// Most orbits end within a few steps and few take hundreds, for which a whole vector would wait. So
// all members are followed for a few steps; those that are not done wait until there are enough of
// them to fill a vector, and are followed from the start again, further.

#include "kernels/census_kinds.hpp"
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
template <int slots>
struct Group {
  std::uint64_t member[kLanes];
  std::uint8_t place[slots][kLanes];
};

template <CensusKind kind, int n>
class Counter {
 public:
  Counter(const CensusPlan& plan, CensusResult& result) : plan_(plan), result_(result) {
    spread(format_, plan.format);
    std::uint32_t places[kAll];
    plan.template decode<kind, n>(0, places);
    for (int j = 0; j < kAll; ++j) {
      if (plan.count[j] > 1) used_ = j + 1;
      if (j >= Slots::kAdds) fixed_[j - Slots::kAdds] = plan.state[places[j]] - FloatLanes{};
    }
  }

  void count(std::uint64_t begin, std::uint64_t end) {
    members_ += end - begin;
    std::uint32_t places[kAll];
    if (begin < end) plan_.template decode<kind, n>(begin, places);
    while (begin < end) {
      const std::uint64_t left = end - begin;
      const std::size_t size = left < kLanes ? left : kLanes;
      Group<kAll>& group = waiting_[0];
      for (std::size_t l = 0; l < size; ++l, ++begin) {
        group.member[l] = begin;
        for (int j = 0; j < used_; ++j) {
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
  using Slots = kernels::Slots<kind, n>;
  static constexpr int kAll = Slots::kAll;

  /// From the places of the member before to those of `member`.
  void advance(std::uint64_t member, std::uint32_t* places) const {
    if (plan_.drawn) return plan_.template decode<kind, n>(member, places);
    for (int j = used_ - 1; j >= 0; --j) {
      if (++places[j] < plan_.from[j] + plan_.count[j]) return;
      places[j] = plan_.from[j];
    }
  }

  /// The first `size` members that wait for a stage.
  void follow(int stage, std::size_t size) {
    const Group<kAll>& group = waiting_[stage];
    OrbitSearch<CensusLetter<kind, n, FloatLanes>> search;
    search.letter.format = format_;
    search.letter.adds = plan_.adds;
    const auto read = [&](FloatLanes& to, const float* values, int slot) {
      float entries[kLanes];
      for (std::size_t l = 0; l < kLanes; ++l) {
        entries[l] = l < size ? values[group.place[slot][l]] : 0;
      }
      bits_of(to, entries);
    };
    for (int j = 0; j < Slots::kAdds; ++j) read(search.letter.p[j], plan_.value, j);
    StateOf<FloatLanes, n> start;
    for (int i = 0; i < n; ++i) {
      search.letter.b[i] = fixed_[i];
      start.x[i] = fixed_[n + i];
      if (Slots::kAdds + i < used_) read(search.letter.b[i], plan_.state, Slots::kAdds + i);
      if (Slots::kStart + i < used_) read(start.x[i], plan_.state, Slots::kStart + i);
    }
    OrbitOf<FloatLanes, n> orbit;
    const bool shortly = kStageSteps[stage] < plan_.horizon;
    search.run(start, plan_.horizon, shortly ? kStageSteps[stage] : 2 * plan_.horizon, orbit);
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

  void wait(int stage, const Group<kAll>& from, std::size_t lane) {
    Group<kAll>& group = waiting_[stage];
    std::size_t& size = waits_[stage];
    group.member[size] = from.member[lane];
    for (int j = 0; j < used_; ++j) group.place[j][size] = from.place[j][lane];
    if (++size < kLanes) return;
    follow(stage, kLanes);
    size = 0;
  }

  void add(const Group<kAll>& group, std::size_t lane, CensusOutcome outcome) {
    std::uint32_t places[kAll];
    for (int j = 0; j < Slots::kAdds; ++j) places[j] = group.place[j][lane];  // the letter's
    CensusClass found;
    if constexpr (has_simple_class(kind, n)) {
      simple_class<kind, n>(plan_, places, found);
    } else {
      found = census_class_of(plan_, kind, places);
    }
    if (is_outside<kind, n>(plan_, places)) outcome = outside_outcome();
    add_member(result_, found, outcome, group.member[lane]);
    steps_ += outcome.steps;
  }

  const CensusPlan& plan_;
  CensusResult& result_;
  Constants<FloatLanes> format_;
  int used_ = Slots::kAdds;  ///< slots from here on are the same for all members
  FloatLanes fixed_[2 * n];  ///< b and the start, where they are
  Group<kAll> waiting_[kStages];
  std::size_t waits_[kStages] = {};
  std::uint64_t members_ = 0, steps_ = 0;
};

void count_members(const CensusPlan& plan, CensusKind kind, std::uint64_t begin, std::uint64_t end,
                   CensusResult& result) {
  with_kind_and_size(kind, plan.n, [&](auto as_kind, auto as_size) {
    Counter<decltype(as_kind)::value, decltype(as_size)::value>(plan, result).count(begin, end);
  });
}

}  // namespace
}  // namespace statewright::kernels
