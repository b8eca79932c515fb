#pragma once

#include <string>

#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// The certificate of a verdict as text, grammar in proofs_check/FORMAT.md section 4. It refers to
/// model and automaton by the SHA-256 of their canonical forms (core/lrnn/model_canonical.hpp,
/// automata/language/canonical.hpp), which is what the checker must be given.
/// Errors: Error{unsupported} for an unknown verdict: there is nothing to certify.
std::string write_certificate(const Verdict& verdict, const Model& model, const Dfa& automaton);

}  // namespace statewright::proofs
