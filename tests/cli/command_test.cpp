#include "cli/command.hpp"

#include <set>
#include <string>
#include <vector>

#include "cli/completions.hpp"
#include "cli/help.hpp"
#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using cli::Args;
using cli::Command;

namespace {

struct Found {
  std::string path;
  const Command* command;
};

void collect(const Command& command, const std::string& before, std::vector<Found>& all) {
  const std::string path = before.empty() ? command.name : before + " " + command.name;
  all.push_back({path, &command});
  for (const Command& child : command.children) collect(child, path, all);
}

std::vector<Found> all_commands() {
  std::vector<Found> all;
  collect(cli::command_table(), "", all);
  return all;
}

Args parse(const std::vector<std::string>& words) {
  const cli::Resolved resolved = cli::resolve(words);
  return cli::parse_args(*resolved.path.back(), cli::path_name(resolved.path), resolved.rest);
}

core::Error::Facts facts_of(const std::vector<std::string>& words) {
  try {
    parse(words);
  } catch (const core::Error& error) {
    return error.facts();
  }
  return {core::Fault::io, "nothing was thrown", "", ""};
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("every command of the table is complete", "[cli][quick]") {
  const auto commands = all_commands();
  CHECK(commands.size() >= 18);
  std::set<std::string> paths;
  for (const auto& [path, command] : commands) {
    CAPTURE(path);
    CHECK(paths.insert(path).second);
    CHECK_FALSE(command->summary.empty());
    CHECK_FALSE(command->description.empty());
    CHECK(command->children.empty() == (command->run != nullptr));
    if (command->run == nullptr) continue;
    CHECK_FALSE(command->examples.empty());
    std::set<std::string> names;
    std::set<char> letters;
    for (const cli::Flag& flag : command->flags) {
      CAPTURE(flag.name);
      CHECK(flag.name.substr(0, 2) == "--");
      CHECK(names.insert(flag.name).second);
      if (flag.letter != 0) CHECK(letters.insert(flag.letter).second);
      CHECK_FALSE(flag.what.empty());
      CHECK((flag.choices.empty() || !flag.value.empty()));
    }
    CHECK(names.count("--help") == 1);
    CHECK(names.count("--color") == 1);
    bool optional = false;
    for (std::size_t i = 0; i < command->positionals.size(); ++i) {
      const cli::Positional& word = command->positionals[i];
      CHECK((!optional || word.optional));  // nothing required after something optional
      optional = word.optional;
      CHECK((!word.many || i + 1 == command->positionals.size()));
    }
  }
}

TEST_CASE("every command and flag is in every completion script", "[cli][quick]") {
  for (const std::string& script :
       {cli::bash_completions(), cli::zsh_completions(), cli::fish_completions()}) {
    for (const auto& [path, command] : all_commands()) {
      CAPTURE(path);
      CHECK(script.find(command->name) != std::string::npos);
      for (const cli::Flag& flag : command->flags) {
        CAPTURE(flag.name);
        CHECK(script.find(flag.name.substr(2)) != std::string::npos);
      }
    }
  }
}

TEST_CASE("words and flags may come in any order", "[cli][quick]") {
  const Args args = parse({"compile", "--code", "orbit", "S5", "-om.json", "--force"});
  CHECK(args.command() == "statewright compile");
  CHECK(args.positional("LANG") == "S5");
  CHECK(args.value("--code") == std::string("orbit"));
  CHECK(args.value("--output") == std::string("m.json"));
  CHECK(args.has("--force"));
  CHECK_FALSE(args.has("--json"));
  CHECK_FALSE(args.value("--timeout"));
  CHECK(parse({"compile", "S5", "--output=a=b.json"}).value("--output") == std::string("a=b.json"));
  CHECK(parse({"compile", "S5", "-o", "-"}).value("--output") == std::string("-"));
}

TEST_CASE("words reach the command as they were typed", "[cli][quick]") {
  CHECK(parse({"run", "m.json", "[]", "[a,b]", "", "a,b", "{x}"}).all("WORD") ==
        Words{"[]", "[a,b]", "", "a,b", "{x}"});
  CHECK(parse({"run", "m.json", "-", "-1"}).all("WORD") == Words{"-", "-1"});
  CHECK(parse({"run", "m.json", "--trace", "--", "--trace", "-x", "--"}).all("WORD") ==
        Words{"--trace", "-x", "--"});
  // names of commands are ordinary words after the command
  CHECK(parse({"run", "m.json", "run", "dfa", "help"}).all("WORD") == Words{"run", "dfa", "help"});
  CHECK(parse({"dfa", "eq", "eq", "min"}).positional("LANG1") == "eq");
  CHECK(parse({"render", "dfa", "S3", "--title", "[a]"}).value("--title") == std::string("[a]"));
  CHECK(parse({"render", "dfa", "S3", "--title", ""}).value("--title") == std::string());
}

TEST_CASE("whole numbers are exact however they are typed", "[cli][quick]") {
  CHECK(cli::whole_number("1e9") == 1'000'000'000);
  CHECK(cli::whole_number("1E+9") == 1'000'000'000);
  CHECK(cli::whole_number("2.5e6") == 2'500'000);
  CHECK(cli::whole_number("1.0") == 1);
  CHECK(cli::whole_number("0.0012e4") == 12);
  CHECK(cli::whole_number("120.00e0") == 120);
  CHECK(cli::whole_number("000") == 0);
  CHECK(cli::whole_number("0e400") == 0);
  CHECK(cli::whole_number("18446744073709551615") == ~std::uint64_t{0});
  CHECK(cli::whole_number("1844674407370955161.5e1") == ~std::uint64_t{0});
  for (const char* bad :
       {"", "e9", ".5e1", "1.", "1.e3", "1.25e1", "1e-3", "-1", "+1", "1e", "1e9 ", "1e1.5",
        "1,000", "18446744073709551616", "1e20", "1e99999", "inf"}) {
    CAPTURE(bad);
    CHECK_FALSE(cli::whole_number(bad));
  }
}

TEST_CASE("numbers are read whole and within their range", "[cli][quick]") {
  const auto number = [](const std::string& text) {
    return parse({"dfa", "random", "--states", text}).number("--states", 1, 100);
  };
  CHECK(number("1") == 1);
  CHECK(number("100") == 100);
  CHECK(number("1e1") == 10);
  CHECK_FALSE(parse({"dfa", "random"}).number("--states", 1, 100));
  for (const char* bad : {"0", "101", "1.5", "1e3", "1e", "1e-1", " 1", "1 ", "+1", "-1", "0x1", "",
                          "99999999999999999999999"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(number(bad), core::Error);
  }
  const auto seconds = [](const std::string& text) {
    return parse({"verify", "m", "S3", "--timeout", text}).positive("--timeout");
  };
  CHECK(seconds("0.5") == 0.5);
  CHECK(seconds("10") == 10.0);
  for (const char* bad : {"0", "-1", "nan", "inf", "1s", "", "1e10"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(seconds(bad), core::Error);
  }
}

TEST_CASE("slips get one suggestion", "[cli][quick]") {
  CHECK(facts_of({"verify", "m", "S3", "--jsno"}).hint == "did you mean `--json`?");
  CHECK(facts_of({"verify", "m", "S3", "-json"}).hint == "did you mean `--json`?");
  CHECK(facts_of({"compile", "S3", "--code", "one_hot"}).hint == "did you mean `one-hot`?");
  CHECK(facts_of({"verify", "m"}).expected.substr(0, 4) == "LANG");
  CHECK(facts_of({"verify", "m", "S3", "more"}).found == "`more`");
  CHECK(facts_of({"verify", "m", "S3", "--timeout"}).found == "nothing");
  CHECK(facts_of({"verify", "m", "S3", "--timeout="}).found == "nothing");
  CHECK(facts_of({"verify", "m", "S3", "--timeout", "1", "--timeout=2"}).found == "it twice");
  CHECK(facts_of({"verify", "m", "S3", "--json=1"}).found == "`--json=1`");
  CHECK(facts_of({"completions", "csh"}).where == "SHELL");
  CHECK_THROWS_AS(cli::fail_unknown_command(cli::command_table(), "statewright", "verfy"),
                  core::Error);
}

TEST_CASE("with --help nothing else is required", "[cli][quick]") {
  CHECK(parse({"verify", "--help"}).has("--help"));
  CHECK(parse({"verify", "-h"}).has("--help"));
  CHECK(parse({"verify", "m", "--nonsense", "--help"}).has("--help"));
  CHECK_FALSE(parse({"run", "m", "--", "--help"}).has("--help"));
}
