#pragma once

#include <cstddef>
#include <vector>

#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// Which letter it is, modulo some number, by reflections with integer keys: each transition has
/// the form of RWKV-7 (rwkv7_form.hpp), each state is a few integers.

/// h <- -h from 1; reads the token, emits the number of letters read modulo 2.
core::Layer parity_layer(std::size_t letters);

/// Reads a parity layer; emits (t - 1) mod period after t letters, and period - 1 before any. Two
/// reflections in turn, whose product is a rotation of order period / 2; period is 4, 6 or 8: with
/// another order the plane of the rotation would need numbers that are not rational.
core::Layer clock_layer(std::size_t period, core::Source parity);

/// A number of letters, and periods of clocks that together tell 2 length positions.
struct BlockClocks {
  std::size_t length;
  std::vector<std::size_t> periods;
};

/// All that these clocks can do, ascending: 2, 3, 4, 6 and 12.
const std::vector<BlockClocks>& block_clocks();

}  // namespace statewright::automata
