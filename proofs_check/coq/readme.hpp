#pragma once

// Internal: the README beside an exported Coq file.

#include <string>
#include <string_view>

namespace statewright::proofs::coq {

/// What the theorem is about, and so which canonical files lie beside it.
enum class About { network, automaton, both };
/// What coqc has to answer in the end.
enum class Axioms { none, excluded_middle };

/// `statement` ends with what it is, ": a theorem for Coq."; the files and commands follow.
std::string readme(const std::string& statement, About about, Axioms axioms = Axioms::none);

}  // namespace statewright::proofs::coq
