#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/minimize.hpp"
#include "automata/language/named.hpp"
#include "tests/catch.hpp"

// Word problems against products computed from the letters' names alone, and the points of a group
// against its states.

using namespace statewright::automata;

namespace {

using Names = std::vector<std::string>;
using Product = std::string (*)(const std::string&, const std::string&);

Language language(const std::string& name) {
  auto found = named_language(name);
  REQUIRE(found);
  validate(found->dfa);
  REQUIRE(found->action);
  return std::move(*found);
}

/// (a b)(i) = a(b(i)) on one-line notation.
std::string permutations(const std::string& a, const std::string& b) {
  std::string c;
  for (const char i : b) c += a[static_cast<std::size_t>(i - '1')];
  return c;
}

template <int m>
std::string sums(const std::string& a, const std::string& b) {
  return std::to_string((std::stoi(a) + std::stoi(b)) % m);
}

/// Symmetries of a square as maps of its corners 0..3, named again by where corners 0 and 1 go.
std::string square(const std::string& a, const std::string& b) {
  const auto image = [](const std::string& name, int corner) {
    const int turned = corner + (name.back() - '0');
    return (name[0] == 's' ? 8 - turned : turned) % 4;
  };
  const int zero = image(a, image(b, 0)), one = image(a, image(b, 1));
  if (one == (zero + 1) % 4) return "r" + std::to_string(zero);
  return "sr" + std::to_string((4 - zero) % 4);
}

/// Words over i, j, k, reduced by i^2 = j^2 = k^2 = -1, ij = k, jk = i, ki = j.
std::string quaternions(const std::string& a, const std::string& b) {
  bool negative = (a[0] == '-') != (b[0] == '-');
  const char u = a.back(), v = b.back();
  char unit = '1';
  if (u == '1' || v == '1') {
    unit = u == '1' ? v : u;
  } else if (u == v) {
    negative = !negative;
  } else {
    const std::string pair = {u, v};
    if (pair == "ji" || pair == "kj" || pair == "ik") negative = !negative;
    unit = static_cast<char>('i' + 'j' + 'k' - u - v);
  }
  return (negative ? "-" : "") + std::string(1, unit);
}

std::string a4_and_z5(const std::string& a, const std::string& b) {
  return "(" + permutations(a.substr(1, 4), b.substr(1, 4)) + "," +
         sums<5>(a.substr(6, 1), b.substr(6, 1)) + ")";
}

struct Case {
  const char* name;
  const char* identity;
  Product product;
  std::size_t states, letters;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> list = {
      {"S3", "123", permutations, 6, 6},
      {"S4", "1234", permutations, 24, 24},
      {"S5", "12345", permutations, 120, 120},
      {"S5:gens", "12345", permutations, 120, 2},
      {"S5:swaps", "12345", permutations, 120, 11},
      {"S5:limit=2", "12345", permutations, 120, 11},
      {"S5:limit=3", "12345", permutations, 120, 31},
      {"S5:limit=1", "12345", permutations, 1, 1},
      {"S2:gens", "12", permutations, 2, 1},
      {"S1", "1", permutations, 1, 1},
      {"A4", "1234", permutations, 12, 12},
      {"A5", "12345", permutations, 60, 60},
      {"A5:gens", "12345", permutations, 60, 3},
      {"A5:limit=3", "12345", permutations, 60, 21},
      {"A4:limit=2", "1234", permutations, 1, 1},
      {"Z60", "0", sums<60>, 60, 60},
      {"Z60:gens", "0", sums<60>, 60, 1},
      {"Z5", "0", sums<5>, 5, 5},
      {"D4", "r0", square, 8, 8},
      {"D4:gens", "r0", square, 8, 2},
      {"Q8", "1", quaternions, 8, 8},
      {"Q8:gens", "1", quaternions, 8, 2},
      {"A4xZ5", "(1234,0)", a4_and_z5, 60, 60},
      {"A4_x_Z5:gens", "(1234,0)", a4_and_z5, 60, 3},
  };
  return list;
}

/// Runs the machine and the points side by side: every pair (state, vector) that can be reached.
std::set<std::pair<State, std::vector<std::int64_t>>> reachable_pairs(const Language& found) {
  const PermutationAction& action = *found.action;
  std::set<std::pair<State, std::vector<std::int64_t>>> seen;
  std::deque<std::pair<State, std::vector<std::int64_t>>> waiting;
  waiting.emplace_back(found.dfa.start, action.start);
  seen.insert(waiting.front());
  while (!waiting.empty()) {
    const auto [state, h] = waiting.front();
    waiting.pop_front();
    for (Letter a = 0; a < found.dfa.letters.size(); ++a) {
      std::vector<std::int64_t> moved(h.size());
      for (std::size_t i = 0; i < h.size(); ++i) moved[i] = h[action.pull[a][i]];
      std::pair<State, std::vector<std::int64_t>> next(found.dfa.step(state, a), moved);
      if (seen.insert(next).second) waiting.push_back(std::move(next));
    }
  }
  return seen;
}

std::string digits(const std::vector<std::int64_t>& values) {
  std::string text;
  for (const std::int64_t value : values) text += static_cast<char>('0' + value);
  return text;
}

}  // namespace

TEST_CASE("word problems: the label is the product of the letters", "[automata][quick]") {
  for (const Case& test : cases()) {
    CAPTURE(test.name);
    const Language found = language(test.name);
    const Dfa& dfa = found.dfa;
    CHECK(dfa.size() == test.states);
    CHECK(dfa.letters.size() == test.letters);
    CHECK(dfa.labels.size() == test.states);  // only what is reached
    CHECK(dfa.label({}) == test.identity);
    CHECK(minimize(dfa) == dfa);

    const std::uint64_t seed = 7001;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    bool agree = true;
    for (int round = 0; round < 200; ++round) {
      std::string product = test.identity;
      State state = dfa.start;
      for (int length = 0; length < 20; ++length) {
        const Letter a = static_cast<Letter>(random() % dfa.letters.size());
        product = test.product(product, dfa.letters.name(a));
        state = dfa.step(state, a);
        agree = agree && dfa.labels[dfa.output[state]] == product;
      }
    }
    CHECK(agree);
  }
}

TEST_CASE("word problems: all words of S3 up to five letters", "[automata][quick]") {
  const Dfa dfa = language("S3").dfa;
  std::size_t words = 0;
  std::vector<std::pair<Word, std::string>> level = {{{}, "123"}};
  for (int length = 0; length <= 5; ++length) {
    std::vector<std::pair<Word, std::string>> longer;
    for (const auto& [word, product] : level) {
      ++words;
      REQUIRE(dfa.label(word) == product);
      for (Letter a = 0; a < 6; ++a) {
        Word extended = word;
        extended.push_back(a);
        longer.emplace_back(std::move(extended), permutations(product, dfa.letters.name(a)));
      }
    }
    level = std::move(longer);
  }
  CHECK(words == 1 + 6 + 36 + 216 + 1296 + 7776);
}

TEST_CASE("word problems: letters", "[automata][quick]") {
  CHECK(language("S3").dfa.letters.names() == Names{"123", "132", "213", "231", "312", "321"});
  CHECK(language("S3").dfa.labels == Names{"123", "132", "213", "231", "312", "321"});
  CHECK(language("S5:gens").dfa.letters.names() == Names{"23451", "21345"});
  CHECK(language("S4:swaps").dfa.letters.names() ==
        Names{"1234", "1243", "1324", "1432", "2134", "3214", "4231"});
  CHECK(language("A4:gens").dfa.letters.names() == Names{"2314", "2431"});
  CHECK(language("Z60:gens").dfa.letters.names() == Names{"1"});
  CHECK(language("D3").dfa.letters.names() == Names{"r0", "r1", "r2", "sr0", "sr1", "sr2"});
  CHECK(language("Q8").dfa.letters.names() == Names{"1", "-1", "i", "-i", "j", "-j", "k", "-k"});
  CHECK(language("Q8:gens").dfa.letters.names() == Names{"i", "j"});
  CHECK(language("Z2xZ2").dfa.letters.names() == Names{"(0,0)", "(0,1)", "(1,0)", "(1,1)"});
  CHECK(language("S5:all").dfa == language("S5").dfa);
  CHECK(language("S5:limit=2").dfa == language("S5:swaps").dfa);
  // Names with commas are read as one letter.
  const Dfa product = language("Z2xZ2").dfa;
  CHECK(product.label(product.letters.parse("(0,1) (1,1)")) == "(1,0)");
}

TEST_CASE("word problems: points and states are one to one", "[automata][quick]") {
  std::vector<std::string> names = {"Z1",
                                    "Z12",
                                    "Z30:gens",
                                    "D1",
                                    "D2",
                                    "D3",
                                    "D5",
                                    "D12",
                                    "Z2xZ2",
                                    "D4xZ3",
                                    "Q8xZ2",
                                    "A3",
                                    "A2",
                                    "S6:swaps",
                                    "A6:gens",
                                    "D5:point",
                                    "A4:point",
                                    "S5:point",
                                    "S5:gens:point",
                                    "S5:swaps:point",
                                    "D7:gens:point"};
  for (const Case& test : cases()) names.emplace_back(test.name);
  for (const std::string& name : names) {
    CAPTURE(name);
    const Language found = language(name);
    REQUIRE(found.action->pull.size() == found.dfa.letters.size());
    const auto pairs = reachable_pairs(found);
    std::set<std::vector<std::int64_t>> vectors;
    std::set<State> states;
    for (const auto& [state, h] : pairs) {
      vectors.insert(h);
      states.insert(state);
    }
    CHECK(states.size() == found.dfa.size());
    CHECK(pairs.size() == found.dfa.size());
    CHECK(vectors.size() == found.dfa.size());
  }
  const auto points = [](const char* name) { return language(name).action->start.size(); };
  CHECK(points("S5") == 5);
  CHECK(points("A5") == 5);
  CHECK(points("Z60") == 12);
  CHECK(points("D4") == 4);
  CHECK(points("D2") == 4);
  CHECK(points("D1") == 2);
  CHECK(points("Q8") == 8);
  CHECK(points("A4xZ5") == 9);
}

TEST_CASE("word problems: the points of S_n hold the one-line notation", "[automata][quick]") {
  for (const char* name : {"S3", "S4", "S5", "S5:gens", "S5:swaps"}) {
    CAPTURE(name);
    const Language found = language(name);
    bool agree = true;
    for (const auto& [state, h] : reachable_pairs(found)) {
      agree = agree && found.dfa.labels[found.dfa.output[state]] == digits(h);
    }
    CHECK(agree);
    for (Letter a = 0; a < found.dfa.letters.size(); ++a) {
      std::vector<std::int64_t> images;
      for (const auto i : found.action->pull[a]) images.push_back(std::int64_t{i} + 1);
      CHECK(digits(images) == found.dfa.letters.name(a));
    }
  }
}

TEST_CASE("word problems: where item 1 stands", "[automata][quick]") {
  for (const char* name : {"S3:point", "S5:point", "S5:gens:point", "S5:swaps:point", "A5:point",
                           "A4:limit=3:point", "S4:limit=1:point"}) {
    CAPTURE(name);
    const Language found = language(name);
    const Dfa& dfa = found.dfa;
    const std::uint64_t seed = 7002;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    bool agree = true;
    for (int round = 0; round < 200; ++round) {
      std::string product = std::string("123456789").substr(0, dfa.letters.name(0).size());
      State state = dfa.start;
      for (int length = 0; length < 20; ++length) {
        const Letter a = static_cast<Letter>(random() % dfa.letters.size());
        product = permutations(product, dfa.letters.name(a));
        state = dfa.step(state, a);
        const std::string place = std::to_string(product.find('1') + 1);
        agree = agree && dfa.labels[dfa.output[state]] == place;
      }
    }
    CHECK(agree);
    CHECK(minimize(dfa) == dfa);
    // The mark on the points stands where the label says.
    for (const auto& [state, h] : reachable_pairs(found)) {
      const auto mark = std::find(h.begin(), h.end(), 1);
      CHECK(std::to_string(mark - h.begin() + 1) == dfa.labels[dfa.output[state]]);
      CHECK(std::count(h.begin(), h.end(), 0) + 1 == static_cast<std::ptrdiff_t>(h.size()));
    }
  }
  CHECK(language("S5:point").dfa.size() == 5);
  CHECK(language("S5:point").dfa.labels == Names{"1", "2", "3", "4", "5"});
  CHECK(language("S4:limit=1:point").dfa.labels == Names{"1"});  // nothing moves

  // A pentagon: r1 turns vertex i to i + 1, so afterwards vertex 1 is found one place back.
  const Dfa pentagon = language("D5:point").dfa;
  CHECK(pentagon.label(pentagon.letters.parse("r1")) == "5");
  CHECK(pentagon.label(pentagon.letters.parse("r1 r1")) == "4");
  CHECK(pentagon.label(pentagon.letters.parse("sr0")) == "1");
  CHECK(pentagon.label(pentagon.letters.parse("r1 sr0")) == "2");
}

TEST_CASE("word problems: large ones", "[automata][standard]") {
  const Language all = language("S7");
  CHECK(all.dfa.size() == 5040);
  CHECK(all.dfa.letters.size() == 5040);
  const Dfa& dfa = all.dfa;
  CHECK(dfa.label(dfa.letters.parse("2134567 2345671")) == permutations("2134567", "2345671"));

  const Language point = language("S7:point");
  CHECK(point.dfa.size() == 7);
  CHECK(point.dfa.letters.size() == 5040);

  for (const char* name : {"S8:gens", "S8:swaps", "S9:gens"}) {
    CAPTURE(name);
    const Language found = language(name);
    const std::uint64_t seed = 7003;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::string product = found.dfa.label({});
    CHECK(found.dfa.size() == (product.size() == 8 ? 40320 : 362880));
    State state = found.dfa.start;
    for (int length = 0; length < 1000; ++length) {
      const Letter a = static_cast<Letter>(random() % found.dfa.letters.size());
      product = permutations(product, found.dfa.letters.name(a));
      state = found.dfa.step(state, a);
      REQUIRE(found.dfa.labels[found.dfa.output[state]] == product);
    }
  }
  // Table walked breadth-first and already minimal: the general algorithm agrees.
  const Dfa gens = language("S8:gens").dfa;
  CHECK(minimize(gens) == gens);
}
