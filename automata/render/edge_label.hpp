#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/alphabet.hpp"

namespace statewright::automata::render {

/// A letter's name as it stands in a picture: printable, clipped, and in double quotes if it could
/// be read as something else (spaces, commas, quotes, "any"). Cost: linear.
std::string letter_name(const core::Alphabet& alphabet, core::Letter letter);

/// What to write on an edge that reads `letters` (ascending, not empty), as lines of about 20
/// columns. The names in the order of the alphabet, joined with commas, with runs of digits,
/// letters or integers as ranges ("a–f"). "any" or "all but x" instead where that is shorter and
/// the list is not short anyway; after ten items of a longer list, "+ 37 more".
/// Cost: linear in the alphabet and the names.
std::vector<std::string> edge_label(const core::Alphabet& alphabet,
                                    std::span<const core::Letter> letters);

}  // namespace statewright::automata::render
