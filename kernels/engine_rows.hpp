#pragma once

// Internal: how the loops of engines find their numbers.

#include <cstddef>

#include "kernels/arithmetic.hpp"

namespace statewright::kernels {

/// How numbers are looked up, a lane at a time; vectors have theirs in vectors.hpp.
template <class To>
struct Gather {
  template <class Index>
  STATEWRIGHT_ANYWHERE static void get(To& to, const To* base, const Index& index) {
    to = base[index];
  }
};

/// to = base[index]
template <class To, class T, class Index>
STATEWRIGHT_ANYWHERE void gather(To& to, const T* base, const Index& index) {
  Gather<To>::get(to, base, index);
}

/// The numbers of a state, entry by entry, `stride` apart.
template <class V>
struct Rows {
  V* first = nullptr;
  std::size_t stride = 1;
  STATEWRIGHT_ANYWHERE V& operator[](std::size_t e) const { return first[e * stride]; }
};

/// Column c of a state of d columns.
template <class V>
STATEWRIGHT_ANYWHERE Rows<V> column_of(const Rows<V>& h, std::size_t c, std::size_t d) {
  return {&h[c], h.stride * d};
}

}  // namespace statewright::kernels
