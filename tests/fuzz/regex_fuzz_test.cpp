#include "automata/language/minimize.hpp"
#include "automata/language/nfa.hpp"
#include "automata/language/random_dfa.hpp"
#include "automata/language/regex.hpp"
#include "core/error.hpp"
#include "core/text/utf8.hpp"
#include "tests/automata/regex_oracle.hpp"
#include "tests/catch.hpp"

// Random texts against the parser and compiler of regular expressions. Whatever the text, the
// answer is a minimal DFA that agrees with the position automaton, or an Error that names a place
// in the text.

using namespace statewright;
using namespace statewright::automata;

namespace {

/// "regex", or "regex:line:column" of a character of the text or of its end.
bool names_a_place(const std::string& where, const std::string& text) {
  if (where == "regex" || where == "determinize" || where == "product") return true;
  if (where.rfind("regex:", 0) != 0) return false;
  std::size_t used = 0;
  const std::size_t line = std::stoul(where.substr(6), &used);
  const std::size_t column = std::stoul(where.substr(6 + used + 1));
  std::size_t begin = 0;
  for (std::size_t i = 1; i < line; ++i) {
    const std::size_t feed = text.find('\n', begin);
    if (feed == std::string::npos) return false;
    begin = feed + 1;
  }
  const std::string rest = text.substr(begin, text.find('\n', begin) - begin);
  return line >= 1 && column >= 1 && column <= core::utf8_count(rest) + 1;
}

/// What happened: "compiled", or the fault. Fails the test for anything that must not happen.
std::string outcome(const std::string& text, const std::optional<Alphabet>& letters) {
  core::Limits limits;
  limits.max_states = 3000;
  try {
    const Dfa dfa = compile_regex(text, letters, limits);
    validate(dfa);
    REQUIRE(minimize(dfa) == dfa);
    const Nfa nfa = regex_to_nfa(text, letters, limits);
    REQUIRE(nfa.letters == dfa.letters);
    if (dfa.letters.size() <= 4) {
      const oracle::Universe all(dfa.letters.size(), dfa.letters.size() <= 2 ? 4 : 2);
      for (const Word& word : all.words()) {
        REQUIRE(accepts(nfa, word) == (dfa.output[dfa.run(word)] == kAccept));
      }
    }
    return "compiled";
  } catch (const core::Error& error) {
    CAPTURE(error.what());
    REQUIRE(names_a_place(error.facts().where, text));
    REQUIRE_FALSE(error.facts().expected.empty());
    REQUIRE_FALSE(error.facts().found.empty());
    REQUIRE(core::is_utf8(error.what()));
    REQUIRE(core::is_utf8(error.facts().hint));
    if (error.facts().fault == core::Fault::syntax) return "syntax";
    if (error.facts().fault == core::Fault::limit) return "limit";
    REQUIRE(error.facts().fault == core::Fault::range);
    return "range";
  }
}

const std::vector<std::string> kPieces = {
    "a",    "b",  "a",     "b",    "(",       ")",      "(",   ")",       "|",     "&",    "~",
    "*",    "+",  "?",     "{2}",  "{1,",     "3}",     "{,",  ".",       "[",     "]",    "[^",
    "a-b",  "-",  "'",     "\"",   "'push'",  "\\",     "\\n", "\\x61",   "\\x",   "\\u{", "62}",
    "ε",    "∅",  "()",    "[]",   "\\d",     "\\w",    " ",   "\n",      "\t",    "\x01", "\xc3",
    "\xff", "é",  "{0}",   "{0,}", "{99999}", "\\s",    "^",   "$",       "\\é",   "😀",    "(a|b)",
    "~(a)", "a*", "[^ab]", "{4}",  "(b|",     "a{2,5}", "&a",  "\\u{61}", "[a-z]", "}",    "\xed"};

}  // namespace

TEST_CASE("regex: random texts", "[automata][fuzz]") {
  std::size_t compiled = 0, syntax = 0;
  for (std::uint64_t seed = 0; seed < 15'000; ++seed) {
    SplitMix64 random(seed);
    std::string text;
    const std::size_t pieces = random() % 12;
    for (std::size_t i = 0; i < pieces; ++i) text += kPieces[random() % kPieces.size()];
    std::optional<Alphabet> letters;
    if (random() % 2 == 0) letters = Alphabet({"a", "b", "push"});
    CAPTURE(seed, text);
    const std::string what = outcome(text, letters);
    compiled += what == "compiled";
    syntax += what == "syntax";
  }
  CHECK(compiled > 1000);  // the pieces are chosen well enough to test both
  CHECK(syntax > 1000);
}

TEST_CASE("regex: expressions with a few bytes changed", "[automata][fuzz]") {
  std::size_t compiled = 0, syntax = 0;
  for (std::uint64_t seed = 0; seed < 6'000; ++seed) {
    SplitMix64 random(seed);
    const std::size_t letters = 1 + random() % 3;
    std::string text = oracle::Spelling(
        letters, random)(oracle::random_expression(1 + random() % 12, letters, random));
    const std::size_t edits = random() % 4;
    for (std::size_t i = 0; i < edits && !text.empty(); ++i) {
      const std::size_t at = random() % text.size();
      const std::string& piece = kPieces[random() % kPieces.size()];
      switch (random() % 4) {
        case 0:
          text.erase(at, 1 + random() % 3);
          break;
        case 1:
          text.insert(at, piece);
          break;
        case 2:
          text[at] = static_cast<char>(random());
          break;
        default:
          text = text.substr(0, at);
      }
    }
    CAPTURE(seed, text);
    const std::string what = outcome(text, {});
    compiled += what == "compiled";
    syntax += what == "syntax";
  }
  CHECK(compiled > 1000);
  CHECK(syntax > 1000);
}
