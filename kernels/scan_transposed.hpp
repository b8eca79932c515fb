#pragma once

// Internal: machines of up to 64 states on 64 stretches of a word at once, one in each byte of a
// vector. Included by the file that is compiled for processors with byte shuffles across vectors.
//
// A piece of the word is 64 stretches of equally many bytes. Sixteen bytes of each are turned over,
// so that a vector has the same byte of all stretches; a shuffle of 64 entries then takes a state
// of each stretch and the next bits of its word, six bits together, to the state after them. Where
// that is not enough, two or four shuffles do it and the next bits choose. That is done from every
// state that scan_followed.hpp says, or from every different one of its images. With few states it
// is fewer instructions than to compose images (scan_lanes.hpp), which takes as long for one state
// as for sixteen. Stretches are then walked through in their order.
//
// What bounds it are the two ports for vectors of 64 bytes: shuffles take the one, logic the other
// or either. So quarters of 64 x 64 bytes are turned over, each by loads of 16 bytes to their
// places and four shuffles a vector, rather than six; and there are few enough instructions between
// turning and following that the processor overlaps them. Memory keeps up if it is asked for one
// piece early: 64 stretches are too many streams for prefetchers.

#include <cstring>
#include <immintrin.h>

#include "kernels/scan_followed.hpp"

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kStretchBytes = 1536, kPieceBytes = 64 * kStretchBytes;
static_assert(kPieceBytes % 96 == 0);  // what is left is composed
constexpr std::size_t kFew = 3;        // chains, of which two pieces are followed at once

/// to[t], byte l: byte t of the 16 bytes at from + l Stride.
template <std::uint64_t Stride>
[[gnu::always_inline]] inline void turn_over(const std::uint8_t* from, __m512i* to) {
  const auto load = [&](std::uint64_t row) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + row * Stride));
  };
  __m512i a[16], b[16];
#pragma GCC unroll 16
  for (std::uint64_t i = 0; i < 16; ++i) {
    a[i] = _mm512_castsi128_si512(load(i));
    a[i] = _mm512_mask_broadcast_i32x4(a[i], 0x00F0, load(16 + i));
    a[i] = _mm512_mask_broadcast_i32x4(a[i], 0x0F00, load(32 + i));
    a[i] = _mm512_mask_broadcast_i32x4(a[i], 0xF000, load(48 + i));
  }
  // Within each quarter of the vectors, 16 x 16 bytes.
  const auto interleave = [](const __m512i* x, __m512i* y) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) {
      y[2 * i] = _mm512_unpacklo_epi8(x[i], x[i + 8]);
      y[2 * i + 1] = _mm512_unpackhi_epi8(x[i], x[i + 8]);
    }
  };
  interleave(a, b);
  interleave(b, a);
  interleave(a, b);
  interleave(b, to);
}

[[gnu::always_inline]] inline void recode(const ScanFollowed& how, __m512i* bytes) {
  __m512i code[4];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 4; ++i) code[i] = _mm512_load_si512(&how.code[64 * i]);
  if (how.letters <= 128) {  // and what is no letter has one code
#pragma GCC unroll 16
    for (int t = 0; t < 16; ++t) {
      bytes[t] = _mm512_mask_mov_epi8(_mm512_permutex2var_epi8(code[0], bytes[t], code[1]),
                                      _mm512_movepi8_mask(bytes[t]), code[2]);
    }
    return;
  }
#pragma GCC unroll 16
  for (int t = 0; t < 16; ++t) {
    bytes[t] = _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes[t]),
                                      _mm512_permutex2var_epi8(code[0], bytes[t], code[1]),
                                      _mm512_permutex2var_epi8(code[2], bytes[t], code[3]));
  }
}

/// The sum of vectors, bit by bit.
[[gnu::always_inline]] inline __m512i add_bits(__m512i sum, const __m512i* turned) {
#pragma GCC unroll 8
  for (int t = 0; t < 16; t += 2) {
    sum = _mm512_ternarylogic_epi64(sum, turned[t], turned[t + 1], 0x96);
  }
  return sum;
}

/// Bytes begin, .., end - 1 of each stretch of a piece, in sixteens; while that is read, 64 bytes
/// for each are fetched from `ahead` on.
struct Part {
  const std::uint8_t *piece, *ahead;
  std::uint64_t begin, end;
};

/// The tables of a shape, in registers.
template <int StateBits, int BlockBits>
struct Shuffles {
  static constexpr bool in_threes = StateBits == 3 && BlockBits == 3;
  static constexpr int kVectors = in_threes ? 3 : 1 << (StateBits + BlockBits - 6);
  __m512i table[kVectors];

  explicit Shuffles(const ScanFollowed& how) {
#pragma GCC unroll 4
    for (int i = 0; i < kVectors; ++i)
      table[i] = _mm512_load_si512(&how.tables[64 * static_cast<std::size_t>(i)]);
  }

  /// state | moved & mask
  [[gnu::always_inline]] static __m512i place(__m512i state, __m512i moved, __m512i mask) {
    return _mm512_ternarylogic_epi64(state, moved, mask, 0xF8);
  }

  /// Bit `bit` of each byte as a mask.
  template <int bit>
  [[gnu::always_inline]] static __mmask64 is_set(__m512i byte) {
    return _mm512_movepi8_mask(bit == 7 ? byte : _mm512_slli_epi16(byte, 7 - bit));
  }

  /// The states of N chains in all stretches after the bits from First on.
  template <int N, int First>
  [[gnu::always_inline]] void take_block(__m512i* state, __m512i byte) const {
    if constexpr (First < 8) {
      constexpr int shift = First - StateBits, high = StateBits + BlockBits - 6;
      const __m512i moved = shift < 0   ? _mm512_slli_epi16(byte, -shift < 0 ? 0 : -shift)
                            : shift > 0 ? _mm512_srli_epi16(byte, shift < 0 ? 0 : shift)
                                        : byte;
      if constexpr (in_threes) {
        const __m512i mask = _mm512_set1_epi8(First == 6 ? 0x18 : 0x38);
#pragma GCC unroll 8
        for (int i = 0; i < N; ++i) {
          state[i] = _mm512_permutexvar_epi8(place(state[i], moved, mask), table[First / 3]);
        }
      } else {
        const __m512i mask = _mm512_set1_epi8(static_cast<char>(63 & ~((1 << StateBits) - 1)));
        __mmask64 upper = 0, second = 0;
        if constexpr (high == 1) upper = is_set<First + BlockBits - 1>(byte);
        if constexpr (high == 2) {
          second = is_set<First + BlockBits - 2>(byte);
          upper = is_set<First + BlockBits - 1>(byte);
        }
#pragma GCC unroll 8
        for (int i = 0; i < N; ++i) {
          const __m512i at = StateBits == 6 ? state[i] : place(state[i], moved, mask);
          const auto found = [&](int t) {
            __m512i entry = _mm512_permutexvar_epi8(at, table[t]);
            // Else compilers make choosing a part of the next shuffle, which then waits for this.
            if constexpr (high != 0) asm("" : "+v"(entry));
            return entry;
          };
          const auto choose = [](__mmask64 where, __m512i x, __m512i y) {
            return _mm512_mask_blend_epi8(where, x, y);
          };
          if constexpr (high == 0) state[i] = found(0);
          if constexpr (high == 1) state[i] = choose(upper, found(0), found(1));
          if constexpr (high == 2) {
            state[i] = choose(upper, choose(second, found(0), found(1)),
                              choose(second, found(2), found(3)));
          }
        }
      }
      take_block<N, First + BlockBits>(state, byte);
    }
  }

  /// Bytes of all stretches, and 64 bytes fetched for each from `ahead` on.
  template <int N>
  [[gnu::always_inline]] void take_bytes(__m512i* state, const __m512i* bytes, int count,
                                         const std::uint8_t* ahead) const {
    for (int t = 0; t < count; t += 4) {
#pragma GCC unroll 4
      for (int i = t; i < t + 4; ++i) {
        _mm_prefetch(reinterpret_cast<const char*>(ahead) + 64 * static_cast<std::ptrdiff_t>(i),
                     _MM_HINT_T0);
        take_block<N, 0>(state, bytes[i]);
      }
    }
  }

  /// A part of a piece, from N images.
  template <int N>
  void take_part(const ScanFollowed& how, const Part& part, __m512i* images, __m512i* bits) const {
    __m512i state[N], turned[16], sum = *bits;
#pragma GCC unroll 8
    for (int i = 0; i < N; ++i) state[i] = images[i];
    const std::uint8_t* ahead = part.ahead;
    for (std::uint64_t at = part.begin; at < part.end; at += 16, ahead += 16 * 64) {
      turn_over<kStretchBytes>(part.piece + at, turned);
      if (how.recodes) recode(how, turned);
      if (how.sign_bits != 0) sum = add_bits(sum, turned);
      take_bytes<N>(state, turned, 16, ahead);
    }
#pragma GCC unroll 8
    for (int i = 0; i < N; ++i) images[i] = state[i];
    *bits = sum;
  }

  /// Two pieces, one after the other in the word, from N images each: few chains wait for each
  /// look-up, so that it takes two pieces to fill the time.
  template <int N>
  void take_two(const ScanFollowed& how, const std::uint8_t* word, __m512i* const* images,
                __m512i* bits) const {
    __m512i state[2][N], turned[2][16], sum[2] = {bits[0], bits[1]};
#pragma GCC unroll 4
    for (int i = 0; i < N; ++i) {
      state[0][i] = images[0][i];
      state[1][i] = images[1][i];
    }
    const char* ahead = reinterpret_cast<const char*>(word + 2 * kPieceBytes);
    for (std::uint64_t at = 0; at < kStretchBytes; at += 16) {
#pragma GCC unroll 2
      for (int piece = 0; piece < 2; ++piece) {
        turn_over<kStretchBytes>(word + (piece == 0 ? 0 : kPieceBytes) + at, turned[piece]);
        if (how.recodes) recode(how, turned[piece]);
        if (how.sign_bits != 0) sum[piece] = add_bits(sum[piece], turned[piece]);
      }
#pragma GCC unroll 2
      for (int t = 0; t < 16; ++t, ahead += 128) {
        _mm_prefetch(ahead, _MM_HINT_T0);
        _mm_prefetch(ahead + 64, _MM_HINT_T0);
        take_block<N, 0>(state[0], turned[0][t]);
        take_block<N, 0>(state[1], turned[1][t]);
      }
    }
#pragma GCC unroll 4
    for (int i = 0; i < N; ++i) {
      images[0][i] = state[0][i];
      images[1][i] = state[1][i];
    }
    bits[0] = sum[0];
    bits[1] = sum[1];
  }

  /// Some bytes, a multiple of 4, from any number of images.
  void take_few(std::size_t count, const __m512i* bytes, int of, const std::uint8_t* ahead,
                __m512i* images) const {
    for (std::size_t i = 0; i < count; i += 4) take_bytes<4>(images + i, bytes, of, ahead);
  }

  /// A part from any number of images; of more than 8 there is space for a multiple of four.
  void take(const ScanFollowed& how, const Part& part, std::size_t count, __m512i* images,
            __m512i* bits) const {
    if (count == 1) return take_part<1>(how, part, images, bits);
    if (count == 2) return take_part<2>(how, part, images, bits);
    if (count == 3) return take_part<3>(how, part, images, bits);
    if (count == 4) return take_part<4>(how, part, images, bits);
    if (count == 5) return take_part<5>(how, part, images, bits);
    if (count == 6) return take_part<6>(how, part, images, bits);
    if (count == 7) return take_part<7>(how, part, images, bits);
    if (count == 8) return take_part<8>(how, part, images, bits);
    __m512i turned[16];
    const std::uint8_t* ahead = part.ahead;
    for (std::uint64_t at = part.begin; at < part.end; at += 16, ahead += 16 * 64) {
      turn_over<kStretchBytes>(part.piece + at, turned);
      take_few(count, turned, 16, ahead, images);
    }
  }
};

/// What is followed of a piece: different images, and which of them each chain has.
struct Followed {
  std::size_t chains = 0, different = 0;
  __m512i image[kMostFollowed];  ///< [different]
  __m512i which[kMostFollowed];  ///< [chains], if some have been left out
  bool all = true;

  void start(const ScanFollowed& how) {
    chains = different = how.chains.size();
    all = true;
    for (std::size_t i = 0; i < chains; ++i) image[i] = number(how.chains[i]);
    for (std::size_t i = chains; i % 4 != 0; ++i) image[i] = image[0];
  }

  static __m512i number(std::size_t i) { return _mm512_set1_epi8(static_cast<char>(i)); }

  /// Leaves out images that equal others, in every stretch.
  void leave_out() {
    if (different == 1) return;
    constexpr char none = static_cast<char>(0xFF);
    __m512i kept[kMostFollowed], place[kMostFollowed], count = _mm512_setzero_si512();
    std::size_t most = 0;
    for (std::size_t i = 0; i < different; ++i) {
      __mmask64 found = 0;
      place[i] = count;
      for (std::size_t k = 0; k < most; ++k) {
        const __mmask64 same = _mm512_cmpeq_epi8_mask(image[i], kept[k]);
        place[i] = _mm512_mask_mov_epi8(place[i], same, number(k));
        found |= same;
      }
      if (~found == 0) continue;
      if (_mm512_mask_cmpeq_epi8_mask(~found, count, number(most)) != 0) {
        kept[most++] = _mm512_set1_epi8(none);
      }
      for (std::size_t k = 0; k < most; ++k) {
        const __mmask64 here = _mm512_mask_cmpeq_epi8_mask(~found, count, number(k));
        kept[k] = _mm512_mask_mov_epi8(kept[k], here, image[i]);
      }
      count = _mm512_mask_add_epi8(count, ~found, count, number(1));
    }
    if (most == different) return;
    for (std::size_t i = 0; i < chains && !all; ++i) {
      __m512i moved = place[0];
      for (std::size_t k = 1; k < different; ++k) {
        moved = _mm512_mask_mov_epi8(moved, _mm512_cmpeq_epi8_mask(which[i], number(k)), place[k]);
      }
      which[i] = moved;
    }
    for (std::size_t i = 0; i < chains && all; ++i) which[i] = place[i];
    all = false;
    different = most;
    for (std::size_t k = 0; k < most; ++k) {  // where there are fewer: again what there is
      const __mmask64 unused = _mm512_cmpeq_epi8_mask(kept[k], _mm512_set1_epi8(none));
      image[k] = _mm512_mask_mov_epi8(kept[k], unused, kept[0]);
    }
    for (std::size_t k = most; k % 4 != 0; ++k) image[k] = kept[0];
  }

  __m512i of_chain(std::size_t i) const {
    if (all) return image[i];
    __m512i result = image[0];
    for (std::size_t k = 1; k < different; ++k) {
      result = _mm512_mask_mov_epi8(result, _mm512_cmpeq_epi8_mask(which[i], number(k)), image[k]);
    }
    return result;
  }
};

/// The images that are missing among 0, .., permuted - 1 in rows [state]; of two, the order that
/// makes the permutation odd where `odd` says so.
inline void find_missing(const ScanFollowed& how, __mmask64 odd, __m512i* rows) {
  const std::uint32_t n = how.permuted;
  __m512i low = _mm512_setzero_si512(), high = low;
  const std::uint8_t first = how.missing.front(), last = how.missing.back();
  for (std::uint32_t c = 0; c < n; ++c) {
    const __m512i value = Followed::number(c);
    __mmask64 there = 0;
    for (std::uint32_t q = 0; q < n; ++q) {
      if (q != first && q != last) there |= _mm512_cmpeq_epi8_mask(rows[q], value);
    }
    low = _mm512_mask_mov_epi8(high, there, low);
    high = _mm512_mask_mov_epi8(high, ~there, value);
  }
  if (first == last) {
    rows[first] = high;
  } else {
    rows[first] = low;
    rows[last] = high;
    __mmask64 is_odd = odd;
    for (std::uint32_t p = 0; p < n; ++p) {
      for (std::uint32_t q = 0; q < p; ++q) is_odd ^= _mm512_cmpgt_epi8_mask(rows[q], rows[p]);
    }
    rows[first] = _mm512_mask_mov_epi8(low, is_odd, high);
    rows[last] = _mm512_mask_mov_epi8(high, is_odd, low);
  }
  if (!how.has_sink) return;
  const __m512i sink = Followed::number(n);
  const __mmask64 ended = _mm512_cmpeq_epi8_mask(rows[how.chains[0]], sink);
  rows[first] = _mm512_mask_mov_epi8(rows[first], ended, sink);
  rows[last] = _mm512_mask_mov_epi8(rows[last], ended, sink);
}

/// Bytes with an odd number of bits.
inline __mmask64 parity(__m512i x) {
  x = _mm512_xor_si512(x, _mm512_srli_epi16(x, 4));
  x = _mm512_xor_si512(x, _mm512_srli_epi16(x, 2));
  x = _mm512_xor_si512(x, _mm512_srli_epi16(x, 1));
  return _mm512_test_epi8_mask(x, _mm512_set1_epi8(1));
}

/// to[q] becomes where all stretches, one after another, take it.
inline __m512i walk_through(const ScanFollowed& how, const Followed& followed, __m512i bits,
                            __m512i to) {
  alignas(64) __m512i rows[kMostFollowed];
  if (how.is_listed()) {
    const std::size_t chains = how.chains.size();
    for (std::size_t i = 0; i < chains; ++i) rows[i] = followed.of_chain(i);
    const auto* images = reinterpret_cast<const std::uint8_t*>(rows);
    const __mmask64 there = ~0ULL >> (64 - how.width);
    for (std::size_t stretch = 0; stretch < 64; ++stretch) {
      std::size_t node = 0;
      for (std::size_t i = 0; i < chains; ++i) {
        node = how.child[how.begin[i] + (node << how.state_bits) + images[64 * i + stretch]];
      }
      const __m512i row = _mm512_maskz_loadu_epi8(there, how.images.data() + node * how.width);
      to = _mm512_permutexvar_epi8(to, row);
    }
    return to;
  }
  for (std::size_t q = 0; q < kMostFollowed; ++q) rows[q] = Followed::number(q);
  for (std::size_t i = 0; i < how.chains.size(); ++i) rows[how.chains[i]] = followed.of_chain(i);
  if (!how.missing.empty()) {
    find_missing(how,
                 parity(_mm512_and_si512(bits, _mm512_set1_epi8(static_cast<char>(how.sign_bits)))),
                 rows);
  }
  // Of 16 stretches at a time: rows of all states.
  for (std::size_t part = 0; part < 64; part += 16) {
    __m512i of_stretch[16];
    turn_over<64>(reinterpret_cast<const std::uint8_t*>(rows) + part, of_stretch);
    for (const __m512i& row : of_stretch) to = _mm512_permutexvar_epi8(to, row);
  }
  return to;
}

/// Whole pieces, as many as there are, or fewer where too many images are different. Returns the
/// bytes they have; to: [64], where each state is then.
template <int StateBits, int BlockBits>
std::uint64_t follow_in_shape(const ScanFollowed& how, const std::uint8_t* word,
                              std::uint64_t bytes, std::uint8_t* to) {
  const Shuffles<StateBits, BlockBits> shuffles(how);
  std::uint64_t done = 0;
  const auto walk = [&](const Followed& followed, __m512i bits) {
    const __m512i before = _mm512_loadu_si512(to);
    _mm512_storeu_si512(to, walk_through(how, followed, bits, before));
  };
  if constexpr (StateBits >= 5) {  // four or eight look-ups a byte
    const std::size_t chains = how.chains.size();
    const bool by_two = !how.merges && chains <= kFew;
    Followed first, second;
    __m512i* const images[2] = {first.image, second.image};
    for (; by_two && bytes - done >= 2 * kPieceBytes; done += 2 * kPieceBytes) {
      __m512i bits[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
      first.start(how);
      second.start(how);
      if (chains == 1) shuffles.template take_two<1>(how, word + done, images, bits);
      if (chains == 2) shuffles.template take_two<2>(how, word + done, images, bits);
      if (chains == 3) shuffles.template take_two<3>(how, word + done, images, bits);
      walk(first, bits[0]);
      walk(second, bits[1]);
    }
  }
  Followed followed;
  for (; bytes - done >= kPieceBytes; done += kPieceBytes) {
    const std::uint8_t *from = word + done, *ahead = from + kPieceBytes;
    __m512i bits = _mm512_setzero_si512();
    followed.start(how);
    const auto take = [&](std::uint64_t begin, std::uint64_t end) {
      shuffles.take(how, {from, ahead + 64 * begin, begin, end}, followed.different, followed.image,
                    &bits);
    };
    if (!how.merges) {
      take(0, kStretchBytes);
    } else {
      // Most images merge within the first letters.
      __m512i turned[16];
      turn_over<kStretchBytes>(from, turned);
      shuffles.take_few(followed.different, turned, 4, ahead, followed.image);
      followed.leave_out();
      shuffles.take_few(followed.different, turned + 4, 12, ahead + std::size_t{4} * 64,
                        followed.image);
      followed.leave_out();
      take(16, 64);
      followed.leave_out();
      if (followed.different > how.most_chains) return done;
      take(64, 256);
      followed.leave_out();
      take(256, kStretchBytes);
    }
    walk(followed, bits);
  }
  return done;
}

inline std::uint64_t follow_pieces(const ScanFollowed& how, const std::uint8_t* word,
                                   std::uint64_t bytes, std::uint8_t* to) {
  for (std::size_t q = 0; q < kMostFollowed; ++q) to[q] = static_cast<std::uint8_t>(q);
  const auto is = [&](unsigned state_bits, unsigned block_bits) {
    return how.state_bits == state_bits && how.block_bits == block_bits;
  };
  if (is(2, 4)) return follow_in_shape<2, 4>(how, word, bytes, to);
  if (is(3, 3)) return follow_in_shape<3, 3>(how, word, bytes, to);
  if (is(3, 4)) return follow_in_shape<3, 4>(how, word, bytes, to);
  if (is(4, 2)) return follow_in_shape<4, 2>(how, word, bytes, to);
  if (is(4, 4)) return follow_in_shape<4, 4>(how, word, bytes, to);
  if (is(5, 2)) return follow_in_shape<5, 2>(how, word, bytes, to);
  return follow_in_shape<6, 1>(how, word, bytes, to);
}

}  // namespace
}  // namespace statewright::kernels
