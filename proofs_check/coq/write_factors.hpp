#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// A Coq file that states and proves a certificate's claim `factors` (FORMAT.md 4.5) of the
/// matrices of a canonical network: of how many factors I - beta v v^T / (v^T v) with
/// 0 <= beta <= 2 they are products, of how many they are none, and their norms (FactorCheck.v). A
/// transcription of both, number by number; Coq multiplies everything out. A wrong certificate
/// becomes a file that coqc refuses. Errors: Error{syntax} with the line for a text that breaks its
/// grammar; Error{unsupported} for other claims, and for more than two million numbers.
std::string write_coq_factors(std::string_view model, std::string_view certificate);

/// What to read beside such a file. `subject`: "turn.json".
std::string write_coq_factors_readme(std::string_view subject);

}  // namespace statewright::proofs
