// What a build without Graphviz has instead of layout_graphviz.cpp.

#include "automata/render/draw.hpp"
#include "core/error.hpp"

namespace statewright::automata {

bool layout_available() noexcept { return false; }

std::string lay_out(std::string_view dot, Picture picture) {
  if (picture == Picture::dot) return std::string(dot);
  throw core::Error({core::Fault::unavailable, "layout", "a build with Graphviz",
                     "a build without it",
                     "write a .dot file instead, or install libgraphviz-dev and configure with "
                     "-DSTATEWRIGHT_WITH_GRAPHVIZ=ON"});
}

}  // namespace statewright::automata
