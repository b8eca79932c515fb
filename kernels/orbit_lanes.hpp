#pragma once

// Internal: orbits by vectors, a candidate for each lane. Included by one file for each width.

#include "kernels/orbit_parts.hpp"
#include "kernels/vectors.hpp"

namespace statewright::kernels {
namespace {

constexpr std::size_t kLanes = sizeof(FloatLanes) / sizeof(float);
typedef float HalfFloats __attribute__((vector_size(STATEWRIGHT_LANE_BYTES / 2)));

template <class V, class T>
void load(V& to, const std::vector<T>& from, std::size_t at) {
  std::memcpy(&to, from.data() + at, sizeof to);
}

template <class V, class T>
void save(const V& from, std::vector<T>& to, std::size_t at) {
  std::memcpy(to.data() + at, &from, sizeof from);
}

STATEWRIGHT_ANYWHERE void widened(DoubleLanes (&to)[2], const FloatLanes& from) {
  HalfFloats half[2];
  std::memcpy(half, &from, sizeof from);
  for (int i = 0; i < 2; ++i) to[i] = __builtin_convertvector(half[i], DoubleLanes);
}

/// is_right for half the lanes: all bits set where it is, and least gaps.
STATEWRIGHT_ANYWHERE void judge(Int64Lanes& right, DoubleLanes& least, const OrbitSector& sector,
                                const DoubleLanes& x, const DoubleLanes& y) {
  DoubleLanes own, before, after;
  orbit_score(own, sector.at, x, y);
  orbit_score(before, sector.before, x, y);
  orbit_score(after, sector.after, x, y);
  right = sector.before_first ? own > before : own >= before;
  right &= sector.after_first ? own > after : own >= after;
  const DoubleLanes none = {};
  right &= own - own == none;
  const DoubleLanes rest_before = own - before, rest_after = own - after;
  const DoubleLanes gap = rest_before < rest_after ? rest_before : rest_after;
  least = gap < least ? gap : least;
}

template <Kind kind>
void run_as(const Constants<float>& format, const double* readout, std::uint32_t m,
            const OrbitSegment& segment, OrbitLanes& lanes) {
  OrbitStep<kind, FloatLanes> step;
  spread(step.format, format);
  const Int32Lanes none = {};
  for (std::size_t at = 0; at < lanes.count; at += kLanes) {
    FloatLanes x, y, c, s, stay_x, stay_y;
    Int32Lanes alive;
    Word32Lanes period;
    DoubleLanes gap[2];
    load(x, lanes.x, at);
    load(y, lanes.y, at);
    load(c, lanes.c, at);
    load(s, lanes.s, at);
    load(stay_x, lanes.stay_x, at);
    load(stay_y, lanes.stay_y, at);
    load(alive, lanes.alive, at);
    std::memcpy(&period, lanes.period.data() + at, sizeof period);
    std::memcpy(gap, lanes.gap.data() + at, sizeof gap);
    if (segment.saves) {
      stay_x = x;
      stay_y = y;
    }
    std::uint32_t k = segment.begin % m, left = m - (segment.begin - segment.stays) % m;
    for (std::uint32_t t = segment.begin + 1; t <= segment.end; ++t) {
      step.turn(c, s, x, y);
      k = k + 1 == m ? 0 : k + 1;
      const OrbitSector sector(readout, m, k);
      DoubleLanes wide_x[2], wide_y[2];
      widened(wide_x, x);
      widened(wide_y, y);
      Int64Lanes halves[2];
      for (int i = 0; i < 2; ++i) judge(halves[i], gap[i], sector, wide_x[i], wide_y[i]);
      // One 32-bit flag for each 64-bit one.
      Int32Lanes right;
      typedef std::int32_t HalfInts __attribute__((vector_size(STATEWRIGHT_LANE_BYTES / 2)));
      const HalfInts narrow[2] = {__builtin_convertvector(halves[0], HalfInts),
                                  __builtin_convertvector(halves[1], HalfInts)};
      std::memcpy(&right, narrow, sizeof right);
      const Int32Lanes goes_on = none - 1;
      alive = ((alive == goes_on) & (right == none)) ? none : alive;
      if (--left == 0) {
        left = m;
        const Int32Lanes recurs = (alive == goes_on) & (x == stay_x) & (y == stay_y);
        alive = recurs != none ? none + 1 : alive;
        const Word32Lanes distance = Word32Lanes{} + (t - segment.stays);
        period = recurs != none ? distance : period;
      }
      if (!any(Int32Lanes(alive == goes_on))) break;
    }
    save(x, lanes.x, at);
    save(y, lanes.y, at);
    save(stay_x, lanes.stay_x, at);
    save(stay_y, lanes.stay_y, at);
    save(alive, lanes.alive, at);
    std::memcpy(lanes.period.data() + at, &period, sizeof period);
    std::memcpy(lanes.gap.data() + at, gap, sizeof gap);
  }
}

/// Several vectors at once: one waits for its own last product most of the time.
template <Kind kind>
void turn_as(const Constants<float>& format, std::uint64_t steps, OrbitLanes& lanes) {
  constexpr std::size_t kAtOnce = 4;
  static_assert(kAtOnce * kLanes <= OrbitLanes::kPadding);
  OrbitStep<kind, FloatLanes> step;
  spread(step.format, format);
  for (std::size_t at = 0; at < lanes.count; at += kAtOnce * kLanes) {
    FloatLanes x[kAtOnce], y[kAtOnce], c[kAtOnce], s[kAtOnce];
    for (std::size_t v = 0; v < kAtOnce; ++v) {
      load(x[v], lanes.x, at + v * kLanes);
      load(y[v], lanes.y, at + v * kLanes);
      load(c[v], lanes.c, at + v * kLanes);
      load(s[v], lanes.s, at + v * kLanes);
    }
    for (std::uint64_t t = 0; t < steps; ++t) {
      for (std::size_t v = 0; v < kAtOnce; ++v) step.turn(c[v], s[v], x[v], y[v]);
    }
    for (std::size_t v = 0; v < kAtOnce; ++v) {
      save(x[v], lanes.x, at + v * kLanes);
      save(y[v], lanes.y, at + v * kLanes);
    }
  }
}

void run_orbits(const Constants<float>& format, const double* readout, std::uint32_t m,
                const OrbitSegment& segment, OrbitLanes& lanes) {
  switch (format.kind) {
    case Kind::cut:
      return run_as<Kind::cut>(format, readout, m, segment, lanes);
    case Kind::plain:
      return run_as<Kind::plain>(format, readout, m, segment, lanes);
    default:
      return run_as<Kind::native>(format, readout, m, segment, lanes);
  }
}

void turn_orbits(const Constants<float>& format, std::uint64_t steps, OrbitLanes& lanes) {
  switch (format.kind) {
    case Kind::cut:
      return turn_as<Kind::cut>(format, steps, lanes);
    case Kind::plain:
      return turn_as<Kind::plain>(format, steps, lanes);
    default:
      return turn_as<Kind::native>(format, steps, lanes);
  }
}

}  // namespace
}  // namespace statewright::kernels
