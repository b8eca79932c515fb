#pragma once

#include <cstdint>
#include <vector>

#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// A map of {0, .., n-1} into itself, as the image of each point. Products are read like words,
/// from left to right: (x y)[q] = y[x[q]], "first x, then y".
using Transformation = std::vector<State>;

Transformation identity_transformation(std::size_t degree);

/// First x, then y. Cost: O(degree).
Transformation then(const Transformation& x, const Transformation& y);

/// The map of each letter on the states, [letters][states].
std::vector<Transformation> letter_maps(const Dfa& dfa);

/// The map of a word on the states; the identity for the empty word.
Transformation word_map(const Dfa& dfa, const Word& word);

}  // namespace statewright::automata
