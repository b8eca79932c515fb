#pragma once

// Internal: transformations of states as a CUDA thread holds and composes them.
//
// Images are bytes in 1 to 4 registers, and `selectors` the same images four bits each, as the
// instruction PRMT wants them, which picks four bytes out of two registers by four selectors at
// once. A stretch is read from its end, so that what follows is the table and the block's selectors
// come from shared memory: no repacking on the way.
//
// PRMT picks among 8 bytes; for up to 16 it is asked twice. A selector with its fourth bit set
// gives the sign of a byte, which is 0 for numbers below 16, and the complement of a selector has
// that bit turned over and counts from the other end: so states from 8 on are held in descending
// order, picked by complements, and the two answers only need to be added.
//
// PRMT, shifts and logic share one pipe, and 8 states ask it for two instructions a block: so the
// upper half of a number and complements are made by DP2A, of the multipliers' pipe, and united is
// by multiplying by one and adding; the factors are the kernel's arguments, or the compiler would
// put logic in their place. (A product of 64 bits, mul.wide, is much slower than DP2A.)

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
  std::uint32_t one = 1, upper = 0x0100;                                  // bytes (0, 1)
  std::uint32_t not_lower = 0x00FF, not_upper = 0xFF00, minus_one = ~0U;  // (-1, 0), (0, -1)
};

/// number >> 16
__device__ __forceinline__ std::uint32_t upper_half(std::uint32_t number, const Factors& factors) {
  return __dp2a_lo(number, factors.upper, 0U);
}

/// The lower 16 bits are those of ~number, or of ~(number >> 16); the others are not defined.
__device__ __forceinline__ std::uint32_t complement(std::uint32_t number, std::uint32_t half,
                                                    const Factors& factors) {
  std::uint32_t result;
  asm("dp2a.lo.u32.s32 %0, %1, %2, %3;"
      : "=r"(result)
      : "r"(number), "r"(half), "r"(factors.minus_one));
  return result;
}

/// Where a transformation's images are: states 0, .., 7 in registers 0 and 1, the lowest byte
/// first; 11, .., 8 in register 2 of three; 15, .., 8 in registers 2 and 3 of four.
__host__ __device__ constexpr std::uint32_t place_of_state(int registers, std::uint32_t state) {
  return state < 8 ? state : (registers == 3 ? 19 : 23) - state;
}

/// At most 4 R states in R registers, R = 1, .., 4.
template <int R>
struct Images {
  std::uint32_t image[R];

  /// All states in fours of 16 bits, as place_of_state orders them.
  static constexpr int kNumbers = R > 2 ? 2 : 1;
  struct Selectors {
    std::uint32_t number[kNumbers];
  };

  __device__ __forceinline__ void set_identity() {
    image[0] = 0x0302'0100;
    if constexpr (R > 1) image[1] = 0x0706'0504;
    if constexpr (R > 2) image[R - 1] = 0x0809'0A0B;
    if constexpr (R > 3) image[2] = 0x0C0D'0E0F;
  }

  __device__ __forceinline__ Selectors selectors() const {
    Selectors result;
    result.number[0] = selectors_of(image[0], R == 1 ? 0 : image[R == 1 ? 0 : 1]);
    if constexpr (R == 3) result.number[1] = selectors_of(image[2], 0);
    if constexpr (R == 4) result.number[1] = selectors_of(image[2], image[3]);
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
    if constexpr (R > 2) {
#pragma unroll
      for (int i = 0; i < R; ++i) {
        const std::uint32_t number = g.number[i / 2];
        const std::uint32_t low = i % 2 == 0 ? number : upper_half(number, factors);
        const std::uint32_t high =
            complement(number, i % 2 == 0 ? factors.not_lower : factors.not_upper, factors);
        made[i] = pick(image[0], image[1], low) * factors.one + pick(image[2], image[R - 1], high);
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
