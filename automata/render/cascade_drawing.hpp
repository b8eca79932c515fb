#pragma once

#include <string>

#include "automata/cascade/cascade.hpp"
#include "automata/language/dfa.hpp"

namespace statewright::automata {

struct CascadeDrawingOptions {
  std::string title = {};
  std::size_t max_letters = 12;  ///< rows of a level's table of actions
  std::size_t max_levels = 40;   ///< the rest is summed up in one box
};

/// A cascade as DOT text, levels from top to bottom: size, permutations or resets, group, tiles,
/// and what each letter does to the level's coordinate, over all contexts. Arrows say how many
/// contexts a level tells the next one; the last box is the covering map. Deterministic.
std::string draw_cascade(const Dfa& dfa, const Cascade& cascade,
                         const CascadeDrawingOptions& options = {});

}  // namespace statewright::automata
