#pragma once

#include <cstddef>
#include <optional>

#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// Which architectures a given network is an instance of. Coordinates that no key joins belong to
/// different heads, so that a diagonal layer has heads of one number each. An architecture of the
/// delta rule writes along its keys only: A = C_m .. C_1 comes with B = sum_j C_m .. C_{j+1} b_j
/// k_j v_j^T for any values v_j, so that every column of B lies in the span of the C_m .. C_{j+1}
/// k_j of its head.
struct NetworkShape {
  std::size_t layers = 0;
  std::size_t dimension = 0;  ///< sum of all layers' numbers
  /// Most factors that one token costs in a layer; absent if some matrix is dense.
  std::optional<std::size_t> factors;
  /// Most factors that one token costs in a head; absent if a matrix is dense, or if some B has a
  /// part that no key of its head writes.
  std::optional<std::size_t> factors_per_head;
  bool diagonal = false;      ///< every factor lies along an axis
  bool non_negative = false;  ///< every factor has its eigenvalue 1 - beta in [0, 1]
  bool operator==(const NetworkShape&) const = default;
};

/// Reads the shape off the transitions, which are taken as they are written: a diagonal matrix
/// written as two reflections that are not along axes is not noticed.
/// Cost: O(table entries * (n^2 + factors * n)) for the layers' n.
NetworkShape shape_of(const core::Model& model);

}  // namespace statewright::automata
