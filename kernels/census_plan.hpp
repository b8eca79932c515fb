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

constexpr int kMostParameters = 16;

STATEWRIGHT_ANYWHERE constexpr int parameters_of(CensusKind kind, int n) {
  return kind == CensusKind::matrices   ? n * n
         : kind == CensusKind::diagonal ? 2 * n
         : kind == CensusKind::deltanet ? n + 2
                                        : 2 * (n + 1);
}

struct CensusPlan {
  Constants<float> format;  ///< of kind plain
  float start[4] = {};
  std::int32_t horizon = 256;
  std::uint32_t n = 2;
  std::uint32_t values = 0;                   ///< how many the format has
  std::uint32_t from[kMostParameters] = {};   ///< the place of a parameter's least value among them
  std::uint32_t count[kMostParameters] = {};  ///< how many values it has
  bool drawn = false;
  std::uint64_t seed = 0;
  std::uint64_t one = 1;       ///< 1 in the format's least steps; 0: the format is so coarse
  bool is_small = true;        ///< 64 bits suffice for the classes of 2 x 2 matrices
  float step = 1, normal = 1;  ///< least step and least normal number
  std::int32_t shift = 0, offset = 0;  ///< what makes bits of normal numbers positions
  float value[256] = {};
  std::int64_t steps[256] = {};  ///< the same in the format's least steps

  /// Where a value stands among the format's; as position() of format.hpp.
  STATEWRIGHT_ANYWHERE std::int32_t position_of(float x) const {
    const float size = x < 0 ? -x : x;
    std::uint32_t bits;
    bits_of(bits, size);
    const std::int32_t place = size < normal ? static_cast<std::int32_t>(size / step)
                                             : static_cast<std::int32_t>(bits >> shift) - offset;
    return x < 0 ? -place : place;
  }

  /// The places of a member's parameters, so many, among the format's values.
  template <int size>
  STATEWRIGHT_ANYWHERE void decode(std::uint64_t member, std::uint32_t* places) const {
    if (drawn) {
      const WordKeys keys = word_keys(seed, member);
      std::uint64_t draw = 0;
      STATEWRIGHT_UNROLL
      for (int j = 0; j < size; ++j) {
        draw = j % 2 == 0 ? keys.draw(static_cast<std::uint64_t>(j / 2)) : draw >> 32;
        const std::uint64_t product = (draw & 0xFFFF'FFFF) * count[j];
        places[j] = from[j] + static_cast<std::uint32_t>(product >> 32);
      }
      return;
    }
    STATEWRIGHT_UNROLL
    for (int j = size - 1; j >= 0; --j) {
      const std::uint64_t quotient = member / count[j];
      places[j] = from[j] + static_cast<std::uint32_t>(member - quotient * count[j]);
      member = quotient;
    }
  }
};

/// Of a family that check_family allows.
CensusPlan census_plan(const CensusFamily& family);

/// The values that each parameter may take, ascending.
std::vector<std::vector<double>> parameter_values(const CensusFamily& family);

/// Spectrum and norm of a member, `places` being those of its parameters.
struct CensusClass {
  Spectrum spectrum = Spectrum::complex;
  bool contracts = false;
};
CensusClass census_class_of(const CensusPlan& plan, CensusKind kind, const std::uint32_t* places);

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

CensusResult census_reference(const CensusFamily& family, std::uint64_t begin, std::uint64_t end);
CensusResult census_cpu(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                        unsigned threads);
CensusResult census_cuda(const CensusFamily& family, std::uint64_t begin, std::uint64_t end);

}  // namespace statewright::kernels
