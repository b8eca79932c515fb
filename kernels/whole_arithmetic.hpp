#pragma once

// Internal: rounded operations in whole numbers, one number at a time, right for every format of at
// most 53 bits with operands that are any doubles: what carriers cannot do (arithmetic.hpp) because
// an exact result does not fit them. An exact product has 106 bits. Of a sum 128 bits and whether
// there are others below decide, as doubles have 53 bits and random roundings read at most 32 more.

#include "kernels/drawn.hpp"
#include "kernels/wide_integer.hpp"

namespace statewright::kernels {

/// A format as whole numbers are rounded to it. Magnitudes where [negative] is an index.
struct WholeFormat {
  bool is_native = false;  ///< fp64, to nearest-even
  bool fixed = false, wraps = false, subnormals = true, signed_zero = true;
  bool is_drawn = false;
  Rounding rounding = Rounding::nearest_even;
  int stored = 52;  ///< significand bits; fixed point: after the binary point
  int bits = 64;    ///< of a code
  int emin = 0, emax = 0;
  int random_bits = 0;
  std::uint64_t first = 0, second = 0;  ///< keys of the random words
  double largest[2] = {}, overflow[2] = {}, infinite[2] = {};
};

/// units 2^place, and less than 2^place more if `more`.
struct Magnitude {
  Unsigned128 units = 0;
  int place = 0;
  bool more = false;
};

namespace detail {

STATEWRIGHT_ANYWHERE bool is_negative(double x) {
  std::uint64_t bits;
  bits_of(bits, x);
  return bits >> 63U != 0;
}

/// The magnitude `size` with that sign.
STATEWRIGHT_ANYWHERE double with_sign(double size, bool negative) {
  std::uint64_t bits;
  bits_of(bits, size);
  bits |= std::uint64_t{negative} << 63U;
  bits_of(size, bits);
  return size;
}

STATEWRIGHT_ANYWHERE double size_of(double x) {
  std::uint64_t bits;
  bits_of(bits, x);
  bits &= ~(std::uint64_t{1} << 63U);
  bits_of(x, bits);
  return x;
}

STATEWRIGHT_ANYWHERE bool is_finite(double x) { return x - x == 0; }

/// 2^exponent, exponent from -1074 to 1023.
STATEWRIGHT_ANYWHERE double power_of_two(int exponent) {
  const std::uint64_t bits = exponent >= -1022 ? static_cast<std::uint64_t>(exponent + 1023) << 52U
                                               : std::uint64_t{1} << (exponent + 1074);
  double power;
  bits_of(power, bits);
  return power;
}

/// The magnitude of a finite x is units 2^place.
STATEWRIGHT_ANYWHERE void take_apart(double x, std::uint64_t& units, int& place) {
  std::uint64_t bits;
  bits_of(bits, x);
  units = bits & 0x000f'ffff'ffff'ffff;
  const int field = static_cast<int>(bits >> 52U & 0x7ffU);
  if (field != 0) units |= 0x0010'0000'0000'0000;
  place = (field != 0 ? field : 1) - 1075;
}

/// R: the upper bits of the counter's random word.
STATEWRIGHT_ANYWHERE std::uint64_t random_of(const WholeFormat& format, std::uint64_t counter) {
  std::uint64_t word = counter * kGolden + format.first;
  word = ((word ^ word >> 30U) * kMixFirst) ^ format.second;
  word = (word ^ word >> 27U) * kMixSecond;
  return word >> (64 - format.random_bits);
}

/// Whether units + rest 2^-drop goes up, 0 < rest; `more` is less than any bit of rest.
STATEWRIGHT_ANYWHERE bool goes_up(const WholeFormat& format, bool negative, bool odd,
                                  Unsigned128 rest, int drop, bool more, std::uint64_t counter) {
  switch (format.rounding) {
    case Rounding::toward_zero:
      return false;
    case Rounding::up:
      return !negative;
    case Rounding::down:
      return negative;
    case Rounding::to_odd:
      return !odd;
    case Rounding::stochastic: {
      const int below = drop - format.random_bits;
      const Unsigned128 tail = below >= 128 ? 0 : below >= 0 ? rest >> below : rest << -below;
      return static_cast<std::uint64_t>(tail) + random_of(format, counter) >=
             std::uint64_t{1} << format.random_bits;
    }
    case Rounding::stochastic_equal:
      return random_of(format, counter) != 0;
    default:
      break;
  }
  if (drop > 128) return false;
  const Unsigned128 middle = Unsigned128{1} << (drop - 1);
  if (rest != middle) return rest > middle;
  return more || odd || format.rounding == Rounding::nearest_away;
}

STATEWRIGHT_ANYWHERE double zero_in(const WholeFormat& format, bool negative) {
  return negative && format.signed_zero ? -0.0 : 0.0;
}

}  // namespace detail

/// An exact value rounded: the magnitude, whose units are not 0, with its sign.
STATEWRIGHT_CALLED inline double round_magnitude(const WholeFormat& format, const Magnitude& value,
                                                 bool negative, std::uint64_t counter) {
  using namespace detail;
  const int exponent = value.place + width_of(value.units) - 1;
  const int most = format.fixed ? format.bits - format.stored : format.emax + 1;
  if (!format.wraps && exponent > most) {
    return with_sign(format.overflow[negative], negative);
  }
  const int normal = exponent > format.emin ? exponent : format.emin;
  const int grid = (format.fixed ? 0 : normal) - format.stored;
  const int drop = grid - value.place;
  Unsigned128 units = 0, rest = 0;
  if (drop <= 0) {
    units = drop > -128 ? value.units << -drop : 0;  // lost: multiples of the modulus
  } else if (drop < 128) {
    units = value.units >> drop;
    rest = value.units - (units << drop);
  } else {
    rest = value.units;
  }
  if ((rest != 0 || value.more) &&
      goes_up(format, negative, (units & 1U) != 0, rest, drop, value.more, counter)) {
    ++units;
  }
  auto low = static_cast<std::uint64_t>(units);
  if (format.wraps) {
    const std::uint64_t sign = std::uint64_t{1} << (format.bits - 1);
    low = ((negative ? 0 - low : low) + sign) & (2 * sign - 1);  // from the lowest on
    return static_cast<double>(static_cast<std::int64_t>(low - sign)) * power_of_two(grid);
  }
  if (low == 0) return zero_in(format, negative);
  const double result = static_cast<double>(low) * power_of_two(grid);  // exact
  if (!format.subnormals && result < power_of_two(format.emin)) return zero_in(format, negative);
  return with_sign(result > format.largest[negative] ? format.overflow[negative] : result,
                   negative);
}

/// What a zero, an infinity or NaN is in the format.
STATEWRIGHT_ANYWHERE double round_special(const WholeFormat& format, double x) {
  if (x != x) return x;
  const bool negative = detail::is_negative(x);
  if (x == 0) return detail::zero_in(format, negative);
  return detail::with_sign(format.infinite[negative], negative);
}

/// x rounded.
STATEWRIGHT_ANYWHERE double round_whole(const WholeFormat& format, double x,
                                        std::uint64_t counter) {
  if (format.is_native) return x;
  if (x == 0 || !detail::is_finite(x)) return round_special(format, x);
  std::uint64_t units;
  Magnitude value;
  detail::take_apart(x, units, value.place);
  value.units = units;
  return round_magnitude(format, value, detail::is_negative(x), counter);
}

/// fl(a b)
STATEWRIGHT_ANYWHERE double multiply_whole(const WholeFormat& format, double a, double b,
                                           std::uint64_t counter) {
  double product;
  carrier_multiply(product, a, b);
  if (format.is_native) return product;
  if (a == 0 || b == 0 || !detail::is_finite(a) || !detail::is_finite(b)) {
    return round_special(format, product);
  }
  std::uint64_t units, others;
  int place, other;
  detail::take_apart(a, units, place);
  detail::take_apart(b, others, other);
  return round_magnitude(format, {Unsigned128{units} * others, place + other, false},
                         detail::is_negative(a) != detail::is_negative(b), counter);
}

/// fl(a + b)
STATEWRIGHT_ANYWHERE double add_whole(const WholeFormat& format, double a, double b,
                                      std::uint64_t counter) {
  double sum;
  carrier_add(sum, a, b);
  if (format.is_native) return sum;
  if (!detail::is_finite(a) || !detail::is_finite(b)) return round_special(format, sum);
  const bool swaps = detail::size_of(a) < detail::size_of(b);
  if (a == -b || (a == 0 && b == 0)) {
    const bool alike = detail::is_negative(a) == detail::is_negative(b);
    const bool negative = alike ? detail::is_negative(a) : format.rounding == Rounding::down;
    return detail::zero_in(format, negative);
  }
  constexpr int kRoom = 70;  // 53 bits and a carry above, in 128
  std::uint64_t large, small;
  int place, other;
  const double x = swaps ? b : a, y = swaps ? a : b;
  detail::take_apart(x, large, place);
  detail::take_apart(y, small, other);
  if (format.wraps) {
    // Far above the modulus, where doubles are multiples of it, one is like another.
    const int far = format.bits - format.stored + 60;
    if (other + 52 >= far && place + 52 >= far) return 0;
    if (place + 52 >= far) {
      large = std::uint64_t{1} << 52U;
      place = far - 52;
    }
  }
  Magnitude value;
  value.place = place - kRoom;
  value.units = Unsigned128{large} << kRoom;
  const int down = value.place - other;
  const Unsigned128 whole = down <= 0   ? Unsigned128{small} << -down
                            : down < 64 ? Unsigned128{small >> down}
                                        : Unsigned128{0};
  value.more =
      down > 0 && (down >= 64 ? small != 0 : (small & ((std::uint64_t{1} << down) - 1)) != 0);
  if (detail::is_negative(x) == detail::is_negative(y)) {
    value.units += whole;
  } else {
    value.units -= whole;
    if (value.more) --value.units;  // the rest of a whole unit is left
  }
  return round_magnitude(format, value, detail::is_negative(x), counter);
}

// --- sums of many products
// ------------------------------------------------------------------------

/// A number of products of doubles added exactly: multiples of 2^base, in two's complement.
template <int L>
struct ExactTotal {
  std::uint64_t limb[L];

  STATEWRIGHT_BOTH ExactTotal() {
    STATEWRIGHT_ROLLED
    for (int i = 0; i < L; ++i) limb[i] = 0;
  }

  /// Adds a b, both finite.
  STATEWRIGHT_BOTH void add(double a, double b, int base) {
    std::uint64_t units, others;
    int place, other;
    detail::take_apart(a, units, place);
    detail::take_apart(b, others, other);
    const Unsigned128 product = Unsigned128{units} * others;
    if (product == 0) return;
    const bool negative = detail::is_negative(a) != detail::is_negative(b);
    // Below the base there are zeros only.
    int at = place + other - base;
    Unsigned128 left = product;
    if (at < 0) {
      left >>= -at;
      at = 0;
    }
    const int shift = at % 64;
    const std::uint64_t parts[3] = {
        static_cast<std::uint64_t>(left << shift), static_cast<std::uint64_t>(left << shift >> 64U),
        shift == 0 ? 0 : static_cast<std::uint64_t>(left >> (128 - shift))};
    std::uint64_t carry = negative ? 1 : 0;
    STATEWRIGHT_ROLLED
    for (int i = at / 64, k = 0; i < L; ++i, ++k) {
      const std::uint64_t part = k == 0 ? parts[0] : k == 1 ? parts[1] : k == 2 ? parts[2] : 0;
      const Unsigned128 moved = Unsigned128{limb[i]} + (negative ? ~part : part) + carry;
      limb[i] = static_cast<std::uint64_t>(moved);
      carry = static_cast<std::uint64_t>(moved >> 64U);
    }
  }

  /// The total, rounded; an exact zero is +0.
  STATEWRIGHT_BOTH double round(const WholeFormat& format, int base, std::uint64_t counter) const {
    const bool negative = limb[L - 1] >> 63U != 0;
    std::uint64_t size[L], carry = negative ? 1 : 0;
    int top = -1;
    STATEWRIGHT_ROLLED
    for (int i = 0; i < L; ++i) {
      const std::uint64_t part = negative ? ~limb[i] : limb[i];
      size[i] = part + carry;
      carry = carry != 0 && size[i] == 0 ? 1 : 0;
      if (size[i] != 0) top = i;
    }
    if (top < 0) return 0;
    Magnitude value;
    const int lower = top > 0 ? top - 1 : 0;
    value.place = base + 64 * lower;
    value.units = size[lower];
    if (top > 0) value.units |= Unsigned128{size[top]} << 64U;
    STATEWRIGHT_ROLLED
    for (int i = 0; i < lower; ++i) value.more = value.more || size[i] != 0;
    return round_magnitude(format, value, negative, counter);
  }
};

}  // namespace statewright::kernels
