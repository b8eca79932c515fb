#include "core/lrnn/simulate.hpp"

#include "core/error.hpp"
#include "core/lrnn/input.hpp"

namespace statewright::core {
namespace {

Matrix<Real> step(const Transition& transition, Matrix<Real> state) {
  if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
    for (const Householder& factor : product->factors) apply(factor, state);
  } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
    for (std::size_t i = 0; i < state.rows(); ++i) {
      for (std::size_t j = 0; j < state.columns(); ++j) state(i, j) *= diagonal->entries[i];
    }
  } else {
    state = std::get<Dense>(transition.A).matrix * state;
  }
  return transition.B ? std::move(state) + *transition.B : state;
}

}  // namespace

std::uint32_t read_out(const Readout& readout, const Matrix<Real>& state) {
  std::uint32_t best = 0;
  Real best_score;
  for (std::uint32_t k = 0; k < readout.c.size(); ++k) {
    Real score = readout.c[k];
    for (std::size_t j = 0; j < state.entries().size(); ++j) {
      if (readout.W(k, j) != 0) score += readout.W(k, j) * state.entries()[j];
    }
    if (k == 0 || score > best_score) {
      best = k;
      best_score = std::move(score);
    }
  }
  return best;
}

Step initial_step(const Model& model) {
  Step first;
  for (const Layer& layer : model.layers) {
    first.states.push_back(layer.start);
    first.emitted.push_back(read_out(layer.readout, layer.start));
  }
  first.output = first.emitted.back();
  return first;
}

Step next_step(const Model& model, const Step& before, Letter letter) {
  if (letter >= model.letters.size()) {
    throw Error({Fault::range, "word", "a letter below " + std::to_string(model.letters.size()),
                 std::to_string(letter)});
  }
  Step after;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    const std::size_t input =
        input_of(model, layer, letter, [&](std::size_t j) { return after.emitted[j]; });
    after.states.push_back(step(layer.table[input], before.states[i]));
    after.emitted.push_back(read_out(layer.readout, after.states.back()));
  }
  after.output = after.emitted.back();
  return after;
}

std::vector<Step> simulate(const Model& model, std::span<const Letter> word) {
  std::vector<Step> steps;
  steps.reserve(word.size() + 1);
  steps.push_back(initial_step(model));
  for (const Letter letter : word) steps.push_back(next_step(model, steps.back(), letter));
  return steps;
}

std::uint32_t run(const Model& model, std::span<const Letter> word) {
  Step step = initial_step(model);
  for (const Letter letter : word) step = next_step(model, step, letter);
  return step.output;
}

}  // namespace statewright::core
