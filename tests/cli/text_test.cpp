#include "cli/text.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>

#include "cli/decimals.hpp"
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

TEST_CASE("text: decimal numbers of any size, as %g prints them", "[cli][text][quick]") {
  using namespace cli;
  using core::Integer;
  using core::Rational;
  const Rational huge = Rational(boost::multiprecision::pow(Integer(10), 400));
  CHECK(decimal_text(0, 6) == "0");
  CHECK(decimal_text(huge, 6) == "1e+400");
  CHECK(decimal_text(-1 / huge, 6) == "-1e-400");
  CHECK(decimal_text(Rational(99999951, 100), 6) == "1e+06");
  CHECK(root_text(huge * 2, 4, RootRounding::nearest) == "1.414e+200");
  CHECK(root_text(2 / huge, 4, RootRounding::up) == "1.415e-200");
  CHECK(root_text(Rational(17, 16), 4, RootRounding::up) == "1.031");
  CHECK(root_text(Rational(1, 4), 4, RootRounding::up) == "0.5");
  CHECK(root_text(1 + 1 / huge, 4, RootRounding::up) == "1.001");
  std::uint64_t state = 5;
  for (int round = 0; round < 2000; ++round) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const auto top = static_cast<std::int64_t>(state >> 40U) + 1;
    state = state * 6364136223846793005U + 1442695040888963407U;
    // An odd number below 2^26 times one of these powers of 2 is no tie in six digits.
    const int power = static_cast<int>(state >> 33U) % 50;
    const double value =
        std::ldexp(static_cast<double>(2 * top + 1), round % 2 == 0 ? 40 + power : -25 - power);
    CAPTURE(value);
    char text[40];
    std::snprintf(text, sizeof text, "%.6g", value);
    CHECK(decimal_text(Rational(value), 6) == text);
    CHECK(root_text(Rational(value) * Rational(value), 6, RootRounding::nearest) == text);
  }
}
