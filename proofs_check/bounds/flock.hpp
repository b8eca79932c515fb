#pragma once

// Internal to proofs_check/bounds: many words of a whole network at once.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/lanes.hpp"
#include "core/lrnn/model.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/number/semantics.hpp"

namespace statewright::proofs {

/// The states of some words, "lanes", after equally many letters each.
struct Lanes {
  std::size_t count = 0;
  std::vector<std::vector<double>> states;          ///< by layer: [width, lanes]
  std::vector<std::vector<std::uint32_t>> emitted;  ///< by layer: [lanes]
  std::vector<core::RoundedStep> steps;             ///< instead of both, without LaneLayer

  /// Entry `e` of a layer's state.
  double entry(std::size_t layer, std::size_t e, std::size_t lane) const {
    return steps.empty() ? states[layer][e * count + lane] : steps[lane].states[layer].entries()[e];
  }
  std::uint32_t symbol(std::size_t layer, std::size_t lane) const {
    return steps.empty() ? emitted[layer][lane] : steps[lane].emitted[layer];
  }
};

/// A network in a rounded semantics, stepped in lock-step by LaneLayer where that is possible and
/// by RoundedModel elsewhere.
class Flock {
 public:
  /// Errors: those of RoundedModel.
  Flock(const core::Model& model, const core::Semantics& semantics);

  bool is_fast() const noexcept { return !layers_.empty(); }
  const core::RoundedModel& rounded() const noexcept { return rounded_; }

  Lanes start(std::size_t count) const;
  /// Every lane reads its letter. False if the deadline or stop of `limits` came first; the lanes
  /// are then of no use any more.
  [[nodiscard]] bool step(Lanes& lanes, std::span<const core::Letter> letters,
                          const core::Limits& limits) const;
  /// Lane i of the result is lane which[i].
  Lanes select(const Lanes& lanes, std::span<const std::uint32_t> which) const;

 private:
  const core::Model& model_;
  core::RoundedModel rounded_;
  std::vector<core::LaneLayer> layers_;
};

}  // namespace statewright::proofs
