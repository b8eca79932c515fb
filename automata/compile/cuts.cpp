// One layer whose coordinates are cuts.
//
// Let f be a set of states and h_f = 1 if the automaton's state q lies in f, else 0. After a letter
// a, h_f becomes 1 if a(q) lies in f, that is, if q lies in the preimage f a = {q : a(q) in f}. So
//     h_f <- h_(f a),          or 1 - h_g if f a is the complement of g,      or 0, or 1,
// which is affine: A_a pulls coordinate f from coordinate f a (with sign -1, and 1 in B, for a
// complement), and B_a holds the ones. If no two cuts of a closed set have the same preimage under
// a, up to complement, then A_a is a signed partial permutation and |A_a| <= 1. That is all. The
// constructions one knows are cases of it:
//     one-hot on the states but an absorbing one     singletons, letters partial injections
//     resets                                         all preimages empty or everything
//     what was the last letter, the parity of a      one cut, one coordinate
//     which letters were seen                        one cut each
//     the last k letters (definite languages)        cuts "the last |s| letters are s": a shift
//     a walker between walls (gridworld)             cuts "at least i": thermometer code

#include "automata/compile/cuts.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/linalg/factorise.hpp"

namespace statewright::automata {
namespace {

using core::kNothing;
using Block = std::vector<std::uint32_t>;  // a closed injective set of cuts, sorted

void negate_if(Cut& cut, std::size_t states, bool flip) {
  if (!flip) return;
  for (std::uint64_t& word : cut) word = ~word;
  if (states % 64 != 0) cut.back() &= (std::uint64_t{1} << (states % 64)) - 1;
}

bool is_zero(const Cut& cut) {
  return std::all_of(cut.begin(), cut.end(), [](std::uint64_t word) { return word == 0; });
}

}  // namespace

CutTable::CutTable(const Dfa& dfa) : dfa_(dfa) {}

std::size_t CutTable::Hash::operator()(const Cut& cut) const noexcept {
  std::uint64_t hash = 0x9e3779b97f4a7c15ULL;
  for (const std::uint64_t word : cut) {
    hash = (hash ^ word) * 0xbf58476d1ce4e5b9ULL;
    hash ^= hash >> 31U;
  }
  return hash;
}

std::uint32_t CutTable::intern(Cut cut) {
  const auto [place, is_new] = number_.try_emplace(std::move(cut), 0);
  if (is_new) {
    place->second = static_cast<std::uint32_t>(cuts_.size());
    cuts_.push_back(place->first);
    preimages_.emplace_back();
    bad_.push_back(false);
  }
  return place->second;
}

std::optional<std::uint32_t> CutTable::cut_of(const std::vector<bool>& states) {
  Cut cut((dfa_.size() + 63) / 64);
  for (State q = 0; q < dfa_.size(); ++q) {
    if (states[q]) cut[q / 64] |= std::uint64_t{1} << (q % 64);
  }
  negate_if(cut, dfa_.size(), states[dfa_.start]);
  if (is_zero(cut)) return {};
  return intern(std::move(cut));
}

bool CutTable::contains(std::uint32_t cut, State q) const {
  return ((cuts_[cut][q / 64] >> (q % 64)) & 1U) != 0;
}

const CutTable::Image& CutTable::preimage(std::uint32_t cut, Letter a) {
  if (preimages_[cut].empty()) {
    std::vector<Image> images;
    for (Letter b = 0; b < dfa_.letters.size(); ++b) {
      std::vector<bool> before(dfa_.size());
      for (State q = 0; q < dfa_.size(); ++q) before[q] = contains(cut, dfa_.step(q, b));
      const auto number = cut_of(before);
      images.push_back({number.value_or(kNothing), before[dfa_.start]});
    }
    preimages_[cut] = std::move(images);
  }
  return preimages_[cut][a];
}

bool CutTable::is_injective(const std::vector<std::uint32_t>& closed) {
  std::vector<std::uint32_t> images;
  for (Letter a = 0; a < dfa_.letters.size(); ++a) {
    images.clear();
    for (const std::uint32_t cut : closed) {
      const Image image = preimage(cut, a);
      if (image.cut != kNothing) images.push_back(image.cut);
    }
    std::sort(images.begin(), images.end());
    if (std::adjacent_find(images.begin(), images.end()) != images.end()) return false;
  }
  return true;
}

std::optional<std::vector<std::uint32_t>> CutTable::injective_closure(std::uint32_t cut,
                                                                      std::size_t limit) {
  if (bad_[cut]) return {};
  std::vector<std::uint32_t> closure = {cut};
  std::set<std::uint32_t> known = {cut};
  for (std::size_t i = 0; i < closure.size(); ++i) {
    for (Letter a = 0; a < dfa_.letters.size(); ++a) {
      const Image image = preimage(closure[i], a);
      if (image.cut == kNothing || !known.insert(image.cut).second) continue;
      closure.push_back(image.cut);
      // What contains a closure that is not injective is not injective either.
      if (bad_[image.cut] || closure.size() > limit) {
        bad_[cut] = true;
        return {};
      }
    }
  }
  if (!is_injective(closure)) {
    bad_[cut] = true;
    return {};
  }
  std::sort(closure.begin(), closure.end());
  return closure;
}

PartialAction action_of(CutTable& table, const Dfa& dfa, const std::vector<Block>& sets) {
  std::vector<Block> groups;
  for (const Block& set : sets) {
    bool placed = false;
    for (Block& group : groups) {
      Block together;
      std::set_union(group.begin(), group.end(), set.begin(), set.end(),
                     std::back_inserter(together));
      if (!table.is_injective(together)) continue;
      group = std::move(together);
      placed = true;
      break;
    }
    if (!placed) groups.push_back(set);
  }

  const std::size_t letters = dfa.letters.size();
  PartialAction action(letters);
  for (const Block& group : groups) {
    const std::size_t size = group.size();
    const auto place = [&](std::uint32_t cut) {
      return static_cast<std::size_t>(std::lower_bound(group.begin(), group.end(), cut) -
                                      group.begin());
    };
    // Cuts linked by preimages are of one component; turn[i]: taken as the complement relative to
    // the component's first cut, so that preimages need no complement. Where that is contradictory
    // the component's coordinates are +-1, else 0 and 1.
    std::vector<std::vector<std::pair<std::size_t, bool>>> links(size);
    for (std::size_t i = 0; i < size; ++i) {
      for (Letter a = 0; a < letters; ++a) {
        const CutTable::Image image = table.preimage(group[i], a);
        if (image.cut == kNothing) continue;
        const std::size_t j = place(image.cut);
        links[i].emplace_back(j, image.complement);
        links[j].emplace_back(i, image.complement);
      }
    }
    std::vector<std::int8_t> turn(size, -1);
    std::vector<bool> plus_minus(size);
    for (std::size_t first = 0; first < size; ++first) {
      if (turn[first] >= 0) continue;
      std::vector<std::size_t> component = {first};
      turn[first] = 0;
      bool contradictory = false;
      for (std::size_t k = 0; k < component.size(); ++k) {
        for (const auto& [j, complement] : links[component[k]]) {
          const auto wanted = static_cast<std::int8_t>(turn[component[k]] ^ (complement ? 1 : 0));
          if (turn[j] < 0) {
            turn[j] = wanted;
            component.push_back(j);
          }
          contradictory = contradictory || turn[j] != wanted;
        }
      }
      // All turned over or none: the fewer ones in B, and then in states, the better.
      std::ptrdiff_t ones = 0, balance = 0;
      for (const std::size_t i : component) {
        plus_minus[i] = contradictory;
        if (contradictory) turn[i] = 0;
        for (Letter a = 0; a < letters; ++a) {
          const CutTable::Image image = table.preimage(group[i], a);
          if (image.cut == kNothing) ones += image.complement != (turn[i] != 0) ? 1 : -1;
        }
        for (State q = 0; q < dfa.size(); ++q) {
          balance += table.contains(group[i], q) != (turn[i] != 0) ? 1 : -1;
        }
      }
      if (!contradictory && (ones > 0 || (ones == 0 && balance > 0))) {
        for (const std::size_t i : component) turn[i] ^= 1;
      }
    }
    // Value of coordinate i in a state: side = contains != turn; side as 0 or 1, or 1 - 2 side.
    const auto offset = static_cast<std::uint32_t>(action.n);
    for (std::size_t i = 0; i < size; ++i) {
      action.add_coordinate(plus_minus[i] ? 1 : turn[i]);  // the start lies in no cut
    }
    for (std::size_t i = 0; i < size; ++i) {
      for (Letter a = 0; a < letters; ++a) {
        const CutTable::Image image = table.preimage(group[i], a);
        if (image.cut == kNothing) {
          const int side = image.complement != (turn[i] != 0) ? 1 : 0;
          action.add[a][offset + i] = plus_minus[i] ? 1 - 2 * side : side;
          continue;
        }
        action.pull[a][offset + i] = offset + static_cast<std::uint32_t>(place(image.cut));
        if (plus_minus[i] && image.complement) action.sign[a][offset + i] = -1;
      }
    }
  }
  return action;
}

}  // namespace statewright::automata
