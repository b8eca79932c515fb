#include "core/error.hpp"

#include <array>
#include <vector>

#include "core/text/utf8.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

TEST_CASE("error: the message is put together from the facts", "[core][quick]") {
  const Error error({Fault::shape, "a.json:3:1: layers[0]", "a 3x3 matrix", "a 3x4 matrix", "try"});
  CHECK(std::string(error.what()) ==
        "a.json:3:1: layers[0]: expected a 3x3 matrix, found a 3x4 matrix");
  CHECK(error.facts().fault == Fault::shape);
  CHECK(error.facts().hint == "try");
  CHECK(std::string(Error({Fault::io, "", "a file", ""}).what()) == "expected a file");
  CHECK(std::string(Error({Fault::io, "x", "a file", ""}).what()) == "x: expected a file");
  CHECK(Error({Fault::io, "x", "a file", ""}).facts().hint.empty());
  try {
    throw error;
  } catch (const std::runtime_error& caught) {
    CHECK(std::string(caught.what()) == error.what());
  }
}

TEST_CASE("error: quoted text is fit for a message", "[core][quick]") {
  CHECK(quoted("abc") == "`abc`");
  CHECK(quoted("") == "``");
  CHECK(quoted("é∅") == "`é∅`");
  CHECK(quoted("a\nb\tc\x01\x7f") == "`a\\nb\\tc\\x01\\x7f`");
  CHECK(quoted(std::string_view("\0", 1)) == "`\\x00`");
  // no UTF-8, and a control character of two bytes: terminals would take them for commands
  CHECK(quoted("a\xff\xc3") == "`a\\xff\\xc3`");
  CHECK(quoted("\xc2\x9b") == "`\\xc2\\x9b`");
  CHECK(quoted("abcdef", 6) == "`abcdef`");
  CHECK(quoted("abcdefg", 6) == "`abcdef...`");
  CHECK(quoted(std::string(1000, 'x')) == "`" + std::string(40, 'x') + "...`");
  const std::string text = "aé∅😀aé∅😀";
  for (std::size_t limit = 0; limit < text.size(); ++limit) {
    CAPTURE(limit);
    const std::string cut = quoted(text, limit);
    CHECK(is_utf8(cut));  // never cut inside a character
    CHECK(cut.size() <= limit + 5);
    const std::string kept = cut.substr(1, cut.size() - 5);
    CHECK(text.substr(0, kept.size()) == kept);
    CHECK(kept.size() + 4 >= limit);  // less than one more character would have fitted
  }
}

TEST_CASE("error: edit distance", "[core][quick]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("abc", "abd") == 1);
  CHECK(edit_distance("abc", "ab") == 1);
  CHECK(edit_distance("abc", "xabc") == 1);
  CHECK(edit_distance("abc", "acb") == 1);  // two neighbours swapped
  CHECK(edit_distance("ca", "abc") == 3);   // nothing is edited twice
  CHECK(edit_distance("kitten", "sitting") == 3);
  // Symmetric, and changed by at most one by one edit.
  const std::vector<std::string> words = {"",    "a",   "ab",     "ba",   "abc",
                                          "acb", "bca", "parity", "party"};
  for (const std::string& left : words) {
    for (const std::string& right : words) {
      CAPTURE(left, right);
      const std::size_t distance = edit_distance(left, right);
      CHECK(distance == edit_distance(right, left));
      CHECK((distance == 0) == (left == right));
      CHECK(edit_distance(left + "x", right + "x") <= distance);
      CHECK(edit_distance(left + "x", right) <= distance + 1);
    }
  }
}

TEST_CASE("error: suggestions", "[core][quick]") {
  const std::array<const char*, 4> names = {"parity", "mod", "S5", "evenpairs"};
  CHECK(did_you_mean("parit", names) == "did you mean `parity`?");
  CHECK(did_you_mean("partiy", names) == "did you mean `parity`?");
  CHECK(did_you_mean("even_pair", names) == "did you mean `evenpairs`?");
  CHECK(did_you_mean("mood", names) == "did you mean `mod`?");
  CHECK(did_you_mean("xyz", names).empty());
  CHECK(did_you_mean("automaton", names).empty());
  CHECK(did_you_mean("S", names) == "did you mean `S5`?");  // short names: one edit
  CHECK(did_you_mean("mxx", names).empty());
  CHECK(did_you_mean("x", std::vector<std::string>{}).empty());
  // The nearest wins, and among equals the first.
  CHECK(did_you_mean("abcd", std::vector<std::string>{"abxx", "abcx", "xbcd"}) ==
        "did you mean `abcx`?");
}
