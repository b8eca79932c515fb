#include "automata/algebra/image_orbit.hpp"

#include <algorithm>
#include <bit>
#include <unordered_set>

#include "automata/algebra/check_maps.hpp"

namespace statewright::automata {
namespace {

using core::LimitHit;
using core::Unknown;
using Bits = std::uint64_t;

/// Calls visit(state) for the states of a set, ascending.
template <class Visit>
void for_each_point(const Bits* set, std::size_t words, const Visit& visit) {
  for (std::size_t w = 0; w < words; ++w) {
    for (Bits rest = set[w]; rest != 0; rest &= rest - 1) {
      visit(static_cast<State>(64 * w + static_cast<std::size_t>(std::countr_zero(rest))));
    }
  }
}

}  // namespace

std::vector<State> ImageOrbit::points(ImageSet set) const {
  std::vector<State> points;
  points.reserve(ranks_[set]);
  for_each_point(sets_.at(set), sets_.width(), [&](State q) { points.push_back(q); });
  return points;
}

Word ImageOrbit::word(ImageSet set) const {
  Word word;
  for (; set != 0; set = parent_[set]) word.push_back(last_[set]);
  std::reverse(word.begin(), word.end());
  return word;
}

std::optional<ImageSet> ImageOrbit::find(const std::vector<State>& points) const {
  std::vector<Bits> row(sets_.width(), 0);
  for (const State q : points) {
    if (q >= degree_) return {};
    row[q / 64] |= Bits{1} << q % 64;
  }
  return find_bits(row.data());
}

std::optional<ImageSet> ImageOrbit::find_bits(const std::uint64_t* bits) const {
  const ImageSet id = sets_.find(bits);
  if (id == decltype(sets_)::kNone) return {};
  return id;
}

std::size_t ImageOrbit::place(ImageSet set, State point) const {
  const Bits* row = sets_.at(set);
  std::size_t before = 0;
  for (std::size_t w = 0; w < point / 64; ++w) {
    before += static_cast<std::size_t>(std::popcount(row[w]));
  }
  const Bits below = (Bits{1} << point % 64) - 1;
  return before + static_cast<std::size_t>(std::popcount(row[point / 64] & below));
}

detail::EdgeMap ImageOrbit::edge_map() const {
  return [this](std::uint32_t set, Letter a, State* out) {
    const ImageSet target = next(set, a);
    std::size_t i = 0;
    for_each_point(sets_.at(set), sets_.width(),
                   [&](State q) { out[i++] = static_cast<State>(place(target, letters_[a][q])); });
  };
}

detail::ComponentTree ImageOrbit::tree(std::uint32_t component) const {
  return detail::component_tree(next_, k(), components_, component,
                                ranks_[components_.root(component)], edge_map());
}

std::variant<std::optional<ImageGroup>, Unknown> ImageOrbit::group(
    std::uint32_t component, const core::Limits& limits) const {
  const ImageSet root = components_.root(component);
  if (ranks_[root] < 2) return std::optional<ImageGroup>{};
  if (components_.size(component) == 1) {  // most often there is not even a loop
    bool loop = false;
    for (Letter a = 0; a < k(); ++a) loop = loop || next(root, a) == root;
    if (!loop) return std::optional<ImageGroup>{};
  }
  core::Meter meter(limits, "image sets");
  const detail::EdgeMap edge = edge_map();
  auto found = detail::loop_group(next_, k(), components_, tree(component), edge, meter);
  if (auto* hit = std::get_if<LimitHit>(&found)) {
    return Unknown{std::move(*hit), std::to_string(size()) + " image sets"};
  }
  auto& loops = std::get<detail::LoopGroup>(found);
  if (loops.loops.empty()) return std::optional<ImageGroup>{};
  return std::optional<ImageGroup>(
      ImageGroup{component, points(root), std::move(loops.group), std::move(loops.loops)});
}

/// A word with image I in the component and I w = I exists iff one exists with Q w of the rank of I
/// and I w still in the component: then I w = Q w, and from there a word leads back to I. So search
/// the pairs (Q w, I w) from (Q, I) for one of equal sets.
std::variant<bool, Unknown> ImageOrbit::regular(std::uint32_t component,
                                                const core::Limits& limits) const {
  const ImageSet root = components_.root(component);
  if (ranks_[root] == 1 || root == 0) return true;
  core::Meter meter(limits, "pairs of image sets");
  std::unordered_set<std::uint64_t> seen;
  std::vector<std::pair<ImageSet, ImageSet>> queue = {{0, root}};
  seen.insert(root);
  for (std::size_t head = 0; head < queue.size(); ++head) {
    if (auto hit = meter.check(queue.size())) return Unknown{std::move(*hit), ""};
    const auto [whole, part] = queue[head];
    for (Letter a = 0; a < k(); ++a) {
      const ImageSet smaller = next(part, a);
      if (components_.of[smaller] != component) continue;
      const ImageSet larger = next(whole, a);
      if (larger == smaller) return true;
      if (seen.insert(std::uint64_t{larger} << 32U | smaller).second) {
        queue.emplace_back(larger, smaller);
      }
    }
  }
  return false;
}

std::variant<ImageOrbit, Unknown> image_orbit(std::size_t degree,
                                              const std::vector<Transformation>& letters,
                                              const core::Limits& limits) {
  check_maps(degree, letters);
  ImageOrbit orbit(degree);
  orbit.letters_ = letters;
  const std::size_t k = letters.size(), words = orbit.sets_.width();
  const std::uint64_t bytes = 8 * words + 4 * k + 36;
  std::vector<Bits> row(words, 0);
  for (std::size_t q = 0; q < degree; ++q) row[q / 64] |= Bits{1} << q % 64;
  orbit.sets_.insert(row.data());
  orbit.ranks_.push_back(static_cast<std::uint32_t>(degree));
  orbit.parent_.push_back(0);
  orbit.last_.push_back(0);
  core::Meter meter(limits, "image sets");
  for (ImageSet set = 0; set < orbit.sets_.size(); ++set) {
    for (Letter a = 0; a < k; ++a) {
      const Transformation& map = letters[a];
      std::fill(row.begin(), row.end(), 0);
      for_each_point(orbit.sets_.at(set), words,
                     [&](State q) { row[map[q] / 64] |= Bits{1} << map[q] % 64; });
      const auto [id, fresh] = orbit.sets_.insert(row.data());
      orbit.next_.push_back(id);
      if (!fresh) continue;
      std::uint32_t rank = 0;
      for (const Bits w : row) rank += static_cast<std::uint32_t>(std::popcount(w));
      orbit.ranks_.push_back(rank);
      orbit.parent_.push_back(set);
      orbit.last_.push_back(a);
    }
    auto hit = meter.check(orbit.size());
    if (!hit && orbit.size() * bytes > kMaxOrbitBytes) {
      hit = LimitHit{"1 GiB of image sets", ""};
    }
    if (hit) {
      return Unknown{std::move(*hit), "at least " + std::to_string(orbit.size()) + " image sets"};
    }
  }
  orbit.components_ = detail::strong_components(orbit.next_, orbit.size(), k);
  return orbit;
}

}  // namespace statewright::automata
