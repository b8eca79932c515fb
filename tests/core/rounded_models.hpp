#pragma once

// Networks and comparisons for the tests of rounded semantics: random networks with awkward
// parameters, and the recurrence P(n), whose states after a million steps are known.

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "core/lrnn/rounded.hpp"
#include "core/number/round.hpp"
#include "tests/core/mpfr_oracle.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/core/seeded.hpp"

namespace statewright::samples {

using seeded::splitmix;

inline Semantics semantics_of(const std::string& text) { return parse_semantics(text, "test"); }
inline Format format_of(const std::string& text) { return parse_format(text, "test"); }

inline std::vector<std::uint64_t> bits(const Matrix<double>& state) {
  std::vector<std::uint64_t> result;
  for (const double x : state.entries()) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

inline std::vector<double> values(const RoundedStep& step) { return step.states[0].entries(); }

/// The first place where two runs differ, or nothing.
inline std::string difference(const std::vector<RoundedStep>& ours,
                              const std::vector<RoundedStep>& theirs) {
  if (ours.size() != theirs.size()) return "lengths";
  for (std::size_t t = 0; t < ours.size(); ++t) {
    for (std::size_t i = 0; i < ours[t].states.size(); ++i) {
      const auto a = bits(ours[t].states[i]), b = bits(theirs[t].states[i]);
      for (std::size_t e = 0; e < a.size(); ++e) {
        if (a[e] == b[e]) continue;
        char text[120];
        std::snprintf(text, sizeof text, "step %zu layer %zu entry %zu: %a, %a", t, i, e,
                      ours[t].states[i].entries()[e], theirs[t].states[i].entries()[e]);
        return text;
      }
    }
    if (ours[t].emitted != theirs[t].emitted) return "emitted at step " + std::to_string(t);
    if (ours[t].output != theirs[t].output) return "output at step " + std::to_string(t);
  }
  return "";
}

inline Matrix<Real> matrix(std::size_t rows, std::size_t columns,
                           const std::vector<Real>& entries) {
  Matrix<Real> m(rows, columns);
  m.entries() = entries;
  return m;
}

/// One layer that reads the token, with nothing to say: one output.
inline Model model_of(std::size_t n, std::vector<Real> start, std::vector<Transition> table) {
  std::vector<std::string> letters;
  for (std::size_t i = 0; i < table.size(); ++i) {
    letters.push_back(std::string(1, static_cast<char>('a' + i)));
  }
  Layer layer;
  layer.n = n;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>::column(std::move(start));
  layer.table = std::move(table);
  layer.readout = readout(1, n, {});
  return {Alphabet(letters), {"any"}, {layer}, {}};
}

// --- random networks
// -----------------------------------------------------------------------------

struct Random {
  std::uint64_t seed;
  std::uint64_t below(std::uint64_t bound) { return splitmix(seed) % bound; }

  /// Mostly of moderate size; now and then zero, tiny or large; seldom a value of a format.
  Real number() {
    const std::uint64_t kind = below(24);
    if (kind == 0) return 0;
    if (kind == 1) return below(2) == 0 ? 1 : -1;
    Rational value(static_cast<std::int64_t>(below(4001)) - 2000,
                   static_cast<std::int64_t>(below(1500)) + 500);
    if (kind == 2) value *= power_of_two(static_cast<int>(below(12)) - 20);
    if (kind == 3) value *= power_of_two(static_cast<int>(below(9)));
    return value;
  }
  std::vector<Real> numbers(std::size_t count) {
    std::vector<Real> result(count);
    for (Real& x : result) x = number();
    return result;
  }
};

enum class Shapes { all, products };

inline Transition random_transition(Random& random, std::size_t n, std::size_t d, Shapes shapes) {
  Transition result;
  const std::uint64_t kind = shapes == Shapes::products ? 0 : random.below(3);
  if (kind == 0) {
    GhProduct product;
    for (std::uint64_t f = random.below(4); f > 0; --f) {
      Householder factor{Rational(static_cast<std::int64_t>(random.below(41)), 20),
                         random.numbers(n)};
      factor.v[random.below(n)] = 1;
      product.factors.push_back(std::move(factor));
    }
    result.A = std::move(product);
  } else if (kind == 1) {
    result.A = Diagonal{random.numbers(n)};
  } else {
    result.A = Dense{matrix(n, n, random.numbers(n * n))};
  }
  if (random.below(2) == 0) result.B = matrix(n, d, random.numbers(n * d));
  return result;
}

inline Model random_model(std::uint64_t seed, Shapes shapes = Shapes::all) {
  Random random{seed};
  Model model{Alphabet({"a", "b", "c"}), {}, {}, {}};
  const std::size_t layers = 1 + random.below(2);
  for (std::size_t i = 0; i < layers; ++i) {
    Layer layer;
    layer.n = 1 + random.below(4);
    layer.d = 1 + random.below(2);
    layer.reads = {Source{}};
    if (i == 1) layer.reads.push_back(Source{0});
    layer.start = matrix(layer.n, layer.d, random.numbers(layer.n * layer.d));
    model.layers.push_back(layer);
    Layer& added = model.layers.back();
    for (std::size_t x = input_count(model, i); x > 0; --x) {
      added.table.push_back(random_transition(random, layer.n, layer.d, shapes));
    }
    const std::size_t outputs = 2 + random.below(2);
    added.readout = {
        matrix(outputs, layer.n * layer.d, random.numbers(outputs * layer.n * layer.d)),
        random.numbers(outputs)};
  }
  for (std::size_t k = 0; k < model.layers.back().readout.c.size(); ++k) {
    model.labels.push_back("label" + std::to_string(k));
  }
  validate(model);
  return model;
}

inline Word letters_of(std::uint64_t seed, std::size_t length, std::uint64_t letters = 3) {
  Random random{seed ^ 0x5eed};
  Word word(length);
  for (Letter& letter : word) letter = static_cast<Letter>(random.below(letters));
  return word;
}

// --- the recurrence P(n): dense, with an input
// ----------------------------------------------------

inline Model recurrence(std::size_t n, const Format& format) {
  const Rounder round(format);
  const std::vector<double> a = seeded::orthogonal(n);
  Matrix<Real> A(n, n), none(n, 1), input(n, 1);
  std::vector<Real> start;
  for (std::size_t e = 0; e < a.size(); ++e) {
    A.entries()[e] = exact_value(round(0.96875 * a[e]));
  }
  for (std::size_t i = 0; i < n; ++i) {
    input(i, 0) = exact_value(round(1.0 / static_cast<double>(i + 2)));
    start.emplace_back(exact_value(round(1.0 / static_cast<double>(i + 1))));
  }
  return model_of(n, start, {{Dense{A}, none}, {Dense{A}, input}});
}

}  // namespace statewright::samples
