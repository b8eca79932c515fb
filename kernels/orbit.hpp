#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/backend.hpp"
#include "kernels/format.hpp"

namespace statewright::kernels {

/// A turn of the plane by 2 pi/m as a format holds it. The letters `up` and `down` are
///   up    [[c, -s], [s, c]],   down    [[c, s], [-s, c]],
/// every product and sum rounded:  x' = fl(fl(A_00 x) + fl(A_01 y)),  y' likewise.
struct OrbitRotation {
  std::uint32_t m = 3;
  /// (c, s), values of the format: as rounded, and with last bits changed. NaN: no such change.
  std::vector<std::array<double, 2>> constants;
  /// [m, 2] cosine and sine of 2 pi k/m as doubles. A state decodes to the least k that has the
  /// largest score fl64(fl64(readout_k0 x) + fl64(readout_k1 y)).
  std::vector<double> readout;
};

/// Where an orbit starts, and which of a rotation's constants turn it.
struct OrbitCandidate {
  double x = 1, y = 0;  ///< values of the format
  std::uint32_t constants = 0;
};

/// Candidates, the same for every rotation.
struct OrbitFamily {
  FormatSpec format;
  std::vector<OrbitCandidate> candidates;
  std::uint32_t states = 1024;  ///< N
};

/// What becomes of a candidate. Its states are right as long as they are finite and the state after
/// p letters `up` and q letters `down` decodes to (p - q) mod m.
enum class OrbitFate : std::uint8_t {
  absent,     ///< it has no constants
  refuted,    ///< some state is wrong
  undecided,  ///< right as far as the search went
  locked,     ///< right for ever
};

/// The candidates of one rotation that lock.
struct OrbitTally {
  std::uint64_t locked = 0, undecided = 0;  ///< all others are refuted
  std::uint64_t first = 0;                  ///< if some lock: the first of them
  /// The largest margin, and the first with it. A margin is the least distance of the right score
  /// from the others over the states that are reached, divided by the start's right score; an exact
  /// turn has 1 - cos(2 pi/m).
  std::uint64_t best = 0;
  double margin = 0;

  void add(OrbitFate fate, std::uint64_t candidate, double margin_of) noexcept;
  void merge(const OrbitTally& other) noexcept;
  bool operator==(const OrbitTally&) const = default;
};

struct OrbitResult {
  std::uint64_t tried = 0;   ///< candidates that are not absent
  std::uint64_t cycles = 0;  ///< locked under `up` alone, and in the end in a cycle of m states
  OrbitTally one_letter;     ///< under `up` alone
  OrbitTally all_words;      ///< under all words of `up` and `down`
  void merge(const OrbitResult& other) noexcept;
  bool operator==(const OrbitResult&) const = default;
};

/// One candidate: what the tallies are made of.
struct OrbitMember {
  OrbitFate one_letter = OrbitFate::absent, all_words = OrbitFate::absent;
  std::uint32_t period = 0;  ///< of (state, letters mod m) under `up`, 0 if not locked
  std::uint32_t states = 0;  ///< reached by words of both letters, 0 if not locked
  double one_letter_margin = 0, all_words_margin = 0;  ///< 0 if not locked
};

/// Lock search: under which candidates a rounded rotation counts modulo m for ever.
///
/// One letter: x_0, x_1, .. are followed until one is wrong (refuted) or it is known that x_N
/// recurs after a multiple of m letters, at most N (locked); neither within 2 N letters: undecided.
/// All words: what `up` alone refutes is refuted. Else all states are searched in breadth, `up`
/// before `down`: refuted by a wrong one, undecided at the (N + 1)st that differs in its bits,
/// locked if none is left. Results are those of `rotations`, in their order.
///
/// Errors: Error{unsupported} for formats that are not floating, to nearest-even, with subnormals
/// and -0, of at most 24 bits precision; Error{range} for m outside 3 to 65536, N outside 1 to
/// 2^28, numbers that are no finite values of the format (NaN aside); Error{shape} for readouts and
/// candidates that do not fit; those of resolve; on cuda Error{limit} without the memory.
/// Cost: for each rotation and candidate at most 2 N steps and a search of N states.
std::vector<OrbitResult> orbits(const OrbitFamily& family,
                                const std::vector<OrbitRotation>& rotations, Backend backend,
                                unsigned threads = 0);

/// A single candidate, by the reference.
OrbitMember orbit_member(const OrbitFamily& family, const OrbitRotation& rotation,
                         std::uint64_t candidate);

/// Where all candidates are after `steps` letters `up`, [candidates, 2], right or not; NaN is one,
/// and stands for absent ones. On cuda bf16 and fp16 take packed instructions, two candidates each.
/// Errors: as orbits. Cost: candidates times steps.
std::vector<double> orbit_ends(const OrbitFamily& family, const OrbitRotation& rotation,
                               std::uint64_t steps, Backend backend, unsigned threads = 0);

}  // namespace statewright::kernels
