#pragma once

#include <string>

namespace statewright::cli {

/// "2, vectors of 64 bytes", or fewer as `threads` says if that is not 0.
std::string processors_text(unsigned threads = 0);
/// "NVIDIA H200, 139.8 GiB", "none", or "not in this build".
std::string gpus_text();

}  // namespace statewright::cli
