#pragma once

// Internal: the orbits of census, for numbers in V: a float of a CUDA thread or a vector of floats,
// a matrix for each lane.
//
// Brent's search (1980) finds the period: the state is compared with one that stays while the
// distance grows to the next power of two. What it finds by step T is the period of x_T; else x_T
// itself stays for T steps more. Two states one period apart then meet at the preperiod, and once
// around the cycle gives its extent. All steps are counted per lane, as if it ran alone.

#include "kernels/arithmetic.hpp"
#include "kernels/census.hpp"

namespace statewright::kernels {

/// Whether some flag is not 0; vectors have theirs where they are used.
template <class I>
struct Flags {
  STATEWRIGHT_ANYWHERE static bool any(const I& flags) { return flags != 0; }
};

template <class V>
struct OrbitOf {
  using I = typename Carrier<V>::I;
  I period = {}, preperiod = {};  ///< period 0: none found
  I explodes = {};                ///< not 0: it does
  I steps = {};
  V low[2] = {}, high[2] = {};  ///< of each coordinate on the cycle
};

template <Kind kind, class V>
struct OrbitSearch {
  using I = typename Carrier<V>::I;

  Constants<V> format;
  V a, b, c, d;

  STATEWRIGHT_ANYWHERE void step(V& x, V& y) const {
    V p, q, next;
    multiply<kind>(format, p, a, x);
    multiply<kind>(format, q, b, y);
    add<kind>(format, next, p, q);
    multiply<kind>(format, p, c, x);
    multiply<kind>(format, q, d, y);
    add<kind>(format, y, p, q);
    x = next;
  }

  STATEWRIGHT_ANYWHERE void run(const V& start_x, const V& start_y, std::int32_t horizon,
                                OrbitOf<V>& orbit) const {
    const I none = {}, one = none + 1;
    const V zero = {};
    V x = start_x, y = start_y, stays_x = x, stays_y = y;
    I searching = one;
    std::int32_t distance = 0, power = 1;
    for (std::int32_t t = 1; t <= 2 * horizon && Flags<I>::any(searching); ++t) {
      step(x, y);
      ++distance;
      orbit.steps += searching;
      V difference, sum;
      carrier_subtract(difference, x, x);  // 0 if finite, else NaN
      carrier_subtract(sum, y, y);
      const I wild = (difference == zero ? none : one) | (sum == zero ? none : one);
      const I back = (x == stays_x ? one : none) & (y == stays_y ? one : none);
      const I ends = searching & wild, found = searching & back;
      orbit.explodes |= ends;
      orbit.period = found != none ? none + distance : orbit.period;
      searching = searching & ((wild | back) ^ one);
      if (t < horizon ? distance == power : t == horizon) {
        stays_x = x;
        stays_y = y;
        power *= 2;
        distance = 0;
      }
    }
    const I cyclic = orbit.period != none ? one : none;
    // One of two states goes a period ahead.
    x = stays_x = start_x;
    y = stays_y = start_y;
    for (std::int32_t k = 0;; ++k) {
      const I moves = orbit.period > none + k ? one : none;
      if (!Flags<I>::any(moves)) break;
      V next_x = x, next_y = y;
      step(next_x, next_y);
      x = moves != none ? next_x : x;
      y = moves != none ? next_y : y;
      orbit.steps += moves;
    }
    for (;;) {
      const I apart = (x == stays_x ? none : one) | (y == stays_y ? none : one);
      const I moves = cyclic & apart;
      if (!Flags<I>::any(moves)) break;
      V next_x = x, next_y = y, after_x = stays_x, after_y = stays_y;
      step(next_x, next_y);
      step(after_x, after_y);
      x = moves != none ? next_x : x;
      y = moves != none ? next_y : y;
      stays_x = moves != none ? after_x : stays_x;
      stays_y = moves != none ? after_y : stays_y;
      orbit.preperiod += moves;
      orbit.steps += moves + moves;
    }
    orbit.low[0] = orbit.high[0] = x;
    orbit.low[1] = orbit.high[1] = y;
    for (std::int32_t k = 1;; ++k) {
      const I moves = orbit.period > none + k ? one : none;
      if (!Flags<I>::any(moves)) break;
      step(x, y);
      orbit.steps += moves;
      orbit.low[0] = moves != none ? (x < orbit.low[0] ? x : orbit.low[0]) : orbit.low[0];
      orbit.high[0] = moves != none ? (x > orbit.high[0] ? x : orbit.high[0]) : orbit.high[0];
      orbit.low[1] = moves != none ? (y < orbit.low[1] ? y : orbit.low[1]) : orbit.low[1];
      orbit.high[1] = moves != none ? (y > orbit.high[1] ? y : orbit.high[1]) : orbit.high[1];
    }
  }
};

__extension__ typedef __int128 Int128;

/// What a matrix's class depends on, its entries as whole numbers of the format's least step.
struct SpectrumRule {
  std::int64_t one = 1;  ///< 1 in steps; 0: the format is so coarse that it has none
  bool is_small = true;  ///< 64 bits suffice

  template <class Wide>
  STATEWRIGHT_ANYWHERE static Spectrum spectrum(Wide a, Wide b, Wide c, Wide d) {
    if ((a - d) * (a - d) + 4 * b * c < 0) return Spectrum::complex;
    return a + d >= 0 && a * d - b * c >= 0 ? Spectrum::nonnegative : Spectrum::negative;
  }

  /// Both singular values are at most 1 if the sum of their squares is at most 2 and
  /// (1 - s^2)(1 - t^2) >= 0.
  template <class Wide>
  STATEWRIGHT_ANYWHERE static bool contracts(Wide a, Wide b, Wide c, Wide d, Wide one) {
    const auto large = [&](Wide e) { return e > one || e < -one; };
    if (large(a) || large(b) || large(c) || large(d)) return false;
    const Wide squares = a * a + b * b + c * c + d * d, unit = one * one, det = a * d - b * c;
    return squares <= 2 * unit && unit * unit - squares * unit + det * det >= 0;
  }

  STATEWRIGHT_ANYWHERE void apply(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d,
                                  Spectrum& found, bool& contracting) const {
    if (is_small) {
      found = spectrum<std::int64_t>(a, b, c, d);
      contracting = contracts<std::int64_t>(a, b, c, d, one);
    } else {
      found = spectrum<Int128>(a, b, c, d);
      contracting = contracts<Int128>(a, b, c, d, one);
    }
  }
};

STATEWRIGHT_ANYWHERE Fate fate_of(std::int32_t period, bool explodes, bool at_zero) {
  if (explodes) return Fate::explodes;
  if (period == 0) return Fate::undecided;
  if (period == 1) return at_zero ? Fate::vanishes : Fate::rests;
  if (period == 2) return Fate::period_2;
  if (period == 3) return Fate::period_3;
  if (period % 2 == 0) return Fate::even;
  return period % 3 == 0 ? Fate::triple : Fate::other;
}

/// All that the loops need of a family, for a device too.
struct CensusPlan {
  Constants<float> format;
  SpectrumRule rule;
  float start[2] = {};
  std::int32_t horizon = 256;
  std::uint32_t values = 0;  ///< N
  float value[256] = {};
  std::int64_t steps[256] = {};        ///< the same in the format's least steps
  float step = 1, normal = 1;          ///< least step and least normal number
  std::int32_t shift = 0, offset = 0;  ///< what makes bits of normal numbers positions

  /// Where a value stands among the format's; as position() of format.hpp.
  STATEWRIGHT_ANYWHERE std::int32_t position_of(float x) const {
    const float size = x < 0 ? -x : x;
    std::uint32_t bits;
    bits_of(bits, size);
    const std::int32_t place = size < normal ? static_cast<std::int32_t>(size / step)
                                             : static_cast<std::int32_t>(bits >> shift) - offset;
    return x < 0 ? -place : place;
  }
};

CensusPlan census_plan(const CensusFamily& family);

/// Matrices begin, .., end - 1 by vectors of the width in the name.
using CountMembers = void (*)(const CensusPlan&, std::uint64_t begin, std::uint64_t end,
                              CensusResult&);
void count_members_16(const CensusPlan&, std::uint64_t, std::uint64_t, CensusResult&);
void count_members_32(const CensusPlan&, std::uint64_t, std::uint64_t, CensusResult&);
void count_members_64(const CensusPlan&, std::uint64_t, std::uint64_t, CensusResult&);

CensusResult census_cpu(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                        unsigned threads);
CensusResult census_cuda(const CensusFamily& family, std::uint64_t begin, std::uint64_t end);

}  // namespace statewright::kernels
