#include "cli/whole_folder.hpp"

#include <filesystem>
#include <system_error>
#include <unistd.h>

#include "core/error.hpp"
#include "core/text/file.hpp"

namespace statewright::cli {

namespace fs = std::filesystem;
using core::Error;
using core::Fault;

WholeFolder::WholeFolder(std::string path, bool force,
                         const std::function<bool(std::string_view)>& is_ours)
    : path_(std::move(path)) {
  while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  std::error_code error;
  const auto there = fs::symlink_status(path_, error);
  if (fs::exists(there)) {
    if (!force) {
      throw Error({Fault::io, path_, "a name that is not taken", "an existing one",
                   "`--force` replaces a folder that this command has written"});
    }
    if (!fs::is_directory(there)) throw Error({Fault::io, path_, "a folder", "a file", {}});
    for (const auto& entry : fs::directory_iterator(path_)) {
      if (entry.is_regular_file() && is_ours(entry.path().filename().string())) continue;
      throw Error({Fault::io,
                   path_,
                   "a folder that this command has written",
                   "one that holds " + core::quoted(entry.path().filename().string(), 80),
                   {}});
    }
  }
  partial_ = path_ + ".partial-" + std::to_string(getpid());
  if (!fs::create_directory(partial_, error)) {
    const std::string why = error ? error.message() : "a leftover " + core::quoted(partial_, 200);
    partial_.clear();
    throw Error({Fault::io, path_, "a folder that can be made", why});
  }
}

WholeFolder::~WholeFolder() {
  std::error_code ignored;
  if (!partial_.empty()) fs::remove_all(partial_, ignored);
}

void WholeFolder::add(const std::string& name, std::string_view text) const {
  core::write_file(partial_ + "/" + name, text);
}

void WholeFolder::finish() {
  std::error_code error;
  if (fs::is_directory(fs::symlink_status(path_, error))) fs::remove_all(path_, error);
  error.clear();
  fs::rename(partial_, path_, error);
  if (error) throw Error({Fault::io, path_, "a name that the folder can take", error.message()});
  partial_.clear();
}

}  // namespace statewright::cli
