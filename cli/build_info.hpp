#pragma once

#include <string>
#include <utility>
#include <vector>

namespace statewright::cli {

std::string version();   ///< "0.1.0"
std::string compiler();  ///< "g++ 12.2.0"
/// The libraries that are compiled in, with their versions.
std::vector<std::pair<std::string, std::string>> libraries();

}  // namespace statewright::cli
