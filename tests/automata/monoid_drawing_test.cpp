// Cayley graphs, egg boxes and cascades as DOT text: golden files (STATEWRIGHT_UPDATE_GOLDEN=1
// writes them anew; look at the pictures), structure by hand, and limits.

#include <algorithm>
#include <string>

#include "automata/algebra/green.hpp"
#include "automata/algebra/monoid.hpp"
#include "automata/cascade/decompose.hpp"
#include "automata/cascade/holonomy.hpp"
#include "automata/language/language.hpp"
#include "automata/render/cascade_drawing.hpp"
#include "automata/render/cayley.hpp"
#include "automata/render/draw.hpp"
#include "automata/render/eggbox.hpp"
#include "automata/render/word_label.hpp"
#include "tests/automata/golden_drawing.hpp"
#include "tests/catch.hpp"

namespace statewright::automata {
namespace {

std::string cayley(const std::string& name, const CayleyOptions& options = {}) {
  const Language language = load_language(name);
  return draw_cayley(std::get<TransitionMonoid>(syntactic_monoid(language.dfa)),
                     language.dfa.letters, options);
}

std::string eggbox(const std::string& name, const EggboxOptions& options = {}, bool list = true) {
  const Language language = load_language(name);
  const GreenStructure green =
      green_structure(language.dfa, {}, {.order = true, .idempotents = true});
  const auto monoid = std::get<TransitionMonoid>(syntactic_monoid(language.dfa));
  return draw_eggbox(green, list ? &monoid : nullptr, language.dfa.letters, options);
}

std::string cascade(const std::string& name) {
  const Language language = load_language(name);
  return draw_cascade(language.dfa, holonomy(language.dfa));
}

std::size_t count(const std::string& text, const std::string& piece) {
  std::size_t found = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos;
       at = text.find(piece, at + piece.size())) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("render: names of monoid elements", "[automata][render][quick]") {
  using render::word_label;
  const core::Alphabet ab(std::vector<std::string>{"a", "b"});
  const core::Alphabet bits(std::vector<std::string>{"0", "1"});
  const core::Alphabet long_names(std::vector<std::string>{"push", "pop"});
  CHECK(word_label(ab, {}, 20) == "1");
  CHECK(word_label(bits, {}, 20) == "ε");  // 1 is a letter there
  CHECK(word_label(ab, {0, 1, 1, 0}, 20) == "abba");
  CHECK(word_label(ab, {0, 0, 0, 0, 0, 1}, 20) == "a^5 b");
  CHECK(word_label(long_names, {0, 1}, 20) == "push pop");
}

TEST_CASE("render: golden Cayley graphs, egg boxes and cascades",
          "[automata][render][golden][quick]") {
  check_golden_drawing("cayley_flipflop", cayley("flipflop"));
  check_golden_drawing("cayley_mod_6", cayley("mod:6", {.title = "Z6"}));
  check_golden_drawing("cayley_abb", cayley("regex:(a|b)*abb"));
  check_golden_drawing("eggbox_flipflop", eggbox("flipflop"));
  check_golden_drawing("eggbox_T3", eggbox("T3:point", {.title = "all maps of three points"}));
  check_golden_drawing("eggbox_T3_summed", eggbox("T3:point", {.title = "", .max_cells = 1}));
  check_golden_drawing("eggbox_dyck", eggbox("dyck:1,2"));
  check_golden_drawing("cascade_first", cascade("first:e,f"));
  check_golden_drawing("cascade_T4", cascade("T4:point"));
}

TEST_CASE("render: an egg box shades exactly the cells with idempotents",
          "[automata][render][quick]") {
  // T_3 has 1 + 6 + 3 idempotents; in D-classes of 1 x 1, 3 x 3 and 1 x 3 cells, ranks 3, 2, 1.
  const std::string t3 = eggbox("T3:point");
  CHECK(count(t3, ">* ") == 10);
  CHECK(count(t3, "rank 3") == 1);
  CHECK(count(t3, "rank 2") == 1);
  CHECK(count(t3, "<b>S3</b>") == 1);
  CHECK(count(t3, "<b>Z2</b>") == 6);
  CHECK(count(t3, " -> ") == 2);
  // Without a list of elements the same classes are summed up.
  const std::string summed = eggbox("T3:point", {}, false);
  CHECK(count(summed, "H-classes") == 3);
  CHECK_THAT(summed, Catch::Contains("6 of them groups <b>Z2</b>"));
}

TEST_CASE("render: large monoids become tables", "[automata][render][quick]") {
  CHECK_THAT(cayley("S4"), Catch::Contains("too dense to draw"));
  CHECK_THAT(cayley("mod:6", {.max_elements = 5}), Catch::Contains("too many to draw"));
}

TEST_CASE("render: every kind of drawing is accepted by Graphviz", "[automata][render][quick]") {
  if (!layout_available()) return;
  for (const std::string& dot :
       {cayley("first:e,f"), cayley("S4"), eggbox("T3:point"), eggbox("dyck:2,2"),
        cascade("T4:point"), cascade("tomita:7"), cascade("parity")}) {
    CHECK_THAT(lay_out(dot, Picture::svg), Catch::Contains("</svg>"));
  }
}

TEST_CASE("render: a cascade of no levels has one box", "[automata][render][quick]") {
  const std::string dot = cascade("regex:(a|b)*");
  CHECK(count(dot, "<<table") == 1);
  CHECK(count(dot, " -> ") == 0);
}

}  // namespace statewright::automata
