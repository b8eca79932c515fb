#include "cli/program.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/shared.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/file.hpp"
#include "tests/catch.hpp"

using namespace statewright;

namespace {

struct Ran {
  int exit;
  std::string out, err;
};

Ran run(const std::vector<std::string>& words) {
  std::ostringstream out, err;
  cli::Streams io(out, err);
  const int exit = cli::run_program(words, io);
  return {exit, out.str(), err.str()};
}

}  // namespace

TEST_CASE("the product goes to standard output, everything else to standard error",
          "[cli][quick]") {
  const Ran equal = run({"dfa", "eq", "mod:2", "regex:(0|10*1)*"});
  CHECK(equal.exit == cli::kDone);
  CHECK(equal.out == "equal\n");
  CHECK(equal.err.empty());

  const Ran joined = run({"dfa", "eq", "regex:a", "regex:a|b"});
  CHECK(joined.exit == cli::kRefuted);
  CHECK(joined.out.substr(0, 9) == "different");
  CHECK(joined.err.substr(0, 5) == "note:");

  const Ran wrong = run({"dfa", "eq", "parity"});
  CHECK(wrong.exit == cli::kBadInput);
  CHECK(wrong.out.empty());
  CHECK(wrong.err.substr(0, 6) == "error:");

  const Ran nothing = run({});
  CHECK(nothing.exit == cli::kBadInput);
  CHECK(nothing.out.empty());
}

TEST_CASE("a seed repeats what it made", "[cli][quick]") {
  const Ran first = run({"dfa", "random", "--states", "20", "--seed", "5"});
  CHECK(first.exit == cli::kDone);
  CHECK(first.err == "note: seed 5\n");
  CHECK(run({"dfa", "random", "--states", "20", "--seed", "5"}).out == first.out);
  CHECK(run({"dfa", "random", "--states", "20", "--seed", "6"}).out != first.out);
}

TEST_CASE("color changes no word", "[cli][quick]") {
  const Ran plain = run({"dfa", "eq", "parity", "mod:2"});
  Ran colored = run({"dfa", "eq", "parity", "mod:2", "--color", "always"});
  CHECK(colored.out != plain.out);
  std::string bare;
  for (std::size_t i = 0; i < colored.out.size(); ++i) {
    if (colored.out[i] == '\x1b') {
      i = colored.out.find('m', i);
    } else {
      bare += colored.out[i];
    }
  }
  CHECK(bare == plain.out);
}

TEST_CASE("words of a length come without walking through the shorter ones", "[cli][quick]") {
  const Ran ran = run({"dfa", "words", "parity", "--length", "300", "--count", "1"});
  CHECK(ran.exit == cli::kDone);
  CHECK(ran.out == std::string(299, '0') + "1\n");
  // the words of lengths a..b are those of each length, one after the other
  std::string parts;
  for (const char* length : {"3", "4", "5"}) {
    parts += run({"dfa", "words", "tomita:4", "--length", length}).out;
  }
  CHECK(run({"dfa", "words", "tomita:4", "--length", "3..5"}).out == parts);
}

TEST_CASE("an output is refused before it is needed", "[cli][quick]") {
  const cli::TemporaryFolder folder;
  const std::string path = folder.path() + "/x.txt";
  std::ostringstream out, err;
  cli::Streams io(out, err);
  cli::Output(path, false).write("one", io);
  CHECK(core::read_file(path) == "one");
  CHECK_THROWS_AS(cli::Output(path, false), core::Error);
  cli::Output(path, true).write("two", io);
  CHECK(core::read_file(path) == "two");
  CHECK_THROWS_AS(cli::Output(folder.path(), true), core::Error);
  CHECK_THROWS_AS(cli::Output(folder.path() + "/none/x", true), core::Error);
  CHECK_THROWS_AS(cli::Output("", true), core::Error);

  std::filesystem::create_symlink("x.txt", folder.path() + "/link");
  cli::Output(folder.path() + "/link", true).write("three", io);
  CHECK(core::read_file(path) == "three");
  CHECK(std::filesystem::is_symlink(folder.path() + "/link"));

  cli::Output("-", false).write("product", io);
  CHECK(out.str() == "product");
  // nothing but what was written is left behind, no probe and no temporary name
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    ++entries;
  }
  CHECK(entries == 2);
}

TEST_CASE("a canonical model names its letters", "[cli][quick]") {
  core::Model model = automata::compile(automata::load_language("mod:3"));
  model.letters = core::Alphabet({"a b", "100% \xC3\xA9"});
  const std::string text = core::write_model_canonical(model);
  CHECK(cli::is_canonical_model(text));
  CHECK(cli::letters_of_canonical_model(text, "m.sw") == model.letters);
  for (const char* bad :
       {"statewright-model 1\n", "statewright-model 1\nletters 3 a b\n",
        "statewright-model 1\nletters 1 a%2\n", "statewright-model 1\nletters 1 a%zz\n"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(cli::letters_of_canonical_model(bad, "m.sw"), core::Error);
  }
}

TEST_CASE("what is a file is decided as for languages", "[cli][quick]") {
  const cli::TemporaryFolder folder;
  const std::string path = folder.path() + "/a.dfa";
  CHECK_FALSE(cli::is_automaton_text(path));
  core::write_file(path, "letters a\nstart 0\naccepting\n0: 0\n");
  CHECK(cli::is_automaton_text(path));
  CHECK(cli::is_automaton_text("-"));
  CHECK_FALSE(cli::is_automaton_text("S5"));
  CHECK_FALSE(cli::is_automaton_text("regex:a.b"));
}
