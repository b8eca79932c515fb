// A search of the exact network over dyadic numbers that ends at the first operation which could
// round.
//
// What is checked, of every parameter: that it is stored as it is. Of every product: that it is
// exactly a value of the format of operations. Of every sum t_1 + .. + t_k: with 2^g the greatest
// power of two that all terms are multiples of, that 2^g is no finer than the format's least step
// and that |t_1| + .. + |t_k| <= 2^(g + p), p bits of precision, and at most the largest value.
// Then every sum of some of the terms is a multiple of 2^g of at most that size, which is a value
// of the format; so each operation returns its exact result, in every order and grouping, and with
// fused operations too. By induction over the letters the states are those of exact arithmetic, and
// so are scores and outputs.
//
// Signs of zero. A rounded zero can be -0 where the exact result is 0. There is no division here
// and comparisons take -0 and +0 as equal, so signs of zero never become values: each product with
// a zero is a zero, each sum that has a zero among its terms is the sum of the others. The argument
// above is about values and holds whatever the signs; rows of codes, which tell -0 from +0, have to
// be searched for.

#include "proofs_check/verify/order_free.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>
#include <vector>

#include "core/lrnn/input.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using core::Format;
using core::Matrix;
using core::Real;

constexpr std::uint64_t kMostPairs = 200'000;

/// Thrown where an operation could round.
struct CouldRound {};

/// k such that x != 0 is an odd multiple of 2^k.
int lowest_bit(double x) {
  int exponent = 0;
  const auto significand = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 53));
  return exponent - 53 + std::countr_zero(static_cast<std::uint64_t>(significand));
}

/// Operations in a format that throw CouldRound unless they are exact. Zeros are +0.
class ExactOperations {
 public:
  explicit ExactOperations(const Format& format)
      : format_(format),
        largest_(std::min(format.largest(), -format.lowest())),
        bits_(format.is_fixed() ? format.width() : format.precision()),
        least_step_(format.is_fixed()   ? -format.significand_bits
                    : format.subnormals ? format.emin() - format.significand_bits
                                        : format.emin()) {}

  double value(double x) const {
    if (!std::isfinite(x) || !core::has_value(format_, x)) throw CouldRound{};
    return x + 0.0;
  }

  /// A parameter. The format says which of its values, if any, is the number.
  double parameter(const Real& exact) const {
    const double x = core::round_exact(exact, format_);
    if (!std::isfinite(x) || exact != Real(core::exact_value(x))) throw CouldRound{};
    return x + 0.0;
  }

  double product(double a, double b) const {
    if (a == 0 || b == 0) return 0;
    const double x = a * b;
    // Far from the ends of double's range its error is a double, which fma finds.
    if (!(std::fabs(x) > 0x1p-900 && std::fabs(x) < 0x1p900) || std::fma(a, b, -x) != 0) {
      throw CouldRound{};
    }
    return value(x);
  }

  double sum(std::span<const double> terms) const {
    int g = 0;
    bool any = false;
    for (const double t : terms) {
      if (t == 0) continue;
      g = any ? std::min(g, lowest_bit(t)) : lowest_bit(t);
      any = true;
    }
    if (!any) return 0;
    if (g < least_step_) throw CouldRound{};
    const double most = std::ldexp(1.0, bits_);  // in units of 2^g, as all here; at most 2^53
    double total = 0, result = 0;
    for (const double t : terms) {
      const double units = std::ldexp(t, -g);
      total += std::fabs(units);
      if (total > most) throw CouldRound{};
      result += units;
    }
    if (std::ldexp(total, g) > largest_) throw CouldRound{};
    return std::ldexp(result, g) + 0.0;
  }

 private:
  Format format_;
  double largest_;
  int bits_, least_step_;
};

struct ExactFactor {
  std::vector<std::size_t> support;
  std::vector<double> v;  ///< on the support
  double scale = 0;
};

struct ExactTransition {
  std::vector<ExactFactor> factors;
  std::vector<double> diagonal;  ///< [n], or empty
  std::vector<double> dense;     ///< [n, n], or empty
  std::vector<double> B;         ///< [n d], or empty
};

/// One layer as a lazily explored automaton over its exact states.
class ExactLayer {
 public:
  ExactLayer(const core::Layer& layer, const core::Semantics& semantics)
      : n_(layer.n),
        d_(layer.d),
        io_(semantics.io),
        state_(semantics.state),
        operations_(std::get<Format>(semantics.accumulate)),
        states_(n_ * d_),
        W_(layer.readout.W),
        c_(layer.readout.c) {
    for (const core::Transition& transition : layer.table) table_.push_back(store(transition));
    if (semantics.readout) {
      scores_.emplace(*semantics.readout);
      for (const Real& w : W_.entries()) weights_.push_back(scores_->parameter(w));
      for (const Real& c : c_) bias_.push_back(scores_->parameter(c));
    }
    std::vector<double> start;
    for (const Real& h : layer.start.entries()) start.push_back(state_.parameter(h));
    intern(start);
  }

  std::uint32_t emitted(std::uint32_t id) const { return emitted_[id]; }

  std::uint32_t step(std::uint32_t id, std::size_t input) {
    const std::size_t at = id * table_.size() + input;
    if (successors_[at] != kUnknown) return successors_[at];
    const std::uint64_t* key = states_.key(id);
    std::vector<double> h(n_ * d_);
    for (std::size_t e = 0; e < h.size(); ++e) h[e] = std::bit_cast<double>(key[e]);
    const std::uint32_t next = intern(applied(table_[input], std::move(h)));
    successors_[at] = next;
    return next;
  }

 private:
  static constexpr std::uint32_t kUnknown = 0xffffffffU;

  ExactTransition store(const core::Transition& transition) const {
    ExactTransition result;
    const auto parameters = [&](const std::vector<Real>& values) {
      std::vector<double> out;
      out.reserve(values.size());
      for (const Real& value : values) out.push_back(io_.parameter(value));
      return out;
    };
    if (const auto* product = std::get_if<core::GhProduct>(&transition.A)) {
      for (const core::Householder& factor : product->factors) {
        ExactFactor exact;
        Real norm;
        for (std::size_t j = 0; j < factor.v.size(); ++j) {
          norm += factor.v[j] * factor.v[j];
          if (factor.v[j] == 0) continue;
          exact.support.push_back(j);
          exact.v.push_back(io_.parameter(factor.v[j]));
        }
        exact.scale = io_.parameter(factor.beta / norm);
        result.factors.push_back(std::move(exact));
      }
    } else if (const auto* diagonal = std::get_if<core::Diagonal>(&transition.A)) {
      result.diagonal = parameters(diagonal->entries);
    } else {
      result.dense = parameters(std::get<core::Dense>(transition.A).matrix.entries());
    }
    if (transition.B) result.B = parameters(transition.B->entries());
    return result;
  }

  std::vector<double> applied(const ExactTransition& transition, std::vector<double> h) const {
    if (!transition.dense.empty()) return multiplied(transition, h);
    for (const ExactFactor& factor : transition.factors) apply(factor, h);
    for (std::size_t e = 0; e < h.size() && !transition.diagonal.empty(); ++e) {
      h[e] = state_.value(operations_.product(transition.diagonal[e / d_], h[e]));
    }
    for (std::size_t e = 0; e < transition.B.size(); ++e) h[e] = added({h[e], transition.B[e]});
    return h;
  }

  /// h_j - v_j (scale (v . h)), column by column.
  void apply(const ExactFactor& factor, std::vector<double>& h) const {
    std::vector<double> terms(factor.v.size());
    for (std::size_t c = 0; c < d_; ++c) {
      for (std::size_t k = 0; k < terms.size(); ++k) {
        terms[k] = operations_.product(factor.v[k], h[factor.support[k] * d_ + c]);
      }
      const double w = operations_.product(factor.scale, operations_.sum(terms));
      for (std::size_t k = 0; k < terms.size(); ++k) {
        double& entry = h[factor.support[k] * d_ + c];
        entry = added({entry, -operations_.product(factor.v[k], w)});
      }
    }
  }

  std::vector<double> multiplied(const ExactTransition& transition,
                                 const std::vector<double>& h) const {
    std::vector<double> after(h.size()), terms(n_ + (transition.B.empty() ? 0 : 1));
    for (std::size_t c = 0; c < d_; ++c) {
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t j = 0; j < n_; ++j) {
          terms[j] = operations_.product(transition.dense[i * n_ + j], h[j * d_ + c]);
        }
        if (!transition.B.empty()) terms[n_] = transition.B[i * d_ + c];
        after[i * d_ + c] = state_.value(operations_.sum(terms));
      }
    }
    return after;
  }

  double added(std::initializer_list<double> terms) const {
    return state_.value(operations_.sum(std::span(terms.begin(), terms.size())));
  }

  std::uint32_t intern(const std::vector<double>& state) {
    std::vector<std::uint64_t> key;
    key.reserve(state.size());
    for (const double x : state) key.push_back(std::bit_cast<std::uint64_t>(x + 0.0));
    const auto [id, is_new] = states_.insert(key.data());
    if (is_new) {
      emitted_.push_back(read_out(state));
      successors_.resize(successors_.size() + table_.size(), kUnknown);
    }
    return id;
  }

  std::uint32_t read_out(const std::vector<double>& state) const {
    if (!scores_) {
      Matrix<Real> exact(n_, d_);
      for (std::size_t e = 0; e < state.size(); ++e) {
        exact.entries()[e] = core::exact_value(state[e]);
      }
      return core::read_out(core::Readout{W_, c_}, exact);
    }
    std::uint32_t best = 0;
    double best_score = 0;
    std::vector<double> terms(state.size() + 1);
    for (std::uint32_t k = 0; k < bias_.size(); ++k) {
      for (std::size_t e = 0; e < state.size(); ++e) {
        terms[e] = scores_->product(weights_[k * state.size() + e], state[e]);
      }
      terms[state.size()] = bias_[k];
      const double score = scores_->sum(terms);
      if (k > 0 && score <= best_score) continue;
      best = k;
      best_score = score;
    }
    return best;
  }

  std::size_t n_, d_;
  ExactOperations io_, state_, operations_;
  std::optional<ExactOperations> scores_;
  std::vector<ExactTransition> table_;
  KeyTable<std::uint64_t> states_;  ///< bits of doubles, no -0
  std::vector<std::uint32_t> emitted_, successors_;
  Matrix<Real> W_;
  std::vector<Real> c_;
  std::vector<double> weights_, bias_;
};

}  // namespace

std::optional<std::uint64_t> order_free_pairs(const Question& question) try {
  const core::Model& model = question.model;
  const Dfa& automaton = question.automaton;
  const core::Semantics& semantics = question.semantics;
  const core::Limits& limits = question.limits;
  const Correspondence& names = question.names;
  if (semantics.kind != core::Semantics::Kind::stepwise ||
      !std::holds_alternative<Format>(semantics.accumulate)) {
    return {};
  }
  std::vector<ExactLayer> layers;
  for (const core::Layer& layer : model.layers) layers.emplace_back(layer, semantics);

  const std::size_t width = layers.size() + 1, letters = model.letters.size();
  const auto agrees = [&, last = layers.size() - 1](const std::vector<std::uint32_t>& row) {
    return names.label[layers[last].emitted(row[last])] == automaton.output[row[last + 1]];
  };
  core::Limits most = limits;
  most.max_states = std::min(limits.states(), kMostPairs);
  core::Meter meter(most, "exact states");
  KeyTable<std::uint32_t> rows(width);
  std::vector<std::uint32_t> row(width, 0), next(width);
  row.back() = automaton.start;
  if (!agrees(row)) return {};
  rows.insert(row.data());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (meter.check(rows.size())) return {};
    std::copy_n(rows.key(r), width, row.begin());
    for (Letter a = 0; a < letters; ++a) {
      if (meter.check_time(rows.size())) return {};
      for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::size_t input = core::input_of(
            model, model.layers[i], a, [&](std::size_t j) { return layers[j].emitted(next[j]); });
        next[i] = layers[i].step(row[i], input);
      }
      next.back() = automaton.step(row.back(), names.letter[a]);
      if (!agrees(next)) return {};
      rows.insert(next.data());
    }
  }
  return rows.size();
} catch (const CouldRound&) {
  return {};
}

}  // namespace statewright::proofs
