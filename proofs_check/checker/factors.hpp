#pragma once

#include "files.hpp"

namespace statewright::checker {

/// Claims about matrices and factors, FORMAT.md 4.5 and 4.6. Each reads what follows the word
/// `factors` or `no-single-factor` to the end of the file, verifies it, and returns the answer.
/// Errors: Refusal{malformed}, Refusal{rejected}.
string factors(Reader& in, const Model& model);
string no_single_factor(Reader& in, const Automaton& automaton);

}  // namespace statewright::checker
