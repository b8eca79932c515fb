#include "automata/language/nfa.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <stop_token>

#include "automata/language/compare.hpp"
#include "automata/language/minimize.hpp"
#include "core/error.hpp"
#include "tests/automata/machines.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using machines::letter_from_the_end;
using statewright::core::Error;
using statewright::core::Fault;
using statewright::core::Limits;

namespace {

/// The subset construction word for word, with std::set. Nothing if there are more than `most`.
std::optional<Dfa> determinize_naive(const Nfa& nfa, std::size_t most) {
  using Subset = std::set<State>;
  std::map<Subset, State> number;
  std::vector<Subset> subsets;
  const auto visit = [&](const Subset& subset) {
    const auto [at, is_new] = number.emplace(subset, static_cast<State>(subsets.size()));
    if (is_new) subsets.push_back(subset);
    return at->second;
  };
  Dfa dfa;
  dfa.letters = nfa.letters;
  dfa.labels = acceptor_labels();
  visit(Subset(nfa.initial.begin(), nfa.initial.end()));
  for (std::size_t i = 0; i < subsets.size(); ++i) {
    if (subsets.size() > most) return {};
    for (Letter a = 0; a < nfa.letters.size(); ++a) {
      Subset successor;
      for (const State q : subsets[i]) {
        for (const Nfa::Edge& edge : nfa.edges[q]) {
          if (edge.letter == a) successor.insert(edge.target);
        }
      }
      dfa.next.push_back(visit(successor));
    }
    const bool accepting = std::any_of(subsets[i].begin(), subsets[i].end(),
                                       [&](State q) { return nfa.accepting[q]; });
    dfa.output.push_back(accepting ? kAccept : kReject);
  }
  return dfa;
}

/// Each state has, for each letter, no successor, one or two, in the given shares of 100.
Nfa random_nfa(std::size_t states, std::size_t letters, unsigned none, unsigned two,
               std::uint64_t seed) {
  SplitMix64 draw(seed);
  Nfa nfa;
  nfa.letters = plain_alphabet(letters);
  nfa.edges.resize(states);
  nfa.accepting.resize(states);
  for (State q = 0; q < states; ++q) {
    for (Letter a = 0; a < letters; ++a) {
      const auto chance = draw() % 100;
      const int successors = chance < none ? 0 : chance < none + two ? 2 : 1;
      for (int i = 0; i < successors; ++i) {
        nfa.edges[q].push_back({a, static_cast<State>(draw() % states)});
      }
    }
    nfa.accepting[q] = draw() % 4 == 0;
  }
  for (std::uint64_t i = draw() % 3; i < 3; ++i) {
    nfa.initial.push_back(static_cast<State>(draw() % states));
  }
  return nfa;
}

/// All words of at most `length` letters.
std::vector<Word> words_up_to(std::size_t length, std::size_t letters) {
  std::vector<Word> words = {{}};
  for (std::size_t i = 0; i < words.size() && words[i].size() < length; ++i) {
    for (Letter a = 0; a < letters; ++a) {
      Word longer = words[i];
      longer.push_back(a);
      words.push_back(std::move(longer));
    }
  }
  return words;
}

Error::Facts facts_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.facts();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace

TEST_CASE("determinize equals the naive construction: up to 64 states",
          "[automata][oracle][standard]") {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    SplitMix64 draw(~seed);
    const Nfa nfa = random_nfa(1 + draw() % 64, draw() % 4, static_cast<unsigned>(draw() % 40),
                               static_cast<unsigned>(draw() % 10), seed);
    const std::optional<Dfa> naive = determinize_naive(nfa, 300);
    if (naive) {
      REQUIRE(determinize(nfa) == *naive);
      ++compared;
    } else {
      Limits limits;
      limits.max_states = 300;
      REQUIRE_THROWS_AS(determinize(nfa, limits), Error);
    }
  }
  CHECK(compared > 200);
  CHECK(compared < 400);
}

TEST_CASE("determinize equals the naive construction: sets of several words",
          "[automata][oracle][standard]") {
  std::size_t compared = 0;
  std::size_t largest = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const Nfa nfa =
        random_nfa(65 + 2 * seed, 1 + seed % 3, 20, static_cast<unsigned>(seed % 8), seed);
    const std::optional<Dfa> naive = determinize_naive(nfa, 400);
    if (!naive) continue;
    REQUIRE(determinize(nfa) == *naive);
    ++compared;
    largest = std::max(largest, naive->size());
  }
  CHECK(compared > 50);
  CHECK(largest > 50);
}

TEST_CASE("determinize: the same automaton spread over several words", "[automata][law][quick]") {
  const Nfa plain = letter_from_the_end(9);
  for (const State stride : {1U, 7U, 20U, 64U, 101U}) {
    CAPTURE(stride);
    Nfa spread;
    spread.letters = plain.letters;
    spread.edges.resize(plain.size() * stride);
    spread.accepting.resize(plain.size() * stride);
    for (State q = 0; q < plain.size(); ++q) {
      for (const Nfa::Edge& edge : plain.edges[q]) {
        spread.edges[q * stride].push_back({edge.letter, edge.target * stride});
      }
      spread.accepting[q * stride] = plain.accepting[q];
    }
    spread.initial = {0};
    CHECK(determinize(spread) == determinize(plain));
  }
}

TEST_CASE("determinize: so many letters that no tables are made", "[automata][quick]") {
  const Nfa nfa = random_nfa(12, 1'500, 97, 0, 1);
  const std::optional<Dfa> naive = determinize_naive(nfa, 1'000);
  REQUIRE(naive);
  CHECK(determinize(nfa) == *naive);
}

TEST_CASE("determinize: the k-th letter from the end", "[automata][quick]") {
  for (State k = 0; k <= 13; ++k) {
    CAPTURE(k);
    const Dfa dfa = determinize(letter_from_the_end(k));
    validate(dfa);
    CHECK(dfa.size() == std::size_t{2} << k);
    CHECK(minimize(dfa) == dfa);  // breadth-first numbers, and it happens to be minimal
  }
}

TEST_CASE("determinize: the edges of its domain", "[automata][quick]") {
  SECTION("no states") {
    Nfa nfa;
    nfa.letters = plain_alphabet(2);
    const Dfa dfa = determinize(nfa);
    CHECK(dfa.size() == 1);
    CHECK(dfa.next == std::vector<State>{0, 0});
    CHECK(dfa.output == std::vector<Output>{kReject});
  }
  SECTION("no letters") {
    const Dfa dfa = determinize(random_nfa(5, 0, 0, 0, 1));
    CHECK(dfa.size() == 1);
    CHECK(dfa.next.empty());
  }
  SECTION("no edges: the empty subset is an ordinary state") {
    Nfa nfa = random_nfa(3, 2, 100, 0, 1);
    nfa.initial = {1, 1};
    nfa.accepting = {false, true, false};
    const Dfa dfa = determinize(nfa);
    CHECK(dfa.next == std::vector<State>{1, 1, 1, 1});
    CHECK(dfa.output == std::vector<Output>{kAccept, kReject});
  }
  SECTION("exactly 64 states, the top bit included") {
    const Nfa nfa = letter_from_the_end(62);
    Limits limits;
    limits.max_states = 5'000;
    CHECK_THROWS_AS(determinize(nfa, limits), Error);
    Nfa line = nfa;  // (a|b)^62 after one a: a line
    line.edges[0] = {{0, 1}};
    CHECK(determinize(line) == *determinize_naive(line, 100));
  }
}

TEST_CASE("determinize keeps to its limits and names them", "[automata][quick]") {
  const Nfa nfa = letter_from_the_end(10);
  Limits limits;
  limits.max_states = 2'048;
  CHECK(determinize(nfa, limits).size() == 2'048);
  limits.max_states = 2'047;
  Error::Facts facts = facts_of([&] { determinize(nfa, limits); });
  CHECK(facts.fault == Fault::limit);
  CHECK(facts.expected.find("at most 2047 subsets") != std::string::npos);
  CHECK(facts.hint.find("--max-states") != std::string::npos);

  limits = {};
  limits.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  facts = facts_of([&] { determinize(nfa, limits); });
  CHECK(facts.fault == Fault::limit);
  CHECK(facts.expected.find("the time limit") != std::string::npos);
  CHECK(facts.hint.find("--timeout") != std::string::npos);

  limits = {};
  std::stop_source source;
  limits.stop = source.get_token();
  CHECK(determinize(nfa, limits).size() == 2'048);
  source.request_stop();
  facts = facts_of([&] { determinize(nfa, limits); });
  CHECK(facts.fault == Fault::limit);
  CHECK(facts.expected.find("interrupted") != std::string::npos);
}

TEST_CASE("accepts, determinize and reverse agree word by word", "[automata][law][standard]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const std::size_t letters = 1 + seed % 2;
    const Nfa nfa = random_nfa(1 + seed % 9, letters, 30, 30, seed);
    const Nfa backward = reverse(nfa);
    const Dfa dfa = determinize(nfa);
    for (const Word& word : words_up_to(7, letters)) {
      const bool yes = accepts(nfa, word);
      const Word mirrored(word.rbegin(), word.rend());
      REQUIRE((dfa.label(word) == "accept") == yes);
      REQUIRE(accepts(backward, mirrored) == yes);
    }
    CHECK_FALSE(find_difference(determinize(reverse(backward)), dfa));
  }
}

TEST_CASE("to_nfa keeps the language and refuses other outputs", "[automata][quick]") {
  Dfa dfa = random_dfa(9, 2, 6);
  dfa.start = 4;
  CHECK(determinize(to_nfa(dfa)) == reachable(dfa));
  CHECK(complete(to_nfa(dfa)) == dfa);
  CHECK(facts_of([] { to_nfa(machines::random_moore(3, 2, 3, 1)); }).fault == Fault::unsupported);
}

TEST_CASE("trim keeps what lies on a path from start to acceptance", "[automata][quick]") {
  Nfa nfa;
  nfa.letters = plain_alphabet(2);
  nfa.edges = {{{0, 1}, {1, 3}}, {{0, 0}, {1, 4}}, {{0, 1}}, {{0, 3}, {1, 3}}, {}};
  nfa.initial = {0, 3};
  nfa.accepting = {false, false, true, false, true};
  nfa.state_names = {"p", "q", "unreachable", "dead", "end"};
  const Nfa small = trim(nfa);
  CHECK(small.state_names == std::vector<std::string>{"p", "q", "end"});
  CHECK(small.initial == std::vector<State>{0});
  CHECK(small.accepting == std::vector<bool>{false, false, true});
  CHECK(small.edges == std::vector<std::vector<Nfa::Edge>>{{{0, 1}}, {{0, 0}, {1, 2}}, {}});
  nfa.accepting = {false, false, true, false, false};
  CHECK(trim(nfa).size() == 0);
  CHECK(trim(nfa).initial.empty());
}

TEST_CASE("trim keeps the language, and complete undoes it", "[automata][law][standard]") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const Nfa nfa = random_nfa(1 + seed % 12, 1 + seed % 3, 40, 10, seed);
    CHECK_FALSE(find_difference(determinize(trim(nfa)), determinize(nfa)));
    const Dfa least = minimize(random_dfa(1 + seed % 6, 2, seed));
    const Nfa partial = trim(to_nfa(least));
    if (partial.size() != 0) {
      const Dfa total = complete(partial);
      CHECK(total.size() <= least.size());
      CHECK(minimize(total) == least);
    }
  }
}

TEST_CASE("complete", "[automata][quick]") {
  Nfa nfa;
  nfa.letters = plain_alphabet(2);
  nfa.edges = {{{0, 1}}, {{1, 0}, {0, 1}}};
  nfa.initial = {0};
  nfa.accepting = {false, true};
  nfa.state_names = {"sink", "sink2"};
  SECTION("adds one sink where something is missing") {
    const Dfa dfa = complete(nfa);
    CHECK(dfa.next == std::vector<State>{1, 2, 1, 0, 2, 2});
    CHECK(dfa.output == std::vector<Output>{kReject, kAccept, kReject});
    CHECK(dfa.state_names == std::vector<std::string>{"sink", "sink2", "sink3"});
  }
  SECTION("adds nothing where nothing is missing") {
    nfa.edges[0].push_back({1, 1});
    CHECK(complete(nfa).size() == 2);
    CHECK(complete(nfa).state_names == nfa.state_names);
  }
  SECTION("refuses what is not deterministic") {
    nfa.edges[0].push_back({0, 0});
    const Error::Facts facts = facts_of([&] { complete(nfa); });
    CHECK(facts.fault == Fault::unsupported);
    CHECK(facts.where.find("sink") != std::string::npos);
    CHECK(facts.hint == "use determinize");
    nfa.edges[0].pop_back();
    nfa.initial = {0, 1};
    CHECK(facts_of([&] { complete(nfa); }).fault == Fault::unsupported);
    nfa.initial = {};
    CHECK(facts_of([&] { complete(nfa); }).fault == Fault::unsupported);
  }
}
