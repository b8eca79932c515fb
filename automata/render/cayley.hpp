#pragma once

#include <cstddef>
#include <string>

#include "automata/algebra/monoid.hpp"
#include "core/alphabet.hpp"

namespace statewright::automata {

/// Which elements of a Cayley graph share a colour.
enum class CayleyColour {
  r_classes,  ///< elements that letters lead to one another: its strongly connected parts
  d_classes,  ///< the same, from the left and from the right
};

struct CayleyOptions {
  std::string title = {};
  std::size_t max_elements = 60;  ///< above that: a table of products with letters and a note
  CayleyColour colour = CayleyColour::r_classes;
};

/// The right Cayley graph of a monoid as DOT text: elements under their shortest words, an arrow
/// from x to x a for each letter a, idempotents doubled, pale colours for classes of more than one
/// element. The start arrow points at the identity. Laid out as draw_dfa lays out automata.
/// Deterministic. Cost: O(size * letters).
std::string draw_cayley(const TransitionMonoid& monoid, const Alphabet& letters,
                        const CayleyOptions& options = {});

}  // namespace statewright::automata
