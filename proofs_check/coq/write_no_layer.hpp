#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// A Coq file that states and proves the certificate's claim `no-single-layer` (FORMAT.md 4.4) of a
/// canonical automaton: no single non-expansive layer with finitely many reachable states
/// recognises it. A transcription of the automaton and of the four words; unlike
/// `statewright-check`, which checks the hypotheses only, Coq checks the theorem too (OneLayer.v).
/// A wrong certificate becomes a file that coqc refuses.
/// Errors: Error{syntax} with the line for a text that breaks its grammar; Error{unsupported} for
/// other claims, and for more than two million numbers.
std::string write_coq_no_layer(std::string_view automaton, std::string_view certificate);

/// What to read beside such a file. `subject`: "first:e,f".
std::string write_coq_no_layer_readme(std::string_view subject);

}  // namespace statewright::proofs
