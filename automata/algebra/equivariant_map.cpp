#include "automata/algebra/equivariant_map.hpp"

#include <algorithm>
#include <numeric>

namespace statewright::automata {

std::optional<std::vector<State>> equivariant_map(const std::vector<Transformation>& generators,
                                                  State from, State to) {
  if (generators.empty()) return std::nullopt;
  std::vector<State> image(generators.front().size(), kNoPoint);
  std::vector<State> queue = {from};
  image[from] = to;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const State p = queue[i];
    for (const Transformation& s : generators) {
      const State wanted = s[image[p]];
      State& there = image[s[p]];
      if (there == kNoPoint) {
        there = wanted;
        queue.push_back(s[p]);
      } else if (there != wanted) {
        return std::nullopt;
      }
    }
  }
  return image;
}

std::optional<std::vector<std::vector<State>>> regular_centraliser(
    const std::vector<Transformation>& generators, const std::vector<State>& points) {
  if (points.empty()) return std::nullopt;
  std::vector<std::vector<State>> maps;
  for (const Transformation& s : generators) {
    auto map = equivariant_map(generators, points.front(), s[points.front()]);
    if (!map) return std::nullopt;
    maps.push_back(std::move(*map));
  }
  return maps;
}

std::vector<std::size_t> deciding_orbits(const std::vector<Transformation>& generators,
                                         const std::vector<std::vector<State>>& orbits) {
  constexpr std::size_t kMostTrials = std::size_t{1} << 24U;  // beyond, an orbit is just kept
  std::vector<std::size_t> by_size(orbits.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) {
    return orbits[a].size() > orbits[b].size();
  });
  std::vector<std::size_t> kept;
  for (const std::size_t candidate : by_size) {
    const std::vector<State>& orbit = orbits[candidate];
    if (orbit.size() == 1) continue;
    const bool decided = std::any_of(kept.begin(), kept.end(), [&](std::size_t larger) {
      if (orbits[larger].size() % orbit.size() != 0 ||
          orbits[larger].size() * orbit.size() > kMostTrials) {
        return false;
      }
      return std::any_of(orbit.begin(), orbit.end(), [&](State to) {
        return equivariant_map(generators, orbits[larger].front(), to).has_value();
      });
    });
    if (!decided) kept.push_back(candidate);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace statewright::automata
