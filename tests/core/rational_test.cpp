#include "core/number/rational.hpp"

#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

TEST_CASE("rational: text is read exactly and written in lowest terms", "[core][quick]") {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},        {"-0", "0"},
      {"007", "7"},      {"-3/8", "-3/8"},
      {"6/4", "3/2"},    {"0.125", "1/8"},
      {"-2.50", "-5/2"}, {"0/5", "0"},
      {"010/08", "5/4"}, {"123456789012345678901234567890", "123456789012345678901234567890"}};
  for (const auto& [text, want] : cases) {
    CAPTURE(text);
    CHECK(to_string(parse_rational(text, "here")) == want);
  }
}

TEST_CASE("rational: anything else is an error with its place", "[core][quick]") {
  for (const char* text : {"", "-", "+1", "1/", "/2", "1e3", " 1", "1 ", "1/-2", "0x1", "1.", ".5",
                           "--1", "1/2/3", "nan", "inf", "1.5/2"}) {
    CAPTURE(text);
    try {
      parse_rational(text, "here");
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.facts().where == "here");
      CHECK(error.facts().fault == Fault::syntax);
    }
  }
  try {
    parse_rational("3/0", "here");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "here: expected a denominator other than zero, found `3/0`");
  }
}

TEST_CASE("rational: small_integer answers for integers of 64 bits only", "[core][quick]") {
  for (const char* text : {"0", "1", "-1", "9223372036854775807", "-9223372036854775807"}) {
    CAPTURE(text);
    const auto small = small_integer(parse_rational(text, ""));
    REQUIRE(small.has_value());
    CHECK(std::to_string(*small) == text);
  }
  for (const char* text : {"1/2", "-7/3", "9223372036854775808", "-18446744073709551616",
                           "340282366920938463463374607431768211456"}) {
    CAPTURE(text);
    CHECK_FALSE(small_integer(parse_rational(text, "")).has_value());
  }
}
