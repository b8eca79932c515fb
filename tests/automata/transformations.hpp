#pragma once

// Families of maps that the tests and benchmarks of automata/algebra share.

#include <utility>
#include <vector>

#include "automata/algebra/transformation.hpp"
#include "automata/language/random_dfa.hpp"

namespace statewright::automata::transformations {

/// The symmetric group S_n, n >= 2: the n-cycle and the swap of 0 and 1.
inline std::vector<Transformation> symmetric(std::size_t n) {
  std::vector<Transformation> maps(2, identity_transformation(n));
  for (std::size_t q = 0; q < n; ++q) maps[0][q] = static_cast<State>((q + 1) % n);
  std::swap(maps[1][0], maps[1][1]);
  return maps;
}

/// The full transformation monoid T_n, n >= 2: S_n and the map of rank n - 1 that takes 1 to 0.
inline std::vector<Transformation> full(std::size_t n) {
  std::vector<Transformation> maps = symmetric(n);
  maps.push_back(identity_transformation(n));
  maps.back()[1] = 0;
  return maps;
}

/// The symmetric inverse monoid I_n on n + 1 points, the last of which means undefined: S_n and the
/// identity without 0.
inline std::vector<Transformation> partial_injections(std::size_t n) {
  std::vector<Transformation> maps = symmetric(n);
  maps.push_back(identity_transformation(n));
  maps.back()[0] = static_cast<State>(n);
  for (Transformation& map : maps) map.push_back(static_cast<State>(n));
  return maps;
}

/// The partial transformation monoid PT_n, likewise on n + 1 points.
inline std::vector<Transformation> partial_maps(std::size_t n) {
  std::vector<Transformation> maps = full(n);
  maps.push_back(identity_transformation(n));
  maps.back()[0] = static_cast<State>(n);
  for (Transformation& map : maps) map.resize(n + 1, static_cast<State>(n));
  return maps;
}

/// The letters of R(n, 2, seed).
inline std::vector<Transformation> random_maps(std::size_t n, std::uint64_t seed) {
  return letter_maps(random_dfa(n, 2, seed));
}

/// `count` random maps of n points, each point's image uniform among the first `most`.
inline std::vector<Transformation> random_maps(std::size_t n, std::size_t count, std::size_t most,
                                               SplitMix64& draw) {
  std::vector<Transformation> maps(count, Transformation(n));
  for (Transformation& map : maps) {
    for (State& q : map) q = static_cast<State>(draw() % most);
  }
  return maps;
}

/// Sizes of the semigroups (the empty word is not counted unless some other word acts like it) that
/// the letters of R(n, 2, seed) generate, seeds 1 to 5, on which libsemigroups' FroidurePin and
/// Konieczny and GAP agree, and numbers of D-classes; 0 where nobody computed them.
struct RandomMonoid {
  std::size_t n;
  std::size_t sizes[5];
  std::size_t d_classes[5];
};
inline constexpr RandomMonoid kRandomMonoids[] = {
    {6, {31, 9218, 263, 32262, 27}, {8, 5, 7, 6, 11}},
    {7, {39, 57, 161, 176, 587}, {9, 7, 21, 6, 9}},
    {8, {809, 799, 2386, 137, 8160}, {13, 44, 11, 31, 12}},
    {10, {4354, 10080, 3707, 309, 2752}, {22, 57, 12, 21, 21}},
    {12, {10643, 85519, 670, 229716, 4315}, {317, 29, 108, 192, 8}},
    {15, {6281, 78921, 25961, 40863, 35233}, {52, 0, 0, 0, 0}},
};

}  // namespace statewright::automata::transformations
