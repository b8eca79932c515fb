#pragma once

#include "automata/cascade/cascade.hpp"
#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// What a level of a cascade sees of the levels above it.
enum class Wiring {
  repaired,  ///< their states before the letter, kept by memory layers where that is needed
  printed,   ///< their states after the letter, as the proof of Theorem 4 is printed
};

/// The network of a cascade of permutation-reset components: one layer a level, of products of
/// generalised Householder factors with eigenvalues in {-1, 0, 1} and an added term for resets
/// (A = 0, B = the target), so every |A| <= 1.
///
/// A layer can see the letter and what earlier layers emit *after* reading it, but a cascade needs
/// the states *before* it. Where the letter and the symbols at hand do not determine a level's
/// action, a memory layer stands before it: H = (now, before), A = [[0, 0], [I, 0]], B = (code of
/// the context, 0), a nilpotent shift of norm 1. A level that does nothing but reset keeps its last
/// coordinate itself. So s levels take at most 2 s layers, the last one, without memory, being
/// there only if the output is no linear function of the last level's state and inputs.
///
/// Coordinates of levels with permutations are one-hot; with two coordinates, or with resets only,
/// they are +-1 in the bits of the coordinate. All states are small integers, so that every format
/// of two or more significand bits computes the network exactly.
///
/// `Wiring::printed` builds what the proof of Theorem 4 says literally: level i reads the letter
/// and the coordinates that the levels above have *now*, and acts as if they were those before the
/// letter. It is wrong for most languages and exists to show that.
///
/// Requires: the cascade's covering map is right for dfa = language.dfa (check_cascade). Errors:
/// Error{limit} if more than limits.states() coordinate tuples are reachable or a table would have
/// more than 2^20 entries. Cost: O(tuples * letters * levels^3), tables included.
/// Source: Grazzi et al., ICLR 2025, Theorem 4, repaired (automata/compile/README.md).
core::Model cascade_network(const Language& language, const Cascade& cascade, Wiring wiring,
                            const core::Limits& limits = {});

}  // namespace statewright::automata
