#pragma once

// Internal: what a format does at its ends, and which neighbour a rounding takes. Shared by all
// that round by whole numbers (round.cpp, dot.cpp); the kernels have the same as constants.

#include <limits>

#include "core/number/format.hpp"

namespace statewright::core::detail {

/// Whether an overflow of this sign leads outwards, to infinity or its substitute.
inline bool leads_outwards(Rounding rounding, bool negative) noexcept {
  switch (rounding) {
    case Rounding::nearest_even:
    case Rounding::nearest_away:
    case Rounding::stochastic:
    case Rounding::stochastic_equal:
      return true;
    case Rounding::up:
      return !negative;
    case Rounding::down:
      return negative;
    case Rounding::toward_zero:
    case Rounding::to_odd:
      break;
  }
  return false;
}

inline double largest_of_sign(const Format& format, bool negative) noexcept {
  return negative ? format.lowest() : format.largest();
}

/// What a finite result beyond the largest value becomes; not for `wrap`.
inline double overflowed(const Format& format, bool negative) noexcept {
  if (format.overflow == Overflow::saturate || !leads_outwards(format.rounding, negative)) {
    return largest_of_sign(format, negative);
  }
  if (format.overflow == Overflow::not_a_number) return std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  return negative ? -infinity : infinity;
}

/// What an infinite argument becomes.
inline double of_infinity(const Format& format, bool negative) noexcept {
  const double infinity = std::numeric_limits<double>::infinity();
  switch (format.overflow) {
    case Overflow::infinity:
      return negative ? -infinity : infinity;
    case Overflow::saturate:
      return largest_of_sign(format, negative);
    case Overflow::not_a_number:
    case Overflow::wrap:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

/// Whether the magnitude (units + rest), 0 < rest < 1, goes up. `half` compares rest with 1/2,
/// `carries` says whether T + R >= 2^N (core/number/stochastic.hpp).
inline bool goes_up(Rounding rounding, bool negative, bool odd, int half, bool carries) noexcept {
  switch (rounding) {
    case Rounding::nearest_even:
      return half > 0 || (half == 0 && odd);
    case Rounding::nearest_away:
      return half >= 0;
    case Rounding::toward_zero:
      return false;
    case Rounding::up:
      return !negative;
    case Rounding::down:
      return negative;
    case Rounding::stochastic:
    case Rounding::stochastic_equal:
      return carries;
    case Rounding::to_odd:
      break;
  }
  return !odd;
}

}  // namespace statewright::core::detail
