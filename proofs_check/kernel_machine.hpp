#pragma once

#include "automata/language/dfa.hpp"
#include "core/lrnn/model.hpp"
#include "kernels/network.hpp"

namespace statewright::proofs {

/// The automaton as kernels compare a network of `model` with it: letters in the model's order, and
/// outputs that are numbers of the model's labels, or beyond them where the model has no such
/// label. Letters and labels correspond by name.
/// Errors: Error{shape} if the alphabets differ. Cost: states times letters.
kernels::Machine kernel_machine(const core::Model& model, const automata::Dfa& automaton);

}  // namespace statewright::proofs
