#pragma once

// Internal: a network laid out for loops over many words, each of which may read another letter.
//
// Every number that a step needs is found by adding the move to a fixed place, whatever the move
// is: all moves have as many factors as the longest, the others' entries being 0, which the loops
// leave out. Numbers of the same place stand side by side for all moves.

#include <cstdint>
#include <vector>

#include "kernels/network.hpp"

namespace statewright::kernels {

/// One layer, T the carrier. Pointers into Program's arrays, or into a device's copies of them.
template <class T>
struct LayerView {
  std::uint32_t n = 0, d = 1, moves = 0, outputs = 0;
  std::uint32_t slots = 0;   ///< factors of the longest move
  std::uint32_t offset = 0;  ///< where the layer's numbers stand among those of all layers
  std::uint32_t reads = 0;
  std::int32_t source[kMostLayers] = {};
  std::uint32_t radix[kMostLayers] = {};
  bool has_diagonal = false, has_dense = false, has_B = false;
  bool is_read = false;  ///< by a later layer

  const T* keys = nullptr;      ///< [slots, n, moves]
  const T* scales = nullptr;    ///< [slots, moves]
  const T* A = nullptr;         ///< [n n or n, moves]; 0 where there is none
  const T* B = nullptr;         ///< [n d, moves]
  const T* diagonal = nullptr;  ///< [moves]: 1 if it is one, else 0
  const T* dense = nullptr;     ///< [moves]
  const T* adds = nullptr;      ///< [moves]: 1 if there is a B
  const T* start = nullptr;     ///< [n d]
  const T* W = nullptr;         ///< [outputs, n d]
  const T* c = nullptr;         ///< [outputs]
};

/// A machine, and for each of its states a state of the network's last layer that gives its output
/// (NaN if none is known), with whole numbers of the carrier's size.
template <class T>
struct MachineView {
  using U = typename Carrier<T>::U;
  std::uint32_t states = 0, start = 0, width = 0;
  const U* next = nullptr;    ///< [states, letters]
  const U* output = nullptr;  ///< [states]
  const T* known = nullptr;   ///< [width, states]
};

template <class T>
struct ProgramView {
  Plan<T> plan;
  std::uint32_t letters = 0, layer_count = 0, width = 0;
  const LayerView<T>* layers = nullptr;
  MachineView<T> machine;  ///< no states: nothing to compare with
};

/// The arrays behind a ProgramView.
template <class T>
struct Program {
  using U = typename Carrier<T>::U;

  std::vector<T> numbers;
  std::vector<U> whole;
  std::vector<LayerView<T>> layers;  ///< pointers that count from 0: places in `numbers`
  ProgramView<T> view;               ///< likewise, and in `whole`

  /// With pointers into arrays at these places, e.g. the vectors of this object. `layers_at` is
  /// where the caller keeps the layers that place_layers() gave.
  ProgramView<T> place(const T* numbers_at, const U* whole_at, const LayerView<T>* layers_at) const;
  std::vector<LayerView<T>> place_layers(const T* numbers_at) const;
};

/// `known`: for each state of the machine a state of the last layer, [states, width], or empty.
template <class T>
Program<T> make_program(const Network& network, const Plan<T>& plan, const Machine* machine,
                        const std::vector<double>& known);

/// For each state of the machine the first state of the last layer found (by a search in breadth,
/// of at most about 4 times the machine's states and 4096 others) whose output is the machine's;
/// NaN where none was found: [states, width of the last layer]. `exact` decides outputs if it is
/// set.
std::vector<double> known_states(const Network& network, const Machine& machine,
                                 const ExactReadout& exact = {});

}  // namespace statewright::kernels
