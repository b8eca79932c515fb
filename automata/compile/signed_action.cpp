#include "automata/compile/signed_action.hpp"

#include <algorithm>
#include <set>

namespace statewright::automata {

std::vector<std::int64_t> SignedAction::apply(Letter a,
                                              const std::vector<std::int64_t>& state) const {
  std::vector<std::int64_t> next(state.size());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      next[i * d + j] = sign[a][i] * state[pull[a][i] * d + j];
    }
  }
  return next;
}

SignedAction one_hot_action(const Dfa& dfa) {
  SignedAction action;
  action.n = dfa.size();
  action.start.assign(action.n, 0);
  action.start[dfa.start] = 1;
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    core::Permutation pull(dfa.size());
    for (State q = 0; q < dfa.size(); ++q) pull[dfa.step(q, a)] = q;
    action.pull.push_back(std::move(pull));
    action.sign.emplace_back(action.n, std::int8_t{1});
  }
  return action;
}

SignedAction quotient_action(const Dfa& dfa, const std::vector<Partition>& congruences) {
  SignedAction action;
  action.pull.resize(dfa.letters.size());
  for (const Partition& partition : congruences) {
    const auto offset = static_cast<std::uint32_t>(action.n);
    action.n += block_count(partition);
    action.start.resize(action.n, 0);
    action.start[offset + partition[dfa.start]] = 1;
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      action.pull[a].resize(action.n);
      for (State q = 0; q < dfa.size(); ++q) {
        action.pull[a][offset + partition[dfa.step(q, a)]] = offset + partition[q];
      }
    }
  }
  action.sign.assign(dfa.letters.size(), std::vector<std::int8_t>(action.n, 1));
  return action;
}

SignedAction points_action(const PermutationAction& points) {
  SignedAction action;
  action.n = points.start.size();
  action.pull = points.pull;
  action.sign.assign(points.pull.size(), std::vector<std::int8_t>(action.n, 1));
  action.start = points.start;
  return action;
}

SignedAction with_signs(const SignedAction& action) {
  // The partner of i, if its orbit under all letters is {i, partner}; i itself for a fixed point.
  std::vector<std::set<std::uint32_t>> neighbours(action.n);
  for (const core::Permutation& pull : action.pull) {
    for (std::uint32_t i = 0; i < action.n; ++i) {
      if (pull[i] != i) {
        neighbours[i].insert(pull[i]);
        neighbours[pull[i]].insert(i);
      }
    }
  }
  const auto is_pair = [&](std::uint32_t i) {
    if (neighbours[i].size() != 1) return false;
    const std::uint32_t j = *neighbours[i].begin();
    return neighbours[j].size() == 1 && action.start[i] != action.start[j];
  };

  SignedAction out;
  out.pull.resize(action.pull.size());
  out.sign.resize(action.pull.size());
  std::vector<std::uint32_t> place(action.n);
  std::vector<std::uint32_t> kept;  // new coordinate -> old coordinate (the first of a pair)
  for (std::uint32_t i = 0; i < action.n; ++i) {
    if (is_pair(i) && *neighbours[i].begin() < i) continue;
    place[i] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(i);
    out.start.push_back(is_pair(i) ? 1 : action.start[i]);
  }
  out.n = kept.size();
  for (std::size_t a = 0; a < action.pull.size(); ++a) {
    for (std::uint32_t k = 0; k < out.n; ++k) {
      const std::uint32_t from = action.pull[a][kept[k]];
      const bool pair = is_pair(kept[k]);
      out.pull[a].push_back(pair ? k : place[from]);
      out.sign[a].push_back(pair && from != kept[k] ? -1 : 1);
    }
  }
  return out;
}

SignedAction on_matrices(SignedAction action) {
  action.d = action.n;
  action.start.assign(action.n * action.n, 0);
  for (std::size_t i = 0; i < action.n; ++i) action.start[i * action.n + i] = 1;
  return action;
}

std::optional<std::vector<std::vector<std::int64_t>>> state_vectors(const Dfa& dfa,
                                                                    const SignedAction& action,
                                                                    bool check_all) {
  std::vector<std::vector<std::int64_t>> vectors(dfa.size());
  std::vector<State> queue = {dfa.start};
  vectors[dfa.start] = action.start;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const State q = queue[i];
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State next = dfa.step(q, a);
      if (vectors[next].empty()) {
        vectors[next] = action.apply(a, vectors[q]);
        queue.push_back(next);
      } else if (check_all && vectors[next] != action.apply(a, vectors[q])) {
        return {};
      }
    }
  }
  const std::set<std::vector<std::int64_t>> distinct(vectors.begin(), vectors.end());
  if (distinct.size() != vectors.size()) return {};
  return vectors;
}

core::Layer layer_of(const SignedAction& action, std::size_t letters) {
  core::Layer layer;
  layer.n = action.n;
  layer.d = action.d;
  layer.reads = {core::Source{}};
  layer.start = core::Matrix<core::Real>(action.n, action.d);
  for (std::size_t i = 0; i < action.start.size(); ++i) {
    layer.start.entries()[i] = action.start[i];
  }
  bool only_signs = true;
  for (const core::Permutation& pull : action.pull) {
    for (std::uint32_t i = 0; i < action.n; ++i) only_signs = only_signs && pull[i] == i;
  }
  for (std::size_t a = 0; a < letters; ++a) {
    core::Transition transition;
    if (only_signs) {
      transition.A = core::Diagonal{{action.sign[a].begin(), action.sign[a].end()}};
    } else {
      core::GhProduct product{core::reflections_of(action.pull[a])};
      for (std::size_t i = 0; i < action.n; ++i) {
        if (action.sign[a][i] == 1) continue;
        core::Householder flip{2, std::vector<core::Real>(action.n)};
        flip.v[i] = 1;
        product.factors.push_back(std::move(flip));
      }
      transition.A = std::move(product);
    }
    layer.table.push_back(std::move(transition));
  }
  return layer;
}

namespace {

core::Readout to_readout(const std::vector<std::vector<std::int64_t>>& weights,
                         const std::vector<std::int64_t>& bias) {
  core::Readout readout;
  readout.W = core::Matrix<core::Real>(weights.size(), weights.front().size());
  for (std::size_t k = 0; k < weights.size(); ++k) {
    for (std::size_t j = 0; j < weights[k].size(); ++j) readout.W(k, j) = weights[k][j];
  }
  readout.c.assign(bias.begin(), bias.end());
  return readout;
}

/// Kesler's construction: whenever the right output k does not win strictly against m, move the
/// weights of k towards the state and those of m away from it.
std::optional<core::Readout> perceptron(const std::vector<std::vector<std::int64_t>>& vectors,
                                        const std::vector<Output>& output, std::size_t outputs,
                                        std::size_t max_work) {
  const std::size_t width = vectors.front().size();
  std::vector<std::vector<std::int64_t>> weights(outputs, std::vector<std::int64_t>(width));
  std::vector<std::int64_t> bias(outputs);
  const auto score = [&](std::size_t k, const std::vector<std::int64_t>& x) {
    std::int64_t sum = bias[k];
    for (std::size_t j = 0; j < width; ++j) sum += weights[k][j] * x[j];
    return sum;
  };
  std::size_t work = 0;
  for (bool clean = false; !clean;) {
    clean = true;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      work += outputs * width;
      if (work > max_work) return {};
      std::size_t rival = outputs;
      std::int64_t rival_score = 0;
      for (std::size_t k = 0; k < outputs; ++k) {
        if (k == output[i]) continue;
        const std::int64_t s = score(k, vectors[i]);
        if (rival == outputs || s > rival_score) {
          rival = k;
          rival_score = s;
        }
      }
      if (rival == outputs || score(output[i], vectors[i]) > rival_score) continue;
      clean = false;
      for (std::size_t j = 0; j < width; ++j) {
        weights[output[i]][j] += vectors[i][j];
        weights[rival][j] -= vectors[i][j];
      }
      ++bias[output[i]];
      --bias[rival];
    }
  }
  return to_readout(weights, bias);
}

bool is_one_hot(const std::vector<std::int64_t>& vector) {
  return std::count(vector.begin(), vector.end(), 0) + 1 ==
             static_cast<std::ptrdiff_t>(vector.size()) &&
         std::count(vector.begin(), vector.end(), 1) == 1;
}

}  // namespace

std::optional<core::Readout> linear_readout(const std::vector<std::vector<std::int64_t>>& vectors,
                                            const std::vector<Output>& output, std::size_t outputs,
                                            std::size_t max_work) {
  const std::size_t width = vectors.front().size();
  std::vector<std::size_t> uses(outputs);
  for (const Output k : output) ++uses[k];
  const bool one_vector_each =
      std::all_of(uses.begin(), uses.end(), [](std::size_t count) { return count <= 1; });
  if (one_vector_each || std::all_of(vectors.begin(), vectors.end(), is_one_hot)) {
    // One vector each: all states have the norm of the start, so by Cauchy-Schwarz the state's own
    // row wins strictly, and an output that never occurs (a zero row) loses. One-hot: the right
    // output scores 1, every other 0.
    std::vector<std::vector<std::int64_t>> weights(outputs, std::vector<std::int64_t>(width));
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      for (std::size_t j = 0; j < width; ++j) weights[output[i]][j] += vectors[i][j];
    }
    return to_readout(weights, std::vector<std::int64_t>(outputs));
  }
  return perceptron(vectors, output, outputs, max_work);
}

}  // namespace statewright::automata
