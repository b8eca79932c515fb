#include "automata/compile/congruence.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace statewright::automata {
namespace {

class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t find(std::uint32_t x) {
    while (parent_[x] != x) x = parent_[x] = parent_[parent_[x]];
    return x;
  }
  bool join(std::uint32_t x, std::uint32_t y) {
    x = find(x);
    y = find(y);
    if (x == y) return false;
    parent_[std::max(x, y)] = std::min(x, y);
    return true;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

template <class BlockOf>
Partition normalised(std::size_t n, BlockOf block_of) {
  Partition partition(n);
  std::map<decltype(block_of(0U)), std::uint32_t> number;
  for (std::uint32_t q = 0; q < n; ++q) {
    partition[q] =
        number.try_emplace(block_of(q), static_cast<std::uint32_t>(number.size())).first->second;
  }
  return partition;
}

Partition join(const Partition& a, const Partition& b) {
  // Of congruences the join as equivalences is again one.
  UnionFind sets(a.size());
  for (const Partition* p : {&a, &b}) {
    std::vector<std::uint32_t> first(block_count(*p), 0xffffffffU);
    for (std::uint32_t q = 0; q < p->size(); ++q) {
      std::uint32_t& representative = first[(*p)[q]];
      if (representative == 0xffffffffU) representative = q;
      sets.join(q, representative);
    }
  }
  return normalised(a.size(), [&](std::uint32_t q) { return sets.find(q); });
}

}  // namespace

std::uint32_t block_count(const Partition& partition) {
  return partition.empty() ? 0 : *std::max_element(partition.begin(), partition.end()) + 1;
}

Partition principal_congruence(const Dfa& dfa, State p, State q) {
  UnionFind sets(dfa.size());
  std::vector<std::pair<State, State>> queue;
  if (sets.join(p, q)) queue.emplace_back(p, q);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto [x, y] = queue[i];
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State u = dfa.step(x, a), v = dfa.step(y, a);
      if (sets.join(u, v)) queue.emplace_back(u, v);
    }
  }
  return normalised(dfa.size(), [&](std::uint32_t s) { return sets.find(s); });
}

Partition meet(const Partition& a, const Partition& b) {
  return normalised(a.size(), [&](std::uint32_t q) { return std::pair(a[q], b[q]); });
}

std::vector<Partition> block_systems(const Dfa& dfa, std::size_t limit) {
  std::set<Partition> found;
  std::vector<Partition> principal, queue;
  const auto add = [&](Partition partition) {
    const std::uint32_t blocks = block_count(partition);
    if (blocks == 1 || blocks == dfa.size() || found.size() >= limit) return;
    if (found.insert(partition).second) queue.push_back(std::move(partition));
  };
  for (State q = 0; q < dfa.size(); ++q) {
    if (q != dfa.start) add(principal_congruence(dfa, dfa.start, q));
  }
  principal = queue;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Partition current = queue[i];
    for (const Partition& other : principal) add(join(current, other));
  }
  std::vector<Partition> list(found.begin(), found.end());
  std::stable_sort(list.begin(), list.end(), [](const Partition& a, const Partition& b) {
    return block_count(a) < block_count(b);
  });
  return list;
}

}  // namespace statewright::automata
