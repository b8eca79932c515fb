// Semantics other than `stepwise`, and `stepwise` with tensor cores and random bits.

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/dot.hpp"
#include "core/number/round.hpp"
#include "tests/catch.hpp"
#include "tests/core/rounded_models.hpp"

using namespace statewright::core;
using namespace statewright::samples;
namespace samples = statewright::samples;

TEST_CASE("rounded: once is one rounding of the exact step", "[core][quick]") {
  const Model halving = samples::halving();
  const auto steps =
      simulate(RoundedModel(halving, semantics_of("once:fixed:i=4,f=2")), Word(6, 0));
  // In quarters: 4, 6, 7, 7.5 -> 8, 8, 8.
  const std::vector<double> expected = {0, 1, 1.5, 1.75, 2, 2, 2};
  for (std::size_t t = 0; t < steps.size(); ++t) CHECK(values(steps[t])[0] == expected[t]);

  for (const std::string name : {"bf16", "e4m3/sat", "fp16/ru", "fixed:i=6,f=4,wrap", "fp64"}) {
    const Format format = format_of(name);
    const Semantics semantics = semantics_of("once:" + name);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CAPTURE(name, seed);
      Model model = random_model(seed);
      for (Layer& layer : model.layers) {
        for (Real& entry : layer.start.entries()) {
          const double rounded = round_exact(entry, format);
          entry = std::isfinite(rounded) ? exact_value(rounded) : Rational(1);
        }
      }
      const Letter letter = static_cast<Letter>(seed % 3);
      const RoundedModel rounded(model, semantics);
      const RoundedStep first = rounded.start(), step = rounded.next(first, letter);
      REQUIRE(first.emitted == initial_step(model).emitted);
      const Step exact = next_step(model, initial_step(model), letter);
      for (std::size_t e = 0; e < step.states[0].entries().size(); ++e) {
        const double expected_entry = round_exact(exact.states[0].entries()[e], format);
        REQUIRE(std::bit_cast<std::uint64_t>(step.states[0].entries()[e]) ==
                std::bit_cast<std::uint64_t>(expected_entry));
      }
    }
  }
}

TEST_CASE("rounded: cast rounds summands and their sum, and never the state", "[core][quick]") {
  // h -> h/2 + 1 in quarters: 4 + 2 + 1 + 0 (a tie) + 0 ..
  const auto sums =
      simulate(RoundedModel(samples::halving(), semantics_of("cast:fixed:i=4,f=2")), Word(6, 0));
  const std::vector<double> expected = {0, 1, 1.5, 1.75, 1.75, 1.75, 1.75};
  for (std::size_t t = 0; t < sums.size(); ++t) CHECK(values(sums[t])[0] == expected[t]);

  // h -> h + 1 + 3/8 counts letters, since 3/8 is lost in each summand; it saturates at 7.
  const Model counting =
      model_of(2, {0, 0}, {{GhProduct{}, Matrix<Real>::column({Rational(11, 8), Rational(3, 8)})}});
  const auto counts =
      simulate(RoundedModel(counting, semantics_of("cast:fixed:i=4,f=0")), Word(12, 0));
  for (std::size_t t = 0; t < counts.size(); ++t) {
    CHECK(values(counts[t]) == std::vector<double>{std::min(static_cast<double>(t), 7.0), 0});
  }

  // I - 1.5 v v^T from (c + d, d - c), c = 1/2 a midpoint: 1/2 + (-1/2)^t / 8 is cast to 1, 0, 1,
  // ..
  const Householder factor{Rational(3, 2), {1, 1}};
  const Model straddling =
      model_of(2, {Rational(5, 8), Rational(-3, 8)}, {{GhProduct{{factor}}, {}}});
  const auto steps =
      simulate(RoundedModel(straddling, semantics_of("cast:fixed:i=4,f=0")), Word(30, 0));
  for (std::size_t t = 0; t < steps.size(); ++t) {
    REQUIRE(values(steps[t])[0] == (t % 2 == 0 ? 1 : 0));
  }

  // Permutations of small integers are exact, and come back to the same key.
  const Model s3 = samples::s3();
  const RoundedModel cast(s3, semantics_of("cast:e3m2"));
  const Word word = letters_of(5, 50, 6);
  const auto exact = simulate(s3, word);
  const auto ours = simulate(cast, word);
  for (std::size_t t = 0; t < exact.size(); ++t) {
    REQUIRE(ours[t].output == exact[t].output);
    for (std::size_t e = 0; e < 3; ++e) {
      REQUIRE(Real(exact_value(values(ours[t])[e])) == exact[t].states[0](e, 0));
    }
    for (std::size_t u = 0; u < t; ++u) {
      REQUIRE((cast.key(ours[t]) == cast.key(ours[u])) == (values(ours[t]) == values(ours[u])));
    }
  }
}

TEST_CASE("rounded: a chunk may be long, and steps share what they have in common",
          "[core][quick]") {
  Model model = samples::halving();
  Layer& layer = model.layers[0];
  Matrix<Real> one(1, 1);
  one(0, 0) = 1;
  layer.table[0] = {GhProduct{}, one};
  layer.start(0, 0) = 0;
  const RoundedModel rounded(model, semantics_of("chunk:fp32,C=4096"));
  RoundedStep step = rounded.start();
  for (int t = 0; t < 4000; ++t) step = rounded.next(step, 0);
  CHECK(values(step)[0] == 4000);
  // Two continuations of one step, of which the first is gone when the second goes on.
  RoundedStep other = rounded.next(step, 0);
  step = RoundedStep();
  other = rounded.next(other, 0);
  CHECK(values(other)[0] == 4002);
}

TEST_CASE("rounded: chunks of exact small integers are the steps", "[core][quick]") {
  const Model model = samples::s3();
  const Word word = letters_of(3, 40, 6);
  const auto steps = simulate(RoundedModel(model, semantics_of("bf16")), word);
  for (const char* text : {"chunk:bf16,C=1", "chunk:bf16,C=3", "chunk:bf16,C=64"}) {
    CAPTURE(text);
    CHECK(difference(steps, simulate(RoundedModel(model, semantics_of(text)), word)) == "");
  }
}

namespace {

/// chunk:fp32 written down once more: floats, everything from the chunk's start for each letter.
std::vector<float> chunked(const Layer& layer, std::span<const Letter> word, std::size_t letters) {
  struct Item {
    bool is_factor;
    std::vector<float> key;  // or the addition
    float scale;
  };
  const auto rounded = [](const Real& x) {
    return static_cast<float>(round_exact(x, format_of("fp32")) + 0.0);
  };
  const auto vector = [&](const std::vector<Real>& entries) {
    std::vector<float> result;
    for (const Real& x : entries) result.push_back(rounded(x));
    return result;
  };
  const auto dot = [](const std::vector<float>& a, const std::vector<float>& b) {
    float s = a[0] * b[0];
    for (std::size_t r = 1; r < a.size(); ++r) {
      const float product = a[r] * b[r];
      s = s + product;
    }
    return s;
  };
  std::vector<float> S = vector(layer.start.entries()), h = S;
  for (std::size_t begin = 0; begin < word.size(); begin += letters) {
    std::vector<Item> items;
    for (std::size_t t = begin; t < std::min(begin + letters, word.size()); ++t) {
      const Transition& transition = layer.table[word[t]];
      for (const Householder& factor : std::get<GhProduct>(transition.A).factors) {
        Real squared = 0;
        for (const Real& x : factor.v) squared += x * x;
        items.push_back({true, vector(factor.v), rounded(factor.beta / squared)});
      }
      if (transition.B) items.push_back({false, vector(transition.B->entries()), 0});
    }
    std::vector<float> w(items.size());
    h = S;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].is_factor) {
        float u = dot(items[i].key, S);
        for (std::size_t j = 0; j < i; ++j) {
          const float g = dot(items[i].key, items[j].key);
          const float change = items[j].is_factor ? -(g * w[j]) : g;
          u = u + change;
        }
        w[i] = items[i].scale * u;
      }
      for (std::size_t r = 0; r < h.size(); ++r) {
        const float change = items[i].is_factor ? -(items[i].key[r] * w[i]) : items[i].key[r];
        h[r] = h[r] + change;
      }
    }
    S = h;
  }
  return h;
}

}  // namespace

TEST_CASE("rounded: chunks in fp32 have the bits of plain floats", "[core][quick]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Model model = random_model(seed, Shapes::products);
    if (model.layers[0].d != 1) continue;
    const Word word = letters_of(seed, 20);
    for (const std::size_t letters : {std::size_t{1}, std::size_t{3}, std::size_t{64}}) {
      CAPTURE(seed, letters);
      const RoundedModel rounded(model, semantics_of("chunk:fp32,C=" + std::to_string(letters)));
      const auto steps = simulate(rounded, word);
      for (std::size_t t = 0; t <= word.size(); ++t) {
        const auto expected = chunked(model.layers[0], std::span(word).first(t), letters);
        for (std::size_t r = 0; r < expected.size(); ++r) {
          REQUIRE(std::bit_cast<std::uint64_t>(steps[t].states[0].entries()[r]) ==
                  std::bit_cast<std::uint64_t>(static_cast<double>(
                      std::isnan(expected[r]) ? std::numeric_limits<float>::quiet_NaN()
                                              : expected[r])));
        }
      }
    }
  }
}

TEST_CASE("rounded: equal keys have equal futures", "[core][quick]") {
  // Wherever two prefixes have the same key, reading the same letters gives the same keys again.
  for (const char* text : {"e2m1", "once:e2m1", "chunk:e2m1,C=2", "cast:e2m1"}) {
    CAPTURE(text);
    const RoundedModel model(samples::s3(), semantics_of(text));
    const auto steps = simulate(model, letters_of(9, 60, 6));
    std::size_t pairs = 0;
    for (std::size_t t = 0; t < steps.size(); ++t) {
      for (std::size_t u = 0; u < t; ++u) {
        if (model.key(steps[t]) != model.key(steps[u])) continue;
        ++pairs;
        for (Letter letter = 0; letter < 6; ++letter) {
          const RoundedStep a = model.next(steps[t], letter), b = model.next(steps[u], letter);
          REQUIRE(model.key(a) == model.key(b));
          REQUIRE(a.emitted == b.emitted);
          REQUIRE(bits(a.states[0]) == bits(b.states[0]));
        }
      }
    }
    CHECK(pairs > 0);
  }
}

// --- tensor cores and stochastic rounding
// ---------------------------------------------------------

TEST_CASE("rounded: dot products by a tensor core, the rest in fp32", "[core][quick]") {
  for (const std::string text :
       {"mixed:state=fp32,io=bf16,acc=hopper", "mixed:state=bf16,io=fp16,acc=ampere",
        "mixed:state=fp32,io=e4m3,acc=hopper"}) {
    const Semantics semantics = semantics_of(text);
    const auto& core = std::get<TensorCore>(semantics.accumulate);
    const Rounder io(semantics.io), st(semantics.state);
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      CAPTURE(text, seed);
      Random random{seed};
      // Enough terms for several groups.
      const std::size_t n = 40;
      const Householder factor{Rational(3, 2), random.numbers(n)};
      const Matrix<Real> A = matrix(n, n, random.numbers(n * n));
      const std::vector<Real> B = random.numbers(n);
      const Model model = model_of(
          n, random.numbers(n), {{GhProduct{{factor}}, {}}, {Dense{A}, Matrix<Real>::column(B)}});
      const auto steps = simulate(RoundedModel(model, semantics), Word{0, 1});

      std::vector<double> v(n), h = values(steps[0]), row(n), operand(n);
      Real squared = 0;
      for (std::size_t j = 0; j < n; ++j) {
        v[j] = round_exact(factor.v[j], semantics.io);
        operand[j] = io(h[j]);
        squared += factor.v[j] * factor.v[j];
      }
      const float s = static_cast<float>(tensor_dot(core, semantics.io, v, operand, 0));
      const float scale = static_cast<float>(round_exact(factor.beta / squared, semantics.io));
      const float w = scale * s;
      for (std::size_t j = 0; j < n; ++j) {
        if (v[j] == 0) continue;
        const float change = static_cast<float>(v[j]) * w;
        h[j] = st(static_cast<double>(static_cast<float>(h[j]) - change));
      }
      REQUIRE(bits(steps[1].states[0]) == bits(Matrix<double>::column(h)));
      for (std::size_t j = 0; j < n; ++j) operand[j] = io(h[j]);
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) row[j] = round_exact(A(i, j), semantics.io) + 0.0;
        const float sum = static_cast<float>(tensor_dot(core, semantics.io, row, operand, 0));
        const float all = sum + static_cast<float>(round_exact(B[i], semantics.io));
        h[i] = st(static_cast<double>(all));
      }
      REQUIRE(bits(steps[2].states[0]) == bits(Matrix<double>::column(h)));
    }
  }
}

namespace {

/// A layer of one column, each operation formed exactly and rounded with the counter that
/// rounded.hpp gives it.
class Counted {
 public:
  explicit Counted(const Semantics& semantics)
      : fl_(std::get<Format>(semantics.accumulate)),
        st_(semantics.state),
        readout_(*semantics.readout) {}

  std::uint64_t counter = 0;

  void step(const Transition& transition, std::vector<double>& h) {
    const std::size_t n = h.size();
    if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
      for (const Householder& factor : product->factors) {
        Real squared = 0;
        for (const Real& x : factor.v) squared += x * x;
        std::optional<double> s;
        for (std::size_t j = 0; j < n; ++j) {
          const double v = parameter(factor.v[j]);
          if (v == 0) continue;
          const double term = product_of(fl_, v, h[j]);
          s = s ? sum_of(fl_, *s, term) : term;
        }
        if (!s) continue;
        const double w = product_of(fl_, parameter(factor.beta / squared), *s);
        for (std::size_t j = 0; j < n; ++j) {
          const double v = parameter(factor.v[j]);
          if (v == 0) continue;
          const double change = product_of(fl_, v, w);
          h[j] = store(sum_of(fl_, h[j], -change));
        }
      }
    } else {
      const Matrix<Real>& A = std::get<Dense>(transition.A).matrix;
      const std::vector<double> before = h;
      for (std::size_t i = 0; i < n; ++i) {
        double s = product_of(fl_, parameter(A(i, 0)), before[0]);
        for (std::size_t j = 1; j < n; ++j) {
          const double term = product_of(fl_, parameter(A(i, j)), before[j]);
          s = sum_of(fl_, s, term);
        }
        if (transition.B) s = sum_of(fl_, s, parameter((*transition.B)(i, 0)));
        h[i] = store(s);
      }
      return;
    }
    if (!transition.B) return;
    for (std::size_t i = 0; i < n; ++i) {
      h[i] = store(sum_of(fl_, h[i], parameter((*transition.B)(i, 0))));
    }
  }

  std::uint32_t emit(const Readout& readout, const std::vector<double>& h) {
    std::vector<double> scores;
    for (std::size_t k = 0; k < readout.c.size(); ++k) {
      double score = product_of(readout_, stored_in(readout_, readout.W(k, 0)), h[0]);
      for (std::size_t j = 1; j < h.size(); ++j) {
        const double term = product_of(readout_, stored_in(readout_, readout.W(k, j)), h[j]);
        score = sum_of(readout_, score, term);
      }
      scores.push_back(sum_of(readout_, score, stored_in(readout_, readout.c[k])));
    }
    return static_cast<std::uint32_t>(std::max_element(scores.begin(), scores.end()) -
                                      scores.begin());
  }

  double parameter(const Real& value) const { return stored_in(fl_, value); }

 private:
  static double stored_in(Format format, const Real& value) {
    format.rounding = Rounding::nearest_even;
    return round_exact(value, format);
  }
  double product_of(const Format& format, double a, double b) {
    return round_exact(Rational(exact_value(a) * exact_value(b)), format, counter++);
  }
  double sum_of(const Format& format, double a, double b) {
    return round_exact(Rational(exact_value(a) + exact_value(b)), format, counter++);
  }
  double store(double x) { return st_ == fl_ ? x : round_exact(x, st_, counter++); }

  Format fl_, st_, readout_;
};

}  // namespace

TEST_CASE("rounded: stochastic roundings draw by step and place in the step", "[core][quick]") {
  for (const std::string text :
       {"bf16/sr:7", "fp16/se:3", "e5m2/sr:1:4", "mixed:state=bf16/sr:5,io=fp32,acc=fp32",
        "mixed:state=bf16,io=fp16/sr:9,acc=fp16/sr:9,readout=bf16/sr:2",
        "mixed:state=fp64,io=bf16/sr:4,acc=bf16/sr:4"}) {
    const Semantics semantics = semantics_of(text);
    CHECK(semantics.id() == text);
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      CAPTURE(text, seed);
      Random random{seed};
      const auto small = [&](std::size_t count) {
        std::vector<Real> result;
        while (result.size() < count) {
          result.emplace_back(Rational(static_cast<std::int64_t>(random.below(99)) - 49, 50));
        }
        return result;
      };
      const std::size_t n = 3;
      Transition factors{GhProduct{{{Rational(1, 3), small(n)}, {Rational(3, 2), small(n)}}},
                         Matrix<Real>::column(small(n))};
      for (Householder& factor : std::get<GhProduct>(factors.A).factors) factor.v[1] = 1;
      Model model =
          model_of(n, {1, Rational(1, 3), 2},
                   {factors, {Dense{matrix(n, n, small(n * n))}, Matrix<Real>::column(small(n))}});
      model.labels = {"x", "y"};
      model.layers[0].readout = {matrix(2, n, small(2 * n)), small(2)};
      const Word word = letters_of(seed, 12, 2);
      const RoundedModel rounded(model, semantics);
      const auto steps = simulate(rounded, word);

      Counted counted(semantics);
      std::vector<double> h;
      for (const Real& x : model.layers[0].start.entries()) {
        Format plain = semantics.state;
        plain.rounding = Rounding::nearest_even;
        h.push_back(round_exact(x, plain));
      }
      for (std::size_t t = 0; t <= word.size(); ++t) {
        counted.counter = t << 32;
        if (t > 0) counted.step(model.layers[0].table[word[t - 1]], h);
        REQUIRE(values(steps[t]) == h);
        REQUIRE(steps[t].output == counted.emit(model.layers[0].readout, h));
      }
    }
  }
}

TEST_CASE("rounded: with stochastic rounding the position counts", "[core][quick]") {
  const Model model = model_of(1, {1}, {{Diagonal{{Rational(257, 256)}}, {}}, {Diagonal{{1}}, {}}});
  const RoundedModel stochastic(model, semantics_of("mixed:state=bf16/sr:1,io=fp32,acc=fp32"));
  const auto steps = simulate(stochastic, Word{1, 1});
  CHECK(values(steps[1]) == values(steps[2]));
  CHECK(stochastic.key(steps[1]) != stochastic.key(steps[2]));
  // 1 + 2^-8 lies half way: both neighbours occur, as often as not.
  std::size_t up = 0;
  RoundedStep step = stochastic.start();
  for (int t = 0; t < 4000; ++t) {
    step.states[0](0, 0) = 1;
    step = stochastic.next(step, 0);
    up += values(step)[0] == 1 + 0x1p-7 ? 1 : 0;
  }
  CHECK(up > 1800);
  CHECK(up < 2200);
  const RoundedModel other(model, semantics_of("mixed:state=bf16/sr:2,io=fp32,acc=fp32"));
  CHECK(difference(simulate(stochastic, Word(64, 0)), simulate(other, Word(64, 0))) != "");
  CHECK(difference(simulate(stochastic, Word(64, 0)), simulate(stochastic, Word(64, 0))) == "");
}
