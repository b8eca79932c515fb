#include "core/number/stochastic.hpp"

namespace statewright::core {

namespace detail {

RandomKeys random_keys(std::uint64_t seed) noexcept {
  const auto mix = [](std::uint64_t z) {
    z = (z ^ z >> 30) * kMixFirst;
    z = (z ^ z >> 27) * kMixSecond;
    return z ^ z >> 31;
  };
  return {mix(seed + kGolden), mix(seed + 2 * kGolden)};
}

}  // namespace detail

std::uint32_t random_word(std::uint64_t seed, std::uint64_t counter) noexcept {
  return static_cast<std::uint32_t>(detail::random_product(detail::random_keys(seed), counter) >>
                                    32);
}

std::uint32_t random_draw(const Format& format, std::uint64_t counter) noexcept {
  if (!format.is_stochastic() || format.random_bits < 1) return 0;
  return random_word(format.seed, counter) >> (32 - format.random_bits);
}

double round_exact(const Rational& value, const Format& format, std::uint64_t counter) {
  return round_with(value, format, random_draw(format, counter));
}

}  // namespace statewright::core
