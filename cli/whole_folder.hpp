#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace statewright::cli {

/// A folder that is filled under another name and then takes its place: it appears whole or not at
/// all.
class WholeFolder {
 public:
  /// `is_ours` tells by its name whether a file may be one that an earlier run of the same command
  /// has written: with `force` a folder of nothing but such files is replaced, another one never.
  /// Errors: Error{io} if the folder cannot take its place.
  WholeFolder(std::string path, bool force, const std::function<bool(std::string_view)>& is_ours);
  ~WholeFolder();
  WholeFolder(const WholeFolder&) = delete;
  WholeFolder& operator=(const WholeFolder&) = delete;

  /// Errors: Error{io}.
  void add(const std::string& name, std::string_view text) const;
  /// Takes the place. Errors: Error{io}.
  void finish();
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_, partial_;
};

}  // namespace statewright::cli
