// Rotations: the circle found in an automaton, the shapes and exact values of the networks, and
// what has no circle. That the networks are right for every word is proved in
// tests/laws/compile_verify_test.cpp.

#include "automata/compile/rotation.hpp"

#include <numeric>

#include "automata/compile/compile.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/simulate.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using automata::Dfa;
using automata::Language;
using automata::StateCode;
using core::Cyclotomic;
using core::Model;
using core::Real;

namespace {

Language named(const std::string& name) { return automata::load_language(name); }

/// m states in a circle, letter a moves steps[a] places on, state k has output outputs[k].
Language circle(const std::vector<std::uint32_t>& steps,
                const std::vector<automata::Output>& outputs, std::size_t labels) {
  const auto m = static_cast<std::uint32_t>(outputs.size());
  Language language;
  language.name = "circle";
  std::vector<std::string> letters;
  for (std::size_t a = 0; a < steps.size(); ++a) letters.push_back("x" + std::to_string(a));
  language.dfa.letters = core::Alphabet(letters);
  for (std::size_t k = 0; k < labels; ++k) language.dfa.labels.push_back("out" + std::to_string(k));
  for (std::uint32_t q = 0; q < m; ++q) {
    for (const std::uint32_t step : steps) language.dfa.next.push_back((q + step) % m);
  }
  language.dfa.output = outputs;
  return language;
}

/// The labels that model and automaton give all words of at most `length` letters, compared.
void agree_up_to(const Model& model, const Dfa& dfa, std::size_t length) {
  std::vector<std::pair<core::Step, automata::State>> level = {
      {core::initial_step(model), dfa.start}};
  for (std::size_t t = 0; t <= length; ++t) {
    decltype(level) next;
    for (const auto& [step, q] : level) {
      REQUIRE(model.labels[step.output] == dfa.labels[dfa.output[q]]);
      if (t == length) continue;
      for (core::Letter a = 0; a < dfa.letters.size(); ++a) {
        next.emplace_back(core::next_step(model, step, a), dfa.step(q, a));
      }
    }
    level = std::move(next);
  }
}

core::Error::Facts refused(const Language& language, StateCode code) {
  try {
    automata::compile(language, {code, {}});
  } catch (const core::Error& error) {
    return error.facts();
  }
  FAIL("compiled " << language.name);
  return {};
}

}  // namespace

TEST_CASE("rotation: the circle of an automaton", "[automata][quick]") {
  const Language ring = named("cyclenav:7");
  const automata::CyclicAction action = automata::cyclic_action(ring.dfa, ring.name);
  // Cells in the order of their labels, so that `+` is one step on.
  CHECK(action.step == std::vector<std::uint32_t>{6, 0, 1});
  for (std::uint32_t k = 0; k < 7; ++k) {
    CHECK(action.index[action.at[k]] == k);
    CHECK(ring.dfa.labels[ring.dfa.output[action.at[k]]] == std::to_string(k));
  }
}

TEST_CASE("rotation: the circle is found without a letter that goes round it",
          "[automata][quick]") {
  // Steps 2 and 3 generate Z6, and neither does alone.
  const Language language = circle({2, 3}, {0, 1, 2, 3, 4, 5}, 6);
  const automata::CyclicAction action = automata::cyclic_action(language.dfa, "Z6 by 2 and 3");
  CHECK(action.step == std::vector<std::uint32_t>{2, 3});
}

TEST_CASE("rotation: circles hidden by renumbering are found", "[automata][fuzz][quick]") {
  for (std::uint32_t m = 2; m <= 14; ++m) {
    for (std::uint32_t multiplier = 1; multiplier < m; ++multiplier) {
      if (std::gcd(multiplier, m) != 1) continue;
      CAPTURE(m, multiplier);
      // State q stands at position multiplier * q; letters move by 1 and m - 1 positions.
      Language language = circle({multiplier, m - multiplier}, std::vector<automata::Output>(m), 2);
      language.dfa.output[0] = 1;
      const automata::CyclicAction action = automata::cyclic_action(language.dfa, "renumbered");
      CHECK((action.step[0] + action.step[1]) % m == 0);
      for (std::uint32_t k = 0; k < m; ++k) {
        for (core::Letter a = 0; a < 2; ++a) {
          CHECK(language.dfa.step(action.at[k], a) == action.at[(k + action.step[a]) % m]);
        }
      }
    }
  }
}

TEST_CASE("rotation: two numbers, two reflections of which the first is exact",
          "[automata][quick]") {
  for (const char* name : {"mod:3", "mod:5", "Z7", "cyclenav:5", "mod:2", "Z12"}) {
    CAPTURE(name);
    const Model model = automata::compile(named(name), {StateCode::rotation, {}});
    core::validate(model);
    const core::Cost cost = core::cost_of(model);
    CHECK(cost.layers == 1);
    CHECK(cost.dimension == 2);
    CHECK(cost.factors_per_token == std::optional<std::size_t>(2));
    CHECK(model.about.source.find("Theorem 3") != std::string::npos);
    for (const core::Transition& transition : model.layers[0].table) {
      CHECK_FALSE(transition.B.has_value());
      const auto& factors = std::get<core::GhProduct>(transition.A).factors;
      if (factors.empty()) continue;  // the identity
      CHECK(factors[0].v == std::vector<Real>{0, 1});
      for (const core::Householder& factor : factors) CHECK(factor.beta == Real(2));
    }
  }
}

TEST_CASE("rotation: both forms of a letter are the rotation by cos and sin", "[automata][quick]") {
  const std::uint32_t m = 10;
  const Language language = named("Z10");
  const Model products = automata::compile(language, {StateCode::rotation, {}});
  const Model matrices = automata::compile(language, {StateCode::rotation_matrix, {}});
  const automata::CyclicAction action = automata::cyclic_action(language.dfa, "Z10");
  for (core::Letter a = 0; a < m; ++a) {
    const Real c = Cyclotomic::cosine(action.step[a], m), s = Cyclotomic::sine(action.step[a], m);
    core::Matrix<Real> expected(2, 2);
    expected(0, 0) = expected(1, 1) = c;
    expected(0, 1) = -s;
    expected(1, 0) = s;
    CHECK(core::to_matrix(products.layers[0].table[a], 2) == expected);
    CHECK(core::to_matrix(matrices.layers[0].table[a], 2) == expected);
  }
}

TEST_CASE("rotation: quarter turns are made of 0 and +-1", "[automata][quick]") {
  for (const char* name : {"Z4", "mod:4", "cyclenav:4", "Z2", "mod:2"}) {
    for (const StateCode code : {StateCode::rotation, StateCode::rotation_matrix}) {
      CAPTURE(name, static_cast<int>(code));
      const Model model = automata::compile(named(name), {code, {}});
      const auto unit = [](const Real& x) { return x == 0 || x == 1 || x == -1; };
      for (const core::Transition& transition : model.layers[0].table) {
        if (const auto* dense = std::get_if<core::Dense>(&transition.A)) {
          for (const Real& entry : dense->matrix.entries()) CHECK(unit(entry));
        } else {
          for (const auto& factor : std::get<core::GhProduct>(transition.A).factors) {
            for (const Real& entry : factor.v) CHECK(unit(entry));
          }
        }
      }
    }
  }
  // Halves of a turn and quarters keep their exact values among other angles.
  const Model model = automata::compile(named("Z12"), {StateCode::rotation_matrix, {}});
  const auto& quarter = std::get<core::Dense>(model.layers[0].table[3].A).matrix;
  CHECK(quarter == core::Matrix<Real>(core::to_matrix(model.layers[0].table[3], 2)));
  CHECK((quarter(0, 0) == 0 && quarter(1, 0) == 1));
}

TEST_CASE("rotation: acceptors of arcs need one layer, others a second without memory",
          "[automata][quick]") {
  struct Row {
    std::vector<automata::Output> outputs;
    std::size_t labels, layers;
  };
  const Row rows[] = {{{1, 0, 0, 0, 0}, 2, 1},        // mod:5
                      {{0, 0, 1, 1, 0, 0, 0}, 2, 1},  // an arc of two
                      {{1, 1, 0, 0, 0, 1}, 2, 1},     // across the start, half of the circle
                      {{0, 1, 1, 1, 1}, 2, 1},        // all but one
                      {{2, 0, 0, 0, 0}, 3, 1},        // an output that never occurs
                      {{1, 0, 1, 0, 0}, 2, 1},        // an arc of the other way round
                      {{1, 1, 0, 1, 0, 0, 0}, 2, 2},  // no arc either way
                      {{0, 1, 2, 1, 1}, 3, 2}};
  for (const Row& row : rows) {
    for (const std::uint32_t step : {1U, 2U}) {
      const std::size_t m = row.outputs.size();
      if (std::gcd(std::size_t{step}, m) != 1) continue;
      CAPTURE(m, row.labels, step);
      Language language = circle({step}, row.outputs, row.labels);
      for (const StateCode code : {StateCode::rotation, StateCode::rotation_matrix}) {
        const Model model = automata::compile(language, {code, {}});
        core::validate(model);
        CHECK(model.layers.size() == row.layers);
        agree_up_to(model, language.dfa, m + 1);
      }
    }
  }
}

TEST_CASE("reflections: a clock, one reflection a letter, and a layer without memory",
          "[automata][quick]") {
  for (const char* name : {"mod:3", "Z5", "cyclenav:6"}) {
    CAPTURE(name);
    const Language language = named(name);
    const Model model = automata::compile(language, {StateCode::reflections, {}});
    core::validate(model);
    const core::Cost cost = core::cost_of(model);
    CHECK(cost.layers == 3);
    CHECK(cost.dimension == 4);
    CHECK(cost.factors_per_token == std::optional<std::size_t>(1));
    CHECK(model.about.source.find("Theorem 6") != std::string::npos);
    CHECK(model.layers[1].table.size() == 2 * language.dfa.letters.size());
    CHECK(model.layers[1].readout.c.size() == 2 * language.dfa.size());
  }
}

TEST_CASE("rotation: one state is a constant, as for every code", "[automata][quick]") {
  const Model model = automata::compile(named("Z1"), {StateCode::rotation, {}});
  CHECK(core::cost_of(model).factors_per_token == std::optional<std::size_t>(0));
}

TEST_CASE("rotation: what is not cyclic is refused and told why", "[automata][quick]") {
  for (const StateCode code :
       {StateCode::rotation, StateCode::rotation_matrix, StateCode::reflections}) {
    const auto s3 = refused(named("S3"), code);
    CHECK(s3.fault == core::Fault::unsupported);
    CHECK(s3.where.find("S3") != std::string::npos);
    CHECK(s3.found.find("which do not commute") != std::string::npos);
    const auto klein = refused(named("Z2xZ2"), code);
    CHECK(klein.found.find("no single element generates") != std::string::npos);
    // Merging letters are refused before.
    CHECK(refused(named("flipflop"), code).found.find("merges") != std::string::npos);
  }
  CHECK(refused(named("mod:1261"), StateCode::rotation).expected.find("1260") != std::string::npos);
}
