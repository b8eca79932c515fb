#include "automata/render/monoid_classes.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace statewright::automata::render {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Renumbers by first occurrence; returns how many numbers there are.
std::uint32_t renumber(std::vector<std::uint32_t>& classes) {
  std::vector<std::uint32_t> fresh(classes.size(), kNone);
  std::uint32_t count = 0;
  for (std::uint32_t& c : classes) {
    if (fresh[c] == kNone) fresh[c] = count++;
    c = fresh[c];
  }
  return count;
}

/// Strongly connected components of a graph of `n` nodes and `k` edges from each (Tarjan 1972,
/// without recursion), as the number of a component per node.
template <class Next>
std::vector<std::uint32_t> components(std::size_t n, std::size_t k, const Next& next) {
  struct Frame {
    std::uint32_t node;
    std::size_t edge;
  };
  std::vector<std::uint32_t> index(n, kNone), low(n, 0), component(n, kNone), stack;
  std::uint32_t time = 0, found = 0;
  for (std::uint32_t root = 0; root < n; ++root) {
    if (index[root] != kNone) continue;
    std::vector<Frame> frames = {{root, 0}};
    index[root] = low[root] = time++;
    stack.push_back(root);
    while (!frames.empty()) {
      auto& [node, edge] = frames.back();
      if (edge < k) {
        const std::uint32_t to = next(node, static_cast<Letter>(edge++));
        if (index[to] == kNone) {
          index[to] = low[to] = time++;
          stack.push_back(to);
          frames.push_back({to, 0});
        } else if (component[to] == kNone) {
          low[node] = std::min(low[node], index[to]);
        }
        continue;
      }
      const std::uint32_t done = node;
      frames.pop_back();
      if (!frames.empty()) {
        low[frames.back().node] = std::min(low[frames.back().node], low[done]);
      }
      if (low[done] != index[done]) continue;
      std::uint32_t member = kNone;
      while (member != done) {
        member = stack.back();
        stack.pop_back();
        component[member] = found;
      }
      ++found;
    }
  }
  return component;
}

}  // namespace

MonoidClasses monoid_classes(const TransitionMonoid& monoid) {
  const std::size_t n = monoid.size(), k = monoid.letters();
  MonoidClasses out;
  out.r = components(n, k, [&](std::uint32_t x, Letter a) { return monoid.right(x, a); });
  out.l = components(n, k, [&](std::uint32_t x, Letter a) { return monoid.left(a, x); });
  out.r_count = renumber(out.r);
  out.l_count = renumber(out.l);

  // Two R-classes that share an L-class are one D-class, because R and L commute.
  std::vector<std::uint32_t> parent(out.r_count), of_l(out.l_count, kNone);
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](std::uint32_t c) {
    while (parent[c] != c) c = parent[c] = parent[parent[c]];
    return c;
  };
  for (std::size_t x = 0; x < n; ++x) {
    std::uint32_t& first = of_l[out.l[x]];
    if (first == kNone) first = out.r[x];
    parent[root(out.r[x])] = root(first);
  }
  out.d.resize(n);
  for (std::size_t x = 0; x < n; ++x) out.d[x] = root(out.r[x]);
  out.d_count = renumber(out.d);
  return out;
}

}  // namespace statewright::automata::render
