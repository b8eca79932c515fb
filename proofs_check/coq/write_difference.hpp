#pragma once

#include <string>
#include <string_view>

#include "proofs_check/coq/write_instance.hpp"

namespace statewright::proofs {

/// A Coq file that states and proves the certificate's claim `counterexample` (FORMAT.md 4.2): on
/// this word network and automaton give these two labels, which differ; with `shortest 1` also that
/// they agree on every shorter word. As write_coq_instance in all else: a transcription of network,
/// automaton, word and successors, whose states Coq computes. A wrong certificate becomes a file
/// that coqc refuses.
/// Errors: those of write_coq_instance; Error{unsupported} for other claims.
std::string write_coq_difference(const CanonicalTexts& texts);

/// What to read beside such a file. `subject`: "parity.json and mod:3".
std::string write_coq_difference_readme(const CanonicalTexts& texts, std::string_view subject);

}  // namespace statewright::proofs
