#pragma once

#include <optional>
#include <string>
#include <vector>

namespace statewright::cli {

/// The independent checker: the program `statewright-check` beside this one, else in ../libexec,
/// else in PATH. Nothing if there is none.
std::optional<std::string> find_checker();

/// What another program said.
struct ProcessResult {
  int exit = 0;     ///< its exit code; 128 + signal if a signal ended it
  std::string out;  ///< its standard output; standard error is shared with ours
};

/// Runs `program` with `arguments` (without the program's name) and waits for it.
/// Errors: Error{unavailable} if it cannot be started.
ProcessResult run_process(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace statewright::cli
