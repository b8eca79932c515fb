#include "cli/interrupt.hpp"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "core/error.hpp"

namespace statewright::cli {
namespace {

constexpr int kExitInterrupted = 130;
std::atomic<int> signals_seen = 0;
std::atomic<int> handler_pipe = -1;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler uses these");

extern "C" void on_sigint(int) {
  const int saved = errno;
  if (signals_seen.fetch_add(1) > 0) _exit(kExitInterrupted);
  const char byte = 's';
  // If the pipe were full the waiter would have been woken already.
  [[maybe_unused]] const ssize_t written = write(handler_pipe.load(), &byte, 1);
  errno = saved;
}

}  // namespace

Interrupt::Interrupt() {
  if (pipe2(pipe_, O_CLOEXEC) != 0) {
    throw core::Error({core::Fault::io, "Ctrl-C", "a pipe for the signal", std::strerror(errno)});
  }
  waiter_ = std::thread([this] {
    char byte = 0;
    while (true) {
      const ssize_t count = read(pipe_[0], &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count == 1 && byte == 's') source_.request_stop();
      return;
    }
  });
  handler_pipe = pipe_[1];
  struct sigaction action {};
  action.sa_handler = on_sigint;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &before_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &before_, nullptr);
  const char byte = 'q';
  [[maybe_unused]] const ssize_t written = write(pipe_[1], &byte, 1);
  waiter_.join();
  handler_pipe = -1;
  close(pipe_[0]);
  close(pipe_[1]);
}

bool Interrupt::requested() noexcept { return signals_seen.load() > 0; }

}  // namespace statewright::cli
