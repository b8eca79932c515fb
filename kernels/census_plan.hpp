#pragma once

// Internal: a family of census as its loops need it, for a device too.

#include "kernels/arithmetic.hpp"
#include "kernels/census.hpp"
#include "kernels/generator.hpp"

#if defined(__CUDACC__) || defined(__clang__)
#define STATEWRIGHT_UNROLL _Pragma("unroll")
#else
#define STATEWRIGHT_UNROLL _Pragma("GCC unroll 16")
#endif

namespace statewright::kernels {

/// Where the numbers of a member stand: those of its kind, b, the start. What a family lacks has a
/// place all the same, with one value to take.
constexpr int kMostSlots = 24;

STATEWRIGHT_ANYWHERE constexpr int parameters_of(CensusKind kind, int n) {
  return kind == CensusKind::matrices   ? n * n
         : kind == CensusKind::diagonal ? 2 * n
         : kind == CensusKind::deltanet ? n + 2
         : kind == CensusKind::factor   ? n + 1
                                        : 2 * (n + 1);
}

template <CensusKind kind, int n>
struct Slots {
  static constexpr int kAdds = parameters_of(kind, n), kStart = kAdds + n, kAll = kStart + n;
};

struct CensusPlan {
  Constants<float> format;  ///< of kind plain
  std::int32_t horizon = 256;
  std::uint32_t n = 2;
  std::uint32_t values = 0;              ///< how many the format has
  std::uint32_t from[kMostSlots] = {};   ///< the place of a number's least value among them
  std::uint32_t count[kMostSlots] = {};  ///< how many values it has
  bool adds = false, unit_keys = false, once = false, drawn = false;
  std::uint64_t seed = 0;
  std::uint64_t one = 1;       ///< 1 in the format's least steps; 0: the format is so coarse
  bool is_small = true;        ///< 64 bits suffice for the classes of 2 x 2 matrices
  float step = 1, normal = 1;  ///< least step and least normal number
  std::int32_t shift = 0, offset = 0;  ///< what makes bits of normal numbers positions
  bool wide = false;                   ///< once: sums need more than 62 bits
  std::int32_t once_place = 0;         ///< once: sums are multiples of 2^once_place
  float value[256] = {};
  float state[256] = {};         ///< the same without -0: places of b and start are among these
  std::int64_t steps[256] = {};  ///< values in the format's least steps

  /// Where a value stands among the format's; as position() of format.hpp.
  STATEWRIGHT_ANYWHERE std::int32_t position_of(float x) const {
    const float size = x < 0 ? -x : x;
    std::uint32_t bits;
    bits_of(bits, size);
    const std::int32_t place = size < normal ? static_cast<std::int32_t>(size / step)
                                             : static_cast<std::int32_t>(bits >> shift) - offset;
    return x < 0 ? -place : place;
  }

  /// The places of a member's numbers.
  template <CensusKind kind, int n>
  STATEWRIGHT_ANYWHERE void decode(std::uint64_t member, std::uint32_t* places) const {
    using Slots = kernels::Slots<kind, n>;
    if (drawn) {
      const WordKeys keys = word_keys(seed, member);
      STATEWRIGHT_UNROLL
      for (int j = 0; j < Slots::kAll; ++j) {
        const int digit = j >= Slots::kStart && !adds ? j - n : j;
        const std::uint64_t draw = keys.draw(static_cast<std::uint64_t>(digit / 2));
        const std::uint64_t half = digit % 2 == 0 ? draw & 0xFFFF'FFFF : draw >> 32;
        places[j] = from[j] + static_cast<std::uint32_t>(half * count[j] >> 32);
      }
      return;
    }
    STATEWRIGHT_UNROLL
    for (int j = Slots::kAll - 1; j >= 0; --j) {
      places[j] = from[j];
      if (j >= Slots::kAdds && count[j] == 1) continue;
      const std::uint64_t quotient = member / count[j];
      places[j] += static_cast<std::uint32_t>(member - quotient * count[j]);
      member = quotient;
    }
  }
};

/// Of a family that check_family allows.
CensusPlan census_plan(const CensusFamily& family);

/// The values that each number of a member may take, ascending.
std::vector<std::vector<double>> parameter_values(const CensusFamily& family);

/// Spectrum and norm of a member, `places` being those of its parameters.
struct CensusClass {
  Spectrum spectrum = Spectrum::complex;
  bool contracts = false;
};
CensusClass census_class_of(const CensusPlan& plan, CensusKind kind, const std::uint32_t* places);

/// Whether a letter has a key longer than 1 where all are to be of unit length.
template <CensusKind kind, int n>
STATEWRIGHT_ANYWHERE bool is_outside(const CensusPlan& plan, const std::uint32_t* places) {
  if constexpr (kind == CensusKind::matrices || kind == CensusKind::diagonal) return false;
  if (!plan.unit_keys) return false;
  constexpr int keys = kind == CensusKind::pairs ? 2 : 1;
  constexpr int first = kind == CensusKind::deltanet ? 2 : 1;
  const auto one = static_cast<std::int64_t>(plan.one);
  bool outside = false;
  for (int k = 0; k < keys; ++k) {
    std::int64_t squares = 0;
    for (int i = 0; i < n; ++i) {
      const std::int64_t entry = plan.steps[places[k * (n + 1) + first + i]];
      squares += entry * entry;
    }
    outside = outside | (squares > one * one);
  }
  return outside;
}

STATEWRIGHT_ANYWHERE Fate fate_of(std::int32_t period, bool explodes, bool at_zero) {
  if (explodes) return Fate::explodes;
  if (period == 0) return Fate::undecided;
  if (period == 1) return at_zero ? Fate::vanishes : Fate::rests;
  if (period == 2) return Fate::period_2;
  if (period == 3) return Fate::period_3;
  if (period % 2 == 0) return period % 3 == 0 ? Fate::sixfold : Fate::even;
  return period % 3 == 0 ? Fate::triple : Fate::other;
}

/// What becomes of a member, as CensusMember has it.
struct CensusOutcome {
  Fate fate = Fate::undecided;
  std::uint32_t preperiod = 0, period = 0, amplitude = 0, relative = 0, steps = 0;
};

STATEWRIGHT_ANYWHERE CensusOutcome outside_outcome() {
  CensusOutcome outcome;
  outcome.fate = Fate::outside;
  return outcome;
}

[[gnu::always_inline]] inline void raise_best(CensusBest& best, std::uint32_t value,
                                              std::uint64_t member, bool is_first) {
  const bool better =
      value > best.value || (value == best.value && member < best.member) || is_first;
  if (better) best = {value, member};
}

/// CensusResult::add for the loops, less what they count by themselves: members and steps.
/// Inlined, like all that files for special processors share.
[[gnu::always_inline]] inline void add_member(CensusResult& result, const CensusClass& found,
                                              const CensusOutcome& outcome, std::uint64_t member) {
  CensusCell& cell = result.cells[static_cast<std::size_t>(found.spectrum)][found.contracts ? 1 : 0]
                                 [static_cast<std::size_t>(outcome.fate)];
  const bool is_first = cell.count == 0;
  raise_best(cell.period, outcome.period, member, is_first);
  raise_best(cell.amplitude, outcome.amplitude, member, is_first);
  raise_best(cell.relative, outcome.relative, member, is_first);
  if (is_first || member < cell.first) cell.first = member;
  if (outcome.preperiod > cell.longest_preperiod) cell.longest_preperiod = outcome.preperiod;
  ++cell.count;
}

/// From how an orbit ended: a period of 0 means none, explodes the step at which it does, or 0;
/// low and high of each coordinate on the cycle.
template <int n>
STATEWRIGHT_ANYWHERE void outcome_of(const CensusPlan& plan, std::int32_t preperiod,
                                     std::int32_t period, std::int32_t explodes, const float* low,
                                     const float* high, CensusOutcome& outcome) {
  bool at_zero = true;
  for (int i = 0; i < n; ++i) at_zero = at_zero & (low[i] == 0);
  outcome.fate = fate_of(period, explodes != 0, at_zero);
  outcome.preperiod = static_cast<std::uint32_t>(preperiod);
  outcome.period = static_cast<std::uint32_t>(period);
  outcome.amplitude = 0;
  outcome.relative = 0;
  outcome.steps = static_cast<std::uint32_t>(explodes != 0 ? explodes
                                             : period != 0 ? preperiod + period
                                                           : 2 * plan.horizon);
  if (period < 2) return;
  std::int32_t amplitude = 0;
  double widest = 0, largest = 0;
  for (int i = 0; i < n; ++i) {
    const std::int32_t apart = plan.position_of(high[i]) - plan.position_of(low[i]);
    amplitude = apart > amplitude ? apart : amplitude;
    const double from_low = low[i], from_high = high[i];
    double width;
    carrier_subtract(width, from_high, from_low);
    widest = width > widest ? width : widest;
    largest = from_high > largest ? from_high : largest;
    largest = -from_low > largest ? -from_low : largest;
  }
  outcome.amplitude = static_cast<std::uint32_t>(amplitude);
  // largest is not 0: the cycle has two states.
#ifdef __CUDA_ARCH__
  const double quotient = __ddiv_rn(widest, largest);
#else
  const double quotient = widest / largest;
#endif
  outcome.relative = static_cast<std::uint32_t>(quotient * 0x1p20);  // the product is exact
}

/// Members begin, .., end - 1 by vectors of the width in the name.
using CountMembers = void (*)(const CensusPlan&, CensusKind, std::uint64_t begin, std::uint64_t end,
                              CensusResult&);
void count_members_16(const CensusPlan&, CensusKind, std::uint64_t, std::uint64_t, CensusResult&);
void count_members_32(const CensusPlan&, CensusKind, std::uint64_t, std::uint64_t, CensusResult&);
void count_members_64(const CensusPlan&, CensusKind, std::uint64_t, std::uint64_t, CensusResult&);

/// The same for families of one rounding, a member at a time.
void count_members_once(const CensusPlan&, CensusKind, std::uint64_t, std::uint64_t, CensusResult&);

CensusResult census_reference(const CensusFamily& family, std::uint64_t begin, std::uint64_t end);
CensusResult census_cpu(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                        unsigned threads);
/// `devices`: see devices.hpp.
CensusResult census_cuda(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                         const std::vector<int>& devices);

}  // namespace statewright::kernels
