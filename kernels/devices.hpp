#pragma once

// Internal: how an operation is divided over devices. Every device gets a share of what there is to
// do, in its order, and a thread of the host; shares are joined in order, so that results do not
// depend on the division. A list of devices may name one several times: that is how the division is
// tested where there is one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

#include "kernels/backend.hpp"

namespace statewright::kernels {

/// The numbers of all devices that can be used.
inline std::vector<int> device_numbers() {
  std::vector<int> numbers;
  for (const Device& device : cuda_devices()) numbers.push_back(device.index);
  return numbers;
}

/// Of things 0, 1, ..: begin, .., end - 1.
struct DeviceShare {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t size() const noexcept { return end - begin; }
  bool operator==(const DeviceShare&) const = default;
};

/// Share `i` of `shares` of `count` things: in order, sizes differ by at most one.
inline DeviceShare device_share(std::uint64_t count, std::uint64_t shares, std::uint64_t i) {
  const auto begin = [&](std::uint64_t at) {  // count at / shares without overflow
    return count / shares * at + std::min(at, count % shares);
  };
  return {begin(i), begin(i + 1)};
}

/// How many of `devices` get a share of `count` things, of which `least` are worth another device.
/// At least one.
inline std::size_t devices_for(std::size_t devices, std::uint64_t count, std::uint64_t least) {
  return static_cast<std::size_t>(
      std::max<std::uint64_t>(1, std::min<std::uint64_t>(devices, count / least)));
}

/// work(0), .., work(count - 1) at once, a thread each, work(0) on the caller's. Waits for all.
/// Errors: what the first of those that failed threw.
template <class Work>
void at_once(std::size_t count, const Work& work) {
  std::vector<std::exception_ptr> errors(count);
  const auto guarded = [&](std::size_t i) {
    try {
      work(i);
    } catch (...) {
      errors[i] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < count; ++i) threads.emplace_back(guarded, i);
  if (count != 0) guarded(0);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace statewright::kernels
