#include "proofs_check/bounds/flock.hpp"

#include <chrono>

#include "core/error.hpp"
#include "proofs_check/bounds/orbit.hpp"

namespace statewright::proofs {

Flock::Flock(const core::Model& model, const core::Semantics& semantics)
    : model_(model), rounded_(model, semantics) {
  if (semantics.kind != core::Semantics::Kind::stepwise || semantics.oracle) return;
  try {
    for (const core::Layer& layer : model.layers) layers_.emplace_back(layer, semantics);
  } catch (const core::Error& error) {
    if (error.facts().fault != core::Fault::unsupported) throw;
    layers_.clear();
  }
}

Lanes Flock::start(std::size_t count) const {
  Lanes lanes;
  lanes.count = count;
  if (!is_fast()) {
    lanes.steps.assign(count, rounded_.start());
    return lanes;
  }
  for (const core::LaneLayer& layer : layers_) {
    std::vector<double>& states = lanes.states.emplace_back();
    for (const double entry : layer.start()) states.insert(states.end(), count, entry);
    layer.read_out(states, count, lanes.emitted.emplace_back(count));
  }
  return lanes;
}

bool Flock::step(Lanes& lanes, std::span<const core::Letter> letters,
                 const core::Limits& limits) const {
  if (!is_fast()) {
    for (std::size_t l = 0; l < lanes.count; ++l) {
      // One step may take milliseconds; a look at the clock takes nothing beside it.
      if (limits.stop.stop_requested()) return false;
      if (limits.deadline && std::chrono::steady_clock::now() >= *limits.deadline) return false;
      lanes.steps[l] = rounded_.next(lanes.steps[l], letters[l]);
    }
    return true;
  }
  std::vector<std::uint32_t> inputs(lanes.count), emitted(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (std::size_t l = 0; l < lanes.count; ++l) {
      for (std::size_t k = 0; k < i; ++k) emitted[k] = lanes.emitted[k][l];
      inputs[l] = static_cast<std::uint32_t>(input_of(model_, i, letters[l], emitted.data()));
    }
    layers_[i].step(inputs, lanes.states[i], lanes.count);
    layers_[i].read_out(lanes.states[i], lanes.count, lanes.emitted[i]);
  }
  return true;
}

Lanes Flock::select(const Lanes& lanes, std::span<const std::uint32_t> which) const {
  Lanes result;
  result.count = which.size();
  if (!is_fast()) {
    for (const std::uint32_t lane : which) result.steps.push_back(lanes.steps[lane]);
    return result;
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    std::vector<double>& states = result.states.emplace_back();
    states.reserve(layers_[i].width() * which.size());
    for (std::size_t e = 0; e < layers_[i].width(); ++e) {
      for (const std::uint32_t lane : which)
        states.push_back(lanes.states[i][e * lanes.count + lane]);
    }
    std::vector<std::uint32_t>& emitted = result.emitted.emplace_back();
    for (const std::uint32_t lane : which) emitted.push_back(lanes.emitted[i][lane]);
  }
  return result;
}

}  // namespace statewright::proofs
