#pragma once

#include <cstddef>
#include <optional>

#include "core/number/format.hpp"
#include "proofs_check/theorems/chunk_count.hpp"

namespace statewright::proofs {

/// A DeltaNet letter with beta in [0, 1] on five numbers that counts modulo `modulus` in
/// chunk:F,C=`letters`, by a coordinate that goes down one step with every letter in chunks that
/// begin with it above a threshold, and up modulus - 1 steps in the others.
/// Nothing if the format has too few bits for it: about 2^p >= modulus * letters is needed.
/// Deterministic; at most a few thousand parameters are tried.
std::optional<ChunkCount> relaxation_count(const core::Format& format, std::size_t letters,
                                           std::size_t modulus);

}  // namespace statewright::proofs
