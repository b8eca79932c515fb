#include "core/limits.hpp"

#include <chrono>
#include <thread>

#include "tests/catch.hpp"

using namespace statewright::core;
using namespace std::chrono_literals;

TEST_CASE("limits: a meter looks at the clock often where calls are slow", "[core][quick]") {
  Limits limits;
  limits.deadline = std::chrono::steady_clock::now() + 20ms;
  Meter meter(limits, "states");
  int calls = 0;
  std::optional<LimitHit> hit;
  while (!hit && calls < 200) {
    hit = meter.check_time(1);
    ++calls;
    std::this_thread::sleep_for(2ms);
  }
  REQUIRE(hit);
  CHECK(hit->raise == "--timeout");
  CHECK(calls < 50);  // every 1024th call would be two seconds

  Meter late(limits, "states");
  CHECK(late.check_time(5).has_value());  // the first call looks
}

TEST_CASE("limits: states are counted at every call, time is not", "[core][quick]") {
  Limits limits;
  limits.max_states = 10;
  Meter meter(limits, "rows");
  for (int i = 0; i < 5; ++i) REQUIRE_FALSE(meter.check(10));
  const auto hit = meter.check(11);
  REQUIRE(hit);
  CHECK(hit->limit == "at most 10 rows");
  CHECK(hit->raise == "--max-states");
  CHECK_FALSE(meter.check_time(11));
  std::stop_source stop;
  limits.stop = stop.get_token();
  Meter stoppable(limits, "rows");
  stop.request_stop();
  CHECK(stoppable.check(1)->limit == "interrupted");
}
