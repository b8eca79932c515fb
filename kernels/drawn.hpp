#pragma once

// Internal: operations whose rounding may be stochastic, for numbers in V with doubles as carriers.
//
// core/number/stochastic.hpp says what is random: a function of a seed and of a counter, which
// RoundedModel makes of the position in the word and of the number of the rounding within the step.
// So a lane needs nothing but a counter of its own, which goes on by one for every rounding that
// its move has, drawn or not.
//
// The value is taken down to the grid, which is exact, and so is the rest; it goes up where the
// rest is at least the fraction of the gap that the random bits leave. Sums are rounded to odd
// first: their last bit then tells which side of any threshold of p + N <= 52 bits they are on.

#include "kernels/constants.hpp"

namespace statewright::kernels {

constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;
constexpr std::uint64_t kMixFirst = 0xBF58'476D'1CE4'E5B9;
constexpr std::uint64_t kMixSecond = 0x94D0'49BB'1331'11EB;

template <class V>
STATEWRIGHT_ANYWHERE void spread(DrawnConstants<V>& to, const DrawnConstants<double>& from) {
  const typename Carrier<V>::U no_units = {};
  spread(to.rounds, from.rounds);
  to.is_drawn = from.is_drawn;
  to.is_equal = from.is_equal;
  to.first = from.first - no_units;
  to.second = from.second - no_units;
  to.mask = from.mask - no_units;
}

namespace detail {

/// x rounded with the random word of `counter`.
template <bool wraps, class V>
STATEWRIGHT_ANYWHERE void round_stochastically(const DrawnConstants<V>& format, V& x,
                                               const typename Carrier<V>::U& counter) {
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;
  const Constants<V>& k = format.rounds;
  const V none = {};
  const U no_units = {};
  U word = counter * kGolden + format.first;
  word = ((word ^ word >> 30) * kMixFirst) ^ format.second;
  word = (word ^ word >> 27) * kMixSecond;
  const U one = no_units + 0x3ff0'0000'0000'0000;
  word = (word >> 12 & format.mask) | one;
  V drawn;  // 1 + R / 2^N
  bits_of(drawn, word);

  U bits;
  bits_of(bits, x);
  const U sign = bits & Fields<V>::kSign;
  const U size = bits ^ sign;
  I exponent = (I)(size & Fields<V>::kExponent);
  exponent = exponent > k.low ? exponent : k.low;
  exponent = exponent < k.high ? exponent : k.high;
  const U c_bits = (U)exponent + k.shift;
  V a, c, scale, r, gap, rest, threshold;
  bits_of(a, size);
  bits_of(scale, exponent);
  bits_of(c, c_bits);
  carrier_add(r, a, c);
  carrier_subtract(r, r, c);
  carrier_multiply(gap, scale, k.step);
  carrier_subtract(r, r, V(r > a ? gap : none));
  carrier_subtract(rest, a, r);
  const V two = 2.0 - none;
  carrier_subtract(threshold, two, drawn);
  carrier_multiply(threshold, threshold, gap);
  if (format.is_equal) {
    const V least = 0x1p-1074 - none, unit = 1.0 - none;
    threshold = drawn > unit ? least : gap;
  }
  carrier_add(r, r, V(rest >= threshold ? gap : none));

  if constexpr (wraps) {
    if (k.kind == Kind::wrapping) return finish_wrapping(k, x, r, a, c, sign);
  }
  finish_general(k, x, r, a, sign);
}

}  // namespace detail

/// x rounded; others than stochastic formats ignore the counter. `wraps`: also by formats that
/// wrap.
template <bool wraps = true, class V>
STATEWRIGHT_ANYWHERE void round_drawn(const DrawnConstants<V>& format, V& x,
                                      const typename Carrier<V>::U& counter) {
  if (format.is_drawn) return detail::round_stochastically<wraps>(format, x, counter);
  round_looked_up<wraps>(format.rounds, x);
}

/// product = fl(a b)
template <bool wraps = true, class V>
STATEWRIGHT_ANYWHERE void multiply_drawn(const DrawnConstants<V>& format, V& product, const V& a,
                                         const V& b, const typename Carrier<V>::U& counter) {
  carrier_multiply(product, a, b);
  round_drawn<wraps>(format, product, counter);
}

/// sum = fl(a + b)
template <bool wraps = true, class V>
STATEWRIGHT_ANYWHERE void add_drawn(const DrawnConstants<V>& format, V& sum, const V& a, const V& b,
                                    const typename Carrier<V>::U& counter) {
  if (sums_to_odd<Kind::wrapping>(format.rounds)) {
    detail::sum_to_odd(format.rounds.rounding, sum, a, b);
  } else {
    carrier_add(sum, a, b);
  }
  round_drawn<wraps>(format, sum, counter);
}

}  // namespace statewright::kernels
