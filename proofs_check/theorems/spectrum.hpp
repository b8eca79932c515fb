#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/verdict.hpp"
#include "proofs_check/theorems/eigenvalue.hpp"
#include "proofs_check/theorems/squares.hpp"

namespace statewright::proofs {

/// Coordinates in an order, cut into blocks of consecutive ones, so that A is block triangular:
/// A(order[i], order[j]) = 0 wherever i is in an earlier block than j. The eigenvalues of A are
/// those of its diagonal blocks.
struct BlockOrder {
  std::vector<std::size_t> order;  ///< [n], a permutation
  std::vector<std::size_t> sizes;  ///< of the blocks; add up to n

  bool is_triangular() const noexcept { return sizes.size() == order.size(); }
  bool operator==(const BlockOrder&) const = default;
};

/// The finest such order that serves all of the matrices, [n, n] each: strongly connected
/// components of the union of their patterns. Cost: O(n^3) bit operations.
BlockOrder block_order(const std::vector<core::Matrix<core::Real>>& matrices, std::size_t n);

/// Why the eigenvalues of one block are as demanded. M is the block scaled by a positive number to
/// coprime integers.
struct BlockProof {
  enum class Kind {
    entry,      ///< a block of one number
    symmetric,  ///< M = M^T; nonnegative: M is positive semidefinite
    hankel,     ///< its trace-Hankel matrix H_0, nonnegative: and H_1, is positive semidefinite
    field,      ///< the same with irrational entries: decided in the field, without evidence
  };
  Kind kind = Kind::entry;
  std::vector<SumOfSquares> squares;  ///< of M, or of H_0, or of H_0 and H_1
};

/// All eigenvalues are as demanded.
struct SpectrumProof {
  /// The transition is a product of at most two symmetric factors that make it so: one factor; or
  /// two of which one is positive semidefinite (nonnegative: both).
  bool by_factors = false;
  BlockOrder order;                ///< unless by_factors
  std::vector<BlockProof> blocks;  ///< in the order of order.sizes
};

/// Some eigenvalue is not.
struct SpectrumViolation {
  std::optional<Eigenvalue> eigenvalue;  ///< known except for irrational blocks of size above 2
  std::vector<std::size_t> block;        ///< coordinates of the block that has it
  /// If trace-Hankel matrices have decided: q^T H_r q < 0, where M is that block as above.
  std::optional<std::size_t> hankel;  ///< r
  std::vector<core::Integer> q;
};

/// The decision, and by what.
struct Spectrum {
  /// "identity", "diagonal", "single factor", "two factors", "triangular", "symmetric",
  /// "trace-Hankel"; of several blocks the most general that was needed.
  std::string method;
  core::Verdict<SpectrumProof, SpectrumViolation> verdict;
};

/// Decides whether all eigenvalues of the transition's A, [n, n], are real, or real and not
/// negative. Structure is looked at first: factors, blocks (triangular in some order of the
/// coordinates among them), symmetry; what is left goes to trace-Hankel matrices (squares.hpp),
/// exact and for defective matrices as well. Rational matrices are always decided. With irrational
/// entries blocks of more than `kLargestFieldBlock` rows that are not symmetric are `unknown`.
/// Cost: 2 n products of integer matrices and an elimination; 32 x 32 with entries of nine bits
/// take about half a second. Source: Hermite 1856; Grazzi et al., ICLR 2025, Proposition 1.3 (two
/// factors).
Spectrum decide_spectrum(const core::Transition& transition, std::size_t n, Spectra demand);
Spectrum decide_spectrum(const core::Matrix<core::Real>& a, Spectra demand);

inline constexpr std::size_t kLargestFieldBlock = 6;

/// The matrix scaled by a positive number to coprime integers; 0 stays.
core::Matrix<core::Integer> primitive_integers(const core::Matrix<core::Rational>& a);

}  // namespace statewright::proofs
