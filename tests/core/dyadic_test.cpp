#include "core/lrnn/dyadic.hpp"

#include <random>

#include "core/error.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"

using namespace statewright::core;
namespace samples = statewright::samples;

namespace {

Rational dyadic(std::mt19937_64& random) {
  return Rational(std::uniform_int_distribution<int>(-5, 5)(random)) /
         (1 << std::uniform_int_distribution<int>(0, 4)(random));
}

/// One layer of each kind of transition, or a stack of two.
Model random_model(std::mt19937_64& random) {
  Model model{Alphabet({"a", "b", "c"}), {"x", "y"}, {}, {}};
  const std::size_t layers = 1 + random() % 2;
  for (std::size_t i = 0; i < layers; ++i) {
    Layer layer;
    layer.n = 1 + random() % 3;
    layer.d = 1 + random() % 2;
    layer.reads = {Source{}};
    if (i > 0) layer.reads.push_back(Source{0});
    layer.start = Matrix<Real>(layer.n, layer.d);
    for (Real& x : layer.start.entries()) x = dyadic(random);
    const std::size_t inputs = i > 0 ? 6 : 3;
    for (std::size_t x = 0; x < inputs; ++x) {
      Transition transition;
      switch (random() % 3) {
        case 0: {
          Householder factor{dyadic(random), std::vector<Real>(layer.n)};
          factor.v[random() % layer.n] = 2;  // v . v = 4 keeps the factor dyadic
          transition.A = GhProduct{{factor}};
          break;
        }
        case 1: {
          Diagonal diagonal{std::vector<Real>(layer.n)};
          for (Real& entry : diagonal.entries) entry = dyadic(random);
          transition.A = diagonal;
          break;
        }
        default: {
          Dense dense{Matrix<Real>(layer.n, layer.n)};
          for (Real& entry : dense.matrix.entries()) entry = dyadic(random);
          transition.A = dense;
        }
      }
      if (random() % 2 == 0) {
        transition.B = Matrix<Real>(layer.n, layer.d);
        for (Real& entry : transition.B->entries()) entry = dyadic(random);
      }
      layer.table.push_back(std::move(transition));
    }
    layer.readout.W = Matrix<Real>(2, layer.n * layer.d);
    for (Real& entry : layer.readout.W.entries()) entry = dyadic(random);
    layer.readout.c = {dyadic(random), dyadic(random)};
    model.layers.push_back(std::move(layer));
  }
  return model;
}

}  // namespace

TEST_CASE("dyadic: every step equals exact simulation") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const Model model = random_model(random);
    REQUIRE(DyadicRun::possible(model));
    Word word;
    for (int t = 0; t < 40; ++t) word.push_back(static_cast<Letter>(random() % 3));
    const std::vector<Step> exact = simulate(model, word);
    DyadicRun fast(model);
    for (std::size_t t = 0; t <= word.size(); ++t) {
      const Step step = fast.step();
      REQUIRE(step.states == exact[t].states);
      REQUIRE(step.emitted == exact[t].emitted);
      REQUIRE(fast.output() == exact[t].output);
      if (t < word.size()) fast.read(word[t]);
    }
    CHECK(run_fast(model, word) == exact.back().output);
  }
}

TEST_CASE("dyadic: thirds and cosines are not") {
  Model model = samples::parity();
  REQUIRE(DyadicRun::possible(model));
  CHECK_THROWS_AS(DyadicRun(model).read(2), Error);
  model.layers[0].start(0, 0) = Rational(1, 3);
  CHECK_FALSE(DyadicRun::possible(model));
  CHECK_THROWS_AS(DyadicRun(model), Error);
  CHECK(run_fast(model, Word(20, 1)) == run(model, Word(20, 1)));
  model.layers[0].start(0, 0) = Cyclotomic::cosine(1, 5);
  CHECK_FALSE(DyadicRun::possible(model));
}
