#pragma once

#include <string_view>
#include <vector>

#include "core/number/semantics.hpp"
#include "proofs_check/theorems/limit_cycle.hpp"

namespace statewright::proofs {

/// Cycles of rounding that are too rare for a search of minutes, as a search of some 1e9
/// transitions found them: nothing if none is recorded. Under the word 1^C evaluated as one chunk
/// of chunk:bf16,C=.. they lead to and fro between two states, and so they do under each shorter
/// one. The values are data, not evidence: whoever uses them proves the network.
std::vector<LimitCycle> found_cycles(std::string_view family, const core::Semantics& semantics,
                                     Counting counting);

}  // namespace statewright::proofs
