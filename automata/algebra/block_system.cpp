#include "automata/algebra/block_system.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "automata/algebra/equivariant_map.hpp"
#include "automata/algebra/permutation.hpp"

namespace statewright::automata {

namespace {

/// The finest invariant partition in which the classes of `start` stay together and so do 0 and x.
BlockSystem join(const PermutationGroup& group, const BlockSystem& start, State x) {
  std::vector<State> parent(group.degree());
  std::iota(parent.begin(), parent.end(), State{0});
  const auto root = [&](State q) {
    while (parent[q] != q) q = parent[q] = parent[parent[q]];
    return q;
  };
  std::vector<std::pair<State, State>> pending = {{0, x}};
  std::vector<State> first(group.degree(), kNoPoint);
  for (State q = 0; q < group.degree(); ++q) {
    if (first[start[q]] == kNoPoint) first[start[q]] = q;
    pending.emplace_back(first[start[q]], q);
  }
  while (!pending.empty()) {
    const auto [p, q] = pending.back();
    pending.pop_back();
    const State a = root(p), b = root(q);
    if (a == b) continue;
    parent[std::max(a, b)] = std::min(a, b);
    for (const Transformation& s : group.generators()) pending.emplace_back(s[p], s[q]);
  }
  BlockSystem blocks(group.degree());
  std::vector<State> number(group.degree(), kNoPoint);
  State next = 0;
  for (State q = 0; q < group.degree(); ++q) {
    State& n = number[root(q)];
    if (n == kNoPoint) n = next++;
    blocks[q] = n;
  }
  return blocks;
}

}  // namespace

std::vector<BlockSystem> block_systems(const PermutationGroup& group) {
  BlockSystem finest(group.degree());
  std::iota(finest.begin(), finest.end(), State{0});
  std::vector<BlockSystem> found = {finest};
  std::set<BlockSystem> seen = {finest};
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::vector<bool> joined(group.degree(), false);  // blocks of found[i] tried
    joined[0] = true;
    for (State x = 1; x < group.degree(); ++x) {
      if (joined[found[i][x]]) continue;
      joined[found[i][x]] = true;
      BlockSystem next = join(group, found[i], x);
      if (*std::max_element(next.begin(), next.end()) == 0) continue;
      if (seen.insert(next).second) found.push_back(std::move(next));
    }
  }
  found.erase(found.begin());
  return found;
}

WreathParts wreath_parts(const PermutationGroup& group, const BlockSystem& blocks) {
  const std::size_t degree = group.degree();
  const std::size_t count = std::size_t{*std::max_element(blocks.begin(), blocks.end())} + 1;
  std::vector<State> place(degree), members;
  for (State q = 0; q < degree; ++q) {
    if (blocks[q] != 0) continue;
    place[q] = static_cast<State>(members.size());
    members.push_back(q);
  }
  std::vector<Transformation> outer;
  for (const Transformation& s : group.generators()) {
    Transformation map(count);
    for (State q = 0; q < degree; ++q) map[blocks[q]] = blocks[s[q]];
    outer.push_back(std::move(map));
  }
  // An element taking block 0 to each block, then Schreier's generators of its stabiliser.
  std::vector<Transformation> to(count);
  std::vector<State> queue = {0};
  to[0] = identity_permutation(degree);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (std::size_t s = 0; s < outer.size(); ++s) {
      const State image = outer[s][queue[i]];
      if (!to[image].empty()) continue;
      to[image] = to[queue[i]];
      multiply_onto(to[image], group.generators()[s]);
      queue.push_back(image);
    }
  }
  std::vector<Transformation> inner;
  for (State b = 0; b < count; ++b) {
    for (std::size_t s = 0; s < outer.size(); ++s) {
      Transformation x = to[b];
      multiply_onto(x, group.generators()[s]);
      multiply_onto(x, inverse_permutation(to[outer[s][b]]));
      Transformation map;
      for (const State q : members) map.push_back(place[x[q]]);
      inner.push_back(std::move(map));
    }
  }
  return {PermutationGroup(members.size(), std::move(inner)),
          PermutationGroup(count, std::move(outer))};
}

}  // namespace statewright::automata
