#include "core/limits.hpp"

#include <algorithm>

namespace statewright::core {

LimitHit Meter::too_many() const {
  return {"at most " + std::to_string(limits_.states()) + " " + std::string(what_), "--max-states"};
}

std::optional<LimitHit> Meter::look(std::uint64_t stored, std::optional<std::uint64_t> total) {
  using namespace std::chrono_literals;
  constexpr std::uint32_t kMostCalls = 1024;
  const auto now = std::chrono::steady_clock::now();
  const auto passed = now - last_look_;
  last_look_ = now;
  if (passed < 1ms) {
    stride_ = std::min(kMostCalls, 2 * stride_);
  } else if (passed > 4ms) {
    stride_ = std::max<std::uint32_t>(1, stride_ / 4);
  }
  left_ = stride_;
  if (limits_.stop.stop_requested()) return LimitHit{"interrupted", ""};
  if (limits_.deadline && now >= *limits_.deadline) return LimitHit{"the time limit", "--timeout"};
  if (limits_.progress && now - last_report_ >= 100ms) {
    last_report_ = now;
    limits_.progress({what_, stored, total});
  }
  return {};
}

}  // namespace statewright::core
