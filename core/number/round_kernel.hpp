#pragma once

// Internal: one rounding of a double or a float, without branches, so that loops over it vectorise.
//
// Let e be the exponent of |x|, at least emin, and c = 2^(e + 52 - m). The doubles around |x| + c
// are 2^(e - m) apart, as values with m stored significand bits are around x; so the hardware's own
// nearest-even rounding of the sum rounds |x| to m bits, and taking c off again is exact. With e at
// least emin the grid stays as wide as that of subnormals. Where c overflows, so does x: the format
// has at most 10 exponent bits. Then the difference is infinite or NaN, hence the comparison
// !(r <= largest). The sum needs the nearest-even mode of the processor, no contraction and no
// fast-math. Floats are the same with 23 for 52 and at most 7 exponent bits.
//
// The other roundings start from that neighbour r and from the exact sign of r - |x|: one step of
// the grid in x's own binade leads to the other neighbour, across a binade boundary too.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/number/format.hpp"
#include "core/number/stochastic.hpp"

namespace statewright::core::detail {

template <class T>
struct Carrier;

template <>
struct Carrier<double> {
  using Bits = std::uint64_t;
  static constexpr int kSignificandBits = 52;
  static constexpr Bits kExponents = 0x7ff0'0000'0000'0000;
};

template <>
struct Carrier<float> {
  using Bits = std::uint32_t;
  static constexpr int kSignificandBits = 23;
  static constexpr Bits kExponents = 0x7f80'0000;
};

template <class T>
struct RoundKernelOf {
  T low = 0;           ///< 2^emin; fixed point: 1
  T high = 0;          ///< infinity; fixed point: 1
  T shift = 0;         ///< c over 2^e
  T step = 0;          ///< distance of neighbours over 2^e
  T least = 0;         ///< results below become zero
  T largest[2] = {};   ///< [negative], magnitudes
  T beyond[2] = {};    ///< [negative], magnitudes: for finite x whose result is larger
  T infinite[2] = {};  ///< [negative], magnitudes: for infinite x
  T half = 0;          ///< half the modulus, for `wrap`; then `largest` is infinite
  T zero = 0;          ///< -0: keep the sign of zero; +0: added, it removes the sign
};

using RoundKernel = RoundKernelOf<double>;

/// What stochastic rounding needs besides; see core/number/stochastic.hpp.
struct RandomKernel {
  RandomKeys keys;
  std::uint64_t mask = 0;  ///< R, shifted to the upper bits of a double's significand
};

/// How a format's ends are treated.
enum class Shape {
  plain,    ///< floating, with subnormals and -0; needs less
  general,  ///< all others
};

/// What code is compiled for. With FMA instructions c is added and taken off in one instruction
/// less: the same bits, as c is a power of two.
enum class Target { baseline, avx2, avx512 };

/// `value` if `condition`, else +0. Where a sum with that zero follows, compilers make a branch of
/// a conditional expression and do not vectorise the loop, or only without AVX2: there by a mask.
template <Target target, class T>
[[gnu::always_inline]] inline T only_if(bool condition, T value) {
  if constexpr (target == Target::baseline) return condition ? value : T(0);
  using Bits = typename Carrier<T>::Bits;
  return std::bit_cast<T>(std::bit_cast<Bits>(value) & (condition ? ~Bits{0} : Bits{0}));
}

/// x on the grid around it, truncated, and how far apart neighbours are.
template <class T>
struct OnGridOf {
  T size, scale, nearest;
};

template <class T, Shape shape, Target target>
[[gnu::always_inline]] inline OnGridOf<T> to_grid(const RoundKernelOf<T>& k, T x) {
  using Bits = typename Carrier<T>::Bits;
  const Bits bits = std::bit_cast<Bits>(x);
  const T a = std::bit_cast<T>(bits & (std::numeric_limits<Bits>::max() >> 1));
  T scale = std::bit_cast<T>(bits & Carrier<T>::kExponents);
  if constexpr (target == Target::avx512) {  // where whole numbers have a maximum
    using Signed = std::make_signed_t<Bits>;
    scale = std::bit_cast<T>(std::max(std::bit_cast<Signed>(scale), std::bit_cast<Signed>(k.low)));
  } else {
    scale = scale < k.low ? k.low : scale;
  }
  if constexpr (shape == Shape::general) scale = scale < k.high ? scale : k.high;
  if constexpr (target != Target::baseline) {
    const T nearest = std::fma(scale, -k.shift, std::fma(scale, k.shift, a));
    return {a, scale, nearest};
  }
  const T c = scale * k.shift;
  return {a, scale, (a + c) - c};
}

/// Where the ends of a plain format differ.
enum class Ends {
  alike,    ///< nowhere: infinite arguments are like overflow
  inwards,  ///< infinite arguments differ from overflow
  by_sign,  ///< and one sign from the other
};

constexpr Ends ends_of(Rounding rounding) {
  switch (rounding) {
    case Rounding::toward_zero:
    case Rounding::to_odd:
      return Ends::inwards;
    case Rounding::up:
    case Rounding::down:
      return Ends::by_sign;
    default:
      return Ends::alike;
  }
}

/// The magnitude r with x's sign, with what the format makes of its ends.
template <Shape shape, Ends ends, class T>
[[gnu::always_inline]] inline T finish(const RoundKernelOf<T>& k, T x, T a, T r) {
  using Bits = typename Carrier<T>::Bits;
  const Bits sign = std::bit_cast<Bits>(x) & ~(std::numeric_limits<Bits>::max() >> 1);
  if constexpr (shape == Shape::plain && ends != Ends::by_sign) {
    r = r <= k.largest[0] ? r : k.beyond[0];
    if constexpr (ends == Ends::inwards) {
      r = a == std::numeric_limits<T>::infinity() ? k.infinite[0] : r;
    }
  } else {
    // Comparisons of doubles, not of bits, because every processor has them for vectors.
    const T largest = x < 0 ? k.largest[1] : k.largest[0];
    const T beyond = x < 0 ? k.beyond[1] : k.beyond[0];
    const T infinite = x < 0 ? k.infinite[1] : k.infinite[0];
    r = r <= largest ? r : beyond;
    r = a == std::numeric_limits<T>::infinity() ? infinite : r;
  }
  if constexpr (shape == Shape::general) r = r < k.least ? T(0) : r;
  T result = std::bit_cast<T>(std::bit_cast<Bits>(r) | sign);
  if constexpr (shape == Shape::general) result += k.zero;
  return __builtin_isunordered(x, r) ? std::numeric_limits<T>::quiet_NaN() : result;
}

/// x rounded, not stochastically. NaN gives the one quiet NaN.
template <Rounding rounding, Shape shape = Shape::general, Target target = Target::baseline,
          class T>
[[gnu::always_inline]] inline T round_one(const RoundKernelOf<T>& k, T x) {
  const auto [a, scale, nearest] = to_grid<T, shape, target>(k, x);
  T r = nearest;
  if constexpr (rounding != Rounding::nearest_even) {
    const T gap = scale * k.step;
    const T truncated = r - only_if<target>(r > a, gap);
    if constexpr (rounding == Rounding::toward_zero) {
      r = truncated;
    } else if constexpr (rounding == Rounding::nearest_away) {
      r += only_if<target>(a - r == T(0.5) * gap, gap);  // a - r is exact
    } else if constexpr (rounding == Rounding::to_odd) {
      const T twice = T(2) * (scale * k.shift);
      const T even = (truncated + twice) - twice;  // to even multiples of gap
      r = truncated + only_if<target>(even == truncated, only_if<target>(truncated < a, gap));
    } else {
      const bool outwards = rounding == Rounding::down ? x < 0 : x > 0;
      r = truncated + only_if<target>(outwards, only_if<target>(truncated < a, gap));
    }
  }
  return finish<shape, ends_of(rounding)>(k, x, a, r);
}

/// x rounded stochastically, with the R in the upper bits of `product`. T + R >= 2^N where the tail
/// is at least (2^N - R) / 2^N of the gap; the tail and that product are exact.
template <Rounding rounding, Shape shape = Shape::general, Target target = Target::baseline>
[[gnu::always_inline]] inline double round_random(const RoundKernel& k, const RandomKernel& random,
                                                  double x, std::uint64_t product) {
  const auto [a, scale, nearest] = to_grid<double, shape, target>(k, x);
  const double gap = scale * k.step;
  const double truncated = nearest - only_if<target>(nearest > a, gap);
  const double tail = a - truncated;
  const std::uint64_t one = 0x3ff0'0000'0000'0000;
  const double drawn = std::bit_cast<double>((product >> 12 & random.mask) | one);  // 1 + R / 2^N
  double threshold = (2.0 - drawn) * gap;
  if constexpr (rounding == Rounding::stochastic_equal) {
    threshold = drawn > 1 ? std::numeric_limits<double>::denorm_min() : gap;
  }
  const double r = truncated + only_if<target>(tail >= threshold, gap);
  return finish<shape, Ends::alike>(k, x, a, r);
}

/// For fixed point that wraps: the rounded value modulo 2 half. `round` rounds smaller values.
template <class Round>
inline double wrap_around(const RoundKernel& k, double x, const Round& round) {
  // Doubles from c on are multiples of the unit; the kernel's sum would be coarser.
  const double r = std::fabs(x) < k.shift ? round(x) : x;
  double wrapped = std::fmod(r, 2 * k.half);  // exact; NaN for infinities
  if (wrapped >= k.half) wrapped -= 2 * k.half;
  if (wrapped < -k.half) wrapped += 2 * k.half;
  return wrapped != wrapped ? std::numeric_limits<double>::quiet_NaN() : wrapped + 0.0;
}

/// For formats whose values are those of the carrier: a value already.
template <class T>
[[gnu::always_inline]] inline T round_native(const RoundKernelOf<T>& k, T x) {
  using Bits = typename Carrier<T>::Bits;
  const Bits bits = std::bit_cast<Bits>(x);
  const Bits sign = bits & ~(std::numeric_limits<Bits>::max() >> 1);
  const T a = std::bit_cast<T>(bits ^ sign);
  T r = a < k.least ? T(0) : a;
  r = a == std::numeric_limits<T>::infinity() ? k.infinite[0] : r;  // both signs alike
  const T result = std::bit_cast<T>(std::bit_cast<Bits>(r) | sign);
  return x != x ? std::numeric_limits<T>::quiet_NaN() : result;
}

}  // namespace statewright::core::detail
