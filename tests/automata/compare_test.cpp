#include "automata/language/compare.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "automata/language/minimize.hpp"
#include "core/error.hpp"
#include "tests/automata/machines.hpp"
#include "tests/catch.hpp"
#include "tests/fault_of.hpp"

using statewright::fault_of;
using namespace statewright::automata;
using machines::random_moore;
using machines::shuffled;
using statewright::core::Error;
using statewright::core::Fault;

namespace {

/// The length of a shortest word whose pair of states satisfies `wanted`, by breadth-first search
/// of the whole product; nothing if there is none.
std::optional<std::size_t> shortest_in_product(const Dfa& left, const Dfa& right,
                                               const std::function<bool(State, State)>& wanted) {
  std::map<std::pair<State, State>, std::size_t> depth;
  std::vector<std::pair<State, State>> queue = {{left.start, right.start}};
  depth[queue[0]] = 0;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto [p, q] = queue[i];
    const std::size_t here = depth[queue[i]];
    if (wanted(p, q)) return here;
    for (Letter a = 0; a < left.letters.size(); ++a) {
      const std::pair successor{left.step(p, a), right.step(q, a)};
      if (depth.emplace(successor, here + 1).second) queue.push_back(successor);
    }
  }
  return {};
}

void check_against_product(const Dfa& left, const Dfa& right) {
  const auto length = shortest_in_product(left, right, [&](State p, State q) {
    return left.labels[left.output[p]] != right.labels[right.output[q]];
  });
  const std::optional<Difference> difference = find_difference(left, right);
  REQUIRE(difference.has_value() == length.has_value());
  if (!difference) return;
  REQUIRE(difference->word.size() == *length);
  REQUIRE(difference->left == left.label(difference->word));
  REQUIRE(difference->right == right.label(difference->word));
  REQUIRE(difference->left != difference->right);
}

/// L(left) and L(right), as one product machine.
Dfa intersection(const Dfa& left, const Dfa& right) {
  Dfa product;
  product.letters = left.letters;
  product.labels = acceptor_labels();
  const auto n = static_cast<State>(right.size());
  product.start = left.start * n + right.start;
  for (State p = 0; p < left.size(); ++p) {
    for (State q = 0; q < n; ++q) {
      for (Letter a = 0; a < left.letters.size(); ++a) {
        product.next.push_back(left.step(p, a) * n + right.step(q, a));
      }
      product.output.push_back(left.output[p] & right.output[q]);
    }
  }
  return product;
}

/// A machine like `dfa` but with the output of its last state in breadth-first order changed.
Dfa with_last_output_changed(Dfa dfa) {
  dfa.output.back() = (dfa.output.back() + 1) % static_cast<Output>(dfa.labels.size());
  return dfa;
}

}  // namespace

TEST_CASE("find_difference is shortest: random pairs", "[automata][oracle][standard]") {
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    CAPTURE(seed);
    SplitMix64 draw(~seed);
    const std::size_t letters = draw() % 4;
    const std::size_t labels = 1 + draw() % 4;
    const Dfa left = random_moore(1 + draw() % 20, letters, labels, seed);
    const Dfa right = random_moore(1 + draw() % 20, letters, labels, seed + 1'000'000);
    check_against_product(left, right);
  }
}

TEST_CASE("find_difference is shortest: pairs that differ late", "[automata][oracle][standard]") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    const std::size_t letters = 1 + seed % 3;
    const Dfa dfa = reachable(random_moore(1 + seed % 40, letters, 2 + seed % 2, seed));
    check_against_product(dfa, shuffled(with_last_output_changed(dfa), seed));
    check_against_product(shuffled(with_last_output_changed(dfa), seed), dfa);
    // Machines that are not minimal, so that classes of many states get joined.
    const Dfa blown_up = random_dfa_with_copies(10 * (1 + seed % 6), letters, seed);
    check_against_product(blown_up, with_last_output_changed(reachable(blown_up)));
    check_against_product(with_last_output_changed(reachable(blown_up)), minimize(blown_up));
  }
}

TEST_CASE("find_difference finds nothing between equal machines", "[automata][law][standard]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_moore(1 + seed % 50, seed % 4, 1 + seed % 4, seed);
    CHECK_FALSE(find_difference(dfa, dfa));
    CHECK_FALSE(find_difference(dfa, shuffled(dfa, seed)));
    CHECK_FALSE(find_difference(shuffled(dfa, seed), minimize(dfa)));
    CHECK_FALSE(find_difference(random_dfa_with_copies(50, 2, seed), random_dfa(5, 2, seed)));
  }
}

TEST_CASE("find_difference agrees with canonical forms", "[automata][law][quick]") {
  std::size_t equal = 0;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    CAPTURE(seed);
    const Dfa left = random_dfa(2, 1, seed);
    const Dfa right = random_dfa(3, 1, seed / 7);
    const bool same = minimize(left) == minimize(right);
    CHECK(find_difference(left, right).has_value() == !same);
    equal += same ? 1 : 0;
  }
  CHECK(equal > 100);
  CHECK(equal < 1'900);
}

TEST_CASE("find_difference: lengths that other libraries agree on", "[automata][standard]") {
  for (const auto& [states, length] : {std::pair{1'000, 19}, std::pair{10'000, 21}}) {
    CAPTURE(states);
    const Dfa dfa = reachable(random_dfa(static_cast<std::size_t>(states), 2, 1));
    const Dfa other = shuffled(with_last_output_changed(dfa), 7);
    const auto difference = find_difference(dfa, other);
    REQUIRE(difference);
    CHECK(difference->word.size() == static_cast<std::size_t>(length));
    CHECK(dfa.label(difference->word) != other.label(difference->word));
  }
}

TEST_CASE("find_difference: a word as long as the machine", "[automata][quick]") {
  const auto difference = find_difference(cycle_dfa(50'000, 1), cycle_dfa(50'001, 1));
  REQUIRE(difference);
  CHECK(difference->word.size() == 50'000);
  CHECK(difference->left == "accept");
  CHECK(difference->right == "reject");
}

TEST_CASE("find_difference compares labels by name", "[automata][quick]") {
  Dfa left = random_moore(12, 2, 3, 4);
  Dfa right = left;
  right.labels = {"2", "unused", "0", "1"};
  for (Output& output : right.output) output = output == 0 ? 2 : output == 1 ? 3 : 0;
  CHECK_FALSE(find_difference(left, right));
  left.labels[left.output[left.start]] = "other";
  const auto difference = find_difference(left, right);
  REQUIRE(difference);
  CHECK(difference->word.empty());
  CHECK(difference->left == "other");
}

TEST_CASE("comparisons ask for the same letters", "[automata][quick]") {
  const Dfa two = random_dfa(3, 2, 1);
  const Dfa three = random_dfa(3, 3, 1);
  CHECK(fault_of([&] { find_difference(two, three); }) == Fault::shape);
  CHECK(fault_of([&] { find_not_included(two, three); }) == Fault::shape);
  Dfa swapped = two;
  swapped.letters = Alphabet({"b", "a"});
  CHECK(fault_of([&] { find_difference(two, swapped); }) == Fault::shape);
  const Dfa moore = random_moore(3, 2, 3, 1);
  CHECK(fault_of([&] { find_not_included(two, moore); }) == Fault::unsupported);
  CHECK(fault_of([&] { find_not_included(moore, two); }) == Fault::unsupported);
}

TEST_CASE("find_not_included against the product", "[automata][oracle][standard]") {
  std::size_t included = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    const std::size_t letters = seed % 4;
    const Dfa left = random_dfa(1 + seed % 15, letters, seed);
    const Dfa right = random_dfa(1 + seed % 13, letters, seed + 1'000'000);
    const auto length = shortest_in_product(left, right, [&](State p, State q) {
      return left.output[p] == kAccept && right.output[q] == kReject;
    });
    const std::optional<Word> word = find_not_included(left, right);
    REQUIRE(word.has_value() == length.has_value());
    included += word ? 0 : 1;
    if (word) {
      REQUIRE(word->size() == *length);
      REQUIRE(left.label(*word) == "accept");
      REQUIRE(right.label(*word) == "reject");
    }
    REQUIRE_FALSE(find_not_included(intersection(left, right), left));
    REQUIRE_FALSE(find_not_included(intersection(left, right), right));
    REQUIRE_FALSE(find_not_included(left, shuffled(left, seed)));
  }
  CHECK(included > 10);
}

TEST_CASE("find_not_included: a product of a million pairs", "[automata][standard]") {
  // Lengths divisible by 1009 and by 1013 agree first at 0, and a^1009 is in the first only; all
  // pairs are met when the second accepts everything the first does.
  const Dfa left = cycle_dfa(1'009, 1);
  Dfa right = cycle_dfa(1'013, 1);
  REQUIRE(find_not_included(left, right)->size() == 1'009);
  for (Output& output : right.output) output = kAccept;
  CHECK_FALSE(find_not_included(left, right));
  right.output[1] = kReject;  // 1009 i = 1 mod 1013
  const auto word = find_not_included(left, right);
  REQUIRE(word);
  CHECK(word->size() % 1'009 == 0);
  CHECK(word->size() % 1'013 == 1);
  CHECK(word->size() < 1'009 * 1'013);
}

TEST_CASE("shortest_word is the length-lexicographically first", "[automata][oracle][quick]") {
  std::size_t missing = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const std::size_t letters = 1 + seed % 3;
    const Dfa dfa = random_moore(1 + seed % 7, letters, 1 + seed % 5, seed);
    // All words of up to 7 letters, in order; a shortest word is shorter than the machine is large.
    std::vector<Word> words = {{}};
    for (std::size_t i = 0; i < words.size() && words[i].size() < 6; ++i) {
      for (Letter a = 0; a < letters; ++a) {
        Word longer = words[i];
        longer.push_back(a);
        words.push_back(std::move(longer));
      }
    }
    for (Output output = 0; output < dfa.labels.size(); ++output) {
      const auto first = std::find_if(words.begin(), words.end(), [&](const Word& word) {
        return dfa.output[dfa.run(word)] == output;
      });
      const std::optional<Word> word = shortest_word(dfa, output);
      REQUIRE(word.has_value() == (first != words.end()));
      if (word) REQUIRE(*word == *first);
      missing += word ? 0 : 1;
    }
    CHECK_FALSE(shortest_word(dfa, 99));
  }
  CHECK(missing > 20);
}

TEST_CASE("over_alphabet", "[automata][quick]") {
  Dfa dfa = random_dfa(6, 2, 3);
  SECTION("a new order of the letters") {
    const Dfa turned = over_alphabet(dfa, Alphabet({"b", "a"}));
    CHECK(turned.size() == dfa.size());
    for (State q = 0; q < dfa.size(); ++q) {
      CHECK(turned.step(q, 0) == dfa.step(q, 1));
      CHECK(turned.step(q, 1) == dfa.step(q, 0));
    }
    CHECK(over_alphabet(turned, dfa.letters) == dfa);
    const Dfa moore = random_moore(4, 2, 3, 1);
    CHECK(over_alphabet(over_alphabet(moore, Alphabet({"b", "a"})), moore.letters) == moore);
  }
  SECTION("new letters are rejected for good") {
    dfa.state_names = {"sink", "1", "2", "3", "4", "5"};
    const Dfa wide = over_alphabet(dfa, Alphabet({"x", "b", "a"}));
    validate(wide);
    CHECK(wide.size() == 7);
    CHECK(wide.state_names[6] == "sink2");
    for (const Word& word : {Word{}, Word{0}, Word{1}, Word{0, 1, 1}, Word{1, 0, 0, 1}}) {
      Word mapped;
      for (const Letter a : word) mapped.push_back(a == 0 ? 2 : 1);
      CHECK(wide.label(mapped) == dfa.label(word));
      mapped.push_back(0);
      CHECK(wide.label(mapped) == "reject");
      mapped.push_back(2);
      CHECK(wide.label(mapped) == "reject");
    }
  }
  SECTION("what it cannot do") {
    CHECK(fault_of([&] { over_alphabet(dfa, Alphabet({"a", "x"})); }) == Fault::shape);
    CHECK(fault_of([&] { over_alphabet(random_moore(3, 2, 3, 1), plain_alphabet(3)); }) ==
          Fault::unsupported);
  }
}

TEST_CASE("joined alphabets", "[automata][quick]") {
  const Alphabet left({"b", "a"});
  const Alphabet right({"c", "a", "d"});
  CHECK(joined(left, right).names() == std::vector<std::string>{"b", "a", "c", "d"});
  CHECK(joined(left, left) == left);
  CHECK(joined(Alphabet{}, right) == right);
  const Dfa first = over_alphabet(random_dfa(5, 2, 1), joined(plain_alphabet(2), right));
  const Dfa second = over_alphabet(random_dfa(5, 2, 1), joined(plain_alphabet(2), right));
  CHECK_FALSE(find_difference(first, second));
}
