#include "automata/compile/symbol_code.hpp"

namespace statewright::automata {

std::size_t width_of(SymbolCode code, std::size_t size) {
  if (code == SymbolCode::one_hot) return size;
  std::size_t bits = 1;
  while ((std::size_t{1} << bits) < size) ++bits;
  return bits;
}

std::vector<std::int64_t> vector_of(SymbolCode code, std::size_t size, std::size_t symbol) {
  std::vector<std::int64_t> vector(width_of(code, size));
  if (code == SymbolCode::one_hot) {
    vector[symbol] = 1;
  } else {
    for (std::size_t i = 0; i < vector.size(); ++i) vector[i] = (symbol >> i & 1U) != 0 ? 1 : -1;
  }
  return vector;
}

core::Matrix<core::Real> sign_code(std::size_t symbol, std::size_t width) {
  return column_of(vector_of(SymbolCode::signs, std::size_t{1} << width, symbol));
}

core::Readout sign_readout(std::size_t symbols) {
  std::vector<std::vector<std::int64_t>> vectors;
  for (std::size_t k = 0; k < symbols; ++k) {
    vectors.push_back(vector_of(SymbolCode::signs, symbols, k));
  }
  return nearest_readout(vectors);
}

core::Layer lookup_layer(std::vector<core::Source> reads, const std::vector<std::uint32_t>& table,
                         std::size_t symbols, std::uint32_t at_start) {
  const std::size_t width = width_of(SymbolCode::signs, symbols);
  core::Layer layer;
  layer.n = width;
  layer.reads = std::move(reads);
  layer.start = sign_code(at_start, width);
  const core::Diagonal zero{std::vector<core::Real>(width)};
  for (const std::uint32_t symbol : table) layer.table.push_back({zero, sign_code(symbol, width)});
  layer.readout = sign_readout(symbols);
  return layer;
}

core::Householder forget(std::size_t n, std::size_t i) {
  core::Householder factor{1, std::vector<core::Real>(n)};
  factor.v[i] = 1;
  return factor;
}

core::Householder swap(std::size_t n, std::size_t i, std::size_t j) {
  core::Householder factor{2, std::vector<core::Real>(n)};
  factor.v[i] = 1;
  factor.v[j] = -1;
  return factor;
}

core::Householder flip(std::size_t n, std::size_t i) {
  core::Householder factor{2, std::vector<core::Real>(n)};
  factor.v[i] = 1;
  return factor;
}

core::Readout nearest_readout(const std::vector<std::vector<std::int64_t>>& vectors) {
  core::Readout readout;
  readout.W = core::Matrix<core::Real>(vectors.size(), vectors.front().size());
  for (std::size_t k = 0; k < vectors.size(); ++k) {
    for (std::size_t j = 0; j < vectors[k].size(); ++j) readout.W(k, j) = vectors[k][j];
  }
  readout.c.resize(vectors.size());
  return readout;
}

core::Matrix<core::Real> column_of(const std::vector<std::int64_t>& vector) {
  return core::Matrix<core::Real>::column({vector.begin(), vector.end()});
}

}  // namespace statewright::automata
