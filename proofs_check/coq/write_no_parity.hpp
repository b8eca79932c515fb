#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// A Coq file that states and proves the claim `no-parity` of a certificate (FORMAT.md 4.7), for
/// `coqc` with the library of proofs_check/coq: the network number by number, the evidence about
/// the eigenvalues of its matrices number by number, and as the theorem that no network with these
/// matrices tells parity in the cast model (CastNetwork.v). Coq multiplies factors, traces and sums
/// of squares out itself; the last command prints the assumptions: excluded middle. Whether the
/// claim is true is not looked at here: of a wrong certificate comes a file that coqc refuses.
///
/// `model` and `certificate` are canonical texts. Deterministic; time and space linear in the
/// texts; literals stand in definitions of at most 600 numbers.
/// Errors: Error{syntax} with the line for a text that breaks its grammar so that it cannot be
/// transcribed; Error{unsupported} for other claims and for more than two million numbers.
/// Source: proofs_check/coq/README.md.
std::string write_coq_no_parity(std::string_view model, std::string_view certificate);

/// What to read beside such a file: what it claims, and how to compile it.
std::string write_coq_no_parity_readme(std::string_view subject);

}  // namespace statewright::proofs
