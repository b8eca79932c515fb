#pragma once

#include <cstdint>
#include <vector>

#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// How a symbol out of few is held in a state: as vectors of one norm, so that the linear readout
/// whose rows are the vectors themselves tells them apart (Cauchy-Schwarz).
enum class SymbolCode {
  signs,    ///< +-1 in the bits of the symbol's number: ceil(log2 size) numbers, at least one
  one_hot,  ///< one number per symbol, so that letters may permute symbols
};

/// Numbers that the code of `size` symbols takes. Cost: O(log size).
std::size_t width_of(SymbolCode code, std::uint32_t size);

/// The vector of a symbol, [width_of(code, size)]. Bit 0 comes first; bit 1 is -1, bit 0 is +1.
std::vector<std::int64_t> vector_of(SymbolCode code, std::uint32_t size, std::uint32_t symbol);

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
