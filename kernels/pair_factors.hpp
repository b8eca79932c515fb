#pragma once

// Internal: networks whose factors touch two numbers each, of few kinds: word problems of symmetric
// groups and the like. Each letter names its factors by numbers below 16, so that vectors look
// their entries up in registers; and as all entries but two are 0, a dot product is one rounded
// sum.

#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/network.hpp"

namespace statewright::kernels {

struct PairFactors {
  static constexpr unsigned kKinds = 16;       ///< number 0 does nothing
  static constexpr unsigned kMostNumbers = 8;  ///< of the state
  static constexpr unsigned kMostSlots = 4;

  unsigned n = 0, slots = 0;
  bool unit = true;  ///< entries are 1 and -1, scales 1: products are exact
  alignas(64) float keys[kMostNumbers][kKinds] = {};
  alignas(64) float scales[kKinds] = {};
  std::vector<std::uint32_t> letters;  ///< a byte for each factor, the first lowest
};

/// Nothing if the network is no such one, or its operations not all rounded to one format, to
/// nearest-even, by floats.
std::optional<PairFactors> pair_factors(const Network& network);

}  // namespace statewright::kernels
