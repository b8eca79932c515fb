#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "automata/language/dfa.hpp"
#include "automata/language/nfa.hpp"

namespace statewright::automata {

/// File formats for automata. Which of them carry Moore outputs (rather than accept/reject) is said
/// beside each. Grammars: automata/language/FORMATS.md.
enum class FileFormat {
  dfa,   ///< .dfa   our readable text; Moore outputs
  json,  ///< .json  "statewright.dfa/1"; Moore outputs
  dot,   ///< .dot .gv  Graphviz, AALpy's dialect included (__start0, Mealy excluded); Moore outputs
  fsm,   ///< .fsm .att .txt  AT&T / OpenFst acceptor text
  mata,  ///< .mata  @NFA-explicit with named symbols
  jff,   ///< .jff   JFLAP 4-7 XML; Moore machines too
  canonical,  ///< .sw    "statewright-automaton 1", the form that certificates refer to
};

/// Errors: Error{range} with a suggestion.
FileFormat file_format_from_name(std::string_view name);
/// By the end of the file's name; Error{range} listing the endings if unknown.
FileFormat file_format_from_path(std::string_view path);
std::string_view name_of(FileFormat format);

/// What a file held: an acceptor, possibly nondeterministic and partial, or a complete Moore
/// machine.
using ParsedAutomaton = std::variant<Nfa, Dfa>;

/// Reads one automaton. Errors: Error{syntax|range|shape} at `where`:line:column, and
/// Error{unsupported} for what is well-formed but no acceptor or Moore machine (weights, Mealy
/// machines, formulas). A line longer than 1 MiB is an error in the line-oriented formats.
ParsedAutomaton read_automaton(std::string_view text, FileFormat format, std::string_view where);

/// Writes; reading it back gives an equal machine (state names too, where the format has them).
/// Errors: Error{unsupported} for Moore outputs in a format without them, or for letters that the
/// format cannot spell.
std::string write_automaton(const Dfa& dfa, FileFormat format);

}  // namespace statewright::automata
