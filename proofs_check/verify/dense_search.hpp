#pragma once

// Internal to proofs_check/verify: breadth-first search with one bit for every possible pair.

#include <optional>

#include "proofs_check/verify/block_machine.hpp"
#include "proofs_check/verify/workers.hpp"

namespace statewright::proofs {

inline constexpr unsigned kMostDenseBits = 33;

/// Bits of what the search marks as visited, if there are at most kMostDenseBits of them: codes of
/// all layers' states, and the automaton's state unless its label determines it.
std::optional<unsigned> dense_bits(const Question& question, const BlockMachine& machine);

/// The verdict of search_product without rows. Memory: the bitset, and besides it the rows of two
/// successive lengths of words (12 bytes each) or `window_bytes`, whichever is more.
/// Limits::max_states applies if it is set. Errors: std::bad_alloc.
Verdict search_dense(const Question& question, const BlockMachine& machine, Workers& workers,
                     std::uint64_t window_bytes);

}  // namespace statewright::proofs
