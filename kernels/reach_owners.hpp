#pragma once

// Internal: which of several devices has the bit of a pair, and where among its bits.
//
// Pairs come in groups of as many successive ones as there are devices; each device owns one of
// every group, which one depends on the group by a hash: states whose low bits are alike (whole
// numbers have zeros there) are spread all the same. A pair's place is the number of its group, so
// that all devices have as many bits, and none is spared.

#include <cstdint>

#include "kernels/arithmetic.hpp"
#include "kernels/wide_integer.hpp"

namespace statewright::kernels {

/// For indices below 2^48 and 2 to 2^12 devices.
struct ReachOwners {
  std::uint32_t count = 2;
  std::uint64_t magic = std::uint64_t{1} << 63U;  ///< ceil(2^64 / count)

  ReachOwners() = default;
  explicit ReachOwners(std::uint32_t devices)
      : count(devices), magic(~std::uint64_t{0} / devices + 1) {}

  /// index / count: exact, since what magic is too much adds less than 1 / count.
  STATEWRIGHT_ANYWHERE std::uint64_t place(std::uint64_t index) const {
    return static_cast<std::uint64_t>(Unsigned128{index} * magic >> 64U);
  }
  STATEWRIGHT_ANYWHERE std::uint32_t owner(std::uint64_t index) const {
    const std::uint64_t group = place(index);
    const auto within = static_cast<std::uint32_t>(index - group * count);
    const auto hash = static_cast<std::uint32_t>(group * 0x9E37'79B9'7F4A'7C15U >> 32U);
    const auto turn =
        static_cast<std::uint32_t>(std::uint64_t{hash} * count >> 32U);  // 0 to count - 1
    const std::uint32_t sum = within + turn;
    return sum < count ? sum : sum - count;
  }
  /// Bits that each device has, of `pairs` in all.
  std::uint64_t bits(std::uint64_t pairs) const {
    return pairs / count + (pairs % count != 0 ? 1 : 0);
  }
};

}  // namespace statewright::kernels
