#pragma once

#include <cstdint>
#include <vector>

#include "automata/language/language.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// An automaton whose letters all are powers of one cycle of its m states, as mod:m, Z_m and
/// cyclenav:m are: state q stands at position index[q] of a circle, and letter a moves every state
/// step[a] places on.
struct CyclicAction {
  std::vector<State> at;             ///< [m] the state at each position; at[0] is the start
  std::vector<std::uint32_t> index;  ///< [m] the position of each state, the inverse of `at`
  std::vector<std::uint32_t> step;   ///< [letters] 0 <= step < m
};

/// Finds the circle. Every automaton of letters that permute reachable states and generate a cyclic
/// group has one: a cyclic group that acts faithfully and transitively acts regularly. There are
/// phi(m) ways round it; taken is the one along which outputs change least often, among equals the
/// one along which they come in the least order, then the one whose first state has the least
/// number.
/// Errors: Error{unsupported} naming `language`, with two letters that do not commute or the remark
/// that the group has no generator. Cost: O(m letters) for each state tried as the second position.
CyclicAction cyclic_action(const Dfa& dfa, const std::string& language);

/// What the letters of a circle are made of.
enum class RotationForm {
  products,     ///< two reflections by half the angle: Theorem 3, construction B
  matrices,     ///< one dense 2 x 2 rotation
  reflections,  ///< one reflection a letter and a clock: Theorem 6, two layers
};

/// The network of a cyclic language, exact: parameters are rational or cyclotomic numbers.
///
/// `products` and `matrices`: position k of m is the point (cos 2 pi k/m, sin 2 pi k/m), the start
/// (1, 0), and a letter of step s turns by 2 pi s/m, for s beyond m/2 the other way round. The
/// identity has no factors, and keys and matrices of quarter turns are made of 0 and +-1. If every
/// output has one state the readout is the nearest point; if there are two outputs and one of them
/// fills an arc of the circle, it compares with the line that halves the gaps at the arc's ends;
/// otherwise the layer emits the position and a second layer without memory (A = 0) maps it to its
/// output. About::note says which.
///
/// `reflections`: layer 0 is the clock h <- -h + 1, layer 1 reflects (1, 0) by an angle that
/// depends on letter and clock and emits one of 2 m points, layer 2 without memory maps these to
/// outputs.
///
/// Requires: dfa minimal, at least two states. Errors: those of cyclic_action; Error{unsupported}
/// for more than 1260 states, whose angles lie in too large a field.
/// Source: Grazzi et al., ICLR 2025, Theorems 3 and 6.
core::Model compile_rotation(const Language& language, RotationForm form);

}  // namespace statewright::automata
