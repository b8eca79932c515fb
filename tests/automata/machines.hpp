#pragma once

// Machines that several tests and benchmarks share.

#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/nfa.hpp"
#include "automata/language/random_dfa.hpp"

namespace statewright::automata::machines {

/// `states` states and `letters` letters, outputs and successors drawn uniformly, labels "0", "1",
/// ..
inline Dfa random_moore(std::size_t states, std::size_t letters, std::size_t labels,
                        std::uint64_t seed) {
  SplitMix64 draw(seed);
  Dfa dfa;
  dfa.letters = plain_alphabet(letters);
  for (std::size_t i = 0; i < labels; ++i) dfa.labels.push_back(std::to_string(i));
  dfa.start = static_cast<State>(draw() % states);
  for (std::size_t i = 0; i < states * letters; ++i) {
    dfa.next.push_back(static_cast<State>(draw() % states));
  }
  for (std::size_t q = 0; q < states; ++q) {
    dfa.output.push_back(static_cast<Output>(draw() % labels));
  }
  return dfa;
}

/// The same machine with state q renamed image[q], where image is a Fisher-Yates shuffle (from the
/// top index down, draw mod (i + 1)).
inline Dfa shuffled(const Dfa& dfa, std::uint64_t seed) {
  std::vector<State> image(dfa.size());
  std::iota(image.begin(), image.end(), State{0});
  SplitMix64 draw(seed);
  for (std::size_t i = dfa.size() - 1; i > 0; --i) std::swap(image[i], image[draw() % (i + 1)]);
  const std::size_t k = dfa.letters.size();
  Dfa result = dfa;
  result.start = image[dfa.start];
  for (State q = 0; q < dfa.size(); ++q) {
    for (Letter a = 0; a < k; ++a) {
      result.next[std::size_t{image[q]} * k + a] = image[dfa.step(q, a)];
    }
    result.output[image[q]] = dfa.output[q];
    if (!dfa.state_names.empty()) result.state_names[image[q]] = dfa.state_names[q];
  }
  return result;
}

/// T_n as letters: a is the n-cycle, b swaps 0 and 1, c takes 1 to 0. Only state 0 accepts.
inline Dfa full_transformation_dfa(State n) {
  Dfa dfa;
  dfa.letters = plain_alphabet(3);
  dfa.labels = acceptor_labels();
  for (State q = 0; q < n; ++q) {
    const bool swapped = n > 1 && q < 2;
    dfa.next.insert(dfa.next.end(), {(q + 1) % n, swapped ? 1 - q : q, q == 1 ? 0 : q});
    dfa.output.push_back(q == 0 ? kAccept : kReject);
  }
  return dfa;
}

/// The (k+2)-state automaton of (a|b)*a(a|b)^k, whose minimal DFA has 2^(k+1) states.
inline Nfa letter_from_the_end(State k) {
  Nfa nfa;
  nfa.letters = plain_alphabet(2);
  nfa.edges.resize(k + 2);
  nfa.accepting.resize(k + 2);
  nfa.accepting[k + 1] = true;
  nfa.initial = {0};
  nfa.edges[0] = {{0, 0}, {0, 1}, {1, 0}};
  for (State q = 1; q <= k; ++q) nfa.edges[q] = {{0, q + 1}, {1, q + 1}};
  return nfa;
}

}  // namespace statewright::automata::machines
