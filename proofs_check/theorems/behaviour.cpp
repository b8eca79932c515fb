// What happens on the words of one letter where rounding is inside the recurrence, and the two
// theorems that say something about it.
//
// Monotone: a composition of maps x -> fl(a x), a >= 0, and x -> fl(x + b) of one coordinate is
// monotone, on the finite chain of the format's values; an orbit of a monotone map of a finite
// chain is monotone from its second step on and comes to rest. NaN, once there, stays. Layers above
// read in the end a constant input. (Nowak, Cotterell and Boumasmoud 2026 for the order-theoretic
// view; in Coq DiagFloat.v.) Energy: let A be symmetric positive semidefinite and x' = c(A x + b)
// with c monotone in each coordinate. On a cycle, sum of (A x_t + b) . (x_{t+1} - x_t) is >= 0
// since rounding is cyclically monotone, and equals -1/2 sum of (x_{t+1} - x_t)^T A (x_{t+1} - x_t)
// <= 0; so A x_t is constant on it, and so is x_t. (In Coq SymRound.v, SymNoParity.v, and
// with overflow OverflowRound.v.)

#include "proofs_check/theorems/behaviour.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "proofs_check/theorems/products.hpp"
#include "proofs_check/theorems/spectrum.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

using core::Matrix;
using core::Model;
using core::Real;
using core::Semantics;

namespace {

enum class Law { none, monotone, energy };

bool is_nonnegative_diagonal(const Matrix<Real>& a) {
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.rows(); ++j) {
      if (i == j ? a(i, j).sign() < 0 : !(a(i, j) == 0)) return false;
    }
  }
  return true;
}

/// Whether each operation of the step changes a coordinate by itself only, monotonically.
bool is_monotone_step(const core::Transition& transition, std::size_t n, bool one_rounding) {
  const auto* diagonal = std::get_if<core::Diagonal>(&transition.A);
  const auto* product = std::get_if<core::GhProduct>(&transition.A);
  if (product != nullptr && product->factors.empty()) return true;
  // Elsewhere the order of operations mixes coordinates, if only with zeros.
  if (diagonal == nullptr && !one_rounding) return false;
  return is_nonnegative_diagonal(core::to_matrix(transition, n));
}

bool is_semidefinite(const Matrix<Real>& a) {
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!(a(i, j) == a(j, i))) return false;
    }
  }
  return decide_spectrum(a, Spectra::nonnegative).verdict.proof() != nullptr;
}

Law law_of(const Model& model, std::size_t layer, core::Letter letter, bool one_rounding) {
  const core::Layer& here = model.layers[layer];
  const std::vector<std::size_t> inputs = inputs_under(model, layer, letter);
  const auto all = [&](const auto& holds) {
    return std::all_of(inputs.begin(), inputs.end(), holds);
  };
  if (all([&](std::size_t x) { return is_monotone_step(here.table[x], here.n, one_rounding); })) {
    return Law::monotone;
  }
  const auto semidefinite = [&](std::size_t x) {
    return is_semidefinite(core::to_matrix(here.table[x], here.n));
  };
  return one_rounding && all(semidefinite) ? Law::energy : Law::none;
}

/// The least preperiod and period of a sequence that repeats its last `period` entries.
void reduce(const std::vector<std::uint32_t>& outputs, std::uint64_t preperiod,
            std::uint64_t period, LetterBehaviour& result) {
  const auto at = [&](std::uint64_t k) { return outputs[static_cast<std::size_t>(k)]; };
  std::uint64_t least = 1;
  for (; least < period; ++least) {
    if (period % least != 0) continue;
    bool repeats = true;
    for (std::uint64_t k = preperiod; k + least < preperiod + period && repeats; ++k) {
      repeats = at(k) == at(k + least);
    }
    if (repeats) break;
  }
  std::uint64_t first = preperiod;
  while (first > 0 && at(first - 1) == at(first - 1 + least)) --first;
  result.output_preperiod = first;
  result.output_period = least;
}

}  // namespace

bool is_monotone(const core::Format& format) {
  return !format.is_stochastic() && format.overflow != core::Overflow::wrap;
}

Model unary_model(const Model& model, core::Letter letter) {
  Model unary = model;
  unary.letters = core::Alphabet({model.letters.name(letter)});
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    core::Layer& layer = unary.layers[i];
    layer.table.clear();
    const std::size_t count = core::input_count(model, i);
    for (std::size_t x = 0; x < count; ++x) {
      bool kept = true;
      std::size_t rest = x;
      for (std::size_t r = layer.reads.size(); r-- > 0;) {
        const auto& source = layer.reads[r].layer;
        const std::size_t symbols =
            source ? model.layers[*source].readout.W.rows() : model.letters.size();
        kept = kept && (source || rest % symbols == letter);
        rest /= symbols;
      }
      if (kept) layer.table.push_back(model.layers[i].table[x]);
    }
  }
  return unary;
}

std::optional<RoundingTheorem> rounding_theorem(const Model& model, core::Letter letter,
                                                const Semantics& semantics) {
  const bool once = semantics.kind == Semantics::Kind::once;
  if (!once && semantics.kind != Semantics::Kind::stepwise) return {};
  const auto* accumulate = std::get_if<core::Format>(&semantics.accumulate);
  if (!is_monotone(semantics.state)) return {};
  if (!once && (accumulate == nullptr || !is_monotone(*accumulate) || !is_monotone(semantics.io))) {
    return {};
  }
  bool energy = false, monotone = false;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Law law = law_of(model, i, letter, once);
    if (law == Law::none) return {};
    (law == Law::energy ? energy : monotone) = true;
  }
  if (energy && monotone) {
    return RoundingTheorem{
        "every layer is diagonal with entries >= 0, or symmetric positive "
        "semidefinite with one rounding for each coordinate",
        "Statewright.DiagFloat.dnet_no_parity, "
        "Statewright.OverflowRound.once_evconst"};
  }
  if (energy) {
    return RoundingTheorem{"symmetric positive semidefinite, one rounding for each coordinate",
                           "Statewright.OverflowRound.once_evconst"};
  }
  return RoundingTheorem{"diagonal with entries >= 0: every step is monotone in every coordinate",
                         "Statewright.DiagFloat.dnet_no_parity"};
}

LetterBehaviour behaviour_on(const Model& model, core::Letter letter, const Semantics& semantics,
                             const core::Limits& limits) {
  const auto is_random = [](const core::Format& format) { return format.is_stochastic(); };
  const auto* accumulate = std::get_if<core::Format>(&semantics.accumulate);
  const bool random = is_random(semantics.state) || is_random(semantics.io) ||
                      (accumulate != nullptr && is_random(*accumulate)) ||
                      (semantics.readout && is_random(*semantics.readout));
  if (!semantics.has_format() || random) {
    throw core::Error(
        {core::Fault::unsupported, "arithmetic",
         "one with finitely many states, without random bits", core::quoted(semantics.id()),
         "`once:bf16`, `bf16`, `mixed:state=fp32,io=bf16` and `chunk:bf16` are some"});
  }
  LetterBehaviour result;
  result.letter = letter;
  result.theorem = rounding_theorem(model, letter, semantics);
  const Model unary = unary_model(model, letter);

  // An automaton that agrees with every word, with a network whose labels do: what is left of the
  // question is the cycle of the states.
  Model silent = unary;
  silent.labels = {"any"};
  core::Readout& last = silent.layers.back().readout;
  last = {Matrix<Real>(1, last.W.columns()), std::vector<Real>(1)};
  automata::Dfa agreeing;
  agreeing.letters = silent.letters;
  agreeing.labels = {"any"};
  agreeing.output = {0};
  agreeing.next = {0};
  const Verdict verdict = verify(silent, agreeing, semantics, limits);
  const Proof* proof = verdict.proof();
  if (proof == nullptr || !proof->cycle) {
    result.unknown = verdict.unknown() != nullptr
                         ? *verdict.unknown()
                         : core::Unknown{{"the search for a cycle", ""}, "no cycle was measured"};
    result.unknown->reached = "the states have not come round";
    return result;
  }
  result.preperiod = proof->cycle->preperiod;
  result.period = proof->cycle->period;
  if (result.preperiod + result.period > LetterBehaviour::kLongestOutput) return result;

  const core::RoundedModel network(unary, semantics);
  std::vector<std::uint32_t> outputs;
  core::RoundedStep step = network.start();
  for (std::uint64_t k = 0; k < result.preperiod + result.period; ++k) {
    if (k > 0) step = network.next(step, 0);
    outputs.push_back(step.output);
  }
  reduce(outputs, result.preperiod, result.period, result);
  constexpr std::uint64_t kLabels = 24;
  for (std::uint64_t k = 0; k < std::min(kLabels, *result.output_period); ++k) {
    const std::uint64_t at = *result.output_preperiod + k;
    result.labels.push_back(model.labels[outputs[static_cast<std::size_t>(at)]]);
  }
  return result;
}

}  // namespace statewright::proofs
