#pragma once

// Internal: the letters and orbits of census, for numbers in V: a float of a CUDA thread or a
// vector of floats, a member for each lane. Letters of one rounding: census_once.hpp.
//
// Each state is compared with the three before it: the first that equals one of them ends a period
// of 1, 2 or 3, which most have, and tells the preperiod. Longer ones are found by Brent's search
// (1980), where the state is compared with one that stays while the distance grows to the next
// power of two: what is found by step T is the period of x_T; else x_T itself stays for T steps
// more. Then two states one period apart meet at the preperiod, and once around the cycle gives its
// extent.

#include "kernels/census_plan.hpp"

// What few orbits need is compiled apart on the CPU, which saves the compilers minutes.
#ifdef __CUDACC__
#define STATEWRIGHT_APART STATEWRIGHT_ANYWHERE
#else
#define STATEWRIGHT_APART [[gnu::noinline]]
#endif

namespace statewright::kernels {

/// Whether some flag is not 0; vectors have theirs where they are used.
template <class I>
struct Flags {
  STATEWRIGHT_ANYWHERE static bool any(const I& flags) { return flags != 0; }
};

/// n numbers in V.
template <class V, int n>
struct StateOf {
  V x[n];
};

/// The letters of a family: what CensusKind says, in its order.
template <CensusKind kind, int n, class V>
struct CensusLetter {
  using Number = V;
  static constexpr int kNumbers = n;
  static constexpr int kParameters = parameters_of(kind, n);
  static constexpr Kind kPlain = Kind::plain;

  Constants<V> format;
  bool adds;
  V p[kParameters], b[n];

  STATEWRIGHT_ANYWHERE void dot(V& sum, const V* a, const V* x) const {
    V product, next;
    multiply<kPlain>(format, sum, a[0], x[0]);
    STATEWRIGHT_UNROLL
    for (int j = 1; j < n; ++j) {
      multiply<kPlain>(format, product, a[j], x[j]);
      add<kPlain>(format, next, sum, product);
      sum = next;
    }
  }

  /// h <- h - k beta (k . h)
  STATEWRIGHT_ANYWHERE void apply_factor(const V& beta, const V* k, V* h) const {
    V s, w, product, next;
    dot(s, k, h);
    multiply<kPlain>(format, w, beta, s);
    STATEWRIGHT_UNROLL
    for (int i = 0; i < n; ++i) {
      multiply<kPlain>(format, product, k[i], w);
      subtract<kPlain>(format, next, h[i], product);
      h[i] = next;
    }
  }

  STATEWRIGHT_ANYWHERE void apply(StateOf<V, n>& state) const {
    V* const h = state.x;
    if constexpr (kind == CensusKind::matrices) {
      StateOf<V, n> next;
      STATEWRIGHT_UNROLL
      for (int i = 0; i < n; ++i) dot(next.x[i], p + i * n, h);
      state = next;
    } else if constexpr (kind == CensusKind::diagonal) {
      STATEWRIGHT_UNROLL
      for (int i = 0; i < n; ++i) {
        V product, next;
        multiply<kPlain>(format, product, p[i], h[i]);
        add<kPlain>(format, next, product, p[n + i]);
        h[i] = next;
      }
    } else if constexpr (kind == CensusKind::deltanet) {
      V s, difference, error, product, next;
      dot(s, p + 2, h);
      subtract<kPlain>(format, difference, p[1], s);
      multiply<kPlain>(format, error, p[0], difference);
      STATEWRIGHT_UNROLL
      for (int i = 0; i < n; ++i) {
        multiply<kPlain>(format, product, p[2 + i], error);
        add<kPlain>(format, next, h[i], product);
        h[i] = next;
      }
    } else {
      apply_factor(p[0], p + 1, h);
      if constexpr (kind == CensusKind::pairs) apply_factor(p[n + 1], p + n + 2, h);
    }
    if constexpr (kind != CensusKind::diagonal && kind != CensusKind::deltanet) {
      if (!adds) return;
      STATEWRIGHT_UNROLL
      for (int i = 0; i < n; ++i) {
        V next;
        add<kPlain>(format, next, h[i], b[i]);
        h[i] = next;
      }
    }
  }
};

template <class V, int n>
struct OrbitOf {
  using I = typename Carrier<V>::I;
  I period = {}, preperiod = {};  ///< period 0: none found
  I explodes = {};                ///< 0, or the step at which it does
  V low[n] = {}, high[n] = {};    ///< of each coordinate on the cycle
};

template <class Letter>
struct OrbitSearch {
  using V = typename Letter::Number;
  using I = typename Carrier<V>::I;
  static constexpr int n = Letter::kNumbers;
  using State = StateOf<V, n>;

  Letter letter;

  /// 1 where all coordinates are equal
  STATEWRIGHT_ANYWHERE static void equal(I& same, const State& a, const State& b) {
    const I none = {}, one = none + 1;
    same = a.x[0] == b.x[0] ? one : none;
    STATEWRIGHT_UNROLL
    for (int i = 1; i < n; ++i) same = same & (a.x[i] == b.x[i] ? one : none);
  }

  STATEWRIGHT_ANYWHERE static void choose(State& to, const I& where, const State& from) {
    const I none = {};
    STATEWRIGHT_UNROLL
    for (int i = 0; i < n; ++i) to.x[i] = where != none ? from.x[i] : to.x[i];
  }

  STATEWRIGHT_ANYWHERE static void widen(State& low, State& high, const State& by) {
    STATEWRIGHT_UNROLL
    for (int i = 0; i < n; ++i) {
      low.x[i] = by.x[i] < low.x[i] ? by.x[i] : low.x[i];
      high.x[i] = by.x[i] > high.x[i] ? by.x[i] : high.x[i];
    }
  }

  STATEWRIGHT_ANYWHERE static void keep_extent(OrbitOf<V, n>& orbit, const I& where,
                                               const State& low, const State& high) {
    const I none = {};
    STATEWRIGHT_UNROLL
    for (int i = 0; i < n; ++i) {
      orbit.low[i] = where != none ? low.x[i] : orbit.low[i];
      orbit.high[i] = where != none ? high.x[i] : orbit.high[i];
    }
  }

  /// Follows orbits for `most` steps: 2 horizon, or at most horizon, which leaves some without end.
  STATEWRIGHT_ANYWHERE void run(const State& start, std::int32_t horizon, std::int32_t most,
                                OrbitOf<V, n>& orbit) const {
    const I none = {}, one = none + 1;
    const V zero = {};
    const V wild = zero + __builtin_nanf("");  // equals nothing
    State now = start, stays = start, before1, before2, before3;
    STATEWRIGHT_UNROLL
    for (int i = 0; i < n; ++i) before1.x[i] = before2.x[i] = wild;
    I searching = one, far = none;
    std::int32_t distance = 0, power = 1;
    for (std::int32_t t = 1; t <= most && Flags<I>::any(searching); ++t) {
      before3 = before2;
      before2 = before1;
      before1 = now;
      letter.apply(now);
      ++distance;
      I ends = none;
      STATEWRIGHT_UNROLL
      for (int i = 0; i < n; ++i) {
        V rest;
        carrier_subtract(rest, now.x[i], now.x[i]);  // 0 if finite, else NaN
        ends = rest == zero ? ends : one;
      }
      orbit.explodes = (searching & ends) != none ? none + t : orbit.explodes;
      I by_search, same;
      equal(by_search, now, stays);
      I period = by_search != none ? none + distance : none;
      equal(same, now, before3);
      period = same != none ? none + 3 : period;
      equal(same, now, before2);
      period = same != none ? none + 2 : period;
      equal(same, now, before1);
      period = same != none ? one : period;
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
        const I close = found & near;
        orbit.period = found != none ? period : orbit.period;
        orbit.preperiod = close != none ? none + t - period : orbit.preperiod;
        far = far | (found & (near ^ one));
        State low = now, high = now, second = now, third = now;
        const I two = period > one ? one : none, three = period > one + 1 ? one : none;
        choose(second, two, before1);
        choose(third, three, before2);
        widen(low, high, second);
        widen(low, high, third);
        keep_extent(orbit, close, low, high);
      }
      searching = searching & ((ends | found) ^ one);
      if (t < horizon ? distance == power : t == horizon) {
        stays = now;
        power *= 2;
        distance = 0;
      }
    }
    if (Flags<I>::any(far)) turn(start, far, orbit);
  }

  STATEWRIGHT_APART void step(State& state) const { letter.apply(state); }

  /// Preperiod and extent of those whose period is known only.
  STATEWRIGHT_APART void turn(const State& start, const I& far, OrbitOf<V, n>& orbit) const {
    const I none = {}, one = none + 1;
    State ahead = start, behind = start;
    const I period = far != none ? orbit.period : none;
    for (std::int32_t k = 0;; ++k) {  // one of two states goes a period ahead
      const I moves = period > none + k ? one : none;
      if (!Flags<I>::any(moves)) break;
      State next = ahead;
      step(next);
      choose(ahead, moves, next);
    }
    for (;;) {
      I same;
      equal(same, ahead, behind);
      const I moves = far & (same ^ one);
      if (!Flags<I>::any(moves)) break;
      State next = ahead, after = behind;
      step(next);
      step(after);
      choose(ahead, moves, next);
      choose(behind, moves, after);
      orbit.preperiod += moves;
    }
    State low = ahead, high = ahead;
    for (std::int32_t k = 1;; ++k) {
      const I moves = period > none + k ? one : none;
      if (!Flags<I>::any(moves)) break;
      step(ahead);
      State here = low;
      choose(here, moves, ahead);
      widen(low, high, here);
    }
    keep_extent(orbit, far, low, high);
  }
};

}  // namespace statewright::kernels
