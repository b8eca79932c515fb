#include "core/limits.hpp"

namespace statewright::core {

std::optional<LimitHit> Meter::check(std::uint64_t stored, std::optional<std::uint64_t> total) {
  using namespace std::chrono_literals;
  if (stored > limits_.states()) {
    return LimitHit{"at most " + std::to_string(limits_.states()) + " " + std::string(what_),
                    "--max-states"};
  }
  if ((calls_++ & 1023U) != 0) return {};
  if (limits_.stop.stop_requested()) return LimitHit{"interrupted", ""};
  if (!limits_.deadline && !limits_.progress) return {};
  const auto now = std::chrono::steady_clock::now();
  if (limits_.deadline && now >= *limits_.deadline) return LimitHit{"the time limit", "--timeout"};
  if (limits_.progress && now - last_report_ >= 100ms) {
    last_report_ = now;
    limits_.progress({what_, stored, total});
  }
  return {};
}

}  // namespace statewright::core
