#pragma once

// Internal: transformations of states as a CUDA thread holds and composes them.
//
// At most 16 states: images are bytes in 1, 2 or 4 registers, and `selectors` the same images four
// bits each, as the instruction PRMT wants them, which picks four bytes out of two registers by
// four selectors at once. A stretch is read from its end, so that what follows is the table and the
// block's selectors come from shared memory: no repacking on the way. PRMT picks among 8 bytes; for
// 16 it is asked twice, and selectors with their fourth bit set give the sign of a byte, which is 0
// for numbers below 16, so that the two answers only need to be united.
//
// Elements of a small monoid: a number, taken on by look-up from the stretch's beginning.

#include <cstdint>

namespace statewright::kernels {

/// The instruction itself; __byte_perm clears the fourth bits.
__device__ __forceinline__ std::uint32_t pick(std::uint32_t low, std::uint32_t high,
                                              std::uint32_t selectors) {
  std::uint32_t result;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(result) : "r"(low), "r"(high), "r"(selectors));
  return result;
}

/// Eight bytes below 16 as eight times four bits.
__device__ __forceinline__ std::uint32_t selectors_of(std::uint32_t low, std::uint32_t high) {
  return pick(low | low >> 4, high | high >> 4, 0x6420);
}

/// At most 4 R states in R registers, R = 1, 2 or 4.
template <int R>
struct Images {
  static constexpr int kRegisters = R;
  std::uint32_t image[R];

  struct Selectors {
    std::uint32_t four[R == 4 ? 2 : 1];
  };

  __device__ __forceinline__ void set_identity() {
#pragma unroll
    for (int i = 0; i < R; ++i) image[i] = 0x0302'0100U + 0x0404'0404U * static_cast<unsigned>(i);
  }

  __device__ __forceinline__ Selectors selectors() const {
    Selectors result;
    if constexpr (R == 1) result.four[0] = selectors_of(image[0], 0);
    if constexpr (R == 2) result.four[0] = selectors_of(image[0], image[1]);
    if constexpr (R == 4) {
      result.four[0] = selectors_of(image[0], image[1]);
      result.four[1] = selectors_of(image[2], image[3]);
    }
    return result;
  }

  /// Becomes q -> image[g[q]]: g first.
  __device__ __forceinline__ void after(const Selectors& g) {
    std::uint32_t made[R];
#pragma unroll
    for (int i = 0; i < R; ++i) {
      const std::uint32_t four = g.four[i / 2] >> (i % 2 * 16);
      if constexpr (R == 1) made[i] = pick(image[0], image[0], four);
      if constexpr (R == 2) made[i] = pick(image[0], image[1], four);
      if constexpr (R == 4) {
        made[i] = pick(image[0], image[1], four) | pick(image[2], image[3], four ^ 0x8888);
      }
    }
#pragma unroll
    for (int i = 0; i < R; ++i) image[i] = made[i];
  }

  /// What the warp's lanes do one after another, in lane 0; garbage elsewhere.
  __device__ __forceinline__ void join_lanes() {
#pragma unroll
    for (int distance = 1; distance < 32; distance *= 2) {
      Images later;
#pragma unroll
      for (int i = 0; i < R; ++i) later.image[i] = __shfl_down_sync(~0U, image[i], distance);
      later.after(selectors());
      *this = later;
    }
  }
};

}  // namespace statewright::kernels
