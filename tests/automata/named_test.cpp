#include "automata/language/named.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/minimize.hpp"
#include "core/error.hpp"
#include "tests/catch.hpp"

// Each family against its definition in words, computed from the whole word at once, on all words
// up to a length. None of the definitions below is an automaton.

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;
using statewright::core::Limits;

namespace {

using Names = std::vector<std::string>;
using Definition = std::function<std::string(const Names& word)>;

Language language(const std::string& name) {
  auto found = named_language(name);
  REQUIRE(found);
  CHECK(found->name == name);
  validate(found->dfa);
  return std::move(*found);
}

std::string accept(bool yes) { return yes ? "accept" : "reject"; }

Names spelled(const Dfa& dfa, const Word& word) {
  Names names;
  for (const Letter a : word) names.push_back(dfa.letters.name(a));
  return names;
}

/// The first word of at most `length` letters on which the machine and the definition differ.
std::string first_difference(const Dfa& dfa, std::size_t length, const Definition& definition,
                             std::size_t& words) {
  const Letter k = static_cast<Letter>(dfa.letters.size());
  for (std::size_t n = 0; n <= length; ++n) {
    Word word(n, 0);
    for (;;) {
      ++words;
      const std::string expected = definition(spelled(dfa, word));
      if (dfa.label(word) != expected) {
        return dfa.letters.spell(word) + ": " + dfa.label(word) + " instead of " + expected;
      }
      std::size_t i = n;
      while (i > 0 && ++word[i - 1] == k) word[--i] = 0;
      if (i == 0) break;
    }
  }
  return {};
}

void check_all_words(const std::string& name, std::size_t length, const Definition& definition) {
  CAPTURE(name);
  const Language found = language(name);
  std::size_t words = 0;
  CHECK(first_difference(found.dfa, length, definition, words) == "");
  CHECK(words > length);
}

std::size_t count(const Names& word, const std::string& letter) {
  return static_cast<std::size_t>(std::count(word.begin(), word.end(), letter));
}

std::string joined(const Names& word) {
  std::string text;
  for (const std::string& letter : word) text += letter;
  return text;
}

std::size_t occurrences(const std::string& text, const std::string& piece) {
  std::size_t found = 0;
  for (std::size_t i = text.find(piece); i != std::string::npos; i = text.find(piece, i + 1)) {
    ++found;
  }
  return found;
}

/// Lengths and letters of the maximal runs: "0011101" gives 2x0 3x1 1x0 1x1.
std::vector<std::pair<char, std::size_t>> runs(const std::string& text) {
  std::vector<std::pair<char, std::size_t>> found;
  for (const char c : text) {
    if (found.empty() || found.back().first != c) found.emplace_back(c, 0);
    ++found.back().second;
  }
  return found;
}

bool in_tomita(int number, const std::string& w) {
  const auto zeros = std::count(w.begin(), w.end(), '0');
  const auto ones = std::count(w.begin(), w.end(), '1');
  switch (number) {
    case 1:
      return zeros == 0;
    case 2: {
      std::string repeated;
      while (repeated.size() < w.size()) repeated += "10";
      return repeated == w;
    }
    case 3: {
      const auto all = runs(w);
      for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = i + 1; j < all.size(); ++j) {
          if (all[i].first == '1' && all[i].second % 2 == 1 && all[j].first == '0' &&
              all[j].second % 2 == 1) {
            return false;
          }
        }
      }
      return true;
    }
    case 4:
      return w.find("000") == std::string::npos;
    case 5:
      return zeros % 2 == 0 && ones % 2 == 0;
    case 6:
      return (zeros - ones) % 3 == 0;
    default:
      return occurrences(w, "10") <= 1;
  }
}

/// Erases innermost pairs until nothing changes, and looks at how deep the word goes.
bool in_dyck(const Names& word, std::size_t depth) {
  static const std::string opening = "([{<", closing = ")]}>";
  const auto is_open = [](const std::string& b) { return opening.find(b[0]) != std::string::npos; };
  std::size_t open = 0, deepest = 0;
  for (const std::string& bracket : word) {
    if (is_open(bracket)) {
      deepest = std::max(deepest, ++open);
    } else if (open-- == 0) {
      return false;
    }
  }
  Names rest = word;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i + 1 < rest.size(); ++i) {
      const bool pair = is_open(rest[i]) && !is_open(rest[i + 1]) &&
                        opening.find(rest[i][0]) == closing.find(rest[i + 1][0]) &&
                        rest[i].substr(1) == rest[i + 1].substr(1);
      if (pair) {
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i),
                   rest.begin() + static_cast<std::ptrdiff_t>(i) + 2);
        changed = true;
        break;
      }
    }
  }
  return rest.empty() && deepest <= depth;
}

/// Evaluates the terms first, then the sum, without reducing before the end.
std::string arithmetic(const Names& word, std::int64_t m) {
  if (word.size() % 2 == 0) return "none";
  std::vector<std::int64_t> terms;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool digit = word[i] != "+" && word[i] != "-" && word[i] != "*";
    if (digit != (i % 2 == 0)) return "none";
    if (!digit) continue;
    const std::int64_t value = std::stoll(word[i]);
    if (i == 0 || word[i - 1] == "+") {
      terms.push_back(value);
    } else if (word[i - 1] == "-") {
      terms.push_back(-value);
    } else {
      terms.back() *= value;
    }
  }
  std::int64_t sum = 0;
  for (const std::int64_t term : terms) sum += term;
  return std::to_string((sum % m + m) % m);
}

}  // namespace

TEST_CASE("named: parity, mod, evenpairs", "[automata][quick]") {
  check_all_words("parity", 12, [](const Names& w) { return accept(count(w, "1") % 2 == 1); });
  for (const std::size_t m : {1U, 2U, 3U, 5U, 7U}) {
    check_all_words("mod:" + std::to_string(m), 11,
                    [m](const Names& w) { return accept(count(w, "1") % m == 0); });
  }
  check_all_words("evenpairs", 12, [](const Names& w) {
    const std::string text = joined(w);
    return accept((occurrences(text, "01") + occurrences(text, "10")) % 2 == 0);
  });
  check_all_words("evenpairs", 12,
                  [](const Names& w) { return accept(w.empty() || w.front() == w.back()); });
}

TEST_CASE("named: first, flipflop", "[automata][quick]") {
  check_all_words("first:e,f", 11,
                  [](const Names& w) { return accept(!w.empty() && w[0] == "e"); });
  check_all_words("first:push,pop,(1 2)", 7,
                  [](const Names& w) { return accept(!w.empty() && w[0] == "push"); });
  check_all_words("first:e", 12, [](const Names& w) { return accept(!w.empty()); });
  check_all_words("flipflop", 8, [](const Names& w) {
    const auto last = std::find_if(w.rbegin(), w.rend(), [](const auto& a) { return a != "i"; });
    return last == w.rend() ? std::string("0") : last->substr(1);
  });
  CHECK(language("flipflop").dfa.letters.names() == Names{"w0", "w1", "i"});
}

TEST_CASE("named: the Tomita languages", "[automata][quick]") {
  const std::array<std::size_t, 7> sizes = {2, 3, 5, 4, 4, 3, 5};
  for (int number = 1; number <= 7; ++number) {
    const std::string name = "tomita:" + std::to_string(number);
    check_all_words(name, 12,
                    [number](const Names& w) { return accept(in_tomita(number, joined(w))); });
    CHECK(language(name).dfa.size() == sizes[static_cast<std::size_t>(number) - 1]);
  }
}

TEST_CASE("named: bounded brackets", "[automata][quick]") {
  for (const std::size_t m : {1U, 2U, 3U, 5U}) {
    check_all_words("dyck:1," + std::to_string(m), 12,
                    [m](const Names& w) { return accept(in_dyck(w, m)); });
  }
  for (const std::size_t m : {1U, 2U, 3U}) {
    check_all_words("dyck:2," + std::to_string(m), 7,
                    [m](const Names& w) { return accept(in_dyck(w, m)); });
  }
  check_all_words("dyck:4,2", 5, [](const Names& w) { return accept(in_dyck(w, 2)); });
  check_all_words("dyck:5,2", 4, [](const Names& w) { return accept(in_dyck(w, 2)); });

  // 1 + k + .. + k^m stacks and a sink.
  CHECK(language("dyck:1,5").dfa.size() == 7);
  CHECK(language("dyck:2,3").dfa.size() == 16);
  CHECK(language("dyck:3,2").dfa.size() == 14);
  CHECK(language("dyck:8,4").dfa.size() == 1 + 8 + 64 + 512 + 4096 + 1);
  CHECK(language("dyck:4,1").dfa.letters.names() == Names{"(", ")", "[", "]", "{", "}", "<", ">"});
  CHECK(language("dyck:5,1").dfa.letters.name(9) == ")5");
}

TEST_CASE("named: walkers", "[automata][quick]") {
  for (const int n : {1, 2, 3, 9}) {
    check_all_words("gridworld:" + std::to_string(n), 12, [n](const Names& w) {
      int cell = 0;
      for (const auto& move : w) cell = std::clamp(cell + (move == "R" ? 1 : -1), 0, n - 1);
      return std::to_string(cell);
    });
    check_all_words("cyclenav:" + std::to_string(n), 8, [n](const Names& w) {
      const int sum = static_cast<int>(count(w, "+")) - static_cast<int>(count(w, "-"));
      return std::to_string((sum % n + n) % n);
    });
  }
  CHECK(language("gridworld:9").dfa.size() == 9);
  CHECK(language("cyclenav:5").dfa.size() == 5);
  CHECK(language("cyclenav:5").dfa.letters.names() == Names{"-", "0", "+"});
}

TEST_CASE("named: arithmetic", "[automata][quick]") {
  const auto definition = [](std::int64_t m) {
    return [m](const Names& w) { return arithmetic(w, m); };
  };
  check_all_words("modarith:2", 6, definition(2));
  check_all_words("modarith:3", 5, definition(3));
  check_all_words("modarith:5", 5, definition(5));
  check_all_words("modarith:6", 4, definition(6));
  check_all_words("modarith:12", 3, definition(12));

  // Long well-formed expressions; digits up to 4 keep 15 factors below 2^63.
  for (const std::int64_t m : {2, 3, 5, 6, 12}) {
    const Language found = language("modarith:" + std::to_string(m));
    const std::uint64_t seed = 20240 + static_cast<std::uint64_t>(m);
    CAPTURE(m, seed);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 500; ++round) {
      Word word;
      const std::size_t operands = 1 + random() % 15;
      for (std::size_t i = 0; i < operands; ++i) {
        if (i > 0) word.push_back(static_cast<Letter>(m + static_cast<int>(random() % 3)));
        word.push_back(static_cast<Letter>(
            random() % std::min<std::uint64_t>(5, static_cast<std::uint64_t>(m))));
      }
      REQUIRE(found.dfa.label(word) == arithmetic(spelled(found.dfa, word), m));
    }
  }

  const Language five = language("modarith:5");
  CHECK(five.dfa.labels == Names{"0", "1", "2", "3", "4", "none"});
  CHECK(five.dfa.letters.names() == Names{"0", "1", "2", "3", "4", "+", "-", "*"});
  CHECK(five.dfa.label(five.dfa.letters.parse("1+2*3-4")) == "3");
  CHECK(five.dfa.label(five.dfa.letters.parse("2-3*4")) == "0");
  CHECK(five.dfa.label({}) == "none");
  // m^2 finished expressions (s, p), m^2 open ones, one sink.
  CHECK(five.dfa.size() == 51);
  CHECK(language("modarith:2").dfa.size() == 9);
  CHECK(language("modarith:12").dfa.size() == 289);
  const Language twelve = language("modarith:12");
  CHECK(twelve.dfa.label(twelve.dfa.letters.parse("11 * 11 + 10")) == "11");
}

TEST_CASE("named: every example is minimal, numbered breadth-first and described",
          "[automata][quick]") {
  const auto& families = named_families();
  CHECK(families.size() >= 20);
  for (const NamedFamily& family : families) {
    CAPTURE(family.form, family.example);
    const Language found = language(family.example);
    CHECK(minimize(found.dfa) == found.dfa);
    CHECK(minimize_moore(found.dfa) == found.dfa);
    CHECK(found.dfa.start == 0);
    CHECK(found.dfa.state_names.empty());
    CHECK(found.summary.find(std::to_string(found.dfa.size()) + " state") != std::string::npos);
    CHECK(found.summary.find('\n') == std::string::npos);
    CHECK_FALSE(family.summary.empty());
    CHECK_FALSE(family.form.empty());
  }
  CHECK(language("parity").summary == "an odd number of 1s: 2 states, letters { 0 1 }");
  CHECK_FALSE(language("parity").action);
}

TEST_CASE("named: Tn is the word problem of all maps, read from left to right",
          "[automata][quick]") {
  const auto t3 = named_language("T3");
  REQUIRE(t3);
  CHECK(t3->dfa.size() == 27);
  CHECK(t3->dfa.letters.names() == std::vector<std::string>{"231", "213", "113"});
  // 1 -> 2 -> 1 -> 1, 2 -> 3 -> 3 -> 3, 3 -> 1 -> 2 -> 1 under cycle, swap, collapse.
  CHECK(t3->dfa.label(Word{0, 1, 2}) == "131");
  const auto point = named_language("T3:point");
  REQUIRE(point);
  CHECK(point->dfa.size() == 3);
  CHECK(point->dfa.label(Word{0, 1, 2}) == "1");
  CHECK(point->dfa.label(Word{0, 0}) == "3");
  CHECK(named_language("T1")->dfa.size() == 1);
  CHECK(named_language("T2")->dfa.letters.size() == 2);  // the cycle is the swap
}

TEST_CASE("named: what is not a name", "[automata][quick]") {
  for (const char* text : {"", "S", "x", "Parity", "pari", "mod3", "regex:a", "s5", "SS5", ":", "5",
                           "Z", "tomita4", "a.dfa", "./S5", "T", "TT5", "-"}) {
    CAPTURE(text);
    CHECK_FALSE(named_language(text));
  }
}

TEST_CASE("named: bad parameters", "[automata][quick]") {
  const std::vector<std::pair<std::string, Fault>> bad = {
      {"parity:3", Fault::syntax},
      {"parity:", Fault::syntax},
      {"flipflop:2", Fault::syntax},
      {"evenpairs:", Fault::syntax},
      {"mod", Fault::syntax},
      {"mod:", Fault::syntax},
      {"mod:x", Fault::syntax},
      {"mod:-3", Fault::syntax},
      {"mod:+3", Fault::syntax},
      {"mod: 3", Fault::syntax},
      {"mod:3 ", Fault::syntax},
      {"mod:03", Fault::syntax},
      {"mod:3:4", Fault::syntax},
      {"T0", Fault::range},
      {"T10:point", Fault::range},
      {"T9", Fault::range},
      {"T4:gens", Fault::syntax},
      {"T4:", Fault::syntax},
      {"T04", Fault::syntax},
      {"mod:3.0", Fault::syntax},
      {"mod:0", Fault::range},
      {"mod:999999999", Fault::range},
      {"mod:18446744073709551617", Fault::range},
      {"mod:" + std::string(5000, '9'), Fault::range},
      {"first:", Fault::syntax},
      {"first", Fault::syntax},
      {"first:e,,f", Fault::syntax},
      {"first:e,", Fault::syntax},
      {"first:e\n", Fault::syntax},
      {"first:e,e", Fault::range},
      {"tomita:", Fault::syntax},
      {"tomita:0", Fault::range},
      {"tomita:8", Fault::range},
      {"dyck:2", Fault::syntax},
      {"dyck:2,", Fault::syntax},
      {"dyck:,2", Fault::syntax},
      {"dyck:2,3,4", Fault::syntax},
      {"dyck:0,3", Fault::range},
      {"dyck:3,0", Fault::range},
      {"dyck:2,40", Fault::range},
      {"dyck:999999999,999999999", Fault::range},
      {"gridworld:0", Fault::range},
      {"gridworld:99999999", Fault::range},
      {"cyclenav:0", Fault::range},
      {"cyclenav:99999999", Fault::range},
      {"modarith:0", Fault::range},
      {"modarith:1", Fault::range},
      {"modarith:1000", Fault::range},
      {"modarith:999999999", Fault::range},
      {"S12", Fault::range},
      {"A2x", Fault::syntax},
      {"Q9", Fault::range},
      {"S5:", Fault::syntax},
      {"S5:all:", Fault::syntax},
      {"S5:gen", Fault::syntax},
      {"S5:swap", Fault::syntax},
      {"S5:limit", Fault::syntax},
      {"S5:limit=", Fault::syntax},
      {"S5:limit=x", Fault::syntax},
      {"S5:limit=6", Fault::range},
      {"S5:point:swaps", Fault::syntax},
      {"S5:gens:swaps", Fault::syntax},
      {"S5:swaps:point:point", Fault::syntax},
      {"S5xS3:", Fault::syntax},
      {"A5:swaps", Fault::range},
      {"Z5:swaps", Fault::range},
      {"D5:limit=2", Fault::range},
      {"A4xZ5:limit=2", Fault::range},
      {"Z5:point", Fault::range},
      {"Q8:point", Fault::range},
      {"D2:point", Fault::range},
      {"A4xZ5:point", Fault::range},
      {"S8", Fault::range},
      {"S8:all", Fault::range},
      {"A8", Fault::range},
      {"Z11586", Fault::range},
      {"D9000:point", Fault::range},
  };
  for (const auto& [name, fault] : bad) {
    CAPTURE(name);
    try {
      named_language(name);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.facts().fault == fault);
      CHECK(error.facts().where == "language " + statewright::core::quoted(name));
      CHECK_FALSE(error.facts().expected.empty());
      CHECK_FALSE(error.facts().found.empty());
      CHECK_FALSE(error.facts().hint.empty());
    }
  }
}

TEST_CASE("named: limits are kept", "[automata][quick]") {
  const auto hint_of = [](const char* name, const Limits& limits, Fault fault = Fault::limit) {
    try {
      named_language(name, limits);
      return std::string("accepted");
    } catch (const Error& error) {
      CHECK(error.facts().fault == fault);
      return error.facts().hint;
    }
  };
  Limits few;
  few.max_states = 100;
  for (const char* name : {"mod:101", "S5", "gridworld:101", "dyck:10,2", "modarith:8", "Z101"}) {
    CAPTURE(name);
    CHECK(hint_of(name, few) == "raise --max-states");
  }
  CHECK(hint_of("mod:100", few) == "accepted");
  CHECK(hint_of("Z100", few) == "accepted");

  std::stop_source stop;
  stop.request_stop();
  Limits stopped;
  stopped.stop = stop.get_token();
  CHECK(hint_of("S6:gens", stopped) != "accepted");

  const std::string hint = hint_of("S8", {}, Fault::range);
  CHECK(hint.find("`S8:gens`") != std::string::npos);
  CHECK(hint.find("`S8:swaps`") != std::string::npos);
  CHECK(hint_of("D9000:point", {}, Fault::range).find("`D9000:gens:point`") != std::string::npos);
}
