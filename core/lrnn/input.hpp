#pragma once

#include <cstddef>

#include "core/lrnn/model.hpp"

namespace statewright::core {

/// The input of `layer` at one step, an index into Layer::table: the tuple of what it reads, the
/// first most significant. `emitted(j)` is the symbol that layer j has emitted at this step; it is
/// asked for layers that `layer` reads only.
template <class Emitted>
std::size_t input_of(const Model& model, const Layer& layer, Letter letter,
                     const Emitted& emitted) {
  std::size_t input = 0;
  for (const Source& source : layer.reads) {
    input = source.layer
                ? input * model.layers[*source.layer].readout.c.size() + emitted(*source.layer)
                : input * model.letters.size() + letter;
  }
  return input;
}

}  // namespace statewright::core
