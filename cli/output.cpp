#include "cli/output.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include "core/error.hpp"
#include "core/text/file.hpp"

namespace statewright::cli {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::Fault;

/// Creates and removes a file: permission bits alone say little (read-only mounts, quotas, root).
void probe_folder(const std::string& path, const fs::path& folder) {
  std::string name = (folder / ".statewright-probe-XXXXXX").string();
  const int file = mkstemp(name.data());
  if (file < 0) {
    throw Error({Fault::io,
                 path,
                 "a folder that lets me create files",
                 core::quoted(folder.string(), 200) + " (" + std::strerror(errno) + ")",
                 {}});
  }
  close(file);
  unlink(name.c_str());
}

}  // namespace

Output::Output(std::string path, bool force) : path_(std::move(path)), target_(path_) {
  if (is_standard()) return;
  if (path_.empty()) throw Error({Fault::io, "output", "a file name", "an empty one"});
  std::error_code error;
  const fs::file_status status = fs::status(path_, error);
  if (fs::is_directory(status)) {
    throw Error({Fault::io, path_, "a file name", "a folder", {}});
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    device_ = true;
    return;
  }
  if (fs::exists(fs::symlink_status(path_, error))) {
    if (!force) {
      throw Error({Fault::io, path_, "a name that is not taken", "an existing file",
                   "`--force` replaces it"});
    }
    // Through a symbolic link the file itself is replaced, not the link.
    const fs::path real = fs::canonical(path_, error);
    if (!error) target_ = real.string();
  }
  fs::path folder = fs::path(target_).parent_path();
  if (folder.empty()) folder = ".";
  if (!fs::is_directory(folder, error)) {
    throw Error(
        {Fault::io, path_, "an existing folder " + core::quoted(folder.string(), 200), "none", {}});
  }
  probe_folder(path_, folder);
}

Output Output::of(const Args& args, std::string_view flag) {
  return Output(args.value(flag).value_or("-"), args.has("--force"));
}

std::optional<Output> Output::beside_json(const Args& args, std::string_view flag) {
  if (!args.has(flag)) return {};
  Output output = of(args, flag);
  for (const std::string_view input : {"MODEL", "MATRIX"}) {
    if (args.has(input) && output.is_same_file(args.positional(input))) {
      throw Error({Fault::syntax, args.command(),
                   "another file after `" + std::string(flag) + "` than the one that is read",
                   core::quoted(output.path())});
    }
  }
  if (output.is_standard() && args.has("--json")) {
    throw Error({Fault::syntax, args.command(),
                 "either `--json` or `" + std::string(flag) + " -` on standard output", "both",
                 "give `" + std::string(flag) + "` a file name"});
  }
  return output;
}

bool Output::is_same_file(const std::string& path) const {
  if (is_standard() || path == "-" || device_) return false;
  std::error_code error;
  const fs::path here = fs::weakly_canonical(path_, error);
  if (error) return false;
  const fs::path there = fs::weakly_canonical(path, error);
  return !error && here == there;
}

void Output::write(std::string_view content, Streams& io) const {
  if (is_standard()) {
    io.out() << content;
    return;
  }
  if (!device_) {
    core::write_file(target_, content);
    return;
  }
  std::ofstream file(path_, std::ios::binary);
  file << content;
  file.flush();
  if (!file) throw Error({Fault::io, path_, "a device that takes the result", "a failed write"});
}

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  std::string name = ((error ? fs::path(".") : parent) / "statewright-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw Error({Fault::io, name, "a folder for temporary files", std::strerror(errno),
                 "the environment variable TMPDIR names another place"});
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace statewright::cli
