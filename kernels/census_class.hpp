#pragma once

// Internal: spectrum and norm of any member, for hosts and devices.

#include "kernels/census_simple_class.hpp"
#include "kernels/census_spectrum.hpp"

namespace statewright::kernels {

/// The exact I - beta k k^T in units of which 1 has one^3.
template <int n>
STATEWRIGHT_BOTH void matrix_of_factor(const CensusPlan& plan, std::uint32_t beta,
                                       const std::uint32_t* key, std::int64_t* a) {
  const auto one = static_cast<std::int64_t>(plan.one);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      a[i * n + j] = (i == j ? one * one * one : 0) -
                     plan.steps[beta] * plan.steps[key[i]] * plan.steps[key[j]];
    }
  }
}

/// The exact A of a pair of factors in units of which 1 has one^6.
template <int n>
STATEWRIGHT_BOTH void matrix_of_pair(const CensusPlan& plan, const std::uint32_t* places,
                                     Int128 (&a)[n * n]) {
  std::int64_t factor[2][n * n];
  for (int f = 0; f < 2; ++f) {
    const std::uint32_t* const ours = places + f * (n + 1);
    matrix_of_factor<n>(plan, ours[0], ours + 1, factor[f]);
  }
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      Int128 sum = 0;
      for (int k = 0; k < n; ++k) sum += Int128{factor[1][i * n + k]} * factor[0][k * n + j];
      a[i * n + j] = sum;
    }
  }
}

template <CensusKind kind, int n>
STATEWRIGHT_BOTH void class_of(const CensusPlan& plan, const std::uint32_t* places,
                               CensusClass& found) {
  if constexpr (has_simple_class(kind, n)) {
    simple_class<kind, n>(plan, places, found);
  } else {
    Int128 a[n * n], one = static_cast<Int128>(plan.one);
    if constexpr (kind == CensusKind::pairs) {
      matrix_of_pair<n>(plan, places, a);
      one = one * one * one;
      one *= one;
    } else {
      for (int i = 0; i < n * n; ++i) a[i] = plan.steps[places[i]];
    }
    classify_matrix<n>(a, one, found.spectrum, found.contracts);
  }
}

}  // namespace statewright::kernels
