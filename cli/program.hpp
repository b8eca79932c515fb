#pragma once

#include <string>
#include <vector>

#include "cli/streams.hpp"

namespace statewright::cli {

/// Runs one command line, `words` without the program's name, and returns the exit code. Never
/// throws: errors are printed on io.err().
int run_program(const std::vector<std::string>& words, Streams& io);

}  // namespace statewright::cli
