#pragma once

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/bounds/a_priori.hpp"

namespace statewright::proofs {

/// A horizon of agreement between network and language that needs no exact rows: for networks whose
/// exact states never close, or are too many.
///
/// Setting. A configuration after a word w is (states of the layers, symbols they emitted, state of
/// the automaton). It is enclosed by cells: a state of the automaton, one symbol of each layer, and
/// for each layer a set that holds its state as the semantics stores it, a box cut with a 2-norm
/// ball.
///
/// Step. For a state h in a set S the rounded step is A h + B + e with |e| <= delta(S), the
/// constant of StepError::at for H = h, E = 0 (see a_priori.hpp; it is taken for all of S at once
/// because S enters through bounds of its entries and norms only). The box goes to A box + B in
/// interval arithmetic, widened by delta; the ball |h - c| <= R to |h' - (A c + B)| <= |A| R +
/// delta, so that contractions have a fixed ball, isometries add delta a letter, and in general R
/// <- |A| R + delta. Since stored states are values of the format, the box is then cut to the least
/// and the largest value in it. Where a set is one state from which no operation rounds, delta = 0.
///
/// Readout. Output j beats k on S if  min over S of (score_j - score_k), less the rounding errors
/// of both scores, is positive (or zero, for j < k); both through the box and through the ball,
///   (score_j - score_k)(c) - |W_j - W_k| R. What one output beats is not emitted. If several
/// symbols remain, the layers above follow each of them in a cell of its own. The claim needs that
/// in every cell every possible symbol of the last layer has the automaton's label.
///
/// Then, by induction over the length of words, with C the map from a set of cells to the cells
/// that their steps lead to: (1) Every length. If a set of cells J contains those of the start,
/// each cell of C(J) lies in one
///     of J, and all symbols in J are right, then the network is right on all words. J is sought by
///     adding C(J) to it; beyond a few cells with equal automaton state and symbols the nearest two
///     become their hull; bounds that keep moving are moved further, at rounds 16, 32, 64, .., by
///     as many times their last move as rounds have gone. That only proposes J; containment
///     decides.
/// (2) So many letters. Cells of words of exactly t letters, t = 0, 1, ..: while all are right, all
///     words of t letters are. If the cells of t letters are those of an earlier length, bit for
///     bit, every later length repeats, and every length is right.
/// Nothing is assumed of the exact network: if it leaves the language after some letters, the
/// horizon ends before.
///
/// Order of evaluation: `exact` (delta = 0, exact readout), `stepwise`, `once`, and `cast` without
/// added terms (the set holds the exact state, rounded for the readout); others have no bound. All
/// numbers are rounded outward. Cost: a fixed budget of operations, about a second at most, and the
/// deadline and stop of `limits`, after which the letters done so far are certified.
/// Errors: Error{shape} if the alphabets differ.
APriori certify_by_enclosure(const core::Model& model, const automata::Dfa& automaton,
                             const core::Semantics& semantics, const core::Limits& limits = {});

}  // namespace statewright::proofs
