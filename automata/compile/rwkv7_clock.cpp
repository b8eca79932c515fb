// A layer that reads the parity of the position can apply two reflections in turn; their product is
// a rotation in the plane of the two keys (Grazzi et al., ICLR 2025, Theorem 6, uses the same). If
// its order is r, the states repeat after 2 r letters. A rotation of a lattice has order 1, 2, 3, 4
// or 6; with the keys below r is 2, 3 and 4, and two clocks side by side tell 12 or 24 positions.

#include "automata/compile/rwkv7_clock.hpp"

#include "automata/compile/rwkv7_form.hpp"

namespace statewright::automata {
namespace {

using core::Layer;
using core::Matrix;
using core::Real;
using core::Source;

core::Transition transition(const Rwkv7Step& step) { return {core::Dense{to_matrix(step)}, {}}; }

/// Two reflections in turn, the first at odd steps; back at the start after `period` steps, with
/// all states before different and of one norm.
struct Clock {
  std::size_t period;
  std::vector<int> start, odd, even;
};

const Clock& clock_of(std::size_t period) {
  static const Clock clocks[] = {{4, {1, 1}, {1, 0}, {0, 1}},
                                 {6, {1, 2, 3}, {1, -1, 0}, {0, 1, -1}},
                                 {8, {1, 2}, {1, 0}, {1, -1}}};
  return clocks[period / 2 - 2];
}

}  // namespace

Layer parity_layer(std::size_t letters) {
  Layer layer;
  layer.n = 1;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>::column({1});
  layer.table.assign(letters, transition(reflection_step({1})));
  layer.readout = {Matrix<Real>::column({1, -1}), {0, 0}};
  return layer;
}

Layer clock_layer(std::size_t period, Source parity) {
  const Clock& clock = clock_of(period);
  Layer layer;
  layer.n = clock.start.size();
  layer.reads = {parity};
  layer.start = Matrix<Real>::column({clock.start.begin(), clock.start.end()});
  layer.table = {transition(reflection_step(clock.even)), transition(reflection_step(clock.odd))};
  layer.readout = {Matrix<Real>(clock.period, layer.n), std::vector<Real>(clock.period)};
  Matrix<Real> state = layer.start;
  for (std::size_t t = 1; t <= clock.period; ++t) {
    state = to_matrix(layer.table[t % 2], layer.n) * state;
    for (std::size_t i = 0; i < layer.n; ++i) layer.readout.W(t - 1, i) = state(i, 0);
  }
  return layer;
}

const std::vector<BlockClocks>& block_clocks() {
  static const std::vector<BlockClocks> all = {
      {2, {4}}, {3, {6}}, {4, {8}}, {6, {4, 6}}, {12, {8, 6}}};
  return all;
}

}  // namespace statewright::automata
