#include "automata/compile/partial_action.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "automata/compile/signed_action.hpp"
#include "core/linalg/exact.hpp"
#include "core/linalg/factorise.hpp"

namespace statewright::automata {
namespace {

using Vector = std::vector<std::int64_t>;

core::Transition transition_of(const PartialAction& action, Letter a, bool diagonal) {
  core::Transition transition;
  const auto& pull = action.pull[a];
  const auto& sign = action.sign[a];
  bool signed_moves = false;
  for (std::uint32_t i = 0; i < action.n; ++i) {
    signed_moves = signed_moves || (sign[i] < 0 && pull[i] != core::kNothing && pull[i] != i);
  }
  if (diagonal) {
    core::Diagonal entries{std::vector<core::Real>(action.n)};
    for (std::size_t i = 0; i < action.n; ++i) {
      if (pull[i] != core::kNothing) entries.entries[i] = sign[i];
    }
    transition.A = std::move(entries);
  } else if (signed_moves) {
    core::Matrix<core::Rational> matrix(action.n, action.n);
    for (std::size_t i = 0; i < action.n; ++i) {
      if (pull[i] != core::kNothing) matrix(i, pull[i]) = sign[i];
    }
    transition.A = core::GhProduct{core::partial_isometry_factors(matrix)};
  } else {
    core::GhProduct product{core::partial_permutation_factors(pull)};
    for (std::size_t i = 0; i < action.n; ++i) {
      if (sign[i] > 0 || pull[i] == core::kNothing) continue;
      core::Householder flip{2, std::vector<core::Real>(action.n)};
      flip.v[i] = 1;
      product.factors.push_back(std::move(flip));
    }
    transition.A = std::move(product);
  }
  const auto& add = action.add[a];
  if (std::any_of(add.begin(), add.end(), [](std::int64_t x) { return x != 0; })) {
    transition.B = core::Matrix<core::Real>::column({add.begin(), add.end()});
  }
  return transition;
}

core::Readout empty_readout(std::size_t outputs, std::size_t width) {
  return {core::Matrix<core::Real>(outputs, width), std::vector<core::Real>(outputs)};
}

/// Score of output k with vector v is v . h - |v|^2 / 2, doubled: the nearest vector wins.
core::Readout nearest(const std::vector<Vector>& vectors, const std::vector<Output>& output,
                      std::size_t outputs) {
  const std::size_t width = vectors.front().size();
  core::Readout readout = empty_readout(outputs, width);
  std::vector<std::int64_t> norms(outputs);
  std::int64_t largest = 0;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    for (const std::int64_t x : vectors[i]) norms[output[i]] += x * x;
    largest = std::max(largest, norms[output[i]]);
  }
  const bool equal = std::all_of(vectors.begin(), vectors.end(), [&](const Vector& v) {
    return norms[output[static_cast<std::size_t>(&v - vectors.data())]] == largest;
  });
  // Outputs that no word has must lose: a state's own row scores |v|^2 >= 0. Equal norms need no
  // bias, and then the unused row 0 loses by itself.
  const bool without_bias = equal && largest > 0;
  for (std::size_t k = 0; k < outputs && !without_bias; ++k) readout.c[k] = -1;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      readout.W(output[i], j) = (without_bias ? 1 : 2) * vectors[i][j];
    }
    if (!without_bias) readout.c[output[i]] = -norms[output[i]];
  }
  return readout;
}

bool is_one_hot_or_zero(const Vector& v) {
  return std::all_of(v.begin(), v.end(), [](std::int64_t x) { return x == 0 || x == 1; }) &&
         std::count(v.begin(), v.end(), 1) <= 1;
}

core::Readout indicator_sums(const std::vector<Vector>& vectors, const std::vector<Output>& output,
                             std::size_t outputs) {
  core::Readout readout = empty_readout(outputs, vectors.front().size());
  const bool zero = std::any_of(vectors.begin(), vectors.end(), [](const Vector& v) {
    return std::count(v.begin(), v.end(), 0) == static_cast<std::ptrdiff_t>(v.size());
  });
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const auto one = std::find(vectors[i].begin(), vectors[i].end(), 1);
    if (one == vectors[i].end()) {
      readout.c[output[i]] = 1;
    } else {
      readout.W(output[i], static_cast<std::size_t>(one - vectors[i].begin())) = zero ? 2 : 1;
    }
  }
  return readout;
}

/// Linear functions that are 1 on an output's vectors and 0 elsewhere, scaled to integers together.
std::optional<core::Readout> indicators(const std::vector<Vector>& vectors,
                                        const std::vector<Output>& output, std::size_t outputs) {
  constexpr std::size_t kMostEntries = 40'000;  // of the system: elimination is cubic
  const std::size_t width = vectors.front().size();
  if (vectors.size() * (width + 1) > kMostEntries) return {};
  core::Matrix<core::Rational> left(vectors.size(), width + 1), right(vectors.size(), outputs);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    for (std::size_t j = 0; j < width; ++j) left(i, j) = vectors[i][j];
    left(i, width) = 1;
    right(i, output[i]) = 1;
  }
  const auto solution = core::solve(left, right);
  if (!solution) return {};
  const core::Integer scale = core::common_denominator(solution->entries());
  core::Readout readout = empty_readout(outputs, width);
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t j = 0; j < width; ++j) {
      readout.W(k, j) = core::Rational((*solution)(j, k) * scale);
    }
    readout.c[k] = core::Rational((*solution)(width, k) * scale);
  }
  return readout;
}

}  // namespace

std::uint32_t PartialAction::add_coordinate(std::int64_t value) {
  start.push_back(value);
  for (std::size_t a = 0; a < pull.size(); ++a) {
    pull[a].push_back(core::kNothing);
    sign[a].push_back(1);
    add[a].push_back(0);
  }
  return static_cast<std::uint32_t>(n++);
}

Vector PartialAction::apply(Letter a, const Vector& state) const {
  Vector next = add[a];
  for (std::size_t i = 0; i < n; ++i) {
    if (pull[a][i] != core::kNothing) next[i] += sign[a][i] * state[pull[a][i]];
  }
  return next;
}

core::Layer layer_of(const PartialAction& action) {
  core::Layer layer;
  layer.n = action.n;
  layer.reads = {core::Source{}};
  layer.start = core::Matrix<core::Real>::column({action.start.begin(), action.start.end()});
  bool diagonal = true;
  for (const auto& pull : action.pull) {
    for (std::uint32_t i = 0; i < action.n; ++i) {
      diagonal = diagonal && (pull[i] == i || pull[i] == core::kNothing);
    }
  }
  for (std::size_t a = 0; a < action.pull.size(); ++a) {
    layer.table.push_back(transition_of(action, static_cast<Letter>(a), diagonal));
  }
  return layer;
}

namespace {

/// A layer that reads what layer 0 emitted, keeps output[symbol] as its one number, and emits it.
core::Layer table_layer(const std::vector<Output>& output, Output start, std::size_t outputs) {
  core::Layer layer;
  layer.n = 1;
  layer.reads = {core::Source{0}};
  layer.start = core::Matrix<core::Real>::column({start});
  for (const Output k : output) {
    core::Transition set;
    set.A = core::Diagonal{{0}};
    if (k != 0) set.B = core::Matrix<core::Real>::column({k});
    layer.table.push_back(std::move(set));
  }
  std::vector<Vector> values;
  std::vector<Output> own;
  for (Output k = 0; k < outputs; ++k) {
    values.push_back({static_cast<std::int64_t>(k)});
    own.push_back(k);
  }
  layer.readout = nearest(values, own, outputs);
  return layer;
}

}  // namespace

std::optional<core::Readout> affine_readout(const std::vector<Vector>& vectors,
                                            const std::vector<Output>& output,
                                            std::size_t outputs) {
  constexpr std::size_t kUpdates = 20'000'000;  // multiplications: some hundredths of a second
  std::vector<std::size_t> uses(outputs);
  for (const Output k : output) ++uses[k];
  if (std::all_of(uses.begin(), uses.end(), [](std::size_t count) { return count <= 1; })) {
    return nearest(vectors, output, outputs);
  }
  if (std::all_of(vectors.begin(), vectors.end(), is_one_hot_or_zero)) {
    return indicator_sums(vectors, output, outputs);
  }
  if (auto readout = indicators(vectors, output, outputs)) return readout;
  return linear_readout(vectors, output, outputs, kUpdates);
}

std::optional<core::Model> model_of(const Dfa& dfa, const PartialAction& action, Decoder decoder,
                                    std::size_t max_pairs) {
  std::map<Vector, Output> output_of;
  std::set<std::pair<State, Vector>> seen = {{dfa.start, action.start}};
  std::vector<std::pair<State, Vector>> queue = {{dfa.start, action.start}};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto [q, vector] = queue[i];
    if (output_of.try_emplace(vector, dfa.output[q]).first->second != dfa.output[q]) return {};
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      std::pair<State, Vector> next = {dfa.step(q, a), action.apply(a, vector)};
      if (!seen.insert(next).second) continue;
      if (seen.size() > max_pairs) return {};
      queue.push_back(std::move(next));
    }
  }
  std::vector<Vector> vectors;
  std::vector<Output> output;
  for (auto& [vector, label] : output_of) {
    vectors.push_back(vector);
    output.push_back(label);
  }
  core::Model model;
  model.letters = dfa.letters;
  model.labels = dfa.labels;
  model.layers = {layer_of(action)};
  if (auto readout = affine_readout(vectors, output, dfa.labels.size())) {
    model.layers[0].readout = std::move(*readout);
    return model;
  }
  if (decoder == Decoder::linear) return {};
  constexpr std::size_t kMostVectors = 4'096;
  if (vectors.size() > kMostVectors) return {};
  std::vector<Output> own(vectors.size());
  for (Output i = 0; i < own.size(); ++i) own[i] = i;
  model.layers[0].readout = nearest(vectors, own, own.size());
  model.layers.push_back(table_layer(output, dfa.output[dfa.start], dfa.labels.size()));
  return model;
}

}  // namespace statewright::automata
