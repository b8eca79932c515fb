#pragma once

#include "automata/cascade/cascade.hpp"

namespace statewright::automata {

struct SimplifyOptions {
  /// What is reachable is found by visiting the tuples of coordinates if there are at most so many,
  /// else level by level (check.cpp), which may keep too much.
  std::size_t max_tuples = 2'000;
  /// Whether to leave out what may give a level a group that it did not have: merging levels, and
  /// merging coordinates that occur in different contexts.
  bool keep_groups = false;
};

/// A cascade that follows the same automaton and is no larger, by
///   - dropping contexts, coordinates and entries that no word reaches, and choosing what an action
///     does to coordinates that cannot occur: the identity where possible, else a reset, else a
///     permutation, so that levels become pure resets where they can;
///   - merging two levels that follow each other when together they still are permutation-reset,
///     with no more coordinates than the two had;
///   - merging, from the last level up, coordinates and contexts that nothing tells apart;
///   - dropping levels with one coordinate.
/// Deterministic. Errors: std::logic_error for a cascade in which an entry or a context is missing
/// (check_cascade says where). Cost: (tuples + triples * sizes) * levels * letters set operations.
Cascade simplify(const Cascade& cascade, std::size_t letters, const SimplifyOptions& options = {});

}  // namespace statewright::automata
