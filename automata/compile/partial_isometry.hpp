#pragma once

#include <optional>

#include "automata/compile/partial_action.hpp"
#include "automata/language/language.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// Letters that are partial injections of all states but at most one that every other letter fixes
/// (absorbing, the vector 0), or constant maps: one-hot on the other states, A a partial
/// permutation with B = 0, or A = 0 with B the target. Nothing if some letter is neither. Bounded
/// Dyck languages, counters with overflow, flip-flops. Cost: O(states * letters).
std::optional<PartialAction> one_hot_partial_action(const Dfa& dfa);

/// Compiles a behaviour to one layer of integers whose letters are signed partial permutations of
/// coordinates (A_a a product of rank(A_a - I) factors) with additions: by the first of these that
/// works, `minimal` being minimal as minimize() makes it, and the choice with its reason in About:
///   cuts of its states (cuts.hpp);
///   cuts of the elements of its transition monoid, if there are at most 256;
///   a suffix trie (suffix_trie.hpp);
///   cuts of pairs of a state and a bit that the letters keep, flip, set or clear, every choice of
///   these being tried for up to 24 states and 4 letters;
///   cuts of pairs of a state and a place in a subset that some letter permutes (with_subset), for
///   up to 8 states;
///   one-hot on the states but an absorbing one (large automata).
/// The readout is linear with argmax. Nothing if none works, which proves nothing: obstruction.hpp
/// does, in microseconds where there is one, so that it is worth asking first. Limits: the deadline
/// and the stop token are looked at between these. Deterministic. Source:
/// automata/compile/README.md; contractions as products of generalised Householder matrices: Grazzi
/// et al., ICLR 2025, Proposition 1.
///
/// With Decoder::table the output may be any function of the layer's state, as in the theory of one
/// layer (Theorem 3 and the obstruction allow that): then a second layer without memory follows.
/// Some behaviours need it, such as "the parity of the length is that of the last letter".
std::optional<core::Model> compile_partial_isometry(const Language& minimal,
                                                    Decoder decoder = Decoder::linear,
                                                    const core::Limits& limits = {});

/// The automaton that keeps the word's element of the transition monoid as its state: states are
/// the elements, breadth-first, and outputs those of `dfa` after the element. Nothing if there are
/// more than `limit`. It has congruences that `dfa` itself may lack. Cost: states * elements *
/// letters.
std::optional<Dfa> monoid_automaton(const Dfa& dfa, std::size_t limit);

/// What a letter does to a bit.
enum class BitAction { keep, flip, clear, set };

/// The reachable pairs of a state and a bit that starts at 0 and on which letter a acts by bit[a];
/// outputs are the state's. Cost: O(states * letters).
Dfa with_bit(const Dfa& dfa, const std::vector<BitAction>& bit);

/// The reachable pairs of a state and a place in `subset`: letters that permute the subset do so,
/// any other resets the place to where it enters the subset from outside, or keeps it if it never
/// does. So the place stays a permutation-reset automaton while the state is elsewhere. Nothing if
/// a letter enters in two places or no letter moves a place. Cost: O(states * places * letters).
std::optional<Dfa> with_subset(const Dfa& dfa, const std::vector<State>& subset);

}  // namespace statewright::automata
