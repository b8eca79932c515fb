#include "automata/language/random_dfa.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;

TEST_CASE("splitmix64 gives the published sequence", "[automata][quick]") {
  SplitMix64 zero(0);
  CHECK(zero() == 0xe220a8397b1dcdafULL);
  CHECK(zero() == 0x6e789e6aa1b965f4ULL);
  CHECK(zero() == 0x06c45d188009454fULL);
  SplitMix64 other(1234567);
  CHECK(other() == 6457827717110365317ULL);
  CHECK(other() == 3203168211198807973ULL);
  CHECK(other() == 9817491932198370423ULL);
}

TEST_CASE("random_dfa draws successors, then outputs", "[automata][quick]") {
  const Dfa dfa = random_dfa(7, 3, 42);
  validate(dfa);
  CHECK(is_acceptor(dfa));
  CHECK(dfa.start == 0);
  SplitMix64 draw(42);
  for (State q = 0; q < 7; ++q) {
    for (Letter a = 0; a < 3; ++a) CHECK(dfa.step(q, a) == draw() % 7);
  }
  for (State q = 0; q < 7; ++q) CHECK(dfa.output[q] == (draw() & 1U));
  CHECK(dfa == random_dfa(7, 3, 42));
  CHECK_FALSE(dfa == random_dfa(7, 3, 43));
}

TEST_CASE("random_dfa_with_copies blows up each state to ten", "[automata][quick]") {
  const Dfa base = random_dfa(6, 2, 9);
  const Dfa dfa = random_dfa_with_copies(60, 2, 9);
  validate(dfa);
  SplitMix64 draw(9 ^ 0xabcdefU);
  for (State q = 0; q < 60; ++q) {
    CHECK(dfa.output[q] == base.output[q / 10]);
    for (Letter a = 0; a < 2; ++a) {
      CHECK(dfa.step(q, a) == 10 * base.step(q / 10, a) + draw() % 10);
    }
  }
}

TEST_CASE("cycle_dfa", "[automata][quick]") {
  const Dfa dfa = cycle_dfa(3, 2);
  validate(dfa);
  CHECK(dfa.next == std::vector<State>{1, 0, 2, 1, 0, 2});
  CHECK(dfa.output == std::vector<Output>{kAccept, kReject, kReject});
}

TEST_CASE("letters of random_permutation_dfa are permutations", "[automata][quick]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const std::size_t n = 1 + seed;
    const Dfa dfa = random_permutation_dfa(n, 3, seed);
    validate(dfa);
    for (Letter a = 0; a < 3; ++a) {
      std::vector<bool> hit(n);
      for (State q = 0; q < n; ++q) hit[dfa.step(q, a)] = true;
      CHECK(std::count(hit.begin(), hit.end(), true) == static_cast<std::ptrdiff_t>(n));
    }
  }
  // Every permutation of three states comes up, and none far too often: 6000 draws, 1000 expected.
  std::vector<int> count(27);
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    const Dfa dfa = random_permutation_dfa(3, 1, seed);
    ++count[9 * dfa.next[0] + 3 * dfa.next[1] + dfa.next[2]];
  }
  CHECK(std::count_if(count.begin(), count.end(), [](int c) { return c > 800 && c < 1200; }) == 6);
}

TEST_CASE("names of plain letters", "[automata][quick]") {
  const Alphabet letters = plain_alphabet(28);
  CHECK(letters.name(0) == "a");
  CHECK(letters.name(25) == "z");
  CHECK(letters.name(26) == "l26");
  CHECK(letters.name(27) == "l27");
  CHECK(plain_alphabet(0).size() == 0);
}

TEST_CASE("sizes that no family has are errors", "[automata][quick]") {
  CHECK_THROWS_AS(random_dfa(0, 2, 1), Error);
  CHECK_THROWS_AS(cycle_dfa(0, 2), Error);
  CHECK_THROWS_AS(random_permutation_dfa(0, 2, 1), Error);
  try {
    random_dfa_with_copies(25, 2, 1);
    FAIL("25 is not a multiple of ten");
  } catch (const Error& error) {
    CHECK(error.facts().fault == Fault::range);
    CHECK(error.facts().found == "25");
  }
}
