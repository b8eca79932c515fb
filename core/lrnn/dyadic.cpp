#include "core/lrnn/dyadic.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/lrnn/input.hpp"

namespace statewright::core {
namespace {

/// k for a denominator 2^k; nothing for others.
std::optional<unsigned long> log2_denominator(const Real& value) {
  if (!value.is_rational()) return {};
  const auto* denominator = mpq_denref(value.rational().backend().data());
  const unsigned long k = mpz_scan1(denominator, 0);
  if (mpz_sizeinbase(denominator, 2) != k + 1) return {};
  return k;
}

bool all_dyadic(const std::vector<Real>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](const Real& x) { return log2_denominator(x).has_value(); });
}

/// Integers over 2^exponent.
struct Scaled {
  std::vector<Integer> entries;
  unsigned long exponent = 0;
};

Scaled scaled(const std::vector<Real>& values) {
  Scaled out;
  for (const Real& value : values) out.exponent = std::max(out.exponent, *log2_denominator(value));
  for (const Real& value : values) {
    out.entries.push_back(numerator_of(value.rational())
                          << (out.exponent - *log2_denominator(value)));
  }
  return out;
}

/// A as its entries other than 0, row by row, and B.
struct Action {
  struct Term {
    std::size_t column;
    Integer value;
  };
  std::vector<std::vector<Term>> rows;
  unsigned long exponent = 0;
  bool has_B = false;
  Scaled B;
};

Action action_of(const Transition& transition, std::size_t n) {
  const Scaled A = scaled(to_matrix(transition, n).entries());
  Action action;
  action.rows.resize(n);
  action.exponent = A.exponent;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (A.entries[i * n + j] != 0) action.rows[i].push_back({j, A.entries[i * n + j]});
    }
  }
  action.has_B = transition.B.has_value();
  if (action.has_B) action.B = scaled(transition.B->entries());
  return action;
}

void add_product(Integer& sum, const Integer& a, const Integer& b) {
  mpz_addmul(sum.backend().data(), a.backend().data(), b.backend().data());
}

struct LayerRun {
  explicit LayerRun(const Layer& layer)
      : n(layer.n), d(layer.d), state(scaled(layer.start.entries())) {
    for (const Transition& transition : layer.table) actions.push_back(action_of(transition, n));
    std::vector<Real> all = layer.readout.W.entries();
    all.insert(all.end(), layer.readout.c.begin(), layer.readout.c.end());
    weights = scaled(all).entries;
    outputs = layer.readout.c.size();
    read_out();
  }

  void step(std::size_t input) {
    const Action& action = actions[input];
    next.assign(n * d, Integer(0));
    for (std::size_t i = 0; i < n; ++i) {
      for (const auto& [column, value] : action.rows[i]) {
        for (std::size_t j = 0; j < d; ++j) {
          add_product(next[i * d + j], value, state.entries[column * d + j]);
        }
      }
    }
    std::swap(state.entries, next);
    state.exponent += action.exponent;
    if (action.has_B) {
      if (action.B.exponent > state.exponent) {
        for (Integer& entry : state.entries) entry <<= (action.B.exponent - state.exponent);
        state.exponent = action.B.exponent;
      }
      const unsigned long shift = state.exponent - action.B.exponent;
      for (std::size_t i = 0; i < n * d; ++i) state.entries[i] += action.B.entries[i] << shift;
    }
    read_out();
  }

  void read_out() {  // scores times a common power of two
    Integer best, score;
    for (std::uint32_t k = 0; k < outputs; ++k) {
      score = weights[outputs * n * d + k] << state.exponent;
      for (std::size_t e = 0; e < n * d; ++e) {
        add_product(score, weights[k * n * d + e], state.entries[e]);
      }
      if (k > 0 && score <= best) continue;
      emitted = k;
      std::swap(best, score);
    }
  }

  std::size_t n, d, outputs = 0;
  std::vector<Action> actions;
  std::vector<Integer> weights;  ///< W row by row, then c, times a power of two
  Scaled state;
  std::vector<Integer> next;
  std::uint32_t emitted = 0;
};

}  // namespace

struct DyadicRun::Data {
  const Model* model;
  std::vector<LayerRun> layers;
};

bool DyadicRun::possible(const Model& model) noexcept {
  return std::all_of(model.layers.begin(), model.layers.end(), [](const Layer& layer) {
    return is_rational(layer) &&
           std::all_of(layer.table.begin(), layer.table.end(),
                       [&](const Transition& transition) {
                         return all_dyadic(to_matrix(transition, layer.n).entries()) &&
                                (!transition.B || all_dyadic(transition.B->entries()));
                       }) &&
           all_dyadic(layer.start.entries()) && all_dyadic(layer.readout.W.entries()) &&
           all_dyadic(layer.readout.c);
  });
}

DyadicRun::DyadicRun(const Model& model) {
  if (!possible(model)) {
    throw Error({Fault::unsupported, "model", "numbers over powers of two", "other numbers"});
  }
  data_ = std::make_unique<Data>(Data{&model, {}});
  for (const Layer& layer : model.layers) data_->layers.emplace_back(layer);
}

DyadicRun::~DyadicRun() = default;
DyadicRun::DyadicRun(DyadicRun&&) noexcept = default;
DyadicRun& DyadicRun::operator=(DyadicRun&&) noexcept = default;

void DyadicRun::read(Letter letter) {
  const Model& model = *data_->model;
  if (letter >= model.letters.size()) {
    throw Error({Fault::range, "word", "a letter below " + std::to_string(model.letters.size()),
                 std::to_string(letter)});
  }
  for (std::size_t i = 0; i < data_->layers.size(); ++i) {
    data_->layers[i].step(input_of(model, model.layers[i], letter,
                                   [&](std::size_t j) { return data_->layers[j].emitted; }));
  }
}

std::uint32_t DyadicRun::output() const noexcept { return data_->layers.back().emitted; }

Step DyadicRun::step() const {
  Step out;
  for (const LayerRun& layer : data_->layers) {
    Matrix<Real> state(layer.n, layer.d);
    const Integer denominator = Integer(1) << layer.state.exponent;
    for (std::size_t e = 0; e < layer.n * layer.d; ++e) {
      state.entries()[e] = Rational(layer.state.entries[e], denominator);
    }
    out.states.push_back(std::move(state));
    out.emitted.push_back(layer.emitted);
  }
  out.output = out.emitted.back();
  return out;
}

std::uint32_t run_fast(const Model& model, std::span<const Letter> word) {
  // Preparing costs a matrix for each input of each layer, which only longer words pay back.
  std::size_t inputs = 0;
  for (const Layer& layer : model.layers) inputs += layer.table.size();
  if (word.size() < 4 * inputs || !DyadicRun::possible(model)) return run(model, word);
  DyadicRun fast(model);
  for (const Letter letter : word) fast.read(letter);
  return fast.output();
}

}  // namespace statewright::core
