#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// A nondeterministic acceptor without empty moves.
struct Nfa {
  struct Edge {
    Letter letter;
    State target;
    auto operator<=>(const Edge&) const = default;
  };

  Alphabet letters;
  std::vector<std::vector<Edge>> edges;  ///< [states]: outgoing
  std::vector<State> initial;
  std::vector<bool> accepting;           ///< [states]
  std::vector<std::string> state_names;  ///< [states], or empty

  std::size_t size() const noexcept { return edges.size(); }
};

/// Subset construction; only reachable subsets, numbered in breadth-first order, the empty subset
/// as an ordinary rejecting state. The result is complete but not minimal.
/// Cost: O(subsets * letters * states / 8) with one-word sets up to 64 NFA states.
/// Errors: Error{limit} when a limit is hit, naming it (an automaton has no useful partial answer).
Dfa determinize(const Nfa& nfa, const core::Limits& limits = {});

/// All words read backwards are accepted. For a DFA: its acceptor reversed. Errors:
/// Error{unsupported} for a Moore machine with other labels.
Nfa reverse(const Nfa& nfa);
Nfa to_nfa(const Dfa& acceptor);

/// Only states that are reachable and from which a word is accepted, in the old order. May have no
/// states. The inverse of `complete`.
Nfa trim(const Nfa& nfa);

/// A deterministic but partial automaton made total by one rejecting sink, added only if needed.
/// Errors: Error{unsupported} if two edges of a state carry the same letter or there is not exactly
/// one initial state: use determinize.
Dfa complete(const Nfa& nfa);

bool accepts(const Nfa& nfa, std::span<const Letter> word);

}  // namespace statewright::automata
