#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "automata/algebra/transformation.hpp"
#include "automata/compile/elementary.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// What blocks of b letters do to points, where letter a replaces what stands at point f by what
/// stands at pull[a][f], and every product of b letters has at most b elementary factors: a machine
/// that applies one factor a letter keeps up.
struct LetterBlocks {
  std::size_t length = 0;             ///< b
  std::vector<std::uint32_t> letter;  ///< [letters] which action, 0 the identity
  std::size_t actions = 1;            ///< distinct ones, the identity included
  std::vector<Transformation> maps;   ///< of words of up to b letters, shortest words first
  /// [maps of words below b letters][actions] the map of the word with one more letter
  std::vector<std::vector<std::uint32_t>> longer;
  std::vector<std::size_t> up_to;                ///< [b + 1] number of maps of so many letters
  std::vector<std::vector<Elementary>> factors;  ///< [maps] as elementary_factors gives them
};

/// No length fits: some product of the longest blocks takes `factors` of them.
struct NoBlockFits {
  std::size_t factors = 0;
};

/// The first of `lengths` (ascending, at least 1) that fits. Limits::max_states counts maps.
/// Cost: O(maps actions points log maps).
std::variant<LetterBlocks, NoBlockFits, core::LimitHit> letter_blocks(
    const std::vector<Transformation>& pull, const std::vector<std::size_t>& lengths,
    const core::Limits& limits);

}  // namespace statewright::automata
