#pragma once

// Machines that several tests and benchmarks share.

#include <map>
#include <numeric>
#include <set>
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

/// The maps of all words on the states, by closing under letters.
inline std::set<std::vector<State>> maps_of_words(const Dfa& dfa) {
  std::vector<State> identity(dfa.size());
  std::iota(identity.begin(), identity.end(), State{0});
  std::set<std::vector<State>> all = {identity};
  std::vector<std::vector<State>> queue = {identity};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      std::vector<State> next = queue[i];
      for (State& q : next) q = dfa.step(q, a);
      if (all.insert(next).second) queue.push_back(next);
    }
  }
  return all;
}

/// The order of a group of few points by its name; 0 for another.
inline std::size_t order_of_group(const std::string& name) {
  static const std::map<std::string, std::size_t> orders = {
      {"1", 1},   {"Z2", 2},   {"Z3", 3}, {"Z4", 4},  {"Z5", 5},
      {"Z6", 6},  {"Z2^2", 4}, {"S3", 6}, {"S4", 24}, {"S5", 120},
      {"A4", 12}, {"A5", 60},  {"D4", 8}, {"D5", 10}, {"D6", 12}};
  const auto at = orders.find(name);
  return at == orders.end() ? 0 : at->second;
}

}  // namespace statewright::automata::machines
