#pragma once

// Internal: vectors of STATEWRIGHT_LANE_BYTES bytes as carriers. Included by files that are each
// compiled for processors with vectors of that width; what they instantiate are different types.

#include <cstddef>
#include <cstdint>

#if STATEWRIGHT_LANE_BYTES > 16
#include <immintrin.h>
#endif

#include "kernels/engine.hpp"

namespace statewright::kernels {

typedef float FloatLanes __attribute__((vector_size(STATEWRIGHT_LANE_BYTES)));
typedef double DoubleLanes __attribute__((vector_size(STATEWRIGHT_LANE_BYTES)));
typedef std::int32_t Int32Lanes __attribute__((vector_size(STATEWRIGHT_LANE_BYTES)));
typedef std::uint32_t Word32Lanes __attribute__((vector_size(STATEWRIGHT_LANE_BYTES)));
typedef std::int64_t Int64Lanes __attribute__((vector_size(STATEWRIGHT_LANE_BYTES)));
typedef std::uint64_t Word64Lanes __attribute__((vector_size(STATEWRIGHT_LANE_BYTES)));

template <>
struct Carrier<FloatLanes> {
  using T = float;
  using I = Int32Lanes;
  using U = Word32Lanes;
};
template <>
struct Carrier<DoubleLanes> {
  using T = double;
  using I = Int64Lanes;
  using U = Word64Lanes;
};

template <class T>
struct LanesOf;
template <>
struct LanesOf<float> {
  using V = FloatLanes;
};
template <>
struct LanesOf<double> {
  using V = DoubleLanes;
};

/// Lane by lane base[index], for what has no instruction.
template <class To, class T, class Index>
STATEWRIGHT_ANYWHERE void gather_slowly(To& to, const T* base, const Index& index) {
  constexpr std::size_t lanes = sizeof(To) / sizeof(T);
  To filled = {};
  for (std::size_t l = 0; l < lanes; ++l) filled[l] = base[index[l]];
  to = filled;
}

/// One index for all lanes; x - 0 is x for -0, too.
template <class To, class T>
STATEWRIGHT_ANYWHERE void spread_entry(To& to, const T* base, std::uint64_t index) {
  const To none = {};
  to = base[index] - none;
}

template <>
struct Gather<FloatLanes> {
  STATEWRIGHT_ANYWHERE static void get(FloatLanes& to, const float* base,
                                       const std::uint32_t& index) {
    spread_entry(to, base, index);
  }
  STATEWRIGHT_ANYWHERE static void get(FloatLanes& to, const float* base,
                                       const Word32Lanes& index) {
#if STATEWRIGHT_LANE_BYTES == 64
    to = (FloatLanes)_mm512_i32gather_ps((__m512i)index, base, 4);
#elif STATEWRIGHT_LANE_BYTES == 32
    to = (FloatLanes)_mm256_i32gather_ps(base, (__m256i)index, 4);
#else
    gather_slowly(to, base, index);
#endif
  }
};

template <>
struct Gather<DoubleLanes> {
  STATEWRIGHT_ANYWHERE static void get(DoubleLanes& to, const double* base,
                                       const std::uint64_t& index) {
    spread_entry(to, base, index);
  }
  STATEWRIGHT_ANYWHERE static void get(DoubleLanes& to, const double* base,
                                       const Word64Lanes& index) {
#if STATEWRIGHT_LANE_BYTES == 64
    to = (DoubleLanes)_mm512_i64gather_pd((__m512i)index, base, 8);
#elif STATEWRIGHT_LANE_BYTES == 32
    to = (DoubleLanes)_mm256_i64gather_pd(base, (__m256i)index, 8);
#else
    gather_slowly(to, base, index);
#endif
  }
};

template <>
struct Gather<Word32Lanes> {
  STATEWRIGHT_ANYWHERE static void get(Word32Lanes& to, const std::uint32_t* base,
                                       const Word32Lanes& index) {
#if STATEWRIGHT_LANE_BYTES == 64
    to = (Word32Lanes)_mm512_i32gather_epi32((__m512i)index, base, 4);
#elif STATEWRIGHT_LANE_BYTES == 32
    to = (Word32Lanes)_mm256_i32gather_epi32(reinterpret_cast<const int*>(base), (__m256i)index, 4);
#else
    gather_slowly(to, base, index);
#endif
  }
};

template <>
struct Gather<Word64Lanes> {
  STATEWRIGHT_ANYWHERE static void get(Word64Lanes& to, const std::uint64_t* base,
                                       const Word64Lanes& index) {
#if STATEWRIGHT_LANE_BYTES == 64
    to = (Word64Lanes)_mm512_i64gather_epi64((__m512i)index, base, 8);
#elif STATEWRIGHT_LANE_BYTES == 32
    to = (Word64Lanes)_mm256_i64gather_epi64(reinterpret_cast<const long long*>(base),
                                             (__m256i)index, 8);
#else
    gather_slowly(to, base, index);
#endif
  }
};

/// to = table[index mod 16]
STATEWRIGHT_ANYWHERE void look_up_16(FloatLanes& to, const float* table, const Word32Lanes& index) {
#if STATEWRIGHT_LANE_BYTES == 64
  to = (FloatLanes)_mm512_permutexvar_ps((__m512i)index, _mm512_load_ps(table));
#else
  gather(to, table, Word32Lanes(index & 15));
#endif
}

/// Whether some bit is set.
template <class Lanes>
STATEWRIGHT_ANYWHERE bool any(const Lanes& lanes) {
#if STATEWRIGHT_LANE_BYTES == 64
  return _mm512_test_epi64_mask((__m512i)lanes, (__m512i)lanes) != 0;
#elif STATEWRIGHT_LANE_BYTES == 32
  return _mm256_testz_si256((__m256i)lanes, (__m256i)lanes) == 0;
#else
  std::uint64_t parts[STATEWRIGHT_LANE_BYTES / 8];
  std::memcpy(parts, &lanes, sizeof parts);
  return (parts[0] | parts[1]) != 0;
#endif
}

}  // namespace statewright::kernels
