#include "proofs_check/lock/candidates.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "core/error.hpp"
#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using core::Error;
using core::Fault;
using core::Format;
using core::Rational;
using core::Real;

// The stages of the search are cut off at these sizes, so that each of them has its turn.
constexpr std::uint64_t kScales = 1'024, kPhases = 4'096, kGrid = 4'096, kMoves = 512;

double store(const Real& value, const Format& format, const char* what) {
  const double stored = core::round_exact(value, format) + 0.0;  // -0 + 0 = +0
  if (!std::isfinite(stored)) {
    throw Error({Fault::unsupported, what, "a number that " + format.id() + " can hold",
                 core::quoted(core::to_string(value), 60), "a format with a wider range"});
  }
  return stored;
}

/// Calls `parameter` for every entry of A and B in a fixed order, and `factor` for each Householder
/// factor after its entries.
template <class OnParameter, class OnFactor>
void for_each_parameter(core::Layer& layer, OnParameter parameter, OnFactor factor) {
  for (core::Transition& transition : layer.table) {
    if (auto* product = std::get_if<core::GhProduct>(&transition.A)) {
      for (core::Householder& reflection : product->factors) {
        for (Real& entry : reflection.v) parameter(entry);
        factor(reflection);
      }
    } else if (auto* diagonal = std::get_if<core::Diagonal>(&transition.A)) {
      for (Real& entry : diagonal->entries) parameter(entry);
    } else {
      for (Real& entry : std::get<core::Dense>(transition.A).matrix.entries()) parameter(entry);
    }
    if (transition.B) {
      for (Real& entry : transition.B->entries()) parameter(entry);
    }
  }
}

Real squared_length(const std::vector<Real>& v) {
  Real sum = 0;
  for (const Real& entry : v) sum += entry * entry;
  return sum;
}

std::string shortest_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

/// All integer vectors of this length with absolute sum `sum` and entries of at most `most`, in
/// lexicographic order from positive to negative, appended to `list` until it is full.
void append_moves(std::size_t length, int sum, int most, std::vector<int>& begun,
                  std::vector<std::vector<int>>& list) {
  if (list.size() >= kMoves) return;
  if (begun.size() == length) {
    if (sum == 0) list.push_back(begun);
    return;
  }
  const auto rest = static_cast<std::int64_t>(length - begun.size() - 1) * most;
  for (int step = std::min(sum, most); step >= -std::min(sum, most); --step) {
    if (sum - std::abs(step) > rest) continue;
    begun.push_back(step);
    append_moves(length, sum - std::abs(step), most, begun, list);
    begun.pop_back();
  }
}

/// Moves of so many constants, least sum of steps first.
std::vector<std::vector<int>> moves_of(std::size_t constants, int ulps) {
  std::vector<std::vector<int>> list;
  std::vector<int> begun;
  const int most = static_cast<int>(constants) * ulps;
  for (int sum = 1; sum <= most && list.size() < kMoves; ++sum) {
    append_moves(constants, sum, ulps, begun, list);
  }
  return list;
}

}  // namespace

std::vector<LockCandidate> plan_candidates(const Format& state, std::size_t constants,
                                           const LockOptions& options) {
  const std::vector<int> still(constants);
  std::vector<LockCandidate> list = {{still, 1, 0}};
  if (constants == 0) return list;
  const auto full = [&] { return list.size() >= options.candidates; };
  const auto add = [&](const std::vector<int>& ulps, double scale, double phase) {
    if (!full()) list.push_back({ulps, scale, phase});
  };

  std::vector<double> scales;
  const bool has_one = core::has_value(state, 1.0);
  const double step = has_one ? core::ulp(state, 1.0) : 0;
  if (has_one) {
    double scale = 1 + step;
    for (std::uint64_t i = 1; i < kScales && scale < 2 && scale <= state.largest(); ++i) {
      scales.push_back(scale);
      scale += step;
    }
  }
  for (const double scale : scales) add(still, scale, 0);

  const std::vector<std::vector<int>> all_moves = moves_of(constants, options.ulps);
  for (const std::vector<int>& ulps : all_moves) add(ulps, 1, 0);

  // Mirror images, phases below 0, behave alike where letters come with their inverses.
  std::uint64_t phases = 0;
  const auto sides = static_cast<int>(scales.size());
  for (int ring = 1; ring <= sides && phases < kPhases && !full(); ++ring) {
    for (int i = 0; i <= ring; ++i) {
      for (int j = i == ring ? 1 : ring; j <= ring; ++j, ++phases) {
        add(still, 1 + i * step, j * step);
      }
    }
  }

  std::vector<double> grid;
  const double least = state.least_positive();
  const bool uniform = state.is_fixed() || state.subnormals;
  const double end = state.is_fixed() ? 1 : std::ldexp(1.0, state.emin() + 1);
  for (std::uint64_t k = 1; uniform && k <= kGrid && static_cast<double>(k) * least < end; ++k) {
    grid.push_back(static_cast<double>(k) * least);
  }
  for (const double scale : grid) add(still, scale, 0);

  for (const std::vector<double>* starts : {&scales, &grid}) {
    for (const double scale : *starts) {
      for (const std::vector<int>& ulps : all_moves) {
        if (full()) return list;
        add(ulps, scale, 0);
      }
    }
  }
  return list;
}

Perturbation::Perturbation(const Model& model, const core::Semantics& semantics)
    : parameters_(semantics.kind == core::Semantics::Kind::stepwise ? semantics.io
                                                                    : semantics.state),
      state_(semantics.state),
      base_(model) {
  std::map<Real, std::size_t> index;
  for (core::Layer& layer : base_.layers) {
    bool rotating = false;
    std::vector<Real> unrounded;  // of the factor at hand, for its scale
    const auto parameter = [&](Real& value) {
      unrounded.push_back(value);
      const Real size = value.sign() < 0 ? -value : value;
      const double stored = store(size, parameters_, "a parameter");
      const Real rounded = core::exact_value(stored);
      std::size_t slot = 0;
      if (rounded != size && stored != 0) {
        const auto [at, is_new] = index.try_emplace(size, constants_.size());
        if (is_new) {
          constants_.push_back(size);
          stored_.push_back(stored);
        }
        slot = at->second + 1;
        rotating = true;
      }
      slots_.push_back(slot);
      value = value.sign() < 0 ? -rounded : rounded;
    };
    const auto factor = [&](core::Householder& reflection) {
      const std::size_t n = reflection.v.size();
      const std::vector<Real> key(unrounded.end() - static_cast<std::ptrdiff_t>(n),
                                  unrounded.end());
      scales_.push_back(
          core::exact_value(store(reflection.beta / squared_length(key), parameters_, "a scale")));
      const Real length = squared_length(reflection.v);
      if (length == 0) {
        throw Error({Fault::unsupported, "a key",
                     "a vector that is not zero in " + parameters_.id(), "zero after rounding",
                     "a format with more bits"});
      }
      reflection.beta = Real(scales_.back()) * length;
    };
    for_each_parameter(layer, parameter, factor);
    rotating_.push_back(rotating);
    for (Real& entry : layer.start.entries()) {
      entry = core::exact_value(store(entry, state_, "a start state"));
    }
    round_readout(layer.readout, semantics);
  }
}

void Perturbation::round_readout(core::Readout& readout, const core::Semantics& semantics) const {
  const bool rounds = semantics.kind == core::Semantics::Kind::stepwise ||
                      semantics.kind == core::Semantics::Kind::chunk;
  const bool rounded = rounds && semantics.readout;
  if (!rounded && core::all_rational(readout.W.entries()) && core::all_rational(readout.c)) return;
  const Format format = rounded ? *semantics.readout : core::parse_format("fp32", "readout");
  for (Real& entry : readout.W.entries()) {
    entry = core::exact_value(store(entry, format, "a weight of the readout"));
  }
  for (Real& entry : readout.c) {
    entry = core::exact_value(store(entry, format, "a bias of the readout"));
  }
}

std::vector<LockCandidate> Perturbation::plan(const LockOptions& options) const {
  return plan_candidates(state_, constants_.size(), options);
}

std::optional<Model> Perturbation::apply(const LockCandidate& candidate) const {
  std::vector<Rational> moved;
  for (std::size_t i = 0; i < constants_.size(); ++i) {
    double value = stored_[i];
    const int steps = candidate.ulps[i];
    for (int k = 0; k < std::abs(steps); ++k) {
      const auto next =
          steps > 0 ? core::next_above(parameters_, value) : core::next_below(parameters_, value);
      if (!next || !std::isfinite(*next) || *next <= 0) return {};
      value = *next;
    }
    moved.push_back(core::exact_value(value));
  }

  Model model = base_;
  std::size_t parameters = 0, factors = 0;
  for (std::size_t l = 0; l < model.layers.size(); ++l) {
    core::Layer& layer = model.layers[l];
    for_each_parameter(
        layer,
        [&](Real& value) {
          const std::size_t slot = slots_[parameters++];
          if (slot != 0) value = value.sign() < 0 ? -moved[slot - 1] : moved[slot - 1];
        },
        [&](core::Householder& reflection) {
          reflection.beta = Real(scales_[factors++]) * squared_length(reflection.v);
        });
    if (!rotating_[l]) continue;
    std::vector<Real>& start = layer.start.entries();
    const bool off_axis = start.size() == 2 && (start[0] == 0) != (start[1] == 0);
    for (Real& entry : start) {
      if (entry == 0) {
        if (off_axis) entry = core::exact_value(candidate.phase);
      } else if (candidate.scale != 1) {
        entry = core::exact_value(
            store(entry * Real(core::exact_value(candidate.scale)), state_, "a start state"));
      }
    }
    if (candidate.phase != 0 && !off_axis) return {};
  }
  return model;
}

std::string Perturbation::describe(const LockCandidate& candidate) const {
  std::string text;
  const auto moved = [](int step) { return step != 0; };
  if (std::any_of(candidate.ulps.begin(), candidate.ulps.end(), moved)) {
    text = "constants";
    for (std::size_t i = 0; i < constants_.size(); ++i) {
      text += (i == 0 ? " " : ", ") + core::to_string(constants_[i]) + " by ";
      text += (candidate.ulps[i] > 0 ? "+" : "") + std::to_string(candidate.ulps[i]);
    }
    text += " last bits";
  }
  if (candidate.scale != 1 || candidate.phase != 0) {
    text += std::string(text.empty() ? "" : "; ") + "start ";
    const auto model =
        apply({std::vector<int>(constants_.size()), candidate.scale, candidate.phase});
    for (std::size_t l = 0; l < base_.layers.size(); ++l) {
      if (!rotating_[l] || !model) continue;
      std::string entries;
      for (const Real& entry : model->layers[l].start.entries()) {
        entries +=
            (entries.empty() ? "" : ", ") + shortest_text(entry.rational().convert_to<double>());
      }
      text += "(" + entries + ")";
      break;
    }
  }
  return text.empty() ? "as compiled, rounded" : text;
}

}  // namespace statewright::proofs
