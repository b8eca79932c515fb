#pragma once

// Internal: what plans in carriers and in whole numbers share.

#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/constants.hpp"
#include "kernels/drawn.hpp"

namespace statewright::kernels {

/// Whether an overflow of this sign leads outwards, to infinity or its substitute.
inline bool leads_outwards(Rounding rounding, bool negative) {
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

/// The magnitude that a finite result beyond the largest becomes.
inline double overflowed(const FormatSpec& format, bool negative) {
  const double largest = negative ? -format.lowest() : format.largest();
  if (format.overflow == Overflow::saturate || !leads_outwards(format.rounding, negative)) {
    return largest;
  }
  return format.overflow == Overflow::not_a_number ? std::numeric_limits<double>::quiet_NaN()
                                                   : std::numeric_limits<double>::infinity();
}

/// The magnitude that an infinite argument becomes.
inline double of_infinity(const FormatSpec& format, bool negative) {
  if (format.overflow == Overflow::infinity) return std::numeric_limits<double>::infinity();
  if (format.overflow == Overflow::saturate) {
    return negative ? -format.lowest() : format.largest();
  }
  return std::numeric_limits<double>::quiet_NaN();
}

inline TensorConstants<double> tensor_constants(const TensorSpec& spec) {
  TensorConstants<double> core;
  if (spec.group == 0) return core;
  core.group = spec.group;
  core.unit = std::ldexp(1.0, -spec.fraction_bits);
  core.grid = std::ldexp(1.0, 52 - spec.fraction_bits);
  core.floor = std::ldexp(1.0, spec.floor_exponent);
  core.input_least = std::ldexp(1.0, spec.input_emin);
  core.result_unit = std::ldexp(1.0, -spec.significand_bits);
  core.result_grid = std::ldexp(1.0, 52 - spec.significand_bits);
  return core;
}

/// Key 1 or 2 of a seed's random words (core/number/stochastic.hpp).
inline std::uint64_t random_key(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t z = seed + number * kGolden;
  z = (z ^ z >> 30U) * kMixFirst;
  z = (z ^ z >> 27U) * kMixSecond;
  return z ^ z >> 31U;
}

}  // namespace statewright::kernels
