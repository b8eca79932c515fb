#pragma once

// Letters from a counter: word w of seed s is the same on every backend, whole or in parts, and no
// letter needs the one before it.
//
// The finaliser of SplitMix64 (Steele, Lea, Flood 2014) with two keys for each word: with
// wrapping 64-bit arithmetic, G = 0x9E3779B97F4A7C15, A = 0xBF58476D1CE4E5B9, B =
// 0x94D049BB133111EB,
//   mix(z)      z = (z ^ z >> 30) A;  z = (z ^ z >> 27) B;  the result is z ^ z >> 31
//   k(w, i)     mix(mix(s + G) + G (2 w + i)), i = 0, 1
//   draw(w, b)  z = k(w, 0) + G b;  z = (z ^ z >> 30) A ^ k(w, 1);  z = (z ^ z >> 27) B;  z ^ z >>
//   31
// Each half of a draw, the lower first, holds m letters out of k: with x the half, a letter is
// floor(k x / 2^32) and the next x the remainder of that division of k x by 2^32; m is the largest
// number with k^m <= 2^16, at least 1. So the probabilities of a letter differ from 1/k by less
// than one part in 2^16 (for k <= 2^16). Letter t of a word is letter t mod 2m of draw floor(t /
// 2m).

#include <cstdint>

#include "kernels/arithmetic.hpp"

namespace statewright::kernels {

namespace detail {

constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;
constexpr std::uint64_t kMixFirst = 0xBF58'476D'1CE4'E5B9;
constexpr std::uint64_t kMixSecond = 0x94D0'49BB'1331'11EB;

STATEWRIGHT_ANYWHERE std::uint64_t mix(std::uint64_t z) {
  z = (z ^ z >> 30) * kMixFirst;
  z = (z ^ z >> 27) * kMixSecond;
  return z ^ z >> 31;
}

}  // namespace detail

/// The draws of one word.
struct WordKeys {
  std::uint64_t first = 0, second = 0;

  STATEWRIGHT_ANYWHERE std::uint64_t draw(std::uint64_t block) const {
    std::uint64_t z = first + detail::kGolden * block;
    z = (z ^ z >> 30) * detail::kMixFirst ^ second;
    z = (z ^ z >> 27) * detail::kMixSecond;
    return z ^ z >> 31;
  }
};

STATEWRIGHT_ANYWHERE WordKeys word_keys(std::uint64_t seed, std::uint64_t word) {
  const std::uint64_t base = detail::mix(seed + detail::kGolden);
  return {detail::mix(base + detail::kGolden * (2 * word)),
          detail::mix(base + detail::kGolden * (2 * word + 1))};
}

/// Takes the next letter out of half a draw.
STATEWRIGHT_ANYWHERE std::uint32_t take_letter(std::uint32_t& half, std::uint32_t letters) {
  const std::uint64_t product = std::uint64_t{half} * letters;
  half = static_cast<std::uint32_t>(product);
  return static_cast<std::uint32_t>(product >> 32);
}

/// m: how many letters half a draw holds.
STATEWRIGHT_ANYWHERE std::uint32_t letters_in_half(std::uint32_t letters) {
  if (letters < 2) return 16;
  std::uint32_t count = 1;
  for (std::uint64_t power = letters; (power *= letters) <= 65536;) ++count;
  return count;
}

/// Letter `position` of a word, from scratch.
STATEWRIGHT_ANYWHERE std::uint32_t letter_at(const WordKeys& keys, std::uint64_t position,
                                             std::uint32_t letters) {
  const std::uint32_t per_half = letters_in_half(letters), per_draw = 2 * per_half;
  const std::uint64_t draw = keys.draw(position / per_draw);
  const auto place = static_cast<std::uint32_t>(position % per_draw);
  std::uint32_t half = static_cast<std::uint32_t>(place < per_half ? draw : draw >> 32);
  std::uint32_t letter = 0;
  for (std::uint32_t i = 0; i <= place % per_half; ++i) letter = take_letter(half, letters);
  return letter;
}

}  // namespace statewright::kernels
