#include "cli/machine.hpp"

#include <cstdio>

#include "kernels/backend.hpp"

namespace statewright::cli {

std::string processors_text(unsigned threads) {
  return std::to_string(kernels::thread_count(threads)) + ", vectors of " +
         std::to_string(kernels::vector_bytes()) + " bytes";
}

std::string gpus_text() {
  if (!kernels::built_with_cuda()) return "not in this build";
  std::string text;
  for (const kernels::Device& device : kernels::cuda_devices()) {
    char memory[32];
    std::snprintf(memory, sizeof memory, "%.1f GiB", static_cast<double>(device.memory) / 0x1p30);
    text += (text.empty() ? "" : "; ") + device.name + ", " + memory;
  }
  return text.empty() ? "none" : text;
}

}  // namespace statewright::cli
