#include "automata/language/minimize.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "automata/language/nfa.hpp"
#include "tests/automata/machines.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using machines::random_moore;
using machines::shuffled;

namespace {

/// Brzozowski (1962): reverse, determinise, reverse, determinise.
Dfa minimize_brzozowski(const Dfa& acceptor) {
  return determinize(reverse(to_nfa(determinize(reverse(to_nfa(acceptor))))));
}

/// Pairs of states told apart by some word, by the table-filling method.
std::vector<std::vector<bool>> distinguishable(const Dfa& dfa) {
  const std::size_t n = dfa.size();
  std::vector<std::vector<bool>> apart(n, std::vector<bool>(n));
  for (bool changed = true; changed;) {
    changed = false;
    for (State p = 0; p < n; ++p) {
      for (State q = 0; q < n; ++q) {
        if (apart[p][q]) continue;
        bool now = dfa.output[p] != dfa.output[q];
        for (Letter a = 0; a < dfa.letters.size(); ++a) {
          now = now || apart[dfa.step(p, a)][dfa.step(q, a)];
        }
        if (now) apart[p][q] = changed = true;
      }
    }
  }
  return apart;
}

/// Accepts the words to which `dfa` gives `output`.
Dfa indicator(const Dfa& dfa, Output output) {
  Dfa result = dfa;
  result.labels = acceptor_labels();
  for (Output& o : result.output) o = o == output ? kAccept : kReject;
  return result;
}

/// A chain: the first letter steps to the next state, the others go anywhere before it. Only the
/// last state accepts, so Moore's method needs as many rounds as there are states.
Dfa chain(std::size_t states, std::size_t letters, std::uint64_t seed) {
  Dfa dfa = random_dfa(states, letters, seed);
  SplitMix64 draw(seed + 1);
  for (std::size_t q = 0; q < states; ++q) {
    for (std::size_t a = 0; a < letters; ++a) {
      dfa.next[q * letters + a] =
          static_cast<State>(a == 0 ? std::min(q + 1, states - 1) : draw() % (q + 1));
    }
    dfa.output[q] = q + 1 == states ? kAccept : kReject;
  }
  return dfa;
}

}  // namespace

TEST_CASE("minimize: an example small enough to check by hand", "[automata][quick]") {
  // Words over a, b with an even number of a's; states 0, 2 even, 1, 3 odd, 4 unreachable.
  Dfa dfa;
  dfa.letters = plain_alphabet(2);
  dfa.labels = acceptor_labels();
  dfa.next = {1, 2, 2, 3, 3, 0, 0, 1, 4, 4};
  dfa.output = {kAccept, kReject, kAccept, kReject, kAccept};
  dfa.state_names = {"p", "q", "r", "s", "t"};
  const Dfa least = minimize(dfa);
  CHECK(least.size() == 2);
  CHECK(least.start == 0);
  CHECK(least.next == std::vector<State>{1, 0, 0, 1});
  CHECK(least.output == std::vector<Output>{kAccept, kReject});
  CHECK(least.state_names.empty());
  CHECK(least.letters == dfa.letters);
  CHECK(least.labels == dfa.labels);
}

TEST_CASE("reachable: breadth-first numbers, names follow", "[automata][quick]") {
  Dfa dfa;
  dfa.letters = plain_alphabet(2);
  dfa.labels = {"x", "y", "z"};
  dfa.start = 3;
  dfa.next = {0, 0, 3, 1, 2, 2, 2, 1};
  dfa.output = {0, 1, 2, 0};
  dfa.state_names = {"lost", "one", "two", "start"};
  const Dfa part = reachable(dfa);
  CHECK(part.start == 0);
  CHECK(part.state_names == std::vector<std::string>{"start", "two", "one"});
  CHECK(part.next == std::vector<State>{1, 2, 1, 1, 0, 2});
  CHECK(part.output == std::vector<Output>{0, 2, 1});
  CHECK(part.labels == dfa.labels);
  CHECK(reachable(part) == part);
}

TEST_CASE("minimize: the edges of its domain", "[automata][quick]") {
  SECTION("no letters: one state, with the start's output") {
    Dfa dfa = random_moore(5, 0, 3, 8);
    dfa.start = 2;
    const Dfa least = minimize(dfa);
    CHECK(least.size() == 1);
    CHECK(least.next.empty());
    CHECK(least.output[0] == dfa.output[2]);
    CHECK(least == minimize_moore(dfa));
  }
  SECTION("one state") {
    const Dfa dfa = random_dfa(1, 3, 5);
    CHECK(minimize(dfa) == dfa);
    CHECK(minimize_moore(dfa) == dfa);
  }
  SECTION("everything equivalent") {
    Dfa dfa = random_dfa(500, 2, 5);
    for (Output& output : dfa.output) output = kAccept;
    CHECK(minimize(dfa).size() == 1);
    CHECK(minimize(dfa).output[0] == kAccept);
  }
  SECTION("unused labels stay") {
    Dfa dfa = random_dfa(20, 2, 5);
    dfa.labels = {"w", "x", "y", "z"};
    for (Output& output : dfa.output) output = 2 * output + 1;
    CHECK(minimize(dfa).labels == dfa.labels);
    CHECK(minimize(dfa) == minimize_moore(dfa));
  }
}

TEST_CASE("minimize: sizes that other libraries agree on", "[automata][standard]") {
  CHECK(minimize(random_dfa(1'000, 2, 1)).size() == 779);
  CHECK(minimize(random_dfa(10'000, 2, 1)).size() == 7'980);
  CHECK(minimize(random_dfa(1'000, 10, 1)).size() == 1'000);
  CHECK(minimize(random_dfa(10'000, 10, 1)).size() == 10'000);
  CHECK(minimize(cycle_dfa(10'000, 2)).size() == 10'000);
  CHECK(minimize(cycle_dfa(10'000, 10)).size() == 10'000);
}

TEST_CASE("minimize: a blow-up has the minimal machine of its base", "[automata][quick]") {
  for (std::size_t letters = 1; letters <= 5; ++letters) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      CAPTURE(letters, seed);
      CHECK(minimize(random_dfa_with_copies(1'000, letters, seed)) ==
            minimize(random_dfa(100, letters, seed)));
    }
  }
}

TEST_CASE("minimize equals minimize_moore on random machines", "[automata][oracle][standard]") {
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    CAPTURE(seed);
    SplitMix64 draw(~seed);
    const std::size_t states = 1 + draw() % 60;
    const std::size_t letters = draw() % 5;
    const std::size_t labels = 1 + draw() % 5;
    const Dfa dfa = random_moore(states, letters, labels, seed);
    REQUIRE(minimize(dfa) == minimize_moore(dfa));
  }
}

TEST_CASE("minimize equals minimize_moore on machines with long chains",
          "[automata][oracle][standard]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const std::size_t states = 2 + 3 * seed;
    const std::size_t letters = 1 + seed % 3;
    Dfa dfa = cycle_dfa(states, letters);
    REQUIRE(minimize(shuffled(dfa, seed)) == minimize_moore(dfa));
    dfa.labels = {"p", "q", "r"};  // a coloured cycle, sometimes with a smaller period
    for (State q = 0; q < states; ++q) dfa.output[q] = (q % (1 + seed % 7)) % 3;
    REQUIRE(minimize(shuffled(dfa, seed)) == minimize_moore(dfa));

    dfa = chain(states, letters, seed);
    REQUIRE(minimize(dfa) == minimize_moore(dfa));
    REQUIRE(minimize(shuffled(dfa, seed)) == minimize(dfa));
    // Two disjoint copies with a fork in front: the copies must fall together.
    Dfa twin = dfa;
    for (const State successor : dfa.next) {
      twin.next.push_back(successor + static_cast<State>(states));
    }
    twin.output.insert(twin.output.end(), dfa.output.begin(), dfa.output.end());
    for (Letter a = 0; a < letters; ++a) {
      twin.next.push_back(static_cast<State>(a % 2 == 0 ? 0 : states));
    }
    twin.output.push_back(kReject);
    twin.start = static_cast<State>(2 * states);
    REQUIRE(minimize(twin) == minimize_moore(twin));
    REQUIRE(minimize(twin).size() <= states + 1);

    dfa = random_dfa(states, 1, seed);  // one letter: a tail into a cycle
    REQUIRE(minimize(dfa) == minimize_moore(dfa));
    dfa = random_permutation_dfa(states, letters, seed);
    REQUIRE(minimize(dfa) == minimize_moore(dfa));
  }
}

TEST_CASE("minimize: one million states in a cycle or a chain", "[automata][slow]") {
  CHECK(minimize(cycle_dfa(1'000'000, 2)) == reachable(cycle_dfa(1'000'000, 2)));
  const Dfa line = chain(300'000, 2, 3);
  CHECK(minimize(shuffled(line, 4)) == reachable(line));
}

TEST_CASE("minimize equals Brzozowski's method", "[automata][oracle][standard]") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_dfa(1 + seed % 11, seed % 4, seed);
    REQUIRE(minimize(dfa) == minimize_brzozowski(dfa));
  }
}

TEST_CASE("a minimal Moore machine is the product of its labels' acceptors",
          "[automata][oracle][standard]") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const std::size_t labels = 3 + seed % 3;
    const Dfa dfa = random_moore(1 + seed % 9, 1 + seed % 3, labels, seed);
    std::vector<Dfa> parts;
    for (Output o = 0; o < labels; ++o) parts.push_back(minimize_brzozowski(indicator(dfa, o)));

    // The reachable product, numbered breadth first.
    std::map<std::vector<State>, State> number;
    std::vector<std::vector<State>> tuples;
    const auto visit = [&](const std::vector<State>& tuple) {
      const auto [at, is_new] = number.emplace(tuple, static_cast<State>(tuples.size()));
      if (is_new) tuples.push_back(tuple);
      return at->second;
    };
    visit(std::vector<State>(labels, 0));
    Dfa product;
    product.letters = dfa.letters;
    product.labels = dfa.labels;
    for (std::size_t i = 0; i < tuples.size(); ++i) {
      for (Letter a = 0; a < dfa.letters.size(); ++a) {
        std::vector<State> successor;
        for (Output o = 0; o < labels; ++o) successor.push_back(parts[o].step(tuples[i][o], a));
        product.next.push_back(visit(successor));
      }
      for (Output o = 0; o < labels; ++o) {
        if (parts[o].output[tuples[i][o]] == kAccept) product.output.push_back(o);
      }
    }
    REQUIRE(minimize(dfa) == product);
  }
}

TEST_CASE("minimize: no two states are equivalent, and behaviour is kept",
          "[automata][law][standard]") {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_moore(1 + seed % 25, seed % 4, 1 + seed % 6, seed);
    const Dfa least = minimize(dfa);
    validate(least);
    const auto apart = distinguishable(least);
    for (State p = 0; p < least.size(); ++p) {
      for (State q = 0; q < p; ++q) REQUIRE(apart[p][q]);
    }
    // Running both side by side never shows different outputs.
    std::map<std::pair<State, State>, bool> seen;
    std::vector<std::pair<State, State>> stack = {{dfa.start, least.start}};
    while (!stack.empty()) {
      const auto [p, q] = stack.back();
      stack.pop_back();
      if (!seen.emplace(std::pair(p, q), true).second) continue;
      REQUIRE(dfa.output[p] == least.output[q]);
      for (Letter a = 0; a < dfa.letters.size(); ++a) {
        stack.emplace_back(dfa.step(p, a), least.step(q, a));
      }
    }
  }
}

TEST_CASE("minimize is a canonical form", "[automata][law][standard]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_moore(1 + seed % 80, seed % 4, 1 + seed % 4, seed);
    const Dfa least = minimize(dfa);
    REQUIRE(minimize(least) == least);
    REQUIRE(reachable(least) == least);
    REQUIRE(minimize(shuffled(dfa, seed + 1)) == least);
  }
}
