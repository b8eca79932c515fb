#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/limits.hpp"
#include "core/number/format.hpp"

namespace statewright::proofs {

/// What one factor I - b k k^T of two numbers can do in chunked evaluation under letters 1 alone:
/// |k| <= 1, 0 < b <= `beta_most`, any addition, all parameters values of the format.
struct ChunkCensus {
  std::uint64_t letters = 0;  ///< pairs (k, b), one of k and -k, which do the same to nearest
  std::uint64_t orbits = 0;   ///< the same with every addition, from every state
  /// Letters of which this is not so: there are s < t <= C such that t - s is no multiple of the
  /// modulus and in the end every chunk, of every addition and start, has the same state after s
  /// letters and after t. Then the states of several columns are equal there too, whatever they
  /// add and start with: no network of one layer with this letter 1 counts modulo the modulus.
  std::uint64_t left = 0;
};

/// Nothing if there are more orbits than `most`, if a result is infinite or no value, for formats
/// of more than 8 bits or of random roundings, or if limits are reached. Cost: orbits times C steps
/// of a few table look-ups, fewer where chunks come to rest.
std::optional<ChunkCensus> chunk_census(const core::Format& format, std::size_t chunk,
                                        double beta_most, std::size_t modulus, std::uint64_t most,
                                        const core::Limits& limits);

}  // namespace statewright::proofs
