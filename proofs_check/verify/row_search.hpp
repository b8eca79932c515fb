#pragma once

// Internal to proofs_check/verify: breadth-first search over hash-consed rows.

#include <optional>

#include "proofs_check/verify/block_machine.hpp"
#include "proofs_check/verify/workers.hpp"

namespace statewright::proofs {

/// Searches until there are more than `most` rows, when it gives up and returns nothing. The
/// verdict is that of search_product, whatever the number of workers.
std::optional<Verdict> search_rows(const Question& question, const BlockMachine& machine,
                                   Workers& workers, const core::Limits& limits,
                                   std::uint64_t kept_rows, std::uint64_t most);

}  // namespace statewright::proofs
