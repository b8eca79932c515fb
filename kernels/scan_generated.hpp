#pragma once

// Internal: letters of a generated word as packed numbers, on every backend.

#include "kernels/generator.hpp"

namespace statewright::kernels {

/// Letters of the draws from `block` on, at most `count`, `bits` bits each from the low end of
/// to[0] on; what is left of the last number is 0.
STATEWRIGHT_ANYWHERE void pack_draws(const WordKeys& keys, std::uint32_t letters, unsigned bits,
                                     std::uint64_t block, std::uint64_t count, std::uint32_t* to) {
  const std::uint32_t per_half = letters_in_half(letters);
  std::uint32_t number = 0;
  unsigned filled = 0;
  for (std::uint64_t t = 0; t < count;) {
    const std::uint64_t draw = keys.draw(block++);
    for (unsigned part = 0; part < 64; part += 32) {
      auto half = static_cast<std::uint32_t>(draw >> part);
      for (std::uint32_t i = 0; i < per_half && t < count; ++i, ++t) {
        number |= take_letter(half, letters) << filled;
        filled += bits;
        if (filled < 32) continue;
        *to++ = number;
        number = 0;
        filled = 0;
      }
    }
  }
  if (filled != 0) *to = number;
}

/// The fewest letters that fill both whole draws and whole packed numbers.
STATEWRIGHT_ANYWHERE std::uint64_t packed_together(std::uint32_t letters, unsigned bits) {
  const std::uint32_t per_draw = 2 * letters_in_half(letters);
  std::uint32_t draws = 1;
  while (draws * per_draw * bits % 32 != 0) draws *= 2;
  return std::uint64_t{draws} * per_draw;
}

}  // namespace statewright::kernels
