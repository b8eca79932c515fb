#include "cli/outcome.hpp"

#include "cli/shared.hpp"

namespace statewright::cli {

using core::Outcome;

const char* word_of(Outcome outcome) {
  return outcome == Outcome::proved    ? "proved"
         : outcome == Outcome::refuted ? "refuted"
                                       : "unknown";
}

Ink ink_of(Outcome outcome) {
  return outcome == Outcome::proved    ? Ink::good
         : outcome == Outcome::refuted ? Ink::bad
                                       : Ink::doubtful;
}

int exit_of(Outcome outcome) {
  return outcome == Outcome::proved ? kDone : outcome == Outcome::refuted ? kRefuted : kUnknown;
}

}  // namespace statewright::cli
