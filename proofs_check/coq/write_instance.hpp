#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// The three texts of a claim, as proofs_check/FORMAT.md has them: what `statewright-check` reads.
struct CanonicalTexts {
  std::string model, automaton, certificate;
};

/// A Coq file that states and proves the certificate's claim `every-word`, for `coqc` with the
/// library of proofs_check/coq: the network and the automaton number by number, of the certificate
/// only which row each letter leads to. States are computed inside Coq, the proof is `vm_compute`,
/// and the last command prints the assumptions. Whether the claim is true is not looked at here:
/// of a wrong certificate comes a file that coqc refuses.
///
/// Deterministic. Literals stand in definitions of at most 600 numbers, since Coq's parser
/// overflows on long ones. Time and space linear in the texts.
/// Errors: Error{syntax} with the line for a text that breaks its grammar so that it cannot be
/// transcribed; Error{unsupported} for other claims, for formats that are not IEEE 754 style with
/// rounding to nearest, ties to even, and for more than two million numbers.
/// Source: proofs_check/coq/README.md.
std::string write_coq_instance(const CanonicalTexts& texts);

/// What to read beside such a file: what it claims, and how to compile it.
std::string write_coq_readme(const CanonicalTexts& texts, std::string_view subject);

}  // namespace statewright::proofs
