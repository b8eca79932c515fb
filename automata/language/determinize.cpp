// The subset construction (Rabin and Scott 1959). Everything is bound by memory traffic, so subsets
// are bit sets that lie back to back in one arena, found through an open-addressed table of their
// numbers: four bytes a slot, no node, no second copy. The arena is its own first-in, first-out
// queue, and so numbers the result breadth first.
//
// Up to 64 states a subset is one word, and its successors come from tables over its bytes: the
// union of the successors of the states that are set in one byte is looked up, not computed. Beyond
// 64 states (or with so many letters that those tables would leave the cache) each edge of a member
// sets a bit, which is what sparse automata want.

#include <algorithm>
#include <bit>
#include <optional>

#include "automata/language/nfa.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

using Bits = std::uint64_t;
constexpr std::size_t kWordBits = 64;
constexpr State kEmpty = 0xffffffffU;

/// Sets of `words` words each, numbered from 0 in the order of insertion.
class SubsetArena {
 public:
  explicit SubsetArena(std::size_t words) : words_(words), slots_(1024, kEmpty) {}

  std::size_t size() const noexcept { return sets_.size() / words_; }
  const Bits* at(std::size_t id) const { return sets_.data() + id * words_; }

  /// The number of `set`, and whether it is new. `set` must not point into the arena. The template
  /// argument is the number of words if known at compile time, else 0.
  template <std::size_t fixed>
  std::pair<State, bool> insert(const Bits* set) {
    const std::size_t words = fixed == 0 ? words_ : fixed;
    std::size_t slot = hash<fixed>(set);
    for (State id; (id = slots_[slot]) != kEmpty; slot = (slot + 1) & (slots_.size() - 1)) {
      if (std::equal(set, set + words, sets_.data() + std::size_t{id} * words)) return {id, false};
    }
    const auto id = static_cast<State>(sets_.size() / words);
    slots_[slot] = id;
    sets_.insert(sets_.end(), set, set + words);
    if (2 * std::size_t{id} >= slots_.size()) grow<fixed>();
    return {id, true};
  }

 private:
  template <std::size_t fixed>
  std::size_t hash(const Bits* set) const {
    static constexpr Bits kOdd = 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio
    Bits mixed = 0;
    if constexpr (fixed == 1) {
      mixed = *set * kOdd;
    } else {
      for (std::size_t w = 0; w < words_; ++w) {
        mixed = (mixed ^ set[w]) * kOdd;
        mixed ^= mixed >> 32U;
      }
      mixed *= kOdd;
    }
    return mixed >> (kWordBits - static_cast<unsigned>(std::countr_zero(slots_.size())));
  }

  template <std::size_t fixed>
  void grow() {
    slots_.assign(4 * slots_.size(), kEmpty);
    const std::size_t count = size();
    for (std::size_t id = 0; id < count; ++id) {
      std::size_t slot = hash<fixed>(at(id));
      while (slots_[slot] != kEmpty) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<State>(id);
    }
  }

  std::size_t words_;
  std::vector<Bits> sets_;
  std::vector<State> slots_;  // a power of two; at most half full
};

/// Successors of one-word sets, by bytes: at(a, set) is the union over the bytes of `set` of
/// table[a][byte's place][byte's value].
class ByteTables {
 public:
  explicit ByteTables(const Nfa& nfa)
      : places_((nfa.size() + 7) / 8), table_(nfa.letters.size() * places_ * 256) {
    std::vector<Bits> single(kWordBits);
    for (Letter a = 0; a < nfa.letters.size(); ++a) {
      std::fill(single.begin(), single.end(), 0);
      for (State q = 0; q < nfa.size(); ++q) {
        for (const Nfa::Edge& edge : nfa.edges[q]) {
          if (edge.letter == a) single[q] |= Bits{1} << edge.target;
        }
      }
      for (std::size_t place = 0; place < places_; ++place) {
        Bits* row = table_.data() + (a * places_ + place) * 256;
        for (unsigned value = 1; value < 256; ++value) {
          const auto lowest = static_cast<std::size_t>(std::countr_zero(value));
          row[value] = row[value & (value - 1)] | single[8 * place + lowest];
        }
      }
    }
  }

  Bits at(Letter a, Bits set) const {
    const Bits* row = table_.data() + a * places_ * 256;
    Bits united = 0;
    for (std::size_t place = 0; place < places_; ++place, row += 256, set >>= 8U) {
      united |= row[set & 255U];
    }
    return united;
  }

  static bool fit(const Nfa& nfa) {
    return nfa.size() <= kWordBits && nfa.letters.size() * ((nfa.size() + 7) / 8) <= 1024;  // 2 MiB
  }

 private:
  std::size_t places_;
  std::vector<Bits> table_;  // [letters][places][256]
};

void require(const std::optional<core::LimitHit>& hit, std::size_t subsets) {
  if (!hit) return;
  throw Error({Fault::limit, "determinize", "a result within the limit (" + hit->limit + ")",
               std::to_string(subsets) + " subsets so far",
               hit->raise.empty() ? std::string{} : "raise " + hit->raise});
}

/// Explores breadth first. `successors(set, out)` writes the successor of `set` for each letter,
/// `words` words each, to `out`.
template <std::size_t fixed, class Successors>
void explore(const Nfa& nfa, std::size_t words, const core::Limits& limits,
             const Successors& successors, Dfa& dfa) {
  const std::size_t k = nfa.letters.size();
  SubsetArena arena(words);
  core::Meter meter(limits, "subsets");

  std::vector<Bits> set(words);
  for (const State q : nfa.initial) set[q / kWordBits] |= Bits{1} << (q % kWordBits);
  arena.insert<fixed>(set.data());
  require(meter.check(1), 1);

  std::vector<Bits> accepting(words);
  for (State q = 0; q < nfa.size(); ++q) {
    if (nfa.accepting[q]) accepting[q / kWordBits] |= Bits{1} << (q % kWordBits);
  }

  std::vector<Bits> reached(words * k);
  for (std::size_t current = 0; current < arena.size(); ++current) {
    std::copy_n(arena.at(current), words, set.data());
    Bits common = 0;
    for (std::size_t w = 0; w < words; ++w) common |= set[w] & accepting[w];
    dfa.output.push_back(common != 0 ? kAccept : kReject);

    successors(set.data(), reached.data());
    for (std::size_t a = 0; a < k; ++a) {
      const auto [id, is_new] = arena.insert<fixed>(reached.data() + a * words);
      dfa.next.push_back(id);
      if (!is_new) continue;
      require(meter.check(std::size_t{id} + 1), std::size_t{id} + 1);
      if (id >= kEmpty - 1) {
        throw Error({Fault::range, "determinize", "at most 4294967294 subsets", "more"});
      }
    }
  }
}

}  // namespace

Dfa determinize(const Nfa& nfa, const core::Limits& limits) {
  const std::size_t n = nfa.size();
  const std::size_t k = nfa.letters.size();
  Dfa dfa;
  dfa.letters = nfa.letters;
  dfa.labels = acceptor_labels();

  if (ByteTables::fit(nfa)) {
    const ByteTables tables(nfa);
    explore<1>(
        nfa, 1, limits,
        [&](const Bits* set, Bits* out) {
          for (Letter a = 0; a < k; ++a) out[a] = tables.at(a, *set);
        },
        dfa);
    return dfa;
  }

  // Edges in one array: those of state q are edges[first[q]] .. edges[first[q + 1]].
  std::vector<std::size_t> first(n + 1);
  std::vector<Nfa::Edge> edges;
  for (State q = 0; q < n; ++q) {
    edges.insert(edges.end(), nfa.edges[q].begin(), nfa.edges[q].end());
    first[q + 1] = edges.size();
  }
  const std::size_t words = std::max<std::size_t>(1, (n + kWordBits - 1) / kWordBits);
  explore<0>(
      nfa, words, limits,
      [&](const Bits* set, Bits* out) {
        std::fill_n(out, words * k, Bits{0});
        for (std::size_t w = 0; w < words; ++w) {
          for (Bits left = set[w]; left != 0; left &= left - 1) {
            const std::size_t q = w * kWordBits + static_cast<std::size_t>(std::countr_zero(left));
            for (std::size_t i = first[q]; i < first[q + 1]; ++i) {
              const auto [letter, target] = edges[i];
              out[letter * words + target / kWordBits] |= Bits{1} << (target % kWordBits);
            }
          }
        }
      },
      dfa);
  return dfa;
}

}  // namespace statewright::automata
