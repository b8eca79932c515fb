#pragma once

// Internal: transformations of up to 16, 64, 128 or 256 states composed by byte shuffles. Included
// by files that are each compiled for processors with such shuffles.
//
// A word is read from its end: let f be what the letters after a block do, and g what the block
// does; together they take q to f[g[q]]. So f stays in registers as the shuffle's table, g comes
// from memory as its selector, and the chain from block to block is one shuffle long. Several
// stretches of the word at once hide what latency remains.

#include <cstring>
#include <immintrin.h>

#include "kernels/scan_parts.hpp"

namespace statewright::kernels {
namespace {

constexpr int kStretches = 4;

/// Sixteen states, blocks of `bits` bits, Bytes of the word at a time, which hold whole blocks.
template <unsigned bits, unsigned Bytes>
void compose_16(const ScanBlocks& blocks, const std::uint8_t* word, std::uint64_t bytes,
                std::uint8_t* map) {
  const auto* maps = blocks.maps;
  constexpr int count = Bytes * 8 / bits;
  constexpr std::uint64_t mask = ((1U << bits) - 1) * 16;
  const std::uint64_t stretch = bytes / kStretches;
  const __m128i identity = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m128i after[kStretches] = {identity, identity, identity, identity};
  for (std::uint64_t end = stretch; end >= Bytes; end -= Bytes) {
#pragma GCC unroll 4
    for (int k = 0; k < kStretches; ++k) {
      std::uint64_t number;
      std::memcpy(&number, word + static_cast<std::uint64_t>(k) * stretch + end - Bytes, 8);
#pragma GCC unroll 8
      for (int i = count - 1; i >= 0; --i) {
        const int shift = i * static_cast<int>(bits) - 4;
        const std::uint64_t place = (shift < 0 ? number << 4 : number >> (shift & 63)) & mask;
        after[k] = _mm_shuffle_epi8(after[k],
                                    _mm_load_si128(reinterpret_cast<const __m128i*>(maps + place)));
      }
    }
  }
  for (int k = kStretches - 2; k >= 0; --k) {
    after[kStretches - 1] = _mm_shuffle_epi8(after[kStretches - 1], after[k]);
  }
  _mm_storeu_si128(reinterpret_cast<__m128i*>(map), after[kStretches - 1]);
}

#if STATEWRIGHT_LANE_BYTES == 64
/// to[q] = f[g[q]] for 64 K states.
template <int K>
[[gnu::always_inline]] inline void compose(__m512i* to, const __m512i* f, const __m512i* g) {
  for (int i = 0; i < K; ++i) {
    if constexpr (K == 1) to[i] = _mm512_permutexvar_epi8(g[i], f[0]);
    if constexpr (K == 2) to[i] = _mm512_permutex2var_epi8(f[0], g[i], f[1]);
    if constexpr (K == 4) {
      to[i] = _mm512_mask_blend_epi8(_mm512_movepi8_mask(g[i]),
                                     _mm512_permutex2var_epi8(f[0], g[i], f[1]),
                                     _mm512_permutex2var_epi8(f[2], g[i], f[3]));
    }
  }
}

/// Blocks of 8 bits.
template <int K>
void compose_64(const ScanBlocks& blocks, const std::uint8_t* word, std::uint64_t bytes,
                std::uint8_t* map) {
  const auto* maps = reinterpret_cast<const __m512i*>(blocks.maps);
  constexpr int stretches = K == 4 ? 1 : 4 / K;
  const std::uint64_t stretch = bytes / stretches;
  std::uint8_t identity[64 * K];
  for (int q = 0; q < 64 * K; ++q) identity[q] = static_cast<std::uint8_t>(q);
  __m512i after[stretches][K], made[K];
  for (int k = 0; k < stretches; ++k) std::memcpy(after[k], identity, sizeof identity);
  for (std::uint64_t end = stretch; end > 0; --end) {
#pragma GCC unroll 4
    for (int k = 0; k < stretches; ++k) {
      compose<K>(made, after[k],
                 maps + std::size_t{word[static_cast<std::uint64_t>(k) * stretch + end - 1]} * K);
#pragma GCC unroll 4
      for (int i = 0; i < K; ++i) after[k][i] = made[i];
    }
  }
  for (int k = stretches - 2; k >= 0; --k) {
    compose<K>(made, after[stretches - 1], after[k]);
    std::memcpy(after[stretches - 1], made, sizeof made);
  }
  std::memcpy(map, after[stretches - 1], sizeof made);
}
#endif

[[gnu::always_inline]] inline void compose_blocks(const ScanBlocks& blocks,
                                                  const std::uint8_t* word, std::uint64_t bytes,
                                                  std::uint8_t* map) {
  if (blocks.stride == 16) {
    if (blocks.block_bits == 12) {
      compose_16<12, 6>(blocks, word, bytes, map);
    } else {
      compose_16<8, 8>(blocks, word, bytes, map);
    }
    return;
  }
#if STATEWRIGHT_LANE_BYTES == 64
  if (blocks.stride == 64) compose_64<1>(blocks, word, bytes, map);
  if (blocks.stride == 128) compose_64<2>(blocks, word, bytes, map);
  if (blocks.stride == 256) compose_64<4>(blocks, word, bytes, map);
#endif
}

}  // namespace
}  // namespace statewright::kernels
