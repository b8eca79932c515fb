#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// A Coq file that states and proves the certificate's claim `no-single-factor` (FORMAT.md 4.6) of
/// a canonical automaton: no single layer in which the matrix of the certificate's letter is one
/// factor I - beta v v^T / (v^T v) recognises it. A transcription of the automaton and of the four
/// words; Coq checks the theorem too (NoSingleFactor.v). A wrong certificate becomes a file that
/// coqc refuses. Errors: Error{syntax} with the line for a text that breaks its grammar;
/// Error{unsupported} for other claims, and for more than two million numbers.
std::string write_coq_no_factor(std::string_view automaton, std::string_view certificate);

/// What to read beside such a file. `subject`: "mod:3".
std::string write_coq_no_factor_readme(std::string_view subject);

}  // namespace statewright::proofs
