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
// PRMT, shifts and logic share one pipe, of half the rate of the multipliers: so what can be a
// multiplication is one, by factors that the compiler does not know for powers of two.

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

/// Numbers that a kernel is given: see above.
struct Factors {
  std::uint32_t one = 1, half = 65536;
};

/// number >> 16
__device__ __forceinline__ std::uint32_t upper_half(std::uint32_t number, const Factors& factors) {
  std::uint64_t product;
  asm("mul.wide.u32 %0, %1, %2;" : "=l"(product) : "r"(number), "r"(factors.half));
  return static_cast<std::uint32_t>(product >> 32);
}

/// At most 4 R states in R registers, R = 1, 2 or 4.
template <int R>
struct Images {
  std::uint32_t image[R];

  /// All states in fours of 16 bits; of 16 states, then again with the fourth bits turned over.
  static constexpr int kNumbers = R == 4 ? 4 : 1;
  struct Selectors {
    std::uint32_t number[kNumbers];
  };

  __device__ __forceinline__ void set_identity() {
#pragma unroll
    for (int i = 0; i < R; ++i) image[i] = 0x0302'0100U + 0x0404'0404U * static_cast<unsigned>(i);
  }

  __device__ __forceinline__ Selectors selectors() const {
    Selectors result;
    if constexpr (R == 1) result.number[0] = selectors_of(image[0], 0);
    if constexpr (R == 2) result.number[0] = selectors_of(image[0], image[1]);
    if constexpr (R == 4) {
      result.number[0] = selectors_of(image[0], image[1]);
      result.number[1] = selectors_of(image[2], image[3]);
      result.number[2] = result.number[0] ^ 0x8888'8888;
      result.number[3] = result.number[1] ^ 0x8888'8888;
    }
    return result;
  }

  /// Becomes q -> image[g[q]]: g first.
  __device__ __forceinline__ void after(const Selectors& g, const Factors& factors) {
    std::uint32_t made[R];
    if constexpr (R == 1) made[0] = pick(image[0], image[0], g.number[0]);
    if constexpr (R == 2) {
      made[0] = pick(image[0], image[1], g.number[0]);
      made[1] = pick(image[0], image[1], upper_half(g.number[0], factors));
    }
    if constexpr (R == 4) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const std::uint32_t low = g.number[i], high = g.number[i + 2];
        made[2 * i] = pick(image[0], image[1], low) * factors.one + pick(image[2], image[3], high);
        made[2 * i + 1] = pick(image[0], image[1], upper_half(low, factors)) * factors.one +
                          pick(image[2], image[3], upper_half(high, factors));
      }
    }
#pragma unroll
    for (int i = 0; i < R; ++i) image[i] = made[i];
  }

  /// What the warp's lanes do one after another, in lane 0; garbage elsewhere.
  __device__ __forceinline__ void join_lanes(const Factors& factors) {
#pragma unroll
    for (int distance = 1; distance < 32; distance *= 2) {
      Images later;
#pragma unroll
      for (int i = 0; i < R; ++i) later.image[i] = __shfl_down_sync(~0U, image[i], distance);
      later.after(selectors(), factors);
      *this = later;
    }
  }
};

}  // namespace statewright::kernels
