#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/linalg/householder.hpp"

namespace statewright::automata {

/// The letters of a group language as permutations of few points: a network that holds one number
/// per point and lets letter a act by (A_a h)[i] = h[pull[a][i]] tracks the language from `start`.
struct PermutationAction {
  std::vector<core::Permutation> pull;  ///< [letters][points]
  std::vector<std::int64_t> start;      ///< [points]; its orbit decides the output
  bool operator==(const PermutationAction&) const = default;
};

/// A language (or Moore behaviour) with the name a user typed for it.
struct Language {
  std::string name;                         ///< "S5:swaps", "regex:(aa)*", "my.dfa"
  std::string summary;                      ///< one line: what it is, for people
  Dfa dfa;                                  ///< minimal, states in breadth-first order
  std::optional<PermutationAction> action;  ///< named groups know their natural points
};

/// Resolves what a user types where a language is asked for: `regex:EXPRESSION`, the path of an
/// automaton file (see formats.hpp), or a name (see named.hpp). A name wins over a file of the same
/// name unless it contains a '.' or '/'. Nondeterministic or partial files are made deterministic
/// and complete. `letters` fixes the alphabet of a regex. Errors: Error{syntax} with place;
/// Error{range} for unknown names, with one suggestion; Error{io};
/// Error{limit} when a limit is hit.
Language load_language(const std::string& spec, const std::optional<Alphabet>& letters = {},
                       const core::Limits& limits = {});

}  // namespace statewright::automata
