#pragma once

// Internal: letters whose exact result is rounded once, in whole numbers of W: 64 or 128 bits, as
// CensusPlan::wide says. A sum is brought to 24 bits by cutting, the last of which becomes 1 if
// something other than zeros was cut off; a format of at most 22 bits rounds that as it rounds the
// sum (Boldo and Melquiond 2008).

#include <type_traits>

#include "kernels/census_class.hpp"
#include "kernels/census_orbit.hpp"

namespace statewright::kernels {

template <int n, class W>
struct OnceLetter {
  using Number = float;
  using Size = std::conditional_t<sizeof(W) == 8, std::uint64_t, Unsigned128>;
  static constexpr int kNumbers = n;

  Constants<float> format;
  float one = 1;           ///< in the format's least steps
  std::int32_t place = 0;  ///< sums are multiples of 2^place
  W a[n * n] = {}, b[n] = {};

  /// sum 2^place, rounded
  STATEWRIGHT_ANYWHERE void round_sum(float& to, W sum) const {
    to = 0;
    if (sum == 0) return;
    const bool negative = sum < 0;
    const Size size = negative ? Size{0} - static_cast<Size>(sum) : static_cast<Size>(sum);
    const int width = width_of(size), shift = width > 24 ? width - 24 : 0;
    auto head = static_cast<std::uint32_t>(size >> shift);
    if (static_cast<Size>(size >> shift << shift) != size) head |= 1;
    float scale;
    bits_of(scale, static_cast<std::uint32_t>(place + shift + 127) << 23);
    carrier_multiply(to, static_cast<float>(head), scale);  // exact
    to = negative ? -to : to;
    round_to<Kind::plain>(format, to);
  }

  STATEWRIGHT_ANYWHERE void apply(StateOf<float, n>& state) const {
    W h[n];
    STATEWRIGHT_UNROLL
    for (int j = 0; j < n; ++j) h[j] = static_cast<std::int64_t>(state.x[j] * one);  // exact
    STATEWRIGHT_UNROLL
    for (int i = 0; i < n; ++i) {
      W sum = b[i];
      STATEWRIGHT_UNROLL
      for (int j = 0; j < n; ++j) sum += a[i * n + j] * h[j];
      round_sum(state.x[i], sum);
    }
  }
};

/// The letter of a member.
template <CensusKind kind, int n, class W>
STATEWRIGHT_ANYWHERE void letter_once(const CensusPlan& plan, const std::uint32_t* places,
                                      OnceLetter<n, W>& letter) {
  const auto one = static_cast<std::int64_t>(plan.one);
  letter.format = plan.format;
  letter.one = static_cast<float>(plan.one);
  letter.place = plan.once_place;
  W unit = one;  // of A
  for (int i = 0; i < n * n; ++i) letter.a[i] = 0;
  if constexpr (kind == CensusKind::matrices) {
    for (int i = 0; i < n * n; ++i) letter.a[i] = plan.steps[places[i]];
  } else if constexpr (kind == CensusKind::diagonal) {
    for (int i = 0; i < n; ++i) letter.a[i * n + i] = plan.steps[places[i]];
  } else if constexpr (kind == CensusKind::pairs) {
    Int128 a[n * n];
    matrix_of_pair<n>(plan, places, a);
    for (int i = 0; i < n * n; ++i) letter.a[i] = static_cast<W>(a[i]);
    unit = unit * one * one * one * one * one;
  } else {
    std::int64_t a[n * n];
    matrix_of_factor<n>(plan, places[0], places + (kind == CensusKind::deltanet ? 2 : 1), a);
    for (int i = 0; i < n * n; ++i) letter.a[i] = a[i];
    unit = unit * one * one;
  }
  for (int i = 0; i < n; ++i) {
    if constexpr (kind == CensusKind::diagonal) {
      letter.b[i] = unit * plan.steps[places[n + i]];
    } else if constexpr (kind == CensusKind::deltanet) {
      letter.b[i] = static_cast<W>(plan.steps[places[0]]) * plan.steps[places[2 + i]] *
                    plan.steps[places[1]] * one;
    } else {
      const float b = plan.state[places[Slots<kind, n>::kAdds + i]];  // 0 if the family has none
      letter.b[i] = unit * static_cast<std::int64_t>(b * letter.one);
    }
  }
}

template <CensusKind kind, int n>
STATEWRIGHT_ANYWHERE void start_of(const CensusPlan& plan, const std::uint32_t* places,
                                   StateOf<float, n>& start) {
  for (int i = 0; i < n; ++i) start.x[i] = plan.state[places[Slots<kind, n>::kStart + i]];
}

}  // namespace statewright::kernels
