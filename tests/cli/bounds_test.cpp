#include <sstream>

#include "automata/language/language.hpp"
#include "cli/bounds_report.hpp"
#include "cli/bounds_session.hpp"
#include "cli/bounds_terminal.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/proofs_check/sample_automata.hpp"

using namespace statewright;
using cli::BoundsSession;

namespace {

/// A session about small state spaces, which it decides well within its time.
BoundsSession session() {
  cli::SessionOptions options;
  options.seconds = 1;
  options.format = "e4m3";
  return BoundsSession({}, options);
}

void check_fits(const std::string& frame) {
  CAPTURE(frame);
  std::istringstream lines(frame);
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    ++count;
    CAPTURE(line);
    CHECK(cli::columns(line) <= 80);
  }
  CHECK(count <= 23);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("bounds session: commands change the network and its arithmetic", "[cli][quick]") {
  BoundsSession talk = session();
  const std::string first = talk.frame();
  CHECK(first_line(first) == "a rotation for cyclenav:5 in e4m3 (stepwise)");
  check_fits(first);
  CHECK_THAT(first, Catch::Contains(">  e4m3"));
  CHECK_THAT(first, Catch::Contains("the shortest wrong word"));

  const std::string other = talk.apply("format e5m2");
  check_fits(other);
  CHECK(first_line(other) == "a rotation for cyclenav:5 in e5m2 (stepwise)");
  CHECK_THAT(other, Catch::Contains(">  e5m2"));
  CHECK_THAT(other, Catch::Contains("   e4m3"));  // stays in the table

  check_fits(talk.apply("m 3"));
  CHECK(talk.m() == 3);
  CHECK(first_line(talk.apply("semantics once")) ==
        "a rotation for cyclenav:3 in once:e5m2 (once)");
  CHECK(talk.semantics().kind == core::Semantics::Kind::once);
  check_fits(talk.apply("s"));
  CHECK_FALSE(talk.semantics().readout.has_value());
  check_fits(talk.apply("up"));
  CHECK(talk.m() == 4);
  check_fits(talk.apply("next"));
  CHECK(talk.semantics().state == core::parse_format("e4m3", ""));
  check_fits(talk.apply("previous"));
  CHECK(talk.semantics().state == core::parse_format("e5m2", ""));
  CHECK(talk.apply("  show ") == talk.apply(""));
  CHECK_FALSE(talk.finished());
  talk.apply("quit");
  CHECK(talk.finished());
}

TEST_CASE("bounds session: what is wrong with a command stands in the frame, nothing changes",
          "[cli][quick]") {
  BoundsSession talk = session();
  for (const char* bad : {"format bf61", "m", "m 1", "m x", "m 100000", "semantics fast", "formt",
                          "format fixed:i=60,f=60"}) {
    CAPTURE(bad);
    const std::string frame = talk.apply(bad);
    check_fits(frame);
    CHECK_THAT(frame, Catch::Contains("error: "));
    CHECK(talk.m() == 5);
    CHECK(talk.semantics() == core::Semantics::in(core::parse_format("e4m3", "")));
  }
  CHECK_THAT(talk.apply("formt"), Catch::Contains("did you mean"));
  CHECK_THAT(talk.apply("show"), !Catch::Contains("error: "));
}

TEST_CASE("bounds session: a network from a file keeps its size", "[cli][quick]") {
  BoundsSession talk(cli::SessionModel{"parity.json", samples::parity(), samples::parity_dfa()});
  check_fits(talk.frame());
  CHECK(first_line(talk.frame()) == "parity.json in bf16 (stepwise)");
  CHECK_THAT(talk.frame(), Catch::Contains("the rounded states are the exact ones"));
  CHECK_THAT(talk.apply("m 7"), Catch::Contains("error: m: expected a rotation"));
}

TEST_CASE("bounds session: keys are commands", "[cli][quick]") {
  CHECK(cli::command_of_key("\x1b[C") == "next");
  CHECK(cli::command_of_key("\x1bOD") == "previous");
  CHECK(cli::command_of_key("\x1b[A") == "up");
  CHECK(cli::command_of_key("\x1b[B") == "down");
  CHECK(cli::command_of_key("\x03") == "quit");
  CHECK(cli::command_of_key("q") == "quit");
  CHECK_FALSE(cli::command_of_key("x"));
  CHECK_FALSE(cli::command_of_key("\x1b"));
}

TEST_CASE("bounds report: tables, JSON and CSV say the same", "[cli][quick]") {
  proofs::Horizon row;
  row.semantics = core::parse_semantics("mixed:state=bf16,readout=exact", "");
  row.certified = proofs::Certified{false, 53};
  row.outcome = core::Outcome::refuted;
  row.exact_letters = 490;
  row.witness = core::Word{1, 0};
  row.random_failure = 1204;
  row.sampled_letters = 5000;
  row.states = 4469;
  proofs::Horizon sure = row;
  sure.semantics = core::parse_semantics("fp16", "");
  sure.certified = proofs::Certified{true, 0};
  sure.certified_by = proofs::Method::enclosure;
  sure.outcome = core::Outcome::proved;
  sure.exact_letters = {};
  sure.random_failure = {};

  const auto table = cli::horizon_table({row, sure});
  CHECK(table[1][1] == "53");
  CHECK(table[1][2] == "490");
  CHECK(table[1][3] == "1,204");
  CHECK(table[1][4] == "never");
  CHECK(table[2][1] == "every");
  CHECK(table[2][2] == "every");

  const cli::JsonOut json = cli::horizon_json(samples::parity(), row);
  CHECK(json["certified"]["letters"] == 53);
  CHECK(json["certified"]["method"] == "exact states");
  CHECK(json["witness"] == cli::JsonOut({"1", "0"}));
  CHECK(json["outcome"] == "refuted");

  const std::string csv = cli::horizon_csv({row, sure});
  CHECK_THAT(csv,
             Catch::Contains(
                 "\n\"" + row.semantics.id() +
                 "\",8,refuted,53,exact "
                 "states,490,1204,,4469,0.000000\n\"fp16\",11,proved,inf,enclosures,inf,,,4469,"));
}
