#include "automata/cascade/holonomy.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "automata/algebra/transformation.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "tests/automata/machines.hpp"
#include "tests/catch.hpp"

// Skeletons are compared with the numbers that SgpDec 1.2.0 gives for the same machines (its
// convention is subduction depth), and for small ones with the definitions over the whole monoid.

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;
using statewright::core::Outcome;

namespace {

Dfa r(std::size_t states, std::uint64_t seed) { return random_dfa(states, 2, seed); }

using Subset = std::set<State>;

Subset image(const Subset& set, const Transformation& map) {
  Subset result;
  for (const State q : set) result.insert(map[q]);
  return result;
}

bool inside(const Subset& a, const Subset& b) {
  return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

/// The skeleton by its definition: subduction over all maps, chains by trying all.
struct Definition {
  explicit Definition(const Dfa& dfa) : monoid(machines::maps_of_words(dfa)) {
    Subset all;
    for (State q = 0; q < dfa.size(); ++q) all.insert(q);
    for (const Transformation& s : monoid) images.insert(image(all, s));
    orbit = images.size();
    for (State q = 0; q < dfa.size(); ++q) images.insert({q});
    for (const Subset& p : images) sets.push_back(p);
    below.assign(sets.size(), std::vector<bool>(sets.size(), false));
    for (std::size_t i = 0; i < sets.size(); ++i) {
      for (std::size_t j = 0; j < sets.size(); ++j) {
        below[i][j] = std::any_of(monoid.begin(), monoid.end(), [&](const Transformation& s) {
          return inside(sets[i], image(sets[j], s));
        });
      }
    }
  }
  /// Longest chain of strictly larger sets, 1 at the top.
  std::size_t depth(std::size_t i) {
    std::size_t& known = depths[i];
    if (known != 0) return known;
    std::size_t longest = 0;
    for (std::size_t j = 0; j < sets.size(); ++j) {
      if (below[i][j] && !below[j][i]) longest = std::max(longest, depth(j));
    }
    return depths[i] = longest + 1;
  }
  std::vector<Subset> tiles(const Subset& set) const {
    std::vector<Subset> result;
    for (const Subset& p : sets) {
      if (p == set || !inside(p, set)) continue;
      const bool maximal = std::none_of(sets.begin(), sets.end(), [&](const Subset& q) {
        return q != p && q != set && inside(p, q) && inside(q, set);
      });
      if (maximal) result.push_back(p);
    }
    return result;
  }

  std::set<Transformation> monoid;
  std::set<Subset> images;
  std::size_t orbit = 0;
  std::vector<Subset> sets;
  std::vector<std::vector<bool>> below;  // below[i][j]: i is subduced by j
  std::map<std::size_t, std::size_t> depths;
};

}  // namespace

TEST_CASE("holonomy: skeletons as SgpDec has them", "[automata][cascade][quick]") {
  struct Known {
    Dfa dfa;
    std::size_t image_sets;
    const char* text;
  };
  const Known list[] = {
      {machines::full_transformation_dfa(4), 15, "4,S4 / 3,S3 / 2,Z2"},
      {machines::full_transformation_dfa(5), 31, "5,S5 / 4,S4 / 3,S3 / 2,Z2"},
      {machines::full_transformation_dfa(6), 63, "6,S6 / 5,S5 / 4,S4 / 3,S3 / 2,Z2"},
      {machines::full_transformation_dfa(7), 127, "7,S7 / 6,S6 / 5,S5 / 4,S4 / 3,S3 / 2,Z2"},
      {machines::full_transformation_dfa(8), 255, "8,S8 / 7,S7 / 6,S6 / 5,S5 / 4,S4 / 3,S3 / 2,Z2"},
      {r(6, 2), 48, "2,1 / 5,A5 / 4,S4 / 3,S3 / 2,Z2"},
      {r(6, 4), 63, "6,Z6 / 5,S5 / 4,S4 / 3,S3 / 2,Z2"},
  };
  for (const Known& known : list) {
    CAPTURE(known.text);
    const HolonomySkeleton skeleton = holonomy_skeleton(known.dfa);
    CHECK(skeleton.image_sets == known.image_sets);
    CHECK(statistics(skeleton) == known.text);
  }
}

TEST_CASE("holonomy: image sets and levels as SgpDec has them", "[automata][cascade][quick]") {
  struct Known {
    std::size_t states;
    std::uint64_t seed;
    std::size_t image_sets, levels;
  };
  const Known list[] = {{9, 2, 47, 11},   {10, 2, 126, 19}, {10, 1, 67, 8},   {10, 3, 53, 6},
                        {12, 1, 88, 13},  {12, 3, 57, 14},  {12, 2, 123, 12}, {15, 1, 74, 11},
                        {15, 2, 178, 17}, {15, 3, 105, 18}};
  for (const Known& known : list) {
    CAPTURE(known.states, known.seed);
    for (const auto convention : {LevelConvention::subduction_depth, LevelConvention::height}) {
      const HolonomySkeleton skeleton = holonomy_skeleton(r(known.states, known.seed), convention);
      CHECK(skeleton.image_sets == known.image_sets);
      CHECK(skeleton.levels.size() == known.levels);
    }
  }
  std::set<std::size_t> sets_5, sets_8;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const HolonomySkeleton five = holonomy_skeleton(r(5, seed)),
                           eight = holonomy_skeleton(r(8, seed));
    CHECK((five.levels.size() == 3 || five.levels.size() == 4));
    CHECK((eight.levels.size() >= 7 && eight.levels.size() <= 9));
    sets_5.insert(five.image_sets);
    sets_8.insert(eight.image_sets);
  }
  CHECK((*sets_5.begin() == 6 && *sets_5.rbegin() == 17));
  CHECK((*sets_8.begin() == 23 && *sets_8.rbegin() == 62));
  std::size_t most = 0;
  for (const auto& level : holonomy_skeleton(r(9, 2)).levels) most = std::max(most, level.size());
  CHECK(most == 4);
}

TEST_CASE("holonomy: skeletons follow the definitions", "[automata][cascade][law][quick]") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_dfa(2 + seed % 4, 1 + seed % 2, seed);
    Definition definition(dfa);
    const HolonomySkeleton skeleton = holonomy_skeleton(dfa);
    CHECK(skeleton.image_sets == definition.orbit);
    std::map<std::size_t, std::size_t> sets_at;  // depth -> sets of several states
    for (std::size_t i = 0; i < definition.sets.size(); ++i) {
      if (definition.sets[i].size() > 1) ++sets_at[definition.depth(i)];
    }
    REQUIRE(skeleton.levels.size() == (sets_at.empty() ? 0 : sets_at.rbegin()->first));
    for (std::size_t l = 0; l < skeleton.levels.size(); ++l) {
      std::size_t sets = 0;
      for (const HolonomyComponent& component : skeleton.levels[l]) {
        sets += component.image_sets;
        const Subset set(component.representative.begin(), component.representative.end());
        std::vector<Subset> tiles = definition.tiles(set), found;
        for (const auto& tile : component.tiles) found.emplace_back(tile.begin(), tile.end());
        std::set<std::vector<Subset>> permuted;
        for (const Transformation& s : definition.monoid) {
          if (image(set, s) != set) continue;
          std::vector<Subset> moved;
          for (const Subset& tile : tiles) moved.push_back(image(tile, s));
          permuted.insert(std::move(moved));
        }
        std::sort(tiles.begin(), tiles.end());
        std::sort(found.begin(), found.end());
        CHECK(tiles == found);
        CAPTURE(component.group);
        CHECK(machines::order_of_group(component.group) == permuted.size());
      }
      CHECK(sets == sets_at[l + 1]);
    }
  }
}

TEST_CASE("holonomy: cascades follow their automata", "[automata][cascade][quick]") {
  std::vector<Dfa> list;
  for (std::size_t n = 1; n <= 8; ++n) list.push_back(machines::full_transformation_dfa(n));
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    list.push_back(random_dfa(1 + seed % 9, seed % 4, seed));  // no letters too
  }
  for (const std::uint64_t seed : {1, 2, 3}) {
    for (const std::size_t n : {10, 12, 15}) list.push_back(r(n, seed));
  }
  list.push_back(cycle_dfa(70, 1));  // two words for a set
  for (const Dfa& dfa : list) {
    for (const auto convention : {LevelConvention::subduction_depth, LevelConvention::height}) {
      CAPTURE(dfa.size(), dfa.letters.size(), to_string(convention));
      const Cascade cascade = holonomy(dfa, convention);
      const auto verdict = check_cascade(dfa, cascade);
      REQUIRE(verdict.outcome() == Outcome::proved);
      CHECK(verdict.proof()->by_levels);
      CHECK(cascade.levels.size() <= holonomy_skeleton(dfa, convention).levels.size());
    }
  }
  const Cascade t8 = holonomy(machines::full_transformation_dfa(8));
  REQUIRE(t8.levels.size() == 7);
  for (std::size_t l = 0; l < 7; ++l) {
    CHECK(t8.levels[l].size == 8 - l);
    CHECK(t8.levels[l].group == (l == 6 ? "Z2" : "S" + std::to_string(8 - l)));
  }
}

TEST_CASE("holonomy: limits and too many states", "[automata][cascade][quick]") {
  const Dfa dfa = machines::full_transformation_dfa(6);
  statewright::core::Limits limits;
  limits.max_states = 20;
  const auto fault = [](auto call) {
    try {
      call();
    } catch (const Error& error) {
      return error.facts().fault;
    }
    return Fault::io;
  };
  CHECK(fault([&] { holonomy_skeleton(dfa, {}, limits); }) == Fault::limit);
  CHECK(fault([&] { holonomy(dfa, {}, limits); }) == Fault::limit);
  CHECK(fault([&] { holonomy_skeleton(cycle_dfa(257, 1)); }) == Fault::unsupported);
  limits.max_states = {};
  limits.deadline = std::chrono::steady_clock::now();
  CHECK(fault([&] { holonomy(dfa, {}, limits); }) == Fault::limit);
}
