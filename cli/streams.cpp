#include "cli/streams.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/error.hpp"

namespace statewright::cli {
namespace {

bool wants_color(std::string_view mode, bool terminal) {
  if (mode == "always") return true;
  if (mode == "never" || !terminal) return false;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') &&
         (term == nullptr || std::strcmp(term, "dumb") != 0);
}

}  // namespace

Streams::Streams(std::ostream& out, std::ostream& err, Terminals terminals)
    : out_(out), err_(err), terminals_(terminals) {
  set_color("auto");
}

void Streams::set_color(std::string_view mode) {
  out_color_ = wants_color(mode, terminals_.out);
  err_color_ = wants_color(mode, terminals_.err);
}

std::ostream& Streams::err() {
  out_.flush();
  return err_;
}

std::string Streams::paint(bool on, Ink ink, std::string_view text) {
  if (!on) return std::string(text);
  const char* code = "0";
  switch (ink) {
    case Ink::good:
      code = "1;32";
      break;
    case Ink::bad:
      code = "1;31";
      break;
    case Ink::doubtful:
      code = "1;33";
      break;
    case Ink::heading:
      code = "1";
      break;
    case Ink::quiet:
      code = "2";
      break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

void Streams::note(std::string_view text) { err() << "note: " << text << '\n'; }

void Streams::hint(std::string_view text) {
  err() << on_err(Ink::heading, "hint:") << ' ' << text << '\n';
}

void Streams::finish() {
  err_.flush();
  out_.flush();
  if (!out_) {
    throw core::Error({core::Fault::io, "standard output", "room for the result",
                       "a write that failed", "is the disk full, or the reader gone?"});
  }
}

Streams standard_streams() {
  Terminals terminals;
  terminals.out = isatty(STDOUT_FILENO) == 1;
  terminals.err = isatty(STDERR_FILENO) == 1;
  winsize size{};
  if (terminals.out && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminals.width = std::clamp<std::size_t>(size.ws_col, 40, 100);
  }
  std::ios::sync_with_stdio(false);
  return {std::cout, std::cerr, terminals};
}

}  // namespace statewright::cli
