#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "automata/language/canonical.hpp"
#include "automata/language/formats.hpp"
#include "automata/language/minimize.hpp"
#include "core/error.hpp"
#include "tests/automata/machines.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using machines::random_moore;
using statewright::core::Error;
using statewright::core::Fault;

namespace {

const std::vector<FileFormat> kAll = {FileFormat::dfa,      FileFormat::json, FileFormat::dot,
                                      FileFormat::fsm,      FileFormat::mata, FileFormat::jff,
                                      FileFormat::canonical};

bool carries_outputs(FileFormat format) {
  return format != FileFormat::fsm && format != FileFormat::mata;
}
bool carries_state_names(FileFormat format) {
  return format != FileFormat::fsm && format != FileFormat::canonical;
}

Dfa as_dfa(const ParsedAutomaton& parsed) {
  if (const auto* nfa = std::get_if<Nfa>(&parsed)) return complete(*nfa);
  return std::get<Dfa>(parsed);
}

Dfa reread(const Dfa& dfa, FileFormat format) {
  return as_dfa(read_automaton(write_automaton(dfa, format), format, "again"));
}

/// What `format` keeps of `dfa`.
Dfa kept(Dfa dfa, FileFormat format) {
  if (!carries_state_names(format)) dfa.state_names.clear();
  return dfa;
}

Dfa parity() {
  Dfa dfa;
  dfa.letters = Alphabet({"0", "1"});
  dfa.labels = acceptor_labels();
  dfa.next = {0, 1, 1, 0};
  dfa.output = {kReject, kAccept};
  return dfa;
}

/// Names that mean something in one format or another.
const std::vector<std::string> kAwkward = {
    "a b",       "\"",     "'",      "ε",     ",",      "a,b",  "<",     ">",       "&",
    "%",         "%20",    "#",      "->",    "*",      "-",    "\\",    "\\n",     "\\N",
    "a\\",       " ",      " a ",    "@x",    "%Final", "(",    ")",     "!",       "|",
    "^",         "\\true", "é",      "日本",  "a:",     ":",    "=",     "[",       "]",
    "{",         "}",      "a|b",    "start", "]]>",    "<!--", "&amp;", "&#10;",   "λ",
    "/",         "a/b",    ";",      "0.5",   "x:1.0",  "node", "graph", "letters", "labels",
    "accepting", "output", "states", "end",   "+",      "\\\"", "//",    "/*",      "&epsilon;",
    "00",        "-1",     "1a",     "a\"b",  "`",      "~",    "__init"};

}  // namespace

TEST_CASE("formats: every format writes an acceptor so that it reads back equal",
          "[automata][law][quick]") {
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CAPTURE(seed);
      const Dfa dfa = random_dfa(1 + seed * 3, 1 + seed % 5, seed);
      CHECK(reread(dfa, format) == dfa);
      const Dfa permuted = machines::shuffled(dfa, seed);  // the start is not the first state
      CHECK(reread(permuted, format) == permuted);
    }
  }
}

TEST_CASE("formats: Moore machines survive where the format has outputs",
          "[automata][law][quick]") {
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CAPTURE(seed);
      const Dfa dfa = random_moore(1 + seed * 2, 1 + seed % 4, 1 + seed % 6, seed);
      if (carries_outputs(format)) {
        CHECK(reread(dfa, format) == dfa);  // labels that no state has, too
      } else {
        CHECK_THROWS_AS(write_automaton(dfa, format), Error);
      }
    }
  }
}

TEST_CASE("formats: the order of the letters survives", "[automata][law][quick]") {
  Dfa dfa = parity();
  dfa.letters = Alphabet({"z", "a"});
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    CHECK(reread(dfa, format) == dfa);
  }
}

TEST_CASE("formats: machines without letters, and machines that are all one thing",
          "[automata][law][quick]") {
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    for (const Output output : {kReject, kAccept}) {
      Dfa dfa = parity();
      dfa.output = {output, output};
      CHECK(reread(dfa, format) == dfa);
      dfa.letters = Alphabet();
      dfa.next.clear();
      dfa.start = 1;
      if (format == FileFormat::fsm || format == FileFormat::mata) {
        CHECK_THROWS_AS(write_automaton(dfa, format), Error);
      } else {
        CHECK(reread(dfa, format) == dfa);
      }
    }
  }
}

TEST_CASE("formats: awkward letters survive or are refused by name", "[automata][law][quick]") {
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    std::vector<std::string> good;
    for (const std::string& name : kAwkward) {
      CAPTURE(name);
      Dfa dfa = parity();
      dfa.letters = Alphabet({"plain", name});
      Dfa alone = parity();  // one letter, and a state that only it leaves
      alone.letters = Alphabet({name});
      alone.next = {1, 1};
      const bool refused = format == FileFormat::fsm && name.find(' ') != std::string::npos;
      if (refused) {
        try {
          write_automaton(dfa, format);
          FAIL("written");
        } catch (const Error& error) {
          CHECK(error.facts().fault == Fault::unsupported);
          CHECK(error.facts().found.find(statewright::core::quoted(name)) != std::string::npos);
        }
      } else {
        CHECK(reread(dfa, format) == dfa);
        CHECK(reread(alone, format) == alone);
        good.push_back(name);
      }
    }
    Dfa all;  // all at once, so that one letter may look like a list of others
    all.letters = Alphabet(good);
    all.labels = acceptor_labels();
    all.next.assign(2 * good.size(), 1);
    all.output = {kAccept, kReject};
    CHECK(reread(all, format) == all);
  }
  Dfa dfa = parity();
  dfa.letters = Alphabet({"<eps>", "a"});
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    if (format == FileFormat::fsm) {
      CHECK_THROWS_AS(write_automaton(dfa, format), Error);
    } else {
      CHECK(reread(dfa, format) == dfa);
    }
  }
}

TEST_CASE("formats: awkward names of states and outputs survive", "[automata][law][quick]") {
  Dfa dfa = parity();
  dfa.letters = Alphabet({"0", "1"});
  dfa.next.clear();
  dfa.output.clear();
  dfa.labels = kAwkward;
  dfa.state_names = kAwkward;
  const auto n = static_cast<State>(kAwkward.size());
  for (State q = 0; q < n; ++q) {
    dfa.next.push_back((q + 1) % n);
    dfa.next.push_back((q * 7) % n);
    dfa.output.push_back(n - 1 - q);
  }
  dfa.start = 3;
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    if (carries_outputs(format)) CHECK(reread(dfa, format) == kept(dfa, format));
    Dfa acceptor = dfa;
    acceptor.labels = acceptor_labels();
    for (State q = 0; q < n; ++q) acceptor.output[q] = q % 2;
    CHECK(reread(acceptor, format) == kept(acceptor, format));
  }
}

TEST_CASE("formats: names that a format cannot hold are refused", "[automata][quick]") {
  const auto refused = [](const Dfa& dfa, FileFormat format) {
    try {
      write_automaton(dfa, format);
    } catch (const Error& error) {
      return error.facts().fault == Fault::unsupported;
    }
    return false;
  };
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    Dfa dfa = parity();
    dfa.state_names = {"same", "same"};
    const bool by_name = carries_state_names(format) && format != FileFormat::json;
    CHECK(refused(dfa, format) == by_name);
    dfa.state_names = {"line\nbreak", "b"};
    CHECK(refused(dfa, format) == by_name);
    dfa.state_names = {"", "b"};
    CHECK(refused(dfa, format) == by_name);
    dfa.state_names = {"\xFF", "b"};
    CHECK(refused(dfa, format) == carries_state_names(format));
    dfa = parity();
    dfa.labels = {"same", "same"};
    CHECK(refused(dfa, format));
    dfa.labels = {"", "b"};
    CHECK(refused(dfa, format));
    dfa.labels = {"\xFF", "b"};
    CHECK(refused(dfa, format));
  }
  Dfa dfa = parity();
  dfa.state_names = {"__start0", "b"};
  CHECK(refused(dfa, FileFormat::dot));
}

TEST_CASE("formats: the exact formats keep every name", "[automata][quick]") {
  Dfa dfa = parity();
  dfa.labels = {"line\nbreak", "tab\t"};
  CHECK(reread(dfa, FileFormat::canonical) == dfa);
  dfa.state_names = {"0", "1"};  // elsewhere the same as none
  CHECK(reread(dfa, FileFormat::json) == dfa);
  dfa.state_names = {"", ""};
  CHECK(reread(dfa, FileFormat::json) == dfa);
}

TEST_CASE("formats: a machine that is not one is not written", "[automata][quick]") {
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    Dfa dfa = parity();
    dfa.next[3] = 2;
    CHECK_THROWS_AS(write_automaton(dfa, format), Error);
    CHECK_THROWS_AS(write_automaton(Dfa{}, format), Error);
  }
}

TEST_CASE("formats: what the writers write", "[automata][golden][quick]") {
  Dfa dfa = parity();
  dfa.state_names = {"even", "odd"};
  CHECK(write_automaton(dfa, FileFormat::dfa) ==
        "letters 0 1\n"
        "start even\n"
        "accepting odd\n"
        "\n"
        "#     0    1\n"
        "even: even odd\n"
        "odd:  odd  even\n");
  CHECK(write_automaton(dfa, FileFormat::json) ==
        "{\n"
        "  \"schema\": \"statewright.dfa/1\",\n"
        "  \"letters\": [\"0\", \"1\"],\n"
        "  \"labels\": [\"reject\", \"accept\"],\n"
        "  \"start\": 0,\n"
        "  \"output\": [0, 1],\n"
        "  \"next\": [[0, 1], [1, 0]],\n"
        "  \"state_names\": [\"even\", \"odd\"]\n"
        "}\n");
  CHECK(write_automaton(dfa, FileFormat::fsm) == "0\t0\t0\n0\t1\t1\n1\t1\t0\n1\t0\t1\n1\n");
  CHECK(write_automaton(dfa, FileFormat::mata) ==
        "@NFA-explicit\n%Alphabet-enum 0 1\n%Initial even\n%Final odd\n"
        "even 0 even\neven 1 odd\nodd 0 odd\nodd 1 even\n");
  CHECK(write_automaton(dfa, FileFormat::dot) ==
        "digraph statewright {\n"
        "rankdir=LR;\n"
        "letters=\"0 1\";\n"
        "even [label=\"even\", shape=circle];\n"
        "odd [label=\"odd\", shape=doublecircle];\n"
        "even -> even [label=\"0\"];\n"
        "even -> odd [label=\"1\"];\n"
        "odd -> odd [label=\"0\"];\n"
        "odd -> even [label=\"1\"];\n"
        "__start0 [label=\"\", shape=none];\n"
        "__start0 -> even [label=\"\"];\n"
        "}\n");
  const std::string canonical =
      "statewright-automaton 1\n"
      "letters 2 0 1\n"
      "labels 2 reject accept\n"
      "states 2\n"
      "start 0\n"
      "state 0 0 0 1\n"
      "state 1 1 1 0\n"
      "end\n";
  CHECK(write_automaton(dfa, FileFormat::canonical) == canonical);
  CHECK(write_automaton_canonical(dfa) == canonical);
  dfa.letters = Alphabet({"(1 2)", "é%"});
  CHECK(write_automaton_canonical(dfa).find("letters 2 (1%202) %C3%A9%25\n") != std::string::npos);
}

TEST_CASE("formats: lines longer than 1 MiB are neither written nor read", "[automata][quick]") {
  Dfa dfa;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < 150'000; ++i) names.push_back("l" + std::to_string(i));
  dfa.letters = Alphabet(names);
  dfa.labels = {"only"};
  dfa.next.assign(names.size(), 0);
  dfa.output = {0};
  CHECK(reread(dfa, FileFormat::json) == dfa);
  CHECK(reread(dfa, FileFormat::dfa) == dfa);  // lists are folded
  CHECK_THROWS_AS(write_automaton(dfa, FileFormat::canonical), Error);
  const std::string whole = write_automaton_canonical(dfa);  // but it has a digest
  CHECK_THROWS_AS(read_automaton(whole, FileFormat::canonical, "long"), Error);
}

TEST_CASE("formats: large machines", "[automata][standard]") {
  const Dfa dfa = random_dfa(20'000, 3, 7);
  for (const FileFormat format : kAll) {
    CAPTURE(name_of(format));
    CHECK(reread(dfa, format) == dfa);
  }
}

TEST_CASE("formats: names and endings", "[automata][quick]") {
  for (const FileFormat format : kAll) {
    CHECK(file_format_from_name(name_of(format)) == format);
  }
  CHECK(file_format_from_path("a/b.c/S5.dfa") == FileFormat::dfa);
  CHECK(file_format_from_path("x.JSON") == FileFormat::json);
  CHECK(file_format_from_path("x.dot") == FileFormat::dot);
  CHECK(file_format_from_path("x.gv") == FileFormat::dot);
  CHECK(file_format_from_path("x.fsm") == FileFormat::fsm);
  CHECK(file_format_from_path("x.att") == FileFormat::fsm);
  CHECK(file_format_from_path("x.txt") == FileFormat::fsm);
  CHECK(file_format_from_path("x.mata") == FileFormat::mata);
  CHECK(file_format_from_path("x.jff") == FileFormat::jff);
  CHECK(file_format_from_path("x.sw") == FileFormat::canonical);
  for (const char* path : {"x.cpp", "x", "", "dfa", "x.dfa/y", "-"}) {
    CAPTURE(path);
    CHECK_THROWS_AS(file_format_from_path(path), Error);
  }
  try {
    file_format_from_name("jsno");
    FAIL("known");
  } catch (const Error& error) {
    CHECK(error.facts().fault == Fault::range);
    CHECK(error.facts().hint == "did you mean `json`?");
  }
}
