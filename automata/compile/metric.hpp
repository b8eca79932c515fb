#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"

namespace statewright::automata {

/// What letter a does to differences of states, [n - 1, n - 1]: in the basis e_q - e_start (q in
/// order, the start left out) of the sum-zero vectors over n states, column q is
/// e_a(q) - e_a(start). Cost: O(n^2).
core::Matrix<core::Rational> difference_map(const Dfa& dfa, Letter a);

/// A rational inner product G > 0 of differences of states in which every letter is a contraction:
/// G - T_a^T G T_a >= 0 for T_a = difference_map(dfa, a), both verified exactly.
struct Metric {
  core::Matrix<core::Rational> G;
};

/// There is none. If `exact`, because of linear equations that G satisfies for all elements of the
/// transition monoid; otherwise a numerical search says so, which is evidence and no proof.
struct NoMetric {
  bool exact = false;
  std::string evidence;
};

struct MetricUnknown {
  core::LimitHit limit;
};

using MetricSearch = std::variant<Metric, NoMetric, MetricUnknown>;

/// Looks for points for the states of `dfa` (affinely independent ones) on which every letter is an
/// affine contraction; only inner products matter. metric.cpp has the method. Limits: at most 24
/// states (MetricUnknown says so), at most Limits::max_states, by default 3,000, elements of the
/// transition monoid. Deterministic up to the floating point of the search, whose results are never
/// trusted. Cost: up to some seconds at 12 states.
MetricSearch find_metric(const Dfa& dfa, const core::Limits& limits = {});

/// Whether G > 0 and G - T_a^T G T_a >= 0 for every letter, exactly.
bool is_metric(const Dfa& dfa, const core::Matrix<core::Rational>& g);

}  // namespace statewright::automata
