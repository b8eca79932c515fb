#pragma once

// Internal: spectrum and norm where few operations decide them: 2 x 2 matrices, diagonal ones, and
// a single factor I - beta k k^T, whose eigenvalues are 1 and 1 - beta k^T k. Others:
// census_spectrum.hpp.

#include "kernels/census_plan.hpp"
#include "kernels/wide_integer.hpp"

namespace statewright::kernels {

STATEWRIGHT_ANYWHERE constexpr bool has_simple_class(CensusKind kind, int n) {
  return kind == CensusKind::diagonal || kind == CensusKind::deltanet ||
         kind == CensusKind::factor || (kind == CensusKind::matrices && n <= 2);
}

namespace simple_detail {

template <class Wide>
STATEWRIGHT_ANYWHERE void class_of_2x2(Wide a, Wide b, Wide c, Wide d, Wide one,
                                       CensusClass& found) {
  const bool real = (a - d) * (a - d) + 4 * b * c >= 0;
  const bool nonnegative = (a + d >= 0) & (a * d - b * c >= 0);
  found.spectrum = static_cast<Spectrum>(real ? 1 + (nonnegative ? 1 : 0) : 0);
  // Both singular values are at most 1 if the sum of their squares is at most 2 and
  // (1 - s^2)(1 - t^2) >= 0.
  bool large = false;
  Wide* const entries[] = {&a, &b, &c, &d};
  for (Wide* const e : entries) {
    const bool beyond = (*e > one) | (*e < -one);
    large = large | beyond;
    *e = beyond ? 0 : *e;
  }
  const Wide squares = a * a + b * b + c * c + d * d, unit = one * one, det = a * d - b * c;
  found.contracts =
      !large & (squares <= 2 * unit) & (unit * unit - squares * unit + det * det >= 0);
}

}  // namespace simple_detail

template <CensusKind kind, int n>
STATEWRIGHT_ANYWHERE void simple_class(const CensusPlan& plan, const std::uint32_t* places,
                                       CensusClass& found) {
  static_assert(has_simple_class(kind, n));
  const auto one = static_cast<std::int64_t>(plan.one);
  const std::int64_t* const steps = plan.steps;
  if constexpr (kind == CensusKind::matrices && n == 2) {
    const std::int64_t a = steps[places[0]], b = steps[places[1]], c = steps[places[2]],
                       d = steps[places[3]];
    if (plan.is_small) {
      simple_detail::class_of_2x2<std::int64_t>(a, b, c, d, one, found);
    } else {
      simple_detail::class_of_2x2<Int128>(a, b, c, d, one, found);
    }
  } else if constexpr (kind == CensusKind::deltanet || kind == CensusKind::factor) {
    constexpr int first = kind == CensusKind::deltanet ? 2 : 1;
    std::int64_t squares = 0;
    for (int i = 0; i < n; ++i) squares += steps[places[first + i]] * steps[places[first + i]];
    const std::int64_t moved = steps[places[0]] * squares, unit = one * one * one;
    found.spectrum = moved <= unit ? Spectrum::nonnegative : Spectrum::negative;
    found.contracts = moved <= 2 * unit;
  } else {
    found = {Spectrum::nonnegative, true};
    for (int i = 0; i < n; ++i) {
      const std::int64_t a = steps[places[i]];
      if (a < 0) found.spectrum = Spectrum::negative;
      if (a > one || a < -one) found.contracts = false;
    }
  }
}

}  // namespace statewright::kernels
