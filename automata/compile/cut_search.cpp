// Which cuts to take as coordinates (cuts.cpp says what they are).
//
// Candidates are closures of single cuts, those that are injective ("blocks"). Few blocks that
// together tell all states with different outputs apart are tried, cheapest first, until the
// outputs are linear in the coordinates. If none of the cheap families is, blocks that enlarge the
// space of functions of the state are collected one by one: a readout sees that space and nothing
// else, so that where even all blocks fail no family of them can succeed, but for the limits on
// updates and coordinates.

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "automata/compile/cuts.hpp"
#include "automata/language/congruence.hpp"
#include "core/linalg/factorise.hpp"

namespace statewright::automata {
namespace {

using core::kNothing;
using Block = std::vector<std::uint32_t>;  // a closed injective set of cuts, sorted

constexpr std::size_t kMostCoordinates = 512;

/// Cuts worth a try. All of them if they are few.
std::vector<std::uint32_t> candidates(const Dfa& dfa, CutTable& table) {
  constexpr std::size_t kAllCuts = 1U << 14U, kMost = 20'000;
  const std::size_t n = dfa.size();
  std::vector<std::uint32_t> list;
  std::set<std::uint32_t> known;
  const auto add = [&](const std::vector<bool>& states) {
    const auto cut = table.cut_of(states);
    if (cut && list.size() < kMost && known.insert(*cut).second) list.push_back(*cut);
  };
  const auto add_where = [&](const auto& predicate) {
    std::vector<bool> states(n);
    for (State q = 0; q < n; ++q) states[q] = predicate(q);
    add(states);
  };
  if (n <= 15 && (std::size_t{1} << (n - 1)) * dfa.letters.size() <= 4 * kAllCuts) {
    for (std::size_t bits = 2; bits < std::size_t{1} << n; bits += 2) {
      add_where([&](State q) {
        return ((bits >> (q == dfa.start ? 0 : q == 0 ? dfa.start : q)) & 1U) != 0;
      });
    }
    return list;
  }
  // Outputs, single states, breadth-first balls, what can still reach a state.
  for (Output k = 0; k < dfa.labels.size(); ++k) {
    add_where([&](State q) { return dfa.output[q] == k; });
  }
  for (State s = 0; s < n; ++s) {
    add_where([&](State q) { return q == s; });
    add_where([&](State q) { return q <= s; });
  }
  // Cuts with two blocks: every letter keeps, swaps or resets the side. With four choices a letter
  // these are followed from the start.
  if (dfa.letters.size() <= 6) {
    const std::size_t choices = std::size_t{1} << (2 * dfa.letters.size());
    for (std::size_t choice = 0; choice < choices; ++choice) {
      std::vector<int> side(n, -1);
      std::vector<State> queue = {dfa.start};
      side[dfa.start] = 0;
      bool consistent = true;
      for (std::size_t i = 0; i < queue.size() && consistent; ++i) {
        for (Letter a = 0; a < dfa.letters.size() && consistent; ++a) {
          const auto kind = (choice >> (2 * a)) & 3U;
          const int next = kind == 0   ? side[queue[i]]
                           : kind == 1 ? 1 - side[queue[i]]
                                       : static_cast<int>(kind) - 2;
          int& found = side[dfa.step(queue[i], a)];
          if (found < 0) {
            found = next;
            queue.push_back(dfa.step(queue[i], a));
          }
          consistent = found == next;
        }
      }
      if (consistent) add_where([&](State q) { return side[q] == 1; });
    }
  } else {
    for (Letter a = 0; a < dfa.letters.size();
         ++a) {  // what the last letter was, whether a was seen
      std::vector<bool> image(n), seen(n);
      std::vector<State> queue;
      for (State q = 0; q < n; ++q) {
        image[dfa.step(q, a)] = true;
        if (!seen[dfa.step(q, a)]) queue.push_back(dfa.step(q, a));
        seen[dfa.step(q, a)] = true;
      }
      for (std::size_t i = 0; i < queue.size(); ++i) {
        for (Letter b = 0; b < dfa.letters.size(); ++b) {
          const State next = dfa.step(queue[i], b);
          if (!seen[next]) queue.push_back(next);
          seen[next] = true;
        }
      }
      add(image);
      add(seen);
    }
  }
  // Blocks of congruences.
  if (n <= 64) {
    std::set<Partition> congruences;
    for (State p = 0; p < n; ++p) {
      for (State q = p + 1; q < n; ++q) {
        const Partition partition = principal_congruence(dfa, p, q);
        if (block_count(partition) == 1 || !congruences.insert(partition).second) continue;
        for (std::uint32_t block = 0; block < block_count(partition); ++block) {
          add_where([&](State s) { return partition[s] == block; });
        }
      }
    }
  }
  // Their preimages, a few thousand.
  for (std::size_t i = 0; i < list.size() && list.size() < 4'000; ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const CutTable::Image image = table.preimage(list[i], a);
      if (image.cut != kNothing && known.insert(image.cut).second) list.push_back(image.cut);
    }
  }
  return list;
}

/// The blocks of a side-by-side arrangement, cheapest first.
std::vector<Block> blocks_of(const Dfa& dfa, CutTable& table) {
  constexpr std::size_t kMost = 3'000;
  std::set<Block> found;
  for (const std::uint32_t cut : candidates(dfa, table)) {
    if (auto block =
            table.injective_closure(cut, std::min(kMostCoordinates, 4 * dfa.size() + 16))) {
      found.insert(std::move(*block));
    }
  }
  std::vector<Block> blocks(found.begin(), found.end());
  std::stable_sort(blocks.begin(), blocks.end(),
                   [](const Block& a, const Block& b) { return a.size() < b.size(); });
  if (blocks.size() > kMost) blocks.resize(kMost);
  return blocks;
}

/// Which states the cuts of a block tell apart.
Partition partition_of(const CutTable& table, const Block& block, std::size_t states) {
  std::set<std::vector<bool>> signatures;
  std::vector<std::vector<bool>> of(states, std::vector<bool>(block.size()));
  for (State q = 0; q < states; ++q) {
    for (std::size_t i = 0; i < block.size(); ++i) of[q][i] = table.contains(block[i], q);
    signatures.insert(of[q]);
  }
  Partition partition(states);
  std::vector<std::uint32_t> number(signatures.size(), kNothing);
  std::uint32_t next = 0;
  for (State q = 0; q < states; ++q) {
    auto& block_number =
        number[static_cast<std::size_t>(std::distance(signatures.begin(), signatures.find(of[q])))];
    if (block_number == kNothing) block_number = next++;
    partition[q] = block_number;
  }
  return partition;
}

bool tells_outputs(const Dfa& dfa, const Partition& partition) {
  std::vector<std::uint32_t> output(block_count(partition), kNothing);
  for (State q = 0; q < dfa.size(); ++q) {
    auto& known = output[partition[q]];
    if (known == kNothing) known = dfa.output[q];
    if (known != dfa.output[q]) return false;
  }
  return true;
}

/// Families of blocks that tell the outputs apart, each by the indices of its blocks, cheapest
/// first.
std::vector<std::vector<std::size_t>> cheap_families(const Dfa& dfa,
                                                     const std::vector<Block>& blocks,
                                                     const std::vector<Partition>& partitions) {
  constexpr std::size_t kFamilies = 12, kNodes = 50'000;
  std::vector<std::pair<std::size_t, std::vector<std::size_t>>> kept;  // by cost
  std::vector<std::size_t> chosen;
  std::size_t nodes = 0;
  const auto bound = [&] { return kept.size() < kFamilies ? kMostCoordinates : kept.back().first; };
  const std::function<void(std::size_t, const Partition&, std::size_t)> search =
      [&](std::size_t from, const Partition& current, std::size_t spent) {
        if (tells_outputs(dfa, current)) {
          kept.emplace_back(spent, chosen);
          std::stable_sort(kept.begin(), kept.end(),
                           [](const auto& a, const auto& b) { return a.first < b.first; });
          if (kept.size() > kFamilies) kept.pop_back();
          return;
        }
        for (std::size_t i = from; i < blocks.size() && ++nodes < kNodes; ++i) {
          if (spent + blocks[i].size() >= bound()) break;  // sorted by size
          Partition finer = meet(current, partitions[i]);
          if (block_count(finer) == block_count(current)) continue;
          chosen.push_back(i);
          search(i + 1, finer, spent + blocks[i].size());
          chosen.pop_back();
        }
      };
  search(0, Partition(dfa.size(), 0), 0);
  std::vector<std::vector<std::size_t>> families;
  families.reserve(kept.size());
  for (auto& [cost, family] : kept) families.push_back(std::move(family));
  return families;
}

/// The space of functions of the state that a set of cuts spans together with the constants, modulo
/// a prime: rows in echelon form.
class Span {
 public:
  explicit Span(std::size_t states) : states_(states) {
    add(std::vector<std::uint64_t>(states, 1));
  }
  bool is_everything() const { return rows_.size() == states_; }
  /// Whether the function was new.
  bool add(std::vector<std::uint64_t> f) {
    for (const auto& [pivot, row] : rows_) {
      if (f[pivot] == 0) continue;
      const std::uint64_t factor = kPrime - f[pivot];
      for (std::size_t q = pivot; q < states_; ++q) f[q] = (f[q] + factor * row[q]) % kPrime;
    }
    std::size_t pivot = 0;
    while (pivot < states_ && f[pivot] == 0) ++pivot;
    if (pivot == states_) return false;
    std::uint64_t inverse = 1, base = f[pivot];
    for (std::uint64_t e = kPrime - 2; e > 0; e /= 2, base = base * base % kPrime) {
      if (e % 2 == 1) inverse = inverse * base % kPrime;
    }
    for (std::uint64_t& x : f) x = x * inverse % kPrime;
    rows_.emplace_back(pivot, std::move(f));
    std::sort(rows_.begin(), rows_.end());
    return true;
  }

 private:
  static constexpr std::uint64_t kPrime = 2'147'483'647;
  std::size_t states_;
  std::vector<std::pair<std::size_t, std::vector<std::uint64_t>>> rows_;
};

/// Blocks that together span what all of them span, cheap ones first.
std::vector<std::size_t> spanning_family(const Dfa& dfa, const CutTable& table,
                                         const std::vector<Block>& blocks) {
  Span span(dfa.size());
  std::vector<std::size_t> family;
  std::size_t spent = 0;
  for (std::size_t i = 0; i < blocks.size() && !span.is_everything(); ++i) {
    bool is_new = false;
    if (spent + blocks[i].size() > kMostCoordinates) break;
    for (const std::uint32_t cut : blocks[i]) {
      std::vector<std::uint64_t> f(dfa.size());
      for (State q = 0; q < dfa.size(); ++q) f[q] = table.contains(cut, q) ? 1 : 0;
      is_new = span.add(std::move(f)) || is_new;
    }
    if (!is_new) continue;
    family.push_back(i);
    spent += blocks[i].size();
  }
  return family;
}

}  // namespace

std::optional<core::Model> compile_cuts(const Dfa& dfa, Decoder decoder) {
  CutTable table(dfa);
  const std::vector<Block> blocks = blocks_of(dfa, table);
  std::vector<Partition> partitions;
  Partition all(dfa.size(), 0);
  for (const Block& block : blocks) {
    partitions.push_back(partition_of(table, block, dfa.size()));
    all = meet(all, partitions.back());
  }
  if (!tells_outputs(dfa, all)) return {};

  const auto model_with = [&](const std::vector<std::size_t>& family) {
    std::vector<Block> sets;
    sets.reserve(family.size());
    for (const std::size_t i : family) sets.push_back(blocks[i]);
    return model_of(dfa, action_of(table, dfa, sets), decoder);
  };
  for (const std::vector<std::size_t>& family : cheap_families(dfa, blocks, partitions)) {
    if (auto model = model_with(family)) return model;
  }
  std::vector<std::size_t> family = spanning_family(dfa, table, blocks);
  auto model = model_with(family);
  if (!model) return {};
  constexpr int kAttempts = 24;
  int attempts = 0;
  for (std::size_t i = family.size(); i-- > 0 && attempts < kAttempts; ++attempts) {
    std::vector<std::size_t> without = family;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    Partition partition(dfa.size(), 0);
    for (const std::size_t k : without) partition = meet(partition, partitions[k]);
    if (!tells_outputs(dfa, partition)) continue;
    if (auto smaller = model_with(without)) {
      family = std::move(without);
      model = std::move(smaller);
    }
  }
  return model;
}

}  // namespace statewright::automata
