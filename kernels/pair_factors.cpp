#include "kernels/pair_factors.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace statewright::kernels {

std::optional<PairFactors> pair_factors(const Network& network) {
  const Formats& formats = network.formats;
  const bool alike = formats.state == formats.accumulate && formats.io == formats.state;
  if (network.once || !alike || !formats.state.is_plain() || !plan_in_float(formats)) return {};
  if (network.layers.size() != 1) return {};
  const Network::Layer& layer = network.layers.front();
  if (layer.d != 1 || layer.n > PairFactors::kMostNumbers) return {};

  PairFactors result;
  result.n = layer.n;
  std::map<std::vector<double>, std::uint32_t> numbers;
  for (const Network::Move& move : layer.moves) {
    if (move.shape != Network::Shape::product || !move.B.empty()) return {};
    if (move.factors.size() > PairFactors::kMostSlots) return {};
    result.slots = std::max(result.slots, static_cast<unsigned>(move.factors.size()));
    std::uint32_t letter = 0;
    for (std::size_t f = 0; f < move.factors.size(); ++f) {
      const Network::Factor& factor = move.factors[f];
      std::vector<double> key = factor.v;
      key.push_back(factor.scale);
      if (!std::all_of(key.begin(), key.end(), [](double x) { return std::isfinite(x); }))
        return {};
      if (std::count_if(factor.v.begin(), factor.v.end(), [](double v) { return v != 0; }) > 2) {
        return {};
      }
      const auto next = static_cast<std::uint32_t>(numbers.size()) + 1;
      const auto [found, is_new] = numbers.emplace(key, next);
      if (is_new) {
        if (next == PairFactors::kKinds) return {};
        for (unsigned j = 0; j < layer.n; ++j) {
          result.keys[j][next] = static_cast<float>(factor.v[j]);
          result.unit = result.unit && (factor.v[j] == 0 || std::fabs(factor.v[j]) == 1);
        }
        result.scales[next] = static_cast<float>(factor.scale);
        result.unit = result.unit && factor.scale == 1;
      }
      letter |= found->second << (8 * f);
    }
    result.letters.push_back(letter);
  }
  return result;
}

}  // namespace statewright::kernels
