#pragma once

// Internal to proofs_check/verify: the dense search of kernels::reach, on processors or GPUs.

#include "kernels/backend.hpp"
#include "proofs_check/verify/rounded_search.hpp"

namespace statewright::proofs {

/// The verdict of search_dense by kernels::reach, without rows. `backend` is cpu or cuda.
/// Limits::max_states applies if it is set, at the end of a level of words of one length. What does
/// not fit into memory is Unknown, with the bytes wanted and there.
/// Errors: those of kernels::resolve; Error{unsupported} for semantics that kernels::network_of
/// does not take (but for exact readouts, which it does) and for more than 2^36 pairs.
Verdict search_with_kernels(const Question& question, kernels::Backend backend);

/// Whether search_with_kernels takes the question.
bool kernels_take(const Question& question);

}  // namespace statewright::proofs
