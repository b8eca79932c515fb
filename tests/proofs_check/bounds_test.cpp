#include "proofs_check/bounds/bounds.hpp"

#include <chrono>
#include <cmath>
#include <optional>
#include <set>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/cyclotomic.hpp"
#include "proofs_check/bounds/error_model.hpp"
#include "proofs_check/bounds/horizon_graph.hpp"
#include "proofs_check/bounds/observed.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/proofs_check/random_networks.hpp"
#include "tests/proofs_check/sample_automata.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::Cyclotomic;
using core::Format;
using core::Layer;
using core::Matrix;
using core::Model;
using core::parse_semantics;
using core::Rational;
using core::Real;
using core::Semantics;
using core::Word;

using samples::automaton_of;
using samples::random_model;
using samples::shortest_wrong;

namespace {

automata::Dfa language(const std::string& name) { return automata::load_language(name).dfa; }

/// The walker on a ring of m cells as a rotation of (1, 0): letters "-", "0", "+".
Model ring(std::uint32_t m, const automata::Dfa& dfa) {
  Model model{dfa.letters, {}, {}, {}};
  Layer layer;
  layer.n = 2;
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>::column({1, 0});
  for (const std::string& name : dfa.letters.names()) {
    const int step = name == "+" ? 1 : name == "-" ? -1 : 0;
    Matrix<Real> A(2, 2);
    A(0, 0) = A(1, 1) = Cyclotomic::cosine(step, m);
    A(1, 0) = Cyclotomic::sine(step, m);
    A(0, 1) = -A(1, 0);
    layer.table.push_back({core::Dense{A}, {}});
  }
  layer.readout = {Matrix<Real>(m, 2), std::vector<Real>(m)};
  automata::State q = dfa.start;
  for (std::uint32_t k = 0; k < m; ++k) {
    layer.readout.W(k, 0) = Cyclotomic::cosine(k, m);
    layer.readout.W(k, 1) = Cyclotomic::sine(k, m);
    model.labels.push_back(dfa.labels[dfa.output[q]]);
    q = dfa.step(q, *dfa.letters.find("+"));
  }
  model.layers = {layer};
  return model;
}

Rational exact(double x) { return core::exact_value(x); }

}  // namespace

TEST_CASE("bounds: directed operations bound the exact results and are tight", "[proofs][quick]") {
  automata::SplitMix64 random(7);
  const auto draw = [&] {
    const double size = std::ldexp(static_cast<double>(random() >> 40U), -24);
    return std::ldexp(random() % 2 == 0 ? size : -size, static_cast<int>(random() % 40) - 20);
  };
  for (int i = 0; i < 20'000; ++i) {
    const double a = draw(), b = std::ldexp(draw(), random() % 2 == 0 ? 0 : -30);
    CAPTURE(a, b);
    REQUIRE(exact(add_up(a, b)) >= exact(a) + exact(b));
    REQUIRE(exact(add_down(a, b)) <= exact(a) + exact(b));
    REQUIRE(exact(mul_up(a, b)) >= exact(a) * exact(b));
    REQUIRE(exact(mul_down(a, b)) <= exact(a) * exact(b));
    REQUIRE(add_up(a, b) <= above(add_down(a, b)));
    REQUIRE(mul_up(a, b) <= above(mul_down(a, b)));
    if (b != 0) {
      const double c = std::fabs(b);
      REQUIRE(exact(div_up(a, c)) * exact(c) >= exact(a));
      REQUIRE(exact(div_down(a, c)) * exact(c) <= exact(a));
      REQUIRE(exact(sqrt_up(c)) * exact(sqrt_up(c)) >= exact(c));
      REQUIRE(sqrt_up(c) <= above(above(std::sqrt(c))));
    }
  }
  CHECK(add_up(0.5, 0.25) == 0.75);
  CHECK(mul_up(3, 0.1) >= 0.3);
  CHECK(sqrt_up(9) == 3);
  for (int i = 1; i < 1000; ++i) {
    const double y = 0.001 * i;
    REQUIRE(std::sin(asin_down(y)) <= y * (1 + 1e-15));
    REQUIRE(asin_down(y) >= std::asin(y) * (1 - 1e-12));
    REQUIRE(asin_up(y) >= std::asin(y));
  }
}

TEST_CASE("bounds: rounding errors of all pairs of values stay within the error model",
          "[proofs][oracle][quick]") {
  const std::vector<std::string> names = {"e2m1",
                                          "e3m2",
                                          "e3m2/ru",
                                          "e2m3/ro",
                                          "float:e=3,m=2,ftz",
                                          "fixed:i=3,f=2",
                                          "fixed:i=2,f=3/rd"};
  std::size_t exact_products = 0;
  for (const std::string& result_name : names) {
    for (const std::string& operand_name : names) {
      const Format result = core::parse_format(result_name, "test");
      const Format operand = core::parse_format(operand_name, "test");
      CAPTURE(result_name, operand_name);
      const auto left = core::finite_values(result), right = core::finite_values(operand);
      bool all_there = true;
      for (const double b : right) all_there = all_there && core::has_value(result, b);
      // A zero without sign is the same number.
      if (contains(result, operand)) {
        for (const double b : right) REQUIRE((b == 0 || core::has_value(result, b)));
      }
      const RoundingError sum = sum_error(result, result, operand);
      const auto within = [&](const Rational& x, const RoundingError& error) {
        const Rational size = x < 0 ? Rational(-x) : x;
        if (size > exact(result.largest())) return true;
        Rational off = exact(core::round_exact(x, result)) - x;
        if (off < 0) off = -off;
        return off <= exact(error.relative) * size + exact(error.absolute);
      };
      for (const double a : left) {
        const RoundingError product = product_error(result, a, operand);
        exact_products += product.none();
        for (const double b : right) {
          if (!within(exact(a) * exact(b), product) || !within(exact(a) + exact(b), sum)) {
            CAPTURE(a, b);
            FAIL("outside the error model");
          }
        }
      }
    }
  }
  CHECK(exact_products > 20);
}

TEST_CASE("bounds: steps near a state stay within the constants of the step",
          "[proofs][oracle][fuzz][quick]") {
  const std::vector<std::string> arithmetics = {"bf16",
                                                "e4m3",
                                                "fp16/rz",
                                                "e5m2",
                                                "once:e4m3",
                                                "mixed:state=bf16,io=e4m3,acc=fp16",
                                                "mixed:state=fp16,io=bf16,acc=fp32,readout=exact",
                                                "fixed:i=8,f=6",
                                                "e4m3/ru"};
  std::size_t checked = 0, exact_rows = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    automata::SplitMix64 random(seed);
    const Model model = random_model(random);
    const Layer& layer = model.layers[0];
    const Semantics semantics = parse_semantics(arithmetics[random() % arithmetics.size()], "test");
    CAPTURE(seed, semantics.id());
    Model alone = model;
    alone.layers.resize(1);
    const core::RoundedModel rounded(alone, semantics);
    for (core::Letter a = 0; a < 2; ++a) {
      std::string why;
      const auto bound = step_error(layer, a, semantics, why);
      REQUIRE(bound != nullptr);
      const core::Step from = core::initial_step(alone);
      const core::Step to = core::next_step(alone, from, a);
      const StepError::At at = bound->at(exact_state(from.states[0], semantics.state),
                                         exact_state(to.states[0], semantics.state));
      for (int trial = 0; trial < 8; ++trial) {
        core::RoundedStep near = rounded.start();
        Rational before = 0;
        for (std::size_t e = 0; e < near.states[0].entries().size(); ++e) {
          double& h = near.states[0].entries()[e];
          if (trial > 0) {
            h += std::ldexp(static_cast<double>(random() % 257) - 128, -7 - trial);
            h = core::round_exact(h, semantics.state);
          }
          const Rational off = exact(h) - from.states[0].entries()[e].rational();
          before += off * off;
        }
        const double distance =
            sqrt_up(core::round_exact(before, core::parse_format("fp64/ru", "")));
        if (!(distance <= at.cap)) continue;
        const core::RoundedStep after = rounded.next(near, a);
        Rational moved = 0;
        for (std::size_t e = 0; e < after.states[0].entries().size(); ++e) {
          const double h = after.states[0].entries()[e];
          REQUIRE(std::isfinite(h));
          const Rational off = exact(h) - to.states[0].entries()[e].rational();
          moved += off * off;
        }
        const double limit =
            add_up(mul_up(add_up(bound->norm(), bound->linear()), distance), at.delta);
        REQUIRE(moved <= exact(limit) * exact(limit));
        if (at.exact && distance == 0) REQUIRE(moved == 0);
        ++checked;
        exact_rows += at.exact;
      }
    }
  }
  CHECK(checked > 1000);
  CHECK(exact_rows > 50);
}

TEST_CASE("bounds: growth by repeated doubling is growth step by step", "[proofs][quick]") {
  for (const double factor : {1.0, 1.001, 1.5}) {
    for (const double delta : {0.0, 0.001, 0.25}) {
      for (const double limit : {0.5, 1.0, 3.0}) {
        CAPTURE(factor, delta, limit);
        double x = 0.1;
        std::uint64_t steps = 0;
        while (steps < 5000 && add_up(mul_up(factor, x), delta) < limit) {
          x = add_up(mul_up(factor, x), delta);
          ++steps;
        }
        const std::uint64_t found = growth_steps(0.1, factor, delta, limit);
        if (factor == 1 && delta == 0) {
          CHECK(found == std::uint64_t{1} << 62);
        } else {
          // Rounded up in another order: never longer than exact arithmetic allows, nearly as long.
          CHECK(found <= steps + 1);
          CHECK(found + 1 >= steps);
        }
      }
    }
  }
}

TEST_CASE("bounds: a certified horizon is never beyond a wrong word",
          "[proofs][oracle][fuzz][quick]") {
  const std::vector<std::string> arithmetics = {"e4m3",
                                                "e5m2",
                                                "bf16",
                                                "e3m2",
                                                "once:e4m3",
                                                "cast:e3m2",
                                                "float:e=5,m=4/rz",
                                                "mixed:state=e4m3,io=bf16,acc=fp16,readout=exact",
                                                "fixed:i=4,f=5",
                                                "e5m2/ru"};
  std::size_t closed_models = 0, every = 0, some = 0, wrong_later = 0;
  for (std::uint64_t seed = 1; seed <= 250; ++seed) {
    automata::SplitMix64 random(seed);
    const Model model = random_model(random);
    const auto dfa = automaton_of(model, 30);
    if (!dfa) continue;
    const ExactOrbit orbit = exact_orbit(model, *dfa);
    CAPTURE(seed, orbit.why);
    REQUIRE(orbit.closed());
    ++closed_models;
    for (int i = 0; i < 3; ++i) {
      const Semantics semantics =
          parse_semantics(arithmetics[random() % arithmetics.size()], "test");
      CAPTURE(semantics.id());
      const APriori bound = a_priori(model, orbit, semantics);
      bool closed = false;
      const auto wrong = shortest_wrong(model, *dfa, semantics, 400, closed);
      if (!bound.certified) {
        REQUIRE_FALSE(bound.why.empty());
        continue;
      }
      if (bound.certified->every_length) {
        ++every;
        REQUIRE_FALSE(wrong.has_value());
      } else {
        ++some;
        if (wrong) {
          REQUIRE(bound.certified->letters < *wrong);
          wrong_later += bound.certified->letters > 0;
        }
      }
    }
  }
  // The test would say little if one of the answers never came up.
  CHECK(closed_models > 40);
  CHECK(every > 40);
  CHECK(some > 20);

  for (const std::uint32_t m : {3U, 5U, 6U, 7U, 9U, 16U}) {
    const automata::Dfa dfa = language("cyclenav:" + std::to_string(m));
    const Model model = ring(m, dfa);
    const ExactOrbit orbit = exact_orbit(model, dfa);
    for (const char* arithmetic :
         {"e4m3", "float:e=5,m=6", "float:e=5,m=6/rz", "fixed:i=4,f=5", "fixed:i=3,f=8/rd",
          "float:e=4,m=6/ru", "float:e=5,m=5,ftz", "mixed:state=float:e=5,m=6,io=fp16,acc=bf16"}) {
      CAPTURE(m, arithmetic);
      const Semantics semantics = parse_semantics(arithmetic, "test");
      const APriori bound = a_priori(model, orbit, semantics);
      bool closed = false;
      const auto wrong = shortest_wrong(model, dfa, semantics, 12'000, closed);
      if (!bound.certified || !wrong) continue;
      REQUIRE_FALSE(bound.certified->every_length);
      REQUIRE(bound.certified->letters < *wrong);
      wrong_later += bound.certified->letters > 0;
    }
  }
  CHECK(wrong_later > 3);
}

TEST_CASE("bounds: exact values are certified for every length, in any format that has them",
          "[proofs][quick]") {
  const Model s3 = samples::s3();
  const automata::Dfa dfa = *automaton_of(s3, 10);
  const ExactOrbit orbit = exact_orbit(s3, dfa);
  REQUIRE(orbit.size() == 6);
  for (const char* arithmetic :
       {"e4m3", "bf16", "fp16/rz", "fixed:i=8,f=0", "once:e3m2", "exact"}) {
    CAPTURE(arithmetic);
    const APriori bound = a_priori(s3, orbit, parse_semantics(arithmetic, "test"));
    REQUIRE(bound.certified);
    CHECK(bound.certified->every_length);
  }
  // e2m1 has no 5 = 2 + 3: scores are rounded, and 14 overflows.
  const APriori narrow = a_priori(s3, orbit, parse_semantics("e2m1", "test"));
  CHECK((!narrow.certified || !narrow.certified->every_length));
}

TEST_CASE("bounds: a contraction is certified for every length although it rounds",
          "[proofs][quick]") {
  // h <- h/3 + 2/3 from 1: the exact network stays at 1, a rounded one near it.
  Model model = samples::halving();
  Matrix<Real> third(1, 1);
  third(0, 0) = Rational(1, 3);
  model.layers[0].table[0] = {core::Dense{third}, Matrix<Real>::column({Rational(2, 3)})};
  model.layers[0].start = Matrix<Real>::column({1});
  model.layers[0].readout = samples::readout(2, 1, {0, 2}, {1, 0});
  automata::Dfa dfa;
  dfa.letters = model.letters;
  dfa.labels = model.labels;
  dfa.next = {0};
  dfa.output = {1};
  const ExactOrbit orbit = exact_orbit(model, dfa);
  REQUIRE(orbit.closed());
  for (const char* arithmetic : {"bf16", "fp16", "e4m3", "once:e5m2"}) {
    CAPTURE(arithmetic);
    const APriori bound = a_priori(model, orbit, parse_semantics(arithmetic, "test"));
    REQUIRE(bound.certified);
    CHECK(bound.certified->every_length);
  }
}

TEST_CASE("bounds: no bound says why", "[proofs][quick]") {
  automata::Dfa dfa;
  dfa.letters = core::Alphabet({"a"});
  dfa.labels = {"low", "high"};
  dfa.next = {1, 2, 2};
  dfa.output = {0, 0, 1};
  core::Limits limits;
  limits.max_states = 50;
  const ExactOrbit open = exact_orbit(samples::halving(), dfa, limits);
  CHECK_THAT(open.why, Catch::Contains("not seen to close"));
  CHECK_THAT(a_priori(samples::halving(), open, parse_semantics("bf16", "test")).why,
             Catch::Contains("not seen to close"));

  automata::Dfa other = samples::parity_dfa();
  other.output = {1, 0};
  CHECK_THAT(exact_orbit(samples::parity(), other).why, Catch::Contains("something else"));
  const ExactOrbit orbit = exact_orbit(samples::parity(), samples::parity_dfa());
  CHECK_THAT(a_priori(samples::parity(), orbit, parse_semantics("chunk:bf16,C=4", "test")).why,
             Catch::Contains("order of evaluation"));
  CHECK_THROWS_AS(
      bounds(samples::parity(), samples::parity_dfa(), {parse_semantics("ball:p=53", "test")}),
      core::Error);
}

TEST_CASE("bounds: rotations, against the known shortest wrong words", "[proofs][quick]") {
  // Lengths of shortest wrong words in these arithmetics: numerics of exhaustive searches, states
  // stored and every operation rounded in the format, exact readout.
  struct Known {
    std::uint32_t m;
    const char* format;
    std::uint64_t wrong;  ///< 0: right for every length
    std::uint64_t least;  ///< what the bound must reach at least
  };
  for (const Known& known : std::vector<Known>{{5, "bf16", 491, 50},
                                               {7, "bf16", 215, 30},
                                               {16, "bf16", 145, 10},
                                               {3, "bf16", 0, 80},
                                               {7, "fp16", 2196, 250},
                                               {12, "fp16", 2066, 150},
                                               {5, "e4m3", 34, 2},
                                               {5, "e5m2", 20, 1}}) {
    CAPTURE(known.m, known.format);
    const automata::Dfa dfa = language("cyclenav:" + std::to_string(known.m));
    const Model model = ring(known.m, dfa);
    const ExactOrbit orbit = exact_orbit(model, dfa);
    REQUIRE(orbit.size() == known.m);
    const std::string mixed = "mixed:state=" + std::string(known.format) + ",readout=exact";
    const APriori bound = a_priori(model, orbit, parse_semantics(mixed, "test"));
    REQUIRE(bound.certified);
    CHECK(bound.certified->letters >= known.least);
    if (known.wrong > 0) CHECK(bound.certified->letters < known.wrong);
    const Semantics semantics = parse_semantics(mixed, "test");
    const Sampled found = sample_adversarial(model, dfa, semantics, orbit, 32, 600, 1);
    if (known.wrong == 0) {
      CHECK_FALSE(found.wrong.has_value());
    } else if (found.wrong) {
      CHECK(found.wrong->size() >= known.wrong);
    }
  }
}

TEST_CASE("bounds: samples repeat, and their wrong words are wrong for the first time at their end",
          "[proofs][quick]") {
  const automata::Dfa dfa = language("cyclenav:7");
  const Model model = ring(7, dfa);
  const ExactOrbit orbit = exact_orbit(model, dfa);
  std::size_t found = 0;
  for (const char* arithmetic : {"e4m3", "once:e5m2", "mixed:state=e5m2,readout=exact"}) {
    CAPTURE(arithmetic);
    const Semantics semantics = parse_semantics(arithmetic, "test");
    const Sampled random = sample_random(model, dfa, semantics, 16, 300, 3);
    const Sampled beam = sample_adversarial(model, dfa, semantics, orbit, 16, 100, 3);
    CHECK(random.wrong == sample_random(model, dfa, semantics, 16, 300, 3).wrong);
    CHECK(beam.wrong == sample_adversarial(model, dfa, semantics, orbit, 16, 100, 3).wrong);
    for (const auto& word : {random.wrong, beam.wrong}) {
      if (!word) continue;
      ++found;
      const auto steps = core::simulate(core::RoundedModel(model, semantics), *word);
      automata::State q = dfa.start;
      for (std::size_t t = 0; t < steps.size(); ++t) {
        const bool right = model.labels[steps[t].output] == dfa.labels[dfa.output[q]];
        REQUIRE(right == (t + 1 < steps.size()));
        if (t < word->size()) q = dfa.step(q, (*word)[t]);
      }
    }
  }
  CHECK(found >= 4);
}

TEST_CASE("bounds: little time is kept to, whatever a step takes", "[proofs][quick]") {
  // Sixty letters, each a turn by a multiple of 6 degrees: an exact step multiplies in a field of
  // degree 16, and there are 3600 of them.
  const automata::Dfa dfa = language("Z60");
  Model model{dfa.letters, dfa.labels, {}, {}};
  Layer layer;
  layer.n = 2;
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>::column({1, 0});
  layer.readout = {Matrix<Real>(60, 2), std::vector<Real>(60)};
  for (std::uint32_t k = 0; k < 60; ++k) {
    Matrix<Real> A(2, 2);
    A(0, 0) = A(1, 1) = Cyclotomic::cosine(k, 60);
    A(1, 0) = Cyclotomic::sine(k, 60);
    A(0, 1) = -A(1, 0);
    layer.table.push_back({core::Dense{A}, {}});
    layer.readout.W(k, 0) = A(0, 0);
    layer.readout.W(k, 1) = A(1, 0);
  }
  model.layers = {layer};
  BoundsOptions options;
  options.seconds = 0.02;
  for (const char* arithmetic :
       {"exact", "once:fp16", "cast:fp16", "fp32", "mixed:state=fp32,io=bf16,acc=hopper"}) {
    CAPTURE(arithmetic);
    const auto begin = std::chrono::steady_clock::now();
    const auto rows = bounds(model, dfa, {parse_semantics(arithmetic, "test")}, options);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    CHECK(rows[0].outcome == core::Outcome::unknown);
    CHECK(rows[0].hit.raise == "--timeout");
    // Preparing the parameters is not counted, and machines are busy; it used to be minutes.
    CHECK(took.count() < 2);
  }
}

TEST_CASE("bounds: certified <= exact < observed in every row", "[proofs][quick]") {
  const automata::Dfa dfa = language("cyclenav:5");
  const Model model = ring(5, dfa);
  BoundsOptions options;
  options.limits.max_states = 5000;
  options.random_length = 1000;
  options.adversarial_length = 500;
  const auto rows =
      bounds(model, dfa, core::parse_semantics_list("e4m3,e5m2,once:e4m3,exact", "test"), options);
  REQUIRE(rows.size() == 4);
  for (const Horizon& row : rows) {
    CAPTURE(row.semantics.id());
    REQUIRE(row.certified);
    if (row.outcome != core::Outcome::refuted) continue;
    REQUIRE(row.exact_letters);
    CHECK(row.certified->letters <= *row.exact_letters);
    for (const auto& failure : {row.random_failure, row.adversarial_failure}) {
      if (failure) CHECK(*failure > *row.exact_letters);
    }
  }
  CHECK(rows[0].outcome == core::Outcome::refuted);
  CHECK(rows[3].outcome == core::Outcome::proved);
  CHECK(rows[3].certified->every_length);
}

TEST_CASE("bounds: no letters, no words to sample", "[proofs][quick]") {
  const automata::Dfa dfa = language("regex:[]");
  REQUIRE(dfa.letters.size() == 0);
  const Model model = automata::compile(automata::load_language("regex:[]"));
  BoundsOptions options;
  for (const Horizon& row :
       bounds(model, dfa, core::parse_semantics_list("bf16,once:e4m3,exact", "test"), options)) {
    CAPTURE(row.semantics.id());
    CHECK(row.outcome == core::Outcome::proved);
    CHECK(!row.random_failure);
    CHECK(!row.adversarial_failure);
  }
}
