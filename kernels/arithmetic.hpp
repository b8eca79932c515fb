#pragma once

// Rounded operations, written once for every backend: templates over what holds the numbers, which
// is a float or double on the CPU and in CUDA threads, and a vector of them (the compilers' own
// vector types) in the CPU's fast loops. Everything is inlined into functions that are compiled for
// one processor, hence references instead of vectors by value.
//
// When is an operation of the carrier (float or double) and one rounding of its result right?
// Products: if the carrier holds them exactly. Nearest-even sums of values of at most p bits: if
// the carrier has 2p + 1 bits (Figueroa 1995), and also among subnormals as long as both operands
// are multiples of the format's least value. All other sums: if the carrier's result is rounded to
// odd first (Boldo and Melquiond 2008), for which TwoSum gives the error. constants.cpp chooses.
//
// A rounding itself: let e be the exponent of |x|, at least emin, and c = 2^(e + 52 - m). Doubles
// around |x| + c are 2^(e - m) apart, as values with m stored bits are around x; so the hardware's
// own rounding of the sum rounds |x| to m bits, and taking c off again is exact. Floats: 23 for 52.

#include <cstdint>
#include <cstring>

#include "kernels/format.hpp"

#ifdef __CUDACC__
#define STATEWRIGHT_ANYWHERE __host__ __device__ __forceinline__
#else
#define STATEWRIGHT_ANYWHERE [[gnu::always_inline]] inline
#endif

namespace statewright::kernels {

/// How results of the carrier are rounded.
enum class Kind : std::uint8_t {
  native,    ///< they are values of the format
  cut,       ///< nearest-even to a format with float's exponents and fewer bits; carrier float
  plain,     ///< nearest-even, floating, with subnormals and -0
  general,   ///< any rounding; sums by way of rounding to odd; carrier double
  wrapping,  ///< the same modulo 2^i. Of operations: how, is looked up each time
};

/// The numbers and whole numbers of the same size that a carrier consists of.
template <class V>
struct Carrier;
template <>
struct Carrier<float> {
  using T = float;
  using I = std::int32_t;
  using U = std::uint32_t;
};
template <>
struct Carrier<double> {
  using T = double;
  using I = std::int64_t;
  using U = std::uint64_t;
};

/// A format as the operations read it, for numbers in V. Magnitudes where [negative] is an index.
template <class V>
struct Constants {
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;

  Kind kind = Kind::native;
  Rounding rounding = Rounding::nearest_even;
  int drop = 0;                ///< cut: how many low bits go
  I low = {};                  ///< bits of 2^emin; fixed point: of 1
  I high = {};                 ///< general: bits of 2^(emax + 1)
  U shift = {};                ///< what turns the bits of 2^e into those of c
  V most = {};                 ///< plain: the largest magnitude that does not overflow
  V beyond = {};               ///< plain: what others become
  V step = {};                 ///< general: distance of neighbours over 2^e
  V least = {};                ///< general: results below become zero
  V zero = {};                 ///< general: -0 keeps the sign of zero, +0 removes it
  V largest[2] = {};           ///< general
  V overflow[2] = {};          ///< general: what finite results beyond the largest become
  V infinite[2] = {};          ///< general: what infinities become
  V neutral = {};              ///< the zero that can be added without effect
  V modulus = {}, share = {};  ///< wrapping: 2^i and 2^-i
};

template <class V, class T>
STATEWRIGHT_ANYWHERE void spread(Constants<V>& to, const Constants<T>& from) {
  // x - 0 is x for -0, too.
  const V none = {};
  const typename Carrier<V>::I no_bits = {};
  const typename Carrier<V>::U no_units = {};
  to.kind = from.kind;
  to.rounding = from.rounding;
  to.drop = from.drop;
  to.low = from.low - no_bits;
  to.high = from.high - no_bits;
  to.shift = from.shift - no_units;
  to.most = from.most - none;
  to.beyond = from.beyond - none;
  to.step = from.step - none;
  to.least = from.least - none;
  to.zero = from.zero - none;
  to.neutral = from.neutral - none;
  to.modulus = from.modulus - none;
  to.share = from.share - none;
  for (int i = 0; i < 2; ++i) {
    to.largest[i] = from.largest[i] - none;
    to.overflow[i] = from.overflow[i] - none;
    to.infinite[i] = from.infinite[i] - none;
  }
}

/// `to` becomes the bits of `from`.
template <class To, class From>
STATEWRIGHT_ANYWHERE void bits_of(To& to, const From& from) {
  static_assert(sizeof to == sizeof from);
  std::memcpy(&to, &from, sizeof to);
}

// --- operations of the carrier, never contracted to fused ones ----------------------------------

template <class V>
STATEWRIGHT_ANYWHERE void carrier_add(V& sum, const V& a, const V& b) {
#ifdef __CUDA_ARCH__
  if constexpr (sizeof(V) == sizeof(float)) {
    sum = __fadd_rn(a, b);
  } else {
    sum = __dadd_rn(a, b);
  }
#else
  sum = a + b;
#endif
}

template <class V>
STATEWRIGHT_ANYWHERE void carrier_subtract(V& difference, const V& a, const V& b) {
#ifdef __CUDA_ARCH__
  if constexpr (sizeof(V) == sizeof(float)) {
    difference = __fsub_rn(a, b);
  } else {
    difference = __dsub_rn(a, b);
  }
#else
  difference = a - b;
#endif
}

template <class V>
STATEWRIGHT_ANYWHERE void carrier_multiply(V& product, const V& a, const V& b) {
#ifdef __CUDA_ARCH__
  if constexpr (sizeof(V) == sizeof(float)) {
    product = __fmul_rn(a, b);
  } else {
    product = __dmul_rn(a, b);
  }
#else
  product = a * b;
#endif
}

// --- rounding -----------------------------------------------------------------------------------

namespace detail {

template <class V>
struct Fields {
  using T = typename Carrier<V>::T;
  using U = typename Carrier<V>::U;
  static constexpr int kStored = sizeof(T) == 4 ? 23 : 52;
  using Scalar = typename Carrier<T>::U;
  static constexpr Scalar kSign = Scalar{1} << (8 * sizeof(T) - 1);
  static constexpr Scalar kExponent = (kSign - 1) >> kStored << kStored;
};

template <class V>
STATEWRIGHT_ANYWHERE void round_cut(const Constants<V>& k, V& x) {
  // Carries run into the exponent, to infinity at last; subnormals are no special case. On x86 the
  // only NaN that arises has no bits that could carry; CUDA's has all.
  using U = typename Carrier<V>::U;
  U b;
  bits_of(b, x);
  const typename Fields<V>::Scalar one = 1, half = (one << (k.drop - 1)) - 1;
  const typename Fields<V>::Scalar keep = ~((one << k.drop) - 1);
  b = (b + (((b >> k.drop) & one) + half)) & keep;
#ifdef __CUDA_ARCH__
  if (x != x) return;
#endif
  bits_of(x, b);
}

template <class V>
STATEWRIGHT_ANYWHERE void round_plain(const Constants<V>& k, V& x) {
  // Magnitudes too large are found before rounding, so their c may be anything.
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;
  U bits, c_bits;
  bits_of(bits, x);
  const U sign = bits & Fields<V>::kSign;
  const U size = bits ^ sign;
  I exponent = (I)(size & Fields<V>::kExponent);
  exponent = exponent > k.low ? exponent : k.low;
  c_bits = (U)exponent + k.shift;
  V a, c, r;
  bits_of(a, size);
  bits_of(c, c_bits);
  carrier_add(r, a, c);
  carrier_subtract(r, r, c);
  r = a > k.most ? k.beyond : r;
  bits_of(bits, r);
  bits = bits | sign;
  bits_of(x, bits);
}

/// x becomes r, a multiple of the format's unit, modulo `modulus`; NaN of infinities. All of it is
/// exact: |r| / modulus, its nearest whole number, what is left.
template <class V>
STATEWRIGHT_ANYWHERE void wrap_around(V& x, const V& share, const V& modulus) {
  using U = typename Carrier<V>::U;
  using T = typename Carrier<V>::T;
  const V none = {};
  const V whole = V(T(std::uint64_t{1} << Fields<V>::kStored) - none);  // no fractions from here on
  U bits;
  bits_of(bits, x);
  const U sign = bits & Fields<V>::kSign;
  bits = bits ^ sign;
  V turns, nearest, rest;
  bits_of(turns, bits);
  carrier_multiply(turns, turns, share);
  carrier_add(nearest, turns, whole);
  carrier_subtract(nearest, nearest, whole);
  nearest = turns < whole ? nearest : turns;
  carrier_subtract(rest, turns, nearest);
  bits_of(bits, rest);
  bits = bits ^ sign;
  bits_of(rest, bits);
  const V half = T(0.5) - none, lowest = T(-0.5) - none;
  rest = rest == half ? lowest : rest;
  carrier_multiply(rest, rest, modulus);
  carrier_add(x, rest, none);  // no -0
}

/// The magnitude r, with that sign, as a format that wraps has it; `size` is what was rounded,
/// which from `most` on is a multiple of the unit as all numbers of the carrier are.
template <class V>
STATEWRIGHT_ANYWHERE void finish_wrapping(const Constants<V>& k, V& x, const V& r, const V& size,
                                          const V& most, const typename Carrier<V>::U& sign) {
  typename Carrier<V>::U bits;
  V y = size < most ? r : size;
  bits_of(bits, y);
  bits = bits | sign;
  bits_of(y, bits);
  wrap_around(y, k.share, k.modulus);
  x = y;
}

/// x becomes the magnitude r, which was rounded from `size`, with that sign: what overflows, is
/// infinite or below the least number as the format has it.
template <class V>
STATEWRIGHT_ANYWHERE void finish_general(const Constants<V>& k, V& x, V& r, const V& size,
                                         const typename Carrier<V>::U& sign) {
  using I = typename Carrier<V>::I;
  const V none = {};
  const I no_bits = {}, negative = (I)sign;  // not zero
  const V largest = negative != no_bits ? k.largest[1] : k.largest[0];
  const V overflow = negative != no_bits ? k.overflow[1] : k.overflow[0];
  const V infinite = negative != no_bits ? k.infinite[1] : k.infinite[0];
  const V infinity = V(__builtin_huge_val() - none);
  r = r > largest ? overflow : r;
  r = size == infinity ? infinite : r;
  r = r < k.least ? none : r;
  typename Carrier<V>::U bits;
  bits_of(bits, r);
  bits = bits | sign;
  bits_of(r, bits);
  carrier_add(x, r, k.zero);
}

template <bool wraps, class V>
STATEWRIGHT_ANYWHERE void round_general(const Constants<V>& k, V& x) {
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;
  using T = typename Carrier<V>::T;
  const V none = {};
  const I no_bits = {};
  U bits;
  bits_of(bits, x);
  const U sign = bits & Fields<V>::kSign;
  const U size = bits ^ sign;
  I exponent = (I)(size & Fields<V>::kExponent);
  exponent = exponent > k.low ? exponent : k.low;
  exponent = exponent < k.high ? exponent : k.high;
  const U c_bits = (U)exponent + k.shift;
  V a, c, scale, r, gap;
  bits_of(a, size);
  bits_of(scale, exponent);
  bits_of(c, c_bits);
  carrier_add(r, a, c);
  carrier_subtract(r, r, c);
  const I negative = (I)sign;  // not zero
  if (k.rounding != Rounding::nearest_even) {
    carrier_multiply(gap, scale, k.step);
    V truncated, up;
    carrier_subtract(truncated, r, V(r > a ? gap : none));
    carrier_add(up, truncated, V(truncated < a ? gap : none));
    if (k.rounding == Rounding::toward_zero) {
      r = truncated;
    } else if (k.rounding == Rounding::nearest_away) {
      V rest, half;
      carrier_subtract(rest, a, r);  // exact
      const V one_half = T(0.5) - none;
      carrier_multiply(half, gap, one_half);
      carrier_add(r, r, V(rest == half ? gap : none));
    } else if (k.rounding == Rounding::to_odd) {
      V twice, even;
      carrier_add(twice, c, c);
      carrier_add(even, truncated, twice);  // to even multiples of gap
      carrier_subtract(even, even, twice);
      r = even == truncated ? up : truncated;
    } else if (k.rounding == Rounding::down) {
      r = negative != no_bits ? up : truncated;
    } else {
      r = negative != no_bits ? truncated : up;
    }
  }
  if constexpr (wraps) return finish_wrapping(k, x, r, a, c, sign);
  finish_general(k, x, r, a, sign);
}

/// Leaves the last bit of the sum of a and b odd if it is not exact.
template <class V>
STATEWRIGHT_ANYWHERE void sum_to_odd(Rounding rounding, V& sum, const V& a, const V& b) {
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;
  const V none = {};
  const I no_bits = {}, one = no_bits + 1;
  V of_b, of_a, error, other;
  carrier_add(sum, a, b);
  carrier_subtract(of_b, sum, a);
  carrier_subtract(of_a, sum, of_b);
  carrier_subtract(error, a, of_a);
  carrier_subtract(other, b, of_b);
  carrier_add(error, error, other);
  // One step towards the error's sign. An infinite sum has a NaN for its error, for which both
  // comparisons are false.
  I bits;
  U bits_a, bits_b;
  bits_of(bits, sum);
  I towards = error > none ? one : no_bits;
  towards = error < none ? -one : towards;
  towards = bits < no_bits ? -towards : towards;
  bits += towards & ((bits & one) - one);
  if (rounding == Rounding::down) {  // x - x is -0
    bits_of(bits_a, a);
    bits_of(bits_b, b);
    const I sign = (I)((bits_a | bits_b) & Fields<V>::kSign);
    bits = sum == none ? bits | sign : bits;
  }
  bits_of(sum, bits);
}

}  // namespace detail

/// x rounded with the kind looked up. `wraps`: formats that wrap, too.
template <bool wraps, class V>
STATEWRIGHT_ANYWHERE void round_looked_up(const Constants<V>& format, V& x) {
  constexpr bool is_double = sizeof(typename Carrier<V>::T) == 8;
  switch (format.kind) {
    case Kind::native:
      return;
    case Kind::cut:
      if constexpr (!is_double) detail::round_cut(format, x);
      return;
    case Kind::plain:
      return detail::round_plain(format, x);
    case Kind::general:
      if constexpr (is_double) detail::round_general<false>(format, x);
      return;
    case Kind::wrapping:
      if constexpr (is_double && wraps) detail::round_general<true>(format, x);
      return;
  }
}

/// x rounded to the format; `kind` is that of the constants, or wrapping. NaN stays some NaN.
template <Kind kind, class V>
STATEWRIGHT_ANYWHERE void round_to(const Constants<V>& format, V& x) {
  if constexpr (kind == Kind::cut) detail::round_cut(format, x);
  if constexpr (kind == Kind::plain) detail::round_plain(format, x);
  if constexpr (kind == Kind::general) detail::round_general<false>(format, x);
  if constexpr (kind == Kind::wrapping) round_looked_up<true>(format, x);
}

/// The same with the kind looked up.
template <class V>
STATEWRIGHT_ANYWHERE void round_to(const Constants<V>& format, V& x) {
  round_looked_up<true>(format, x);
}

/// Whether sums are rounded to odd first.
template <Kind kind, class V>
STATEWRIGHT_ANYWHERE bool sums_to_odd(const Constants<V>& format) {
  if constexpr (kind == Kind::wrapping) {
    return format.kind == Kind::general || format.kind == Kind::wrapping;
  }
  return kind == Kind::general;
}

/// product = fl(a b)
template <Kind kind, class V>
STATEWRIGHT_ANYWHERE void multiply(const Constants<V>& format, V& product, const V& a, const V& b) {
  carrier_multiply(product, a, b);
  round_to<kind>(format, product);
}

/// sum = fl(a + b)
template <Kind kind, class V>
STATEWRIGHT_ANYWHERE void add(const Constants<V>& format, V& sum, const V& a, const V& b) {
  if (sums_to_odd<kind>(format)) {
    detail::sum_to_odd(format.rounding, sum, a, b);
  } else {
    carrier_add(sum, a, b);
  }
  round_to<kind>(format, sum);
}

/// The same for the difference a - b, which is the sum of a and -b.
template <Kind kind, class V>
STATEWRIGHT_ANYWHERE void subtract(const Constants<V>& format, V& difference, const V& a,
                                   const V& b) {
  if (sums_to_odd<kind>(format)) {
    const V opposite = -b;
    detail::sum_to_odd(format.rounding, difference, a, opposite);
  } else {
    carrier_subtract(difference, a, b);
  }
  round_to<kind>(format, difference);
}

}  // namespace statewright::kernels
