#pragma once

// Internal: one step of a ProgramView for numbers in V, a float or double of a CUDA thread or a
// vector of them, each lane with a move of its own. network.hpp says what a step is; lanes whose
// move lacks a part compute it too and keep what they had.

#include <type_traits>

#include "kernels/engine_rows.hpp"
#include "kernels/program.hpp"
#include "kernels/tensor_dot.hpp"

namespace statewright::kernels {

/// Dot products by a tensor core, of states as its inputs hold them.
template <class V>
struct TensorDots {
  TensorConstants<V> core;
  Constants<V> input;

  STATEWRIGHT_ANYWHERE void get(V& to, const Rows<V>& column, std::size_t j) const {
    to = column[j];
    round_to(input, to);
  }
};

/// Scratch of one layer: as many numbers as its state has. `tensor`: dot products are a tensor
/// core's, and carriers doubles.
template <class V, Kind kind, bool tensor = false>
struct Engine {
  using T = typename Carrier<V>::T;
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;
  using View = LayerView<T>;

  struct Nothing {};

  Constants<V> fl, st, scores;
  std::conditional_t<tensor, TensorDots<V>, Nothing> dots;

  STATEWRIGHT_ANYWHERE explicit Engine(const Plan<T>& plan) {
    spread(fl, plan.accumulate);
    spread(st, plan.state);
    spread(scores, plan.readout);
    if constexpr (tensor) {
      spread(dots.core, plan.tensor);
      spread(dots.input, plan.input);
    }
  }

  /// All that a layer does to its state. The move is below the number of moves: U for lanes with
  /// moves of their own, a scalar for one move of all.
  template <class Move>
  STATEWRIGHT_ANYWHERE void step(const View& layer, const Move& move, const Rows<V>& h,
                                 const Rows<V>& scratch) const {
    for (std::uint32_t slot = 0; slot < layer.slots; ++slot) apply(layer, slot, move, h);
    if (layer.has_diagonal) scale(layer, move, h);
    if (layer.has_dense) multiply_dense(layer, move, h, scratch);
    if (layer.has_B) add_input(layer, move, h);
  }

  template <class Move>
  STATEWRIGHT_ANYWHERE void apply(const View& layer, std::uint32_t slot, const Move& move,
                                  const Rows<V>& h) const {
    const V none = {};
    const std::size_t n = layer.n, d = layer.d, moves = layer.moves;
    const T* keys = layer.keys + slot * n * moves;
    V scale;
    gather(scale, layer.scales + slot * moves, move);
    for (std::size_t column = 0; column < d; ++column) {
      V s = fl.neutral, v, p, w, x;
      if constexpr (tensor) {
        tensor_dot(dots.core, n, keys, moves, move, column_of(h, column, d), dots, s);
      }
      for (std::size_t j = 0; j < n && !tensor; ++j) {
        gather(v, keys + j * moves, move);
        multiply<kind>(fl, p, v, h[j * d + column]);
        add<kind>(fl, x, s, p);
        s = v != none ? x : s;
      }
      multiply<kind>(fl, w, scale, s);
      for (std::size_t j = 0; j < n; ++j) {
        V& entry = h[j * d + column];
        gather(v, keys + j * moves, move);
        multiply<kind>(fl, p, v, w);
        subtract<kind>(fl, x, entry, p);
        round_looked_up<kind == Kind::wrapping>(st, x);
        entry = v != none ? x : entry;
      }
    }
  }

  template <class Move>
  STATEWRIGHT_ANYWHERE void scale(const View& layer, const Move& move, const Rows<V>& h) const {
    const V none = {};
    V is_diagonal, a, x;
    gather(is_diagonal, layer.diagonal, move);
    for (std::size_t e = 0; e < layer.n * layer.d; ++e) {
      gather(a, layer.A + e / layer.d * layer.moves, move);
      multiply<kind>(fl, x, a, h[e]);
      round_looked_up<kind == Kind::wrapping>(st, x);
      h[e] = is_diagonal != none ? x : h[e];
    }
  }

  template <class Move>
  STATEWRIGHT_ANYWHERE void multiply_dense(const View& layer, const Move& move, const Rows<V>& h,
                                           const Rows<V>& scratch) const {
    const V none = {};
    const std::size_t n = layer.n, d = layer.d, moves = layer.moves;
    V is_dense, adds, a, p, s, x;
    gather(is_dense, layer.dense, move);
    gather(adds, layer.adds, move);
    for (std::size_t column = 0; column < d; ++column) {
      for (std::size_t i = 0; i < n; ++i) {
        if constexpr (tensor) {
          tensor_dot(dots.core, n, layer.A + i * n * moves, moves, move, column_of(h, column, d),
                     dots, s);
        } else {
          gather(a, layer.A + i * n * moves, move);
          multiply<kind>(fl, s, a, h[column]);
        }
        for (std::size_t j = 1; j < n && !tensor; ++j) {
          gather(a, layer.A + (i * n + j) * moves, move);
          multiply<kind>(fl, p, a, h[j * d + column]);
          add<kind>(fl, x, s, p);
          s = x;
        }
        if (layer.has_B) {
          gather(a, layer.B + (i * d + column) * moves, move);
          add<kind>(fl, x, s, a);
          s = adds != none ? x : s;
        }
        round_looked_up<kind == Kind::wrapping>(st, s);
        scratch[i * d + column] = s;
      }
    }
    for (std::size_t e = 0; e < n * d; ++e) h[e] = is_dense != none ? scratch[e] : h[e];
  }

  template <class Move>
  STATEWRIGHT_ANYWHERE void add_input(const View& layer, const Move& move, const Rows<V>& h) const {
    const V none = {};
    V adds, is_dense, b, x;
    gather(adds, layer.adds, move);
    gather(is_dense, layer.dense, move);
    adds = is_dense != none ? none : adds;  // it has added already
    for (std::size_t e = 0; e < layer.n * layer.d; ++e) {
      gather(b, layer.B + e * layer.moves, move);
      add<kind>(fl, x, h[e], b);
      round_looked_up<kind == Kind::wrapping>(st, x);
      h[e] = adds != none ? x : h[e];
    }
  }

  /// What the layer emits.
  STATEWRIGHT_ANYWHERE void read_out(const View& layer, const Rows<V>& h, U& best) const {
    if constexpr (kind == Kind::wrapping) return read_out_as<Kind::wrapping>(layer, h, best);
    switch (scores.kind) {
      case Kind::native:
        return read_out_as<Kind::native>(layer, h, best);
      case Kind::cut:
        if constexpr (sizeof(T) == 4) read_out_as<Kind::cut>(layer, h, best);
        return;
      case Kind::plain:
        return read_out_as<Kind::plain>(layer, h, best);
      case Kind::general:
        if constexpr (sizeof(T) == 8) read_out_as<Kind::general>(layer, h, best);
        return;
      case Kind::wrapping:
        return;
    }
  }

  template <Kind readout>
  STATEWRIGHT_ANYWHERE void read_out_as(const View& layer, const Rows<V>& h, U& best) const {
    const V none = {};
    const U no_units = {};
    const I no_bits = {}, one = no_bits + 1;
    const std::size_t width = layer.n * layer.d;
    V best_score = none;
    best = no_units;
    for (std::uint32_t k = 0; k < layer.outputs; ++k) {
      const T* row = layer.W + k * width;
      V score, p, x;
      V weight = row[0] - none;
      multiply<readout>(scores, score, weight, h[0]);
      for (std::size_t e = 1; e < width; ++e) {
        weight = row[e] - none;
        multiply<readout>(scores, p, weight, h[e]);
        add<readout>(scores, x, score, p);
        score = x;
      }
      weight = layer.c[k] - none;
      add<readout>(scores, x, score, weight);
      const U index = no_units + k;
      I better = x > best_score ? one : no_bits;
      better = best_score != best_score ? (x == x ? one : no_bits) : better;
      if (k == 0) better = one;
      best = better != no_bits ? index : best;
      best_score = better != no_bits ? x : best_score;
    }
  }
};

/// The tuple that a layer reads, as one number.
template <class T, class U>
STATEWRIGHT_ANYWHERE void find_move(const LayerView<T>& layer, const U& letter, const U* emitted,
                                    U& move) {
  const U none = {};
  move = none;
  for (std::uint32_t i = 0; i < layer.reads; ++i) {
    move = move * (none + layer.radix[i]);
    move += layer.source[i] < 0 ? letter : emitted[layer.source[i]];
  }
}

}  // namespace statewright::kernels
