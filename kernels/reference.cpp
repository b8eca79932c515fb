#include "kernels/reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "kernels/drawn.hpp"

namespace statewright::kernels {
namespace {

double canonical(double x) { return x != x ? std::numeric_limits<double>::quiet_NaN() : x; }

int exponent_of(double value, int emin) { return std::max(std::ilogb(value), emin); }

/// c + a_0 b_0 + .. as a tensor core adds one group, in whole numbers of the unit.
double add_group(const TensorSpec& core, const double* a, const double* b, std::size_t count,
                 double c) {
  constexpr int kLeastOfFp32 = -126;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double plain = c;
  int most = core.floor_exponent;
  if (c != 0) most = std::max(most, exponent_of(c, kLeastOfFp32));
  for (std::size_t i = 0; i < count; ++i) {
    plain += a[i] * b[i];
    if (a[i] * b[i] == 0 || !std::isfinite(a[i] * b[i])) continue;
    most = std::max(most, exponent_of(a[i], core.input_emin) + exponent_of(b[i], core.input_emin));
  }
  if (!std::isfinite(plain)) return canonical(plain);
  const int unit = most - core.fraction_bits;
  const auto units = [&](double x) { return static_cast<std::int64_t>(std::ldexp(x, -unit)); };
  std::int64_t total = units(c);
  for (std::size_t i = 0; i < count; ++i) total += units(a[i] * b[i]);
  if (total == 0) return 0;
  const double value = std::ldexp(static_cast<double>(total), unit);
  const int grid = exponent_of(value, kLeastOfFp32) - core.significand_bits;
  const double result = std::ldexp(std::trunc(std::ldexp(value, -grid)), grid);
  if (result == 0) return 0;
  return std::fabs(result) < 0x1p128 ? result : std::copysign(kInfinity, result);
}

/// Operations rounded to one format; counters go on by one.
struct Operations {
  const DrawnConstants<double>& carried;
  const WholeFormat* whole;  ///< null: by carriers

  double product(double a, double b, std::uint64_t& counter) const {
    if (whole != nullptr) return canonical(multiply_whole(*whole, a, b, counter++));
    double result;
    multiply_drawn(carried, result, a, b, counter++);
    return canonical(result);
  }
  double sum(double a, double b, std::uint64_t& counter) const {
    if (whole != nullptr) return canonical(add_whole(*whole, a, b, counter++));
    double result;
    add_drawn(carried, result, a, b, counter++);
    return canonical(result);
  }
  double rounded(double x, std::uint64_t& counter) const {
    if (whole != nullptr) return canonical(round_whole(*whole, x, counter++));
    round_drawn(carried, x, counter++);
    return canonical(x);
  }
};

}  // namespace

ReferenceNetwork::ReferenceNetwork(const Network& network, Decide decide)
    : network_(network), decide_(std::move(decide)) {
  validate(network);
  if (needs_whole(network)) {
    whole_ = plan_whole(network);
  } else {
    plan_ = plan_drawn(network.formats);
  }
}

double ReferenceNetwork::product(double a, double b, Counter& counter) const {
  return Operations{plan_.accumulate, whole_ ? &whole_->accumulate : nullptr}.product(a, b,
                                                                                      counter);
}

double ReferenceNetwork::sum(double a, double b, Counter& counter) const {
  return Operations{plan_.accumulate, whole_ ? &whole_->accumulate : nullptr}.sum(a, b, counter);
}

double ReferenceNetwork::stored(double x, Counter& counter) const {
  if (network_.formats.state == network_.formats.accumulate) return x;
  return Operations{plan_.state, whole_ ? &whole_->state : nullptr}.rounded(x, counter);
}

double ReferenceNetwork::tensor_dot(const double* a, const std::vector<double>& h, std::size_t d,
                                    std::size_t column, Counter& counter) const {
  const Operations input{plan_.input, whole_ ? &whole_->input : nullptr};
  std::vector<double> left, right;
  for (std::size_t j = 0; j * d < h.size(); ++j) {
    left.push_back(a[j]);
    right.push_back(input.rounded(h[j * d + column], counter));
  }
  const TensorSpec& core = network_.formats.tensor;
  double sum = 0;
  for (std::size_t begin = 0; begin < left.size(); begin += core.group) {
    const std::size_t end = std::min<std::size_t>(left.size(), begin + core.group);
    sum = add_group(core, &left[begin], &right[begin], end - begin, sum);
  }
  return sum;
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
    if (network_.once) {
      h = multiply_once(i, move, h, counter);
    } else if (move.shape == Network::Shape::dense) {
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
    const bool tensor = network_.formats.tensor.group != 0;
    bool first = true;
    double s = tensor ? tensor_dot(factor.v.data(), h, d, column, counter) : 0;
    for (std::size_t j = 0; j < n && !tensor; ++j) {
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
      const double* row = &move.A[i * layer.n];
      const bool tensor = network_.formats.tensor.group != 0;
      double s = tensor ? tensor_dot(row, h, layer.d, column, counter)
                        : product(row[0], h[column], counter);
      for (std::size_t j = 1; j < layer.n && !tensor; ++j) {
        s = sum(s, product(row[j], h[j * layer.d + column], counter), counter);
      }
      if (!move.B.empty()) s = sum(s, move.B[i * layer.d + column], counter);
      after[i * layer.d + column] = stored(s, counter);
    }
  }
  return after;
}

std::vector<double> ReferenceNetwork::multiply_once(std::size_t index, const Network::Move& move,
                                                    const std::vector<double>& h,
                                                    Counter& counter) const {
  const Network::Layer& layer = network_.layers[index];
  const int base = whole_->base[index];
  std::vector<double> after(h.size());
  for (std::size_t column = 0; column < layer.d; ++column) {
    bool finite = true;
    for (std::size_t j = 0; j < layer.n; ++j) {
      finite = finite && std::isfinite(h[j * layer.d + column]);
    }
    for (std::size_t i = 0; i < layer.n; ++i) {
      ExactTotal<6> total;
      for (std::size_t j = 0; j < layer.n && finite; ++j) {
        total.add(move.A[i * layer.n + j], h[j * layer.d + column], base);
      }
      if (!move.B.empty()) total.add(move.B[i * layer.d + column], 1, base);
      after[i * layer.d + column] = finite ? canonical(total.round(whole_->state, base, counter++))
                                           : std::numeric_limits<double>::quiet_NaN();
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
  const Operations fl{plan_.readout, whole_ ? &whole_->readout : nullptr};
  std::uint32_t best = 0;
  double best_score = 0;
  for (std::uint32_t k = 0; k < layer.outputs(); ++k) {
    const double* row = &layer.W[std::size_t{k} * layer.width()];
    double score = fl.product(row[0], h[0], counter);
    for (std::size_t e = 1; e < h.size(); ++e) {
      const double term = fl.product(row[e], h[e], counter);
      score = fl.sum(score, term, counter);
    }
    score = fl.sum(score, layer.c[k], counter);
    const bool first_number = std::isnan(best_score) && !std::isnan(score);
    if (k == 0 || score > best_score || first_number) {
      best = k;
      best_score = score;
    }
  }
  return best;
}

}  // namespace statewright::kernels
