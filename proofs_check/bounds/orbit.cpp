#include "proofs_check/bounds/orbit.hpp"

#include <chrono>
#include <unordered_map>
#include <utility>

#include "core/lrnn/input.hpp"
#include "core/lrnn/simulate.hpp"
#include "proofs_check/verify/product_search.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {
namespace {

using core::Matrix;
using core::Real;

constexpr const char* kOpen = "the exact network was not seen to close: ";

/// One layer as a lazy automaton over its distinct exact states.
class ExactLayer {
 public:
  explicit ExactLayer(const core::Layer& layer) : layer_(layer) {
    for (const core::Transition& transition : layer.table) {
      matrices_.push_back(core::to_matrix(transition, layer.n));
    }
    intern(layer.start);
  }

  std::uint32_t step(std::uint32_t state, std::size_t input) {
    const std::uint64_t arrow = state * layer_.table.size() + input;
    if (const auto known = arrows_.find(arrow); known != arrows_.end()) return known->second;
    Matrix<Real> next = matrices_[input] * found_.states[state];
    if (const auto& added = layer_.table[input].B) next = std::move(next) + *added;
    const std::uint32_t id = intern(std::move(next));
    arrows_.emplace(arrow, id);
    return id;
  }
  std::uint32_t emitted(std::uint32_t state) const { return found_.emitted[state]; }
  ExactOrbit::LayerStates release() && { return std::move(found_); }

 private:
  std::uint32_t intern(Matrix<Real> state) {
    std::string key;
    for (const Real& entry : state.entries()) key += core::to_string(entry) + ",";
    const auto [at, is_new] =
        ids_.emplace(std::move(key), static_cast<std::uint32_t>(found_.states.size()));
    if (is_new) {
      found_.emitted.push_back(core::read_out(layer_.readout, state));
      found_.states.push_back(std::move(state));
    }
    return at->second;
  }

  const core::Layer& layer_;
  std::vector<Matrix<Real>> matrices_;
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::unordered_map<std::uint64_t, std::uint32_t> arrows_;
  ExactOrbit::LayerStates found_;
};

ExactOrbit search_irrational(const core::Model& model, const automata::Dfa& automaton,
                             const core::Limits& limits) {
  const Correspondence names(model, automaton);
  const std::size_t layers = model.layers.size(), letters = model.letters.size();
  std::vector<ExactLayer> machines;
  machines.reserve(layers);
  for (const core::Layer& layer : model.layers) machines.emplace_back(layer);

  ExactOrbit orbit;
  const auto fail = [](std::string why) {
    ExactOrbit nothing;
    nothing.why = std::move(why);
    return nothing;
  };
  KeyTable<std::uint32_t> rows(layers + 1);
  std::vector<std::uint32_t> key(layers + 1, 0), emitted(layers);
  key[layers] = automaton.start;
  rows.insert(key.data());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    key.assign(rows.key(row), rows.key(row) + layers + 1);
    const std::uint32_t output = machines.back().emitted(key[layers - 1]);
    if (names.label[output] != automaton.output[key[layers]]) {
      return fail("the exact network does something else than the language");
    }
    orbit.states.insert(orbit.states.end(), key.begin(), key.end() - 1);
    orbit.automaton.push_back(key[layers]);
    if (rows.size() > limits.states()) {
      return fail(std::string(kOpen) + "at most " + std::to_string(limits.states()) + " states");
    }
    for (core::Letter a = 0; a < letters; ++a) {
      // Steps of irrational numbers are slow enough for a look at the clock at each.
      if (limits.stop.stop_requested()) return fail(std::string(kOpen) + "interrupted");
      if (limits.deadline && std::chrono::steady_clock::now() >= *limits.deadline) {
        return fail(std::string(kOpen) + "the deadline");
      }
      std::vector<std::uint32_t> successor(layers + 1);
      for (std::size_t i = 0; i < layers; ++i) {
        successor[i] = machines[i].step(key[i], input_of(model, i, a, emitted.data()));
        emitted[i] = machines[i].emitted(successor[i]);
      }
      successor[layers] = automaton.step(key[layers], names.letter[a]);
      orbit.next.push_back(rows.insert(successor.data()).first);
    }
  }
  for (ExactLayer& machine : machines) orbit.layers.push_back(std::move(machine).release());
  return orbit;
}

/// Rows of a proof as numbers.
ExactOrbit from_proof(const core::Model& model, const Proof& proof) {
  ExactOrbit orbit;
  orbit.states = proof.rows.states;
  orbit.automaton = proof.rows.automaton;
  orbit.next = proof.rows.next;
  const std::size_t layers = model.layers.size();
  for (std::size_t i = 0; i < layers; ++i) {
    const core::Layer& layer = model.layers[i];
    const StateTable& table = proof.rows.layers[i];
    ExactOrbit::LayerStates found;
    found.states.reserve(table.size());
    for (std::size_t s = 0; s < table.size(); ++s) {
      Matrix<Real> state(layer.n, layer.d);
      for (std::size_t e = 0; e < table.width; ++e) {
        state.entries()[e] = core::Rational(table.at(s, e), table.denominator);
      }
      found.states.push_back(std::move(state));
    }
    if (i + 1 < layers) {
      for (const auto& state : found.states) {
        found.emitted.push_back(core::read_out(layer.readout, state));
      }
    }
    orbit.layers.push_back(std::move(found));
  }
  return orbit;
}

}  // namespace

std::size_t input_of(const core::Model& model, std::size_t index, core::Letter letter,
                     const std::uint32_t* emitted) {
  return core::input_of(model, model.layers[index], letter,
                        [&](std::size_t j) { return emitted[j]; });
}

ExactOrbit exact_orbit(const core::Model& model, const automata::Dfa& automaton,
                       const core::Limits& limits) {
  for (const core::Layer& layer : model.layers) {
    if (!core::is_rational(layer)) return search_irrational(model, automaton, limits);
  }
  const Verdict verdict = verify(model, automaton, limits);
  if (const core::Unknown* unknown = verdict.unknown()) {
    ExactOrbit nothing;
    nothing.why = std::string(kOpen) + unknown->hit.limit;
    return nothing;
  }
  if (verdict.witness() != nullptr) {
    ExactOrbit nothing;
    nothing.why = "the exact network does something else than the language";
    return nothing;
  }
  ExactOrbit orbit = from_proof(model, *verdict.proof());
  // The last layer's symbol is the label on which network and language agree.
  const Correspondence names(model, automaton);
  std::vector<std::uint32_t> symbol(automaton.labels.size(), 0);
  for (std::size_t k = 0; k < names.label.size(); ++k) {
    if (names.label[k]) symbol[*names.label[k]] = static_cast<std::uint32_t>(k);
  }
  const std::size_t layers = model.layers.size();
  auto& emitted = orbit.layers.back().emitted;
  emitted.resize(orbit.layers.back().states.size());
  for (std::size_t row = 0; row < orbit.size(); ++row) {
    emitted[orbit.states[row * layers + layers - 1]] =
        symbol[automaton.output[orbit.automaton[row]]];
  }
  return orbit;
}

}  // namespace statewright::proofs
