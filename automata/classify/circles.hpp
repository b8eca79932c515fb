#pragma once

#include <optional>

#include "automata/classify/language_facts.hpp"
#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// Words that lead around circles of states, by what theorems ask for.
struct Circles {
  std::optional<Circle> any;     ///< of a shortest word found
  std::optional<Circle> brief;   ///< of a word of at most two letters
  std::optional<Circle> letter;  ///< a longest one of a single letter
  std::optional<Circle> odd;     ///< of a length that is no power of 2, of a shortest word found
};

/// Searches short words: letters, pairs of letters, then breadth-first over the maps of words.
/// Gives up after about `max_work` steps of the automaton, so that absence is no proof; presence
/// is. Deterministic. Memory: as many numbers as half of `max_work`.
Circles find_circles(const Dfa& dfa, std::size_t max_work = 20'000'000);

/// The circles of one map of the states, each in its order, those of a single state left out, the
/// least state of each first. Cost: O(states).
std::vector<std::vector<State>> circles_of(const Transformation& map);

}  // namespace statewright::automata
