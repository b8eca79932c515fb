#pragma once

// Internal: devices.hpp on the devices themselves.

#include <utility>

#include "kernels/cuda_support.cuh"
#include "kernels/devices.hpp"

namespace statewright::kernels {

/// Makes a device the current one of this thread for a while.
class OnDevice {
 public:
  explicit OnDevice(int device) {
    check_cuda(cudaGetDevice(&before_), "a device");
    check_cuda(cudaSetDevice(device), "a device");
  }
  ~OnDevice() { cudaSetDevice(before_); }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

 private:
  int before_ = 0;
};

/// work(i) for the first `used` devices at once, devices[i] being the current one. Errors: at_once.
template <class Work>
void on_devices(const std::vector<int>& devices, std::size_t used, const Work& work) {
  at_once(used, [&](std::size_t i) {
    const OnDevice on(devices[i]);
    work(i);
  });
}

/// One T for each device, such as tables in its memory.
template <class T>
class OnEachDevice {
 public:
  /// make() with each device as the current one.
  template <class Make>
  OnEachDevice(std::vector<int> devices, const Make& make) : devices_(std::move(devices)) {
    for (const int device : devices_) {
      const OnDevice on(device);
      all_.push_back(make());
    }
  }

  std::size_t size() const noexcept { return all_.size(); }
  /// work(i, what device i has) for the first `used` of them at once. Errors: at_once.
  template <class Work>
  void run(std::size_t used, const Work& work) const {
    on_devices(devices_, used, [&](std::size_t i) { work(i, all_[i]); });
  }

 private:
  std::vector<int> devices_;
  std::vector<T> all_;
};

}  // namespace statewright::kernels
