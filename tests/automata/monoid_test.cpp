#include "automata/algebra/monoid.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "automata/algebra/compose.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "tests/automata/transformations.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using namespace statewright::automata::transformations;
using statewright::core::Error;
using statewright::core::Limits;
using statewright::core::Unknown;

namespace {

TransitionMonoid listed(std::size_t degree, const std::vector<Transformation>& maps,
                        Products products = Products::automatic) {
  auto result = enumerate_monoid(degree, maps, {}, products);
  REQUIRE(std::holds_alternative<TransitionMonoid>(result));
  return std::get<TransitionMonoid>(std::move(result));
}

Transformation along(std::size_t degree, const std::vector<Transformation>& maps,
                     const Word& word) {
  Transformation map = identity_transformation(degree);
  for (const Letter a : word) map = then(map, maps[a]);
  return map;
}

/// All maps of words with the length-lexicographically least word of each: the obvious search.
std::vector<std::pair<Transformation, Word>> by_search(std::size_t degree,
                                                       const std::vector<Transformation>& maps) {
  std::vector<std::pair<Transformation, Word>> found = {{identity_transformation(degree), {}}};
  std::set<Transformation> seen = {found[0].first};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (Letter a = 0; a < maps.size(); ++a) {
      Transformation map = then(found[i].first, maps[a]);
      if (!seen.insert(map).second) continue;
      Word word = found[i].second;
      word.push_back(a);
      found.emplace_back(std::move(map), std::move(word));
    }
  }
  return found;
}

void check_against_search(std::size_t degree, const std::vector<Transformation>& maps,
                          Products products) {
  const auto expected = by_search(degree, maps);
  const TransitionMonoid monoid = listed(degree, maps, products);
  REQUIRE(monoid.size() == expected.size());
  for (MonoidElement i = 0; i < monoid.size(); ++i) {
    const auto& [map, word] = expected[i];
    REQUIRE(monoid.element(i) == map);
    REQUIRE(monoid.word(i) == word);
    REQUIRE(monoid.find(map) == i);
    REQUIRE(monoid.at(word) == i);
    REQUIRE(monoid.is_idempotent(i) == (then(map, map) == map));
    for (Letter a = 0; a < maps.size(); ++a) {
      REQUIRE(expected[monoid.right(i, a)].first == then(map, maps[a]));
      REQUIRE(expected[monoid.left(a, i)].first == then(maps[a], map));
    }
  }
  SplitMix64 draw(7);
  for (int n = 0; n < 100; ++n) {
    const auto i = static_cast<MonoidElement>(draw() % monoid.size());
    const auto j = static_cast<MonoidElement>(draw() % monoid.size());
    REQUIRE(expected[monoid.product(i, j)].first == then(expected[i].first, expected[j].first));
    REQUIRE(monoid.product_by_walking(i, j) == monoid.product(i, j));
  }
}

std::size_t power(std::size_t base, std::size_t exponent) {
  std::size_t result = 1;
  while (exponent-- > 0) result *= base;
  return result;
}

std::size_t binomial(std::size_t n, std::size_t k) {
  return k == 0 ? 1 : binomial(n - 1, k - 1) * n / k;
}

std::size_t factorial(std::size_t n) { return n == 0 ? 1 : n * factorial(n - 1); }

}  // namespace

TEST_CASE("enumeration equals the obvious search, both ways of finding products",
          "[automata][algebra][quick]") {
  const auto products = GENERATE(Products::all, Products::walk);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SplitMix64 draw(seed);
    const std::size_t degree = 1 + draw() % 6, letters = draw() % 4;
    CAPTURE(seed, degree, letters);
    check_against_search(degree, random_maps(degree, letters, degree, draw), products);
  }
  // One of each way of packing: 9 to 16 points, a byte a point, four bytes a point. Most points are
  // sent into the first four, so that the monoids stay small.
  for (const std::size_t degree : {9U, 16U, 17U, 100U, 256U, 257U, 300U}) {
    SplitMix64 draw(degree);
    CAPTURE(degree);
    check_against_search(degree, random_maps(degree, 2, 4, draw), products);
  }
}

TEST_CASE("byte shuffles equal the loop", "[automata][algebra][oracle][quick]") {
  SplitMix64 draw(3);
  for (const std::size_t width : {8U, 16U}) {
    std::vector<std::uint8_t> rows(20 * width), letter(width);
    for (auto& x : rows) x = static_cast<std::uint8_t>(draw() % width);
    for (auto& x : letter) x = static_cast<std::uint8_t>(draw() % width);
    std::vector<std::uint8_t> expected(40 * width, 77), found(40 * width, 77);
    detail::compose_bytes(rows.data(), 20, letter.data(), width, expected.data(), 2 * width);
    detail::fastest_compose(width)(rows.data(), 20, letter.data(), width, found.data(), 2 * width);
    CHECK(found == expected);
  }
}

TEST_CASE("sizes of monoids that textbooks know", "[automata][algebra][quick]") {
  CHECK(listed(1, {{0}}).size() == 1);
  for (std::size_t n = 2; n <= 6; ++n) {
    CAPTURE(n);
    CHECK(listed(n, full(n)).size() == power(n, n));
    CHECK(listed(n, symmetric(n)).size() == factorial(n));
    CHECK(listed(n + 1, partial_maps(n)).size() == power(n + 1, n));
    std::size_t injections = 0;  // sum over k of C(n, k)^2 k!: 209 for n = 4
    for (std::size_t k = 0; k <= n; ++k) {
      injections += binomial(n, k) * binomial(n, k) * factorial(k);
    }
    CHECK(listed(n + 1, partial_injections(n)).size() == injections);
  }
  CHECK(listed(5, partial_injections(4)).size() == 209);
  CHECK(listed(8, symmetric(8)).size() == 40320);
}

TEST_CASE("idempotents of T_n: choose the fixed points, then where the others go",
          "[automata][algebra][quick]") {
  for (std::size_t n = 2; n <= 6; ++n) {
    std::size_t expected = 0;
    for (std::size_t k = 1; k <= n; ++k) expected += binomial(n, k) * power(k, n - k);
    CHECK(listed(n, full(n)).idempotents().size() == expected);
  }
}

TEST_CASE("sizes of random monoids on which several systems agree", "[automata][algebra][quick]") {
  for (const RandomMonoid& family : kRandomMonoids) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      CAPTURE(family.n, seed);
      const TransitionMonoid monoid = listed(family.n, random_maps(family.n, seed));
      bool identity_is_a_word = false;
      for (MonoidElement i = 0; i < monoid.size() && !identity_is_a_word; ++i) {
        identity_is_a_word = monoid.right(i, 0) == 0 || monoid.right(i, 1) == 0;
      }
      CHECK(monoid.size() - (identity_is_a_word ? 0 : 1) == family.sizes[seed - 1]);
    }
  }
}

TEST_CASE("degenerate monoids", "[automata][algebra][quick]") {
  CHECK(listed(3, {}).size() == 1);
  CHECK(listed(3, {}).rules().empty());
  CHECK(listed(0, {}).size() == 1);
  CHECK(listed(1, {{0}, {0}}).size() == 1);
  // Three letters: two swaps and the identity. The second swap and the identity are redundant.
  const TransitionMonoid alike = listed(2, {{1, 0}, {1, 0}, {0, 1}});
  CHECK(alike.size() == 2);
  CHECK(alike.right(0, 1) == 1);
  CHECK(alike.right(1, 2) == 1);
  CHECK(alike.rules() == std::vector<std::pair<Word, Word>>{{{1}, {0}}, {{2}, {}}, {{0, 0}, {}}});
  CHECK_FALSE(alike.find({0, 0}));
  CHECK_FALSE(alike.find({0, 7}));
  CHECK_FALSE(alike.find({0}));
  CHECK_THROWS_AS(enumerate_monoid(2, {{0, 2}}), Error);
  CHECK_THROWS_AS(enumerate_monoid(2, {{0}}), Error);
}

TEST_CASE("more letters than products that are computed at once", "[automata][algebra][quick]") {
  // Every element of T_4 is a letter: 256, and 300 with repetitions.
  const auto elements = by_search(4, full(4));
  std::vector<Transformation> letters;
  for (std::size_t a = 0; a < 300; ++a) letters.push_back(elements[a * 7 % 256].first);
  for (const auto products : {Products::all, Products::walk}) {
    const TransitionMonoid monoid = listed(4, letters, products);
    REQUIRE(monoid.size() == 256);
    for (MonoidElement i = 0; i < 256; i += 5) {
      for (Letter a = 0; a < 300; a += 7) {
        REQUIRE(monoid.element(monoid.right(i, a)) == then(monoid.element(i), letters[a]));
        REQUIRE(monoid.element(monoid.left(a, i)) == then(letters[a], monoid.element(i)));
      }
    }
  }
}

TEST_CASE("the rules present the monoid", "[automata][algebra][law][quick]") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SplitMix64 draw(seed);
    const std::size_t degree = 1 + draw() % 4, letters = 1 + draw() % 3;
    CAPTURE(seed, degree, letters);
    const auto maps = random_maps(degree, letters, degree, draw);
    const TransitionMonoid monoid = listed(degree, maps);
    std::map<Word, Word> rules;
    Word before;
    for (const auto& [from, to] : monoid.rules()) {
      REQUIRE(along(degree, maps, from) == along(degree, maps, to));
      REQUIRE(std::pair(to.size(), to) < std::pair(from.size(), from));
      REQUIRE(std::pair(before.size(), before) < std::pair(from.size(), from));
      before = from;
      rules[from] = to;
    }
    REQUIRE(rules.size() == monoid.rule_count());
    // Words without a left side inside, grown letter by letter, are as many as elements.
    const auto reducible_at_end = [&](const Word& word) {
      for (std::size_t i = 0; i < word.size(); ++i) {
        if (rules.count(Word(word.begin() + static_cast<std::ptrdiff_t>(i), word.end())) != 0) {
          return true;
        }
      }
      return false;
    };
    std::vector<Word> normal = {{}};
    for (std::size_t i = 0; i < normal.size() && normal.size() <= monoid.size(); ++i) {
      for (Letter a = 0; a < letters; ++a) {
        Word word = normal[i];
        word.push_back(a);
        if (!reducible_at_end(word)) normal.push_back(std::move(word));
      }
    }
    REQUIRE(normal.size() == monoid.size());
    for (MonoidElement i = 0; i < monoid.size(); ++i) REQUIRE(normal[i] == monoid.word(i));
    // A random word, reduced anywhere: the least word of its element.
    Word word(12);
    for (Letter& a : word) a = static_cast<Letter>(draw() % letters);
    const Word least = monoid.word(monoid.at(word));
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [from, to] : rules) {
        const auto place = std::search(word.begin(), word.end(), from.begin(), from.end());
        if (place == word.end()) continue;
        const auto at = place - word.begin();
        word.erase(place, place + static_cast<std::ptrdiff_t>(from.size()));
        word.insert(word.begin() + at, to.begin(), to.end());
        changed = true;
      }
    }
    REQUIRE(word == least);
  }
}

TEST_CASE("limits stop an enumeration with what is known", "[automata][algebra][quick]") {
  Limits limits;
  limits.max_states = 1000;
  const auto result = enumerate_monoid(5, full(5), limits);
  REQUIRE(std::holds_alternative<Unknown>(result));
  CHECK(std::get<Unknown>(result).hit.limit == "at most 1000 monoid elements");
  CHECK(std::get<Unknown>(result).hit.raise == "--max-states");
  limits.max_states = 3125;
  CHECK(std::holds_alternative<TransitionMonoid>(enumerate_monoid(5, full(5), limits)));
  limits.max_states = 3124;
  CHECK(std::holds_alternative<Unknown>(enumerate_monoid(5, full(5), limits)));
  CHECK(std::holds_alternative<Unknown>(enumerate_monoid(5, full(5), limits, Products::walk)));
  Limits late;
  late.deadline = std::chrono::steady_clock::now();
  CHECK(std::holds_alternative<Unknown>(enumerate_monoid(5, full(5), late)));
}

TEST_CASE("syntactic monoids", "[automata][algebra][quick]") {
  const auto size = [](const std::string& language) {
    return std::get<TransitionMonoid>(syntactic_monoid(load_language(language).dfa)).size();
  };
  CHECK(size("parity") == 2);
  CHECK(size("mod:7") == 7);
  CHECK(size("S4") == 24);
  CHECK(size("Q8") == 8);
  CHECK(size("flipflop") == 3);     // two resets and the identity
  CHECK(size("first:e,f") == 3);    // two left zeros and the identity
  CHECK(size("regex:(ab)*") == 6);  // the Brandt monoid B_2^1: 1, a, b, ab, ba, 0
  CHECK(size("regex:[]") == 1);     // no letter, no word
  CHECK(size("regex:~[]") == 1);
  CHECK(size("regex:(a|b)*a(a|b)") == 7);  // the last two letters: 1 + 2 + 4
  // Redundant states do not matter to the syntactic monoid: (a|b)* on two states.
  Dfa dfa = cycle_dfa(2, 1);
  dfa.output = {kAccept, kAccept};
  CHECK(std::get<TransitionMonoid>(syntactic_monoid(dfa)).size() == 1);
  CHECK(std::get<TransitionMonoid>(transition_monoid(dfa)).size() == 2);
}
