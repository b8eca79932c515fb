#pragma once

#include <cstdint>
#include <vector>

#include "automata/algebra/monoid.hpp"

namespace statewright::automata::render {

/// Green's classes of a listed monoid, each as a number per element; numbered by first element.
struct MonoidClasses {
  std::vector<std::uint32_t> r, l, d;
  std::uint32_t r_count = 0, l_count = 0, d_count = 0;
};

/// R- and L-classes are the strongly connected components of the right and left Cayley graphs, and
/// D joins them. Cost: O(size * letters).
MonoidClasses monoid_classes(const TransitionMonoid& monoid);

}  // namespace statewright::automata::render
