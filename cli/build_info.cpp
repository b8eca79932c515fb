#include "cli/build_info.hpp"

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#include <gmp.h>
#include <nlohmann/json.hpp>

#ifndef STATEWRIGHT_VERSION
#error "the build names the version: -DSTATEWRIGHT_VERSION=..."
#endif

namespace statewright::cli {

std::string version() { return STATEWRIGHT_VERSION; }

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "g++ " __VERSION__;
#else
  return "unknown compiler";
#endif
}

std::vector<std::pair<std::string, std::string>> libraries() {
  const std::string boost = std::to_string(BOOST_VERSION / 100000) + "." +
                            std::to_string(BOOST_VERSION / 100 % 1000) + "." +
                            std::to_string(BOOST_VERSION % 100);
  const std::string json = std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                           std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                           std::to_string(NLOHMANN_JSON_VERSION_PATCH);
  return {{"GMP", gmp_version}, {"Boost", boost}, {"CLI11", CLI11_VERSION}, {"JSON", json}};
}

}  // namespace statewright::cli
