#include "proofs_check/bounds/a_priori.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <utility>

#include "proofs_check/bounds/error_model.hpp"
#include "proofs_check/bounds/horizon_graph.hpp"

namespace statewright::proofs {
namespace {

using core::Format;
using core::Semantics;

/// An arrow of one layer: what it reads and where it leads.
struct Arrow {
  std::uint32_t from, to;
  std::size_t input;
  auto operator<=>(const Arrow&) const = default;  // NOLINT(modernize-use-nullptr): a false one
};

/// All arrows that words take in layer `index`, sorted.
std::vector<Arrow> arrows_of(const core::Model& model, const ExactOrbit& orbit, std::size_t index) {
  const std::size_t layers = model.layers.size(), letters = model.letters.size();
  std::set<Arrow> arrows;
  std::vector<std::uint32_t> emitted(layers);
  for (std::size_t row = 0; row < orbit.size(); ++row) {
    for (core::Letter a = 0; a < letters; ++a) {
      const std::size_t to = orbit.next[row * letters + a];
      for (std::size_t i = 0; i < index; ++i) {
        emitted[i] = orbit.layers[i].emitted[orbit.states[to * layers + i]];
      }
      arrows.insert({orbit.states[row * layers + index], orbit.states[to * layers + index],
                     input_of(model, index, a, emitted.data())});
    }
  }
  return {arrows.begin(), arrows.end()};
}

/// All that is needed of one layer.
struct LayerErrors {
  std::vector<ExactState> states;
  std::vector<Arrow> arrows;
  std::vector<std::unique_ptr<StepError>> steps;  ///< by input; null where no arrow reads it
  std::vector<StepError::At> at;                  ///< [arrows]
  std::vector<ReadoutError::Margin> margins;      ///< [states]; angles for |h| >= smallest
  std::vector<bool> exact_out;                    ///< [states]: reading H out needs no rounding
  double smallest = 0, most = 0;  ///< least |H| / kWidest, largest |H|, over all states
  std::uint32_t start = 0;
  double start_error = 0;
};

/// |rounded state - state|, from above; 0 if it consists of values.
double storing_error(const core::Matrix<core::Real>& state, const Format& format) {
  NormUp off;
  for (const core::Real& entry : state.entries()) {
    const Interval exact = enclose(entry);
    const double stored = stored_value(entry, format);
    if (!std::isfinite(stored)) return kInfinite;
    if (exact.is_point() && exact.low == stored) continue;
    off.add((Interval{stored, stored} - exact).size());
  }
  return off.value();
}

/// The bound on distances.
ErrorGraph distances(const LayerErrors& layer) {
  ErrorGraph graph;
  graph.start = layer.start;
  graph.start_error = layer.start_error;
  for (std::size_t s = 0; s < layer.states.size(); ++s) {
    graph.nodes.push_back({layer.margins[s].radius, layer.exact_out[s]});
  }
  for (std::size_t i = 0; i < layer.arrows.size(); ++i) {
    const Arrow& arrow = layer.arrows[i];
    const StepError& step = *layer.steps[arrow.input];
    const StepError::At& at = layer.at[i];
    graph.edges.push_back(
        {arrow.from, arrow.to, add_up(step.norm(), step.linear()), at.delta, at.cap, at.exact});
  }
  return graph;
}

/// The bound on angles, where there is one.
std::optional<Certified> certify_angles(const LayerErrors& layer, const ReadoutError& readout,
                                        const core::Limits& limits) {
  if (!readout.homogeneous()) return {};
  for (const auto& step : layer.steps) {
    if (step && (!step->orthogonal() || step->adds())) return {};
  }
  const double least = layer.smallest * kWidest;  // exact: a power of two
  if (!(least > 0) || !(layer.start_error < least)) return {};
  ErrorGraph graph;
  graph.start = layer.start;
  const double start = div_up(layer.start_error, least);
  graph.start_error = asin_up(start);
  for (const ReadoutError::Margin& margin : layer.margins) {
    graph.nodes.push_back({margin.angle, false});
  }
  ExactState zero;
  zero.entries.resize(layer.states.front().entries.size());
  double largest = 0;
  std::vector<double> relative(layer.steps.size(), 0);
  for (std::size_t x = 0; x < layer.steps.size(); ++x) {
    if (!layer.steps[x]) continue;
    relative[x] = add_up(layer.steps[x]->linear(),
                         div_up(layer.steps[x]->at(zero, zero).delta, layer.smallest));
    largest = std::max(largest, relative[x]);
  }
  if (!(largest < 0.5)) return {};
  for (std::size_t i = 0; i < layer.arrows.size(); ++i) {
    const Arrow& arrow = layer.arrows[i];
    const bool fits = layer.at[i].cap >= mul_up(kWidest + 1, layer.most);
    graph.edges.push_back(
        {arrow.from, arrow.to, 1, fits ? asin_up(relative[arrow.input]) : kInfinite});
  }
  std::optional<Certified> certified = certify(graph, limits);
  if (!certified || largest == 0) return certified;
  // |h| / |H| stays in [1/16, 16] while (1 / (1 - start)) (1 / (1 - eps))^t does.
  const std::uint64_t drift =
      growth_steps(div_up(1, add_down(1, -start)), div_up(1, add_down(1, -largest)), 0, kWidest);
  if (certified->every_length) return Certified{false, drift};
  certified->letters = std::min(certified->letters, drift);
  return certified;
}

/// `cast` without added terms: each state shown is the exact one, rounded.
ErrorGraph cast_graph(const LayerErrors& layer, const std::vector<double>& errors) {
  ErrorGraph graph;
  graph.start = layer.start;
  graph.start_error = errors[layer.start];
  for (const ReadoutError::Margin& margin : layer.margins) {
    graph.nodes.push_back({margin.radius, true});  // its readout is exact
  }
  for (const Arrow& arrow : layer.arrows) {
    graph.edges.push_back({arrow.from, arrow.to, 0, errors[arrow.to]});
  }
  return graph;
}

std::optional<Certified> larger(const std::optional<Certified>& a,
                                const std::optional<Certified>& b) {
  if (!a || !b) return a ? a : b;
  if (a->every_length || b->every_length) return a->every_length ? a : b;
  return a->letters >= b->letters ? a : b;
}

APriori none(std::string why) { return {{}, std::move(why), Method::exact_rows}; }

}  // namespace

APriori a_priori(const core::Model& model, const ExactOrbit& orbit, const Semantics& semantics,
                 const core::Limits& limits) {
  using Kind = Semantics::Kind;
  if (!orbit.closed()) return none(orbit.why);
  if (semantics.kind == Kind::exact) return {Certified{true, 0}, {}, Method::exact_rows};
  const bool cast = semantics.kind == Kind::cast;
  if (!cast && semantics.kind != Kind::once && semantics.kind != Kind::stepwise) {
    return none("no error bound for this order of evaluation");
  }
  const std::optional<Format> readout_format =
      semantics.kind == Kind::stepwise ? semantics.readout : std::nullopt;
  Certified all{true, 0};
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const core::Layer& layer = model.layers[i];
    const ExactOrbit::LayerStates& exact = orbit.layers[i];
    // Margins take every pair of a state and an output.
    if (exact.states.size() * layer.readout.W.entries().size() > 200'000'000) {
      return none("too many states and outputs for margins");
    }
    LayerErrors errors;
    double least = kInfinite;
    for (const auto& state : exact.states) {
      errors.states.push_back(exact_state(state, semantics.state));
      least = std::min(least, errors.states.back().least_norm);
      errors.most = std::max(errors.most, errors.states.back().norm);
    }
    errors.smallest = least / kWidest;
    const ReadoutError readout(layer.readout, readout_format, semantics.state);
    for (std::size_t s = 0; s < exact.states.size(); ++s) {
      const ExactState& state = errors.states[s];
      errors.margins.push_back(readout.margin(state, exact.emitted[s], errors.smallest));
      errors.exact_out.push_back(state.values && readout.exact_at(*state.values));
      if (limits.is_over()) return none("no time for margins");
    }
    errors.start = orbit.states[i];
    errors.start_error = storing_error(layer.start, semantics.state);
    errors.arrows = arrows_of(model, orbit, i);
    std::optional<Certified> certified;
    if (cast) {
      std::vector<double> storing;
      for (const auto& state : exact.states) {
        storing.push_back(storing_error(state, semantics.state));
      }
      for (const Arrow& arrow : errors.arrows) {
        if (layer.table[arrow.input].B) return none("no error bound for `cast` with added terms");
      }
      certified = certify(cast_graph(errors, storing), limits);
    } else {
      std::string why;
      errors.steps.resize(layer.table.size());
      for (const Arrow& arrow : errors.arrows) {
        auto& step = errors.steps[arrow.input];
        if (!step) step = step_error(layer, arrow.input, semantics, why);
        if (!step) return none(why);
        errors.at.push_back(step->at(errors.states[arrow.from], errors.states[arrow.to]));
        if (limits.is_over()) return none("no time for error constants");
      }
      certified =
          larger(certify(distances(errors), limits), certify_angles(errors, readout, limits));
    }
    if (!certified) return none("rounding may already change the symbol of the start state");
    if (certified->every_length) continue;
    all.letters = all.every_length ? certified->letters : std::min(all.letters, certified->letters);
    all.every_length = false;
  }
  return {all, {}, Method::exact_rows};
}

}  // namespace statewright::proofs
