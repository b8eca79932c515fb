#pragma once

#include "core/error.hpp"
#include "tests/catch.hpp"

namespace statewright {

/// The fault of the core::Error that `act` throws; the error has to say where it is and what was
/// expected.
core::Fault fault_of(const auto& act) {
  try {
    act();
  } catch (const core::Error& error) {
    CHECK_FALSE(error.facts().where.empty());
    CHECK_FALSE(error.facts().expected.empty());
    return error.facts().fault;
  }
  FAIL("nothing was thrown");
  return core::Fault::io;
}

}  // namespace statewright
