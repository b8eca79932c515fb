#pragma once

#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// How automaton states are coded as network states.
enum class StateCode {
  automatic,        ///< the fewest dimensions that decide the output
  one_hot,          ///< one coordinate per state of the minimal automaton
  orbit,            ///< a start vector on few points whose orbit decides the output
  matrix,           ///< the full permutation matrix, [points, points], start = identity
  sign,             ///< one coordinate of value +-1 per two-point orbit
  rotation,         ///< a point of the circle, letters two reflections each; cyclic groups only
  rotation_matrix,  ///< the same with dense 2 x 2 matrices
  reflections,      ///< a clock, and one reflection of the circle per letter; cyclic groups only
};

struct CompileOptions {
  StateCode code = StateCode::automatic;
  core::Limits limits = {};
};

/// Compiles a group language (every letter permutes the states) to one layer with B = 0 whose
/// letters are products of n - #cycles reflections, and a linear readout with argmax; the codes on
/// the circle (rotation.hpp) have irrational parameters and may need layers more. `automatic` never
/// chooses those: its networks are rational. The construction, its source and its cost stand in
/// Model::about. Errors: Error{unsupported} naming a letter and two states that it merges if the
/// language is no group language, or saying why the asked code does not fit. Source: Grazzi et al.,
/// ICLR 2025, Theorems 3 and 6; automata/compile/README.md for the codes.
core::Model compile(const Language& language, const CompileOptions& options = {});

}  // namespace statewright::automata
