#include "automata/compile/sign_code.hpp"

namespace statewright::automata {

std::size_t code_width(std::size_t symbols) {
  std::size_t width = 1;
  while ((std::size_t{1} << width) < symbols) ++width;
  return width;
}

core::Matrix<core::Real> sign_code(std::size_t symbol, std::size_t width) {
  core::Matrix<core::Real> code(width, 1);
  for (std::size_t i = 0; i < width; ++i) code(i, 0) = (symbol >> i & 1U) != 0 ? 1 : -1;
  return code;
}

core::Readout code_readout(std::size_t symbols) {
  const std::size_t width = code_width(symbols);
  core::Readout readout{core::Matrix<core::Real>(symbols, width), std::vector<core::Real>(symbols)};
  for (std::size_t k = 0; k < symbols; ++k) {
    for (std::size_t i = 0; i < width; ++i) readout.W(k, i) = (k >> i & 1U) != 0 ? 1 : -1;
  }
  return readout;
}

core::Layer lookup_layer(std::vector<core::Source> reads, const std::vector<std::uint32_t>& table,
                         std::size_t symbols, std::uint32_t at_start) {
  const std::size_t width = code_width(symbols);
  core::Layer layer;
  layer.n = width;
  layer.reads = std::move(reads);
  layer.start = sign_code(at_start, width);
  const core::Diagonal zero{std::vector<core::Real>(width)};
  for (const std::uint32_t symbol : table) layer.table.push_back({zero, sign_code(symbol, width)});
  layer.readout = code_readout(symbols);
  return layer;
}

}  // namespace statewright::automata
