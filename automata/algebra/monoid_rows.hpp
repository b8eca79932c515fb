#pragma once

// Internal: how a TransitionMonoid stores its maps.

#include <variant>

#include "automata/algebra/monoid.hpp"
#include "automata/algebra/row_table.hpp"

namespace statewright::automata {

/// Bytes a map takes when packed: 8 up to degree 8, 16 up to 16, then the degree; 0 above 256,
/// where points are States.
inline std::size_t packed_width(std::size_t degree) noexcept {
  return degree <= 8 ? 8 : degree <= 16 ? 16 : degree <= 256 ? degree : 0;
}

/// The maps, packed. Points between the degree and the width are fixed by all.
struct TransitionMonoid::Rows {
  using Bytes = detail::RowTable<std::uint8_t>;
  using States = detail::RowTable<State>;
  std::variant<Bytes, States> table;

  explicit Rows(std::size_t degree)
      : table(degree <= 256 ? std::variant<Bytes, States>(Bytes(packed_width(degree)))
                            : std::variant<Bytes, States>(States(degree))) {}
};

template <class T>
void pack_map(const Transformation& map, std::size_t width, T* row) {
  for (std::size_t q = 0; q < width; ++q) {
    row[q] = static_cast<T>(q < map.size() ? map[q] : q);
  }
}

}  // namespace statewright::automata
