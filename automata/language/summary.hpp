#pragma once

#include <string>
#include <string_view>

#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// "WHAT: 2 states, letters { a b }" for Language::summary; a large alphabet is only counted.
std::string summary_of(std::string_view what, const Dfa& dfa);

}  // namespace statewright::automata
