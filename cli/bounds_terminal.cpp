#include "cli/bounds_terminal.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "cli/shared.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";  // second screen, no cursor
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";

void put(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// What the signal handler needs to put the terminal back; set before it can run.
termios terminal_before;

/// Ends the process by the same signal, with the terminal as it was.
extern "C" void on_end(int signal) {
  tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
  put(kLeave);
  std::signal(signal, SIG_DFL);
  raise(signal);
}

/// A terminal in raw mode while it lives.
class RawTerminal {
 public:
  RawTerminal() {
    if (tcgetattr(STDIN_FILENO, &terminal_before) != 0) {
      throw core::Error({core::Fault::io, "terminal", "its settings", std::strerror(errno), {}});
    }
    struct sigaction action {};
    action.sa_handler = on_end;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, &term_before_);
    sigaction(SIGHUP, &action, &hup_before_);
    termios raw = terminal_before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    put(kEnter);
  }
  ~RawTerminal() {
    put(kLeave);
    tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
    sigaction(SIGTERM, &term_before_, nullptr);
    sigaction(SIGHUP, &hup_before_, nullptr);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  struct sigaction term_before_ {
  }, hup_before_{};
};

/// The bytes of one key: an escape sequence arrives at once. Empty at the end of input.
std::string read_key() {
  char bytes[16];
  ssize_t count = 0;
  do {
    count = read(STDIN_FILENO, bytes, 1);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return {};
  std::string key(1, bytes[0]);
  if (bytes[0] != '\x1b') return key;
  pollfd more{STDIN_FILENO, POLLIN, 0};
  // CSI and SS3 sequences end with a letter.
  while (key.size() < sizeof bytes && poll(&more, 1, 30) == 1 &&
         read(STDIN_FILENO, bytes, 1) == 1) {
    key += bytes[0];
    if (key.size() > 2 && bytes[0] >= '@' && bytes[0] <= '~') break;
  }
  return key;
}

/// A command typed on the last line after a colon; empty if Escape, Ctrl-C or Ctrl-D takes it back.
std::string read_command() {
  constexpr std::size_t kLongest = 70;
  std::string line;
  while (true) {
    put("\r\x1b[K:" + line);
    const std::string key = read_key();
    if (key.empty() || key == "\x1b" || key == "\x03" || key == "\x04") return {};
    if (key == "\r" || key == "\n") return line;
    if (key == "\x7f" || key == "\b") {
      if (line.empty()) return {};
      line.pop_back();
    } else if (key.size() == 1 && key[0] >= ' ' && line.size() < kLongest) {
      line += key;
    }
  }
}

int converse_by_keys(BoundsSession& session, Streams& io) {
  const RawTerminal terminal;
  while (!session.finished()) {
    const std::string frame = session.frame();
    const std::size_t first = frame.find('\n');
    put("\x1b[H\x1b[2J" + io.on_out(Ink::heading, frame.substr(0, first)) + frame.substr(first));
    const std::string key = read_key();
    if (key.empty()) break;
    const auto command = key == ":" ? read_command() : command_of_key(key).value_or("");
    if (command.empty()) continue;
    put("\r\x1b[K...");
    session.apply(command);
  }
  return kDone;
}

}  // namespace

std::optional<std::string> command_of_key(std::string_view bytes) {
  if (bytes == "\x1b[C" || bytes == "\x1bOC" || bytes == "l") return "next";
  if (bytes == "\x1b[D" || bytes == "\x1bOD" || bytes == "h") return "previous";
  if (bytes == "\x1b[A" || bytes == "\x1bOA" || bytes == "k") return "up";
  if (bytes == "\x1b[B" || bytes == "\x1bOB" || bytes == "j") return "down";
  if (bytes == "s") return "s";
  if (bytes == "q" || bytes == "\x03" || bytes == "\x04") return "quit";
  return {};
}

int converse(BoundsSession& session, Streams& io) {
  if (isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0) return converse_by_keys(session, io);
  std::string line;
  bool any = false;
  while (!session.finished() && std::getline(std::cin, line)) {
    const std::string frame = session.apply(line);
    if (session.finished()) break;
    io.out() << (any ? "\n" : "") << frame << std::flush;
    any = true;
  }
  return kDone;
}

}  // namespace statewright::cli
