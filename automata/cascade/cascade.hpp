#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// What one letter does to the coordinate of a level: a permutation of its values or a constant.
struct LevelAction {
  bool reset = false;
  std::uint32_t target = 0;                 ///< of a reset
  std::vector<std::uint32_t> permutation;   ///< [size] of anything else: coordinate c becomes permutation[c]
  bool operator==(const LevelAction&) const = default;
};

/// One permutation-reset component of a cascade. What it must know of the levels above is their
/// *context*, a number: level 0 has the one context 0, and the context of the next level is a
/// function of the context and the coordinate of this one. In a holonomy decomposition a context is
/// the set of states that the coordinates so far leave possible, so there are as many as reachable
/// image sets, not as many as tuples of coordinates (reference: automata.md 3.4).
struct CascadeLevel {
  std::uint32_t size = 1;       ///< coordinates 0, .., size - 1
  std::uint32_t contexts = 1;   ///< of the levels above
  std::uint32_t start = 0;      ///< coordinate before the first letter
  /// [contexts * size] the context of the next level, or kNoContext where that coordinate cannot
  /// occur in that context.
  std::vector<std::uint32_t> below;

  /// The action under `letter` when the context above was `before` and becomes `after`.
  struct Entry {
    std::uint32_t before = 0, after = 0;
    Letter letter = 0;
    LevelAction action;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> entries;   ///< reachable triples, sorted by (before, after, letter)
  std::string group;            ///< name of the group that the permutations generate, "1" if trivial
  std::string note;             ///< "tiles of {0,1,2,3}", for people
};
inline constexpr std::uint32_t kNoContext = 0xffffffffU;

/// A cascade of permutation-reset components with its covering map. At a letter every level, top
/// first, looks up the action for (context before, context after, letter), both contexts being those
/// of the levels above it, and applies it to its coordinate. The context below the last level
/// determines the automaton's state: state[context]. That is the covering map, and reading a word
/// then decoding is decoding then reading it: check_cascade.
struct Cascade {
  std::string method;           ///< "holonomy", "holonomy of 3 quotients side by side", ..
  std::string source;           ///< citation
  std::vector<CascadeLevel> levels;
  std::vector<State> state;     ///< [contexts below the last level]
};

/// The coordinates of all levels, top first.
using Coordinates = std::vector<std::uint32_t>;
Coordinates start_of(const Cascade& cascade);
/// One letter. Errors: std::logic_error if an entry is missing (an invalid cascade).
Coordinates step(const Cascade& cascade, const Coordinates& coordinates, Letter letter);
State decode(const Cascade& cascade, const Coordinates& coordinates);

}  // namespace statewright::automata
