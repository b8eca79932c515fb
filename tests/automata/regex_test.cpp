#include "automata/language/regex.hpp"

#include <functional>

#include "automata/language/minimize.hpp"
#include "automata/language/nfa.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "tests/automata/regex_oracle.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::automata;
using oracle::Expression;
using oracle::Universe;

namespace {

const Alphabet kAb({"a", "b"});

/// The words of the universe that the machine accepts.
oracle::Language accepted(const Universe& all, const Dfa& dfa) {
  oracle::Language result;
  for (const Word& word : all.words()) result.push_back(dfa.output[dfa.run(word)] == kAccept);
  return result;
}

/// Spelled with the letters a and b.
std::string text_of(const Word& word) {
  std::string text;
  for (const Letter a : word) text += kAb.name(a);
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string message(const std::string& text, const std::optional<Alphabet>& letters = {}) {
  try {
    compile_regex(text, letters);
  } catch (const core::Error& error) {
    return error.what();
  }
  return "no error";
}

core::Fault fault(const std::string& text, const std::optional<Alphabet>& letters = {}) {
  try {
    compile_regex(text, letters);
  } catch (const core::Error& error) {
    return error.facts().fault;
  }
  return core::Fault::io;  // compile_regex has no such fault
}

std::string hint(const std::string& text, const std::optional<Alphabet>& letters = {}) {
  try {
    compile_regex(text, letters);
  } catch (const core::Error& error) {
    return error.facts().hint;
  }
  return "no error";
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("regex: hand-picked expressions mean what their predicates say", "[automata][quick]") {
  struct Case {
    const char* regex;
    std::function<bool(const std::string&)> accepts;
  };
  const auto count = [](const std::string& w, char c) { return std::count(w.begin(), w.end(), c); };
  const std::vector<Case> cases = {
      {"(a|b)*abb", [](const auto& w) { return w.size() >= 3 && w.substr(w.size() - 3) == "abb"; }},
      {"b*(ab*ab*)*", [&](const auto& w) { return count(w, 'a') % 2 == 0; }},
      {"~(.*aa.*)", [](const auto& w) { return !contains(w, "aa"); }},
      {".*a.*&.*b.*", [](const auto& w) { return contains(w, "a") && contains(w, "b"); }},
      {"(...)*&~(..)*", [](const auto& w) { return w.size() % 6 == 3; }},
      {"a{2,4}", [](const auto& w) { return w == "aa" || w == "aaa" || w == "aaaa"; }},
      {"(ab){2,}", [](const auto& w) { return w == "abab" || w == "ababab" || w == "abababab"; }},
      {"(a?b?){3}a",
       [](const auto& w) {
         std::string squeezed = w;  // at most three runs of the form a?b? before the last a
         if (squeezed.empty() || squeezed.back() != 'a') return false;
         squeezed.pop_back();
         std::size_t blocks = 0;
         for (std::size_t i = 0; i < squeezed.size(); ++blocks) {
           if (squeezed[i] == 'a') ++i;
           if (i < squeezed.size() && squeezed[i] == 'b') ++i;
         }
         return blocks <= 3;
       }},
      {"ab|b&b|a", [](const auto& w) { return w == "ab" || w == "b" || w == "a"; }},
      {"~ab", [](const auto& w) { return !w.empty() && w.back() == 'b' && w != "ab"; }},
      {"~a*", [](const auto& w) { return contains(w, "b"); }},
      {"~~a", [](const auto& w) { return w == "a"; }},
      {"(~a)*", [](const auto& w) { return w != "a"; }},
      {"(~(.*))*", [](const auto& w) { return w.empty(); }},
      {"a[]|b", [](const auto& w) { return w == "b"; }},
      {"[]*", [](const auto& w) { return w.empty(); }},
      {"[]{0,3}b", [](const auto& w) { return w == "b"; }},
      {"a{0}b{1}", [](const auto& w) { return w == "b"; }},
      {"(~(.*b.*)&..)+",
       [](const auto& w) { return !w.empty() && w.size() % 2 == 0 && !contains(w, "b"); }},
  };
  const Universe all(2, 8);
  for (const Case& one : cases) {
    CAPTURE(one.regex);
    const Dfa dfa = compile_regex(one.regex, kAb);
    const Nfa nfa = regex_to_nfa(one.regex, kAb);
    std::size_t wrong = 0;
    for (const Word& word : all.words()) {
      const bool want = one.accepts(text_of(word));
      if ((dfa.output[dfa.run(word)] == kAccept) != want) ++wrong;
      if (accepts(nfa, word) != want) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(minimize(dfa) == dfa);
  }
}

TEST_CASE("regex: random expressions agree with the oracle", "[automata][oracle]") {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    SplitMix64 random(seed);
    const std::size_t letters = 1 + random() % 3;
    const Universe all(letters, letters == 1 ? 9 : letters == 2 ? 5 : 4);
    const Expression tree = oracle::random_expression(2 + random() % 10, letters, random);
    const std::string text = oracle::Spelling(letters, random)(tree);
    CAPTURE(seed, text);
    const Alphabet alphabet(oracle::Spelling::names(letters));
    const oracle::Language want = oracle::language(all, tree);
    const Dfa dfa = compile_regex(text, alphabet);
    CHECK(accepted(all, dfa) == want);
    CHECK(accepted(all, minimize(determinize(regex_to_nfa(text, alphabet)))) == want);
    CHECK(minimize(dfa) == dfa);
  }
}

TEST_CASE("regex: laws", "[automata][law]") {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    SplitMix64 random(seed);
    oracle::Spelling spelled(2, random);
    const auto group = [&] {
      return "(" + spelled(oracle::random_expression(1 + random() % 5, 2, random)) + ")";
    };
    const std::string e = group(), f = group(), g = group();
    CAPTURE(seed, e, f, g);
    const auto same = [](const std::string& left, const std::string& right) {
      return compile_regex(left, kAb) == compile_regex(right, kAb);
    };
    CHECK(same("~~" + e, e));
    CHECK(same("~(~" + e + ")", e));
    CHECK(same("~(" + e + "|" + f + ")", "~" + e + "&~" + f));
    CHECK(same("~(" + e + "&" + f + ")", "~" + e + "|~" + f));
    CHECK(same(e + "{2,4}", e + e + "|" + e + e + e + "|" + e + e + e + e));
    CHECK(same(e + "{2,}", e + e + e + "*"));
    CHECK(same(e + "{3}", e + e + e));
    CHECK(same(e + "+", e + e + "*"));
    CHECK(same(e + "?", e + "|()"));
    CHECK(same(e + "*?+", e + "*"));
    CHECK(same(e + "+?", e + "*"));
    CHECK(same("(" + e + "|" + f + ")*", "(" + e + "*" + f + "*)*"));
    CHECK(same(e + "(" + f + "|" + g + ")", e + f + "|" + e + g));
    CHECK(same(e + "&" + f + "|" + g, "(" + e + "|" + g + ")&(" + f + "|" + g + ")"));
    CHECK(same(e + "(" + f + e + ")*", "(" + e + f + ")*" + e));
    CHECK(same(e + "&~" + e, "[]"));
    CHECK(same(e + "|~" + e, ".*"));
  }
}

TEST_CASE("regex: minimal sizes by hand", "[automata][quick]") {
  const auto states = [](const char* text) { return compile_regex(text, kAb).size(); };
  CHECK(states("[]") == 1);
  CHECK(states(".*") == 1);
  CHECK(states("()") == 2);
  CHECK(states("a") == 3);
  CHECK(states("(aa)*") == 3);  // even, odd, sink
  CHECK(states("(..)*") == 2);
  CHECK(states("(a|b)*abb") == 4);  // how much of abb has been read
  CHECK(states("a{7}") == 9);
  CHECK(states(".*a.{5}") == 64);  // the last six letters
  CHECK(states("~(.*aa.*)") == 3);
  CHECK(states(".*a.*&.*b.*") == 4);
  CHECK(states("(.{3})*&(.{5})*") == 15);
}

TEST_CASE("regex: a C comment", "[automata][quick]") {
  const Alphabet letters({"/", "*", "x"});
  const Dfa dfa = compile_regex(R"(/\*~(.*\*/.*)\*/)", letters);
  CHECK(dfa.size() == 6);  // nothing, "/", inside, inside after *, closed, sink
  const Universe all(3, 7);
  for (const Word& word : all.words()) {
    std::string text;
    for (const Letter a : word) text += letters.name(a);
    const bool want =
        text.size() >= 4 && text.substr(0, 2) == "/*" && text.find("*/", 2) == text.size() - 2;
    if ((dfa.output[dfa.run(word)] == kAccept) != want) FAIL(text);
  }
  CHECK(compile_regex(R"(/\*~(.*\*/.*)\*/)", letters) ==
        compile_regex(R"(/\*([^*]|\*+[^*/])*\*+/)", letters));
}

TEST_CASE("regex: the position automaton has a state for each occurrence, and a start",
          "[automata][quick]") {
  const Nfa nfa = regex_to_nfa("(a|b)*abb");
  CHECK(nfa.size() == 6);
  CHECK(nfa.initial == std::vector<State>{0});
  CHECK(nfa.accepting == std::vector<bool>{false, false, false, false, false, true});
  CHECK(nfa.edges[0] == std::vector<Nfa::Edge>{{0, 1}, {0, 3}, {1, 2}});
  CHECK(nfa.edges[2] == std::vector<Nfa::Edge>{{0, 1}, {0, 3}, {1, 2}});
  CHECK(nfa.edges[3] == std::vector<Nfa::Edge>{{1, 4}});
  CHECK(nfa.edges[5].empty());
  CHECK(regex_to_nfa("[abc]{3,5}.").size() == 7);
  CHECK(regex_to_nfa("()").size() == 1);
}

TEST_CASE("regex: the alphabet is what occurs, sorted by name", "[automata][quick]") {
  const auto names = [](const char* text) { return compile_regex(text).letters.names(); };
  using Names = std::vector<std::string>;
  CHECK(names("ba") == Names{"a", "b"});
  CHECK(names("[b-d]|x") == Names{"b", "c", "d", "x"});
  CHECK(names("[^b-d]x") == Names{"b", "c", "d", "x"});
  CHECK(names("a{0}b") == Names{"a", "b"});
  CHECK(names("'push'[\"pop\"z]") == Names{"pop", "push", "z"});
  CHECK(names("\\d") == Names{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  CHECK(names("\\w").size() == 63);
  CHECK(names("\\s") == Names{" ", "\\n", "\\r", "\\t", "\\x0b", "\\x0c"});
  CHECK(names("\\n\n\\x41\\u{e9}é\\xe9") == Names{"A", "\\n", "é"});
  CHECK(names("\\|\\&\\~\\*\\+\\?\\{\\}\\(\\)\\[\\]\\.\\\\\\\"\\'").size() == 16);
  CHECK(names("\\ε\\∅") == Names{"ε", "∅"});
  CHECK(names("^$-,: ") == Names{" ", "$", ",", "-", ":", "^"});
  CHECK(names("[-a][a-][\\^^.*(|\\ε-ζ]").size() == 9);
  std::string overlapping = "x";  // 4216 letters in all, though the ranges hold 260,000
  for (int i = 0; i < 64; ++i) {
    overlapping += "|[\\u{1000}-\\u{20" + std::to_string(i / 8) + std::to_string(i % 8) + "}]";
  }
  CHECK(names(overlapping.c_str()).size() == 1 + 0x1077 + 1);
  CHECK(names("()").empty());
  CHECK(names("~()").empty());
  CHECK(compile_regex("~()").output == std::vector<Output>{kReject});
  CHECK(compile_regex("~[]").output == std::vector<Output>{kAccept});
}

TEST_CASE("regex: over a given alphabet", "[automata][quick]") {
  const Alphabet stack({"push", "pop", "0", "1"});
  const Dfa dfa = compile_regex("('push'\\d'pop')*", stack);
  CHECK(dfa.letters == stack);
  CHECK(dfa.label(stack.parse("push 0 pop push 1 pop")) == "accept");
  CHECK(dfa.label(stack.parse("push 0 1 pop")) == "reject");
  CHECK(compile_regex("[0-9]", stack) == compile_regex("0|1", stack));
  CHECK(compile_regex("[^\\d]", stack) == compile_regex("'push'|'pop'", stack));
  CHECK(compile_regex("[^'push''pop'01]", stack) == compile_regex("[]", stack));
}

TEST_CASE("regex: errors say where and what", "[automata][quick]") {
  struct Case {
    std::string text, message;
  };
  const std::string position_limit =
      "expected an expression that expands to at most 100000 positions, found more";
  const std::vector<Case> cases = {
      {"", "regex:1:1: expected an expression, found the end"},
      {"(ab|c", "regex:1:6: expected `)` to close the group opened at 1:1, found the end"},
      {"a((b)c", "regex:1:7: expected `)` to close the group opened at 1:2, found the end"},
      {"ab)", "regex:1:3: expected the end, as no group is open, found `)`"},
      {"a|", "regex:1:3: expected an expression, found the end"},
      {"|a", "regex:1:1: expected an expression, found `|`"},
      {"(|a)", "regex:1:2: expected an expression, found `|`"},
      {"a&&b", "regex:1:3: expected an expression, found `&`"},
      {"(a|)", "regex:1:4: expected an expression, found `)`"},
      {"a~", "regex:1:3: expected an expression, found the end"},
      {"*a", "regex:1:1: expected an expression to repeat before `*`, found the beginning"},
      {"é|+a", "regex:1:3: expected an expression to repeat before `+`, found `|`"},
      {"(?:a)", "regex:1:2: expected an expression to repeat before `?`, found `(`"},
      {"~{2}", "regex:1:2: expected an expression to repeat before `{`, found `~`"},
      {"a{3,2}", "regex:1:5: expected a number of at least 3, found 2"},
      {"a{,2}", "regex:1:3: expected a number, found `,`"},
      {"a{}", "regex:1:3: expected a number, found `}`"},
      {"a{x}", "regex:1:3: expected a number, found `x`"},
      {"a{1,x}", "regex:1:5: expected a number, found `x`"},
      {"a{1", "regex:1:4: expected `}` to close the repetition opened at 1:2, found the end"},
      {"a{1 }", "regex:1:4: expected `}` to close the repetition opened at 1:2, found ` `"},
      {"a]", "regex:1:2: expected an expression, found `]`"},
      {"a}", "regex:1:2: expected an expression, found `}`"},
      {"[ab", "regex:1:4: expected `]` to close the class opened at 1:1, found the end"},
      {"x[a-", "regex:1:5: expected `]` to close the class opened at 1:2, found the end"},
      {"[z-a]", "regex:1:2: expected a range from a lower to a higher character, found `z-a`"},
      {"[a-'push']", "regex:1:4: expected a single character as the end of a range, found `push`"},
      {"[\\d-z]", "regex:1:2: expected a single character as the end of a range, found `\\d`"},
      {"[a-b-c]", "regex:1:5: expected a letter or a range, found `-`"},
      {"[aε]", "regex:1:3: expected a letter, found `ε`"},
      {"x'push", "regex:1:7: expected `'` to close the name opened at 1:2, found the end"},
      {"\"push'", "regex:1:7: expected `\"` to close the name opened at 1:1, found the end"},
      {"['a]", "regex:1:5: expected `'` to close the name opened at 1:2, found the end"},
      {"a''", "regex:1:2: expected a name in the quotes, found none"},
      {"'\\d'",
       "regex:1:2: expected one of the escapes \\n \\t \\r \\d \\w \\s \\xHH \\u{H..}, or a "
       "backslash before a special character, found `\\d`"},
      {"a\\q",
       "regex:1:2: expected one of the escapes \\n \\t \\r \\d \\w \\s \\xHH \\u{H..}, or a "
       "backslash before a special character, found `\\q`"},
      {"\\é",
       "regex:1:1: expected one of the escapes \\n \\t \\r \\d \\w \\s \\xHH \\u{H..}, or a "
       "backslash before a special character, found `\\é`"},
      {"a\\", "regex:1:3: expected a character after the backslash, found the end"},
      {"\\x4", "regex:1:4: expected two hexadecimal digits after `\\x`, found the end"},
      {"\\x4g", "regex:1:4: expected two hexadecimal digits after `\\x`, found `g`"},
      {"\\u41", "regex:1:3: expected `{` after `\\u`, found `4`"},
      {"\\u{}", "regex:1:4: expected a hexadecimal digit, found `}`"},
      {"\\u{41", "regex:1:6: expected a hexadecimal digit, found the end"},
      {"\\u{110000}",
       "regex:1:1: expected a code point of at most `\\u{10ffff}`, found a larger one"},
      {"\\u{D800}",
       "regex:1:1: expected a code point that is a character, found a surrogate, `\\u{D800}`"},
      {"a\x01", "regex:1:2: expected no control character, found `\\x01`"},
      {std::string("\0", 1), "regex:1:1: expected no control character, found `\\x00`"},
      {"[\x7f]", "regex:1:2: expected no control character, found `\\x7f`"},
      {"a\nb(", "regex:2:3: expected an expression, found the end"},
      {"éé\xff", "regex:1:3: expected text in UTF-8, found the byte 0xff"},
      {"\xc3", "regex:1:1: expected text in UTF-8, found the byte 0xc3"},
      {"[\xed\xa0\x80]", "regex:1:2: expected text in UTF-8, found the byte 0xed"},
      {"'\xc0\x80'", "regex:1:2: expected text in UTF-8, found the byte 0xc0"},
      {"\\\xff",
       "regex:1:1: expected one of the escapes \\n \\t \\r \\d \\w \\s \\xHH \\u{H..}, or "
       "a backslash before a special character, found the byte 0xff, which is not UTF-8"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(message(one.text) == one.message);
    CHECK(fault(one.text) == core::Fault::syntax);
  }

  const std::vector<Case> ranges = {
      {"a{100001}", "regex:1:3: expected a number of at most 100000, found a larger one"},
      {"a{1,99999999999999999999}",
       "regex:1:5: expected a number of at most 100000, found a larger one"},
      {"(a{400}){400}", "regex:1:9: " + position_limit},
      {"(ab){50001}", "regex:1:5: " + position_limit},
      {"(.{0,50}&a*){2}{50001}", "regex:1:16: " + position_limit},
      {"a|.[^]", "no error"},
      {".", "regex:1:1: expected an alphabet with at least one letter, found none"},
      {"()[^]", "regex:1:3: expected an alphabet with at least one letter, found none"},
      {"[\\u{0}-\\u{10ffff}]", "regex: expected at most 100000 letters, found more"},
  };
  for (const Case& one : ranges) {
    CAPTURE(one.text);
    CHECK(message(one.text) == one.message);
    CHECK((one.message == "no error" || fault(one.text) == core::Fault::range));
  }
  CHECK(hint(".") == "give the letters (--alphabet)");
  CHECK(hint("\\D") == "write `[^\\d]`");
  CHECK(hint("a)") == "`\\)` is the letter");
  CHECK(hint("a|") == "`()` is the empty word");
  CHECK(hint("a{,3}") == "`{0,n}` means at most n times");
  CHECK(hint("a\x01") == "write `\\x01`");
}

TEST_CASE("regex: letters outside the alphabet", "[automata][quick]") {
  CHECK(message("abc", kAb) == "regex:1:3: expected a letter of the alphabet `ab`, found `c`");
  CHECK(fault("abc", kAb) == core::Fault::range);
  CHECK(message("a[bc]", kAb) == "regex:1:4: expected a letter of the alphabet `ab`, found `c`");
  CHECK(message("a[^c]", kAb) == "regex:1:4: expected a letter of the alphabet `ab`, found `c`");
  CHECK(
      message("a[c-z]", kAb) ==
      "regex:1:2: expected a class that holds a letter of the alphabet `ab`, found one that holds "
      "none");
  CHECK(message("a", Alphabet()) ==
        "regex:1:1: expected a letter of the alphabet without letters, found `a`");
  const Alphabet stack({"push", "pop"});
  CHECK(message("'pusj'", stack) ==
        "regex:1:1: expected a letter of the alphabet `push pop`, found `pusj`");
  CHECK(hint("'pusj'", stack) == "did you mean `push`?");
  CHECK(hint("push", stack) == "a name of several characters needs quotes: 'push'");
}

TEST_CASE("regex: hostile sizes fail or finish quickly", "[automata]") {
  const std::size_t million = 1'000'000;
  CHECK(fault(std::string(10 * million, 'a')) == core::Fault::range);
  CHECK(message(std::string(million, '(')) ==
        "regex:1:201: expected at most 200 nested groups, found one more");
  CHECK(message(repeated("(", 200) + "a" + repeated(")", 200)) == "no error");
  CHECK(message(repeated("(", 201) + "a" + repeated(")", 201)) ==
        "regex:1:201: expected at most 200 nested groups, found one more");
  CHECK(compile_regex(std::string(million, '~') + "a") == compile_regex("a"));
  CHECK(compile_regex("a" + std::string(million, '*')) == compile_regex("a*"));
  CHECK(compile_regex("a" + repeated("{1}", million / 3)) == compile_regex("a"));
  CHECK(compile_regex(repeated("()", million) + "a") == compile_regex("a"));
  CHECK(compile_regex(repeated("ε|", million) + "a") == compile_regex("a?"));
  CHECK(compile_regex(repeated("[]|", million) + "a") == compile_regex("a"));
  CHECK(fault(repeated("~ε", million)) == core::Fault::range);
  CHECK(fault("a" + repeated("{0,2}*", 100)) == core::Fault::range);
  CHECK(fault("[" + std::string(2 * million, 'a') + "]") == core::Fault::range);
  CHECK(fault("[" + std::string(10 * million, 'a')) == core::Fault::range);
  CHECK(fault(repeated("[a-c]", million)) == core::Fault::range);
  CHECK(message("'" + std::string(million, 'a')) ==
        "regex:1:1000002: expected `'` to close the name opened at 1:1, found the end");
  CHECK(message(repeated("a?", 100'000)) ==
        "regex: expected an expression of at most 20000000 edges between positions, counted by "
        "letter, found more");
  CHECK(message("[\\u{1000}-\\u{9000}]{2000}") ==
        "regex: expected an expression of at most 20000000 edges between positions, counted by "
        "letter, found more");
  CHECK(message("'x'{10000}|[\\u{1000}-\\u{4000}]") ==
        "regex: expected an expression of at most 4068 positions over 12290 letters, found more");
  CHECK(compile_regex("a{100000}").size() == 100'002);
  CHECK(regex_to_nfa("(ab?){50000}").size() == 100'001);
  CHECK(message("b|~(.*a.{17})", kAb) ==
        "regex:1:3: expected an expression that expands to at most 100000 positions, found more");
}

TEST_CASE("regex: limits of the caller", "[automata][quick]") {
  core::Limits limits;
  limits.max_states = 1000;
  CHECK_THROWS_AS(compile_regex(".*a.{12}", kAb, limits), core::Error);
  CHECK_THROWS_AS(compile_regex("a{2000}", kAb, limits), core::Error);
  CHECK_THROWS_AS(compile_regex("(.{50})*&(.{49})*", kAb, limits), core::Error);
  CHECK(compile_regex(".*a.{8}", kAb, limits).size() == 512);
  try {
    compile_regex("(", kAb, limits, "spec.txt");
    FAIL("no error");
  } catch (const core::Error& error) {
    CHECK(error.facts().where == "spec.txt:1:2");
  }
}
