#pragma once

// Internal to proofs_check/bounds: the dynamic programme over the states of one layer.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "proofs_check/bounds/a_priori.hpp"
#include "proofs_check/bounds/upper.hpp"

namespace statewright::proofs {

/// Errors that grow along edges: E(to) <= factor E(from) + delta.
struct ErrorGraph {
  struct Node {
    double radius = 0;       ///< the symbol is right for E < radius,
    bool exact_out = false;  ///< or for E = 0
  };
  struct Edge {
    std::uint32_t from = 0, to = 0;
    double factor = 1, delta = 0;
    double cap = kInfinite;  ///< the inequality holds for E(from) <= cap
    bool exact = false;      ///< E(from) = 0 gives E(to) = 0, whatever cap says
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;  ///< sorted by `from`
  std::uint32_t start = 0;
  double start_error = 0;
};

/// How many edges walks may have so that all nodes on them are right; nothing if not even the start
/// is. See a_priori.hpp: exact for short horizons, a sound extrapolation for long ones.
std::optional<Certified> certify(const ErrorGraph& graph, const core::Limits& limits);

/// The largest t, up to 2^62, for which x, after t times x <- factor x + delta (factor >= 1, delta
/// >= 0), is less than `limit`.
std::uint64_t growth_steps(double x, double factor, double delta, double limit);

}  // namespace statewright::proofs
