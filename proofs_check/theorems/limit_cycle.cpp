// Limit cycles of rounding. A linear map with eigenvalues in [0, 1] comes to rest in exact
// arithmetic; with every operation rounded it need not: the last bits can go around for ever
// (digital filters call these zero-input limit cycles). A cycle of period m with an identity
// letter counts modulo m, for words of every length.

#include "proofs_check/theorems/limit_cycle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/lanes.hpp"
#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using core::Layer;
using core::Matrix;
using core::Rational;
using core::Real;
using core::Semantics;
using core::Transition;

constexpr std::size_t kLanes = 64, kSettle = 128, kMostPeriod = 12;

double nearest_double(const Real& x) { return core::round_exact(x, core::Format{}); }

Layer layer_of(const Transition& transition, std::size_t n) {
  Layer layer;
  layer.n = n;
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>(n, 1);
  layer.table = {transition};
  layer.readout = {Matrix<Real>(1, n), std::vector<Real>(1)};
  return layer;
}

double norm(const std::vector<double>& x) {
  double sum = 0;
  for (const double entry : x) sum += entry * entry;
  return std::sqrt(sum);
}

}  // namespace

std::string language_of(Counting counting) {
  return counting == Counting::parity ? "parity" : "mod:3";
}

std::size_t modulus_of(Counting counting) noexcept { return counting == Counting::parity ? 2 : 3; }

/// A letter of several factors as a chunk of its own: all products with the state at its start.
struct ChunkOfOne {
  std::vector<std::vector<double>> keys;  ///< [factors][n]
  std::vector<double> scales;             ///< [factors]
  core::Rounder round;

  ChunkOfOne(const core::GhProduct& product, const core::Format& format) : round(format) {
    for (const core::Householder& factor : product.factors) {
      std::vector<double>& key = keys.emplace_back();
      Real square = 0;
      for (const Real& entry : factor.v) {
        key.push_back(core::round_exact(entry, format));
        square += entry * entry;
      }
      scales.push_back(core::round_exact(factor.beta / square, format));
    }
  }

  /// a_0 b_0 + a_1 b_1 + .., every operation rounded, for each lane: entry(i, lane) of either.
  template <class Left, class Right>
  std::vector<double> dot(std::size_t n, std::size_t lanes, const Left& a, const Right& b) const {
    std::vector<double> sum(lanes), product(lanes);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t l = 0; l < lanes; ++l) product[l] = a(i, l) * b(i, l);
      round.round(product, product);
      if (i == 0) {
        sum = product;
        continue;
      }
      for (std::size_t l = 0; l < lanes; ++l) sum[l] += product[l];
      round.round(sum, sum);
    }
    return sum;
  }

  void step(std::span<double> states, std::size_t n, std::size_t lanes) const {
    const std::vector<double> before(states.begin(), states.end());
    std::vector<std::vector<double>> w;
    std::vector<double> moved(lanes);
    for (std::size_t f = 0; f < keys.size(); ++f) {
      const auto key = [&](std::size_t i, std::size_t) { return keys[f][i]; };
      std::vector<double> u =
          dot(n, lanes, key, [&](std::size_t i, std::size_t l) { return before[i * lanes + l]; });
      for (std::size_t j = 0; j < f; ++j) {
        const double gram =
            dot(n, 1, key, [&](std::size_t i, std::size_t) { return keys[j][i]; })[0];
        for (std::size_t l = 0; l < lanes; ++l) moved[l] = gram * w[j][l];
        round.round(moved, moved);
        for (std::size_t l = 0; l < lanes; ++l) u[l] -= moved[l];
        round.round(u, u);
      }
      for (double& x : u) x *= scales[f];
      round.round(u, u);
      for (std::size_t i = 0; i < n; ++i) {
        const std::span<double> row = states.subspan(i * lanes, lanes);
        for (std::size_t l = 0; l < lanes; ++l) moved[l] = keys[f][i] * u[l];
        round.round(moved, moved);
        for (std::size_t l = 0; l < lanes; ++l) row[l] -= moved[l];
        round.round(row, row);
      }
      w.push_back(std::move(u));
    }
  }
};

struct Stepper::Data {
  std::optional<core::LaneLayer> lanes;
  std::optional<ChunkOfOne> chunk;
  // once
  std::size_t n = 0;
  std::vector<double> A, B;
  std::optional<core::Rounder> round;
};

Stepper::Stepper(const Transition& transition, std::size_t n, const Semantics& semantics)
    : data_(std::make_unique<Data>()) {
  data_->n = n;
  if (semantics.kind == Semantics::Kind::stepwise) {
    data_->lanes.emplace(layer_of(transition, n), semantics);
    return;
  }
  if (const auto* product = std::get_if<core::GhProduct>(&transition.A);
      semantics.kind == Semantics::Kind::chunk && product != nullptr && !transition.B) {
    data_->chunk.emplace(*product, semantics.state);
    return;
  }
  if (semantics.kind != Semantics::Kind::once) {
    throw core::Error({core::Fault::unsupported, "limit cycles",
                       "a number format, mixed formats, once:F, or chunk:F for factors",
                       core::quoted(semantics.id()), "others have no state from step to step"});
  }
  const Matrix<Real> A = core::to_matrix(transition, n);
  for (const Real& entry : A.entries()) {
    data_->A.push_back(nearest_double(entry));
  }
  data_->B.assign(n, 0.0);
  for (std::size_t i = 0; transition.B && i < n; ++i) {
    data_->B[i] = nearest_double((*transition.B)(i, 0));
  }
  data_->round.emplace(semantics.state);
}

Stepper::~Stepper() = default;
Stepper::Stepper(Stepper&&) noexcept = default;
Stepper& Stepper::operator=(Stepper&&) noexcept = default;

void Stepper::step(std::span<double> states, std::size_t lanes) const {
  if (data_->lanes) {
    data_->lanes->step(0, states, lanes);
    return;
  }
  if (data_->chunk) {
    data_->chunk->step(states, data_->n, lanes);
    return;
  }
  const std::size_t n = data_->n;
  std::vector<double> after(states.size(), 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double a = data_->A[i * n + j];
      for (std::size_t l = 0; l < lanes; ++l) after[i * lanes + l] += a * states[j * lanes + l];
    }
    for (std::size_t l = 0; l < lanes; ++l) after[i * lanes + l] += data_->B[i];
  }
  data_->round->round(after, states);
}

std::optional<LimitCycle> find_cycle(const Transition& transition, std::size_t n,
                                     const Semantics& semantics, std::size_t period,
                                     std::uint64_t seed) {
  const Stepper stepper(transition, n, semantics);
  automata::SplitMix64 random(seed);
  std::vector<double> now(n * kLanes);
  for (double& x : now) {
    const double uniform = static_cast<double>(random() >> 11U) * 0x1p-51 - 2;
    x = core::round_exact(uniform, semantics.state);
  }
  for (std::size_t t = 0; t < kSettle; ++t) stepper.step(now, kLanes);
  std::vector<std::vector<double>> later = {now};
  for (std::size_t t = 0; t < kMostPeriod; ++t) {
    later.push_back(later.back());
    stepper.step(later.back(), kLanes);
  }
  const auto equal = [&](std::size_t t, std::size_t lane) {
    for (std::size_t i = 0; i < n; ++i) {
      const double x = later[t][i * kLanes + lane];
      if (!std::isfinite(x) || x != now[i * kLanes + lane]) return false;
    }
    return true;
  };
  std::optional<LimitCycle> best;
  double most = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    std::size_t found = 1;
    while (found <= kMostPeriod && !equal(found, lane)) ++found;
    if (found != period) continue;
    LimitCycle cycle{transition, {}};
    for (std::size_t t = 0; t < period; ++t) {
      std::vector<double> state(n);
      for (std::size_t i = 0; i < n; ++i) state[i] = later[t][i * kLanes + lane];
      cycle.states.push_back(std::move(state));
    }
    const double size = amplitude_of(cycle, n, semantics.state).mean_step;
    if (size <= most) continue;
    most = size;
    best = std::move(cycle);
  }
  return best;
}

std::optional<core::Model> counter_of(const LimitCycle& cycle, std::size_t n, Counting counting) {
  const std::size_t period = cycle.states.size();
  if (period != modulus_of(counting)) return {};
  // The one state that differs from the others: the one after an odd number of letters, or that
  // after none. `gap`: by how much its coordinate is beyond those of all others.
  std::size_t start = 0, coordinate = 0;
  double gap = 0, threshold = 0, sign = 1;
  for (std::size_t special = 0; special < period; ++special) {
    for (std::size_t i = 0; i < n; ++i) {
      for (const double direction : {1.0, -1.0}) {
        double nearest = -std::numeric_limits<double>::infinity();
        for (std::size_t t = 0; t < period; ++t) {
          if (t != special) nearest = std::max(nearest, direction * cycle.states[t][i]);
        }
        const double here = direction * cycle.states[special][i] - nearest;
        if (here <= gap) continue;
        gap = here;
        threshold = nearest;
        sign = direction;
        coordinate = i;
        start = counting == Counting::parity ? 1 - special : special;
      }
    }
  }
  if (gap == 0) return {};
  core::Model model;
  model.letters = core::Alphabet({"0", "1"});
  model.labels = {"reject", "accept"};
  Layer layer = layer_of(cycle.transition, n);
  layer.table.insert(layer.table.begin(), Transition{core::GhProduct{}, {}});
  for (std::size_t i = 0; i < n; ++i) layer.start(i, 0) = core::exact_value(cycle.states[start][i]);
  layer.readout = {Matrix<Real>(2, n), std::vector<Real>(2)};
  layer.readout.W(1, coordinate) = static_cast<int>(sign);
  layer.readout.c[1] = core::exact_value(-threshold);
  model.layers = {std::move(layer)};
  model.about.language = language_of(counting);
  model.about.construction =
      "a limit cycle of rounding: letter 1 leads around " + std::to_string(period) + " states";
  return model;
}

Amplitude amplitude_of(const LimitCycle& cycle, std::size_t n, const core::Format& format) {
  const std::size_t period = cycle.states.size();
  Amplitude amplitude;
  double largest = 0;
  for (const auto& state : cycle.states) largest = std::max(largest, norm(state));
  if (largest == 0) return amplitude;
  for (std::size_t i = 0; i < n; ++i) {
    double low = cycle.states[0][i], high = low;
    for (const auto& state : cycle.states) {
      low = std::min(low, state[i]);
      high = std::max(high, state[i]);
    }
    const double larger = std::max(std::fabs(low), std::fabs(high));
    if (larger > 0) {
      amplitude.ulps = std::max(amplitude.ulps, (high - low) / core::ulp(format, larger));
    }
  }
  const Matrix<Real> A = core::to_matrix(cycle.transition, n);
  std::vector<double> entries;
  for (const Real& entry : A.entries()) entries.push_back(nearest_double(entry));
  const double unit = std::ldexp(largest, -format.precision());
  for (std::size_t t = 0; t < period; ++t) {
    const auto& here = cycle.states[t];
    const auto& next = cycle.states[(t + 1) % period];
    std::vector<double> step(n), error(n);
    for (std::size_t i = 0; i < n; ++i) {
      step[i] = next[i] - here[i];
      error[i] = next[i] - (cycle.transition.B ? nearest_double((*cycle.transition.B)(i, 0)) : 0);
      for (std::size_t j = 0; j < n; ++j) error[i] -= entries[i * n + j] * here[j];
    }
    amplitude.mean_step += norm(step) / unit / static_cast<double>(period);
    amplitude.error = std::max(amplitude.error, norm(error) / unit);
  }
  return amplitude;
}

}  // namespace statewright::proofs
