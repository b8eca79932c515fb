#include "cli/progress.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <ostream>

#include "cli/text.hpp"

namespace statewright::cli {

namespace {

/// The line is rewritten with an escape sequence that a dumb terminal would print.
bool is_dumb() {
  const char* term = std::getenv("TERM");
  return term != nullptr && std::strcmp(term, "dumb") == 0;
}

}  // namespace

ProgressLine::ProgressLine(Streams& io, bool enabled)
    : io_(io), enabled_(enabled && io.err_is_terminal() && !is_dumb()) {}

std::string ProgressLine::text(const core::Progress& progress) {
  std::string line = grouped(progress.done);
  if (progress.total && *progress.total > 0) {
    line += " of " + grouped(*progress.total) + " " + std::string(progress.what);
    // done / total in percent, without overflow
    const double percent =
        100.0 * static_cast<double>(progress.done) / static_cast<double>(*progress.total);
    return line + " (" + std::to_string(static_cast<int>(percent)) + " %)";
  }
  return line + " " + std::string(progress.what);
}

std::string ProgressLine::text(const core::Progress& progress, std::uint64_t done, double seconds) {
  std::string line = text(progress);
  if (done == 0 || seconds < 1) return line;
  const double rate = static_cast<double>(done) / seconds;
  char number[32];
  std::snprintf(number, sizeof number, ", %.3g/s", rate);
  line += number;
  if (!progress.total) return line;
  const double left =
      static_cast<double>(*progress.total - std::min(progress.done, *progress.total)) / rate;
  return line + ", " + seconds_text(left) + " left";
}

void ProgressLine::show(const core::Progress& progress) {
  using namespace std::chrono_literals;
  if (!enabled_) return;
  const auto now = std::chrono::steady_clock::now();
  if (what_ != progress.what || progress.done < first_done_) {
    what_ = progress.what;
    first_done_ = progress.done;
    first_ = now;
  }
  if (now - begin_ < 500ms) return;
  shown_ = true;
  io_.err() << "\r\x1b[K"
            << text(progress, progress.done - first_done_,
                    std::chrono::duration<double>(now - first_).count())
            << std::flush;
}

void ProgressLine::wipe() {
  if (shown_) io_.err() << "\r\x1b[K" << std::flush;
  shown_ = false;
}

Work::Work(const Args& args, Streams& io) : line_(io, !args.has("--no-progress")) {
  if (const auto seconds = args.positive("--timeout")) {
    limits_.deadline = begin_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                    std::chrono::duration<double>(*seconds));
  }
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max() - 1;
  if (const auto states = args.number("--max-states", 1, kMost)) limits_.max_states = *states;
  limits_.stop = interrupt_.token();
  limits_.progress = [this](const core::Progress& progress) { line_.show(progress); };
}

core::Limits Work::reading_limits() const {
  core::Limits limits = limits_;
  limits.max_states = std::max(limits.states(), core::Limits::kDefaultStates);
  return limits;
}

double Work::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

}  // namespace statewright::cli
