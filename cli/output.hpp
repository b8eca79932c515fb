#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/streams.hpp"

namespace statewright::cli {

/// Where one product of a command goes: standard output, or a file. Constructed before the work
/// begins, so that a name that cannot be written is found at once and not after an hour.
class Output {
 public:
  /// `path` is a file name, or "-" for standard output.
  /// Errors: Error{io} if the file exists and `force` is false, if it is a directory, or if its
  /// folder is missing or does not let us create a file.
  Output(std::string path, bool force);

  /// What --output (or `flag`) says, standard output without it; honours --force.
  static Output of(const Args& args, std::string_view flag = "--output");

  /// What `flag` says, if it was given, of a command that also has --json.
  /// Errors: those of of(); Error{syntax} if both would go to standard output, or if the file is
  /// the MODEL or MATRIX that is read, which --force is not meant to replace.
  static std::optional<Output> beside_json(const Args& args, std::string_view flag);

  /// Whether both are the same file, which may not exist yet.
  bool is_same_file(const std::string& path) const;

  bool is_standard() const noexcept { return path_ == "-"; }
  const std::string& path() const noexcept { return path_; }

  /// Writes the whole product. A file is written under another name and renamed, so it is never
  /// half written; devices such as /dev/null are written in place. Errors: Error{io}.
  void write(std::string_view content, Streams& io) const;

 private:
  std::string path_;    ///< as typed
  std::string target_;  ///< the same, symbolic links followed
  bool device_ = false;
};

/// A folder under the system's temporary one that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();  ///< Errors: Error{io}
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace statewright::cli
