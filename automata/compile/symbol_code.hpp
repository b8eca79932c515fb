#pragma once

#include <cstdint>
#include <vector>

#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// How a symbol out of few is held in a state: as vectors of one norm, so that the linear readout
/// whose rows are the vectors themselves tells them apart (Cauchy-Schwarz).
enum class SymbolCode {
  signs,    ///< the bits of the symbol's number, +1 for 1 and -1 for 0: at least one number
  one_hot,  ///< one number per symbol, so that letters may permute symbols
};

/// Numbers that the code of `size` symbols takes: size, or ceil(log2 size) but at least 1.
std::size_t width_of(SymbolCode code, std::size_t size);

/// The vector of a symbol, [width_of(code, size)], the least bit first.
std::vector<std::int64_t> vector_of(SymbolCode code, std::size_t size, std::size_t symbol);

/// The vector of a symbol among 2^width as signs, as a column [width, 1].
core::Matrix<core::Real> sign_code(std::size_t symbol, std::size_t width);

/// Finds a symbol held as signs: rows are the codes of 0, .., symbols - 1, the bias is 0. Scores
/// are integers no larger than the width, so that this is exact in formats of few bits.
core::Readout sign_readout(std::size_t symbols);

/// A layer without memory: A = 0, B = the signs of the symbol that `table` gives to the input. It
/// emits `at_start` in its initial state.
core::Layer lookup_layer(std::vector<core::Source> reads, const std::vector<std::uint32_t>& table,
                         std::size_t symbols, std::uint32_t at_start);

/// I - e_i e_i^T, the projection that forgets coordinate i of n.
core::Householder forget(std::size_t n, std::size_t i);

/// The reflection that swaps coordinates i and j of n.
core::Householder swap(std::size_t n, std::size_t i, std::size_t j);

/// The reflection that changes the sign of coordinate i of n.
core::Householder flip(std::size_t n, std::size_t i);

/// A readout whose row k is vectors[k] and whose bias is 0. All vectors must have one norm.
core::Readout nearest_readout(const std::vector<std::vector<std::int64_t>>& vectors);

/// Columns of a state.
core::Matrix<core::Real> column_of(const std::vector<std::int64_t>& vector);

}  // namespace statewright::automata
