#pragma once

// Internal: the letters of a word as a CUDA thread reads them.

#include "kernels/generator.hpp"
#include "kernels/simulate.hpp"

namespace statewright::kernels {

/// The letters of one word, one after another.
struct LetterSource {
  const std::uint32_t* packed = nullptr;
  WordKeys keys;
  std::uint64_t row = 0;
  std::uint32_t bits = 0, letters = 1, per_half = 1, used = 0, low = 0, high = 0;

  __device__ LetterSource(const Words& words, const std::uint32_t* packed_at,
                          std::uint64_t row_size, std::uint32_t letter_count, std::uint64_t word)
      : packed(packed_at),
        keys(word_keys(words.seed, words.first + word)),
        row(word * row_size),
        bits(words.bits),
        letters(letter_count),
        per_half(letters_in_half(letter_count)) {}

  __device__ std::uint32_t at(std::uint64_t t) {
    if (bits != 0) {
      const std::uint32_t per = 32 / bits;
      const std::uint32_t number = packed[row + t / per];
      const std::uint32_t mask = bits == 32 ? ~0U : (1U << bits) - 1;
      return number >> (t % per * bits) & mask;
    }
    if (used == 0) {
      const std::uint64_t draw = keys.draw(t / (2 * per_half));
      low = static_cast<std::uint32_t>(draw);
      high = static_cast<std::uint32_t>(draw >> 32);
    }
    const std::uint32_t letter = take_letter(used < per_half ? low : high, letters);
    used = used + 1 == 2 * per_half ? 0 : used + 1;
    return letter;
  }
};

}  // namespace statewright::kernels
