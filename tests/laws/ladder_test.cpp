// Every regular language compiles: random automata, named languages and degenerate ones climb the
// ladder, and the network is proved for words of every length, exactly and in bf16.

#include <string>
#include <vector>

#include "automata/compile/compile.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_json.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using automata::CompileOptions;
using automata::Language;
using automata::Rung;
using automata::Target;
using core::Model;
using core::Outcome;

namespace {

Language random_language(std::size_t states, std::size_t letters, std::uint64_t seed) {
  Language language;
  language.name = "random automaton " + std::to_string(seed);
  language.dfa = automata::minimize(automata::random_dfa(states, letters, seed));
  return language;
}

/// Generalised Householder factors with eigenvalue 1 - beta in [-1, 1], so that |A| <= 1.
void require_non_expansive(const Model& model) {
  for (const core::Layer& layer : model.layers) {
    for (const core::Transition& transition : layer.table) {
      const auto* product = std::get_if<core::GhProduct>(&transition.A);
      if (product == nullptr) continue;  // diagonals of signs; dense ones have a test of their own
      for (const core::Householder& factor : product->factors) {
        REQUIRE(factor.beta >= 0);
        REQUIRE(factor.beta <= 2);
      }
      REQUIRE(product->factors.size() <= 2 * layer.n);
    }
  }
}

Model proved(const Language& language, const CompileOptions& options = {}) {
  const Model model = automata::compile(language, options);
  core::validate(model);
  REQUIRE(core::read_model_json(core::write_model_json(model), "model") == model);
  REQUIRE(proofs::verify(model, language.dfa).outcome() == Outcome::proved);
  return model;
}

void require_proved_in_bf16(const Model& model, const Language& language) {
  const core::Semantics bf16 = core::parse_semantics("bf16", "test");
  REQUIRE(proofs::verify(model, language.dfa, bf16).outcome() == Outcome::proved);
}

}  // namespace

TEST_CASE("ladder: random automata are proved exactly and in bf16", "[laws][quick]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Language language = random_language(1 + seed % 6, 1 + seed % 3, seed);
    CAPTURE(seed, language.dfa.size());
    const Model model = proved(language);
    require_non_expansive(model);
    require_proved_in_bf16(model, language);
  }
}

TEST_CASE("ladder: named languages that are no group languages", "[laws][quick]") {
  for (const char* name :
       {"first:e,f", "first:e,f,g", "flipflop", "dyck:1,3", "dyck:2,3", "tomita:1", "tomita:2",
        "tomita:3", "tomita:4", "tomita:7", "gridworld:2", "gridworld:5", "gridworld:9", "T2:point",
        "T3:point", "T4:point", "T5:point", "modarith:2"}) {
    CAPTURE(name);
    const Language language = automata::load_language(name);
    const Model model = proved(language);
    require_non_expansive(model);
    require_proved_in_bf16(model, language);
  }
}

TEST_CASE("ladder: the cascade takes languages that lower rungs take too", "[laws][quick]") {
  for (const char* name : {"parity", "mod:3", "mod:6", "S3", "D4", "flipflop", "dyck:1,2", "Z1"}) {
    CAPTURE(name);
    const Language language = automata::load_language(name);
    CompileOptions options;
    options.rung = Rung::cascade;
    const Model model = proved(language, options);
    require_proved_in_bf16(model, language);
  }
}

TEST_CASE("ladder: first:e,f takes two layers and no fewer", "[laws][quick]") {
  const Language language = automata::load_language("first:e,f");
  const Model model = proved(language);
  CHECK(model.layers.size() == 2);
  CHECK(model.about.note.find("no single layer") != std::string::npos);
  CompileOptions one_layer;
  for (const Rung rung : {Rung::permutation, Rung::isometry, Rung::affine}) {
    one_layer.rung = rung;
    CHECK_THROWS_AS(automata::compile(language, one_layer), core::Error);
  }
}

TEST_CASE("ladder: Theorem 4 as printed is refuted, repaired it is proved", "[laws][quick]") {
  // On words over {e, f}: is the first letter e? After a reset the printed wiring has forgotten
  // whether this letter was the first.
  const Language language = automata::load_language("first:e,f");
  CompileOptions printed;
  printed.rung = Rung::printed;
  const Model wrong = automata::compile(language, printed);
  const auto verdict = proofs::verify(wrong, language.dfa);
  REQUIRE(verdict.outcome() == Outcome::refuted);
  CHECK(verdict.witness()->word.size() == 1);  // every first letter is read as a later one
  CompileOptions repaired;
  repaired.rung = Rung::cascade;
  proved(language, repaired);
}

TEST_CASE("ladder: expansive targets take any language in one layer, or four and a lookup",
          "[laws][quick]") {
  for (const char* name : {"parity", "first:e,f", "flipflop", "tomita:1", "dyck:1,2"}) {
    CAPTURE(name);
    const Language language = automata::load_language(name);
    CompileOptions options;
    options.target = Target::pd;
    const Model pd = proved(language, options);
    CHECK(pd.layers.size() == 1);
    CHECK(pd.layers[0].n == language.dfa.size());
    require_proved_in_bf16(pd, language);
  }
}

TEST_CASE("ladder: degenerate languages", "[laws][quick]") {
  for (const char* spec : {"regex:[]", "regex:()", "regex:a*", "regex:a", "regex:aa*",
                           "regex:(aa)*a", "regex:(a|b)*", "regex:a(a|b|c)*|b(a|b|c)*"}) {
    CAPTURE(spec);
    const Language language = automata::load_language(spec, core::Alphabet({"a", "b", "c"}));
    const Model model = proved(language);
    require_proved_in_bf16(model, language);
  }
}
