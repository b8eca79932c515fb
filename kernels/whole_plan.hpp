#pragma once

#include "kernels/network.hpp"
#include "kernels/whole_arithmetic.hpp"

namespace statewright::kernels {

/// How whole numbers do it, one word at a time.
struct WholePlan {
  WholeFormat accumulate, state, readout;
  bool stores = false;  ///< a result is rounded again to the state's format, and that is counted
  TensorConstants<double> tensor = {};
  WholeFormat input;           ///< of the tensor core
  int limbs = 0;               ///< Network::once: of 64 bits, of exact sums, 3 or 6; else 0
  int base[kMostLayers] = {};  ///< and their last places, by layer
};

/// Whether a network needs whole numbers: it rounds once, or in formats that plan_drawn refuses.
bool needs_whole(const Network& network);

/// Any formats will do, whose precision is at most 53 bits. Errors: Error{unsupported} for exact
/// sums of more than 384 bits.
WholePlan plan_whole(const Network& network);

}  // namespace statewright::kernels
