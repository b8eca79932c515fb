#pragma once

// Internal: what the definitions of orbit share.
//
// Under one letter the states are followed by Brent's method (1980) in units of m letters: each is
// compared, a multiple of m letters later, with one that stays, from letter (2^j - 1) m to (2^{j+1}
// - 1) m; at the N-th letter x_N itself stays, for N letters. A state on a cycle that all is right
// on is right for ever, so that the first to recur ends the search, and the distance is the period.
//
// A state that is right is compared with the scores of k - 1 and k + 1 alone. This is the same as
// with all: with theta the state's angle less 2 pi k/m, both comparisons say |theta| <= pi/m up to
// what rounding of scores may hide (some 2^-50), or that the state is 0; and then the other
// directions, at least 3 pi/m - 2^-50 away, score less by 4 (pi/m)^2 of its length, more than 2^-28
// of it. A tie belongs to the lesser number.

#include <algorithm>
#include <vector>

#include "kernels/arithmetic.hpp"
#include "kernels/constants.hpp"
#include "kernels/orbit.hpp"

namespace statewright::kernels {

/// Letters begin + 1, .., end, compared with the state after `stays` letters; `saves`: the state
/// after `begin` letters is the one that stays, from here on.
struct OrbitSegment {
  std::uint32_t begin = 0, end = 0, stays = 0;
  bool saves = false;
};

/// The segments of a search, cut where those that ended are sorted out.
std::vector<OrbitSegment> orbit_segments(std::uint32_t m, std::uint32_t states);

/// One step for numbers in V.
template <Kind kind, class V>
struct OrbitStep {
  Constants<V> format;

  STATEWRIGHT_ANYWHERE void row(V& to, const V& a, const V& x, const V& b, const V& y) const {
    V p, q;
    multiply<kind>(format, p, a, x);
    multiply<kind>(format, q, b, y);
    add<kind>(format, to, p, q);
  }

  /// `up` for (c, s), `down` for (c, -s).
  STATEWRIGHT_ANYWHERE void turn(const V& c, const V& s, V& x, V& y) const {
    const V minus = -s;
    V next;
    row(next, c, x, minus, y);
    row(y, s, x, c, y);
    x = next;
  }
};

/// The three directions that decide whether a state is that of k letters.
struct OrbitSector {
  double at[2], before[2], after[2];
  bool before_first, after_first;  ///< that neighbour has a lesser number, to which ties belong

  STATEWRIGHT_ANYWHERE OrbitSector(const double* readout, std::uint32_t m, std::uint32_t k) {
    const std::uint32_t p = k == 0 ? m - 1 : k - 1, q = k + 1 == m ? 0 : k + 1;
    for (int i = 0; i < 2; ++i) {
      at[i] = readout[2 * k + i];
      before[i] = readout[2 * p + i];
      after[i] = readout[2 * q + i];
    }
    before_first = p < k;
    after_first = q < k;
  }
};

/// fl64(fl64(w_0 x) + fl64(w_1 y))
template <class D>
STATEWRIGHT_ANYWHERE void orbit_score(D& score, const double* w, const D& x, const D& y) {
  const D none = {};
  const D w0 = w[0] - none, w1 = w[1] - none;
  D p, q;
  carrier_multiply(p, w0, x);
  carrier_multiply(q, w1, y);
  carrier_add(score, p, q);
}

/// Whether a finite state decodes as it should; if so, `gap` is how far its score is from others.
STATEWRIGHT_ANYWHERE bool is_right(const OrbitSector& sector, double x, double y, double& gap) {
  double own, before, after;
  orbit_score(own, sector.at, x, y);
  orbit_score(before, sector.before, x, y);
  orbit_score(after, sector.after, x, y);
  const bool beats_before = sector.before_first ? own > before : own >= before;
  const bool beats_after = sector.after_first ? own > after : own >= after;
  double rest_before, rest_after;
  carrier_subtract(rest_before, own, before);
  carrier_subtract(rest_after, own, after);
  gap = rest_before < rest_after ? rest_before : rest_after;
  double finite;
  carrier_subtract(finite, own, own);
  return beats_before & beats_after & (finite == 0);
}

/// All states that words of both letters reach, in breadth, in memory of the caller's.
template <Kind kind>
struct OrbitClosure {
  OrbitStep<kind, float> step;
  const double* readout = nullptr;
  std::uint32_t m = 3, most = 1, mask = 1;  ///< N; size of the table less 1

  struct State {
    float x, y;
  };
  State* queue = nullptr;           ///< [most]
  std::uint32_t* counts = nullptr;  ///< [most] letters up less letters down, mod m
  std::uint32_t* table = nullptr;   ///< [mask + 1] place in the queue + 1, all 0 at first

  STATEWRIGHT_ANYWHERE static std::uint32_t hash(float x, float y) {
    std::uint32_t a, b;
    bits_of(a, x);
    bits_of(b, y);
    std::uint64_t z = (std::uint64_t{a} << 32 | b) * 0x9E37'79B9'7F4A'7C15;
    z = (z ^ z >> 29) * 0xBF58'476D'1CE4'E5B9;
    return static_cast<std::uint32_t>(z >> 32);
  }

  STATEWRIGHT_ANYWHERE static bool same_bits(float a, float b) {
    std::uint32_t p, q;
    bits_of(p, a);
    bits_of(q, b);
    return p == q;
  }

  /// Returns how it ended; `size` states are in the queue then. The start is right.
  STATEWRIGHT_ANYWHERE OrbitFate run(float c, float s, float x, float y, double& gap,
                                     std::uint32_t& size) const {
    size = 1;
    queue[0] = {x, y};
    counts[0] = 0;
    table[hash(x, y) & mask] = 1;
    double least;
    is_right(OrbitSector(readout, m, 0), x, y, least);
    for (std::uint32_t at = 0; at < size; ++at) {
      for (int letter = 0; letter < 2; ++letter) {
        const State from = queue[at];
        float to_x = from.x, to_y = from.y;
        step.turn(c, letter == 0 ? s : -s, to_x, to_y);
        const std::uint32_t k = counts[at];
        const std::uint32_t count = letter == 0 ? (k + 1 == m ? 0 : k + 1) : (k == 0 ? m : k) - 1;
        double own;
        if (!is_right(OrbitSector(readout, m, count), to_x, to_y, own)) return OrbitFate::refuted;
        // As long as all is right a state tells its count.
        std::uint32_t place = hash(to_x, to_y) & mask;
        bool seen = false;
        for (; table[place] != 0 && !seen; place = (place + 1) & mask) {
          const State& other = queue[table[place] - 1];
          seen = same_bits(other.x, to_x) && same_bits(other.y, to_y);
        }
        if (seen) continue;
        if (size == most) return OrbitFate::undecided;
        least = own < least ? own : least;
        queue[size] = {to_x, to_y};
        counts[size] = count;
        table[place] = ++size;
      }
    }
    gap = least;
    return OrbitFate::locked;
  }
};

/// Least size of a closure's table: a power of 2, at most half of it used.
inline std::uint32_t orbit_table_size(std::uint32_t states) {
  std::uint32_t size = 2;
  while (size < 2 * states) size *= 2;
  return size;
}

/// Candidates that go on, those of one rotation, array by array; arrays are filled up to whole
/// vectors.
struct OrbitLanes {
  std::vector<float> x, y, c, s, stay_x, stay_y;
  std::vector<double> gap;
  std::vector<std::int32_t> alive;  ///< -1: goes on, 0: wrong, 1: recurs
  std::vector<std::uint32_t> period, candidate;
  std::size_t count = 0;

  static constexpr std::size_t kPadding = 64;  ///< more than any loop takes at once
  void resize(std::size_t candidates);
  /// Keeps those that go on, in order.
  void sort_out();
};

/// Runs a segment, for all candidates, by vectors of the width in the name.
using RunOrbits = void (*)(const Constants<float>& format, const double* readout, std::uint32_t m,
                           const OrbitSegment& segment, OrbitLanes& lanes);
void run_orbits_16(const Constants<float>&, const double*, std::uint32_t, const OrbitSegment&,
                   OrbitLanes&);
void run_orbits_32(const Constants<float>&, const double*, std::uint32_t, const OrbitSegment&,
                   OrbitLanes&);
void run_orbits_64(const Constants<float>&, const double*, std::uint32_t, const OrbitSegment&,
                   OrbitLanes&);

/// Turns all candidates by so many letters `up`.
using TurnOrbits = void (*)(const Constants<float>& format, std::uint64_t steps, OrbitLanes& lanes);
void turn_orbits_16(const Constants<float>&, std::uint64_t, OrbitLanes&);
void turn_orbits_32(const Constants<float>&, std::uint64_t, OrbitLanes&);
void turn_orbits_64(const Constants<float>&, std::uint64_t, OrbitLanes&);

/// The format as floats compute in it.
Constants<float> orbit_constants(const FormatSpec& format);

/// The start's right score, by which gaps become margins.
inline double orbit_margin(double gap, const OrbitRotation& rotation,
                           const OrbitCandidate& candidate) {
  double own;
  orbit_score(own, rotation.readout.data(), candidate.x, candidate.y);
  return gap / own;
}

std::vector<OrbitResult> orbits_cpu(const OrbitFamily& family,
                                    const std::vector<OrbitRotation>& rotations, unsigned threads);
std::vector<double> orbit_ends_cpu(const OrbitFamily& family, const OrbitRotation& rotation,
                                   std::uint64_t steps, unsigned threads);
/// Only where resolve() says cuda. `devices`: see devices.hpp. `seconds`, if not null: what the
/// turning itself took, on the device that took longest.
std::vector<OrbitResult> orbits_cuda(const OrbitFamily& family,
                                     const std::vector<OrbitRotation>& rotations,
                                     const std::vector<int>& devices);
std::vector<double> orbit_ends_cuda(const OrbitFamily& family, const OrbitRotation& rotation,
                                    std::uint64_t steps, const std::vector<int>& devices,
                                    double* seconds = nullptr);

}  // namespace statewright::kernels
