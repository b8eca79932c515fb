#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "core/lrnn/model.hpp"
#include "core/number/round.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/theorems/limit_cycle.hpp"

namespace statewright::proofs {

/// A letter of factors in chunked evaluation, the other letters of the chunk doing nothing: the
/// states of core's `chunk:F,C=..` bit for bit but for signs of zero, in less time, because what
/// the products k . S are short of is carried from factor to factor.
class ChunkWalker {
 public:
  using Vector = std::vector<double>;

  /// Errors: Error{unsupported} for other transitions than factors without addition; those of
  /// core::Arithmetic.
  ChunkWalker(const core::Transition& letter, const core::Format& format);
  /// Keys [factors][n] and scales [factors], values of the format.
  ChunkWalker(std::vector<Vector> keys, std::vector<double> scales, const core::Format& format);

  /// The states after 1, .., `letters` letters of a chunk that begins with `start`, until `visit`
  /// says no.
  void walk(const Vector& start, std::size_t letters,
            const std::function<bool(const Vector&)>& visit) const;

  /// k_0 a_0, then + k_r a_r for r = 1, .., each operation rounded.
  double dot(const Vector& k, const Vector& a) const;

 private:
  void find_products();

  core::Arithmetic fl_;
  std::vector<Vector> keys_;
  std::vector<double> scales_;
  std::vector<Vector> gram_;  ///< [factors][factors]
};

/// A letter 1 that counts in chunks beside a letter 0 that does nothing: all states that words lead
/// to, and how many letters 1 modulo `modulus` each of them stands for.
struct ChunkCount {
  core::Transition letter;
  std::size_t modulus = 2;
  std::vector<std::vector<double>> states;  ///< the start first, where no letter 1 was
  std::vector<std::size_t> residues;
};

/// Follows all words of letters 1 that fill a chunk or less from every state reached so far.
/// Nothing if a state would have to stand for two residues, if there are more than `most` states,
/// or one is infinite or no value.
std::optional<ChunkCount> chunk_count(const ChunkWalker& walker, const core::Transition& letter,
                                      const std::vector<double>& start, std::size_t letters,
                                      std::size_t modulus, std::size_t most);

/// Where the words 1, 11, 111, .. lead in the end, a state a letter.
LimitCycle unary_cycle(const ChunkWalker& walker, const ChunkCount& count, std::size_t letters);

/// The network that counts with it, in two layers. The first one's readout tells all states apart;
/// the second one has a single number, the residue, to which each letter 1 adds 1 or takes
/// modulus - 1 away, as the first one's symbol says. Its transitions are the identity. Where a
/// single coordinate moves in equal steps, few enough for the format, the first readout is exact in
/// it; elsewhere only an exact one (`readout=exact`) is sure to be right.
core::Model counter_of(ChunkCount count, Counting counting, const core::Format& format);

}  // namespace statewright::proofs
