#include "core/alphabet.hpp"

#include "core/error.hpp"
#include "core/text/utf8.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

namespace {

Error::Facts facts_of(const Alphabet& letters, std::string_view text) {
  try {
    letters.parse(text);
  } catch (const Error& error) {
    return error.facts();
  }
  return {Fault::io, "no error", "", ""};
}

Error::Facts facts_of(const std::vector<std::string>& names) {
  try {
    const Alphabet letters(names);
  } catch (const Error& error) {
    return error.facts();
  }
  return {Fault::io, "no error", "", ""};
}

}  // namespace

TEST_CASE("alphabet: names and numbers", "[core][quick]") {
  const Alphabet letters({"b", "a", "push", "(1 2 3)", "é"});
  CHECK(letters.size() == 5);
  CHECK(letters.name(3) == "(1 2 3)");
  CHECK(letters.find("a") == Letter{1});
  CHECK(letters.find("é") == Letter{4});
  CHECK_FALSE(letters.find("pus"));
  CHECK_FALSE(letters.find(""));
  CHECK(letters == Alphabet({"b", "a", "push", "(1 2 3)", "é"}));
  CHECK_FALSE(letters == Alphabet({"a", "b", "push", "(1 2 3)", "é"}));
  CHECK(Alphabet().size() == 0);
}

TEST_CASE("alphabet: names that are refused", "[core][quick]") {
  CHECK(facts_of({"a", ""}).fault == Fault::syntax);
  CHECK(facts_of({"a", ""}).where == "letter 2");
  CHECK(facts_of({"a\n"}).fault == Fault::syntax);
  CHECK(facts_of({"\x7f"}).fault == Fault::syntax);
  CHECK(facts_of({std::string("a\0", 2)}).fault == Fault::syntax);
  CHECK(facts_of({"a\xff"}).fault == Fault::syntax);
  CHECK(facts_of({"a", "b", "a"}).fault == Fault::range);
  CHECK(facts_of({"a", "b", "a"}).where == "letter 3");
  CHECK(facts_of({"a", "b", "a"}).found == "`a` a second time");
}

TEST_CASE("alphabet: words of single characters", "[core][quick]") {
  const Alphabet letters({"a", "b", "é"});
  CHECK(letters.parse("abé") == Word{0, 1, 2});
  CHECK(letters.parse("a b,é") == Word{0, 1, 2});
  CHECK(letters.parse(" ab\n") == Word{0, 1});
  CHECK(letters.parse("").empty());
  CHECK(letters.parse(" \t").empty());
  CHECK(letters.parse("ε").empty());
  CHECK(letters.parse(" ε ").empty());
  CHECK(letters.spell(Word{0, 1, 2}) == "abé");
  CHECK(letters.spell(Word{}) == "ε");
}

TEST_CASE("alphabet: words of long names", "[core][quick]") {
  const Alphabet letters({"push", "pop", "0", "(1 2 3)", "(1, 2)"});
  CHECK(letters.parse("push 0 pop") == Word{0, 2, 1});
  CHECK(letters.parse("push,0,  pop,") == Word{0, 2, 1});
  CHECK(letters.parse("(1 2 3)") == Word{3});
  CHECK(letters.parse("(1 2 3) (1, 2),0") == Word{3, 4, 2});
  CHECK(letters.parse("00") == Word{2, 2});
  CHECK(letters.spell(Word{3, 4, 2}) == "(1 2 3) (1, 2) 0");
  // One letter's name is that letter, even if it could be cut into others.
  const Alphabet nested({"a", "b", "ab", "a b"});
  CHECK(nested.parse("ab") == Word{2});
  CHECK(nested.parse("ba") == Word{1, 0});
  CHECK(nested.parse("a b") == Word{3});
  CHECK(nested.parse("b a b") == Word{1, 3});
}

TEST_CASE("alphabet: separators and the empty word as letters", "[core][quick]") {
  const Alphabet comma({"(", ",", ")"});
  CHECK(comma.parse("(,)") == Word{0, 1, 2});
  CHECK(comma.parse("( , )") == Word{0, 1, 2});
  const Alphabet space({" ", "a"});
  CHECK(space.parse(" ") == Word{0});
  CHECK(space.parse("a a") == Word{1, 1});
  CHECK(space.parse("a   a") == Word{1, 0, 1});
  const Alphabet epsilon({"ε", "a"});
  CHECK(epsilon.parse("ε") == Word{0});
  CHECK(epsilon.parse("aε") == Word{1, 0});
  CHECK(epsilon.spell(Word{}).empty());
}

TEST_CASE("alphabet: parse reads back what spell writes", "[core][law][quick]") {
  const std::vector<Alphabet> alphabets = {
      Alphabet({"a", "b"}),         Alphabet({"push", "pop", "é"}), Alphabet({" ", "a", ","}),
      Alphabet({" ", "push"}),      Alphabet({"ε", "a"}),           Alphabet({"(1 2)", "(1 2 3)"}),
      Alphabet({"a", "aa", "aaa"}), Alphabet({",", "x,y"}),         Alphabet({"ε", "long name"}),
      Alphabet({"\\n", "\\", "n"}),
  };
  for (const Alphabet& letters : alphabets) {
    const auto k = static_cast<Letter>(letters.size());
    std::vector<Word> words = {{}};
    for (std::size_t i = 0; i < words.size(); ++i) {
      CAPTURE(letters.names(), words[i]);
      CHECK(letters.parse(letters.spell(words[i])) == words[i]);
      if (words[i].size() == 4) continue;
      for (Letter a = 0; a < k; ++a) {
        Word longer = words[i];
        longer.push_back(a);
        words.push_back(longer);
      }
    }
  }
}

TEST_CASE("alphabet: words that are refused", "[core][quick]") {
  const Alphabet letters({"a", "b", "é"});
  CHECK(facts_of(letters, "aéc").fault == Fault::syntax);
  CHECK(facts_of(letters, "aéc").where == "word:1:3");
  CHECK(facts_of(letters, "aéc").expected == "a letter of the alphabet `abé`");
  CHECK(facts_of(letters, "aéc").found == "`c`");
  CHECK(facts_of(letters, "aA").hint == "did you mean `a`?");
  CHECK(facts_of(letters, "a ab").where == "word:1:3");
  CHECK(facts_of(letters, "a ab").found == "`ab`");
  CHECK(facts_of(letters, "a\xff").where == "word:1:2");
  CHECK(facts_of(letters, "a\xff").found == "the byte 0xff, which is not UTF-8");
  CHECK(facts_of(letters, "a\x01").found == "`\\x01`");
  CHECK(facts_of(Alphabet(), "a").expected == "a letter");

  const Alphabet stack({"push", "pop"});
  CHECK(facts_of(stack, "push pup").where == "word:1:6");
  CHECK(facts_of(stack, "push pup").found == "`pup`");
  CHECK(facts_of(stack, "push pup").hint == "did you mean `pop`?");
  CHECK(facts_of(stack, "pusj").where == "word:1:1");
  CHECK(facts_of(stack, "pusj").hint == "did you mean `push`?");
  CHECK(facts_of(stack, "é  pusj").where == "word:1:1");
  CHECK(facts_of(stack, "pop  pusj").where == "word:1:6");
  try {
    stack.parse("x", "line 3");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.facts().where == "line 3:1:1");
  }
}

TEST_CASE("utf8: which bytes are a character", "[core][quick]") {
  const auto length = [](std::string_view text) { return utf8_sequence(text); };
  CHECK(length("") == 0);
  CHECK(length("ab") == 1);
  CHECK(length(std::string_view("\0", 1)) == 1);
  CHECK(length("éa") == 2);
  CHECK(length("∅") == 3);
  CHECK(length("😀") == 4);
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x88",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    CHECK(length(bad) == 0);
    CHECK_FALSE(is_utf8(std::string("a") + bad));
  }
  CHECK(utf8_count("aé∅😀") == 4);
  CHECK(utf8_length('a') == 1);
  CHECK(utf8_length("é"[0]) == 2);
  CHECK(utf8_length("∅"[0]) == 3);
  CHECK(utf8_length("😀"[0]) == 4);
  CHECK(utf8_length('\x80') == 1);
  CHECK(utf8_length('\xff') == 1);
  std::size_t wrong = 0;
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code == 0xD800) code = 0xE000;
    const std::string text = utf8_encode(code);
    wrong += utf8_sequence(text) != text.size() || utf8_decode(text) != code ||
             utf8_length(text[0]) != text.size();
  }
  CHECK(wrong == 0);
}
