#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace statewright::automata {

/// The strongly connected component of each of `n` nodes, numbered sinks first: an edge between
/// components leads to a smaller number. `successors(p)` gives an indexable list of nodes. Tarjan's
/// algorithm with its own stack. Cost: O(nodes + edges).
template <class Successors>
std::vector<std::uint32_t> strong_components(std::uint32_t n, Successors successors) {
  constexpr std::uint32_t kNone = 0xffffffffU;
  std::vector<std::uint32_t> component(n, kNone), index(n, kNone), low(n, 0), open;
  struct Frame {
    std::uint32_t node;
    std::size_t next;
  };
  std::vector<Frame> stack;
  std::uint32_t count = 0, components = 0;
  for (std::uint32_t root = 0; root < n; ++root) {
    if (index[root] != kNone) continue;
    stack.push_back({root, 0});
    while (!stack.empty()) {
      const std::uint32_t p = stack.back().node;
      if (index[p] == kNone) {
        index[p] = low[p] = count++;
        open.push_back(p);
      }
      const auto& list = successors(p);
      if (stack.back().next < list.size()) {
        const std::uint32_t q = list[stack.back().next++];
        if (index[q] == kNone) {
          stack.push_back({q, 0});
        } else if (component[q] == kNone) {
          low[p] = std::min(low[p], index[q]);
        }
        continue;
      }
      stack.pop_back();
      if (!stack.empty()) low[stack.back().node] = std::min(low[stack.back().node], low[p]);
      if (low[p] != index[p]) continue;
      while (component[p] == kNone) {
        component[open.back()] = components;
        open.pop_back();
      }
      ++components;
    }
  }
  return component;
}

}  // namespace statewright::automata
