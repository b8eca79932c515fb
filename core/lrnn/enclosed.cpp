#include "core/lrnn/enclosed.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/error.hpp"
#include "core/lrnn/input.hpp"
#include "core/lrnn/simulate.hpp"

namespace statewright::core {
namespace {

/// A acts on every column of H; on vec(H), row by row, that is A (x) I_d.
BallMap map_of(const Transition& transition, std::size_t n, std::size_t d, int p) {
  const Matrix<Real> A = to_matrix(transition, n);
  Matrix<Real> M(n * d, n * d);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t j = 0; j < d; ++j) M(i * d + j, k * d + j) = A(i, k);
    }
  }
  return {M, transition.B ? transition.B->entries() : std::vector<Real>{}, p};
}

/// What the layer emits for every state of the ball, if they all emit the same.
std::optional<std::uint32_t> emitted(const Readout& readout, const Ball& ball) {
  if (ball.is_point()) {
    const std::vector<Rational> centre = ball.centre();
    return read_out(readout, Matrix<Real>::column({centre.begin(), centre.end()}));
  }
  // A candidate by midpoints; then it has to beat every other for certain. The smallest index
  // wins ties, which are certain only between equal scores.
  const std::size_t width = ball.size();
  const auto difference = [&](std::size_t k, std::size_t j) {
    std::vector<Real> w(width);
    for (std::size_t e = 0; e < width; ++e) w[e] = readout.W(k, e) - readout.W(j, e);
    return w;
  };
  std::uint32_t best = 0;
  for (std::uint32_t k = 1; k < readout.c.size(); ++k) {
    if (ball.positive(difference(k, best), readout.c[k] - readout.c[best]).value_or(false)) {
      best = k;
    }
  }
  for (std::uint32_t j = 0; j < readout.c.size(); ++j) {
    if (j == best) continue;
    const std::vector<Real> w = difference(best, j);
    const Real c = readout.c[best] - readout.c[j];
    if (ball.positive(w, c).value_or(false)) continue;
    const bool same =
        c == 0 && std::all_of(w.begin(), w.end(), [](const Real& x) { return x == 0; });
    if (!same || j < best) return {};
  }
  return best;
}

}  // namespace

std::vector<EnclosedStep> simulate_enclosed(const Model& model, int p,
                                            std::span<const Letter> word) {
  std::map<std::pair<std::size_t, std::size_t>, BallMap> maps;  // those that the word uses
  EnclosedStep step;
  for (const Layer& layer : model.layers) {
    step.states.emplace_back(Ball(layer.start.entries(), p));
    step.emitted.push_back(emitted(layer.readout, *step.states.back()));
  }
  step.output = step.emitted.back();
  std::vector<EnclosedStep> steps = {step};
  for (const Letter letter : word) {
    if (letter >= model.letters.size()) {
      throw Error({Fault::range, "word", "a letter below " + std::to_string(model.letters.size()),
                   std::to_string(letter)});
    }
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      const Layer& layer = model.layers[i];
      const bool decided =
          step.states[i] &&
          std::all_of(layer.reads.begin(), layer.reads.end(), [&](const Source& source) {
            return !source.layer || step.emitted[*source.layer].has_value();
          });
      if (!decided) {
        step.states[i].reset();
        step.emitted[i].reset();
        continue;
      }
      const std::size_t input =
          input_of(model, layer, letter, [&](std::size_t k) { return *step.emitted[k]; });
      auto at = maps.find({i, input});
      if (at == maps.end()) {
        at = maps.emplace(std::pair(i, input), map_of(layer.table[input], layer.n, layer.d, p))
                 .first;
      }
      at->second.apply(*step.states[i]);
      step.emitted[i] = emitted(layer.readout, *step.states[i]);
    }
    step.output = step.emitted.back();
    steps.push_back(step);
  }
  return steps;
}

}  // namespace statewright::core
