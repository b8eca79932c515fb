#include "automata/algebra/orbit.hpp"

#include <algorithm>

namespace statewright::automata::detail {
namespace {

constexpr std::uint32_t kNone = ComponentTree::kNone;

/// Tarjan's algorithm; successor(node, i) for i < degree.
template <class Successor>
std::vector<std::uint32_t> tarjan(std::size_t nodes, std::size_t degree,
                                  const Successor& successor) {
  struct Frame {
    std::uint32_t node, edge;
  };
  std::vector<std::uint32_t> number(nodes, kNone), low(nodes), component(nodes, kNone), stack;
  std::vector<Frame> frames;
  std::uint32_t clock = 0, components = 0;
  for (std::uint32_t start = 0; start < nodes; ++start) {
    if (number[start] != kNone) continue;
    frames.push_back({start, 0});
    number[start] = low[start] = clock++;
    stack.push_back(start);
    while (!frames.empty()) {
      Frame& frame = frames.back();
      const std::uint32_t node = frame.node;
      if (frame.edge < degree) {
        const std::uint32_t to = successor(node, frame.edge++);
        if (number[to] == kNone) {
          number[to] = low[to] = clock++;
          stack.push_back(to);
          frames.push_back({to, 0});
        } else if (component[to] == kNone) {
          low[node] = std::min(low[node], number[to]);
        }
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) low[frames.back().node] = std::min(low[frames.back().node], low[node]);
      if (low[node] != number[node]) continue;
      std::uint32_t member;
      do {
        member = stack.back();
        stack.pop_back();
        component[member] = components;
      } while (member != node);
      ++components;
    }
  }
  return component;
}

Components sorted(std::vector<std::uint32_t> component) {
  Components result;
  std::vector<std::uint32_t> renumbered(component.size(), kNone);
  std::uint32_t count = 0;
  for (std::uint32_t& c : component) {
    if (renumbered[c] == kNone) renumbered[c] = count++;
    c = renumbered[c];
  }
  result.begin.assign(count + 1, 0);
  for (const std::uint32_t c : component) ++result.begin[c + 1];
  for (std::uint32_t c = 0; c < count; ++c) result.begin[c + 1] += result.begin[c];
  result.members.resize(component.size());
  std::vector<std::uint32_t> place(result.begin.begin(), result.begin.end() - 1);
  for (std::uint32_t node = 0; node < component.size(); ++node) {
    result.members[place[component[node]]++] = node;
  }
  result.of = std::move(component);
  return result;
}

/// For each member, the first letter and the member after it on a shortest way to the root; and
/// where positions go along that way.
struct WaysHome {
  std::vector<std::uint32_t> after;
  std::vector<Letter> letter;
  std::vector<State> map;  // [members, rank]
};

WaysHome ways_home(const std::vector<std::uint32_t>& next, std::size_t letters,
                   const Components& components, const ComponentTree& tree, const EdgeMap& edge) {
  const std::size_t count = tree.members.size(), r = tree.rank;
  const std::uint32_t component = components.of[tree.members[0]];
  struct Edge {
    std::uint32_t target, source;
    Letter letter;
  };
  std::vector<Edge> edges;
  for (std::uint32_t m = 0; m < count; ++m) {
    for (Letter a = 0; a < letters; ++a) {
      const std::uint32_t to = next[tree.members[m] * letters + a];
      if (components.of[to] != component) continue;
      edges.push_back({static_cast<std::uint32_t>(tree.place(to)), m, a});
    }
  }
  std::stable_sort(edges.begin(), edges.end(),
                   [](const Edge& x, const Edge& y) { return x.target < y.target; });
  std::vector<std::size_t> begin(count + 1, 0);
  for (const Edge& e : edges) ++begin[e.target + 1];
  for (std::size_t m = 0; m < count; ++m) begin[m + 1] += begin[m];

  WaysHome ways{std::vector<std::uint32_t>(count, kNone), std::vector<Letter>(count),
                std::vector<State>(count * r)};
  for (std::size_t i = 0; i < r; ++i) ways.map[i] = static_cast<State>(i);
  std::vector<std::uint32_t> queue = {0};
  std::vector<State> step(r);
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::uint32_t target = queue[head];
    for (std::size_t e = begin[target]; e < begin[target + 1]; ++e) {
      const std::uint32_t source = edges[e].source;
      if (source == 0 || ways.after[source] != kNone) continue;
      ways.after[source] = target;
      ways.letter[source] = edges[e].letter;
      edge(tree.members[source], edges[e].letter, step.data());
      for (std::size_t i = 0; i < r; ++i) {
        ways.map[source * r + i] = ways.map[target * r + step[i]];
      }
      queue.push_back(source);
    }
  }
  return ways;
}

core::Integer factorial(std::size_t n) {
  core::Integer result = 1;
  for (std::size_t i = 2; i <= n; ++i) result *= i;
  return result;
}

}  // namespace

Components strong_components(const std::vector<std::uint32_t>& next, std::size_t nodes,
                             std::size_t degree) {
  return sorted(tarjan(nodes, degree, [&](std::uint32_t node, std::uint32_t i) {
    return next[std::size_t{node} * degree + i];
  }));
}

Components strong_components(const std::vector<std::uint32_t>& first,
                             const std::vector<std::uint32_t>& second, std::size_t nodes,
                             std::size_t degree) {
  return sorted(tarjan(nodes, 2 * degree, [&](std::uint32_t node, std::uint32_t i) {
    return i < degree ? first[std::size_t{node} * degree + i]
                      : second[std::size_t{node} * degree + i - degree];
  }));
}

std::size_t ComponentTree::place(std::uint32_t node) const {
  return static_cast<std::size_t>(std::lower_bound(members.begin(), members.end(), node) -
                                  members.begin());
}

ComponentTree component_tree(const std::vector<std::uint32_t>& next, std::size_t letters,
                             const Components& components, std::uint32_t component,
                             std::size_t rank, const EdgeMap& edge) {
  ComponentTree tree;
  const std::size_t count = components.size(component);
  tree.rank = rank;
  tree.members.assign(components.members.begin() + components.begin[component],
                      components.members.begin() + components.begin[component + 1]);
  tree.parent.assign(count, kNone);
  tree.letter.resize(count);
  tree.to.resize(count * rank);
  tree.from.resize(count * rank);
  for (std::size_t i = 0; i < rank; ++i) tree.to[i] = tree.from[i] = static_cast<State>(i);
  std::vector<std::uint32_t> queue = {0};
  std::vector<State> step(rank);
  for (std::size_t head = 0; head < queue.size() && queue.size() < count; ++head) {
    const std::uint32_t m = queue[head];
    for (Letter a = 0; a < letters; ++a) {
      const std::uint32_t node = next[tree.members[m] * letters + a];
      if (components.of[node] != component) continue;
      const auto target = static_cast<std::uint32_t>(tree.place(node));
      if (target == 0 || tree.parent[target] != kNone) continue;
      tree.parent[target] = m;
      tree.letter[target] = a;
      edge(tree.members[m], a, step.data());
      for (std::size_t i = 0; i < rank; ++i) {
        const State position = step[tree.to[m * rank + i]];
        tree.to[target * rank + i] = position;
        tree.from[target * rank + position] = static_cast<State>(i);
      }
      queue.push_back(target);
    }
  }
  return tree;
}

std::variant<LoopGroup, core::LimitHit> loop_group(const std::vector<std::uint32_t>& next,
                                                   std::size_t letters,
                                                   const Components& components,
                                                   const ComponentTree& tree, const EdgeMap& edge,
                                                   core::Meter& meter) {
  const std::size_t r = tree.rank;
  LoopGroup result{PermutationGroup(r, {}), {}};
  if (r < 2) return result;
  const std::uint32_t component = components.of[tree.members[0]];
  const WaysHome ways = ways_home(next, letters, components, tree, edge);
  const core::Integer everything = factorial(r);
  const Transformation identity = identity_transformation(r);
  std::vector<Transformation> generators;
  std::vector<State> step(r);
  Transformation loop(r), last = identity;
  for (std::uint32_t m = 0; m < tree.members.size(); ++m) {
    if (auto hit = meter.check(m)) return std::move(*hit);
    for (Letter a = 0; a < letters; ++a) {
      const std::uint32_t node = next[tree.members[m] * letters + a];
      if (components.of[node] != component) continue;
      const auto target = static_cast<std::uint32_t>(tree.place(node));
      edge(tree.members[m], a, step.data());
      for (std::size_t i = 0; i < r; ++i) {
        loop[i] = ways.map[target * r + step[tree.to[m * r + i]]];
      }
      if (loop == identity || loop == last || result.group.contains(loop)) continue;
      last = loop;
      generators.push_back(loop);
      result.group = PermutationGroup(r, generators);
      std::vector<Letter> word;
      for (std::uint32_t up = m; up != 0; up = tree.parent[up]) word.push_back(tree.letter[up]);
      std::reverse(word.begin(), word.end());
      word.push_back(a);
      for (std::uint32_t home = target; home != 0; home = ways.after[home]) {
        word.push_back(ways.letter[home]);
      }
      result.loops.push_back(std::move(word));
      if (result.group.order() == everything) return result;
    }
  }
  return result;
}

}  // namespace statewright::automata::detail
