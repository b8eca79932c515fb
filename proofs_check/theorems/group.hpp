#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// A network that a theorem promises, with the verdict about it.
struct PromisedNetwork {
  std::string flags;  ///< of `statewright compile`
  Model model;
  core::Cost cost;
  Verdict verdict;
};

/// What a letter costs in Theorem 3.
struct LetterCost {
  core::Letter letter = 0;
  std::size_t moved_states = 0;        ///< states of the minimal automaton that it moves
  std::size_t moved_points = 0;        ///< of the n points
  std::size_t swaps = 0;               ///< n - #cycles on these points: factors that are enough
  std::optional<std::size_t> factors;  ///< in the compiled network
};

/// Theorem 3 (and 6) for one language.
struct GroupTheorem {
  automata::Language minimal;
  std::string group;
  core::Integer order;
  /// Points of the least faithful permutation representation, the theorem's n; absent where the
  /// search was given up.
  std::optional<std::size_t> points;
  std::string points_limit;                    ///< then why
  std::vector<LetterCost> letters;             ///< moved_points and swaps are 0 without `points`
  PromisedNetwork network;                     ///< Theorem 3: one layer
  std::optional<PromisedNetwork> reflections;  ///< Theorem 6, cyclic groups of at most 60 elements

  std::size_t most_moved_states() const;
  std::size_t most_moved_points() const;
  std::size_t most_swaps() const;
};

/// Runs the compilers that prove Theorem 3 (and 6) on a group language and verifies what they
/// build. Errors: Error{unsupported} for a language that is no group language, naming a letter and
/// two states it merges. Limits: verdicts are unknown, `points` is absent.
GroupTheorem check_group_theorem(const automata::Language& language,
                                 const core::Limits& limits = {});

/// Names of group languages that the theorem is tried on: cyclic, dihedral, alternating and
/// symmetric groups, with one letter for each element or with generators only.
const std::vector<std::string>& group_languages();

}  // namespace statewright::proofs
