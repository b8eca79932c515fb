#include "automata/algebra/compose.hpp"

// Compiled for processors with byte shuffles too, chosen at run time.
#if defined(__x86_64__) && defined(__GNUC__)
#define STATEWRIGHT_BYTE_SHUFFLE 1
#include <immintrin.h>
#else
#define STATEWRIGHT_BYTE_SHUFFLE 0
#endif

namespace statewright::automata::detail {

void compose_bytes(const std::uint8_t* rows, std::size_t count, const std::uint8_t* letter,
                   std::size_t width, std::uint8_t* out, std::size_t step) {
  for (std::size_t j = 0; j < count; ++j) {
    for (std::size_t q = 0; q < width; ++q) out[j * step + q] = letter[rows[j * width + q]];
  }
}

#if STATEWRIGHT_BYTE_SHUFFLE
namespace {

[[gnu::target("ssse3")]] void shuffle_8(const std::uint8_t* rows, std::size_t count,
                                        const std::uint8_t* letter, std::size_t, std::uint8_t* out,
                                        std::size_t step) {
  const __m128i table = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(letter));
  for (std::size_t j = 0; j < count; ++j) {
    const __m128i row = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(rows + 8 * j));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + j * step), _mm_shuffle_epi8(table, row));
  }
}

[[gnu::target("ssse3")]] void shuffle_16(const std::uint8_t* rows, std::size_t count,
                                         const std::uint8_t* letter, std::size_t, std::uint8_t* out,
                                         std::size_t step) {
  const __m128i table = _mm_loadu_si128(reinterpret_cast<const __m128i*>(letter));
  for (std::size_t j = 0; j < count; ++j) {
    const __m128i row = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows + 16 * j));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + j * step), _mm_shuffle_epi8(table, row));
  }
}

}  // namespace
#endif

Compose fastest_compose(std::size_t width) noexcept {
#if STATEWRIGHT_BYTE_SHUFFLE
  if (__builtin_cpu_supports("ssse3")) {
    if (width == 8) return shuffle_8;
    if (width == 16) return shuffle_16;
  }
#endif
  (void)width;
  return compose_bytes;
}

}  // namespace statewright::automata::detail
