#pragma once

#include <cstdint>

#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// splitmix64: the one small generator behind every seeded random object here, so that the same
/// seed gives the same object on every platform and in other languages.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t operator()() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

/// R(n, k, seed): for q = 0..n-1, for a = 0..k-1: next[q][a] = draw mod n; then for each q:
/// accepting = draw & 1. Start 0. Letters "a", "b", .. (then "l26", ..). Not necessarily reachable.
Dfa random_dfa(std::size_t states, std::size_t letters, std::uint64_t seed);

/// D(n, k, seed): a blow-up of R(n/10, k, seed) by tens: state q copies q/10, its successors are
/// drawn among the ten copies from a second stream seeded seed XOR 0xabcdef. n must be a multiple
/// of 10.
Dfa random_dfa_with_copies(std::size_t states, std::size_t letters, std::uint64_t seed);

/// C(n, k): letter 0 is the n-cycle, the others are the identity, only state 0 accepts.
Dfa cycle_dfa(std::size_t states, std::size_t letters);

/// A random permutation automaton: every letter a uniform random permutation (Fisher-Yates from the
/// top index down, draw mod (i + 1)), outputs draw & 1, start 0.
Dfa random_permutation_dfa(std::size_t states, std::size_t letters, std::uint64_t seed);

/// "a", "b", .., "z", "l26", "l27", ..
Alphabet plain_alphabet(std::size_t letters);

}  // namespace statewright::automata
