#include "automata/language/words.hpp"

#include <limits>
#include <map>

#include "automata/language/random_dfa.hpp"
#include "automata/language/regex.hpp"
#include "core/error.hpp"
#include "tests/automata/regex_oracle.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::automata;

namespace {

constexpr std::size_t kForever = std::numeric_limits<std::size_t>::max();

std::vector<Word> listed(const Dfa& dfa, std::size_t max_length, Output output = kAccept,
                         std::size_t at_most = kForever) {
  std::vector<Word> words;
  for_each_word(dfa, max_length, output, [&](const Word& word) {
    words.push_back(word);
    return words.size() < at_most;
  });
  return words;
}

/// A random machine with three labels.
Dfa random_moore(std::uint64_t seed) {
  SplitMix64 random(seed);
  const std::size_t states = 1 + random() % 8, letters = 1 + random() % 3;
  Dfa dfa = random_dfa(states, letters, random());
  dfa.labels = {"x", "y", "z"};
  for (Output& output : dfa.output) output = static_cast<Output>(random() % 3);
  dfa.start = static_cast<State>(random() % dfa.size());
  return dfa;
}

Integer power(unsigned base, unsigned exponent) {
  Integer result = 1;
  for (unsigned i = 0; i < exponent; ++i) result *= base;
  return result;
}

}  // namespace

TEST_CASE("words: counts and lists agree with trying every word", "[automata][oracle][quick]") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Dfa dfa = random_moore(seed);
    const std::size_t length = dfa.letters.size() == 1 ? 12 : 6;
    const oracle::Universe all(dfa.letters.size(), length);
    for (Output output = 0; output < 3; ++output) {
      CAPTURE(seed, output);
      std::vector<Word> want;  // in length-lexicographic order, as the universe is
      std::vector<Integer> counts(length + 1);
      for (const Word& word : all.words()) {
        if (dfa.output[dfa.run(word)] != output) continue;
        want.push_back(word);
        counts[word.size()] += 1;
      }
      CHECK(listed(dfa, length, output) == want);
      CHECK(count_words(dfa, length, output) == counts);
    }
  }
}

TEST_CASE("words: known counts", "[automata][quick]") {
  // Words without aa: the Fibonacci numbers F(n + 2).
  const auto counts = count_words(compile_regex("~(.*aa.*)", Alphabet({"a", "b"})), 300);
  REQUIRE(counts.size() == 301);
  CHECK(counts[0] == 1);
  CHECK(counts[1] == 2);
  for (std::size_t n = 2; n <= 300; ++n) CHECK(counts[n] == counts[n - 1] + counts[n - 2]);
  CHECK(counts[98].str() == "354224848179261915075");
  const auto all = count_words(compile_regex(".*", Alphabet({"a", "b", "c"})), 200);
  CHECK(all[200] == power(3, 200));
  CHECK(count_words(compile_regex("()"), 2) == std::vector<Integer>{1, 0, 0});
  CHECK(count_words(compile_regex("[]"), 0) == std::vector<Integer>{0});
}

TEST_CASE("words: listing stops when told to and when there is nothing left", "[automata][quick]") {
  const Alphabet ab({"a", "b"});
  CHECK(listed(compile_regex("(a|b)*", ab), kForever, kAccept, 4) ==
        std::vector<Word>{{}, {0}, {1}, {0, 0}});
  CHECK(listed(compile_regex("b(a|b){2}|a", ab), kForever) ==
        std::vector<Word>{{0}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {1, 1, 1}});
  CHECK(listed(compile_regex("[]", ab), kForever).empty());
  CHECK(listed(compile_regex("()"), kForever) == std::vector<Word>{{}});
  CHECK(listed(compile_regex("(a{5})+", ab), kForever, kAccept, 2) ==
        std::vector<Word>{Word(5, 0), Word(10, 0)});
  // An endless part that the start cannot reach does not keep a finite list going.
  Dfa dfa = compile_regex("a|b", ab);
  const auto extra = static_cast<State>(dfa.size());
  dfa.next.insert(dfa.next.end(), 2, extra);
  dfa.output.push_back(kAccept);
  CHECK(listed(dfa, kForever) == std::vector<Word>{{0}, {1}});
  // The order is that of the alphabet, not of names.
  CHECK(listed(compile_regex("a|b", Alphabet({"b", "a"})), 3) == std::vector<Word>{{0}, {1}});
}

TEST_CASE("words: a prefix that leads nowhere is not explored", "[automata][quick]") {
  const Alphabet ab({"a", "b"});
  Word want;
  for (int i = 0; i < 100; ++i) want.insert(want.end(), {0, 1});
  CHECK(listed(compile_regex("(ab){100}", ab), 1000) == std::vector<Word>{want});
  // Every prefix can be completed, but none of the 2^59 to one of the lengths asked for.
  CHECK(listed(compile_regex("(.{60})*", ab), 59) == std::vector<Word>{{}});
}

TEST_CASE("words: drawn words are words of the length, and all of them", "[automata][quick]") {
  const Dfa dfa = compile_regex("(a|bb)*c?", Alphabet({"a", "b", "c"}));
  std::vector<Word> want;
  for (const Word& word : listed(dfa, 6)) {
    if (word.size() == 6) want.push_back(word);
  }
  REQUIRE(want.size() == 21);  // 13 without c, 8 with it
  const UniformWords uniform(dfa, 6);
  std::mt19937_64 random(7);
  std::map<Word, int> seen;
  for (int i = 0; i < 4000; ++i) ++seen[uniform.draw(random)];
  std::vector<Word> drawn;
  for (const auto& [word, times] : seen) drawn.push_back(word);
  CHECK(drawn == want);  // a map is sorted, and so is the list
}

TEST_CASE("words: a draw is the word whose rank the random bits spell", "[automata][quick]") {
  // With T words of the length, the top bits of each 64-bit number are a rank, drawn again while it
  // is not below T. Every rank names another word, so equal chances of ranks are equal chances of
  // words.
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Dfa dfa = random_moore(seed);
    const std::size_t length = dfa.letters.size() == 1 ? 5 : 6;
    std::vector<Word> words;
    for (const Word& word : listed(dfa, length, 1)) {
      if (word.size() == length) words.push_back(word);
    }
    CAPTURE(seed, words.size());
    REQUIRE(count_words(dfa, length, 1)[length] == words.size());
    if (words.empty()) {
      CHECK_THROWS_AS(UniformWords(dfa, length, 1), core::Error);
      continue;
    }
    unsigned bits = 0;
    while ((std::size_t{1} << bits) < words.size()) ++bits;
    const UniformWords uniform(dfa, length, 1);
    std::mt19937_64 random(seed), copy(seed);
    for (int i = 0; i < 200; ++i) {
      std::size_t rank = 0;
      if (bits > 0) {
        do {
          rank = copy() >> (64 - bits);
        } while (rank >= words.size());
      }
      REQUIRE(uniform.draw(random) == words[rank]);
    }
    CHECK(random == copy);
  }
}

TEST_CASE("words: drawing from more words than fit a machine word", "[automata][quick]") {
  // Over ten digits all words: the draw spells a uniform number below 10^30 in decimal.
  const Dfa digits = compile_regex("\\d*");
  const UniformWords uniform(digits, 30);
  std::mt19937_64 random(3), copy(3);
  const Integer bound = power(10, 30);  // 100 bits
  for (int i = 0; i < 300; ++i) {
    Integer rank;
    do {
      rank = Integer(copy());
      rank = (rank << 36) | Integer(copy() >> 28U);
    } while (rank >= bound);
    Integer drawn = 0;
    for (const Letter a : uniform.draw(random)) drawn = drawn * 10 + a;
    REQUIRE(drawn == rank);
  }
  // Long words of a thin language: every draw belongs to it.
  const Dfa thin = compile_regex("~(.*(aa|bbb).*)", Alphabet({"a", "b"}));
  const UniformWords long_words(thin, 500);
  for (int i = 0; i < 20; ++i) {
    const Word word = long_words.draw(random);
    CHECK(word.size() == 500);
    CHECK(thin.label(word) == "accept");
  }
}

TEST_CASE("words: drawing where there is nothing", "[automata][quick]") {
  const Dfa even = compile_regex("(aa)*");
  try {
    const UniformWords none(even, 3);
    FAIL("no error");
  } catch (const core::Error& error) {
    CHECK(error.facts().fault == core::Fault::range);
    CHECK(error.facts().expected == "a word of length 3 with the output `accept`");
  }
  std::mt19937_64 random(1);
  CHECK(UniformWords(even, 0).draw(random).empty());
  CHECK(UniformWords(even, 3, kReject).draw(random) == Word{0, 0, 0});
  CHECK(random == std::mt19937_64(1));  // a single word needs no chance
}
