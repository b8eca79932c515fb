#pragma once

// Internal: scores near enough to decide which exact one is the largest, unless they are too near
// to one another.
//
// An enclosure, with u half a unit of the carrier (2^-24 or 2^-53) and r its least number (2^-149
// or 2^-1074). W and c are roundings of exact parameters, first to double and then to the carrier:
// of a relative error below 1.01 u, or of an absolute one of at most r where they are subnormal.
// Every term of a score passes that, the rounding of its product and of at most `width` sums; so a
// score is off by at most (width + 4) u S, S being the sum of the magnitudes of its terms, and by
// what is subnormal: r for c, for each product r, and r |h_e| for each weight. S as computed is
// less than the true one by a factor of at most 1 - (width + 4) u. Two scores further apart than
// both errors are in the order of the exact ones. Below, the first part is taken twice over, the
// second 2^9 times, which covers the roundings of the bound itself.

#include "kernels/engine.hpp"
#include "kernels/program.hpp"

namespace statewright::kernels {

/// What a layer emits with exact scores, the smallest k whose score no other exceeds; `doubtful` is
/// not zero where the carrier cannot tell, as with ties and states that are not finite.
template <class V, class T>
STATEWRIGHT_ANYWHERE void read_out_or_doubt(const LayerView<T>& layer, const Rows<V>& h,
                                            typename Carrier<V>::U& best,
                                            typename Carrier<V>::I& doubtful) {
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;
  const V none = {};
  const U no_units = {};
  const I no_bits = {}, one = no_bits + 1;
  const std::size_t width = layer.n * layer.d;
  V best_score = V(-T(__builtin_huge_val()) - none), second = best_score;
  V largest = none, state_size = none;
  best = no_units;
  doubtful = no_bits;
  for (std::size_t e = 0; e < width; ++e) {
    const V entry = h[e] < none ? V(none - h[e]) : h[e];
    carrier_add(state_size, state_size, entry);
  }
  for (std::uint32_t k = 0; k < layer.outputs; ++k) {
    const T* row = layer.W + k * width;
    V score = layer.c[k] - none, p;
    V size = score < none ? V(none - score) : score;
    for (std::size_t e = 0; e < width; ++e) {
      carrier_multiply(p, V(row[e] - none), h[e]);
      carrier_add(score, score, p);
      p = p < none ? V(none - p) : p;
      carrier_add(size, size, p);
    }
    doubtful = size - size != none ? one : doubtful;  // not finite
    largest = size > largest ? size : largest;
    const I better = score > best_score ? one : no_bits;
    const V other = better != no_bits ? best_score : score;
    second = other > second ? other : second;
    best_score = better != no_bits ? score : best_score;
    best = better != no_bits ? U(no_units + k) : best;
  }
  const T unit = sizeof(T) == 4 ? T(0x1p-23) : T(0x1p-52);
  const T tiny = sizeof(T) == 4 ? T(0x1p-140) : T(0x1p-1065);
  V error, subnormal, apart;
  carrier_multiply(error, largest, V(T(2 * (width + 8)) * unit - none));
  carrier_add(subnormal, state_size, V(T(width + 1) - none));
  carrier_multiply(subnormal, subnormal, V(tiny - none));
  carrier_add(error, error, subnormal);
  carrier_subtract(apart, best_score, second);
  doubtful = apart > error ? doubtful : one;
}

}  // namespace statewright::kernels
