#pragma once

// Internal to proofs_check/verify: one letter.

#include "proofs_check/verify/block_machine.hpp"

namespace statewright::proofs {

/// Decides about all words a^k in constant memory; the proof has cycle and states but no rows.
/// `machine`: what evaluates the semantics, or null, then RoundedModel does.
/// Limits::max_states applies, to the letters read, if it is set.
Verdict search_cycle(const Question& question, const BlockMachine* machine);

}  // namespace statewright::proofs
