#pragma once

#include <cstdint>

#include "core/number/format.hpp"

namespace statewright::core {

/// Stochastic rounding: what is random, and what becomes of it.
///
/// A value x between two neighbours on the grid of its format (subnormals included; rounded as if
/// there were no largest value, then the overflow rule) lies the fraction t, 0 < t < 1, of the gap
/// beyond the neighbour that is nearer to zero. R is a whole number of N = Format::random_bits
/// random bits, T = floor(2^N t). x becomes the neighbour further from zero exactly if
///   `stochastic`        T + R >= 2^N, which has the probability T / 2^N: in (t - 2^-N, t], so the
///                       mean error of N bits is a bias towards zero of less than 2^-N of the gap;
///   `stochastic_equal`  R = 1 (N = 1).
/// Values of the format never change. The same R gives x and -x results of opposite signs.
///
/// R is no state but a function of Format::seed and of a counter that the caller gives to each
/// rounding, so that any order of evaluation, on any device, gives the same bits:
///   R = random_word(seed, counter) / 2^(32 - N), rounded down.

/// 32 random bits. With wrapping 64-bit arithmetic, G = 0x9E3779B97F4A7C15, A = 0xBF58476D1CE4E5B9
/// and B = 0x94D049BB133111EB:
///   mix(z)  z = (z ^ z >> 30) A;  z = (z ^ z >> 27) B;  the result is z ^ z >> 31
///   k0 = mix(seed + G), k1 = mix(seed + 2 G)
///   z = G counter + k0;  z = (z ^ z >> 30) A ^ k1;  z = (z ^ z >> 27) B;  the word is z >> 32
/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014) with a second key within, so that the
/// words of two seeds are not one sequence with different beginnings.
std::uint32_t random_word(std::uint64_t seed, std::uint64_t counter) noexcept;

namespace detail {

struct RandomKeys {
  std::uint64_t first = 0, second = 0;
};

constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;
constexpr std::uint64_t kMixFirst = 0xBF58'476D'1CE4'E5B9;
constexpr std::uint64_t kMixSecond = 0x94D0'49BB'1331'11EB;

RandomKeys random_keys(std::uint64_t seed) noexcept;

inline std::uint64_t random_place(const RandomKeys& keys, std::uint64_t counter) noexcept {
  return counter * kGolden + keys.first;
}

/// The word stands in the upper half.
[[gnu::always_inline]] inline std::uint64_t product_at(const RandomKeys& keys,
                                                       std::uint64_t place) noexcept {
  const std::uint64_t z = ((place ^ place >> 30) * kMixFirst) ^ keys.second;
  return (z ^ z >> 27) * kMixSecond;
}

inline std::uint64_t random_product(const RandomKeys& keys, std::uint64_t counter) noexcept {
  return product_at(keys, random_place(keys, counter));
}

}  // namespace detail

/// `value` rounded to `format` with R = `random`: the specification of stochastic rounding. Other
/// formats ignore `random`. Errors: none; random < 2^N is not checked.
double round_with(const Rational& value, const Format& format, std::uint32_t random);

/// The same with the R of format.seed and `counter`, for all formats; deterministic ones ignore the
/// counter. Special values as with round_exact(value, format), which takes the counter 0.
double round_exact(const Rational& value, const Format& format, std::uint64_t counter);
double round_exact(double value, const Format& format, std::uint64_t counter);

/// R: the upper format.random_bits bits of the word.
std::uint32_t random_draw(const Format& format, std::uint64_t counter) noexcept;

}  // namespace statewright::core
