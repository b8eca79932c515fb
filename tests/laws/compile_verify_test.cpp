// The whole chain on many languages: language -> model -> JSON and back -> proof, every state code,
// and damage that must be noticed. Two constructions of one language must agree with each other
// through the automaton.

#include "automata/compile/compile.hpp"
#include "automata/language/compare.hpp"
#include "automata/language/congruence.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/named.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_json.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using automata::Language;
using automata::StateCode;
using core::Model;
using core::Outcome;

namespace {

Language named(const std::string& name) { return automata::load_language(name); }

Language random_permutation_language(std::size_t states, std::size_t letters, std::uint64_t seed) {
  Language language;
  language.name = "random permutation automaton " + std::to_string(seed);
  language.dfa = automata::minimize(automata::random_permutation_dfa(states, letters, seed));
  return language;
}

/// Compiles, passes the model through JSON, proves it; returns the model.
Model proved(const Language& language, StateCode code = StateCode::automatic) {
  const Model model = automata::compile(language, {code, {}});
  core::validate(model);
  REQUIRE(core::read_model_json(core::write_model_json(model), "model") == model);
  REQUIRE(proofs::verify(model, language.dfa).outcome() == Outcome::proved);
  for (const core::Transition& transition : model.layers.at(0).table) {
    REQUIRE_FALSE(transition.B.has_value());  // Theorem 3: B = 0
  }
  return model;
}

}  // namespace

TEST_CASE("compile: named group languages take the resources that theory gives", "[laws][quick]") {
  struct Row {
    const char* language;
    std::size_t dimension, factors;
  };
  const Row rows[] = {
      {"parity", 1, 1},   {"mod:2", 1, 1},    {"mod:3", 3, 2},    {"mod:6", 4, 3},
      {"S3", 3, 2},       {"S4", 4, 3},       {"S5", 5, 4},       {"S6", 6, 5},
      {"A4", 4, 2},       {"A5", 5, 4},       {"D4", 4, 3},       {"Q8", 8, 6},
      {"Z60", 12, 9},     {"A4xZ5", 9, 6},    {"Z2xZ2", 2, 2},    {"S5:swaps", 5, 1},
      {"S5:point", 5, 4}, {"tomita:5", 2, 1}, {"tomita:6", 3, 2}, {"cyclenav:5", 5, 4}};
  for (const Row& row : rows) {
    CAPTURE(row.language);
    const Model model = proved(named(row.language));
    const core::Cost cost = core::cost_of(model);
    CHECK(cost.layers == 1);
    CHECK(cost.dimension == row.dimension);
    CHECK(cost.factors_per_token == std::optional<std::size_t>(row.factors));
    CHECK(model.about.source.find("Theorem 3") != std::string::npos);
  }
}

TEST_CASE("compile: a letter costs n - #cycles reflections", "[laws][quick]") {
  const Language language = named("S5");
  const Model model = proved(language);
  for (core::Letter a = 0; a < language.dfa.letters.size(); ++a) {
    CHECK(core::factor_count(model.layers[0].table[a]) ==
          std::optional<std::size_t>(5 - core::cycle_count(language.action->pull[a])));
  }
}

TEST_CASE("compile: every state code that fits is proved", "[laws][quick]") {
  for (const char* name :
       {"parity", "mod:3", "mod:6", "S3", "S4", "D4", "Q8", "Z6", "S4:point", "S4:swaps",
        "tomita:5", "tomita:6", "Z2xZ2", "A4xZ2", "D1", "D2", "Z1", "regex:(aa)*"}) {
    CAPTURE(name);
    const Language language = named(name);
    proved(language);
    proved(language, StateCode::one_hot);
    proved(language, StateCode::matrix);
    proved(language, StateCode::orbit);
  }
  proved(named("tomita:5"), StateCode::sign);
  CHECK_THROWS_AS(automata::compile(named("mod:3"), {StateCode::sign, {}}), core::Error);
}

TEST_CASE("compile: rotations are proved exactly for words of every length", "[laws][quick]") {
  for (const char* name : {"mod:2", "mod:3", "mod:4", "mod:5", "mod:7", "mod:12", "mod:60", "Z5",
                           "Z7", "Z8", "cyclenav:5", "cyclenav:9", "parity", "regex:(aaaaa)*"}) {
    CAPTURE(name);
    const Language language = named(name);
    for (const StateCode code : {StateCode::rotation, StateCode::rotation_matrix}) {
      const Model model = proved(language, code);
      CHECK(core::cost_of(model).dimension == 2);
      CHECK(model.layers.size() == 1);
    }
    // The automatic choice stays rational.
    for (const core::Layer& layer : automata::compile(language).layers) {
      CHECK(core::is_rational(layer));
    }
  }
  // Accepting states that are no arc of the circle.
  const Model model =
      proved(named("regex:(aaaaaaa)*|(aaaaaaa)*a|(aaaaaaa)*aaa"), StateCode::rotation);
  CHECK(model.layers.size() == 2);
}

TEST_CASE("compile: Theorem 6, a clock and one reflection per letter, is exact", "[laws][quick]") {
  for (std::size_t m = 2; m <= 8; ++m) {
    for (const std::string& name : {"Z" + std::to_string(m), "mod:" + std::to_string(m)}) {
      CAPTURE(name);
      const Language language = named(name);
      const Model model = automata::compile(language, {StateCode::reflections, {}});
      core::validate(model);
      REQUIRE(core::read_model_json(core::write_model_json(model), "model") == model);
      const proofs::Verdict verdict = proofs::verify(model, language.dfa);
      REQUIRE(verdict.proof() != nullptr);
      CHECK(verdict.proof()->states == 2 * m);  // 2 of the clock, 2 m of the circle, in step
      CHECK(core::cost_of(model).factors_per_token == std::optional<std::size_t>(1));
      for (const core::Layer& layer : model.layers) {
        for (const core::Transition& transition : layer.table) {
          CHECK(std::get<core::GhProduct>(transition.A).factors.size() == 1);
        }
      }
    }
  }
}

TEST_CASE("compile: a rotation damaged in its last digits is noticed", "[laws][quick]") {
  // cos(2 pi/5) replaced by a rational number within 2^-60 of it.
  const Language language = named("cyclenav:5");
  Model model = automata::compile(language, {StateCode::rotation_matrix, {}});
  auto& matrix = std::get<core::Dense>(model.layers[0].table[2].A).matrix;
  const core::Real cosine = matrix(0, 0);
  matrix(0, 0) = cosine.cyclotomic().bounds(60).first;
  REQUIRE(matrix(0, 0) != cosine);
  core::Limits few;
  few.max_states = 200;
  CHECK(proofs::verify(model, language.dfa, few).outcome() != Outcome::proved);
}

TEST_CASE("compile: a regular action without a name is recognised on its few points",
          "[laws][quick]") {
  // S4's word problem given as a bare automaton with 24 states: it acts on 4 blocks.
  Language language = named("S4");
  language.action.reset();
  const Model model = proved(language);
  CHECK(core::cost_of(model).dimension == 4);
  CHECK(model.about.construction.find("4 blocks") != std::string::npos);

  language = named("Z60");
  language.action.reset();
  CHECK(core::cost_of(proved(language)).dimension == 12);
}

TEST_CASE("compile: random permutation automata are compiled and proved", "[laws][fuzz][quick]") {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    CAPTURE(seed);
    const Language language = random_permutation_language(2 + seed % 9, 1 + seed % 3, seed);
    const Model model = proved(language);
    proved(language, StateCode::one_hot);
    CHECK(core::cost_of(model).dimension <= language.dfa.size());
  }
}

TEST_CASE("compile: what merges states says so, with the letter and both states", "[laws][quick]") {
  for (const char* name : {"flipflop", "first:e,f", "tomita:1", "tomita:4", "dyck:2,2",
                           "gridworld:9", "evenpairs", "modarith:3", "regex:(a|b)*abb"}) {
    CAPTURE(name);
    const Model model = automata::compile(named(name));
    CHECK(model.about.note.find(" merges state ") != std::string::npos);
    automata::CompileOptions options;
    options.rung = automata::Rung::permutation;
    try {
      automata::compile(named(name), options);
      FAIL("compiled");
    } catch (const core::Error& error) {
      CHECK(error.facts().fault == core::Fault::unsupported);
      CHECK(error.facts().found.find(" merges state ") != std::string::npos);
    }
  }
}

TEST_CASE("compile: the degenerate languages", "[laws][quick]") {
  for (const char* name : {"regex:[]", "regex:()", "regex:~[]", "regex:a*", "regex:~(a|b)*", "Z1",
                           "mod:1", "S1", "cyclenav:1"}) {
    CAPTURE(name);
    if (named(name).dfa.size() == 1 || std::string(name) == "regex:~(a|b)*") {
      proved(named(name));
    }
  }
  // The empty alphabet: one word, the empty one.
  const Language nothing = named("regex:[]");
  CHECK(nothing.dfa.letters.size() == 0);
  const auto verdict = proofs::verify(proved(nothing), named("regex:()").dfa);
  REQUIRE(verdict.witness() != nullptr);
  CHECK(verdict.witness()->word.empty());
}

TEST_CASE("verify: every single damaged factor of S4 is refuted by a shortest word",
          "[laws][mutation][quick]") {
  const Language language = named("S4");
  const Model model = proved(language);
  std::size_t damaged = 0;
  for (std::size_t a = 0; a < model.layers[0].table.size(); ++a) {
    const auto& factors = std::get<core::GhProduct>(model.layers[0].table[a].A).factors;
    for (std::size_t f = 0; f < factors.size(); ++f) {
      Model broken = model;
      std::get<core::GhProduct>(broken.layers[0].table[a].A).factors[f].beta = 1;
      core::Limits limits;
      limits.max_states = 5000;
      const proofs::Verdict verdict = proofs::verify(broken, language.dfa, limits);
      CAPTURE(a, f);
      REQUIRE(verdict.witness() != nullptr);
      const core::Word& word = verdict.witness()->word;
      CHECK(broken.labels[core::run(broken, word)] != language.dfa.label(word));
      ++damaged;
    }
  }
  CHECK(damaged == 46);  // sum over the 24 elements of 4 - #cycles
}

TEST_CASE("congruence: block systems of S4's regular action are its subgroups", "[laws][quick]") {
  Language language = named("S4");
  // S4 has 30 subgroups; the two improper ones are not listed.
  CHECK(automata::block_systems(language.dfa, 1000).size() == 28);
  // Z60: one subgroup per divisor, 12 of them.
  CHECK(automata::block_systems(named("Z60").dfa, 1000).size() == 10);
}

TEST_CASE("compile: S6's 720 anonymous states are recognised on 6 blocks", "[laws][standard]") {
  Language language = named("S6:gens");
  language.action.reset();
  CHECK(core::cost_of(proved(language)).dimension == 6);
}
