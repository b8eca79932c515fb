#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "automata/algebra/monoid.hpp"
#include "automata/algebra/orbit.hpp"

namespace statewright::automata {

/// Green's relations of a listed monoid: R-, L- and D-classes (in a finite monoid D = J) as the
/// strongly connected components of the right, the left and both Cayley graphs together. Classes
/// are numbered by their least elements, so D-class 0 is that of the identity.
struct GreenClasses {
  detail::Components r, l, d;  ///< of[element]; members of class c: members[begin[c]..begin[c+1])
};

/// Cost: O(size * letters) time, 24 bytes an element kept.
GreenClasses green_classes(const TransitionMonoid& monoid);

/// One D-class as a grid: rows are R-classes, columns L-classes, a cell is an H-class. Rows and
/// columns come in the order of their least elements.
struct EggBox {
  struct Cell {
    MonoidElement element = 0;  ///< the least of the H-class, so the one with the least word
    std::optional<MonoidElement> idempotent;  ///< if there is one, the H-class is a group
    Word word;                                ///< of `element`, if asked for
  };
  std::size_t rank = 0;  ///< states in the image of each element
  std::size_t rows = 0, columns = 0;
  std::size_t h_order = 0;                          ///< elements in each H-class
  std::vector<std::uint32_t> r_classes, l_classes;  ///< [rows], [columns] as in GreenClasses
  std::vector<Cell> cells;                          ///< [rows, columns] row-major

  const Cell& cell(std::size_t row, std::size_t column) const {
    return cells[row * columns + column];
  }
  /// Whether it has an idempotent; then every row and every column has one.
  bool regular() const;
};

/// The D-class with number `d_class` < classes.d.size(), drawn out. Cost: O(elements of the class *
/// (degree + log)) and the words if `words`. Errors: Error{range} for no such class.
EggBox egg_box(const TransitionMonoid& monoid, const GreenClasses& classes, std::uint32_t d_class,
               bool words = false);

}  // namespace statewright::automata
