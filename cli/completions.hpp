#pragma once

#include <string>

namespace statewright::cli {

/// Completion scripts, generated from the command table: commands, flags, values of flags, names of
/// languages, files. Each is to be loaded by its shell; the first lines of the text say how.
std::string bash_completions();
std::string zsh_completions();
std::string fish_completions();

}  // namespace statewright::cli
