// Drawings: the DOT text against golden files (STATEWRIGHT_UPDATE_GOLDEN=1 writes them anew), the
// labels of edges by hand, and every kind of drawing through Graphviz itself.

#include <array>
#include <cstdio>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "automata/render/draw.hpp"
#include "automata/render/edge_label.hpp"
#include "automata/render/text.hpp"
#include "core/error.hpp"
#include "core/text/utf8.hpp"
#include "tests/automata/golden_drawing.hpp"
#include "tests/catch.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;
using Names = std::vector<std::string>;

Dfa acceptor(const Names& letters, std::size_t states,
             const std::function<State(State, Letter)>& step,
             const std::function<bool(State)>& accepts) {
  Dfa dfa;
  dfa.letters = Alphabet(letters);
  dfa.labels = acceptor_labels();
  for (State q = 0; q < states; ++q) {
    dfa.output.push_back(accepts(q) ? kAccept : kReject);
    for (Letter a = 0; a < letters.size(); ++a) dfa.next.push_back(step(q, a));
  }
  return dfa;
}

Dfa counter(State modulus) {
  return acceptor(
      {"0", "1"}, modulus, [&](State q, Letter a) { return (q + a) % modulus; },
      [](State q) { return q == 0; });
}

Dfa parity() {
  Dfa dfa = acceptor(
      {"0", "1"}, 2, [](State q, Letter a) { return q ^ a; }, [](State q) { return q == 1; });
  dfa.state_names = {"even", "odd"};
  return dfa;
}

// Words without three 0s in a row; state 3 is the sink.
Dfa no_three_zeros() {
  return acceptor(
      {"0", "1"}, 4, [](State q, Letter a) -> State { return q == 3   ? 3
                                                             : a == 1 ? 0
                                                                      : q + 1; },
      [](State q) { return q < 3; });
}

// Words that contain `word`: the automaton of Knuth, Morris and Pratt, from the definition.
Dfa containing(const std::string& word, const std::string& sigma) {
  Names letters;
  for (const char c : sigma) letters.emplace_back(1, c);
  const auto step = [&](State q, Letter a) -> State {
    if (q == word.size()) return q;
    const std::string read = word.substr(0, q) + sigma[a];
    for (std::size_t k = read.size(); k > 0; --k) {
      if (read.substr(read.size() - k) == word.substr(0, k)) return static_cast<State>(k);
    }
    return 0;
  };
  Dfa dfa = acceptor(letters, word.size() + 1, step, [&](State q) { return q == word.size(); });
  for (std::size_t k = 0; k <= word.size(); ++k) {
    dfa.state_names.push_back(k == 0 ? "ε" : word.substr(0, k));
  }
  return dfa;
}

// The dihedral group of order 2m reading all its elements; x = r^i s^j is i + m j.
Dfa dihedral(State m) {
  Names names;
  for (State x = 0; x < 2 * m; ++x) {
    const State i = x % m;
    std::string name = i == 0 ? "" : i == 1 ? "r" : "r" + std::to_string(i);
    if (x >= m) name += "s";
    names.push_back(name.empty() ? "e" : name);
  }
  const auto times = [&](State x, Letter y) {
    return (x % m + (x < m ? y % m : m - y % m)) % m + m * ((x / m) ^ (y / m));
  };
  Dfa dfa = acceptor(names, 2 * m, times, [](State) { return false; });
  dfa.labels = names;
  for (State x = 0; x < 2 * m; ++x) dfa.output[x] = x;
  return dfa;
}

Dfa moore_stack() {
  Dfa dfa = acceptor(
      {"push", "pop", "no op"}, 4,
      [](State q, Letter a) -> State {
        return a == 0 ? std::min(q + 1, 3U) : a == 1 ? (q == 0 ? 0 : q - 1) : q;
      },
      [](State) { return false; });
  dfa.labels = {"low", "high"};
  dfa.output = {0, 0, 1, 1};
  return dfa;
}

const Names kNasty = {"\"",  "\\",    "\\N",  "&amp;", "<b>",  "a b",    ",",  "any",
                      "–",   "ε",     "]",    "};",    "//",   "#",      "\\", "\\\"",
                      "-->", "&#65;", "<!--", "]]>",   "%s%n", "\\G\\l", "'",  "日本"};

// Successors and outputs uniform; letters and state names from the list above and plain ones.
Dfa random_acceptor(unsigned seed) {
  std::mt19937 draw(seed);
  const std::size_t states = 1 + draw() % 11, letters = 1 + draw() % 5;
  std::set<std::string> used;
  Names names;
  while (names.size() < letters) {
    const std::string name =
        draw() % 2 == 0 ? kNasty[draw() % kNasty.size()] : std::string(1, "abcdefgh"[draw() % 8]);
    if (used.insert(name).second) names.push_back(name);
  }
  const auto step = [&](State, Letter) { return static_cast<State>(draw() % states); };
  Dfa dfa = acceptor(names, states, step, [&](State) { return draw() % 3 == 0; });
  if (draw() % 2 == 0) {
    for (std::size_t q = 0; q < states; ++q) {
      dfa.state_names.push_back(kNasty[draw() % kNasty.size()] + std::to_string(q));
    }
  }
  if (draw() % 4 == 0) {
    dfa.labels = {kNasty[draw() % kNasty.size()], kNasty[draw() % kNasty.size()]};
  }
  return dfa;
}

Dfa random_plain(std::size_t states, std::size_t letters, unsigned seed) {
  std::mt19937 draw(seed);
  Names names;
  for (std::size_t a = 0; a < letters; ++a) names.push_back("g" + std::to_string(a));
  const auto step = [&](State, Letter) { return static_cast<State>(draw() % states); };
  return acceptor(names, states, step, [&](State) { return draw() % 3 == 0; });
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t total = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++total;
  }
  return total;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string label(const Names& alphabet, const std::vector<Letter>& letters) {
  std::string out;
  for (const std::string& line : render::edge_label(Alphabet(alphabet), letters)) {
    out += (out.empty() ? "" : "/") + line;
  }
  return out;
}

Names single_letters(char first, char last) {
  Names out;
  for (char c = first; c <= last; ++c) out.emplace_back(1, c);
  return out;
}

// Elements closed in order, attributes quoted, only known entities, UTF-8 throughout: enough XML
// for what Graphviz writes. Returns what is wrong, or nothing.
std::string xml_fault(const std::string& text) {
  if (!core::is_utf8(text)) return "not UTF-8";
  Names open;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '&') {
      const std::size_t end = text.find(';', i);
      if (end == std::string::npos || end - i > 8) return "a bare & at " + std::to_string(i);
      const std::string entity = text.substr(i + 1, end - i - 1);
      const bool known = entity == "amp" || entity == "lt" || entity == "gt" || entity == "quot" ||
                         (entity.size() > 1 && entity[0] == '#');
      if (!known) return "the entity " + entity;
      i = end + 1;
    } else if (text.compare(i, 4, "<!--") == 0) {
      const std::size_t end = text.find("--", i + 4);
      if (end == std::string::npos || text[end + 2] != '>') return "-- in a comment";
      i = end + 3;
    } else if (text[i] == '<' && (text[i + 1] == '?' || text[i + 1] == '!')) {
      i = text.find('>', i) + 1;
    } else if (text[i] == '<') {
      std::size_t end = i + 1;
      for (bool quoted = false; end < text.size() && (quoted || text[end] != '>'); ++end) {
        if (text[end] == '"') quoted = !quoted;
        if (text[end] == '<') return "< inside a tag";
      }
      if (end == text.size()) return "a tag without end";
      const bool closes = text[i + 1] == '/', empty = text[end - 1] == '/';
      const std::size_t from = i + (closes ? 2U : 1U);
      const std::string name = text.substr(from, text.find_first_of(" \n/>", from) - from);
      if (closes) {
        if (open.empty() || open.back() != name) return "an unexpected </" + name + ">";
        open.pop_back();
      } else if (!empty) {
        open.push_back(name);
      }
      i = end + 1;
    } else {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte < 0x20 && byte != '\n' && byte != '\t') return "a control character";
      ++i;
    }
  }
  return open.empty() ? "" : "no </" + open.back() + ">";
}

// The lines of text in an SVG picture, entities replaced.
std::set<std::string> lines_of_text(const std::string& svg) {
  static const std::vector<std::pair<std::string, std::string>> kEntities = {
      {"&lt;", "<"},  {"&gt;", ">"},   {"&quot;", "\""}, {"&#39;", "'"},
      {"&#45;", "-"}, {"&#160;", " "}, {"&amp;", "&"}};
  std::set<std::string> out;
  for (std::size_t at = svg.find("<text"); at != std::string::npos;
       at = svg.find("<text", at + 1)) {
    const std::size_t begin = svg.find('>', at) + 1, end = svg.find("</text>", begin);
    std::string line;
    for (std::size_t i = begin; i < end;) {
      bool replaced = false;
      for (const auto& [entity, meant] : kEntities) {
        if (svg.compare(i, entity.size(), entity) != 0) continue;
        line += meant;
        i += entity.size();
        replaced = true;
        break;
      }
      if (!replaced) line += svg[i++];
    }
    out.insert(line);
  }
  return out;
}

Error::Facts facts_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.facts();
  }
  FAIL("no error");
  return {};
}

}  // namespace

TEST_CASE("render: golden drawings", "[automata][golden][quick]") {
  check_golden_drawing("parity", draw_dfa(parity(), {.title = "parity"}));
  check_golden_drawing("mod_3", draw_dfa(counter(3)));
  check_golden_drawing("mod_12", draw_dfa(counter(12), {.title = "number of 1s divisible by 12"}));
  check_golden_drawing("no_three_zeros", draw_dfa(no_three_zeros()));
  check_golden_drawing("no_three_zeros_with_sink",
                       draw_dfa(no_three_zeros(), {.drop_sink = false}));
  check_golden_drawing("keyword",
                       draw_dfa(containing("abracadabra", "abcdefghijklmnopqrstuvwxyz")));
  check_golden_drawing("dihedral_4", draw_dfa(dihedral(4), {.title = "D4"}));
  check_golden_drawing("dihedral_6_table", draw_dfa(dihedral(6), {.title = "D6"}));
  check_golden_drawing("moore_stack", draw_dfa(moore_stack()));
  check_golden_drawing("random_20", draw_dfa(random_plain(20, 2, 1)));
  check_golden_drawing("table", draw_dfa(random_plain(120, 120, 1), {.title = "too many"}));
  Dfa nasty = acceptor(
      Names(kNasty.begin(), kNasty.begin() + 14), 4,
      [](State q, Letter a) { return (q * 3 + a) % 4; }, [](State q) { return q == 2; });
  nasty.state_names = {"\"q\"", "\\N\n\x01", "<b>&lt;", ""};
  check_golden_drawing("nasty_names", draw_dfa(nasty, {.title = "\"quotes\" <b> & \\N \xff"}));
}

TEST_CASE("render: labels of edges", "[automata][unit][quick]") {
  const Names abc = single_letters('a', 'z');
  CHECK(label({"0", "1"}, {0}) == "0");
  CHECK(label({"0", "1"}, {0, 1}) == "0, 1");
  CHECK(label({"x"}, {0}) == "x");
  CHECK(label(abc, {0, 1}) == "a, b");
  CHECK(label(abc, {0, 1, 2}) == "a–c");
  CHECK(label(abc, {0, 1, 2, 4, 25}) == "a–c, e, z");
  std::vector<Letter> some(26);
  for (Letter a = 0; a < 26; ++a) some[a] = a;
  CHECK(label(abc, some) == "a–z");
  some.erase(some.begin() + 12);
  CHECK(label(abc, some) == "a–l, n–z");  // eight columns; "all but m" has nine
  some.erase(some.begin() + 4);
  CHECK(label(abc, some) == "all but e, m");  // "a–d, f–l, n–z" has thirteen

  SECTION("ranges follow the alphabet, and no range joins two kinds") {
    CHECK(label({"c", "b", "a"}, {0, 1, 2}) == "c, b, a");
    CHECK(label({"8", "9", "10", "11"}, {0, 1, 2, 3}) == "8–11");
    CHECK(label({"Y", "Z", "a", "b"}, {0, 1, 2, 3}) == "Y, Z, a, b");
    CHECK(label({"W", "Y", "Z", "a", "b"}, {0, 1, 2, 3, 4}) == "any");
    CHECK(label({"9", "a", "b", "00", "01", "02"}, {3, 4, 5}) == "00, 01, 02");
    CHECK(label({"a", "b", "c", "d"}, {0, 2, 3}) == "a, c, d");
  }
  SECTION("names that could be misread are quoted") {
    CHECK(label({"a b", "c"}, {0}) == "\"a b\"");
    CHECK(label({",", "c"}, {0}) == "\",\"");
    CHECK(label({"any", "c"}, {0}) == "\"any\"");
    CHECK(label({"\"", "c"}, {0}) == "\"\\\"\"");
    CHECK(label({"–", "a–f", "c"}, {0, 1}) == "\"–\", \"a–f\"");
  }
  SECTION("long lists are wrapped and cut") {
    Names many;
    std::vector<Letter> even, most;
    for (Letter a = 0; a < 120; ++a) {
      many.push_back("g" + std::to_string(a));
      if (a % 2 == 0) even.push_back(a);
      if (a != 7) most.push_back(a);
    }
    CHECK(label(many, even) == "g0, g2, g4, g6, g8,/g10, g12, g14, g16,/g18, + 50 more");
    CHECK(label(many, most) == "all but g7");
    CHECK(label(many, std::vector<Letter>(even.begin(), even.begin() + 12)) ==
          "g0, g2, g4, g6, g8,/g10, g12, g14, g16,/g18, g20, g22");
    const std::string longest(500, 'x');
    CHECK(label({longest, "y"}, {0}) == std::string(27, 'x') + "…");
  }
}

TEST_CASE("render: text", "[automata][unit][quick]") {
  CHECK(render::printable("a\nb\x1b\xff\xc3\xa9") == "a\\nb\\x1b\xef\xbf\xbd\xc3\xa9");
  CHECK(render::dot_quoted({"a\"b\\", "&lt;"}) == R"("a\"b\\\n&amp;lt;")");
  CHECK(render::wrapped("one, two three", 9) == Names{"one, two", "three"});
  CHECK(render::wrapped("abcdefgh", 3) == Names{"abc", "def", "gh"});
  CHECK(render::wrapped("", 3) == Names{""});
  CHECK(render::clipped("αβγδ", 3) == "αβ…");
  CHECK(render::decimal(-0.004) == "0");
  CHECK(render::decimal(-12.5) == "-12.5");
  CHECK(render::decimal(3.146) == "3.15");
  CHECK(render::decimal(0.05) == "0.05");
}

TEST_CASE("render: what is drawn", "[automata][unit][quick]") {
  SECTION("a sink is left out on request only, and said so") {
    const std::string without = draw_dfa(no_three_zeros());
    CHECK_FALSE(has(without, "q3"));
    CHECK(has(without, "transitions not drawn lead to a rejecting sink"));
    const std::string with = draw_dfa(no_three_zeros(), {.drop_sink = false});
    CHECK(has(with, "q3 -> q3"));
    CHECK_FALSE(has(with, "not drawn"));
  }
  SECTION("the start stays, even where nothing is accepted") {
    const Dfa empty = acceptor(
        {"a"}, 1, [](State, Letter) { return 0U; }, [](State) { return false; });
    CHECK(has(draw_dfa(empty), "q0 -> q0 [label=\"a\"]"));
  }
  SECTION("an automaton without letters") {
    CHECK(has(draw_dfa(acceptor({}, 2, nullptr, [](State q) { return q == 0; })), "start -> q0"));
  }
  SECTION("accepting states are doubled") {
    CHECK(count(draw_dfa(counter(3)), "peripheries=2") == 1);
    CHECK(count(draw_dfa(moore_stack()), "peripheries=2") == 0);
  }
  SECTION("outputs stand under the names, or for them if all differ") {
    CHECK(count(draw_dfa(moore_stack()), ">high</font>") == 2);
    const std::string group = draw_dfa(dihedral(4));
    CHECK(has(group, "q5 [label=\"rs\""));
    CHECK_FALSE(has(group, "<font"));
  }
  SECTION("one line for both ways of an involution, where there are many") {
    CHECK(count(draw_dfa(dihedral(4)), "dir=both") == 20);  // five involutions, four pairs each
    CHECK(count(draw_dfa(parity()), "dir=both") == 0);
  }
  SECTION("cycles and small complete machines on a circle, the rest in ranks") {
    CHECK(has(draw_dfa(counter(12)), "layout=nop2"));
    CHECK(has(draw_dfa(dihedral(3)), "layout=nop2"));
    CHECK(has(draw_dfa(counter(4)), "layout=dot"));
    CHECK(has(draw_dfa(random_plain(20, 2, 1)), "layout=dot"));
  }
  SECTION("tables above the limit and for tangles") {
    const std::string table = draw_dfa(random_plain(120, 120, 1));
    CHECK(has(table,
              "120 states and 120 letters: too many to draw; the table shows 24 states and "
              "12 letters"));
    CHECK(count(table, "<tr>") == 1 + 24 + 1);
    Dfa far = random_plain(80, 2, 1);
    far.start = 70;
    CHECK(has(draw_dfa(far), "start is state 70"));
    CHECK(has(draw_dfa(random_plain(30, 10, 1)), "edges: too dense to draw"));
    CHECK(has(draw_dfa(counter(12), {.max_states = 11}), "12 states and 2 letters: too many"));
    CHECK_FALSE(has(draw_dfa(counter(12), {.max_states = 12}), "too many"));
  }
  SECTION("an automaton that is none is refused") {
    Dfa broken = counter(3);
    broken.next[1] = 9;
    CHECK(facts_of([&] { draw_dfa(broken); }).fault == Fault::range);
  }
}

TEST_CASE("render: pictures by the end of a name", "[automata][unit][quick]") {
  CHECK(picture_from_path("a.svg") == Picture::svg);
  CHECK(picture_from_path("dir.d/a.b.PDF") == Picture::pdf);
  CHECK(picture_from_path("x.png") == Picture::png);
  CHECK(picture_from_path("x.dot") == Picture::dot);
  CHECK(picture_from_path("x.gv") == Picture::dot);
  CHECK(facts_of([] { picture_from_path("a.svg/b"); }).fault == Fault::range);
  CHECK(facts_of([] { picture_from_path("a.pgn"); }).hint == "did you mean `png`?");
}

TEST_CASE("render: DOT needs no layout", "[automata][unit][quick]") {
  CHECK(lay_out("not DOT at all", Picture::dot) == "not DOT at all");
  if (!layout_available()) {
    const Error::Facts facts = facts_of([] { lay_out("digraph {}", Picture::svg); });
    CHECK(facts.fault == Fault::unavailable);
    CHECK_FALSE(facts.hint.empty());
  }
}

TEST_CASE("render: Graphviz accepts every drawing", "[automata][oracle][standard]") {
  if (!layout_available()) return;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_acceptor(seed);
    const std::string dot = draw_dfa(dfa, {.title = "seed " + std::to_string(seed)});
    REQUIRE(dot == draw_dfa(dfa, {.title = "seed " + std::to_string(seed)}));
    const std::string svg = lay_out(dot, Picture::svg);
    REQUIRE(xml_fault(svg) == "");
    const std::set<std::string> lines = lines_of_text(svg);
    CHECK(lines.contains("seed " + std::to_string(seed)));
    if (has(dot, "table [")) continue;
    // One line each: nodes, edges, and the start arrow, whose line begins with "start".
    const std::size_t arrows = count(dot, " -> q");
    CHECK(count(svg, "class=\"node\"") == count(dot, "\n  q") - (arrows - 1));
    CHECK(count(svg, "class=\"edge\"") == arrows);
    for (State q = 0; q < dfa.size(); ++q) {
      if (!has(dot, "\n  q" + std::to_string(q) + " [")) continue;
      const std::string name = is_acceptor(dfa) || has(dot, "<font point-size=\"10\"")
                                   ? dfa.state_name(q)
                                   : dfa.labels[dfa.output[q]];
      INFO("state " << q << " named " << name);
      CHECK(lines.contains(name));
    }
  }
}

TEST_CASE("render: every kind of drawing in every format", "[automata][oracle][standard]") {
  if (!layout_available()) return;
  const std::vector<Dfa> machines = {parity(),    counter(12),   no_three_zeros(),
                                     dihedral(4), moore_stack(), random_plain(120, 120, 1)};
  for (const Dfa& dfa : machines) {
    CAPTURE(dfa.size());
    const std::string dot = draw_dfa(dfa, {.title = "<title> & \"more\""});
    const std::string svg = lay_out(dot, Picture::svg);
    CHECK(xml_fault(svg) == "");
    CHECK(lines_of_text(svg).contains("<title> & \"more\""));
    CHECK(lay_out(dot, Picture::png).substr(0, 8) == "\x89PNG\r\n\x1a\n");
    const std::string pdf = lay_out(dot, Picture::pdf);
    CHECK(pdf.substr(0, 5) == "%PDF-");
    CHECK(has(pdf, "%%EOF"));
    CHECK(svg == lay_out(dot, Picture::svg));
  }
}

TEST_CASE("render: DOT that Graphviz rejects", "[automata][unit][quick]") {
  if (!layout_available()) return;
  const std::string good = "digraph g { a -> b }";  // nameless graphs are numbered
  const std::string before = lay_out(good, Picture::svg);
  for (const char* const bad :
       {"", "digraph {", "digraph { a -> -> b }", "graph { a -> b }", "nonsense", "digraph { \"a }",
        "digraph { a [label=<<b>x</i>>] }", "digraph { layout=nosuch; a }"}) {
    CAPTURE(bad);
    CHECK(facts_of([&] { lay_out(bad, Picture::svg); }).fault == Fault::syntax);
    CHECK(lay_out(good, Picture::svg) == before);
  }
  const std::string zero("digraph { a\0b }", 15);
  CHECK(facts_of([&] { lay_out(zero, Picture::png); }).fault == Fault::syntax);

  for (int again = 0; again < 2; ++again) {
    const Error::Facts facts =
        facts_of([] { lay_out("digraph {\n  a -> b;\n  c -> -> d\n}\n", Picture::svg); });
    CHECK(facts.where == "dot:3");
    CHECK(has(facts.found, "syntax error"));
  }
}

TEST_CASE("render: Graphviz's messages stay out of stderr", "[automata][unit][quick]") {
  if (!layout_available()) return;
  std::FILE* const caught = std::tmpfile();
  REQUIRE(caught != nullptr);
  std::fflush(stderr);
  const int saved = dup(2);
  REQUIRE(dup2(fileno(caught), 2) == 2);
  std::string fault;
  try {
    lay_out("digraph { a -> -> b }", Picture::svg);
  } catch (const Error& error) {
    fault = error.facts().found;
  }
  // A warning: the label is wider than its node.
  lay_out("digraph { a [label=\"much too long\", width=0.1, fixedsize=true] }", Picture::svg);
  std::fflush(stderr);
  dup2(saved, 2);
  close(saved);
  std::fseek(caught, 0, SEEK_END);
  const long written = std::ftell(caught);
  std::fclose(caught);
  CHECK(written == 0);
  CHECK_FALSE(fault.empty());
}

TEST_CASE("render: several threads may draw at once", "[automata][unit][quick]") {
  if (!layout_available()) return;
  const std::string dot = draw_dfa(counter(5));
  const std::string want = lay_out(dot, Picture::svg);
  std::array<std::string, 4> got;
  std::vector<std::thread> threads;
  for (std::string& out : got) {
    threads.emplace_back([&out, &dot] {
      for (int i = 0; i < 5; ++i) out = lay_out(dot, Picture::svg);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& out : got) CHECK(out == want);
}

}  // namespace statewright::automata
