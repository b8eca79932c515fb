#pragma once

#include <optional>

#include "automata/compile/partial_action.hpp"
#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// For a definite behaviour, that is one where the last k letters decide the state for some k: one
/// coordinate per word s of a trie, 1 while the last |s| letters are s. A letter shifts (s to s a),
/// so |A| = 1 and the letter itself comes in through B. The trie holds shortest suffixes that
/// decide the state, for outputs other than the commonest; words too short to be decided have
/// coordinates of their own ("the whole word is w"). Nothing if the behaviour is not definite or
/// the trie grows beyond `limit` words. Finite and cofinite languages are definite. All states must
/// be reachable. Source: Perles, Rabin, Shamir 1963 (definite events) as a shift register.
std::optional<PartialAction> suffix_trie(const Dfa& dfa, std::size_t limit = 4096);

}  // namespace statewright::automata
