// PD-SSM: one layer of column one-hot matrices for every language, proved in exact arithmetic and
// in formats of few bits.

#include "automata/compile/pd.hpp"

#include <algorithm>

#include "automata/language/minimize.hpp"
#include "automata/language/named.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_json.hpp"
#include "core/lrnn/simulate.hpp"
#include "proofs_check/verify/certificate.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using automata::Language;
using core::Model;
using core::Outcome;
using core::Real;

namespace {

Model proved(const Language& language) {
  const Model model = automata::compile_pd(language);
  core::validate(model);
  REQUIRE(core::read_model_json(core::write_model_json(model), "model") == model);
  const proofs::Verdict verdict = proofs::verify(model, language.dfa);
  REQUIRE(verdict.proof() != nullptr);
  // One-hot: as many network states as the automaton has.
  CHECK(verdict.proof()->states == language.dfa.size());
  return model;
}

}  // namespace

TEST_CASE("pd: an example of every named family is proved", "[automata][quick]") {
  for (const auto& family : automata::named_families()) {
    CAPTURE(family.example);
    const Language language = automata::load_language(family.example);
    if (language.dfa.size() > 60) continue;  // dense matrices in JSON would take seconds
    const Model model = proved(language);
    CHECK(model.layers.size() == 1);
    CHECK(core::cost_of(model).dimension == language.dfa.size());
  }
}

TEST_CASE("pd: each column holds a single 1, in the row of the successor", "[automata][quick]") {
  const Language language = automata::load_language("first:e,f");
  const Model model = automata::compile_pd(language);
  for (core::Letter a = 0; a < language.dfa.letters.size(); ++a) {
    const auto& transition = model.layers[0].table[a];
    CHECK_FALSE(transition.B.has_value());
    const auto P = core::to_matrix(transition, language.dfa.size());
    for (automata::State q = 0; q < language.dfa.size(); ++q) {
      for (automata::State p = 0; p < language.dfa.size(); ++p) {
        CHECK(P(p, q) == Real(p == language.dfa.step(q, a) ? 1 : 0));
      }
    }
  }
  // Both letters keep the two states after the first letter: three states, two of them in one.
  CHECK(model.about.note.find("norm") != std::string::npos);
}

TEST_CASE("pd: the note says how far a letter expands", "[automata][quick]") {
  CHECK(automata::compile_pd(automata::load_language("mod:5")).about.note.find("norm 1") !=
        std::string::npos);
  // `w0` sends both states of the flip-flop to one.
  CHECK(automata::compile_pd(automata::load_language("flipflop")).about.note.find("sqrt(2)") !=
        std::string::npos);
}

TEST_CASE("pd: exact in formats of few bits, whatever the order of a sum", "[automata][quick]") {
  for (const char* name : {"tomita:7", "flipflop", "gridworld:5", "dyck:2,3", "S3"}) {
    for (const char* arithmetic : {"bf16", "e4m3", "e2m1"}) {
      CAPTURE(name, arithmetic);
      const Language language = automata::load_language(name);
      const Model model = automata::compile_pd(language);
      const auto verdict =
          proofs::verify(model, language.dfa, core::parse_semantics(arithmetic, "test"));
      REQUIRE(verdict.proof() != nullptr);
      CHECK(verdict.proof()->order_free);
    }
  }
}

TEST_CASE("pd: one state, letters that act alike, outputs that never occur", "[automata][quick]") {
  Language language;
  language.name = "constant";
  language.dfa = {core::Alphabet({"a", "b"}), {"never", "always"}, 0, {0, 0}, {1}, {}};
  proved(language);
  language.dfa = {
      core::Alphabet({"a", "b", "c"}), {"x", "y", "z"}, 1, {1, 1, 0, 1, 1, 0}, {2, 0}, {}};
  proved(language);
  // No letters: the only word is the empty one.
  language.dfa = {core::Alphabet(std::vector<std::string>{}), {"no", "yes"}, 0, {}, {1}, {}};
  const Model model = automata::compile_pd(language);
  core::validate(model);
  CHECK(model.labels[core::initial_step(model).output] == "yes");
  CHECK(proofs::verify(model, language.dfa).outcome() == Outcome::proved);
}

TEST_CASE("pd: random automata are proved, and their certificates can be written",
          "[automata][quick]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Language language;
    language.name = "random automaton " + std::to_string(seed);
    language.dfa = automata::minimize(automata::random_dfa(2 + seed % 9, 1 + seed % 3, seed));
    const Model model = proved(language);
    const auto verdict = proofs::verify(model, language.dfa);
    CHECK_FALSE(proofs::write_certificate(verdict, model, language.dfa).empty());
  }
}

TEST_CASE("pd: a damaged entry is refuted", "[automata][quick]") {
  const Language language = automata::load_language("tomita:4");
  Model model = automata::compile_pd(language);
  auto& P = std::get<core::Dense>(model.layers[0].table[0].A).matrix;
  for (automata::State p = 0; p < language.dfa.size(); ++p) {
    P(p, language.dfa.start) = p == language.dfa.start ? 1 : 0;  // the letter 0 is overlooked
  }
  CHECK(proofs::verify(model, language.dfa).outcome() == Outcome::refuted);
}

TEST_CASE("pd: too many numbers are refused with their count", "[automata][quick]") {
  Language language;
  language.name = "large";
  language.dfa = automata::cycle_dfa(5000, 1);
  try {
    automata::compile_pd(language);
    FAIL("compiled");
  } catch (const core::Error& error) {
    CHECK(error.facts().fault == core::Fault::unsupported);
    CHECK(error.facts().found.find("5000 x 5000") != std::string::npos);
  }
}
