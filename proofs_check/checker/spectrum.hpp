#pragma once

#include "files.hpp"

namespace statewright::checker {

/// Claims that a network cannot count, by the eigenvalues of its matrices: FORMAT.md 4.7. Reads
/// what follows the word `no-parity` or `no-counting`, which is `claim`, to the end of the file,
/// verifies it, and returns the answer. Errors: Refusal{malformed}, Refusal{rejected}.
string no_counting(Reader& in, const Model& model, string_view claim);

}  // namespace statewright::checker
