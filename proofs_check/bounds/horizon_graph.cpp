#include "proofs_check/bounds/horizon_graph.hpp"

#include <algorithm>
#include <chrono>

namespace statewright::proofs {
namespace {

/// Relaxed edges before the horizon is extrapolated: well below a second.
constexpr std::uint64_t kExactWork = 4'000'000;
constexpr std::uint64_t kBlockWork = 2'000'000;
constexpr std::uint64_t kLongestBlock = 4096;
constexpr std::uint64_t kMost = std::uint64_t{1} << 62;

/// All nodes taken together, from errors of at most `largest` after `done` letters.
Certified extrapolate(const ErrorGraph& graph, double largest, std::uint64_t done) {
  double limit = kInfinite, factor = 0, delta = 0;
  for (const auto& node : graph.nodes) limit = std::min(limit, node.radius);
  for (const auto& edge : graph.edges) {
    limit = std::min(limit, edge.cap);
    factor = std::max(factor, edge.factor);
    delta = std::max(delta, edge.delta);
  }
  if (factor < 1) {
    // x -> factor x + delta maps [0, fixed] into itself.
    const double fixed = std::max(largest, div_up(delta, add_down(1, -factor)));
    if (fixed < limit) return {true, 0};
    factor = 1;
  }
  // What a block of letters adds, from no error anywhere, and how it multiplies.
  const std::size_t edges = std::max<std::size_t>(graph.edges.size(), 1);
  const std::uint64_t block = std::clamp<std::uint64_t>(kBlockWork / edges, 1, kLongestBlock);
  std::vector<double> error(graph.nodes.size(), 0), next;
  double power = 1;
  for (std::uint64_t i = 0; i < block; ++i) {
    next = error;
    for (const auto& edge : graph.edges) {
      next[edge.to] =
          std::max(next[edge.to], add_up(mul_up(edge.factor, error[edge.from]), edge.delta));
    }
    std::swap(error, next);
    power = mul_up(power, factor);
  }
  const double added = *std::max_element(error.begin(), error.end());
  const std::uint64_t blocks = growth_steps(largest, power, added, limit);
  if (blocks == kMost) return {false, kMost};
  return {false, std::min(kMost, done + blocks * std::min(block, kMost / (blocks + 1)))};
}

}  // namespace

std::uint64_t growth_steps(double x, double factor, double delta, double limit) {
  struct Map {
    double factor, delta;
    double operator()(double y) const { return add_up(mul_up(factor, y), delta); }
  };
  if (!(x < limit)) return 0;
  std::vector<Map> powers = {{factor, delta}};  // of 1, 2, 4, .. steps
  while (powers.size() < 62 && powers.back()(x) < limit) {
    const Map& half = powers.back();
    powers.push_back({mul_up(half.factor, half.factor), half(half.delta)});
  }
  if (powers.size() == 62 && powers.back()(x) < limit) return kMost;
  std::uint64_t steps = 0;
  for (std::size_t k = powers.size(); k-- > 0;) {
    if (const double y = powers[k](x); y < limit) {
      x = y;
      steps += std::uint64_t{1} << k;
    }
  }
  return steps;
}

std::optional<Certified> certify(const ErrorGraph& graph, const core::Limits& limits) {
  const auto is_right = [&](std::uint32_t node, double error) {
    return error < graph.nodes[node].radius || (error == 0 && graph.nodes[node].exact_out);
  };
  if (!is_right(graph.start, graph.start_error)) return {};
  std::vector<std::size_t> first(graph.nodes.size() + 1, 0);
  for (const auto& edge : graph.edges) ++first[edge.from + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];

  // error[r]: the largest that any word so far can have at r; -1: no word so far ends at r.
  std::vector<double> error(graph.nodes.size(), -1), raised(graph.nodes.size(), -1);
  error[graph.start] = graph.start_error;
  std::vector<std::uint32_t> frontier = {graph.start}, touched;
  std::uint64_t letters = 0, work = 0;
  while (!frontier.empty()) {
    touched.clear();
    for (const std::uint32_t from : frontier) {
      for (std::size_t i = first[from]; i < first[from + 1]; ++i) {
        const auto& edge = graph.edges[i];
        double after = kInfinite;
        if (error[from] == 0 && edge.exact) {
          after = 0;
        } else if (error[from] <= edge.cap) {
          after = add_up(mul_up(edge.factor, error[from]), edge.delta);
        }
        if (after <= error[edge.to] || after <= raised[edge.to]) continue;
        if (raised[edge.to] < 0) touched.push_back(edge.to);
        raised[edge.to] = after;
      }
      work += first[from + 1] - first[from] + 1;
    }
    for (const std::uint32_t node : touched) {
      if (!is_right(node, raised[node])) return Certified{false, letters};
    }
    for (const std::uint32_t node : touched) {
      error[node] = raised[node];
      raised[node] = -1;
    }
    std::swap(frontier, touched);
    ++letters;
    if (work > kExactWork || ((letters & 255U) == 0 && limits.is_over())) {
      const double largest = std::max(0.0, *std::max_element(error.begin(), error.end()));
      return extrapolate(graph, largest, letters);
    }
  }
  return Certified{true, 0};
}

}  // namespace statewright::proofs
