#pragma once

#include <string>

#include "core/alphabet.hpp"

namespace statewright::automata::render {

/// A word as the name of an element of a monoid: "1" for the empty word if no letter is called so,
/// else "ε"; "abba"; runs of four and more as powers, "a^5 b"; clipped to `limit` columns.
/// Printable.
std::string word_label(const core::Alphabet& letters, const core::Word& word, std::size_t limit);

}  // namespace statewright::automata::render
