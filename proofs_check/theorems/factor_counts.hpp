#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/limits.hpp"

namespace statewright::proofs {

/// How many factors drawn matrices of one kind and size take (householder.hpp).
struct FactorCounts {
  std::string kind;  ///< "permutations", "orthogonal", "symmetric contractions", "contractions"
  std::size_t n = 0;
  std::uint64_t drawn = 0;
  std::uint64_t at_rank = 0;  ///< rank(A - I) factors, the fewest there can be
  std::uint64_t above = 0;    ///< the least number is known, and is more
  std::uint64_t open = 0;     ///< only bounds are known
  std::size_t most = 0;       ///< factors of the longest product that was needed or found
  std::size_t promised = 0;   ///< what Proposition 1 says is enough

  bool agrees() const { return most <= promised; }
};

/// Factors `count` random rational matrices of each kind, n = 2, .., `largest`, and multiplies
/// every exact product out. A function of the arguments alone. Limits: rows are cut short. Errors:
/// std::logic_error if a product is not its matrix. Cost: that of factorise for each.
std::vector<FactorCounts> factor_counts(std::size_t largest, std::uint64_t count,
                                        const core::Limits& limits = {});

}  // namespace statewright::proofs
