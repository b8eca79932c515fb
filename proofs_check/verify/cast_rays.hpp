#pragma once

// Internal to proofs_check/verify: the cast model where exact states never recur.

#include <optional>

#include "proofs_check/verify/rounded_search.hpp"

namespace statewright::proofs {

/// A proof over rays instead of states, for `cast:F` with F rounding to nearest and one layer of
/// rational letters without additions: see cast_rays.cpp. Nothing where this does not decide;
/// Limits::max_states bounds the rays, of which 10,000 are tried at most.
std::optional<Proof> cast_rays(const Question& question);

}  // namespace statewright::proofs
