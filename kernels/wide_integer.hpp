#pragma once

// Internal: whole numbers of a fixed width beyond 128 bits, for hosts and devices. Little more than
// exact signs of determinants need: sums, products, comparisons with 0. On devices loops stay loops
// and products are calls: unrolled they take nvcc minutes and every register of a kernel that
// seldom needs them.

#include <cstdint>

#include "kernels/arithmetic.hpp"

#ifdef __CUDACC__
#define STATEWRIGHT_BOTH __host__ __device__
#define STATEWRIGHT_CALLED __host__ __device__ __noinline__
#define STATEWRIGHT_ROLLED _Pragma("unroll 1")
#else
#define STATEWRIGHT_BOTH
#define STATEWRIGHT_CALLED
#define STATEWRIGHT_ROLLED
#endif

namespace statewright::kernels {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Unsigned128;

/// Bits up to the first one; x is not 0.
STATEWRIGHT_ANYWHERE int width_of(std::uint64_t x) {
#ifdef __CUDA_ARCH__
  return 64 - __clzll(static_cast<long long>(x));
#else
  return 64 - __builtin_clzll(x);
#endif
}
STATEWRIGHT_ANYWHERE int width_of(Unsigned128 x) {
  const auto high = static_cast<std::uint64_t>(x >> 64);
  return high != 0 ? 64 + width_of(high) : width_of(static_cast<std::uint64_t>(x));
}

/// Two's complement of L limbs of 64 bits; results are right modulo 2^(64 L), so whoever computes
/// knows a bound. Cost: L^2 / 2 products of limbs for a product.
template <int L>
struct WideInt {
  std::uint64_t limb[L];

  WideInt() = default;
  STATEWRIGHT_BOTH WideInt(Int128 x) {  // NOLINT: whole numbers convert
    limb[0] = static_cast<std::uint64_t>(x);
    limb[1] = static_cast<std::uint64_t>(x >> 64);
    const std::uint64_t fill = x < 0 ? ~std::uint64_t{0} : 0;
    STATEWRIGHT_ROLLED
    for (int i = 2; i < L; ++i) limb[i] = fill;
  }

  STATEWRIGHT_BOTH friend WideInt operator+(const WideInt& a, const WideInt& b) {
    WideInt sum;
    std::uint64_t carry = 0;
    STATEWRIGHT_ROLLED
    for (int i = 0; i < L; ++i) {
      const Unsigned128 s = Unsigned128{a.limb[i]} + b.limb[i] + carry;
      sum.limb[i] = static_cast<std::uint64_t>(s);
      carry = static_cast<std::uint64_t>(s >> 64);
    }
    return sum;
  }

  STATEWRIGHT_BOTH friend WideInt operator-(const WideInt& a, const WideInt& b) {
    WideInt difference;
    std::uint64_t carry = 1;
    STATEWRIGHT_ROLLED
    for (int i = 0; i < L; ++i) {
      const Unsigned128 s = Unsigned128{a.limb[i]} + ~b.limb[i] + carry;
      difference.limb[i] = static_cast<std::uint64_t>(s);
      carry = static_cast<std::uint64_t>(s >> 64);
    }
    return difference;
  }

  STATEWRIGHT_CALLED friend WideInt operator*(const WideInt& a, const WideInt& b) {
    WideInt product(0);
    STATEWRIGHT_ROLLED
    for (int i = 0; i < L; ++i) {
      if (a.limb[i] == 0) continue;
      std::uint64_t carry = 0;
      STATEWRIGHT_ROLLED
      for (int j = 0; i + j < L; ++j) {
        const Unsigned128 s = Unsigned128{a.limb[i]} * b.limb[j] + product.limb[i + j] + carry;
        product.limb[i + j] = static_cast<std::uint64_t>(s);
        carry = static_cast<std::uint64_t>(s >> 64);
      }
    }
    return product;
  }

  /// -1, 0 or 1
  STATEWRIGHT_BOTH int sign() const {
    if (limb[L - 1] >> 63 != 0) return -1;
    std::uint64_t all = 0;
    STATEWRIGHT_ROLLED
    for (int i = 0; i < L; ++i) all |= limb[i];
    return all != 0 ? 1 : 0;
  }
};

template <int L>
STATEWRIGHT_BOTH int sign_of(const WideInt<L>& x) {
  return x.sign();
}
STATEWRIGHT_BOTH inline int sign_of(std::int64_t x) { return (x > 0) - (x < 0); }
STATEWRIGHT_BOTH inline int sign_of(Int128 x) { return (x > 0) - (x < 0); }

}  // namespace statewright::kernels
