#pragma once

// Internal: machines of few states on 64 stretches of a word at once, one in each byte of a vector.
// Included by the file that is compiled for processors with byte shuffles across vectors.
//
// A piece of the word is 64 stretches of equally many bytes. Tiles of 64 bytes of each are turned
// over, so that a vector has the same byte of all stretches; a shuffle of 64 entries then takes a
// state of each stretch and the next bits of its word, six bits together, to the state after them:
// four bits of the word for up to four states, three (and two of each eight) for up to eight. That
// is done from every state that a stretch may begin in. With few states it is fewer instructions
// than to compose images (scan_lanes.hpp), which takes as long for one state as for sixteen.
// Stretches are then walked through in their order.

#include <cstring>
#include <immintrin.h>

#include "kernels/scan_parts.hpp"

namespace statewright::kernels {
namespace {

// Of 64 bytes, of a stretch: so that a piece is a multiple of what compose_blocks takes.
constexpr std::uint64_t kTiles = 6;
constexpr std::uint64_t kStretchBytes = kTiles * 64, kPieceBytes = 64 * kStretchBytes;
static_assert(kPieceBytes % 96 == 0);

/// to[t], byte l: byte t of the 64 bytes at from + l kStretchBytes.
inline void turn_over(const std::uint8_t* from, __m512i* to) {
  __m512i part[64];
  // Sixteen rows: within each quarter of the vectors, 16 x 16 bytes are turned over.
  for (int group = 0; group < 4; ++group) {
    __m512i a[16], b[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) a[i] = _mm512_loadu_si512(from + (16 * group + i) * kStretchBytes);
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      b[2 * i] = _mm512_unpacklo_epi8(a[i], a[i + 8]);
      b[2 * i + 1] = _mm512_unpackhi_epi8(a[i], a[i + 8]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      a[2 * i] = _mm512_unpacklo_epi8(b[i], b[i + 8]);
      a[2 * i + 1] = _mm512_unpackhi_epi8(b[i], b[i + 8]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      b[2 * i] = _mm512_unpacklo_epi8(a[i], a[i + 8]);
      b[2 * i + 1] = _mm512_unpackhi_epi8(a[i], a[i + 8]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      part[16 * group + 2 * i] = _mm512_unpacklo_epi8(b[i], b[i + 8]);
      part[16 * group + 2 * i + 1] = _mm512_unpackhi_epi8(b[i], b[i + 8]);
    }
  }
  // Quarters: part[16 g + j] has in its quarter c the bytes 16 c + j of rows 16 g, ..
  for (int j = 0; j < 16; ++j) {
    const __m512i low = _mm512_shuffle_i64x2(part[j], part[16 + j], 0x44);
    const __m512i high = _mm512_shuffle_i64x2(part[j], part[16 + j], 0xEE);
    const __m512i low2 = _mm512_shuffle_i64x2(part[32 + j], part[48 + j], 0x44);
    const __m512i high2 = _mm512_shuffle_i64x2(part[32 + j], part[48 + j], 0xEE);
    to[j] = _mm512_shuffle_i64x2(low, low2, 0x88);
    to[16 + j] = _mm512_shuffle_i64x2(low, low2, 0xDD);
    to[32 + j] = _mm512_shuffle_i64x2(high, high2, 0x88);
    to[48 + j] = _mm512_shuffle_i64x2(high, high2, 0xDD);
  }
}

/// The states of all stretches after a byte of each.
template <int States, int StateBits>
[[gnu::always_inline]] inline void take_byte(__m512i* state, __m512i byte, __m512i table,
                                             __m512i rest) {
  const auto take = [&](__m512i block, __m512i entries) {
#pragma GCC unroll 8
    for (int q = 0; q < States; ++q) {
      state[q] = _mm512_permutexvar_epi8(_mm512_or_si512(state[q], block), entries);
    }
  };
  if constexpr (StateBits == 2) {
    const __m512i mask = _mm512_set1_epi8(0x3C);
    take(_mm512_and_si512(_mm512_slli_epi16(byte, 2), mask), table);
    take(_mm512_and_si512(_mm512_srli_epi16(byte, 2), mask), table);
  } else {
    const __m512i mask = _mm512_set1_epi8(0x38);
    take(_mm512_and_si512(_mm512_slli_epi16(byte, 3), mask), table);
    take(_mm512_and_si512(byte, mask), table);
    take(_mm512_and_si512(_mm512_srli_epi16(byte, 3), _mm512_set1_epi8(0x18)), rest);
  }
}

/// Whole pieces; to[q] becomes where they take to[q], for States states.
template <int States, int StateBits>
void follow_pieces(const ScanTransposed& tables, const std::uint8_t* word, std::uint64_t pieces,
                   std::uint8_t* to) {
  const __m512i table = _mm512_loadu_si512(tables.blocks.data());
  const __m512i rest = _mm512_loadu_si512(tables.rest.data());
  alignas(64) std::uint8_t after[8][64];
  __m512i turned[64];
  for (int q = 0; q < 8; ++q) std::memset(after[q], q, 64);
  for (; pieces != 0; --pieces, word += kPieceBytes) {
    __m512i state[States];
#pragma GCC unroll 8
    for (int q = 0; q < States; ++q) state[q] = _mm512_set1_epi8(static_cast<char>(q));
    for (std::uint64_t tile = 0; tile < kTiles; ++tile) {
      turn_over(word + 64 * tile, turned);
      for (int t = 0; t < 64; ++t) take_byte<States, StateBits>(state, turned[t], table, rest);
    }
#pragma GCC unroll 8
    for (int q = 0; q < States; ++q) _mm512_store_si512(after[q], state[q]);
    for (int stretch = 0; stretch < 64; ++stretch) {
#pragma GCC unroll 8
      for (int q = 0; q < States; ++q) to[q] = after[to[q]][stretch];
    }
  }
}

[[gnu::always_inline]] inline void follow_transposed(const ScanTransposed& tables,
                                                     const std::uint8_t* word, std::uint64_t pieces,
                                                     std::uint8_t* to) {
  switch (tables.states) {
    case 1:
      return follow_pieces<1, 2>(tables, word, pieces, to);
    case 2:
      return follow_pieces<2, 2>(tables, word, pieces, to);
    case 3:
      return follow_pieces<3, 2>(tables, word, pieces, to);
    case 4:
      return tables.state_bits == 2 ? follow_pieces<4, 2>(tables, word, pieces, to)
                                    : follow_pieces<4, 3>(tables, word, pieces, to);
    case 5:
      return follow_pieces<5, 3>(tables, word, pieces, to);
    case 6:
      return follow_pieces<6, 3>(tables, word, pieces, to);
    case 7:
      return follow_pieces<7, 3>(tables, word, pieces, to);
    default:
      return follow_pieces<8, 3>(tables, word, pieces, to);
  }
}

}  // namespace
}  // namespace statewright::kernels
