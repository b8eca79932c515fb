#pragma once

#include <string>

#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// The machine in the canonical line-oriented form "statewright-automaton 1" that certificates
/// refer to and the independent checker reads. Grammar: proofs_check/FORMAT.md, section 3. Of a
/// minimal machine in breadth-first order this text, and so its SHA-256, names the language over
/// its alphabet.
std::string write_automaton_canonical(const Dfa& dfa);

}  // namespace statewright::automata
