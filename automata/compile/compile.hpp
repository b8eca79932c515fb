#pragma once

#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// How automaton states are coded as network states.
enum class StateCode {
  automatic,  ///< the fewest dimensions that decide the output
  one_hot,    ///< one coordinate per state of the minimal automaton
  orbit,      ///< a start vector on few points whose orbit decides the output
  matrix,     ///< the full permutation matrix, [points, points], start = identity
  sign,       ///< one coordinate of value +-1 per two-point orbit
};

struct CompileOptions {
  StateCode code = StateCode::automatic;
  core::Limits limits = {};
};

/// Compiles a group language (every letter permutes the states) to one layer with B = 0 whose
/// letters are products of n - #cycles reflections, and a linear readout with argmax. The
/// construction, its source and its cost stand in Model::about. Errors: Error{unsupported} naming a
/// letter and two states that it merges if the language is no group language, or saying why the
/// asked code does not fit. Source: Grazzi et al., ICLR 2025, Theorem 3; automata/compile/README.md
/// for the codes.
core::Model compile(const Language& language, const CompileOptions& options = {});

}  // namespace statewright::automata
