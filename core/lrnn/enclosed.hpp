#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/lrnn/model.hpp"
#include "core/number/ball.hpp"

namespace statewright::core {

/// A network after some word, enclosed. A layer whose scores overlap cannot say what it emits; it
/// and everything that reads from it is undecided from then on.
struct EnclosedStep {
  std::vector<std::optional<Ball>> states;  ///< vec(H) of each layer, row by row; absent: undecided
  std::vector<std::optional<std::uint32_t>> emitted;
  std::optional<std::uint32_t> output;
};

/// Reads `word` in `ball:p=..`: word.size() + 1 steps. What is decided is what core::simulate
/// gives.
std::vector<EnclosedStep> simulate_enclosed(const Model& model, int p,
                                            std::span<const Letter> word);

}  // namespace statewright::core
