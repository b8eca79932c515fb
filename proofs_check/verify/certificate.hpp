#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "automata/compile/obstruction.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// The certificate of a verdict as text, grammar in proofs_check/FORMAT.md section 4. It refers to
/// model and automaton by the SHA-256 of their canonical forms (core/lrnn/model_canonical.hpp,
/// automata/language/canonical.hpp), which is what the checker must be given.
/// Errors: Error{unsupported} for an unknown verdict, since there is nothing to certify, for a
/// proof whose rows were too many to keep, and for a model with irrational parameters.
std::string write_certificate(const Verdict& verdict, const Model& model, const Dfa& automaton);

/// The same for a verdict of `verify` in that semantics. Unless it is `exact`, the certificate
/// refers to the stored network core::quantise(model, semantics). A counterexample without rows is
/// certified as one (`shortest 0`), not as a shortest one.
/// Errors: as above; Error{unsupported} for what the checker does not re-execute: kinds other than
/// `exact` and `stepwise`, tensor cores, stochastic roundings; those of core::quantise.
std::string write_certificate(const Verdict& verdict, const Model& model, const Dfa& automaton,
                              const core::Semantics& semantics);

/// Whether verdicts about this network in this semantics have certificates at all, so that a caller
/// can ask before a long search. What is left to go wrong afterwards: a proof of too many rows.
/// Errors: those of write_certificate that do not depend on the verdict.
void require_certifiable(const Model& model, const core::Semantics& semantics);

/// The certificate that no single non-expansive layer does what `automaton` does (claim
/// no-single-layer, FORMAT.md 4.4); it is about no network. Errors: Error{unsupported} if
/// `obstruction` is none for this automaton (automata::is_obstruction).
std::string write_impossibility_certificate(const Dfa& automaton,
                                            const automata::Obstruction& obstruction);

/// Whether the text begins like a certificate that is about no network, and so goes to the checker
/// without one.
bool is_impossibility_certificate(std::string_view text);

/// The semantics that a certificate is about, from its first lines: what the network must be
/// quantised in before the checker sees it. Nothing if they break the grammar, which is for the
/// checker to say.
std::optional<core::Semantics> semantics_of_certificate(std::string_view text);

}  // namespace statewright::proofs
