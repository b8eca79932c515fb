#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "cli/command.hpp"
#include "cli/interrupt.hpp"
#include "cli/streams.hpp"
#include "core/limits.hpp"

namespace statewright::cli {

/// One line on standard error that says how far a long computation has come: only on a terminal,
/// only after half a second, rewritten in place and wiped at the end.
class ProgressLine {
 public:
  ProgressLine(Streams& io, bool enabled);
  ~ProgressLine() { wipe(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const core::Progress& progress);
  void wipe();

  /// "1,234 of 5,000 subsets (24 %)"
  static std::string text(const core::Progress& progress);
  /// The same with the rate and the time left, where `done` more were finished within so many
  /// seconds: ", 2.4e+03/s, 1.60 s left". Nothing more is said of the first second.
  static std::string text(const core::Progress& progress, std::uint64_t done, double seconds);

 private:
  Streams& io_;
  bool enabled_;
  bool shown_ = false;
  std::string what_;              ///< what is counted: the rate begins anew with each
  std::uint64_t first_done_ = 0;  ///< when that began
  std::chrono::steady_clock::time_point first_ = {};
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// What every command with long work needs: the limits that the flags --timeout, --max-states and
/// --no-progress ask for, Ctrl-C, and a clock. The deadline counts from construction.
class Work {
 public:
  /// Errors: Error{range} for bad values of those flags.
  Work(const Args& args, Streams& io);

  const core::Limits& limits() const noexcept { return limits_; }
  /// The same for reading what the work is about: --max-states may raise the usual number, not
  /// lower it, where it limits the work itself.
  core::Limits reading_limits() const;
  /// To be called when the long part is over: wipes the progress line.
  void finish() { line_.wipe(); }
  double seconds() const;

 private:
  Interrupt interrupt_;
  ProgressLine line_;
  core::Limits limits_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace statewright::cli
