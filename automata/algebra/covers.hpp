#pragma once

// Internal: which nodes of a graph without cycles lie right below each other.

#include <cstdint>
#include <vector>

namespace statewright::automata::detail {

/// below[v]: nodes to which edges lead from v, without v. The answer keeps those edges v -> w for
/// which no path v -> .. -> w of two or more edges exists, ascending: the covers of the order in
/// which w < v if a path leads from v to w.
/// Errors: none; the graph must not have cycles. Cost: O(nodes * edges / 64) time, nodes^2 bits.
std::vector<std::vector<std::uint32_t>> covers_of(
    const std::vector<std::vector<std::uint32_t>>& below);

}  // namespace statewright::automata::detail
