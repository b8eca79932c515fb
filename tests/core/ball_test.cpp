#include "core/number/ball.hpp"

#include <cmath>
#include <random>

#include "core/error.hpp"
#include "core/lrnn/enclosed.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/format.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"

using namespace statewright::core;
namespace samples = statewright::samples;

namespace {

Rational fraction(std::mt19937_64& random, int most, int deepest) {
  return Rational(std::uniform_int_distribution<int>(-most, most)(random)) /
         std::uniform_int_distribution<int>(1, deepest)(random);
}

std::vector<Real> random_vector(std::mt19937_64& random, std::size_t n) {
  std::vector<Real> out;
  for (std::size_t i = 0; i < n; ++i) out.emplace_back(fraction(random, 9, 7));
  return out;
}

std::vector<Real> image(const Matrix<Real>& M, const std::vector<Real>& x,
                        const std::vector<Real>& b) {
  std::vector<Real> out;
  for (std::size_t i = 0; i < M.rows(); ++i) {
    Real sum = b.empty() ? Real(0) : b[i];
    for (std::size_t j = 0; j < M.columns(); ++j) sum += M(i, j) * x[j];
    out.push_back(sum);
  }
  return out;
}

Matrix<Real> rotation(std::int64_t k, std::uint32_t m) {
  Matrix<Real> R(2, 2);
  R(0, 0) = R(1, 1) = Cyclotomic::cosine(k, m);
  R(1, 0) = Cyclotomic::sine(k, m);
  R(0, 1) = -R(1, 0);
  return R;
}

}  // namespace

TEST_CASE("ball: holds the values it was made of, and only what is near") {
  const std::vector<Real> thirds = {Rational(1, 3), -2, Cyclotomic::cosine(1, 5)};
  for (const int p : {2, 10, 53, 300}) {
    const Ball ball(thirds, p);
    CHECK(ball.contains(thirds));
    CHECK(ball.radius() > 0);
    CHECK(ball.radius() <= std::ldexp(2.0, -p) + 1e-300);
    CHECK_FALSE(ball.contains({Rational(1, 3), -2, Cyclotomic::cosine(2, 5)}));
  }
  const Ball exact({Rational(3, 8), 5}, 53);
  CHECK(exact.is_point());
  CHECK(exact.radius() == 0);
  CHECK(exact.centre() == std::vector<Rational>{Rational(3, 8), 5});
  CHECK_FALSE(exact.contains({Rational(3, 8), Rational(5) + power_of_two(-2000)}));
  CHECK_THROWS_AS(Ball({1}, 1), Error);
  CHECK_THROWS_AS(Ball({1}, 200'000), Error);
}

TEST_CASE("ball: a map takes every point of a ball into its image") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + random() % 4;
    const int p = static_cast<int>(2 + random() % 60);
    Matrix<Real> M(n, n);
    for (Real& entry : M.entries()) entry = fraction(random, 3, 5);
    const std::vector<Real> b = random() % 2 == 0 ? std::vector<Real>{} : random_vector(random, n);
    std::vector<Real> x = random_vector(random, n);
    Ball ball(x, p);
    const BallMap map(M, b, p);
    for (int step = 0; step < 5; ++step) {
      // another point of the ball: the centre moved by half the radius along an axis
      std::vector<Rational> moved = ball.centre();
      moved[random() % n] += exact_value(ball.radius()) / 2;
      const std::vector<Real> other(moved.begin(), moved.end());
      REQUIRE(ball.contains(other));
      map.apply(ball);
      x = image(M, x, b);
      INFO("round " << round << " step " << step);
      REQUIRE(ball.contains(x));
      REQUIRE(ball.contains(image(M, other, b)));
    }
  }
}

TEST_CASE("ball: the norm bound is above the norm and close to it") {
  CHECK(BallMap(Matrix<Real>::identity(5), {}, 53).norm() >= 1);
  CHECK(BallMap(rotation(1, 7), {}, 53).norm() >= 1);
  CHECK(BallMap(rotation(1, 7), {}, 53).norm() <= 1 + 1e-8);
  Matrix<Real> stretch(2, 2);
  stretch(0, 0) = 3;
  stretch(1, 1) = Rational(1, 4);
  CHECK(BallMap(stretch, {}, 53).norm() >= 3);
  CHECK(BallMap(stretch, {}, 53).norm() <= 3.0000001);
}

TEST_CASE("ball: rotations do not widen it") {
  Ball ball({1, 0}, 53);
  const BallMap map(rotation(1, 5), {}, 53);
  for (int step = 1; step <= 1000; ++step) map.apply(ball);
  CHECK(ball.contains({1, 0}));
  CHECK(ball.radius() < 1e-12);
  CHECK_FALSE(ball.contains({Cyclotomic::cosine(1, 5), Cyclotomic::sine(1, 5)}));
}

TEST_CASE("enclosed: what is decided is what exact simulation gives") {
  std::mt19937_64 random(5);
  for (const Model& model : {samples::parity(), samples::s3(), samples::two_layers()}) {
    for (const int p : {8, 53, 200}) {
      Word word;
      for (int t = 0; t < 12; ++t) {
        word.push_back(static_cast<Letter>(random() % model.letters.size()));
      }
      const std::vector<Step> exact = simulate(model, word);
      const std::vector<EnclosedStep> enclosed = simulate_enclosed(model, p, word);
      REQUIRE(enclosed.size() == exact.size());
      for (std::size_t t = 0; t < exact.size(); ++t) {
        for (std::size_t i = 0; i < model.layers.size(); ++i) {
          if (!enclosed[t].states[i]) continue;
          CHECK(enclosed[t].states[i]->contains(exact[t].states[i].entries()));
          if (enclosed[t].emitted[i]) CHECK(*enclosed[t].emitted[i] == exact[t].emitted[i]);
        }
      }
      if (p > 8) CHECK(enclosed.back().output == exact.back().output);
    }
  }
}

TEST_CASE("enclosed: a score too close to call is undecided, not guessed") {
  Model model = samples::parity();
  Layer& layer = model.layers.front();
  // the state is 1/3, not a binary number; the scores are 3 h and 1: equal, which a ball cannot see
  layer.start = Matrix<Real>(layer.n, layer.d);
  layer.start(0, 0) = Rational(1, 3);
  layer.readout.W = Matrix<Real>(2, layer.n * layer.d);
  layer.readout.W(0, 0) = 3;
  layer.readout.c = {0, 1};
  CHECK(read_out(layer.readout, layer.start) == 0);
  CHECK_FALSE(simulate_enclosed(model, 53, {}).front().output.has_value());
}
