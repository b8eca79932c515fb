#pragma once

#include "files.hpp"

namespace statewright::checker {

/// Discharges the obligations of FORMAT.md section 4 and returns the answer of section 5: VERIFIED,
/// the claim, its subject and the evidence.
/// The model is null exactly if the claim is about none.
/// Errors: Refusal{rejected} at the first obligation that fails.
string check(const Model* model, const Automaton& automaton, const Certificate& certificate);

/// What a layer emits in state H, exactly.
size_t emitted(const Layer& layer, const Fractions& H);

}  // namespace statewright::checker
