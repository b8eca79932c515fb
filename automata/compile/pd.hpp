#pragma once

#include "automata/language/language.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// The network of any language for PD-SSM: one layer with A = P D, where P has a single 1 in each
/// column and D = I. The state is one-hot on the states of the automaton, n = |Q|, d = 1, B = 0,
/// and letter a moves the 1: P_a[delta(q, a), q] = 1. The readout sums the coordinates of an
/// output's states, so every number is 0 or 1 and no sum has two terms that are not 0: exact in
/// every format that has 0 and 1.
///
/// The transitions are stored as dense matrices, which is what they are to every other
/// architecture: unless the letter permutes the states, their norm is above 1, namely the square
/// root of the number of states that it sends to one. A kernel of PD-SSM gathers and scales
/// instead; on one-hot states it computes the same bits.
///
/// Requires: language.dfa complete and all its states reachable, as minimal ones are; any labels,
/// one state and an empty alphabet included.
/// Errors: Error{unsupported} beyond kMostPdNumbers entries.
/// Cost: n^2 numbers per letter.
/// Source: PD-SSM, arXiv:2509.22284, Proposition 2.
core::Model compile_pd(const Language& language);

inline constexpr std::size_t kMostPdNumbers = 20'000'000;

}  // namespace statewright::automata
