#include <string>
#include <variant>
#include <vector>

#include "automata/language/formats.hpp"
#include "automata/language/nfa.hpp"
#include "core/error.hpp"
#include "core/text/file.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;
using statewright::core::read_file;

namespace {

ParsedAutomaton sample(const std::string& name) {
  const std::string path = std::string(STATEWRIGHT_SOURCE_DIR) + "/tests/automata/data/" + name;
  return read_automaton(read_file(path), file_format_from_path(name), name);
}

Nfa acceptor(const ParsedAutomaton& parsed) { return std::get<Nfa>(parsed); }
Dfa machine(const ParsedAutomaton& parsed) { return std::get<Dfa>(parsed); }

Nfa acceptor(std::string_view text, FileFormat format) {
  return acceptor(read_automaton(text, format, "text"));
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("formats: the .dfa format as people write it", "[automata][quick]") {
  const Nfa parity = acceptor(sample("parity.dfa"));
  CHECK(parity.letters.names() == Names{"0", "1"});
  CHECK(parity.state_names == Names{"even", "odd"});
  CHECK(accepts(parity, Word{1, 0}));
  CHECK_FALSE(accepts(parity, Word{1, 1}));

  const Dfa latch = machine(sample("latch.dfa"));
  CHECK(latch.labels == Names{"0", "1"});
  CHECK(latch.next == std::vector<State>{0, 1, 0, 0, 1, 1});
  CHECK(latch.label(Word{1, 2}) == "1");

  // Without a list of letters they are in bytewise order; without a list of states those count that
  // have moves, in order.
  const Nfa loose = acceptor(
      "b z -> a\r\n"
      "a y, x -> b  # commas are white space\r\n"
      "accepting a b\r\n"
      "start a\r\n",
      FileFormat::dfa);
  CHECK(loose.letters.names() == Names{"x", "y", "z"});
  CHECK(loose.state_names == Names{"b", "a"});
  CHECK(loose.initial == std::vector<State>{1});

  // A declared * is a letter; quotes make keywords, * and - into names; partial rows.
  const Nfa star = acceptor(
      "letters * \"-\" + \n"
      "states \"start\" end\n"
      "start \"start\"\n"
      "accepting end\n"
      "\"start\": end - \"start\"\n"
      "end * -> end\n",
      FileFormat::dfa);
  CHECK(star.edges[0] == std::vector<Nfa::Edge>{{0, 1}, {2, 0}});
  CHECK(star.edges[1] == std::vector<Nfa::Edge>{{0, 1}});
  // Numbers as names are no names.
  CHECK(
      acceptor("letters a\nstart 1\naccepting\n0: 1\n1: 0\n", FileFormat::dfa).state_names.empty());
  // * takes what is left, whichever line comes first.
  const Nfa rest = acceptor(
      "letters a b c\nstart p\naccepting q\n"
      "p * -> p\np b -> q\nq: q - -\nq * -> p\n",
      FileFormat::dfa);
  CHECK(rest.edges[0] == std::vector<Nfa::Edge>{{0, 0}, {1, 1}, {2, 0}});
  CHECK(rest.edges[1] == std::vector<Nfa::Edge>{{0, 1}, {1, 0}, {2, 0}});
}

TEST_CASE("formats: DOT as people draw it", "[automata][quick]") {
  const Nfa plain = acceptor(sample("plain.dot"));
  CHECK(plain.letters.names() == Names{"0", "1", "x", "y"});
  CHECK(plain.state_names == Names{"both", "start", "zero", "sink"});
  CHECK(plain.initial == std::vector<State>{1});
  CHECK(plain.accepting == std::vector<bool>{true, false, false, false});
  CHECK(accepts(plain, Word{1, 1, 0, 0, 1}));
  CHECK_FALSE(accepts(plain, Word{0, 1, 0}));
  CHECK(plain.edges[3] == std::vector<Nfa::Edge>{{2, 3}, {3, 3}});

  // Several starts, empty moves, an accepting state by its two outlines, quoted text in parts.
  const Nfa several = acceptor(
      "digraph { \"\" [shape=point]; \"\" -> a; \"\" -> b; a -> b [label=\"\xCE\xB5\"];"
      " b [peripheries=2] b -> \"a\" + \"c\" [label=\"x\" + \"y\"]; ac -> ac [label=\"<eps>\"] }",
      FileFormat::dot);
  CHECK(several.initial == std::vector<State>{0, 1});
  CHECK(several.accepting == std::vector<bool>{true, true, false});
  CHECK(several.letters.names() == Names{"xy"});
  CHECK(several.edges[0] == std::vector<Nfa::Edge>{{0, 2}});

  // A comma can be a letter; declared letters are taken whole first.
  CHECK(acceptor("digraph { i [shape=none] i -> q; q -> q [label=\",\"] }", FileFormat::dot)
            .letters.names() == Names{","});
  const Nfa declared = acceptor(
      "digraph { graph [letters=\"b a,b a\"]; i -> q; q -> r [label=\"a,b\"]; r -> q [label=\"a, "
      "b\"]}",
      FileFormat::dot);
  CHECK(declared.letters.names() == Names{"b", "a,b", "a"});
  CHECK(declared.edges[0] == std::vector<Nfa::Edge>{{1, 1}});
  CHECK(declared.edges[1] == std::vector<Nfa::Edge>{{0, 0}, {2, 0}});
  // The invisible node keeps its unlabelled edges out of the alphabet even with labelled self loops
  // elsewhere; a text node without edges is decoration; strict is fine without parallel edges.
  const Nfa strict = acceptor(
      "strict digraph g { note [shape=plaintext, label=\"hello\"]; s [style=\"invis\"]; s -> q "
      "[label=start]; q -> q [label=a]; }",
      FileFormat::dot);
  CHECK(strict.state_names == Names{"q"});
}

TEST_CASE("formats: what AALpy and LearnLib write", "[automata][quick]") {
  const Dfa aalpy = complete(acceptor(sample("aalpy_dfa.dot")));
  CHECK(aalpy.letters.names() == Names{"a", "b"});
  CHECK(aalpy.state_names == Names{"s0", "s1", "s2"});
  CHECK(aalpy.next == std::vector<State>{1, 0, 2, 1, 0, 2});
  CHECK(aalpy.output == std::vector<Output>{kReject, kAccept, kReject});

  for (const char* name : {"aalpy_moore.dot", "learnlib_moore.dot"}) {
    CAPTURE(name);
    const Dfa moore = machine(sample(name));
    CHECK(moore.letters.names() == Names{"heat", "wait"});
    CHECK(moore.labels == Names{"cold", "hot"});
    CHECK(moore.state_names == Names{"s0", "s1"});
    CHECK(moore.next == std::vector<State>{1, 0, 1, 0});
    CHECK(moore.output == std::vector<Output>{0, 1});
  }
  CHECK_THROWS_AS(sample("learnlib_mealy.dot"), Error);
}

TEST_CASE("formats: OpenFst, Mata and JFLAP files", "[automata][quick]") {
  const Nfa fsm = acceptor(sample("empty_move.fsm"));
  CHECK(fsm.letters.names() == Names{"a", "b"});
  CHECK(fsm.state_names.empty());
  CHECK(accepts(fsm, Word{1}));
  CHECK(accepts(fsm, Word{0, 1, 1}));
  CHECK_FALSE(accepts(fsm, Word{0}));
  CHECK_FALSE(accepts(fsm, Word{}));
  // States may have names; sparse numbers are ordered as numbers; the first line tells the start.
  const Nfa sparse = acceptor("10 9 b\n9 10 a\n9\n", FileFormat::fsm);
  CHECK(sparse.state_names == Names{"9", "10"});
  CHECK(sparse.initial == std::vector<State>{1});
  CHECK(sparse.letters.names() == Names{"b", "a"});  // as first mentioned
  CHECK(acceptor("idle", FileFormat::fsm).accepting == std::vector<bool>{true});

  const Nfa mata = acceptor(sample("ends_in_ab.mata"));
  CHECK(mata.letters.names() == Names{"a", "b"});
  CHECK(mata.state_names == Names{"q0", "q 1", "q2"});
  CHECK(mata.initial == std::vector<State>{0, 1});
  CHECK(accepts(mata, Word{1, 0, 1}));
  CHECK(accepts(mata, Word{1}));
  CHECK_FALSE(accepts(mata, Word{0}));
  const Nfa epsilon =
      acceptor("@NFA-explicit\n%Epsilon e\n%States-enum p q\n%Initial q\n%Final p\nq e p\nq a q\n",
               FileFormat::mata);
  CHECK(epsilon.letters.names() == Names{"a"});
  CHECK(epsilon.state_names == Names{"p", "q"});
  CHECK(accepts(epsilon, Word{0}));

  const Nfa jflap = acceptor(sample("jflap7.jff"));
  CHECK(jflap.letters.names() == Names{"&", "a", "b"});
  CHECK(jflap.state_names == Names{"q0", "q1", "a<b"});
  CHECK(accepts(jflap, Word{1, 1, 0, 2, 0}));
  CHECK_FALSE(accepts(jflap, Word{1}));
  const Dfa moore = machine(sample("jflap4_moore.jff"));
  CHECK(moore.labels == Names{"off", "on"});
  CHECK(moore.next == std::vector<State>{1, 0});
  CHECK(moore.state_names.empty());
}

TEST_CASE("formats: JSON and the canonical form", "[automata][quick]") {
  const Nfa partial = acceptor(sample("partial.json"));
  CHECK(partial.edges[0] == std::vector<Nfa::Edge>{{0, 1}});
  CHECK(complete(partial).size() == 3);
  const Nfa canonical = acceptor(sample("parity.sw"));
  CHECK(canonical.letters.names() == Names{"0", "1"});
  CHECK(accepts(canonical, Word{1}));
}

TEST_CASE("formats: empty moves are removed exactly", "[automata][quick]") {
  // A cycle of empty moves: all three states do what any of them does.
  const Nfa cycle = acceptor("0 1 <eps>\n1 2 <eps>\n2 0 <eps>\n1 3 a\n3 3 b\n3\n", FileFormat::fsm);
  for (const State q : {0U, 1U, 2U}) CHECK(cycle.edges[q] == std::vector<Nfa::Edge>{{0, 3}});
  CHECK(cycle.accepting == std::vector<bool>{false, false, false, true});
  // Long chains would take quadratic time and space; they are refused, not left to run.
  std::string chain = "0 1 a\n";
  for (int i = 1; i < 20'000; ++i) {
    chain += std::to_string(i) + ' ' + std::to_string(i + 1) + " <eps>\n";
  }
  CHECK_THROWS_AS(acceptor(chain, FileFormat::fsm), Error);
}

TEST_CASE("formats: a byte order mark is ignored in the text formats", "[automata][quick]") {
  const std::string mark = "\xEF\xBB\xBF";
  CHECK(acceptor(mark + "0 0 a\n0\n", FileFormat::fsm).size() == 1);
  CHECK(acceptor(mark + "start 0\naccepting\n0 a -> 0\n", FileFormat::dfa).size() == 1);
  CHECK_THROWS_AS(acceptor(mark + "statewright-automaton 1\nletters 0\nlabels 2 reject accept\n"
                                  "states 1\nstart 0\nstate 0 0\nend\n",
                           FileFormat::canonical),
                  Error);
}

TEST_CASE("formats: the examples in FORMATS.md are read", "[automata][doc][quick]") {
  const std::string text =
      read_file(std::string(STATEWRIGHT_SOURCE_DIR) + "/automata/language/FORMATS.md");
  std::vector<std::string> blocks;
  const std::string fence = "\n```";
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    const std::size_t begin = text.find('\n', at + 1) + 1;
    const std::size_t end = text.find(fence, begin) + 1;
    blocks.push_back(text.substr(begin, end - begin));
    at = end + 3;
  }
  REQUIRE(blocks.size() == 9);
  blocks.erase(blocks.begin() + 2);  // the grammar of .dfa
  const std::vector<FileFormat> formats = {FileFormat::dfa, FileFormat::dfa,      FileFormat::json,
                                           FileFormat::dot, FileFormat::fsm,      FileFormat::mata,
                                           FileFormat::jff, FileFormat::canonical};
  for (std::size_t i = 0; i < formats.size(); ++i) {
    CAPTURE(i, blocks[i]);
    const ParsedAutomaton parsed = read_automaton(blocks[i], formats[i], "FORMATS.md");
    const bool latch = i == 1;
    CHECK(std::holds_alternative<Dfa>(parsed) == latch);
    if (!latch && formats[i] != FileFormat::jff) {
      CHECK(write_automaton(complete(acceptor(parsed)), formats[i]).size() > 0);
      CHECK(accepts(acceptor(parsed), Word{1, 0, 0}));
      CHECK_FALSE(accepts(acceptor(parsed), Word{1, 1}));
    }
  }
}
