// Theorem 3 (Grazzi et al., ICLR 2025): every automaton whose letters permute its states is
// implemented by one linear recurrent layer with B = 0 whose letters are products of reflections.
//
// What is left to choose is on how few coordinates the letters act, and from which start vector.
// The candidates here, all of them signed permutations (signed_action.hpp):
//   points     a named group on its natural points, e.g. S5 on 5 points from (1, 2, 3, 4, 5)
//   states     one-hot on the states of the minimal automaton
//   quotients  one-hot on several block systems side by side, whose meet is equality: Z60 on 4 + 3
//   + 5 points one block system with a start vector of distinct values, if the letters act
//   faithfully enough on it
// and in all of them a two-point orbit may become one coordinate of value +-1 (Construction C,
// parity).

#include "automata/compile/permutation_layer.hpp"

#include <algorithm>
#include <functional>

#include "automata/compile/rotation.hpp"
#include "automata/compile/signed_action.hpp"
#include "automata/language/congruence.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr const char* kTheorem3 =
    "Grazzi et al., Unlocking State-Tracking in Linear RNNs Through Negative Eigenvalues, ICLR "
    "2025, Theorem 3";

struct Candidate {
  SignedAction action;
  std::string construction;
  std::string source;
  bool known_action = false;  ///< a named group's: need not be checked along every edge
  std::optional<std::vector<std::int64_t>> vector_start =
      {};  ///< of the vectors behind a matrix state
};

/// The cheapest set of block systems whose meet is equality, cost = coordinates used (a two-block
/// system costs one). Branch and bound over the systems in order of cost.
std::vector<Partition> cheapest_decomposition(const std::vector<Partition>& systems,
                                              std::size_t states) {
  const auto cost = [](const Partition& p) {
    return block_count(p) == 2 ? std::size_t{1} : std::size_t{block_count(p)};
  };
  std::vector<const Partition*> chosen, best;
  std::size_t best_cost = states, nodes = 0;
  const std::function<void(std::size_t, const Partition&, std::size_t)> search =
      [&](std::size_t from, const Partition& current, std::size_t spent) {
        if (block_count(current) == states) {
          best = chosen;
          best_cost = spent;
          return;
        }
        for (std::size_t i = from; i < systems.size() && ++nodes < 20'000; ++i) {
          if (spent + cost(systems[i]) >= best_cost) break;  // sorted by cost
          Partition finer = meet(current, systems[i]);
          if (block_count(finer) == block_count(current)) continue;
          chosen.push_back(&systems[i]);
          search(i + 1, finer, spent + cost(systems[i]));
          chosen.pop_back();
        }
      };
  search(0, Partition(states, 0), 0);
  std::vector<Partition> out;
  out.reserve(best.size());
  for (const Partition* p : best) out.push_back(*p);
  return out;
}

std::string sizes_of(const std::vector<Partition>& systems) {
  std::string text;
  for (const Partition& p : systems) {
    text += (text.empty() ? "" : " + ") + std::to_string(block_count(p));
  }
  return text;
}

SignedAction with_distinct_start(SignedAction action) {
  for (std::size_t i = 0; i < action.n; ++i) action.start[i] = static_cast<std::int64_t>(i + 1);
  return action;
}

std::vector<Candidate> candidates(const Language& language, StateCode code) {
  const Dfa& dfa = language.dfa;
  std::vector<Candidate> list;
  const bool automatic = code == StateCode::automatic;

  const auto add = [&](SignedAction action, std::string construction, const std::string& part,
                       bool known = false) {
    list.push_back(
        {std::move(action), std::move(construction), std::string(kTheorem3) + part, known, {}});
  };
  const auto add_with_signs = [&](SignedAction action, const std::string& construction,
                                  const std::string& part, bool known = false) {
    SignedAction reduced = with_signs(action);
    if (reduced.n == action.n) {
      if (code != StateCode::sign) add(std::move(action), construction, part, known);
      return;
    }
    bool only_signs = true;
    for (const core::Permutation& pull : reduced.pull) {
      for (std::uint32_t i = 0; i < reduced.n; ++i) only_signs = only_signs && pull[i] == i;
    }
    if (code == StateCode::sign && !only_signs) return;
    const std::string coordinates = std::to_string(reduced.n);
    add(std::move(reduced),
        only_signs ? (coordinates == "1" ? "one coordinate of value +-1 (A = -1 flips it)"
                                         : coordinates + " coordinates of value +-1")
                   : construction + ", two-point orbits as one coordinate of value +-1",
        part + (only_signs ? ", construction C (scalar)" : ""), known);
  };

  if (code == StateCode::one_hot) {
    add(one_hot_action(dfa), "one-hot on the " + std::to_string(dfa.size()) + " states",
        ", acting on the states");
    return list;
  }
  if (code == StateCode::matrix) {
    const bool points = language.action.has_value();
    SignedAction base = points ? points_action(*language.action) : one_hot_action(dfa);
    const std::string size = std::to_string(base.n);
    const std::vector<std::int64_t> vector_start = base.start;
    add(on_matrices(std::move(base)),
        "the full " + size + "x" + size + " permutation matrix, started at the identity",
        ", construction A with a matrix as its state");
    list.back().vector_start = vector_start;
    return list;
  }

  if (language.action && (automatic || code == StateCode::orbit || code == StateCode::sign)) {
    SignedAction points = points_action(*language.action);
    const std::string size = std::to_string(points.n);
    const bool one_hot = std::count(points.start.begin(), points.start.end(), 0) + 1 ==
                         static_cast<std::ptrdiff_t>(points.n);
    const std::string construction =
        one_hot ? "one-hot on " + size + " points"
                : "permutations of " + size + " points from a start vector";
    if (code == StateCode::orbit) {
      add(std::move(points), construction, ", construction A", true);
    } else {
      add_with_signs(std::move(points), construction, ", construction A", true);
    }
    return list;
  }

  // Without natural points: look for block systems, unless that alone would take long.
  std::vector<Partition> systems;
  if (static_cast<double>(dfa.size()) * static_cast<double>(dfa.size()) *
          static_cast<double>(dfa.letters.size() + 1) <
      5e8) {
    systems = block_systems(dfa, 2000);
  }
  if (automatic || code == StateCode::sign) {
    const std::vector<Partition> parts = cheapest_decomposition(systems, dfa.size());
    if (parts.size() > 1) {
      add_with_signs(quotient_action(dfa, parts),
                     "one-hot on " + sizes_of(parts) + " blocks of states side by side",
                     ", on a union of orbits");
    }
    add_with_signs(one_hot_action(dfa), "one-hot on the " + std::to_string(dfa.size()) + " states",
                   ", acting on the states");
  }
  if (automatic || code == StateCode::orbit) {
    for (const Partition& system : systems) {
      add(with_distinct_start(quotient_action(dfa, {system})),
          "permutations of " + std::to_string(block_count(system)) +
              " blocks of states from a start vector of distinct values",
          ", construction A");
    }
    if (code == StateCode::orbit) {
      add(with_distinct_start(one_hot_action(dfa)),
          "permutations of the " + std::to_string(dfa.size()) +
              " states from a start vector of distinct values",
          ", construction A");
    }
  }
  return list;
}

/// A readout that gives every reachable state its output, if a linear one was found.
std::optional<core::Readout> readout_for(const Dfa& dfa, const Candidate& candidate) {
  const SignedAction& action = candidate.action;
  if (const auto vectors = state_vectors(dfa, action, !candidate.known_action)) {
    return linear_readout(*vectors, dfa.output, dfa.labels.size());
  }
  if (!candidate.vector_start) return {};
  // A matrix state H with more values than the automaton has states: H s, with s the start vector
  // of the same letters acting on vectors, decides the output, and <w, H s> is linear in H too.
  SignedAction on_vectors = action;
  on_vectors.d = 1;
  on_vectors.start = *candidate.vector_start;
  const auto vectors = state_vectors(dfa, on_vectors, !candidate.known_action);
  if (!vectors) return {};
  const auto readout = linear_readout(*vectors, dfa.output, dfa.labels.size());
  if (!readout) return {};
  core::Readout expanded{core::Matrix<core::Real>(dfa.labels.size(), action.n * action.d),
                         readout->c};
  for (std::size_t k = 0; k < dfa.labels.size(); ++k) {
    for (std::size_t i = 0; i < action.n; ++i) {
      for (std::size_t j = 0; j < action.d; ++j) {
        expanded.W(k, i * action.d + j) = readout->W(k, i) * on_vectors.start[j];
      }
    }
  }
  return expanded;
}

std::string code_name(StateCode code) {
  switch (code) {
    case StateCode::automatic:
      return "auto";
    case StateCode::one_hot:
      return "one-hot";
    case StateCode::orbit:
      return "orbit";
    case StateCode::matrix:
      return "matrix";
    case StateCode::sign:
      return "sign";
    case StateCode::rotation:
      return "rotation";
    case StateCode::rotation_matrix:
      return "rotation-matrix";
    case StateCode::reflections:
      return "reflections";
  }
  return "";
}

std::optional<RotationForm> rotation_form(StateCode code) {
  if (code == StateCode::rotation) return RotationForm::products;
  if (code == StateCode::rotation_matrix) return RotationForm::matrices;
  if (code == StateCode::reflections) return RotationForm::reflections;
  return {};
}

}  // namespace

std::optional<Merge> find_merge(const Dfa& dfa) {
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    std::vector<State> source(dfa.size(), static_cast<State>(dfa.size()));
    for (State q = 0; q < dfa.size(); ++q) {
      State& before = source[dfa.step(q, a)];
      if (before != dfa.size()) return Merge{a, before, q};
      before = q;
    }
  }
  return {};
}

core::Model compile_permutations(const Language& minimal, StateCode code) {
  const Dfa& dfa = minimal.dfa;
  core::Model model;
  model.letters = dfa.letters;
  model.labels = dfa.labels;
  if (dfa.size() == 1) {
    // The output never changes: one coordinate that no letter moves.
    SignedAction still = one_hot_action(dfa);
    model.layers = {layer_of(still, dfa.letters.size())};
    model.layers[0].readout = *linear_readout({still.start}, dfa.output, dfa.labels.size());
    model.about = {minimal.name, "one constant coordinate", kTheorem3, ""};
    return model;
  }
  if (const auto form = rotation_form(code)) return compile_rotation(minimal, *form);

  std::vector<Candidate> list = candidates(minimal, code);
  std::stable_sort(list.begin(), list.end(), [](const Candidate& a, const Candidate& b) {
    return a.action.n * a.action.d < b.action.n * b.action.d;
  });
  for (const Candidate& candidate : list) {
    const auto readout = readout_for(dfa, candidate);
    if (!readout) continue;
    model.layers = {layer_of(candidate.action, dfa.letters.size())};
    model.layers[0].readout = *readout;
    model.about = {minimal.name, candidate.construction, candidate.source, ""};
    return model;
  }
  throw Error({Fault::unsupported, "language " + core::quoted(minimal.name),
               "a language that the state code `" + code_name(code) + "` fits",
               code == StateCode::sign ? "letters that move more than two points"
                                       : "no start vector that decides the output linearly",
               "--code auto chooses a code that fits"});
}

}  // namespace statewright::automata
