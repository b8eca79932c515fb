#pragma once

// Internal: one step of a ProgramView whose roundings may be stochastic, for numbers in V with
// doubles as carriers, each lane with a move and a counter of its own. The operations are those of
// engine.hpp in the order of core's RoundedModel; what a lane's move lacks is computed, too, but
// neither kept nor counted.

#include "kernels/drawn.hpp"
#include "kernels/engine.hpp"

namespace statewright::kernels {

/// Entries of a state as a tensor core's inputs, entry j drawing by the counter + j.
template <class V>
struct DrawnInput {
  const DrawnConstants<V>& format;
  const typename Carrier<V>::U& counter;

  STATEWRIGHT_ANYWHERE void get(V& to, const Rows<V>& column, std::size_t j) const {
    typename Carrier<V>::U place = counter + j;
    to = column[j];
    round_drawn(format, to, place);
  }
};

/// `rare`: formats may wrap, and dot products be a tensor core's.
template <class V, bool rare = false>
struct DrawnEngine {
  using U = typename Carrier<V>::U;
  using View = LayerView<double>;

  DrawnConstants<V> fl, st, scores, input;
  TensorConstants<V> core;
  bool stores;

  STATEWRIGHT_ANYWHERE explicit DrawnEngine(const DrawnPlan& plan) : stores(plan.stores) {
    spread(fl, plan.accumulate);
    spread(st, plan.state);
    spread(scores, plan.readout);
    if constexpr (rare) {
      spread(input, plan.input);
      spread(core, plan.tensor);
    }
  }

  /// The counter is that of the layer's first rounding, and becomes that of its readout's first.
  STATEWRIGHT_ANYWHERE void step(const View& layer, const U& move, const Rows<V>& h,
                                 const Rows<V>& scratch, U& counter) const {
    for (std::uint32_t slot = 0; slot < layer.slots; ++slot) apply(layer, slot, move, h, counter);
    if (layer.has_diagonal) scale(layer, move, h, counter);
    if (layer.has_dense) multiply_dense(layer, move, h, scratch, counter);
    if (layer.has_B) add_input(layer, move, h, counter);
  }

  /// Roundings of a layer's readout.
  STATEWRIGHT_ANYWHERE static std::uint64_t readout_count(const View& layer) {
    return std::uint64_t{layer.outputs} * layer.n * layer.d * 2;
  }

  /// What the layer emits.
  STATEWRIGHT_ANYWHERE void read_out(const View& layer, const Rows<V>& h, U counter,
                                     U& best) const {
    const V none = {};
    const U no_units = {}, one = no_units + 1;
    const std::size_t width = layer.n * layer.d;
    V best_score = none;
    best = no_units;
    for (std::uint32_t k = 0; k < layer.outputs; ++k) {
      const double* row = layer.W + k * width;
      V score, p, x;
      V weight = row[0] - none;
      multiply_drawn<rare>(scores, score, weight, h[0], counter);
      counter += one;
      for (std::size_t e = 1; e < width; ++e) {
        weight = row[e] - none;
        multiply_drawn<rare>(scores, p, weight, h[e], counter);
        counter += one;
        add_drawn<rare>(scores, x, score, p, counter);
        counter += one;
        score = x;
      }
      weight = layer.c[k] - none;
      add_drawn<rare>(scores, x, score, weight, counter);
      counter += one;
      const U index = no_units + k;
      U better = x > best_score ? one : no_units;
      better = best_score != best_score ? (x == x ? one : no_units) : better;
      if (k == 0) better = one;
      best = better != no_units ? index : best;
      best_score = better != no_units ? x : best_score;
    }
  }

 private:
  STATEWRIGHT_ANYWHERE bool has_core() const { return rare && core.group != 0; }

  /// x as the state keeps it; `counted` is 1 in lanes that have the operation.
  STATEWRIGHT_ANYWHERE void store(V& x, U& counter, const U& counted) const {
    if (!stores) return;
    round_drawn<rare>(st, x, counter);
    counter += counted;
  }

  STATEWRIGHT_ANYWHERE void apply(const View& layer, std::uint32_t slot, const U& move,
                                  const Rows<V>& h, U& counter) const {
    const V none = {};
    const U no_units = {}, one = no_units + 1;
    const std::size_t n = layer.n, d = layer.d, moves = layer.moves;
    const double* keys = layer.keys + slot * n * moves;
    V scale;
    gather(scale, layer.scales + slot * moves, move);
    for (std::size_t column = 0; column < d; ++column) {
      V s = none, v, p, w, x;
      U has = no_units;  // a term
      for (std::size_t j = 0; j < n; ++j) {
        gather(v, keys + j * moves, move);
        const U is = v != none ? one : no_units;
        if (has_core()) {
          has |= is;
          continue;
        }
        multiply_drawn<rare>(fl, p, v, h[j * d + column], counter);
        counter += is;
        add_drawn<rare>(fl, x, s, p, counter);
        counter += is & has;
        x = has != no_units ? x : p;
        s = is != no_units ? x : s;
        has |= is;
      }
      if (has_core()) {
        tensor_dot(core, n, keys, moves, move, column_of(h, column, d),
                   DrawnInput<V>{input, counter}, s);
        counter += has * (no_units + n);
      }
      multiply_drawn<rare>(fl, w, scale, s, counter);
      counter += has;
      for (std::size_t j = 0; j < n; ++j) {
        V& entry = h[j * d + column];
        gather(v, keys + j * moves, move);
        const U is = v != none ? one : no_units;
        multiply_drawn<rare>(fl, p, v, w, counter);
        counter += is;
        p = -p;
        add_drawn<rare>(fl, x, entry, p, counter);
        counter += is;
        store(x, counter, is);
        entry = is != no_units ? x : entry;
      }
    }
  }

  STATEWRIGHT_ANYWHERE void scale(const View& layer, const U& move, const Rows<V>& h,
                                  U& counter) const {
    const V none = {};
    const U no_units = {}, one = no_units + 1;
    V is_diagonal, a, x;
    gather(is_diagonal, layer.diagonal, move);
    const U is = is_diagonal != none ? one : no_units;
    for (std::size_t e = 0; e < layer.n * layer.d; ++e) {
      gather(a, layer.A + e / layer.d * layer.moves, move);
      multiply_drawn<rare>(fl, x, a, h[e], counter);
      counter += is;
      store(x, counter, is);
      h[e] = is != no_units ? x : h[e];
    }
  }

  STATEWRIGHT_ANYWHERE void multiply_dense(const View& layer, const U& move, const Rows<V>& h,
                                           const Rows<V>& scratch, U& counter) const {
    const V none = {};
    const U no_units = {}, one = no_units + 1;
    const std::size_t n = layer.n, d = layer.d, moves = layer.moves;
    V is_dense, adds, a, p, s, x;
    gather(is_dense, layer.dense, move);
    gather(adds, layer.adds, move);
    const U is = is_dense != none ? one : no_units;
    const U with_B = adds != none ? is : no_units;
    for (std::size_t column = 0; column < d; ++column) {
      for (std::size_t i = 0; i < n; ++i) {
        if (has_core()) {
          tensor_dot(core, n, layer.A + i * n * moves, moves, move, column_of(h, column, d),
                     DrawnInput<V>{input, counter}, s);
          counter += is * (no_units + n);
        } else {
          gather(a, layer.A + i * n * moves, move);
          multiply_drawn<rare>(fl, s, a, h[column], counter);
          counter += is;
        }
        for (std::size_t j = 1; j < n && !has_core(); ++j) {
          gather(a, layer.A + (i * n + j) * moves, move);
          multiply_drawn<rare>(fl, p, a, h[j * d + column], counter);
          counter += is;
          add_drawn<rare>(fl, x, s, p, counter);
          counter += is;
          s = x;
        }
        if (layer.has_B) {
          gather(a, layer.B + (i * d + column) * moves, move);
          add_drawn<rare>(fl, x, s, a, counter);
          counter += with_B;
          s = with_B != no_units ? x : s;
        }
        store(s, counter, is);
        scratch[i * d + column] = s;
      }
    }
    for (std::size_t e = 0; e < n * d; ++e) h[e] = is != no_units ? scratch[e] : h[e];
  }

  STATEWRIGHT_ANYWHERE void add_input(const View& layer, const U& move, const Rows<V>& h,
                                      U& counter) const {
    const V none = {};
    const U no_units = {}, one = no_units + 1;
    V adds, is_dense, b, x;
    gather(adds, layer.adds, move);
    gather(is_dense, layer.dense, move);
    adds = is_dense != none ? none : adds;  // it has added already
    const U is = adds != none ? one : no_units;
    for (std::size_t e = 0; e < layer.n * layer.d; ++e) {
      gather(b, layer.B + e * layer.moves, move);
      add_drawn<rare>(fl, x, h[e], b, counter);
      counter += is;
      store(x, counter, is);
      h[e] = is != no_units ? x : h[e];
    }
  }
};

}  // namespace statewright::kernels
