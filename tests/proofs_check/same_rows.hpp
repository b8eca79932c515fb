#pragma once

// When two searches have stored the same product states in the same order.

#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

namespace statewright::samples {

/// States may have different denominators.
inline void check_same_rows(const proofs::ProductRows& a, const proofs::ProductRows& b) {
  CHECK(a.automaton == b.automaton);
  CHECK(a.next == b.next);
  CHECK(a.depths == b.depths);
  REQUIRE(a.layers.size() == b.layers.size());
  const std::size_t layers = a.layers.size();
  for (std::size_t r = 0; r < a.size(); ++r) {
    for (std::size_t i = 0; i < layers; ++i) {
      const proofs::StateTable &s = a.layers[i], &t = b.layers[i];
      REQUIRE(s.width == t.width);
      for (std::size_t j = 0; j < s.width; ++j) {
        REQUIRE(s.at(a.states[r * layers + i], j) * t.denominator ==
                t.at(b.states[r * layers + i], j) * s.denominator);
      }
    }
  }
}

}  // namespace statewright::samples
