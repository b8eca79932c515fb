#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "automata/language/formats.hpp"
#include "automata/language/language.hpp"
#include "cli/command.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::cli {

/// The language that a user typed: all that automata::load_language takes, and "-" for .dfa text on
/// standard input. Errors: as load_language.
automata::Language read_language(const std::string& spec,
                                 const std::optional<core::Alphabet>& letters,
                                 const core::Limits& limits);

bool is_regex(const std::string& spec);
/// Does `spec` name automaton text, "-" or an existing file, rather than a named language? The rule
/// is that of load_language.
bool is_automaton_text(const std::string& spec);

/// The automaton of a file (or of standard input, for "-"), not minimised: what the file says.
automata::ParsedAutomaton read_automaton_file(const std::string& path);

/// Does the text begin with the first line of a canonical form?
bool is_canonical_model(std::string_view text);
bool is_canonical_automaton(std::string_view text);

/// A model from JSON text in a file, "-" for standard input. Errors: as core::read_model_json;
/// Error{unsupported} for the canonical form, which is written for the checker only.
core::Model read_model(const std::string& path);
core::Model parse_model(std::string_view text, const std::string& path);

/// Errors: Error{syntax} if both MODEL and LANG are `-`.
void refuse_standard_input_twice(const Args& args);

/// The letters of a canonical model, from its second line. Errors: Error{syntax}.
core::Alphabet letters_of_canonical_model(std::string_view text, const std::string& path);

/// The flag --alphabet, letters separated by commas. Errors: Error{syntax|range}.
std::optional<core::Alphabet> alphabet_flag(const Args& args);

/// The language over a network's letters, a regex too. A canonical file (.sw) is taken as it is,
/// minimal or not, so that a certificate refers to that very file. Errors: as read_language.
automata::Dfa read_automaton_for(const std::string& spec, const core::Model& model,
                                 const core::Limits& limits);

}  // namespace statewright::cli
