#pragma once

// Internal: one step of all layers and what they emit, for numbers in V: every lane reads the same
// letter but may take another move in a layer that reads a layer.

#include "kernels/close_readout.hpp"
#include "kernels/engine.hpp"
#include "kernels/reach_parts.hpp"

namespace statewright::kernels {

/// h becomes the state after a letter. `decide(layer, h, emitted, doubtful)` is called where a
/// layer's emission is in doubt.
///
/// `plane`: for networks of one layer of two numbers (is_plane). That these are two is known when
/// this is compiled then, so that they stay in registers.
template <class V, Kind kind, bool plane>
struct ReachStep {
  using T = typename Carrier<V>::T;
  using I = typename Carrier<V>::I;
  using U = typename Carrier<V>::U;

  static constexpr std::uint32_t kEntries = plane ? 2 : kMostReachEntries;

  Engine<V, kind> engine;
  LayerView<T> only;  ///< plane: the layer

  STATEWRIGHT_ANYWHERE explicit ReachStep(const ReachJob<T>& job) : engine(job.program.plan) {
    if constexpr (plane) only = job.program.layers[0];
  }

  STATEWRIGHT_ANYWHERE static std::uint32_t width(const ReachJob<T>& job) {
    return plane ? 2 : job.program.width;
  }

  template <class Decide>
  STATEWRIGHT_ANYWHERE void run(const ReachJob<T>& job, std::uint32_t letter, const Rows<V>& all,
                                const Rows<V>& scratch, U* emitted, const Decide& decide) const {
    if constexpr (plane) {
      LayerView<T> layer = only;
      layer.n = 2;
      layer.d = 1;
      const typename Carrier<T>::U move = letter;
      for (std::uint32_t slot = 0; slot < layer.slots; ++slot) engine.apply(layer, slot, move, all);
      if (layer.has_diagonal) engine.scale(layer, move, all);
      if (layer.has_dense) engine.multiply_dense(layer, move, all, scratch);
      if (layer.has_B && !job.is_dense) engine.add_input(layer, move, all);
      emit(job, layer, 0, all, emitted, decide);
    } else {
      run_layers(job, letter, all, scratch, emitted, decide);
    }
  }

 private:
  template <class Decide>
  STATEWRIGHT_ANYWHERE void run_layers(const ReachJob<T>& job, std::uint32_t letter,
                                       const Rows<V>& all, const Rows<V>& scratch, U* emitted,
                                       const Decide& decide) const {
    const ProgramView<T>& program = job.program;
    const U no_units = {};
    for (std::uint32_t k = 0; k < program.layer_count; ++k) {
      const LayerView<T>& layer = program.layers[k];
      const Rows<V> h{&all[layer.offset], all.stride};
      bool uniform = true;
      for (std::uint32_t i = 0; i < layer.reads; ++i) uniform = uniform && layer.source[i] < 0;
      using One = typename Carrier<T>::U;
      if (uniform) {
        One move;
        find_move(layer, One(letter), static_cast<const One*>(nullptr), move);
        engine.step(layer, move, h, scratch);
      } else {
        U move;
        find_move(layer, U(no_units + One(letter)), emitted, move);
        engine.step(layer, move, h, scratch);
      }
      if (k + 1 == program.layer_count || layer.is_read) emit(job, layer, k, h, emitted, decide);
    }
  }

  template <class Decide>
  STATEWRIGHT_ANYWHERE void emit(const ReachJob<T>& job, const LayerView<T>& layer, std::uint32_t k,
                                 const Rows<V>& h, U* emitted, const Decide& decide) const {
    if (!job.exact) return engine.read_out(layer, h, emitted[k]);
    I doubtful;
    read_out_or_doubt(layer, h, emitted[k], doubtful);
    decide(k, h, emitted[k], doubtful);
  }
};

}  // namespace statewright::kernels
