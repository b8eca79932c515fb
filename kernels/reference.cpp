#include "kernels/reference.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "kernels/drawn.hpp"

namespace statewright::kernels {
namespace {

double canonical(double x) { return x != x ? std::numeric_limits<double>::quiet_NaN() : x; }

double rounded_product(const DrawnConstants<double>& format, double a, double b,
                       std::uint64_t& counter) {
  double result;
  multiply_drawn(format, result, a, b, counter);
  ++counter;
  return canonical(result);
}

double rounded_sum(const DrawnConstants<double>& format, double a, double b,
                   std::uint64_t& counter) {
  double result;
  add_drawn(format, result, a, b, counter);
  ++counter;
  return canonical(result);
}

}  // namespace

ReferenceNetwork::ReferenceNetwork(const Network& network, Decide decide)
    : network_(network), plan_(plan_drawn(network.formats)), decide_(std::move(decide)) {
  validate(network);
}

double ReferenceNetwork::product(double a, double b, Counter& counter) const {
  return rounded_product(plan_.accumulate, a, b, counter);
}

double ReferenceNetwork::sum(double a, double b, Counter& counter) const {
  return rounded_sum(plan_.accumulate, a, b, counter);
}

double ReferenceNetwork::stored(double x, Counter& counter) const {
  if (!plan_.stores) return x;
  round_drawn(plan_.state, x, counter);
  ++counter;
  return canonical(x);
}

ReferenceNetwork::State ReferenceNetwork::start() const {
  State state;
  Counter counter = 0;
  for (const Network::Layer& layer : network_.layers) {
    state.layers.push_back(layer.start);
    state.emitted.push_back(read_out(layer, layer.start, counter));
  }
  return state;
}

void ReferenceNetwork::step(State& state, std::uint32_t letter) const {
  Counter counter = ++state.position << 32U;
  for (std::size_t i = 0; i < network_.layers.size(); ++i) {
    const Network::Layer& layer = network_.layers[i];
    std::size_t input = 0;
    for (const std::int32_t source : layer.reads) {
      const auto from = static_cast<std::size_t>(source);
      input = source < 0 ? input * network_.letters + letter
                         : input * network_.layers[from].outputs() + state.emitted[from];
    }
    const Network::Move& move = layer.moves[input];
    std::vector<double>& h = state.layers[i];
    if (move.shape == Network::Shape::dense) {
      h = multiply(layer, move, h, counter);
    } else {
      for (const Network::Factor& factor : move.factors) apply(factor, layer.d, h, counter);
      if (move.shape == Network::Shape::diagonal) {
        for (std::size_t e = 0; e < h.size(); ++e) {
          h[e] = stored(product(move.A[e / layer.d], h[e], counter), counter);
        }
      }
      for (std::size_t e = 0; e < move.B.size(); ++e) {
        h[e] = stored(sum(h[e], move.B[e], counter), counter);
      }
    }
    state.emitted[i] = read_out(layer, h, counter);
  }
}

void ReferenceNetwork::apply(const Network::Factor& factor, std::uint32_t d, std::vector<double>& h,
                             Counter& counter) const {
  const std::size_t n = factor.v.size();
  for (std::size_t column = 0; column < d; ++column) {
    bool first = true;
    double s = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (factor.v[j] == 0) continue;
      const double term = product(factor.v[j], h[j * d + column], counter);
      s = first ? term : sum(s, term, counter);
      first = false;
    }
    const double w = product(factor.scale, s, counter);
    for (std::size_t j = 0; j < n; ++j) {
      if (factor.v[j] == 0) continue;
      double& entry = h[j * d + column];
      entry = stored(sum(entry, -product(factor.v[j], w, counter), counter), counter);
    }
  }
}

std::vector<double> ReferenceNetwork::multiply(const Network::Layer& layer,
                                               const Network::Move& move,
                                               const std::vector<double>& h,
                                               Counter& counter) const {
  std::vector<double> after(h.size());
  for (std::size_t column = 0; column < layer.d; ++column) {
    for (std::size_t i = 0; i < layer.n; ++i) {
      double s = product(move.A[i * layer.n], h[column], counter);
      for (std::size_t j = 1; j < layer.n; ++j) {
        s = sum(s, product(move.A[i * layer.n + j], h[j * layer.d + column], counter), counter);
      }
      if (!move.B.empty()) s = sum(s, move.B[i * layer.d + column], counter);
      after[i * layer.d + column] = stored(s, counter);
    }
  }
  return after;
}

std::uint32_t ReferenceNetwork::read_out(const Network::Layer& layer,
                                         const std::vector<double>& h) const {
  Counter counter = 0;
  return read_out(layer, h, counter);
}

std::uint32_t ReferenceNetwork::read_out(const Network::Layer& layer, const std::vector<double>& h,
                                         Counter& counter) const {
  if (decide_) return decide_(static_cast<std::size_t>(&layer - network_.layers.data()), h.data());
  std::uint32_t best = 0;
  double best_score = 0;
  for (std::uint32_t k = 0; k < layer.outputs(); ++k) {
    const double* row = &layer.W[std::size_t{k} * layer.width()];
    double score = rounded_product(plan_.readout, row[0], h[0], counter);
    for (std::size_t e = 1; e < h.size(); ++e) {
      const double term = rounded_product(plan_.readout, row[e], h[e], counter);
      score = rounded_sum(plan_.readout, score, term, counter);
    }
    score = rounded_sum(plan_.readout, score, layer.c[k], counter);
    const bool first_number = std::isnan(best_score) && !std::isnan(score);
    if (k == 0 || score > best_score || first_number) {
      best = k;
      best_score = score;
    }
  }
  return best;
}

}  // namespace statewright::kernels
