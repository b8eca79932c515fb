#pragma once

// Small automata that a reader can check by hand, shared by the tests of this folder.

#include "automata/language/dfa.hpp"

namespace statewright::samples {

/// The parity of the number of 1s, as samples::parity() computes it.
inline automata::Dfa parity_dfa() {
  automata::Dfa dfa;
  dfa.letters = core::Alphabet({"0", "1"});
  dfa.labels = {"even", "odd"};
  dfa.next = {0, 1, 1, 0};
  dfa.output = {0, 1};
  return dfa;
}

}  // namespace statewright::samples
