#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace statewright::core {

/// How far a long computation has come.
struct Progress {
  std::string_view what;               ///< "product states", "subsets", ...
  std::uint64_t done = 0;              ///< items finished
  std::optional<std::uint64_t> total;  ///< items in all, when known
};

/// What a long computation may use. Passed as an argument, never global.
struct Limits {
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::optional<std::uint64_t> max_states;        ///< states, subsets, rows: whatever is stored
  std::stop_token stop;                           ///< asked to stop (Ctrl-C)
  std::function<void(const Progress&)> progress;  ///< called at most about ten times a second

  static constexpr std::uint64_t kDefaultStates = 20'000'000;
  /// max_states, or the default of computations whose memory grows with what they store.
  std::uint64_t states() const noexcept { return max_states.value_or(kDefaultStates); }

  /// Whether it is time to end: asked to stop, or past the deadline.
  bool is_over() const noexcept {
    return stop.stop_requested() || (deadline && std::chrono::steady_clock::now() >= *deadline);
  }
};

/// Why a computation stopped early.
struct LimitHit {
  std::string limit;  ///< "at most 1000 states", "the deadline", "interrupted"
  std::string raise;  ///< what to raise: "--max-states", "--timeout", or empty
};

/// Checks Limits cheaply inside a loop: looks at the clock every 1024th call, or as often as makes
/// about a millisecond between two looks where calls are slow.
class Meter {
 public:
  Meter(const Limits& limits, std::string_view what) : limits_(limits), what_(what) {}

  /// To be called once per stored state with the number stored so far. Returns the limit that was
  /// hit, or nothing. Cost: a few instructions, and now and then a look at the clock.
  std::optional<LimitHit> check(std::uint64_t stored, std::optional<std::uint64_t> total = {}) {
    if (stored > limits_.states()) return too_many();
    return check_time(stored, total);
  }

  /// The same without max_states, for the parts of a state's work where one state takes long.
  std::optional<LimitHit> check_time(std::uint64_t stored,
                                     std::optional<std::uint64_t> total = {}) {
    if (--left_ > 0) return {};
    return look(stored, total);
  }

 private:
  LimitHit too_many() const;
  std::optional<LimitHit> look(std::uint64_t stored, std::optional<std::uint64_t> total);

  const Limits& limits_;
  std::string_view what_;
  std::uint32_t left_ = 1;    ///< calls until the next look
  std::uint32_t stride_ = 1;  ///< calls from one look to the next
  std::chrono::steady_clock::time_point last_report_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_look_ = last_report_;
};

}  // namespace statewright::core
