#pragma once

#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// The part reachable from the start, states renumbered in breadth-first order (letters in order),
/// start = 0. Names follow. Cost: O(states * letters).
Dfa reachable(const Dfa& dfa);

/// The minimal Moore machine of the same behaviour, reachable part only, states numbered in
/// breadth-first order: equal behaviours over equal alphabets give equal machines, so the result is
/// a canonical form (state names are dropped; labels stay in their order, unused ones too).
/// Hopcroft's partition refinement (1971) over all output classes, started from a few of Moore's
/// passes while these pay (minimize.cpp says when). Cost: O(k n log n) time and about 40 bytes per
/// state and letter.
Dfa minimize(const Dfa& dfa);

/// The obvious fixpoint (Moore, 1956): split classes by successors until nothing changes. O(k n^2).
/// The specification that tests compare `minimize` with.
Dfa minimize_moore(const Dfa& dfa);

}  // namespace statewright::automata
