#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace statewright::automata {

/// A subset of {0, .., 64 * words - 1} in machine words: images, inclusion and equality of sets of
/// states are what holonomy spends its time on, and for at most 64 states each is one instruction.
template <std::size_t words>
class StateSet {
 public:
  static constexpr std::size_t kCapacity = 64 * words;

  static StateSet first(std::size_t n) {  ///< {0, .., n - 1}
    StateSet set;
    for (std::size_t q = 0; q < n; ++q) set.insert(q);
    return set;
  }
  static StateSet single(std::size_t q) {
    StateSet set;
    set.insert(q);
    return set;
  }

  void insert(std::size_t q) { bits_[q / 64] |= std::uint64_t{1} << (q % 64); }
  bool contains(std::size_t q) const { return (bits_[q / 64] >> (q % 64) & 1U) != 0; }
  void unite(const StateSet& other) {
    for (std::size_t w = 0; w < words; ++w) bits_[w] |= other.bits_[w];
  }
  bool subset_of(const StateSet& other) const {
    for (std::size_t w = 0; w < words; ++w) {
      if ((bits_[w] & ~other.bits_[w]) != 0) return false;
    }
    return true;
  }
  std::size_t size() const {
    std::size_t n = 0;
    for (const std::uint64_t w : bits_) n += static_cast<std::size_t>(std::popcount(w));
    return n;
  }
  /// The least member of a set that is not empty.
  std::size_t least() const {
    std::size_t w = 0;
    while (bits_[w] == 0) ++w;
    return 64 * w + static_cast<std::size_t>(std::countr_zero(bits_[w]));
  }
  template <class Visit>
  void for_each(Visit visit) const {  ///< in increasing order
    for (std::size_t w = 0; w < words; ++w) {
      for (std::uint64_t rest = bits_[w]; rest != 0; rest &= rest - 1) {
        visit(64 * w + static_cast<std::size_t>(std::countr_zero(rest)));
      }
    }
  }
  bool operator==(const StateSet&) const = default;
  auto operator<=>(const StateSet&) const = default;  ///< some total order

  struct Hash {
    std::size_t operator()(const StateSet& set) const noexcept {
      std::uint64_t mixed = 0;
      for (const std::uint64_t w : set.bits_) {
        mixed = (mixed ^ w) * 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio
        mixed ^= mixed >> 32U;
      }
      return mixed;
    }
  };

 private:
  std::array<std::uint64_t, words> bits_{};
};

}  // namespace statewright::automata
