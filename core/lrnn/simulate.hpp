#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/lrnn/model.hpp"

namespace statewright::core {

/// The state of every layer and what was emitted, after some number of letters.
struct Step {
  std::vector<Matrix<Real>> states;    ///< one [n, d] per layer
  std::vector<std::uint32_t> emitted;  ///< one symbol per layer
  std::uint32_t output = 0;            ///< index into Model::labels; = emitted.back()
};

/// Before any letter: H_0 of every layer, each layer's readout of it.
Step initial_step(const Model& model);

/// Reads one letter, exactly. THE specification of what a model computes: every faster evaluation
/// returns the same values and tests say so by equality.
/// Order: layers first to last; in each, input tuple from the token and the symbols emitted at this
/// very step, H <- A H + B, then the readout of the new H.
/// Errors: Error{range} for a letter outside the alphabet. The model must be valid (see validate).
Step next_step(const Model& model, const Step& step, Letter letter);

/// Reads `word` from the start. Returns word.size() + 1 steps, the initial one first.
/// Cost: per letter and layer O(n d) per factor, O(n^2 d) if dense, plus the readout.
std::vector<Step> simulate(const Model& model, std::span<const Letter> word);

/// Only the output after the whole word.
std::uint32_t run(const Model& model, std::span<const Letter> word);

/// argmax of W vec(H) + c, ties to the smallest index: the obvious loop.
std::uint32_t read_out(const Readout& readout, const Matrix<Real>& state);

}  // namespace statewright::core
