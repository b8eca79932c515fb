// Seeded families of automata. Each draws from one splitmix64 stream in a stated order, so that the
// same seed gives the same automaton on every platform and in other languages; measured tables
// (tests/bench) name their inputs by these seeds.

#include "automata/language/random_dfa.hpp"

#include <numeric>
#include <utility>

#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

Dfa blank(std::size_t states, std::size_t letters, const char* where) {
  if (states == 0 || states > 0xfffffffeU) {
    throw Error({Fault::range, where, "1 to 4294967294 states", std::to_string(states)});
  }
  Dfa dfa;
  dfa.letters = plain_alphabet(letters);
  dfa.labels = acceptor_labels();
  dfa.next.resize(states * letters);
  dfa.output.resize(states);
  return dfa;
}

}  // namespace

Alphabet plain_alphabet(std::size_t letters) {
  std::vector<std::string> names;
  names.reserve(letters);
  for (std::size_t a = 0; a < letters; ++a) {
    std::string& name = names.emplace_back();
    if (a < 26) {
      name = static_cast<char>('a' + a);
    } else {
      name = 'l';
      name += std::to_string(a);
    }
  }
  return Alphabet(std::move(names));
}

Dfa random_dfa(std::size_t states, std::size_t letters, std::uint64_t seed) {
  Dfa dfa = blank(states, letters, "random_dfa");
  SplitMix64 draw(seed);
  for (State& successor : dfa.next) successor = static_cast<State>(draw() % states);
  for (Output& output : dfa.output) output = draw() & 1U ? kAccept : kReject;
  return dfa;
}

Dfa random_dfa_with_copies(std::size_t states, std::size_t letters, std::uint64_t seed) {
  if (states % 10 != 0) {
    throw Error({Fault::range, "random_dfa_with_copies", "a multiple of 10 states",
                 std::to_string(states)});
  }
  Dfa dfa = blank(states, letters, "random_dfa_with_copies");
  const Dfa base = random_dfa(states / 10, letters, seed);
  SplitMix64 draw(seed ^ 0xabcdefU);
  for (std::size_t q = 0; q < states; ++q) {
    const auto original = static_cast<State>(q / 10);
    for (Letter a = 0; a < letters; ++a) {
      dfa.next[q * letters + a] = static_cast<State>(10 * base.step(original, a) + draw() % 10);
    }
    dfa.output[q] = base.output[original];
  }
  return dfa;
}

Dfa cycle_dfa(std::size_t states, std::size_t letters) {
  Dfa dfa = blank(states, letters, "cycle_dfa");
  for (std::size_t q = 0; q < states; ++q) {
    for (Letter a = 0; a < letters; ++a) {
      dfa.next[q * letters + a] = static_cast<State>(a == 0 ? (q + 1) % states : q);
    }
  }
  dfa.output[0] = kAccept;
  return dfa;
}

Dfa random_permutation_dfa(std::size_t states, std::size_t letters, std::uint64_t seed) {
  Dfa dfa = blank(states, letters, "random_permutation_dfa");
  SplitMix64 draw(seed);
  std::vector<State> image(states);
  for (Letter a = 0; a < letters; ++a) {
    std::iota(image.begin(), image.end(), State{0});
    for (std::size_t i = states - 1; i > 0; --i) std::swap(image[i], image[draw() % (i + 1)]);
    for (std::size_t q = 0; q < states; ++q) dfa.next[q * letters + a] = image[q];
  }
  for (Output& output : dfa.output) output = draw() & 1U ? kAccept : kReject;
  return dfa;
}

}  // namespace statewright::automata
