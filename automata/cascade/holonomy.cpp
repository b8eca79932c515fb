#include "automata/cascade/holonomy.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "automata/algebra/group_name.hpp"
#include "automata/cascade/image_sets.hpp"
#include "automata/cascade/set_cascade.hpp"

namespace statewright::automata {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;

template <std::size_t words>
std::vector<State> members_of(const StateSet<words>& set) {
  std::vector<State> list;
  set.for_each([&](std::size_t q) { list.push_back(static_cast<State>(q)); });
  return list;
}

/// Generators of the group by which words act on the tiles of the representative of a class: with
/// v_P a word from the representative to P along a spanning tree, those are v_P a v_Q^-1 for P a =
/// Q (Schreier). Sets are written as positions in an order of states that the tree carries along.
template <std::size_t words>
std::vector<std::vector<std::uint32_t>> tile_generators(
    const Dfa& dfa, const ImageSets<words>& images,
    const typename ImageSets<words>::Class& the_class) {
  using Set = StateSet<words>;
  std::unordered_map<std::uint32_t, std::vector<State>> order;
  std::vector<std::uint32_t> queue = {the_class.representative};
  order[the_class.representative] = members_of(images.sets()[the_class.representative]);
  const auto moved = [&](std::uint32_t p, Letter a) {
    std::vector<State> list = order[p];
    for (State& q : list) q = dfa.step(q, a);
    return list;
  };
  std::set<std::vector<std::uint32_t>> generators;
  const std::vector<State> start = order[the_class.representative];
  std::vector<Set> tiles;
  std::unordered_map<Set, std::uint32_t, typename Set::Hash> number;
  for (const std::uint32_t tile : the_class.tiles) {
    number.emplace(images.sets()[tile], static_cast<std::uint32_t>(tiles.size()));
    tiles.push_back(images.sets()[tile]);
  }
  const std::uint32_t own = images.class_of(the_class.representative);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const std::uint32_t next = images.after(queue[i], a);
      if (images.class_of(next) != own) continue;
      std::vector<State> list = moved(queue[i], a);
      const auto [at, inserted] = order.try_emplace(next, list);
      if (inserted) {
        queue.push_back(next);
        continue;
      }
      // The generator takes start[j] to start[j'], where the order of `next` has list[j] at j'.
      std::vector<State> image(dfa.size(), 0);
      std::vector<std::uint32_t> position(dfa.size(), kNone);
      for (std::uint32_t j = 0; j < list.size(); ++j) position[at->second[j]] = j;
      for (std::size_t j = 0; j < list.size(); ++j) image[start[j]] = start[position[list[j]]];
      std::vector<std::uint32_t> permutation;
      for (const Set& tile : tiles) {
        Set taken;
        tile.for_each([&](std::size_t q) { taken.insert(image[q]); });
        permutation.push_back(number.at(taken));
      }
      if (!std::is_sorted(permutation.begin(), permutation.end())) {
        generators.insert(std::move(permutation));
      }
    }
  }
  return {generators.begin(), generators.end()};
}

template <std::size_t words>
std::uint32_t level_of(const ImageSets<words>& images,
                       const typename ImageSets<words>::Class& the_class,
                       LevelConvention convention) {
  return convention == LevelConvention::height ? images.levels() - the_class.height
                                               : the_class.depth - 1;
}

template <std::size_t words>
HolonomySkeleton skeleton(const Dfa& dfa, LevelConvention convention, const core::Limits& limits) {
  const ImageSets<words> images(dfa, limits);
  HolonomySkeleton result;
  result.convention = convention;
  result.image_sets = images.images();
  result.levels.resize(images.levels());
  std::vector<std::uint32_t> order(images.classes().size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return images.classes()[a].representative < images.classes()[b].representative;
  });
  for (const std::uint32_t c : order) {
    const auto& the_class = images.classes()[c];
    if (the_class.tiles.empty()) continue;
    HolonomyComponent component;
    component.representative = members_of(images.sets()[the_class.representative]);
    for (const std::uint32_t tile : the_class.tiles) {
      component.tiles.push_back(members_of(images.sets()[tile]));
    }
    component.image_sets = the_class.members.size();
    auto generators = tile_generators(dfa, images, the_class);
    component.group =
        generators.empty()
            ? "1"
            : name_group(PermutationGroup(the_class.tiles.size(), std::move(generators))).name;
    result.levels[level_of(images, the_class, convention)].push_back(std::move(component));
  }
  return result;
}

template <std::size_t words>
Cascade decomposition(const Dfa& dfa, LevelConvention convention, const core::Limits& limits) {
  using Set = StateSet<words>;
  const ImageSets<words> images(dfa, limits);
  SetChoices<words> choices;
  choices.rank = [&](const Set& set) {
    const auto& the_class = images.classes()[images.class_of(images.number_of(set))];
    return level_of(images, the_class, convention);
  };
  choices.tiles = [&](const Set& set) {
    std::vector<Set> tiles;
    for (const std::uint32_t tile : images.tiles_of(set)) tiles.push_back(images.sets()[tile]);
    return tiles;
  };
  return set_cascade(dfa, choices, limits);
}

constexpr std::size_t kOneWord = StateSet<1>::kCapacity;

}  // namespace

std::string to_string(LevelConvention convention) {
  return convention == LevelConvention::height ? "height" : "subduction depth";
}

HolonomySkeleton holonomy_skeleton(const Dfa& dfa, LevelConvention convention,
                                   const core::Limits& limits) {
  return dfa.size() <= kOneWord ? skeleton<1>(dfa, convention, limits)
                                : skeleton<4>(dfa, convention, limits);
}

std::string statistics(const HolonomySkeleton& skeleton) {
  std::string text;
  for (const auto& level : skeleton.levels) {
    if (!text.empty()) text += " / ";
    for (const HolonomyComponent& component : level) {
      if (&component != &level.front()) text += " | ";
      text += std::to_string(component.tiles.size()) + "," + component.group;
    }
  }
  return text;
}

Cascade holonomy(const Dfa& dfa, LevelConvention convention, const core::Limits& limits) {
  Cascade cascade = dfa.size() <= kOneWord ? decomposition<1>(dfa, convention, limits)
                                           : decomposition<4>(dfa, convention, limits);
  for (CascadeLevel& level : cascade.levels) level.group = name_groups(level);
  cascade.method = "holonomy, levels by " + to_string(convention);
  cascade.source =
      "Eilenberg, Automata, Languages and Machines B (1976), chapter II; Egri-Nagy and Nehaniv, "
      "arXiv:1508.06345";
  return cascade;
}

}  // namespace statewright::automata
