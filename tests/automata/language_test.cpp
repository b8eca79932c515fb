#include "automata/language/language.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "automata/language/formats.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/named.hpp"
#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;
using statewright::core::Limits;

namespace {

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "statewright-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& content) const {
    const std::string file = (path_ / name).string();
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Changes the current folder for a while: names without a slash are looked up there.
class InFolder {
 public:
  explicit InFolder(const std::string& path) : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(path);
  }
  ~InFolder() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
  }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  std::filesystem::path before_;
};

Error::Facts refused(const std::string& spec) {
  try {
    load_language(spec);
  } catch (const Error& error) {
    return error.facts();
  }
  FAIL("accepted: " << spec);
  return {};
}

std::string accept(bool yes) { return yes ? "accept" : "reject"; }

}  // namespace

TEST_CASE("load_language: regular expressions", "[automata][quick]") {
  const Language even = load_language("regex:(aa)*");
  CHECK(even.name == "regex:(aa)*");
  CHECK(even.summary == "minimal DFA of the regular expression (aa)*: 2 states, letters { a }");
  CHECK(even.dfa.size() == 2);
  CHECK_FALSE(even.action);
  for (std::size_t n = 0; n < 20; ++n) {
    CHECK(even.dfa.label(Word(n, 0)) == accept(n % 2 == 0));
  }

  const Alphabet letters({"b", "a"});
  const Language wider = load_language("regex:(aa)*", letters);
  CHECK(wider.dfa.letters == letters);
  CHECK(wider.dfa.size() == 3);
  CHECK(wider.dfa.label(letters.parse("aa")) == "accept");
  CHECK(wider.dfa.label(letters.parse("aba")) == "reject");

  // A regex is a regex, whatever it looks like.
  CHECK(load_language("regex:parity").dfa.letters.size() == 6);
  CHECK(load_language("regex:a.b", letters).dfa.size() == 5);

  const auto facts = refused("regex:(a");
  CHECK(facts.fault == Fault::syntax);
  CHECK(facts.where.substr(0, 6) == "regex:");
}

TEST_CASE("load_language: names", "[automata][quick]") {
  for (const char* name : {"parity", "mod:3", "S5:swaps", "A4xZ5", "modarith:3", "first:e,f"}) {
    CAPTURE(name);
    const Language loaded = load_language(name);
    const auto named = named_language(name);
    REQUIRE(named);
    CHECK(loaded.name == name);
    CHECK(loaded.summary == named->summary);
    CHECK(loaded.dfa == named->dfa);
    CHECK(loaded.action == named->action);
  }
  CHECK(refused("mod:0").where == "language `mod:0`");
  // Letters with a dot or a slash do not make a path of a name.
  CHECK(load_language("first:.,/").dfa.letters.names() == std::vector<std::string>{".", "/"});
}

TEST_CASE("load_language: deterministic files", "[automata][quick]") {
  const Folder folder;
  const Dfa parity = load_language("parity").dfa;
  for (const FileFormat format : {FileFormat::dfa, FileFormat::json, FileFormat::dot,
                                  FileFormat::fsm, FileFormat::mata, FileFormat::canonical}) {
    const std::string ending =
        format == FileFormat::canonical ? "sw" : std::string(name_of(format));
    CAPTURE(ending);
    const std::string path = folder.write("odd." + ending, write_automaton(parity, format));
    const Language loaded = load_language(path);
    CHECK(loaded.name == path);
    CHECK(loaded.dfa == parity);
    CHECK_FALSE(loaded.action);
  }

  const Dfa moore = load_language("cyclenav:5").dfa;
  const std::string path = folder.write("ring.json", write_automaton(moore, FileFormat::json));
  const Language loaded = load_language(path);
  CHECK(loaded.dfa == moore);
  CHECK(loaded.summary.find("Moore machine") != std::string::npos);
  CHECK(loaded.summary.find("outputs { 0 1 2 3 4 }") != std::string::npos);

  // A machine that is not minimal is minimised: two copies of a state, and one out of reach.
  Dfa wide = parity;
  wide.next = {3, 1, 1, 0, 2, 2, 0, 1};
  wide.output = {0, 1, 1, 0};
  const Language small =
      load_language(folder.write("wide.json", write_automaton(wide, FileFormat::json)));
  CHECK(small.dfa == parity);
  CHECK(small.summary.find("(4 states): 2 states, letters { 0 1 }") != std::string::npos);
}

TEST_CASE("load_language: nondeterministic and partial files", "[automata][quick]") {
  const Folder folder;
  // The last letter but one is an a: 4 states.
  const std::string guess = folder.write("guess.mata",
                                         "@NFA-explicit\n%Alphabet-auto\n%Initial q0\n%Final q2\n"
                                         "q0 a q0\nq0 b q0\nq0 a q1\nq1 a q2\nq1 b q2\n");
  const Language last = load_language(guess);
  CHECK(last.dfa.size() == 4);
  CHECK(last.summary.find("nondeterministic, 3 states") != std::string::npos);
  const Alphabet& letters = last.dfa.letters;
  for (const auto& [word, yes] : std::vector<std::pair<const char*, bool>>{
           {"", false}, {"a", false}, {"ab", true}, {"bb", false}, {"bab", true}, {"aba", false}}) {
    CAPTURE(word);
    CHECK(last.dfa.label(letters.parse(word)) == accept(yes));
  }

  // Only the word ab, written without a sink: 4 states with it.
  const std::string partial = folder.write("one.mata",
                                           "@NFA-explicit\n%Alphabet-auto\n%Initial p\n%Final r\n"
                                           "p a q\nq b r\n");
  const Language one = load_language(partial);
  CHECK(one.dfa.size() == 4);
  CHECK(one.summary.find("nondeterministic") == std::string::npos);
  CHECK(one.dfa.label(one.dfa.letters.parse("ab")) == "accept");
  CHECK(one.dfa.label(one.dfa.letters.parse("abb")) == "reject");
  CHECK(minimize(one.dfa) == one.dfa);

  // The limit on subsets reaches the construction: 2^11 subsets.
  std::string deep = "@NFA-explicit\n%Alphabet-auto\n%Initial q0\n%Final q11\nq0 a q0\nq0 b q0\n";
  deep += "q0 a q1\n";
  for (int i = 1; i < 11; ++i) {
    for (const char* letter : {"a", "b"}) {
      deep += "q" + std::to_string(i) + " " + letter + " q" + std::to_string(i + 1) + "\n";
    }
  }
  const std::string path = folder.write("deep.mata", deep);
  CHECK(load_language(path).dfa.size() == 2048);
  Limits few;
  few.max_states = 100;
  CHECK_THROWS_AS(load_language(path, {}, few), Error);
}

TEST_CASE("load_language: a name wins over a file without a dot or slash", "[automata][quick]") {
  const Folder folder;
  const Dfa parity = load_language("parity").dfa;
  const std::string text = write_automaton(parity, FileFormat::json);
  folder.write("S3", text);
  folder.write("first:a,b.json", text);
  folder.write("plain", text);
  const InFolder here(folder.path(""));
  CHECK(load_language("S3").dfa.size() == 6);
  CHECK(load_language("first:a,b.json").dfa == parity);    // a file of that name exists
  CHECK(load_language("first:a,c.json").dfa.size() == 3);  // none: the name
  const auto unknown_ending = refused("plain");
  CHECK(unknown_ending.fault == Fault::range);
  CHECK(unknown_ending.where.find("plain") != std::string::npos);
  CHECK_THROWS_AS(load_language("./S3"), Error);  // the file, whose ending says nothing
}

TEST_CASE("load_language: files that cannot be read", "[automata][quick]") {
  const Folder folder;
  const auto missing = refused(folder.path("missing.dfa"));
  CHECK(missing.fault == Fault::io);
  CHECK(missing.where == folder.path("missing.dfa"));
  CHECK(refused("no-such-file.json").fault == Fault::io);
  CHECK(refused(folder.path("")).fault == Fault::io);  // a folder
  CHECK(refused(folder.write("empty.json", "")).fault == Fault::syntax);
  CHECK(refused(folder.write("machine.txyz", "")).fault == Fault::range);
}

TEST_CASE("load_language: unknown names get one suggestion", "[automata][quick]") {
  const std::vector<std::pair<const char*, const char*>> typos = {
      {"partiy", "did you mean `parity`?"},
      {"Parity", "did you mean `parity`?"},
      {"mod3", "did you mean `mod:3`?"},
      {"mood:7", "did you mean `mod:7`?"},
      {"tomta:3", "did you mean `tomita:3`?"},
      {"gridwrld:20", "did you mean `gridworld:20`?"},
      {"dick:2,4", "did you mean `dyck:2,4`?"},
      {"evenpair", "did you mean `evenpairs`?"},
      {"flip-flop", "did you mean `flipflop`?"},
      {"modarit:7", "did you mean `modarith:7`?"},
      {"s5", "did you mean `S5`?"},
      {"z60", "did you mean `Z60`?"},
      {"d12", "did you mean `D12`?"},
      {"regx:(aa)*", "did you mean `regex:(aa)*`?"},
  };
  for (const auto& [typed, hint] : typos) {
    CAPTURE(typed);
    const auto facts = refused(typed);
    CHECK(facts.fault == Fault::range);
    CHECK(facts.where == "language " + statewright::core::quoted(typed));
    CHECK(facts.hint == hint);
    for (const char* form : {"regex:", "file", "name"}) {
      CHECK(facts.expected.find(form) != std::string::npos);
    }
  }
  CHECK(refused("(aa|b)*").hint == "a regular expression is written `regex:(aa|b)*`");
  CHECK(refused("a.*b").fault == Fault::io);
  CHECK(refused("a.*b").hint == "a regular expression is written `regex:a.*b`");
  for (const std::string& nothing :
       {std::string(), std::string("qqqqqqqqqq"), std::string(100'000, 'q')}) {
    const auto facts = refused(nothing);
    CHECK(facts.fault == Fault::range);
    CHECK_FALSE(facts.hint.empty());
    CHECK(facts.where.size() < 100);
  }
}
