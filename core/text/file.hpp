#pragma once

#include <string>
#include <string_view>

namespace statewright::core {

/// The whole file, or standard input for "-". Errors: Error{io} with the system's reason;
/// directories and files over 1 GiB are refused.
std::string read_file(const std::string& path);

/// Writes to a temporary name in the same folder, then renames: the file is whole or untouched.
/// "-" writes to standard output. Errors: Error{io}; the temporary file is removed.
void write_file(const std::string& path, std::string_view content);

}  // namespace statewright::core
