#pragma once

#include <cstddef>
#include <vector>

#include "automata/algebra/permutation_group.hpp"

namespace statewright::automata {

/// A partition of the points that a transitive group respects: block[q] numbers the block of q, in
/// the order of first points.
using BlockSystem = std::vector<State>;

/// All block systems with more than one block of more than one point each; none for a primitive
/// group. The group must be transitive on its points. Source: Atkinson, "An algorithm for finding
/// the blocks of a permutation group" (1975): the finest system in which given points share a
/// block, by union and find.
std::vector<BlockSystem> block_systems(const PermutationGroup& group);

/// The two groups at work in a block system of an imprimitive group G: G embeds in inner wr outer,
/// and is all of it iff |G| = |inner|^blocks * |outer|.
struct WreathParts {
  PermutationGroup inner;  ///< on the first block, of what leaves that block in its place
  PermutationGroup outer;  ///< on the blocks
};
WreathParts wreath_parts(const PermutationGroup& group, const BlockSystem& blocks);

}  // namespace statewright::automata
