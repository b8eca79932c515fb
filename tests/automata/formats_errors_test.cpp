#include <string>
#include <vector>

#include "automata/language/formats.hpp"
#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;

namespace {

Error::Facts failure(std::string_view text, FileFormat format) {
  try {
    read_automaton(text, format, "f");
  } catch (const Error& error) {
    return error.facts();
  }
  return {Fault::io, "nowhere", "an error", "none"};
}

struct Bad {
  std::string text;
  std::string place;     ///< how `where` begins
  std::string fragment;  ///< part of expected, found or hint
};

void check_all(FileFormat format, const std::vector<Bad>& list) {
  for (const Bad& bad : list) {
    CAPTURE(name_of(format), bad.text);
    const Error::Facts facts = failure(bad.text, format);
    CHECK(facts.where.substr(0, bad.place.size()) == bad.place);
    const std::string all = facts.expected + " | " + facts.found + " | " + facts.hint;
    CAPTURE(facts.where, all);
    CHECK(all.find(bad.fragment) != std::string::npos);
    CHECK(facts.fault != Fault::io);
  }
}

}  // namespace

TEST_CASE("formats: errors in .dfa files", "[automata][quick]") {
  const std::string head = "letters a b\nstart p\naccepting p\n";
  check_all(FileFormat::dfa,
            {{"", "f:1:1", "start"},
             {head, "f:3:11", "declared state"},
             {head + "p: p q\n", "f:4:6", "`q`"},
             {"letters a b\nstart even\naccepting even\neven a -> eevn\n", "f:4:11",
              "did you mean `even`"},
             {head + "p: p\n", "f:4:5", "each of 2 letters"},
             {head + "p: p p p\n", "f:4:8", "each of 2 letters"},
             {head + "p c -> p\n", "f:4:3", "declared letter"},
             {head + "p a -> p\np a -> p\n", "f:5:3", "second"},
             {head + "p: p p\np b -> p\n", "f:5:3", "second"},
             {head + "p a p\n", "f:4:5", "->"},
             {head + "p: p \"p\n", "f:4:6", "closing"},
             {head + "p: p p\"\n", "f:4:7", "white space"},
             {head + "p: p \"p\"q\n", "f:4:9", "white space"},
             {head + "p: p \"\\q\"\n", "f:4:7", "\\\\"},
             {head + "start p\np: p p\n", "f:4:1", "second"},
             {"letters a a\n", "f:1:11", "second `a`"},
             {"letters \"\"\n", "f:1:9", "empty"},
             {"letters a\nlabels x x\n", "f:2:10", "second `x`"},
             {"letters a\nstates p p\n", "f:2:10", "second `p`"},
             {"start\n", "f:1:1", "0 names"},
             {"start p q\n", "f:1:1", "2 names"},
             {"letters a\naccepting p\np: p\n", "f:4:1", "start"},
             {"letters a\nstart p\np: p\n", "f:4:1", "accepting"},
             {"letters a\nstart p\naccepting p p\np: p\n", "f:3:13", "second for `p`"},
             {"letters a\nstart p\naccepting p\noutput x p\np: p\n", "f:3:1", "both"},
             {"letters a\nstart p\noutput x p\noutput y p\np: p\n", "f:4:10", "second for `p`"},
             {"letters a\nlabels y\nstart p\noutput x p\np: p\n", "f:4:8", "declared label"},
             {"letters a b\nstart p\noutput x p\np: p -\n", "f:4:1", "for letter `b`"},
             {"letters a\nstart p\noutput x p\np: q\nq: p\n", "f:5:1", "output of state `q`"},
             {"start: p\n", "f:1:1", "keyword"},
             {"start p\naccepting\np: p\n", "f:3:1", "letters"},
             {"strat p\n", "f:1:7", "did you mean `start`"},
             {"states p q\nstart p\naccepting\nr a -> p\n", "f:4:1", "`r`"}});
}

TEST_CASE("formats: errors in JSON files", "[automata][quick]") {
  const auto text = [](const std::string& members) {
    return "{\"schema\": \"statewright.dfa/1\"" + members + "}";
  };
  check_all(FileFormat::json,
            {{"", "f:1:1", "JSON"},
             {"[]", "f:1:1", "object"},
             {"{}", "f:1:1", "schema"},
             {"{\"schema\": \"other\"}", "f:1:12: schema", "statewright.dfa/1"},
             {text(", \"letters\": [\"a\"], \"letters\": [\"b\"]"), "f:1:", "once"},
             {text(", \"letters\": [\"a\", \"a\"]"), "f:1:50: letters[1]", "second `a`"},
             {text(", \"letters\": [\"\"]"), "f:1:", "control"},
             {text(", \"letters\": [\"a\\u0000\"]"), "f:1:", "control"},
             {text(", \"lettres\": []"), "f:1:", "did you mean `letters`"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [], \"next\": []"),
              "f:1:", "state"},
             {text(", \"letters\": [\"a\"], \"start\": 1, \"output\": [0], \"next\": [[0]]"),
              "f:1:", "below 1"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [2], \"next\": [[0]]"),
              "f:1:", "below 2"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [0], \"next\": [[1]]"),
              "f:1:", "below 1"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [0], \"next\": [[-1]]"),
              "f:1:", "integer"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [0], \"next\": [[0.5]]"),
              "f:1:", "integer"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [0], \"next\": [[]]"),
              "f:1:", "each of 1"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [0], \"next\": []"),
              "f:1:", "each of 1"},
             {text(", \"letters\": [\"a\"], \"start\": 0, \"output\": [0], \"next\": [[0]], "
                   "\"state_names\": []"),
              "f:1:", "each of 1"},
             {text(", \"letters\": [\"a\"], \"labels\": [\"x\"], \"start\": 0, \"output\": [0], "
                   "\"next\": [[null]]"),
              "f:1:", "integer"},
             {text(", \"letters\": [\"a\""), "f:1:", "JSON"},
             {std::string(200'000, '['), "f:1:101", "100 levels"},
             {"{\"schema\": \"statewright.dfa/1\"} x", "f:1:", "JSON"}});
}

TEST_CASE("formats: errors in DOT files", "[automata][quick]") {
  const std::string head = "digraph {\ni -> q;\n";
  std::string deep = "digraph {";
  for (int i = 0; i < 100'000; ++i) deep += '{';
  check_all(
      FileFormat::dot,
      {{"", "f:1:1", "digraph"},
       {"graph { a -- b }", "f:1:1", "undirected"},
       {"digraph {", "f:1:10", "statement"},
       {"digraph { }", "f:1:12", "state"},
       {"digraph { a -> a [label=x] }", "f:1:29", "__start0"},
       {head + "q -> r [label=x]\n}", "f:3:6", "a statement of its own"},
       {"digraph { i [shape=none]; i -> typo; q [shape=circle]; q -> q [label=x] }", "f:1:32",
        "a statement of its own"},
       {head + "q -> r; r;\n}", "f:3:3", "without one"},
       {head + "q -> q [label=x\n}", "f:4:1", "attribute or ]"},
       {head + "q -> q [label=]\n}", "f:3:15", "value"},
       {head + "q -- q [label=x]\n}", "f:3:3", "->"},
       {head + "q -> {q r} [label=x]\n}", "f:3:6", "subgraph"},
       {head + "{q r} -> q [label=x]\n}", "f:3:7", "subgraph"},
       {head + "q -> q [label=\"x]\n}", "f:3:15", "closing"},
       {head + "q -> q [label=<x]\n}", "f:3:15", "closing >"},
       {head + "q -> q [label=<<b>x</b>>]\n}", "f:3:15", "HTML"},
       {head + "/* q -> q [label=x]\n}", "f:3:1", "*/"},
       {head + "q -> 1a [label=x]\n}", "f:3:6", "1a"},
       {head + "q -> q [label=x] ?\n}", "f:3:18", "`?`"},
       {head + "q -> edge [label=x]\n}", "f:3:6", "a node"},
       {head + "}\ndigraph {}", "f:4:1", "the end"},
       {head + "letters=\"a a\"\n}", "f:3:9", "second `a`"},
       {head + "letters=\"a%0\"\n}", "f:3:9", "percent"},
       {head + "letters=\"aa\"; q -> q [label=ab]\n}", "f:3:29", "did you mean `aa`"},
       {head + "q [output=x]; q -> r [label=x]; r -> q [label=x]\n}", "f:3:20",
        "output of state `r`"},
       {head + "q [output=x]; outputs=\"y\"; q -> q [label=x]\n}", "f:2:6", "declared label"},
       {head + "q [output=x]; r [output=x]; q -> r [label=x]\n}", "f:3:15", "for letter `x`"},
       {head + "j -> r; q [output=x]; r [output=x]; q -> r [label=x]; r -> q [label=x]\n}", "f:3:6",
        "one start"},
       {head + "q [output=x]; q -> q [label=\"x\"]; q -> q [label=x]\n}", "f:3:37", "second"},
       {head + "q [output=x]; q -> q [label=\"\xCE\xB5\"]\n}", "f:3:17", "empty move"},
       {head + "q -> q [label=\"a/0\"]; q -> q [label=\"b/1\"]\n}", "f:2:3", "Mealy"},
       {head + "q -> q [label=\"a:0.5\"]; q -> r [label=\"a:0.5\"]; r -> r [label=\"a:1.0\"]\n}",
        "f:2:3", "probability"},
       {"strict digraph { i -> q; q -> r [label=a]; q -> r [label=b] }", "f:1:1", "parallel"},
       {deep, "f:1:109", "100 levels"}});
}

TEST_CASE("formats: errors in AT&T files", "[automata][quick]") {
  check_all(FileFormat::fsm, {{"", "f:1:1", "state"},
                              {"0 1 a\n1 0.5\n", "f:2:3", "weight"},
                              {"0 1 a 0.5\n1\n", "f:1:7", "weight"},
                              {"0 1 a b\n1\n", "f:1:7", "output letters"},
                              {"0 1 a\n1\n1\n", "f:3:1", "second `1`"},
                              {"0 1 a b c d\n", "f:1:7", "output letters"}});
}

TEST_CASE("formats: errors in .mata files", "[automata][quick]") {
  const std::string head = "@NFA-explicit\n";
  check_all(FileFormat::mata, {{"", "f:1:1", "@NFA-explicit"},
                               {"q a q\n", "f:1:1", "@NFA-explicit"},
                               {"@NFA-bits\n", "f:1:1", "named letters"},
                               {"@AFA-explicit\n", "f:1:1", "@AFA-explicit"},
                               {"@NFA-explicit x\n", "f:1:15", "end of the line"},
                               {head + head, "f:2:1", "second section"},
                               {head + "%Initial q\n%Final q\nq a\n", "f:4:1", "2 words"},
                               {head + "%Initial q\nq a q q\n", "f:3:7", "4 words"},
                               {head + "%Final q\nq a q\n", "f:4:1", "%Initial"},
                               {head + "%Initial p | q\nq a q\n", "f:2:12", "formula"},
                               {head + "%Initial q\n%Final \\true\nq a q\n", "f:3:8", "formula"},
                               {head + "%Intial q\n", "f:2:1", "did you mean `%Initial`"},
                               {head + "%Alphabet-enum a a\n", "f:2:18", "second `a`"},
                               {head + "%States-enum q q\n", "f:2:16", "second `q`"},
                               {head + "%States-enum q\n%Initial q\nq a r\n", "f:4:5", "`r`"},
                               {head + "%Alphabet-enum a\n%Initial q\nq b q\n", "f:4:3", "`b`"},
                               {head + "%Alphabet-auto x\n", "f:2:16", "end of the line"},
                               {head + "%Alphabet-utf\n", "f:2:1", "%Alphabet-enum"},
                               {head + "\"\" a q\n", "f:2:1", "empty"}});
}

TEST_CASE("formats: errors in .jff files", "[automata][quick]") {
  const auto fa = [](const std::string& inside) {
    return "<structure><type>fa</type>\n" + inside + "\n</structure>";
  };
  const std::string q = "<state id=\"0\"><initial/></state>";
  const auto move = [](const std::string& inside) {
    return "<transition>" + inside + "</transition>";
  };
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  check_all(
      FileFormat::jff,
      {{"", "f:1:1", "an element"},
       {"hello", "f:1:1", "an element"},
       {"<graph></graph>", "f:1:1", "<structure>"},
       {"<structure></structure>", "f:1:1", "<type>"},
       {"<structure><type>pda</type></structure>", "f:1:18", "`pda`"},
       {"<structure><type>fa</type><type>fa</type></structure>", "f:1:27", "second"},
       {fa(""), "f:3:13", "state"},
       {fa("<state id=\"0\"></state>"), "f:3:13", "start"},
       {fa("<state></state>"), "f:2:1", "id"},
       {fa(q + q), "f:2:33", "second `0`"},
       {fa("<state id=\"0\" name=\"x\"/><state id=\"1\" name=\"x\"/>"), "f:2:25", "second `x`"},
       {fa(q + move("<from>0</from><to>1</to><read>a</read>")), "f:2:63", "id of a state"},
       {fa(q + move("<from>0</from><to>0</to>")), "f:2:33", "<read>"},
       {fa(q + move("<to>0</to><read>a</read>")), "f:2:33", "<from>"},
       {fa(q + move("<from>0</from><from>0</from>")), "f:2:59", "second"},
       {fa(q + move("<from>0</from><to>0</to><read>ab</read>")), "f:2:75", "<alphabet>"},
       {fa(q + move("<from><b/></from>")), "f:2:51", "text in <from>"},
       {fa("<alphabet><letter>a</letter><letter>a</letter></alphabet>"), "f:2:37", "second `a`"},
       {fa("<alphabet><letter></letter></alphabet>"), "f:2:11", "empty"},
       {fa("<alphabet><letter>&#10;</letter></alphabet>"), "f:2:19", "control"},
       {fa("<alphabet>a b</alphabet>"), "f:2:11", "<letter>"},
       {fa("<alphabet><letter>a</letter></alphabet>" + q +
           move("<from>0</from><to>0</to><read>b</read>")),
        "f:2:114", "declared letter"},
       {fa("<block/>"), "f:2:1", "block"},
       {fa("<automaton></automaton><automaton/>"), "f:2:24", "second"},
       {fa("<state id=\"0\" id=\"1\"/>"), "f:2:15", "second `id`"},
       {fa("<state id=0/>"), "f:2:11", "quoted value"},
       {fa("<state id=\"<\"/>"), "f:2:12", "&lt;"},
       {fa("<state id/>"), "f:2:10", "="},
       {fa("<state id=\"0\"x=\"1\"/>"), "f:2:14", "white space"},
       {fa("<state id=\"&nope;\"/>"), "f:2:12", "numeric reference"},
       {fa("<state id=\"&#0;\"/>"), "f:2:12", "character"},
       {fa("<state id=\"&#xD800;\"/>"), "f:2:12", "character"},
       {fa("<state id=\"&#x110000;\"/>"), "f:2:12", "character"},
       {fa("<state id=\"&#;\"/>"), "f:2:12", "character"},
       {fa("<state id=\"& \"/>"), "f:2:12", "&amp;"},
       {fa("<a></b>"), "f:2:4", "</a>"},
       {fa("<!-- "), "f:3:13", "-->"},
       {"<!DOCTYPE x [<!ENTITY a \"b\">]><structure/>", "f:1:1", "document type"},
       {fa("") + "<more/>", "f:3:13", "the end"},
       {fa("") + "</more>", "f:3:13", "the end"},
       {fa("<state id=\"0\">").substr(0, 40), "f:2:14", "XML"},
       {"<structure><type>moore</type><state id=\"0\"><initial/><output/></state></structure>",
        "f:1:30", "not empty"},
       {"<structure><type>moore</type><state id=\"0\"><initial/></state></structure>", "f:1:30",
        "output of state `0`"},
       {"<structure><type>moore</type><state id=\"0\"><initial/><output>x</output></state>"
        "<transition><from>0</from><to>0</to><read/></transition></structure>",
        "f:1:80", "empty move"},
       {deep, "f:1:1", "<structure>"},
       {"<structure>" + deep, "f:1:309", "100 levels"}});
}

TEST_CASE("formats: errors in canonical files", "[automata][quick]") {
  const std::string head = "statewright-automaton 1\n";
  const std::string two = head + "letters 1 a\nlabels 2 reject accept\nstates 2\nstart 0\n";
  check_all(FileFormat::canonical,
            {{"", "f:1:1", "line feed"},
             {"statewright-automaton 2\n", "f:1:1", "statewright-automaton 1"},
             {head, "f:2:1", "letters"},
             {"statewright-automaton 1", "f:1:24", "line feed"},
             {"statewright-automaton 1\r\n", "f:1:24", "printable"},
             {head + "\n", "f:2:1", "end of the line"},
             {head + "letters  1 a\n", "f:2:9", "second space"},
             {head + "letters 2 a\n", "f:2:12", "end of the line"},
             {head + "letters 1 a \n", "f:2:12", "end of the line"},
             {head + "letters 1 a b\n", "f:2:12", "end of the line"},
             {head + "letters 2 a a\n", "f:2:13", "second `a`"},
             {head + "letters 1 %61\n", "f:2:11", "percent"},
             {head + "letters 1 %c3%a9\n", "f:2:11", "percent"},
             {head + "letters 1 %\n", "f:2:11", "percent"},
             {head + "letters 1 %FF\n", "f:2:11", "percent"},
             {head + "letters 1 %0A\n", "f:2:11", "control"},
             {head + "letters 01 a\n", "f:2:9", "2^31"},
             {head + "letters -1\n", "f:2:9", "2^31"},
             {head + "letters 2147483648\n", "f:2:9", "2^31"},
             {head + "letters 2147483647 a\n", "f:2:21", "end of the line"},
             {head + "labels 1 a\n", "f:2:1", "letters"},
             {head + "letters 0\nlabels 1 a\nstates 0\nstart 0\nend\n", "f:4:1", "one state"},
             {head + "letters 0\nlabels 1 a\nstates 1\nstart 1\n", "f:5:7", "below 1"},
             {two, "f:6:1", "state"},
             {two + "state 1 0 0\n", "f:6:7", "state 0"},
             {two + "state 0 2 0\n", "f:6:9", "below 2"},
             {two + "state 0 0 2\n", "f:6:11", "below 2"},
             {two + "state 0 0\n", "f:6:10", "end of the line"},
             {two + "state 0 0 0 0\n", "f:6:12", "end of the line"},
             {two + "state 0 0 0\nend\n", "f:7:1", "state"},
             {two + "state 0 0 0\nstate 1 0 0\n", "f:8:1", "end"},
             {two + "state 0 0 0\nstate 1 0 0\nend\nend\n", "f:9:1", "the end"}});
}

TEST_CASE("formats: what no format accepts", "[automata][quick]") {
  for (const FileFormat format :
       {FileFormat::dfa, FileFormat::json, FileFormat::dot, FileFormat::fsm, FileFormat::mata,
        FileFormat::jff, FileFormat::canonical}) {
    CAPTURE(name_of(format));
    const std::vector<std::string> bytes = {
        std::string("a\0b", 3), "\x01", "\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80",
        "\xF4\x90\x80\x80"};
    for (const std::string& text : bytes) {
      CAPTURE(text);
      CHECK(failure(text, format).where.substr(0, 2) == "f:");
    }
    const bool by_lines =
        format != FileFormat::json && format != FileFormat::dot && format != FileFormat::jff;
    const Error::Facts facts = failure(std::string(10'000'000, 'a') + "\n", format);
    CHECK(facts.where.substr(0, 4) == "f:1:");
    if (by_lines) CHECK(facts.expected == "lines of at most 1 MiB");
    CHECK(facts.found.size() < 200);
  }
}

TEST_CASE("formats: one text shared by many edges is bounded", "[automata][quick]") {
  std::string text = "digraph { i -> q; edge [label=\"";
  for (int i = 0; i < 20'000; ++i) text += "l" + std::to_string(i) + ',';
  text += "\"]; q";
  for (int i = 0; i < 20'000; ++i) text += " -> q";
  const Error::Facts facts = failure(text + "}", FileFormat::dot);
  CHECK(facts.fault == Fault::unsupported);
  CHECK(facts.expected.find("64 MiB") != std::string::npos);
}
