#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace statewright::kernels {

/// Who computes. All return the same bits.
enum class Backend : std::uint8_t {
  reference,  ///< the obvious loop, one thread: the specification
  cpu,        ///< vectors and all processors
  cuda,       ///< NVIDIA GPUs
  automatic,  ///< cuda where a device is present, else cpu
};

std::string_view name_of(Backend backend) noexcept;

/// "reference", "cpu", "cuda" or "auto". Errors at `where`: Error{syntax} with a suggestion.
Backend parse_backend(std::string_view text, std::string_view where);

/// A GPU that can be used.
struct Device {
  int index = 0;
  std::string name;
  int multiprocessors = 0;
  int compute_major = 0, compute_minor = 0;
  std::uint64_t memory = 0;  ///< bytes
};

/// The GPUs present; none in a build without CUDA and without a driver.
std::vector<Device> cuda_devices();

/// Whether this build has the CUDA definitions at all.
bool built_with_cuda() noexcept;

/// What `backend` stands for here: never `automatic`.
/// Errors: Error{unavailable} for `cuda` where the build or the machine has none.
Backend resolve(Backend backend);

/// Threads that the CPU definitions use where 0 is asked for: one per processor.
unsigned thread_count(unsigned asked) noexcept;

/// Bytes of the vectors that the CPU definitions use here: 64 with AVX-512 (F, DQ, BW, VL), 32 with
/// AVX2, else 16.
unsigned vector_bytes() noexcept;

}  // namespace statewright::kernels
