#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/verdict.hpp"

namespace statewright::automata {

/// What one letter does to the coordinate of a level: a permutation of its values or a constant.
struct LevelAction {
  bool reset = false;
  std::uint32_t target = 0;                ///< of a reset
  std::vector<std::uint32_t> permutation;  ///< [size] of anything else: c becomes permutation[c]
  std::uint32_t operator()(std::uint32_t c) const { return reset ? target : permutation[c]; }
  bool operator==(const LevelAction&) const = default;
};

/// One permutation-reset component of a cascade. What it must know of the levels above is their
/// *context*, a number: level 0 has the one context 0, and the context of the next level is a
/// function of the context and the coordinate of this one. In a holonomy decomposition a context is
/// the set of states that the coordinates so far leave possible, so there are as many as reachable
/// image sets, not as many as tuples of coordinates (reference: automata.md 3.4).
struct CascadeLevel {
  std::uint32_t size = 1;      ///< coordinates 0, .., size - 1
  std::uint32_t contexts = 1;  ///< of the levels above
  std::uint32_t start = 0;     ///< coordinate before the first letter
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
  std::vector<Entry> entries;  ///< reachable triples, sorted by (before, after, letter)
  /// Names of the groups that the permutations generate: "1" if there are none but the identity,
  /// "S4", or "S3 | Z2" where components with different groups share the level.
  std::string group;
  std::string note;  ///< "tiles of {0,1,2,3}", for people

  std::uint32_t below_at(std::uint32_t context, std::uint32_t coordinate) const {
    return below[std::size_t{context} * size + coordinate];
  }
  /// The action, or nullptr where there is no entry. Cost: O(log entries).
  const LevelAction* find(std::uint32_t before, std::uint32_t after, Letter letter) const;
  bool operator==(const CascadeLevel&) const = default;
};
inline constexpr std::uint32_t kNoContext = 0xffffffffU;

/// A cascade of permutation-reset components with its covering map. At a letter every level, top
/// first, looks up the action for (context before, context after, letter), both contexts being
/// those of the levels above it, and applies it to its coordinate. The context below the last level
/// determines the automaton's state: state[context]. That is the covering map, and reading a word
/// then decoding is decoding then reading it: check_cascade.
struct Cascade {
  std::string method;  ///< "holonomy, levels by subduction depth", ..
  std::string source;  ///< citation
  std::vector<CascadeLevel> levels;
  std::vector<State> state;  ///< [contexts below the last level]; one state if there are no levels
  bool operator==(const Cascade&) const = default;
};

/// Whether every action is the identity or a reset: an aperiodic component. Cost: O(entries *
/// size).
bool is_pure_reset(const CascadeLevel& level);

/// What CascadeLevel::group says: contexts in which the coordinate matters and which permutations
/// join are one component, and the names of their groups are listed once each, sorted.
std::string name_groups(const CascadeLevel& level);

/// The coordinates of all levels, top first.
using Coordinates = std::vector<std::uint32_t>;
struct CoordinatesHash {
  std::size_t operator()(const Coordinates& coordinates) const noexcept {
    std::uint64_t mixed = 0;
    for (const std::uint32_t c : coordinates) {
      mixed = (mixed ^ c) * 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio
      mixed ^= mixed >> 29U;
    }
    return mixed;
  }
};
Coordinates start_of(const Cascade& cascade);
/// One letter. Errors: std::logic_error if an entry is missing (an invalid cascade).
Coordinates step(const Cascade& cascade, const Coordinates& coordinates, Letter letter);
/// Errors: std::logic_error if the coordinates cannot occur.
State decode(const Cascade& cascade, const Coordinates& coordinates);

/// Checks foreign data, whatever words may come: sizes that fit, `below`, starts, targets and
/// states in range, permutations that are permutations, entries sorted and without repetition.
/// Errors: Error{shape} or Error{range} at `where`.
void validate(const Cascade& cascade, const Dfa& dfa, std::string_view where = "cascade");

/// Why a cascade covers an automaton, for words of every length.
struct CascadeProof {
  /// Whether the short argument was enough, one induction per level over (context before, context
  /// after, letter); else all reachable tuples of coordinates were visited.
  bool by_levels = true;
  std::uint64_t checked = 0;  ///< triples, or tuples times letters
};

/// A shortest word after which the cascade does not say the automaton's state.
struct CascadeMismatch {
  Word word;
  State expected = 0;  ///< the automaton's
  std::string found;   ///< "state 3", or "level 2: no entry for contexts 4 -> 1 and letter b"
};

/// Decides whether decode(start) is the start and decode(step(x, a)) = delta(decode(x), a) for
/// every reachable x and letter a, so that the cascade follows the automaton on all words. The
/// induction over levels is tried first: at each level the pairs (context, coordinate) and from
/// them the triples (before, after, letter) of the next are closed, which includes all that is
/// reachable, and below the last level state[after] = delta(state[before], letter) is looked at. If
/// that fails, a breadth-first search of the tuples decides. Limits: max_states counts tuples.
/// Errors: those of validate. Cost: triples * level sizes, then tuples * letters * levels.
core::Verdict<CascadeProof, CascadeMismatch> check_cascade(const Dfa& dfa, const Cascade& cascade,
                                                           const core::Limits& limits = {});

}  // namespace statewright::automata
