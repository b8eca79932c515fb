#pragma once

#include <optional>

#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// A word on which two machines differ.
struct Difference {
  Word word;          ///< over the letters of the first machine
  std::string left;   ///< label that the first machine gives
  std::string right;  ///< label that the second machine gives
};

/// Nothing if both machines give every word the same label, else a shortest word on which they
/// differ. The machines must have the same letters in the same order (see `align`); labels are
/// compared by name. Hopcroft-Karp union-find with a FIFO queue, which is near-linear and still
/// shortest: if a pair at depth d is skipped because union-find already joins it and word w tells
/// the two apart, then w tells apart some pair along the joining chain, all of depth <= d. Cost:
/// O((n1 + n2) k alpha). Errors: Error{shape} for different alphabets.
std::optional<Difference> find_difference(const Dfa& left, const Dfa& right);

/// Nothing if L(left) is a subset of L(right), else a shortest word in left and not in right.
/// Breadth-first search of the product. Acceptors only, same letters. Cost: O(n1 n2 k).
std::optional<Word> find_not_included(const Dfa& left, const Dfa& right);

/// A shortest (and length-lexicographically first) word with the given output, if there is one.
std::optional<Word> shortest_word(const Dfa& dfa, Output output);

/// Rewrites `dfa` over `letters`, an alphabet that contains all of its letters. New letters lead an
/// acceptor to a rejecting sink. Errors: Error{unsupported} if a Moore machine would need one,
/// Error{shape} if a letter of `dfa` is missing.
Dfa over_alphabet(const Dfa& dfa, const Alphabet& letters);

/// The letters of `left`, followed by those of `right` that it lacks.
Alphabet joined(const Alphabet& left, const Alphabet& right);

}  // namespace statewright::automata
