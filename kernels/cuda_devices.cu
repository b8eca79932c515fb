#include "kernels/backend.hpp"
#include "kernels/cuda_support.cuh"

namespace statewright::kernels {

bool built_with_cuda() noexcept { return true; }

std::vector<Device> cuda_devices() {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    cudaGetLastError();
    return {};
  }
  std::vector<Device> devices;
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties;
    if (cudaGetDeviceProperties(&properties, i) != cudaSuccess) continue;
    if (properties.major < 9) continue;  // what the kernels are compiled for
    devices.push_back({i, properties.name, properties.multiProcessorCount, properties.major,
                       properties.minor, properties.totalGlobalMem});
  }
  return devices;
}

}  // namespace statewright::kernels
