#include "automata/compile/letter_blocks.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

namespace statewright::automata {
namespace {

/// The pull of one word, then another: (x y)(f) = x(y(f)).
Transformation pulled(const Transformation& x, const Transformation& y) {
  Transformation product;
  product.reserve(y.size());
  for (const State f : y) product.push_back(x[f]);
  return product;
}

/// Breadth-first enumeration of the maps of words.
class Words {
 public:
  Words(const std::vector<Transformation>& pull, const core::Limits& limits)
      : meter_(limits, "block maps") {
    Transformation identity(pull.empty() ? 0 : pull[0].size());
    std::iota(identity.begin(), identity.end(), State{0});
    actions_ = {identity};
    for (const Transformation& map : pull) {
      const auto at = std::find(actions_.begin(), actions_.end(), map);
      blocks.letter.push_back(static_cast<std::uint32_t>(at - actions_.begin()));
      if (at == actions_.end()) actions_.push_back(map);
    }
    blocks.actions = actions_.size();
    blocks.maps = {identity};
    blocks.up_to = {1};
    index_ = {{std::move(identity), 0}};
  }

  /// Goes on to words of one letter more.
  std::optional<core::LimitHit> lengthen() {
    std::vector<std::uint32_t> next;
    for (const std::uint32_t map : exactly) {
      if (auto hit = expand(map)) return hit;
      for (const std::uint32_t action : blocks.letter) next.push_back(blocks.longer[map][action]);
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    exactly = std::move(next);
    blocks.up_to.push_back(blocks.maps.size());
    return {};
  }

  LetterBlocks blocks;
  std::vector<std::uint32_t> exactly = {0};  ///< maps of words of exactly the length reached

 private:
  std::optional<core::LimitHit> expand(std::uint32_t map) {
    if (blocks.longer.size() <= map) blocks.longer.resize(map + 1);
    if (!blocks.longer[map].empty()) return {};
    blocks.longer[map].push_back(map);
    for (std::size_t action = 1; action < blocks.actions; ++action) {
      Transformation product = pulled(blocks.maps[map], actions_[action]);
      const auto next = static_cast<std::uint32_t>(blocks.maps.size());
      const auto [at, is_new] = index_.emplace(std::move(product), next);
      if (is_new) blocks.maps.push_back(at->first);
      blocks.longer[map].push_back(at->second);
    }
    return meter_.check(blocks.maps.size());
  }

  core::Meter meter_;
  std::vector<Transformation> actions_;
  std::map<Transformation, std::uint32_t> index_;
};

}  // namespace

std::variant<LetterBlocks, NoBlockFits, core::LimitHit> letter_blocks(
    const std::vector<Transformation>& pull, const std::vector<std::size_t>& lengths,
    const core::Limits& limits) {
  Words words(pull, limits);
  NoBlockFits none;
  for (const std::size_t length : lengths) {
    while (words.blocks.up_to.size() <= length) {
      if (auto hit = words.lengthen()) return std::move(*hit);
    }
    none.factors = 0;
    for (const std::uint32_t map : words.exactly) {
      none.factors = std::max(none.factors, elementary_length(words.blocks.maps[map]));
    }
    if (none.factors > length) continue;
    words.blocks.length = length;
    for (const Transformation& map : words.blocks.maps) {
      words.blocks.factors.push_back(elementary_factors(map));
    }
    return std::move(words.blocks);
  }
  return none;
}

}  // namespace statewright::automata
