#include "cli/text.hpp"

#include <limits>
#include <string>

#include "cli/progress.hpp"
#include "tests/catch.hpp"

using namespace statewright;

TEST_CASE("numbers and times for people", "[cli][quick]") {
  CHECK(cli::grouped(0) == "0");
  CHECK(cli::grouped(999) == "999");
  CHECK(cli::grouped(1000) == "1,000");
  CHECK(cli::grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
  CHECK(cli::counted(1, "state") == "1 state");
  CHECK(cli::counted(0, "state") == "0 states");
  CHECK(cli::counted(14400, "step") == "14,400 steps");
  CHECK(cli::seconds_text(0.00034) == "0.3 ms");
  CHECK(cli::seconds_text(1.25) == "1.25 s");
  CHECK(cli::seconds_text(240.4) == "240 s");
}

TEST_CASE("columns count characters, not bytes", "[cli][quick]") {
  CHECK(cli::columns("εab") == 3);
  CHECK(cli::padded("ε", 3) == "ε  ");
  CHECK(cli::padded("abcd", 3) == "abcd");
  CHECK(cli::table_text({{"a", "ε", "end"}, {"bb", "cc"}}, 2) == "  a   ε   end\n  bb  cc\n");
}

TEST_CASE("paragraphs are wrapped, prepared lines are kept", "[cli][quick]") {
  CHECK(cli::wrapped("one two three", 9, 2) == "  one two\n  three\n");
  CHECK(cli::wrapped("one\ntwo\n\nthree", 80, 0) == "one two\n\nthree\n");
  CHECK(cli::wrapped("text\n\n  kept   as it is\nmore", 80, 1) ==
        " text\n\n   kept   as it is\n more\n");
  CHECK(cli::wrapped("averylongword b", 5, 0) == "averylongword\nb\n");
  CHECK(cli::wrapped("", 80, 4).empty());
}

TEST_CASE("states and words", "[cli][quick]") {
  core::Matrix<core::Real> state(2, 2);
  state(0, 0) = 1;
  state(0, 1) = core::Real(-1) / 2;
  CHECK(cli::state_text(state) == "(1 -1/2; 0 0)");
  CHECK(cli::state_text(state, 3) == "(1 -1/2; 0, ... 1 more)");
  CHECK(cli::state_text(core::Matrix<core::Real>::column({1, 2})) == "(1, 2)");
  CHECK(cli::state_json(state).dump() == R"([["1","-1/2"],["0","0"]])");
  const core::Alphabet letters({"a", "b"});
  CHECK(cli::word_text(letters, core::Word{0, 1, 1}) == "\"abb\"");
  CHECK(cli::word_text(letters, core::Word(1000, 1)).size() < 200);
  CHECK(cli::names_text({"a", "b", "c"}, 2) == "a, b, ... (3 in all)");
  CHECK(cli::names_text({"a", "b"}, 2) == "a, b");
}

TEST_CASE("words survive a shell", "[cli][quick]") {
  CHECK(cli::shell_quoted("s5.json") == "s5.json");
  CHECK(cli::shell_quoted("") == "''");
  CHECK(cli::shell_quoted("regex:(a|b)*") == "'regex:(a|b)*'");
  CHECK(cli::shell_quoted("it's") == "'it'\\''s'");
  CHECK(cli::shell_quoted("~x") == "'~x'");
}

TEST_CASE("progress says how much of how much", "[cli][quick]") {
  CHECK(cli::ProgressLine::text({"product states", 12345, {}}) == "12,345 product states");
  CHECK(cli::ProgressLine::text({"subsets", 1, 4}) == "1 of 4 subsets (25 %)");
  CHECK(cli::ProgressLine::text({"subsets", 0, 0}) == "0 subsets");
  // 300 in 2 s are 150 a second: 600 more take 4 s.
  CHECK(cli::ProgressLine::text({"subsets", 400, 1000}, 300, 2) ==
        "400 of 1,000 subsets (40 %), 150/s, 4.00 s left");
  CHECK(cli::ProgressLine::text({"subsets", 400, 1000}, 300, 0.9) == "400 of 1,000 subsets (40 %)");
  CHECK(cli::ProgressLine::text({"subsets", 400, 1000}, 0, 2) == "400 of 1,000 subsets (40 %)");
  CHECK(cli::ProgressLine::text({"product states", 400, {}}, 300, 2) ==
        "400 product states, 150/s");
}
