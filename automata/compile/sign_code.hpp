#pragma once

#include <cstdint>
#include <vector>

#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// Symbols as vectors of +-1, the binary digits of their numbers with -1 for 0: the readout whose
/// rows are the codes finds a symbol by the largest product, all rows having one norm. Sums are as
/// small as the number of digits, so that this is exact in formats of few bits.

/// Digits for `symbols` symbols: at least 1.
std::size_t code_width(std::size_t symbols);

/// The code of a symbol, least digit first, as a column [width, 1].
core::Matrix<core::Real> sign_code(std::size_t symbol, std::size_t width);

/// Rows are the codes of 0, .., symbols - 1; c = 0.
core::Readout code_readout(std::size_t symbols);

/// A layer without memory: A = 0, B = the code of the symbol that `table` gives to the input. It
/// emits `at_start` in its initial state.
core::Layer lookup_layer(std::vector<core::Source> reads, const std::vector<std::uint32_t>& table,
                         std::size_t symbols, std::uint32_t at_start);

}  // namespace statewright::automata
