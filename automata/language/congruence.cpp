#include "automata/language/congruence.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "automata/language/random_dfa.hpp"

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

/// Blocks numbered by first occurrence. `key_of(q)` < `keys` names the block of q.
template <class KeyOf>
Partition normalised(std::size_t n, std::size_t keys, KeyOf key_of) {
  constexpr std::uint32_t kNone = 0xffffffffU;
  Partition partition(n);
  std::vector<std::uint32_t> number(keys, kNone);
  std::uint32_t next = 0;
  for (std::uint32_t q = 0; q < n; ++q) {
    std::uint32_t& block = number[key_of(q)];
    if (block == kNone) block = next++;
    partition[q] = block;
  }
  return partition;
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
  return normalised(dfa.size(), dfa.size(), [&](std::uint32_t s) { return sets.find(s); });
}

Partition meet(const Partition& a, const Partition& b) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> pairs;
  for (std::size_t q = 0; q < a.size(); ++q) {
    pairs.try_emplace({a[q], b[q]}, static_cast<std::uint32_t>(pairs.size()));
  }
  return normalised(a.size(), pairs.size(), [&](std::uint32_t q) { return pairs[{a[q], b[q]}]; });
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
  return normalised(a.size(), a.size(), [&](std::uint32_t q) { return sets.find(q); });
}

bool refines(const Partition& fine, const Partition& coarse) {
  std::vector<std::uint32_t> image(block_count(fine), 0xffffffffU);
  for (std::size_t q = 0; q < fine.size(); ++q) {
    std::uint32_t& block = image[fine[q]];
    if (block != 0xffffffffU && block != coarse[q]) return false;
    block = coarse[q];
  }
  return true;
}

std::vector<Partition> congruences(const Dfa& dfa, std::size_t limit) {
  std::set<Partition> found;
  std::vector<Partition> queue;
  const auto add = [&](Partition partition) {
    const std::uint32_t blocks = block_count(partition);
    if (blocks == 1 || blocks == dfa.size() || found.size() >= limit) return;
    if (found.insert(partition).second) queue.push_back(std::move(partition));
  };
  for (State p = 0; p < dfa.size() && found.size() < limit; ++p) {
    for (State q = p + 1; q < dfa.size(); ++q) add(principal_congruence(dfa, p, q));
  }
  const std::vector<Partition> principal = queue;
  for (std::size_t i = 0; i < queue.size() && found.size() < limit; ++i) {
    const Partition current = queue[i];
    for (const Partition& other : principal) add(join(current, other));
  }
  std::stable_sort(queue.begin(), queue.end(), [](const Partition& a, const Partition& b) {
    return block_count(a) < block_count(b);
  });
  return queue;
}

std::vector<Partition> block_systems(const Dfa& dfa, std::size_t limit) {
  std::set<Partition> found;
  std::vector<Partition> queue;
  const auto add = [&](Partition partition) {
    const std::uint32_t blocks = block_count(partition);
    if (blocks == 1 || blocks == dfa.size() || found.size() >= limit) return;
    if (found.insert(partition).second) queue.push_back(std::move(partition));
  };
  // The fewest blocks belong to maximal congruences, and exhaustive joining reaches those last. So
  // first climb to some of them: join with random principal ones as long as that stays proper.
  SplitMix64 random(1);
  const auto climb = [&] {
    constexpr int kMisses = 40;
    Partition current(dfa.size());
    std::iota(current.begin(), current.end(), 0U);
    for (int misses = 0; misses < kMisses;) {
      const State q = static_cast<State>(random() % dfa.size());
      if (current[q] == current[dfa.start]) {
        ++misses;
        continue;
      }
      Partition larger = join(current, principal_congruence(dfa, dfa.start, q));
      if (block_count(larger) == 1) {
        ++misses;
      } else {
        current = std::move(larger);
        misses = 0;
      }
    }
    add(std::move(current));
  };
  constexpr int kClimbs = 64;
  for (int i = 0; dfa.size() > 1 && i < kClimbs; ++i) climb();

  constexpr std::size_t kMaxWork = 30'000'000;  // states visited: about a second
  std::size_t work = 0;
  for (State q = 0; q < dfa.size() && work < kMaxWork; ++q) {
    if (q == dfa.start) continue;
    work += dfa.size() * dfa.letters.size();
    add(principal_congruence(dfa, dfa.start, q));
  }
  const std::vector<Partition> principal = queue;
  for (std::size_t i = 0; i < queue.size() && work < kMaxWork; ++i) {
    const Partition current = queue[i];
    for (const Partition& other : principal) {
      work += dfa.size();
      add(join(current, other));
    }
  }
  std::vector<Partition> list(found.begin(), found.end());
  std::stable_sort(list.begin(), list.end(), [](const Partition& a, const Partition& b) {
    return block_count(a) < block_count(b);
  });
  return list;
}

}  // namespace statewright::automata
