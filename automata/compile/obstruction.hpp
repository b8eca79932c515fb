#pragma once

#include <string>
#include <variant>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// Why no single non-expansive layer recognises a behaviour: words x and y that act idempotently on
/// the states (reading x twice is reading it once, from every state) while the outputs after
/// u x y x z and u y x z differ. obstruction.cpp proves that they cannot differ for a layer
/// H <- A(letter) H + B(letter) with |A| <= 1 and finitely many reachable states, whatever its
/// dimension and whatever function of the state and the last letter its output is.
struct Obstruction {
  Word u, x, y, z;
  bool operator==(const Obstruction&) const = default;
};

/// There is none: all idempotents x, y of the transition monoid satisfy x y x = y x up to outputs.
/// That does not say that a single layer exists.
struct NoObstruction {};

/// The transition monoid was too large to look at as a whole, and no obstruction was found in the
/// part that was.
struct ObstructionUnknown {
  core::LimitHit limit;
};

using ObstructionSearch = std::variant<Obstruction, NoObstruction, ObstructionUnknown>;

/// Looks for an obstruction: enumerates the transition monoid breadth-first, so that each element
/// has a shortest word, and tries all pairs of idempotents, short words first. The words that come
/// back are short: the longer of x and y is as short as possible, and u and z are shortest for the
/// x and y found. Limits::max_states bounds the elements, by default 200,000; at most 64 Mi states
/// of maps are stored and two billion compared in any case. `dfa` need not be minimal, but x and y
/// are idempotent on all its states, reachable or not. Deterministic. Source: obstruction.cpp.
ObstructionSearch find_obstruction(const Dfa& dfa, const core::Limits& limits = {});

/// Whether it is one for this automaton, by running the words: what the checker does as well.
/// Cost: the words' length times the number of states.
bool is_obstruction(const Dfa& dfa, const Obstruction& obstruction);

}  // namespace statewright::automata
