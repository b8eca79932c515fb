#pragma once

#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// The network of a language for RWKV-7 with c = 2: every transition of a layer with memory is
/// diag(w) - 2 (a . khat)^T khat with w in {0, 1} and a in [0, 1] (rwkv7_form.hpp).
///
/// If every letter is a swap, a copy or the identity of the coordinates (observations.hpp), one
/// layer. Otherwise four layers of RWKV-7, here written as one core::Layer for each head and one
/// without memory (A = 0) for each table that the MLPs look up: clock, position, the letters of two
/// blocks, the product. About::note says which is which. Everything is an integer, and the states
/// of all layers but the clocks are made of +-1, so the network is exact in formats of few bits.
///
/// Requires: language.dfa minimal.
/// Errors: Error{unsupported} with figures if the coordinates are more than kMostRwkv7Coordinates
/// (and letters are not elementary), no block of up to 12 letters fits, or the tables would hold
/// more than kMostRwkv7Numbers numbers; Error{limit} if a limit is hit, max_states being the number
/// of distinct block maps.
/// Cost: proportional to the size of the tables.
/// Source: RWKV-7, arXiv:2503.14456, Appendix D, Theorem 3; what differs is in the source.
core::Model compile_rwkv7(const Language& language, const core::Limits& limits = {});

inline constexpr std::size_t kMostRwkv7Coordinates = 13;
inline constexpr std::size_t kMostRwkv7Numbers = 4'000'000;

}  // namespace statewright::automata
