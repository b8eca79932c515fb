#pragma once

// Internal: the orbits of census, for numbers in V: a float of a CUDA thread or a vector of floats,
// a matrix for each lane.
//
// Each state is compared with the three before it: the first that equals one of them ends a period
// of 1, 2 or 3, which most have, and tells the preperiod. Longer ones are found by Brent's search
// (1980), where the state is compared with one that stays while the distance grows to the next
// power of two: what is found by step T is the period of x_T; else x_T itself stays for T steps
// more. Then two states one period apart meet at the preperiod, and once around the cycle gives its
// extent.

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
  I explodes = {};                ///< 0, or the step at which it does
  V low[2] = {}, high[2] = {};    ///< of each coordinate on the cycle
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

  STATEWRIGHT_ANYWHERE static void widen(V& low, V& high, const V& x) {
    low = x < low ? x : low;
    high = x > high ? x : high;
  }

  STATEWRIGHT_ANYWHERE void run(const V& start_x, const V& start_y, std::int32_t horizon,
                                OrbitOf<V>& orbit) const {
    const I none = {}, one = none + 1;
    const V zero = {};
    const V wild = zero + __builtin_nanf("");  // equals nothing
    V x = start_x, y = start_y, stays_x = x, stays_y = y;
    V x1 = wild, x2 = wild, x3 = wild, y1 = wild, y2 = wild, y3 = wild;
    I searching = one, far = none;
    std::int32_t distance = 0, power = 1;
    for (std::int32_t t = 1; t <= 2 * horizon && Flags<I>::any(searching); ++t) {
      x3 = x2;
      x2 = x1;
      x1 = x;
      y3 = y2;
      y2 = y1;
      y1 = y;
      step(x, y);
      ++distance;
      V rest;
      carrier_subtract(rest, x, x);  // 0 if finite, else NaN
      I ends = rest == zero ? none : one;
      carrier_subtract(rest, y, y);
      ends = rest == zero ? ends : one;
      orbit.explodes = (searching & ends) != none ? none + t : orbit.explodes;
      I period = (x == stays_x ? one : none) & (y == stays_y ? one : none);
      const I by_search = period;
      period = period != none ? none + distance : period;
      period = ((x == x3 ? one : none) & (y == y3 ? one : none)) != none ? none + 3 : period;
      period = ((x == x2 ? one : none) & (y == y2 ? one : none)) != none ? none + 2 : period;
      period = ((x == x1 ? one : none) & (y == y1 ? one : none)) != none ? one : period;
      // Seen for the first time, x_{t - period} .. x_t is the first turn.
      const I near = (period > none ? one : none) & (period < none + 4 ? one : none);
      I found = near | by_search;
      if (t > horizon) {  // x_T must be on the cycle, and its period at most T
        period = period < none + (t - horizon) ? none : period;
        period = period > none + horizon ? none : period;
        found = period != none ? found : none;
      }
      found = found & searching;
      if (Flags<I>::any(found)) {
        const I now = found & near;
        orbit.period = found != none ? period : orbit.period;
        orbit.preperiod = now != none ? none + t - period : orbit.preperiod;
        far = far | (found & (near ^ one));
        V low = x, high = x, low_y = y, high_y = y;
        V second = period > one ? x1 : x, third = period > one + 1 ? x2 : x;
        widen(low, high, second);
        widen(low, high, third);
        second = period > one ? y1 : y;
        third = period > one + 1 ? y2 : y;
        widen(low_y, high_y, second);
        widen(low_y, high_y, third);
        orbit.low[0] = now != none ? low : orbit.low[0];
        orbit.high[0] = now != none ? high : orbit.high[0];
        orbit.low[1] = now != none ? low_y : orbit.low[1];
        orbit.high[1] = now != none ? high_y : orbit.high[1];
      }
      searching = searching & ((ends | found) ^ one);
      if (t < horizon ? distance == power : t == horizon) {
        stays_x = x;
        stays_y = y;
        power *= 2;
        distance = 0;
      }
    }
    if (Flags<I>::any(far)) turn(start_x, start_y, far, orbit);
  }

  /// Preperiod and extent of those whose period is known only.
  STATEWRIGHT_ANYWHERE void turn(const V& start_x, const V& start_y, const I& far,
                                 OrbitOf<V>& orbit) const {
    const I none = {}, one = none + 1;
    V x = start_x, y = start_y, behind_x = x, behind_y = y;
    const I period = far != none ? orbit.period : none;
    for (std::int32_t k = 0;; ++k) {  // one of two states goes a period ahead
      const I moves = period > none + k ? one : none;
      if (!Flags<I>::any(moves)) break;
      V next_x = x, next_y = y;
      step(next_x, next_y);
      x = moves != none ? next_x : x;
      y = moves != none ? next_y : y;
    }
    for (;;) {
      const I apart = (x == behind_x ? none : one) | (y == behind_y ? none : one);
      const I moves = far & apart;
      if (!Flags<I>::any(moves)) break;
      V next_x = x, next_y = y, after_x = behind_x, after_y = behind_y;
      step(next_x, next_y);
      step(after_x, after_y);
      x = moves != none ? next_x : x;
      y = moves != none ? next_y : y;
      behind_x = moves != none ? after_x : behind_x;
      behind_y = moves != none ? after_y : behind_y;
      orbit.preperiod += moves;
    }
    V low = x, high = x, low_y = y, high_y = y;
    for (std::int32_t k = 1;; ++k) {
      const I moves = period > none + k ? one : none;
      if (!Flags<I>::any(moves)) break;
      step(x, y);
      const V here = moves != none ? x : low, here_y = moves != none ? y : low_y;
      widen(low, high, here);
      widen(low_y, high_y, here_y);
    }
    orbit.low[0] = far != none ? low : orbit.low[0];
    orbit.high[0] = far != none ? high : orbit.high[0];
    orbit.low[1] = far != none ? low_y : orbit.low[1];
    orbit.high[1] = far != none ? high_y : orbit.high[1];
  }
};

__extension__ typedef __int128 Int128;

/// What a matrix's class depends on, its entries as whole numbers of the format's least step.
struct SpectrumRule {
  std::int64_t one = 1;  ///< 1 in steps; 0: the format is so coarse that it has none
  bool is_small = true;  ///< 64 bits suffice

  template <class Wide>
  STATEWRIGHT_ANYWHERE static Spectrum spectrum(Wide a, Wide b, Wide c, Wide d) {
    const bool real = (a - d) * (a - d) + 4 * b * c >= 0;
    const bool nonnegative = (a + d >= 0) & (a * d - b * c >= 0);
    return static_cast<Spectrum>(real ? 1 + (nonnegative ? 1 : 0) : 0);
  }

  /// Both singular values are at most 1 if the sum of their squares is at most 2 and
  /// (1 - s^2)(1 - t^2) >= 0.
  template <class Wide>
  STATEWRIGHT_ANYWHERE static bool contracts(Wide a, Wide b, Wide c, Wide d, Wide one) {
    bool large = false;
    Wide* const entries[] = {&a, &b, &c, &d};
    for (Wide* const e : entries) {
      const bool beyond = (*e > one) | (*e < -one);
      large = large | beyond;
      *e = beyond ? 0 : *e;
    }
    const Wide squares = a * a + b * b + c * c + d * d, unit = one * one, det = a * d - b * c;
    return !large & (squares <= 2 * unit) & (unit * unit - squares * unit + det * det >= 0);
  }

  template <class Wide>
  STATEWRIGHT_ANYWHERE void apply_in(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d,
                                     Spectrum& found, bool& contracting) const {
    found = spectrum<Wide>(a, b, c, d);
    contracting = contracts<Wide>(a, b, c, d, one);
  }

  STATEWRIGHT_ANYWHERE void apply(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d,
                                  Spectrum& found, bool& contracting) const {
    if (is_small) return apply_in<std::int64_t>(a, b, c, d, found, contracting);
    apply_in<Int128>(a, b, c, d, found, contracting);
  }
};

/// How many steps an orbit takes until it recurs, explodes or is given up.
STATEWRIGHT_ANYWHERE std::uint32_t steps_of(std::int32_t preperiod, std::int32_t period,
                                            std::int32_t explodes, std::int32_t horizon) {
  if (explodes != 0) return static_cast<std::uint32_t>(explodes);
  return static_cast<std::uint32_t>(period != 0 ? preperiod + period : 2 * horizon);
}

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
