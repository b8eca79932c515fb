#pragma once

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// Boolean operations on acceptors over the same letters. Results are the reachable product, not
/// minimised. Errors: Error{shape} for different alphabets, Error{unsupported} for Moore machines,
/// Error{limit} when a limit is hit. Cost: O(n1 n2 k).
enum class BooleanOp { intersection, union_, difference, symmetric_difference };
Dfa combine(BooleanOp op, const Dfa& left, const Dfa& right, const core::Limits& limits = {});
Dfa complement(const Dfa& dfa);

}  // namespace statewright::automata
