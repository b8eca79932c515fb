#include "automata/algebra/equivariant_map.hpp"

#include <algorithm>
#include <numeric>

namespace statewright::automata {

std::optional<std::vector<State>> EquivariantMaps::find(State from, State to) {
  queue_.assign(1, from);
  image_[from] = to;
  bool consistent = true;
  for (std::size_t i = 0; consistent && i < queue_.size(); ++i) {
    const State p = queue_[i];
    for (const Transformation& s : generators_) {
      const State wanted = s[image_[p]];
      State& there = image_[s[p]];
      if (there == kNoPoint) {
        there = wanted;
        queue_.push_back(s[p]);
      } else if (there != wanted) {
        consistent = false;
        break;
      }
    }
  }
  std::vector<State> images;
  if (consistent) images.reserve(queue_.size());
  for (const State p : queue_) {
    if (consistent) images.push_back(image_[p]);
    image_[p] = kNoPoint;
  }
  if (!consistent) return std::nullopt;
  return images;
}

DecidingOrbits deciding_orbits(std::size_t degree, const std::vector<Transformation>& generators,
                               const std::vector<std::vector<State>>& orbits) {
  constexpr std::size_t kMostTrials = std::size_t{1} << 24U;  // beyond, an orbit is just kept
  std::vector<std::size_t> by_size(orbits.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) {
    return orbits[a].size() > orbits[b].size();
  });
  EquivariantMaps maps(degree, generators);
  DecidingOrbits result;
  std::size_t trials = 0;
  for (const std::size_t candidate : by_size) {
    const std::vector<State>& orbit = orbits[candidate];
    if (orbit.size() == 1) continue;
    bool decided = false;
    for (std::size_t k = 0; k < result.kept.size() && !decided; ++k) {
      const std::vector<State>& larger = orbits[result.kept[k]];
      if (larger.size() % orbit.size() != 0) continue;
      for (std::size_t i = 0; i < orbit.size() && !decided && trials < kMostTrials; ++i) {
        auto images = maps.find(larger.front(), orbit[i]);
        trials += images ? 1 : larger.size();
        if (!images) continue;
        decided = true;
        result.dropped.push_back({candidate, result.kept[k], std::move(*images)});
      }
    }
    if (!decided) result.kept.push_back(candidate);
  }
  std::sort(result.kept.begin(), result.kept.end());
  return result;
}

std::optional<std::vector<std::vector<State>>> regular_centraliser(
    std::size_t degree, const std::vector<Transformation>& generators, State base) {
  EquivariantMaps maps(degree, generators);
  std::vector<std::vector<State>> found;
  for (const Transformation& s : generators) {
    auto images = maps.find(base, s[base]);
    if (!images) return std::nullopt;
    found.push_back(std::move(*images));
  }
  return found;
}

}  // namespace statewright::automata
