#pragma once

#include <optional>
#include <string_view>

#include "automata/language/dfa.hpp"
#include "automata/language/nfa.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// Compiles a regular expression to its minimal DFA. Grammar (loosest first;
/// automata/language/README has examples):
///   e|f  union      e&f  intersection     ef  concatenation     ~e  complement (binds looser than
///   the postfix operators: ~a* is ~(a*))     e* e+ e? e{m} e{m,} e{m,n}  repetition     (e)  group
///   .  any letter   [abc] [a-z] [^ab]  classes     "push" 'push'  one letter with a long name
///   \n \t \r \\ \xHH \u{H..}  escapes, \d \w \s  classes     () or ε  the empty word
///   [] or ∅  the empty language.   White space is literal.
/// The alphabet is `letters` if given, else all letters that occur in the text, sorted by name.
/// Errors: Error{syntax} at `where`:line:column; Error{range} for a letter outside `letters` or an
/// expression that expands past 100,000 positions or 200 nested groups.
/// Error{limit} when a limit is hit.
/// Cost: that of the subset construction, worst case exponential; bounded by `limits`.
Dfa compile_regex(std::string_view text, const std::optional<Alphabet>& letters = {},
                  const core::Limits& limits = {}, std::string_view where = "regex");

/// The position (Glushkov) automaton of the same expression: one state per occurrence of a letter
/// plus one. Complement and intersection are compiled to DFAs and embedded.
Nfa regex_to_nfa(std::string_view text, const std::optional<Alphabet>& letters = {},
                 const core::Limits& limits = {}, std::string_view where = "regex");

}  // namespace statewright::automata
