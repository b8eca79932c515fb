#pragma once

// Random networks, the automaton that a network of finitely many states is, and shortest wrong
// words by exploring the specification; for tests of bounds.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/dfa.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/lrnn/model.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"
#include "tests/core/sample_models.hpp"

namespace statewright::samples {

/// A network of one or two layers with small parameters that a format may or may not have.
inline Model random_model(automata::SplitMix64& random) {
  Model model{core::Alphabet({"a", "b"}), {"reject", "accept"}, {}, {}};
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  const std::size_t layers = 1 + random() % 2;
  for (std::size_t i = 0; i < layers; ++i) {
    Layer layer;
    layer.n = 1 + random() % 3;
    layer.d = 1 + random() % 2;
    layer.reads = {core::Source{}};
    if (i > 0) layer.reads.push_back(core::Source{0});
    layer.start = Matrix<Real>(layer.n, layer.d);
    for (Real& x : layer.start.entries()) x = Rational(draw(-2, 2), draw(1, 3));
    for (std::size_t x = 0; x < (i == 0 ? 2U : 4U); ++x) {
      core::Transition transition;
      switch (random() % 4) {
        case 0: {
          core::Permutation p(layer.n);
          for (std::uint32_t k = 0; k < layer.n; ++k) p[k] = k;
          for (std::size_t k = layer.n; k-- > 1;) std::swap(p[k], p[random() % (k + 1)]);
          transition.A = core::GhProduct{core::reflections_of(p)};
          break;
        }
        case 1: {
          core::Diagonal diagonal;
          for (std::size_t k = 0; k < layer.n; ++k) {
            diagonal.entries.emplace_back(Rational(draw(-1, 1), 1));
          }
          transition.A = diagonal;
          break;
        }
        case 2: {  // a reflection or projection along some direction
          core::Householder factor{draw(1, 2), {}};
          for (std::size_t k = 0; k < layer.n; ++k) factor.v.emplace_back(draw(-2, 2));
          factor.v[0] = 1;
          transition.A = core::GhProduct{{factor}};
          break;
        }
        default: {
          core::Dense dense{Matrix<Real>(layer.n, layer.n)};
          for (Real& e : dense.matrix.entries()) e = Rational(draw(-2, 2), draw(2, 3));
          transition.A = dense;
        }
      }
      if (random() % 4 == 0) {
        transition.B = Matrix<Real>(layer.n, layer.d);
        for (Real& e : transition.B->entries()) e = Rational(draw(-1, 1), draw(1, 3));
      }
      layer.table.push_back(transition);
    }
    layer.readout = readout(2, layer.n * layer.d, {});
    for (Real& w : layer.readout.W.entries()) w = Rational(draw(-3, 3), draw(1, 3));
    layer.readout.c = {Rational(draw(-1, 1), 7), 0};
    model.layers.push_back(layer);
  }
  return model;
}

/// What a finite-state network computes, by exploring core::next_step.
inline std::optional<automata::Dfa> automaton_of(const Model& model, std::size_t limit) {
  std::vector<core::Step> steps = {core::initial_step(model)};
  automata::Dfa dfa;
  dfa.letters = model.letters;
  dfa.labels = model.labels;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    dfa.output.push_back(steps[i].output);
    for (core::Letter a = 0; a < model.letters.size(); ++a) {
      core::Step next = core::next_step(model, steps[i], a);
      std::size_t j = 0;
      while (j < steps.size() && steps[j].states != next.states) ++j;
      if (j == steps.size()) steps.push_back(std::move(next));
      if (steps.size() > limit) return {};
      dfa.next.push_back(static_cast<automata::State>(j));
    }
  }
  return dfa;
}

/// Length of a shortest wrong word by exploring RoundedModel, if one is found among `limit` pairs;
/// `closed` tells whether these were all.
inline std::optional<std::size_t> shortest_wrong(const Model& model, const automata::Dfa& dfa,
                                                 const Semantics& semantics, std::size_t limit,
                                                 bool& closed) {
  const core::RoundedModel rounded(model, semantics);
  struct Pair {
    core::RoundedStep step;
    automata::State state;
    std::size_t depth;
  };
  std::vector<Pair> pairs = {{rounded.start(), dfa.start, 0}};
  std::set<std::pair<std::string, automata::State>> seen = {
      {rounded.key(pairs[0].step), dfa.start}};
  closed = false;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (model.labels[pairs[i].step.output] != dfa.labels[dfa.output[pairs[i].state]]) {
      return pairs[i].depth;
    }
    if (pairs.size() > limit) continue;
    for (core::Letter a = 0; a < model.letters.size(); ++a) {
      Pair next{rounded.next(pairs[i].step, a), dfa.step(pairs[i].state, a), pairs[i].depth + 1};
      if (seen.emplace(rounded.key(next.step), next.state).second) pairs.push_back(std::move(next));
    }
  }
  closed = pairs.size() <= limit;
  return {};
}

}  // namespace statewright::samples
