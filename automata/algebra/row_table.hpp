#pragma once

// Internal: rows of numbers, numbered in the order of insertion and found by content. What
// enumerations of maps, sets and partitions have in common.

#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace statewright::automata::detail {

/// Rows of `width` values of type T lie back to back; an open-addressed table holds, in 8 bytes a
/// slot, the number of a row and 32 bits of its hash. The slot comes from the top of those 32 bits,
/// so the table grows without looking at a row, and a row is compared only where all 32 bits agree.
/// At most 2^32 - 2 rows. Memory: the row and 16 to 32 bytes.
template <class T>
class RowTable {
 public:
  using Id = std::uint32_t;
  static constexpr Id kNone = 0xffffffffU;

  explicit RowTable(std::size_t width) : width_(width), slots_(1024, kEmpty) {}

  std::size_t size() const noexcept { return count_; }
  std::size_t width() const noexcept { return width_; }
  const T* at(std::size_t id) const noexcept { return rows_.data() + id * width_; }

  /// `fixed` is the width in bytes if known at compile time (8 or 16), else 0; no hash depends on
  /// it.
  template <std::size_t fixed = 0>
  std::uint32_t hash(const T* row) const {
    static constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio
    const auto* bytes = reinterpret_cast<const unsigned char*>(row);
    const std::size_t size = fixed == 0 ? width_ * sizeof(T) : fixed;
    if (size == 8) {
      std::uint64_t x;
      std::memcpy(&x, bytes, 8);
      x *= kOdd;
      return static_cast<std::uint32_t>(((x >> 32U) ^ x) * kOdd >> 32U);
    }
    std::uint64_t mixed = size;
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
      std::uint64_t x;
      std::memcpy(&x, bytes + i, 8);
      mixed = (mixed ^ x) * kOdd;
      mixed ^= mixed >> 32U;
    }
    if (i < size) {
      std::uint64_t x = 0;
      std::memcpy(&x, bytes + i, size - i);
      mixed = (mixed ^ x) * kOdd;
      mixed ^= mixed >> 32U;
    }
    return static_cast<std::uint32_t>(mixed * kOdd >> 32U);
  }

  /// Asks for the slot's cache line; later, for the row that the slot seems to name.
  void prefetch_slot(std::uint32_t hash) const { __builtin_prefetch(&slots_[slot_of(hash)]); }
  void prefetch_row(std::uint32_t hash) const {
    const std::uint64_t slot = slots_[slot_of(hash)];
    if (slot >> 32U == hash && slot != kEmpty) __builtin_prefetch(at(static_cast<Id>(slot)));
  }

  /// The number of the row, or kNone.
  template <std::size_t fixed = 0>
  Id find(const T* row, std::uint32_t hashed) const {
    for (std::size_t s = slot_of(hashed); slots_[s] != kEmpty; s = (s + 1) & (slots_.size() - 1)) {
      if (slots_[s] >> 32U == hashed && same<fixed>(row, at(static_cast<Id>(slots_[s])))) {
        return static_cast<Id>(slots_[s]);
      }
    }
    return kNone;
  }
  Id find(const T* row) const { return find<0>(row, hash<0>(row)); }

  /// The number of the row, and whether it is new. `row` must not point into the table.
  template <std::size_t fixed = 0>
  std::pair<Id, bool> insert(const T* row, std::uint32_t hashed) {
    std::size_t s = slot_of(hashed);
    for (; slots_[s] != kEmpty; s = (s + 1) & (slots_.size() - 1)) {
      if (slots_[s] >> 32U == hashed && same<fixed>(row, at(static_cast<Id>(slots_[s])))) {
        return {static_cast<Id>(slots_[s]), false};
      }
    }
    const auto id = static_cast<Id>(count_++);
    slots_[s] = std::uint64_t{hashed} << 32U | id;
    rows_.insert(rows_.end(), row, row + width_);
    if (2 * count_ > slots_.size()) grow();
    return {id, true};
  }
  std::pair<Id, bool> insert(const T* row) { return insert<0>(row, hash<0>(row)); }

 private:
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};

  std::size_t slot_of(std::uint32_t hashed) const { return hashed >> shift_; }

  template <std::size_t fixed>
  bool same(const T* a, const T* b) const {
    return std::memcmp(a, b, fixed == 0 ? width_ * sizeof(T) : fixed) == 0;
  }

  void grow() {
    std::vector<std::uint64_t> bigger(2 * slots_.size(), kEmpty);
    if (shift_ > 0) --shift_;
    for (const std::uint64_t slot : slots_) {
      if (slot == kEmpty) continue;
      std::size_t s = slot_of(static_cast<std::uint32_t>(slot >> 32U));
      while (bigger[s] != kEmpty) s = (s + 1) & (bigger.size() - 1);
      bigger[s] = slot;
    }
    slots_ = std::move(bigger);
  }

  std::size_t width_;
  std::size_t count_ = 0;
  unsigned shift_ = 22;  // 32 - log2 of the number of slots
  std::vector<T> rows_;
  std::vector<std::uint64_t> slots_;  // at most half full
};

}  // namespace statewright::automata::detail
