// What the powers of a matrix do, against matrices built to have known eigenvalues and blocks.

#include "proofs_check/theorems/stability.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "automata/language/random_dfa.hpp"
#include "core/linalg/exact.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/theorems/bounded_states.hpp"
#include "proofs_check/theorems/contraction_form.hpp"
#include "proofs_check/theorems/growth_form.hpp"
#include "proofs_check/theorems/rounded_states.hpp"
#include "proofs_check/theorems/spectrum.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using automata::SplitMix64;
using core::Integer;
using core::Matrix;
using core::Rational;

namespace {

std::size_t below(SplitMix64& rng, std::size_t bound) {
  return static_cast<std::size_t>(rng() % bound);
}

Matrix<Rational> matrix(std::size_t n, const std::vector<Rational>& entries) {
  Matrix<Rational> a(n, n);
  a.entries() = entries;
  return a;
}

/// A polynomial, constant term first, and where its roots are.
struct Known {
  std::vector<Integer> polynomial;
  Side side;
};

const std::vector<Known>& known_polynomials() {
  static const std::vector<Known> list = {
      // cyclotomic ones: 1, 2, 3, 4, 5, 6, 8, 12
      {{-1, 1}, Side::on},
      {{1, 1}, Side::on},
      {{1, 1, 1}, Side::on},
      {{1, 0, 1}, Side::on},
      {{1, 1, 1, 1, 1}, Side::on},
      {{1, -1, 1}, Side::on},
      {{1, 0, 0, 0, 1}, Side::on},
      {{1, 0, -1, 0, 1}, Side::on},
      {{5, -6, 5}, Side::on},    // (3 +- 4i) / 5, no root of 1
      {{13, 10, 13}, Side::on},  // (-5 +- 12i) / 13
      {{0, 1}, Side::inside},
      {{-1, 2}, Side::inside},
      {{3, 4}, Side::inside},
      {{99, 100}, Side::inside},
      {{-1, 0, 2}, Side::inside},  // +- 1/sqrt 2
      {{1, 2, 4}, Side::inside},   // cube roots of 1, over 2
      {{81, -90, 125}, Side::inside},
      {{-3, 2}, Side::outside},
      {{-101, 100}, Side::outside},
      {{-1, -1, 1}, Side::outside},         // the golden ratio, and one inside
      {{1, -3, 1}, Side::outside},          // reciprocal, 2.618 and its inverse
      {{1, -1, -1, -1, 1}, Side::outside},  // Salem: 1.722, its inverse, and two on the circle
      {{1, 1, 0, -1, -1, -1, -1, -1, 0, 1, 1}, Side::outside},  // Lehmer: 1.176, degree 10
      {{2, 1, 1}, Side::outside},                               // |z| = sqrt 2
  };
  return list;
}

struct Case {
  Matrix<Rational> a;
  Powers powers = Powers::vanish;
  std::size_t degree = 0;
  std::string spelled;
};

/// Companion matrices C on the diagonal, 1 beside them inside a block, conjugated by elementary
/// integer matrices.
Case known_case(SplitMix64& rng, std::size_t n) {
  Case known;
  Matrix<Rational> a(n, n);
  const bool tame = below(rng, 4) != 0;  // else nearly all have some root outside
  for (std::size_t at = 0; at < n;) {
    const Known& one = known_polynomials()[below(rng, known_polynomials().size())];
    const std::size_t d = one.polynomial.size() - 1;
    if (d > n - at || (tame && one.side == Side::outside)) continue;
    std::size_t blocks = below(rng, 3) == 0 ? 2 + below(rng, 2) : 1;
    blocks = std::min(blocks, (n - at) / d);
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::size_t k = at + b * d;
      for (std::size_t i = 0; i + 1 < d; ++i) a(k + i, k + i + 1) = 1;
      for (std::size_t i = 0; i < d; ++i) {
        a(k + d - 1, k + i) = -Rational(one.polynomial[i]) / Rational(one.polynomial[d]);
      }
      for (std::size_t i = 0; b > 0 && i < d; ++i) a(k - d + i, k + i) += 1;
    }
    at += blocks * d;
    known.spelled += " " + std::to_string(blocks) + "x" + std::to_string(d);
    if (one.side == Side::outside) {
      known.powers = Powers::exponential;
    } else if (one.side == Side::on && known.powers != Powers::exponential) {
      if (blocks > 1) {
        known.powers = Powers::polynomial;
        known.degree = std::max(known.degree, blocks - 1);
      } else if (known.powers == Powers::vanish) {
        known.powers = Powers::bounded;
      }
    }
  }
  if (known.powers == Powers::exponential) known.degree = 0;
  for (std::size_t k = 0; k < 2 * n && n > 1; ++k) {  // E A E^-1, E = 1 + c e_i e_j^T
    const std::size_t i = below(rng, n), j = below(rng, n);
    if (i == j) continue;
    const Rational c(below(rng, 2) == 0 ? 1 : -1);
    for (std::size_t m = 0; m < n; ++m) a(i, m) += c * a(j, m);
    for (std::size_t m = 0; m < n; ++m) a(m, j) -= c * a(m, i);
  }
  known.a = std::move(a);
  return known;
}

Matrix<Rational> rational(const Matrix<Integer>& a) {
  Matrix<Rational> r(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) r.entries()[i] = Rational(a.entries()[i]);
  return r;
}

Matrix<Rational> minus(Matrix<Rational> a, const Matrix<Rational>& b, const Rational& times = 1) {
  for (std::size_t i = 0; i < a.entries().size(); ++i) a.entries()[i] -= times * b.entries()[i];
  return a;
}

/// The evidence by its definition, with the elimination of core/linalg/exact.
void check_evidence(const Matrix<Rational>& a, const Stability& stability) {
  if (stability.is_bounded()) {
    const auto form = contraction_form(a, stability);
    REQUIRE(form);
    const auto p = rational(*form);
    const auto difference = minus(p, core::transpose(a) * p * a);
    CHECK(core::is_positive_definite(p));
    CHECK(core::is_positive_semidefinite(difference));
    CHECK(core::is_positive_definite(difference) == (stability.powers == Powers::vanish));
    return;
  }
  const auto growth = growth_form(a, stability);
  REQUIRE(growth);
  const auto p = rational(growth->form);
  CHECK(p == core::transpose(p));
  CHECK((growth->growth > 1) == (stability.powers == Powers::exponential));
  const auto x = growing_vector(*growth, a.rows());
  REQUIRE(x);
  const std::vector<Rational> v(x->begin(), x->end());
  auto s = p;
  if (growth->growth == 1) s = minus(core::transpose(a) * p * a, p);
  CHECK(core::dot(v, s * v) > 0);
  CHECK(core::is_positive_semidefinite(minus(core::transpose(a) * s * a, s, growth->growth)));
}

void check_random(std::size_t cases, std::size_t largest) {
  const std::uint64_t seed = 20260117;
  INFO("seed " << seed);
  SplitMix64 rng(seed);
  std::size_t counts[4] = {};
  for (std::size_t k = 0; k < cases; ++k) {
    const Case known = known_case(rng, 1 + below(rng, largest));
    INFO("case " << k << ":" << known.spelled);
    const Stability stability = decide_stability(known.a);
    REQUIRE(stability.powers == known.powers);
    CHECK(stability.degree == known.degree);
    check_evidence(known.a, stability);
    ++counts[static_cast<std::size_t>(stability.powers)];
  }
  for (const std::size_t count : counts) CHECK(count > cases / 20);
}

}  // namespace

TEST_CASE("roots of irreducible polynomials and the unit circle", "[stability]") {
  for (const Known& one : known_polynomials()) {
    INFO(one.polynomial.size() << " " << one.polynomial.front());
    CHECK(side_of_circle(one.polynomial) == one.side);
    CHECK(has_roots_inside(one.polynomial) == (one.side == Side::inside));
  }
  // Of products: all inside iff each is; products of two with |z| = r and 1/r have |a_0| = |a_d|.
  CHECK(has_roots_inside({1, 0, 0, 0, 0, 0, 0, 2}));
  CHECK_FALSE(has_roots_inside({2, -5, 2}));
  CHECK_FALSE(has_roots_inside({-1, 0, 0, 1}));
  // Schur's bound is sharp: t^2 + b t + c has its roots inside iff |c| < 1 and |b| < 1 + c.
  for (int b = -25; b <= 25; ++b) {
    for (int c = -12; c <= 12; ++c) {
      INFO(b << " " << c);
      CHECK(has_roots_inside({c, b, 10}) == (std::abs(c) < 10 && std::abs(b) < 10 + c));
    }
  }
  CHECK(power_sums({6, -5, 1}) == std::vector<Rational>{2, 5});           // 2 and 3
  CHECK(power_sums({-6, 11, -6, 1}) == std::vector<Rational>{3, 6, 14});  // 1, 2 and 3
}

TEST_CASE("what the powers of small matrices do", "[stability]") {
  const auto powers = [](std::size_t n, const std::vector<Rational>& entries) {
    const Stability s = decide_stability(matrix(n, entries));
    check_evidence(matrix(n, entries), s);
    return s.powers;
  };
  const Rational half(1, 2);
  CHECK(powers(1, {half}) == Powers::vanish);
  CHECK(powers(1, {-1}) == Powers::bounded);
  CHECK(powers(1, {Rational(-6, 5)}) == Powers::exponential);
  CHECK(powers(2, {1, 1, 0, 1}) == Powers::polynomial);
  CHECK(powers(2, {half, 1000, 0, half}) == Powers::vanish);
  CHECK(powers(2, {1, 1000, 0, half}) == Powers::bounded);
  CHECK(powers(2, {0, -1, 1, 0}) == Powers::bounded);
  CHECK(powers(2, {Rational(3, 5), Rational(-4, 5), Rational(4, 5), Rational(3, 5)}) ==
        Powers::bounded);
  CHECK(powers(2, {0, 0, 1, 0}) == Powers::vanish);
  CHECK(powers(4, {0, -1, 1, 0, 1, 0, 0, 1, 0, 0, 0, -1, 0, 0, 1, 0}) == Powers::polynomial);
  // 1 with a block of size 2 beside -1 with one of size 3
  const Stability s = decide_stability(
      matrix(5, {1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, -1}));
  CHECK(s.degree == 2);
  const LargestEigenvalue largest = largest_eigenvalue(
      decide_stability(matrix(2, {half, Rational(-1, 2), Rational(1, 2), half})));
  CHECK(largest.square.convert_to<double>() == Approx(0.5));
  CHECK(largest.eigenvalue.imaginary.lower > 0);
}

TEST_CASE("powers of matrices with known eigenvalues and blocks", "[stability]") {
  check_random(500, 8);
}

TEST_CASE("powers of many matrices with known eigenvalues and blocks", "[.long][stability]") {
  check_random(2000, 12);
}

namespace {

/// A layer of one number a row for each letter, with what it adds and where it starts.
struct Letter {
  std::vector<Rational> a, b;
};
core::Model network(std::size_t n, const std::vector<Letter>& letters,
                    std::vector<Rational> start = {}) {
  core::Model model;
  std::vector<std::string> names;
  for (std::size_t x = 0; x < letters.size(); ++x) names.push_back(std::to_string(x));
  model.letters = core::Alphabet(names);
  model.labels = {"any"};
  core::Layer layer;
  layer.n = n;
  layer.reads = {core::Source{}};
  layer.start = Matrix<core::Real>(n, 1);
  for (std::size_t i = 0; i < start.size(); ++i) layer.start(i, 0) = start[i];
  for (const Letter& letter : letters) {
    core::Dense dense{Matrix<core::Real>(n, n)};
    for (std::size_t i = 0; i < n * n; ++i) dense.matrix.entries()[i] = letter.a[i];
    core::Transition transition{dense, {}};
    if (!letter.b.empty()) {
      transition.B = Matrix<core::Real>(n, 1);
      for (std::size_t i = 0; i < n; ++i) transition.B->entries()[i] = letter.b[i];
    }
    layer.table.push_back(std::move(transition));
  }
  layer.readout = {Matrix<core::Real>(1, n), std::vector<core::Real>(1)};
  model.layers.push_back(std::move(layer));
  return model;
}

LayerStability only_layer(const core::Model& model) { return bounded_states(model).front(); }

/// Follows random words and compares with the ball.
void check_ball(const core::Model& model, const FormPart& part, std::uint64_t seed) {
  INFO("seed " << seed);
  SplitMix64 rng(seed);
  const core::Layer& layer = model.layers.front();
  REQUIRE(part.states);
  Matrix<Rational> h(layer.n, 1);
  for (std::size_t i = 0; i < layer.n; ++i) h(i, 0) = layer.start(i, 0).rational();
  for (int step = 0; step < 60; ++step) {
    Rational square = 0;
    for (std::size_t i = 0; i < layer.n; ++i) {
      const Rational off = h(i, 0) - part.states->center(i, 0);
      square += off * off;
    }
    CHECK(square <= part.square_of_distance());
    const core::Transition& transition = layer.table[below(rng, layer.table.size())];
    Matrix<Rational> a(layer.n, layer.n);
    a.entries() = core::rationals(core::to_matrix(transition, layer.n).entries());
    h = a * h;
    for (std::size_t i = 0; i < layer.n && transition.B; ++i) {
      h(i, 0) += transition.B->entries()[i].rational();
    }
  }
}

}  // namespace

TEST_CASE("one form for all letters, and a ball that the state keeps to", "[stability]") {
  const Rational half(1, 2), third(1, 3);
  // The norm: a swap and a projection that adds.
  auto model = network(2, {{{0, 1, 1, 0}, {}}, {{half, 0, 0, 0}, {1, 1}}}, {1, 0});
  auto layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  CHECK(layer.common->how == "the norm");
  CHECK(layer.common->inputs[0].q == 1);
  CHECK(layer.common->inputs[1].q == half);
  check_ball(model, *layer.common, 1);

  // h -> 1 - h turns around 1/2.
  model = network(1, {{{-1}, {1}}, {{1}, {}}});
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  CHECK(layer.common->states->center(0, 0) == half);
  CHECK(layer.common->square_of_distance() == Rational(1, 4));

  // Numbers of thousands of digits.
  const Rational huge = boost::multiprecision::pow(core::Integer(10), 5000);
  model = network(1, {{{-1}, {}}}, {huge});
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  CHECK(layer.common->square_of_distance() >= huge * huge);
  CHECK(layer.common->square_of_distance() <= huge * huge * Rational(1'000'001, 1'000'000));

  // Without letters there is the start only.
  core::Model silent = model;
  silent.letters = core::Alphabet(std::vector<std::string>{});
  silent.layers[0].table.clear();
  CHECK(only_layer(silent).outcome() == core::Outcome::proved);

  // Two shears towards 0 that no common norm but a stretched one contracts.
  model = network(2, {{{half, 2, 0, half}, {1, 0}}, {{third, 3, 0, -half}, {0, 1}}});
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  CHECK(layer.common->how == "a search");
  CHECK(layer.common->contraction() < 1);
  check_ball(model, *layer.common, 2);

  // A group that is not orthogonal: S3 on two of three coordinates that add up to 0.
  model = network(2, {{{-1, 1, 0, 1}, {}}, {{0, -1, 1, -1}, {}}}, {3, 1});
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  CHECK(layer.common->contraction() == 1);
  check_ball(model, *layer.common, 3);

  // A turn by no fraction of a circle, in other coordinates, beside a letter that forgets.
  model = network(2, {{{Rational(-1, 5), Rational(-8, 5), Rational(4, 5), Rational(7, 5)}, {}},
                      {{0, 0, 0, 0}, {3, 4}}});
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  check_ball(model, *layer.common, 4);

  // Too many coordinates for a search: the sum over all words, in stretched coordinates.
  constexpr std::size_t kMany = 20;
  std::vector<Letter> large(2);
  for (std::size_t i = 0; i < kMany * kMany; ++i) {
    const std::size_t row = i / kMany, column = i % kMany;
    large[0].a.emplace_back(column == row + 1 && row % 2 == 0 ? 3 : column == row ? half : 0);
    large[1].a.emplace_back(column == row + 1 && row % 3 == 0 ? 2 : column == row ? third : 0);
  }
  model = network(kMany, large, std::vector<Rational>(kMany, 1));
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  check_ball(model, *layer.common, 6);

  // One defective letter on its own.
  model = network(3, {{{half, 5, 0, 0, half, 5, 0, 0, half}, {0, 0, 1}}});
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  check_ball(model, *layer.common, 5);

  // Two letters that reset to different states have no common form, but few products.
  model = network(2, {{{1, 1, 0, 0}, {}}, {{0, 0, 1, 1}, {}}}, {1, 0});
  layer = only_layer(model);
  CHECK(layer.outcome() == core::Outcome::proved);
  CHECK_FALSE(layer.common);
  CHECK(layer.products == 2);
  CHECK(layer.single.size() == 2);
}

TEST_CASE("words that make states grow", "[stability]") {
  // From the start, and only from other starts.
  auto layer = only_layer(network(1, {{{1}, {}}, {{Rational(6, 5)}, {}}}, {1}));
  REQUIRE(layer.growing);
  CHECK(layer.growing->inputs == std::vector<std::size_t>{1});
  CHECK(layer.growing->from_start);
  CHECK(layer.growing->growth.growth > 1);
  CHECK(layer.outcome() == core::Outcome::refuted);
  layer = only_layer(network(2, {{{Rational(1, 2), 0, 0, 2}, {}}}, {1, 0}));
  REQUIRE(layer.growing);
  CHECK_FALSE(layer.growing->from_start);

  // Additions: h + 1; and two turns around different points, of which neither grows.
  layer = only_layer(network(1, {{{1}, {1}}}));
  REQUIRE(layer.growing);
  CHECK(layer.growing->by_additions);
  CHECK(layer.growing->from_start);
  CHECK(layer.inputs[0].drifts);
  layer = only_layer(network(1, {{{-1}, {}}, {{-1}, {1}}}));
  REQUIRE(layer.growing);
  CHECK(layer.growing->by_additions);
  CHECK(layer.growing->inputs.size() == 2);
  CHECK_FALSE(layer.inputs[1].drifts);

  // A product of letters whose own powers vanish.
  layer = only_layer(network(2, {{{0, 2, 0, 0}, {}}, {{0, 0, 2, 0}, {}}}, {1, 1}));
  REQUIRE(layer.growing);
  CHECK(layer.growing->inputs.size() == 2);
  CHECK(layer.growing->from_start);
  CHECK(*layer.inputs[0].powers() == Powers::vanish);

  // A Jordan block of 1.
  layer = only_layer(network(2, {{{1, 1, 0, 1}, {}}}, {0, 1}));
  REQUIRE(layer.growing);
  CHECK(layer.growing->growth.growth == 1);
  CHECK(layer.growing->from_start);
  CHECK_FALSE(layer.growing->by_additions);
}

TEST_CASE("common forms of random letters in random coordinates", "[stability]") {
  const std::uint64_t seed = 20260118;
  INFO("seed " << seed);
  SplitMix64 rng(seed);
  std::size_t found = 0;
  constexpr std::size_t kCases = 40;
  for (std::size_t k = 0; k < kCases; ++k) {
    // Contractions by construction, orthogonal ones among them, then seen from other coordinates.
    const std::size_t n = 2 + below(rng, 3), letters = 1 + below(rng, 3);
    Matrix<Rational> s = Matrix<Rational>::identity(n);
    for (std::size_t m = 0; m < 2 * n; ++m) {
      const std::size_t i = below(rng, n), j = below(rng, n);
      for (std::size_t c = 0; c < n && i != j; ++c) s(i, c) += s(j, c);
    }
    const Matrix<Rational> inverse = *core::solve(s, Matrix<Rational>::identity(n));
    std::vector<Letter> table;
    for (std::size_t x = 0; x < letters; ++x) {
      Matrix<Rational> a(n, n);
      if (below(rng, 3) == 0) {
        for (std::size_t i = 0; i < n; ++i) a((i + 1) % n, i) = below(rng, 2) == 0 ? 1 : -1;
      } else {
        for (Rational& entry : a.entries()) {
          entry = Rational(static_cast<int>(below(rng, 9)) - 4, 5 * static_cast<int>(n));
        }
      }
      const Matrix<Rational> seen = s * a * inverse;
      table.push_back({seen.entries(), {}});
    }
    const auto model = network(n, table, std::vector<Rational>(n, 1));
    const LayerStability layer = only_layer(model);
    INFO("case " << k);
    CHECK(layer.outcome() != core::Outcome::refuted);
    if (layer.common && layer.common->states) {
      ++found;
      check_ball(model, *layer.common, k);
    }
  }
  CHECK(found == kCases);
}

TEST_CASE("contractions whose states do not overflow when steps are rounded", "[stability]") {
  const std::uint64_t seed = 20260119;
  INFO("seed " << seed);
  SplitMix64 rng(seed);
  std::size_t bounded = 0;
  for (const char* const id : {"cast:bf16", "once:bf16", "once:e4m3", "bf16", "e4m3", "e5m2",
                               "fp16", "mixed:state=fp32,io=bf16"}) {
    const core::Semantics semantics = core::parse_semantics(id, "test");
    for (std::size_t k = 0; k < 6; ++k) {
      INFO(id << ", case " << k);
      const std::size_t n = 1 + below(rng, 3);
      std::vector<Letter> letters(2);
      for (Letter& letter : letters) {
        for (std::size_t i = 0; i < n * n; ++i) {
          letter.a.emplace_back(static_cast<int>(below(rng, 7)) - 3, 5 * static_cast<int>(n));
        }
        for (std::size_t i = 0; i < n; ++i) {
          letter.b.emplace_back(static_cast<int>(below(rng, 9)) - 4, 3);
        }
      }
      const core::Model model = network(n, letters, std::vector<Rational>(n, Rational(1, 3)));
      const LayerStability layer = only_layer(model);
      REQUIRE(layer.common);
      REQUIRE(layer.common->states);
      const RoundedStates rounded = rounded_states(model.layers.front(), *layer.common, semantics);
      if (!rounded.distance) continue;
      ++bounded;
      if (semantics.kind == core::Semantics::Kind::cast) continue;  // states are exact
      const core::RoundedModel runs(model, semantics);
      core::RoundedStep step = runs.start();
      for (int t = 0; t < 200; ++t) {
        double square = 0;
        for (std::size_t i = 0; i < n; ++i) {
          const double off =
              step.states[0](i, 0) - layer.common->states->center(i, 0).convert_to<double>();
          square += off * off;
        }
        CHECK(std::sqrt(square) <= *rounded.distance * (1 + 1e-12));
        step = runs.next(step, static_cast<core::Letter>(below(rng, 2)));
      }
    }
  }
  CHECK(bounded > 30);
  // A turn loses nothing, so that errors may add up.
  const Rational three(3, 5), four(4, 5);
  auto model = network(2, {{{three, -four, four, three}, {}}}, {1, 0});
  const core::Semantics bf16 = core::parse_semantics("bf16", "test");
  CHECK_FALSE(rounded_states(model.layers[0], *only_layer(model).common, bf16).distance);
  // The range of a format: 16 / (1 - 1/2) = 32 is too much for e2m1.
  model = network(1, {{{Rational(1, 2)}, {16}}}, {0});
  CHECK_FALSE(rounded_states(model.layers[0], *only_layer(model).common,
                             core::parse_semantics("once:e2m1", "test"))
                  .distance);
  CHECK_FALSE(rounded_states(model.layers[0], *only_layer(model).common,
                             core::parse_semantics("cast:e2m1", "test"))
                  .distance);
  CHECK(rounded_states(model.layers[0], *only_layer(model).common,
                       core::parse_semantics("cast:e4m3", "test"))
            .distance == 32);
}
