#pragma once

#include <string>

#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// How automaton states are coded as network states. Group languages only, apart from `automatic`
/// and `one_hot`.
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

/// What the network's transitions may be.
enum class Target {
  gh,     ///< products of generalised Householder matrices with eigenvalues in [-1, 1]
  pd,     ///< PD-SSM: a column one-hot matrix times a diagonal; may expand
  rwkv7,  ///< RWKV-7 with c = 2: diagonal plus rank one; may expand
};

/// The rungs of the ladder for Target::gh, in the order in which they are tried.
enum class Rung {
  automatic,    ///< the first that applies
  permutation,  ///< one layer: every letter permutes the states (Theorem 3)
  isometry,     ///< one layer: letters are partial injections or constants, perhaps on quotients
  affine,       ///< one layer: states as points on which letters are affine contractions
  cascade,      ///< a cascade of permutation-reset levels (Theorem 4, repaired): any language
  printed,      ///< the same wired as Theorem 4 is printed, which is wrong for most languages
};

struct CompileOptions {
  StateCode code = StateCode::automatic;
  Target target = Target::gh;
  Rung rung = Rung::automatic;
  core::Limits limits = {};
};

/// Compiles any regular language, or Moore behaviour. For Target::gh every |A| <= 1, and the
/// network has one layer where a construction with one is known: the ladder of `Rung`. All these
/// networks are rational; the codes on the circle (rotation.hpp), irrational, are never chosen by
/// themselves. The construction, its source, and why no earlier rung applies stand in Model::about.
///
/// Errors: Error{unsupported} if the asked code, rung or target does not fit, saying why with a
/// letter and two states, or two words; Error{limit} if tables or searches grow too large.
/// Source: Grazzi et al., ICLR 2025, Theorems 3, 4 and 6; automata/compile/README.md.
core::Model compile(const Language& language, const CompileOptions& options = {});

}  // namespace statewright::automata
