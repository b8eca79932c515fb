#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// A Coq file that states and proves a certificate's claim `bounded` (FORMAT.md 4.9) of a canonical
/// network: in the norms of the certificate its matrices make no vector longer than they may, and
/// the layers' states stay in balls on every word of the inputs named (StabilityCheck.v). A
/// transcription of both texts, number by number; Coq multiplies everything out. A wrong
/// certificate becomes a file that coqc refuses. Deterministic; time and space linear in the
/// texts. Errors: Error{syntax} with the line for a text that breaks its grammar;
/// Error{unsupported} for other claims, and for more than two million numbers.
std::string write_coq_bounded(std::string_view model, std::string_view certificate);

/// The same of the claim `unbounded` (4.10): along one word again and again a layer's state, or
/// the powers of its matrices, grow without end. The file prints which of them Coq finds.
std::string write_coq_unbounded(std::string_view model, std::string_view certificate);

/// What to read beside such files. `subject`: "s5.json".
std::string write_coq_bounded_readme(std::string_view subject);
std::string write_coq_unbounded_readme(std::string_view subject);

}  // namespace statewright::proofs
