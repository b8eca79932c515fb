#include "kernels/backend.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "core/error.hpp"

namespace statewright::kernels {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"reference", "cpu", "cuda", "auto"};

}  // namespace

std::string_view name_of(Backend backend) noexcept {
  return kNames[static_cast<std::size_t>(backend)];
}

Backend parse_backend(std::string_view text, std::string_view where) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<Backend>(i);
  }
  throw core::Error({core::Fault::syntax, std::string(where), "reference, cpu, cuda or auto",
                     core::quoted(text), core::did_you_mean(text, kNames)});
}

Backend resolve(Backend backend) {
  if (backend == Backend::reference || backend == Backend::cpu) return backend;
  const bool present = !cuda_devices().empty();
  if (backend == Backend::automatic) return present ? Backend::cuda : Backend::cpu;
  if (!built_with_cuda()) {
    throw core::Error({core::Fault::unavailable, "backend", "a build with CUDA", "one without",
                       "configure with -D STATEWRIGHT_WITH_CUDA=ON"});
  }
  if (!present) {
    throw core::Error({core::Fault::unavailable, "backend", "a GPU that CUDA can use", "none"});
  }
  return backend;
}

unsigned thread_count(unsigned asked) noexcept {
  return asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
}

unsigned vector_bytes() noexcept {
#ifdef STATEWRIGHT_WIDE_VECTORS
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (avx512) return 64;
  if (__builtin_cpu_supports("avx2")) return 32;
#endif
  return 16;
}

}  // namespace statewright::kernels
