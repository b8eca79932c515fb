#pragma once

#include <cstddef>
#include <string>

#include "automata/algebra/green.hpp"
#include "automata/algebra/monoid.hpp"
#include "core/alphabet.hpp"

namespace statewright::automata {

struct EggboxOptions {
  std::string title = {};
  std::size_t max_cells = 144;    ///< of one D-class that is drawn cell by cell
  std::size_t max_classes = 120;  ///< D-classes drawn; the rest is counted in a note
};

/// The D-classes of a monoid as DOT text, the identity on top, joined along the J-order where
/// `green.covers` is known. A class is a table: rows are R-classes, columns L-classes, a cell is an
/// H-class with its shortest words; cells with an idempotent are groups, shaded and starred, and
/// carry the group's name if it is not trivial. Classes of too many cells, and all classes if
/// `monoid` is null, are summed up in one box. `monoid` must be the monoid that `green` is about.
/// Deterministic. Cost: O(size * letters) with a monoid, else O(classes).
std::string draw_eggbox(const GreenStructure& green, const TransitionMonoid* monoid,
                        const Alphabet& letters, const EggboxOptions& options = {});

}  // namespace statewright::automata
