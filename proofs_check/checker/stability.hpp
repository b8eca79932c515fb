#pragma once

#include "files.hpp"

namespace statewright::checker {

/// Claims that the states of a network stay bounded, by a quadratic form: FORMAT.md 4.9; and that
/// the powers of a product of its matrices do not: 4.10. Each reads what follows the claim's word
/// to the end of the file, verifies it, and returns the answer. Errors: Refusal{malformed},
/// Refusal{rejected}.
string bounded(Reader& in, const Model& model);
string unbounded(Reader& in, const Model& model);

}  // namespace statewright::checker
