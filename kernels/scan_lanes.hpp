#pragma once

// Internal: transformations of up to 16, 64, 128 or 256 states composed by byte shuffles, and sums
// by the same. Included by files that are each compiled for processors with such shuffles.
//
// Sums look up what each half byte or byte contributes and add eight at a time. Transformations:
// A word is read from its end: let f be what the letters after a block do, and g what the block
// does; together they take q to f[g[q]]. So f stays in registers as the shuffle's table, g comes
// from memory as its selector, and the chain from block to block is one shuffle long. Several
// stretches of the word at once hide what latency remains.

#include <bit>
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
        // Four bits more than the block's place: times 16, its entry's place. A rotation, since
        // that is one instruction to a register of its own.
        const std::uint64_t place = std::rotr(number, i * static_cast<int>(bits) - 4) & mask;
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
#pragma GCC unroll 4
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
  constexpr int stretches = K == 1 ? 8 : K == 2 ? 4 : 2;
  const std::uint64_t stretch = bytes / stretches;
  std::uint8_t identity[64 * K];
  for (int q = 0; q < 64 * K; ++q) identity[q] = static_cast<std::uint8_t>(q);
  // Unrolled, all of it: so these are registers.
  __m512i after[stretches][K], made[K];
#pragma GCC unroll 8
  for (int k = 0; k < stretches; ++k) {
#pragma GCC unroll 4
    for (int i = 0; i < K; ++i) after[k][i] = _mm512_loadu_si512(identity + 64 * i);
  }
  for (std::uint64_t end = stretch; end > 0; --end) {
#pragma GCC unroll 8
    for (int k = 0; k < stretches; ++k) {
      compose<K>(made, after[k],
                 maps + std::size_t{word[static_cast<std::uint64_t>(k) * stretch + end - 1]} * K);
#pragma GCC unroll 4
      for (int i = 0; i < K; ++i) after[k][i] = made[i];
    }
  }
#pragma GCC unroll 8
  for (int k = stretches - 2; k >= 0; --k) {
    compose<K>(made, after[stretches - 1], after[k]);
#pragma GCC unroll 4
    for (int i = 0; i < K; ++i) after[stretches - 1][i] = made[i];
  }
#pragma GCC unroll 4
  for (int i = 0; i < K; ++i) _mm512_storeu_si512(map + 64 * i, after[stretches - 1][i]);
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

// --- sums ---------------------------------------------------------------------------------------

/// Asked for so early: prefetchers stop at the ends of pages of 4 KiB.
constexpr std::uint64_t kAhead = 4096;  // bytes

inline void fetch(const std::uint8_t* bytes) {
  _mm_prefetch(reinterpret_cast<const char*>(bytes), _MM_HINT_T0);
}

inline void add_lanes(__m256i lanes, std::uint64_t& total) {
  alignas(32) std::uint64_t parts[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(parts), lanes);
  for (const std::uint64_t part : parts) total += part;
}

template <unsigned Planes>
void add_halves(const std::uint8_t* tables, const std::uint8_t* word, std::uint64_t bytes,
                std::uint64_t* totals) {
  const __m256i low = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
  __m256i table[Planes], sum[Planes];
#pragma GCC unroll 4
  for (unsigned p = 0; p < Planes; ++p) {
    table[p] = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(tables + 16 * std::size_t{p})));
    sum[p] = zero;
  }
#pragma GCC unroll 2
  for (std::uint64_t i = 0; i < bytes; i += 32) {
    fetch(word + i + kAhead);
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(word + i));
    const __m256i first = _mm256_and_si256(x, low);
    const __m256i second = _mm256_and_si256(_mm256_srli_epi16(x, 4), low);
#pragma GCC unroll 4
    for (unsigned p = 0; p < Planes; ++p) {
      const __m256i a = _mm256_sad_epu8(_mm256_shuffle_epi8(table[p], first), zero);
      const __m256i b = _mm256_sad_epu8(_mm256_shuffle_epi8(table[p], second), zero);
      sum[p] = _mm256_add_epi64(sum[p], _mm256_add_epi64(a, b));
    }
  }
#pragma GCC unroll 4
  for (unsigned p = 0; p < Planes; ++p) add_lanes(sum[p], totals[p]);
}

#if STATEWRIGHT_LANE_BYTES == 64
template <unsigned Planes>
void add_bytes(const std::uint8_t* tables, const std::uint8_t* word, std::uint64_t bytes,
               std::uint64_t* totals) {
  const __m512i zero = _mm512_setzero_si512();
  __m512i table[Planes][4], sum[Planes];
#pragma GCC unroll 4
  for (unsigned p = 0; p < Planes; ++p) {
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; ++i) {
      table[p][i] = _mm512_loadu_si512(tables + 256 * std::size_t{p} + 64 * std::size_t{i});
    }
    sum[p] = zero;
  }
  for (std::uint64_t i = 0; i < bytes; i += 64) {
    fetch(word + i + kAhead);
    const __mmask64 there = bytes - i >= 64 ? ~0ULL : (1ULL << (bytes - i)) - 1;
    const __m512i x = _mm512_maskz_loadu_epi8(there, word + i);
    const __mmask64 upper = _mm512_movepi8_mask(x);
#pragma GCC unroll 4
    for (unsigned p = 0; p < Planes; ++p) {
      const __m512i found =
          _mm512_mask_blend_epi8(upper, _mm512_permutex2var_epi8(table[p][0], x, table[p][1]),
                                 _mm512_permutex2var_epi8(table[p][2], x, table[p][3]));
      sum[p] = _mm512_add_epi64(sum[p], _mm512_sad_epu8(_mm512_maskz_mov_epi8(there, found), zero));
    }
  }
#pragma GCC unroll 4
  for (unsigned p = 0; p < Planes; ++p) {
    add_lanes(_mm512_castsi512_si256(sum[p]), totals[p]);
    add_lanes(_mm512_extracti64x4_epi64(sum[p], 1), totals[p]);
  }
}
#endif

[[gnu::always_inline]] inline void add_planes(const ScanPlanes& planes, const std::uint8_t* word,
                                              std::uint64_t bytes, std::uint64_t* totals) {
  const auto with = [&](auto one, auto two, auto three, auto four) {
    if (planes.count == 1) one(planes.tables, word, bytes, totals);
    if (planes.count == 2) two(planes.tables, word, bytes, totals);
    if (planes.count == 3) three(planes.tables, word, bytes, totals);
    if (planes.count == 4) four(planes.tables, word, bytes, totals);
  };
  if (planes.halves) with(add_halves<1>, add_halves<2>, add_halves<3>, add_halves<4>);
#if STATEWRIGHT_LANE_BYTES == 64
  if (!planes.halves) with(add_bytes<1>, add_bytes<2>, add_bytes<3>, add_bytes<4>);
#endif
}

}  // namespace
}  // namespace statewright::kernels
