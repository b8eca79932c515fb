#pragma once

// Internal: two numbers of 16 bits in a register. bf16x2 and f16x2 instructions round each product
// and sum once, to nearest-even, with subnormals, which is what the emulated operations do
// (tests/kernels/packed_test.cu runs all 2^32 pairs of operands).

#include <cstdint>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

namespace statewright::kernels {

/// Arithmetic on two numbers in 32 bits.
struct PackedBf16 {
  __device__ static std::uint32_t mul(std::uint32_t a, std::uint32_t b) {
    std::uint32_t d;
    asm("mul.rn.bf16x2 %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b));
    return d;
  }
  __device__ static std::uint32_t add(std::uint32_t a, std::uint32_t b) {
    std::uint32_t d;
    asm("add.rn.bf16x2 %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b));
    return d;
  }
  __device__ static std::uint32_t sub(std::uint32_t a, std::uint32_t b) {
    std::uint32_t d;
    asm("sub.rn.bf16x2 %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b));
    return d;
  }
  __device__ static float number(std::uint32_t code) { return __uint_as_float(code << 16); }
};

struct PackedFp16 {
  __device__ static std::uint32_t mul(std::uint32_t a, std::uint32_t b) {
    std::uint32_t d;
    asm("mul.rn.f16x2 %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b));
    return d;
  }
  __device__ static std::uint32_t add(std::uint32_t a, std::uint32_t b) {
    std::uint32_t d;
    asm("add.rn.f16x2 %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b));
    return d;
  }
  __device__ static std::uint32_t sub(std::uint32_t a, std::uint32_t b) {
    std::uint32_t d;
    asm("sub.rn.f16x2 %0, %1, %2;" : "=r"(d) : "r"(a), "r"(b));
    return d;
  }
  __device__ static float number(std::uint32_t code) {
    return __half2float(__ushort_as_half(static_cast<unsigned short>(code)));
  }
};

}  // namespace statewright::kernels
