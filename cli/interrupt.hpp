#pragma once

#include <signal.h>
#include <stop_token>
#include <thread>

namespace statewright::cli {

/// While one of these lives, the first Ctrl-C (SIGINT) asks `token()` to stop, so that the command
/// can print what it has found so far; a second one ends the process with exit code 130. Outside,
/// Ctrl-C ends the process as usual. At most one may live at a time.
///
/// The handler only writes to a pipe, which is all that a signal handler may do; a thread waits at
/// the other end and requests the stop.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const noexcept { return source_.get_token(); }

  /// Has SIGINT arrived while any Interrupt of this process lived?
  static bool requested() noexcept;

 private:
  std::stop_source source_;
  int pipe_[2] = {-1, -1};
  struct sigaction before_ {};
  std::thread waiter_;
};

}  // namespace statewright::cli
