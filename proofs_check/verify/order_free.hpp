#pragma once

// Internal to proofs_check/verify: networks whose rounded operations are all exact.

#include <cstdint>
#include <optional>

#include "proofs_check/verify/rounded_search.hpp"

namespace statewright::proofs {

/// Number of pairs that the exact network and the automaton reach, if they agree on all of them and
/// no operation on the way, readouts included, ever rounds, in whatever order sums are formed.
/// Nothing if some operation might round, for semantics other than `stepwise` and for tensor cores,
/// if they disagree, and if there are more than 200,000 pairs or a limit is hit.
std::optional<std::uint64_t> order_free_pairs(const Question& question);

}  // namespace statewright::proofs
