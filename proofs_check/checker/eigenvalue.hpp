#pragma once

#include "files.hpp"

namespace statewright::checker {

/// The claim that a product of a layer's matrices has an eigenvalue that is not real, or not a real
/// number >= 0: FORMAT.md 4.8. Reads what follows the word `eigenvalue` to the end of the file,
/// verifies it, and returns the answer. Errors: Refusal{malformed}, Refusal{rejected}.
string eigenvalue(Reader& in, const Model& model);

}  // namespace statewright::checker
