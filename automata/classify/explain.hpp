#pragma once

#include <string>
#include <vector>

#include "automata/classify/classification.hpp"

namespace statewright::automata {

/// A paragraph with its heading.
struct Explanation {
  std::string heading;  ///< "what it must remember"
  std::string text;     ///< one paragraph, words of the language in backticks
};

/// What the language forces, in paragraphs for a reader who knows automata and has heard of linear
/// recurrent networks: what must be remembered, with words that show it; why one layer cannot do
/// it, if so; and one paragraph for each family, with its theorem. Deterministic.
std::vector<Explanation> explain(const Classification& classification);

}  // namespace statewright::automata
