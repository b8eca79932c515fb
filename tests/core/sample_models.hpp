#pragma once

// Small networks that a reader can check by hand, shared by the tests.

#include "core/lrnn/model.hpp"

namespace statewright::samples {

using namespace statewright::core;

inline Readout readout(std::size_t outputs, std::size_t width, const std::vector<int>& weights,
                       const std::vector<int>& bias = {}) {
  Readout out{Matrix<Real>(outputs, width), std::vector<Real>(outputs)};
  for (std::size_t i = 0; i < weights.size(); ++i) out.W.entries()[i] = weights[i];
  for (std::size_t i = 0; i < bias.size(); ++i) out.c[i] = bias[i];
  return out;
}

/// h = +-1, letter 1 flips it.
inline Model parity() {
  Model model{Alphabet({"0", "1"}), {"even", "odd"}, {}, {"parity", "scalar", "by hand", ""}};
  Layer layer;
  layer.n = 1;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>::column({1});
  layer.table = {{Diagonal{{1}}, {}}, {Diagonal{{-1}}, {}}};
  layer.readout = readout(2, 1, {1, -1});
  model.layers = {layer};
  return model;
}

/// The six permutations of three points, acting on (1, 2, 3); output = the one-line notation.
inline Model s3() {
  const std::vector<Permutation> elements = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                             {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  std::vector<std::string> names;
  Layer layer;
  layer.n = 3;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>::column({1, 2, 3});
  std::vector<int> weights;
  for (const Permutation& p : elements) {
    std::string name;
    for (const std::uint32_t i : p) {
      name += std::to_string(i + 1);
      weights.push_back(static_cast<int>(i) + 1);
    }
    names.push_back(name);
    layer.table.push_back({GhProduct{reflections_of(p)}, {}});
  }
  layer.readout = readout(6, 3, weights);
  return Model{Alphabet(names), names, {layer}, {"S3", "points", "by hand", ""}};
}

/// Layer 0 flips on every letter; layer 1 negates its state exactly when it reads (b, 1).
inline Model two_layers() {
  Model model{Alphabet({"a", "b"}), {"plus", "minus"}, {}, {}};
  Layer lower;
  lower.n = 1;
  lower.reads = {Source{}};
  lower.start = Matrix<Real>::column({1});
  lower.table = {{Diagonal{{-1}}, {}}, {Diagonal{{-1}}, {}}};
  lower.readout = readout(2, 1, {1, -1});
  Layer upper;
  upper.n = 1;
  upper.reads = {Source{}, Source{0}};
  upper.start = Matrix<Real>::column({1});
  upper.table = {
      {Diagonal{{1}}, {}}, {Diagonal{{1}}, {}}, {Diagonal{{1}}, {}}, {Diagonal{{-1}}, {}}};
  upper.readout = readout(2, 1, {1, -1});
  model.layers = {lower, upper};
  return model;
}

/// h <- h/2 + 1: never returns, 40 steps have 40-bit denominators.
inline Model halving() {
  Model model{Alphabet({"a"}), {"low", "high"}, {}, {}};
  Layer layer;
  layer.n = 1;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>::column({0});
  Matrix<Real> half(1, 1);
  half(0, 0) = Rational(1, 2);
  layer.table = {{Dense{half}, Matrix<Real>::column({1})}};
  layer.readout = readout(2, 1, {0, 1}, {1, 0});
  model.layers = {layer};
  return model;
}

/// Two rows, two columns: the swap acts on H = I.
inline Model matrix_state() {
  Model model{Alphabet({"e", "s"}), {"same", "swapped"}, {}, {}};
  Layer layer;
  layer.n = 2;
  layer.d = 2;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>::identity(2);
  layer.table = {{GhProduct{}, {}}, {GhProduct{reflections_of(Permutation{1, 0})}, {}}};
  layer.readout = readout(2, 4, {1, 0, 0, 1, 0, 1, 1, 0});
  model.layers = {layer};
  return model;
}

}  // namespace statewright::samples
