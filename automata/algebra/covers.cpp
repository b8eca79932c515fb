#include "automata/algebra/covers.hpp"

#include <utility>

namespace statewright::automata::detail {
namespace {

/// Nodes so that edges lead from later to earlier ones. Depth first, without recursion.
std::vector<std::uint32_t> lowest_first(const std::vector<std::vector<std::uint32_t>>& below) {
  std::vector<std::uint32_t> order;
  std::vector<bool> seen(below.size());
  std::vector<std::pair<std::uint32_t, std::size_t>> stack;
  for (std::uint32_t start = 0; start < below.size(); ++start) {
    if (seen[start]) continue;
    seen[start] = true;
    stack.emplace_back(start, 0);
    while (!stack.empty()) {
      auto& [node, edge] = stack.back();
      if (edge == below[node].size()) {
        order.push_back(node);
        stack.pop_back();
        continue;
      }
      const std::uint32_t next = below[node][edge++];
      if (seen[next]) continue;
      seen[next] = true;
      stack.emplace_back(next, 0);
    }
  }
  return order;
}

}  // namespace

std::vector<std::vector<std::uint32_t>> covers_of(
    const std::vector<std::vector<std::uint32_t>>& below) {
  const std::size_t count = below.size(), words = (count + 63) / 64;
  std::vector<std::uint64_t> reach(count * words, 0);  // [nodes] sets of all nodes below
  std::vector<std::uint64_t> farther(words);
  std::vector<std::vector<std::uint32_t>> covers(count);
  for (const std::uint32_t v : lowest_first(below)) {
    farther.assign(words, 0);
    for (const std::uint32_t w : below[v]) {
      for (std::size_t i = 0; i < words; ++i) farther[i] |= reach[w * words + i];
    }
    std::uint64_t* mine = reach.data() + v * words;
    for (const std::uint32_t w : below[v]) mine[w / 64] |= std::uint64_t{1} << w % 64;
    for (std::uint32_t w = 0; w < count; ++w) {
      const bool direct = (mine[w / 64] >> w % 64 & 1U) != 0;
      if (direct && (farther[w / 64] >> w % 64 & 1U) == 0) covers[v].push_back(w);
    }
    for (std::size_t i = 0; i < words; ++i) mine[i] |= farther[i];
  }
  return covers;
}

}  // namespace statewright::automata::detail
