#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/catch.hpp"

/// Compares a drawing with `tests/golden/render/NAME.dot`; with STATEWRIGHT_UPDATE_GOLDEN=1 in the
/// environment the file is written first.
inline void check_golden_drawing(const std::string& name, const std::string& text) {
  const std::string path =
      std::string(STATEWRIGHT_SOURCE_DIR) + "/tests/golden/render/" + name + ".dot";
  const char* const update = std::getenv("STATEWRIGHT_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream want;
  want << file.rdbuf();
  INFO("golden file tests/golden/render/" << name << ".dot");
  CHECK(text == want.str());
}
