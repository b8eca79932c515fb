#pragma once

// Internal: one rounding of a double, without branches, so that loops over it vectorise.
//
// Let c = 2^(e + 52 - m), with e the exponent of |x|. The doubles around |x| + c are 2^(e - m)
// apart, as values with m stored significand bits are around x; so the hardware's own
// nearest-even rounding of the sum rounds |x| to m bits, and taking c off again is exact. With e
// clamped from below to emin the grid stays as wide as that of subnormals. Clamped from above to
// emax + 1, c stays finite, and whatever is larger overflows anyhow (without this clamp inputs near
// 2^979 would give NaN). The sum needs the nearest-even mode of the processor, no contraction and
// no fast-math.
//
// The other roundings start from that neighbour r and from the exact sign of r - |x|: one step of
// the grid in x's own binade leads to the other neighbour, across a binade boundary too.

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/number/format.hpp"

namespace statewright::core::detail {

struct RoundKernel {
  std::int64_t low = 0;     ///< bits of 2^emin as a double
  std::int64_t high = 0;    ///< bits of 2^(emax + 1); fixed point: both those of 1
  double shift = 0;         ///< c over 2^e
  double step = 0;          ///< distance of neighbours over 2^e
  double least = 0;         ///< results below become zero
  double largest[2] = {};   ///< [negative], magnitudes
  double beyond[2] = {};    ///< [negative], magnitudes: for finite x whose result is larger
  double infinite[2] = {};  ///< [negative], magnitudes: for infinite x
  double half = 0;          ///< half the modulus, for `wrap`; then `largest` is infinite
  double zero = 0;          ///< -0: keep the sign of zero; +0: added, it removes the sign
};

/// x rounded. NaN gives the one quiet NaN. `plain` formats are floating ones with subnormals; they
/// need less.
template <Rounding rounding, bool plain = false>
[[gnu::always_inline]] inline double round_one(const RoundKernel& k, double x) {
  constexpr bool nearest = rounding == Rounding::nearest_even || rounding == Rounding::nearest_away;
  constexpr std::int64_t exponent_mask = 0x7ff0'0000'0000'0000;
  const auto bits = std::bit_cast<std::int64_t>(x);
  const auto sign = bits & std::numeric_limits<std::int64_t>::min();
  const double a = std::bit_cast<double>(bits ^ sign);
  std::int64_t exponent = bits & exponent_mask;
  exponent = exponent < k.low ? k.low : exponent;
  exponent = exponent > k.high ? k.high : exponent;
  const double scale = std::bit_cast<double>(exponent);
  const double c = scale * k.shift;
  double r = (a + c) - c;
  if constexpr (rounding != Rounding::nearest_even) {
    const double gap = scale * k.step;
    const double truncated = r - (r > a ? gap : 0.0);
    if constexpr (rounding == Rounding::toward_zero) {
      r = truncated;
    } else if constexpr (rounding == Rounding::nearest_away) {
      r = r + (a - r == 0.5 * gap ? gap : 0.0);  // a - r is exact
    } else if constexpr (rounding == Rounding::to_odd) {
      const double twice = c + c;
      const double even = (truncated + twice) - twice;  // to even multiples of gap
      r = truncated + (even == truncated ? (truncated < a ? gap : 0.0) : 0.0);
    } else {
      const double outward = truncated + (truncated < a ? gap : 0.0);
      r = (sign != 0) == (rounding == Rounding::down) ? outward : truncated;
    }
  }
  if constexpr (plain && nearest) {  // both signs alike, infinite arguments like overflow
    r = r > k.largest[0] ? k.beyond[0] : r;
  } else {
    const double largest = sign != 0 ? k.largest[1] : k.largest[0];
    const double beyond = sign != 0 ? k.beyond[1] : k.beyond[0];
    const double infinite = sign != 0 ? k.infinite[1] : k.infinite[0];
    r = r > largest ? beyond : r;
    r = a == std::numeric_limits<double>::infinity() ? infinite : r;
  }
  if constexpr (!plain) r = r < k.least ? 0.0 : r;
  double result = std::bit_cast<double>(std::bit_cast<std::int64_t>(r) | sign);
  if constexpr (!plain) result += k.zero;
  return r != r ? std::numeric_limits<double>::quiet_NaN() : result;
}

/// For fixed point that wraps: the rounded value modulo 2 half.
template <Rounding rounding>
inline double round_wrapped(const RoundKernel& k, double x) {
  // Doubles from c on are multiples of the unit; the kernel's sum would be coarser.
  const double r = std::fabs(x) < k.shift ? round_one<rounding>(k, x) : x;
  double wrapped = std::fmod(r, 2 * k.half);  // exact; NaN for infinities
  if (wrapped >= k.half) wrapped -= 2 * k.half;
  if (wrapped < -k.half) wrapped += 2 * k.half;
  return wrapped != wrapped ? std::numeric_limits<double>::quiet_NaN() : wrapped + 0.0;
}

/// For fp64: a double is a value already.
[[gnu::always_inline]] inline double round_native(const RoundKernel& k, double x) {
  const auto bits = std::bit_cast<std::int64_t>(x);
  const auto sign = bits & std::numeric_limits<std::int64_t>::min();
  const double a = std::bit_cast<double>(bits ^ sign);
  double r = a < k.least ? 0.0 : a;
  r = a == std::numeric_limits<double>::infinity() ? k.infinite[0] : r;  // both signs alike
  const double result = std::bit_cast<double>(std::bit_cast<std::int64_t>(r) | sign);
  return x != x ? std::numeric_limits<double>::quiet_NaN() : result;
}

}  // namespace statewright::core::detail
