#pragma once

// Internal: errors of the CUDA runtime as Error, and memory of a device.

#include <cstddef>
#include <cuda_runtime.h>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace statewright::kernels {

/// Errors: Error{limit} if the device has not the memory, else Error{unavailable}.
inline void check_cuda(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  const core::Fault fault =
      status == cudaErrorMemoryAllocation ? core::Fault::limit : core::Fault::unavailable;
  cudaGetLastError();  // so that the next call does not report it again
  throw core::Error({fault, "cuda", what, cudaGetErrorString(status)});
}

/// Numbers on the current device.
template <class T>
class DeviceArray {
 public:
  DeviceArray() = default;
  explicit DeviceArray(std::size_t count) : count_(count) {
    if (count != 0) {
      check_cuda(cudaMalloc(reinterpret_cast<void**>(&data_), count * sizeof(T)),
                 (std::to_string(count * sizeof(T)) + " bytes of memory on the device").c_str());
    }
  }
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(std::span<const T>(values)) {}
  explicit DeviceArray(std::span<const T> values) : DeviceArray(values.size()) {
    if (!values.empty()) {
      check_cuda(cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice),
                 "a copy to the device");
    }
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(DeviceArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  DeviceArray& operator=(DeviceArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }

  T* get() const noexcept { return data_; }
  std::size_t size() const noexcept { return count_; }
  /// to[i] for all of them.
  void read(T* to) const {
    if (count_ == 0) return;
    check_cuda(cudaMemcpy(to, data_, count_ * sizeof(T), cudaMemcpyDeviceToHost),
               "a copy from the device");
  }
  std::vector<T> read() const {
    std::vector<T> values(count_);
    read(values.data());
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t count_ = 0;
};

/// The time between two places of the default stream, by events.
class Stopwatch {
 public:
  Stopwatch() {
    for (cudaEvent_t* event : {&begin_, &end_}) check_cuda(cudaEventCreate(event), "an event");
    check_cuda(cudaEventRecord(begin_), "an event");
  }
  ~Stopwatch() {
    cudaEventDestroy(begin_);
    cudaEventDestroy(end_);
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

  /// Waits for what was started since.
  double seconds() {
    float milliseconds = 0;
    check_cuda(cudaEventRecord(end_), "an event");
    check_cuda(cudaEventSynchronize(end_), "an event");
    check_cuda(cudaEventElapsedTime(&milliseconds, begin_, end_), "an event");
    return 1e-3 * static_cast<double>(milliseconds);
  }

 private:
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
};

inline cudaDeviceProp properties_of_device() {
  int device = 0;
  check_cuda(cudaGetDevice(&device), "a device");
  cudaDeviceProp properties;
  check_cuda(cudaGetDeviceProperties(&properties, device), "a device");
  return properties;
}

}  // namespace statewright::kernels
