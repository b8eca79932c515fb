#include "core/lrnn/mpfr_replay.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <mpfr.h>

#include "core/error.hpp"

namespace statewright::core {
namespace {

/// MPFR keeps its exponent range and its flags for each thread: wide here, the caller's afterwards.
class WideRange {
 public:
  WideRange() : least_(mpfr_get_emin()), largest_(mpfr_get_emax()), flags_(mpfr_flags_save()) {
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  ~WideRange() {
    mpfr_set_emin(least_);
    mpfr_set_emax(largest_);
    mpfr_flags_restore(flags_, MPFR_FLAGS_ALL);
  }
  WideRange(const WideRange&) = delete;
  WideRange& operator=(const WideRange&) = delete;

 private:
  mpfr_exp_t least_, largest_;
  mpfr_flags_t flags_;
};

/// An mpfr_t that is a value.
class Big {
 public:
  Big() { mpfr_init2(x_, 53); }
  Big(const Big& other) {
    mpfr_init2(x_, mpfr_get_prec(other.x_));
    mpfr_set(x_, other.x_, MPFR_RNDN);
  }
  Big& operator=(const Big& other) {
    if (this == &other) return *this;
    mpfr_set_prec(x_, mpfr_get_prec(other.x_));
    mpfr_set(x_, other.x_, MPFR_RNDN);
    return *this;
  }
  ~Big() { mpfr_clear(x_); }

  operator mpfr_ptr() { return x_; }
  operator mpfr_srcptr() const { return x_; }

  bool is_zero() const { return mpfr_zero_p(x_) != 0; }
  bool is_finite() const { return mpfr_number_p(x_) != 0; }

  double as_double() const {
    return mpfr_nan_p(x_) != 0 ? std::numeric_limits<double>::quiet_NaN()
                               : mpfr_get_d(x_, MPFR_RNDN);
  }
  Real as_real() const {
    Rational value;
    mpfr_get_q(value.backend().data(), x_);
    return value;
  }

 private:
  mpfr_t x_;
};

/// Where results go: a number of bits, and the range and overflow rule of a format if there is one.
class Target {
 public:
  explicit Target(int bits) : precision_(bits), rounding_(MPFR_RNDN) {}

  explicit Target(const Format& format) : precision_(format.precision()), format_(format) {
    if (format.is_fixed()) refuse(format, "a floating-point format");
    mpfr_set_d(largest_, format.largest(), MPFR_RNDN);
    switch (format.rounding) {
      case Rounding::nearest_even:
        rounding_ = MPFR_RNDN;
        return;
      case Rounding::toward_zero:
        rounding_ = MPFR_RNDZ;
        return;
      case Rounding::up:
        rounding_ = MPFR_RNDU;
        return;
      case Rounding::down:
        rounding_ = MPFR_RNDD;
        return;
      default:
        refuse(format, "a rounding of MPFR: /rne /rz /ru /rd");
    }
  }

  void mul(Big& out, const Big& a, const Big& b) const {
    mpfr_set_prec(out, precision_);
    finish(out, mpfr_mul(out, a, b, rounding_));
  }
  void add(Big& out, const Big& a, const Big& b) const {
    mpfr_set_prec(out, precision_);
    finish(out, mpfr_add(out, a, b, rounding_));
  }
  void sub(Big& out, const Big& a, const Big& b) const {
    mpfr_set_prec(out, precision_);
    finish(out, mpfr_sub(out, a, b, rounding_));
  }
  void round(Big& out, const Big& a) const {
    mpfr_set_prec(out, precision_);
    finish(out, mpfr_set(out, a, rounding_));
  }

  /// A parameter: zeros are +0.
  Big parameter(const Real& value) const {
    Big result = value.is_rational() ? rounded(value.rational()) : rounded(value.cyclotomic());
    if (result.is_zero()) mpfr_set_zero(result, 1);
    return result;
  }

 private:
  [[noreturn]] static void refuse(const Format& format, const std::string& expected) {
    throw Error({Fault::unsupported, "arithmetic", expected, core::quoted(format.id())});
  }

  Big rounded(const Rational& value) const {
    Big result;
    mpfr_set_prec(result, precision_);
    finish(result, mpfr_set_q(result, value.backend().data(), rounding_));
    return result;
  }

  /// Both ends of an enclosure round alike as soon as it is narrow enough.
  Big rounded(const Cyclotomic& value) const {
    for (int bits = static_cast<int>(precision_) + 32;; bits *= 2) {
      const auto [lower, upper] = value.bounds(bits);
      Big below = rounded(lower), above = rounded(upper);
      const bool both_nan = mpfr_nan_p(below) != 0 && mpfr_nan_p(above) != 0;
      if (both_nan || mpfr_equal_p(below, above) != 0) return below;
    }
  }

  /// What remains once the bits are there: subnormals, then the overflow rule.
  void finish(Big& x, int ternary) const {
    if (!format_ || mpfr_nan_p(x) != 0) return;
    const bool exact_infinity = mpfr_inf_p(x) != 0;
    const int sign = mpfr_signbit(x) != 0 ? -1 : 1;
    if (!exact_infinity) {
      mpfr_set_emin(format_->emin() - format_->precision() + 2);
      ternary = mpfr_check_range(x, ternary, rounding_);
      mpfr_subnormalize(x, ternary, rounding_);
      mpfr_set_emin(mpfr_get_emin_min());
      const double size = std::fabs(mpfr_get_d(x, MPFR_RNDZ));  // beyond double: its largest
      if (!format_->subnormals && size < std::ldexp(1.0, format_->emin())) mpfr_set_zero(x, sign);
      if (mpfr_cmpabs(x, largest_) <= 0) return;
    }
    const bool inwards = rounding_ == MPFR_RNDZ || (rounding_ == MPFR_RNDU && sign < 0) ||
                         (rounding_ == MPFR_RNDD && sign > 0);
    if (format_->overflow == Overflow::saturate || (inwards && !exact_infinity)) {
      mpfr_set_d(x, sign * format_->largest(), MPFR_RNDN);
    } else if (format_->overflow == Overflow::infinity) {
      mpfr_set_inf(x, sign);
    } else {
      mpfr_set_nan(x);
    }
  }

  mpfr_prec_t precision_;
  mpfr_rnd_t rounding_ = MPFR_RNDN;
  std::optional<Format> format_;
  Big largest_;
};

struct Targets {
  Target io, fl, st;
  std::optional<Target> readout;  ///< absent: exact
};

using Column = std::vector<Big>;

struct Factor {
  Column v;
  Big scale;
};

struct StoredTransition {
  const Transition* shape = nullptr;
  std::vector<Factor> factors;
  Column entries;  ///< of a diagonal [n] or a dense matrix [n, n]
  Column addition;
};

Column parameters(const std::vector<Real>& values, const Target& target) {
  Column result;
  for (const Real& value : values) result.push_back(target.parameter(value));
  return result;
}

/// One layer and its present state, row by row.
class LayerReplay {
 public:
  LayerReplay(const Layer& layer, const Targets& targets)
      : layer_(layer), to_(targets), h_(parameters(layer.start.entries(), targets.st)) {
    for (const Transition& transition : layer.table) table_.push_back(store(transition));
    if (!to_.readout) return;
    W_ = parameters(layer.readout.W.entries(), *to_.readout);
    c_ = parameters(layer.readout.c, *to_.readout);
  }

  const Column& state() const { return h_; }

  void step(std::size_t input) {
    const StoredTransition& transition = table_[input];
    const auto& shape = transition.shape->A;
    const bool dense = std::holds_alternative<Dense>(shape);
    for (std::size_t c = 0; c < layer_.d; ++c) {
      if (dense) {
        dense_column(transition, c);
        continue;
      }
      for (const Factor& factor : transition.factors) reflect(factor, c);
      if (std::holds_alternative<Diagonal>(shape)) scale_rows(transition.entries, c);
      if (!transition.addition.empty()) {
        for (std::size_t i = 0; i < layer_.n; ++i) {
          to_.fl.add(x_, at(i, c), transition.addition[i * layer_.d + c]);
          to_.st.round(at(i, c), x_);
        }
      }
    }
  }

  std::uint32_t emit() {
    if (!to_.readout) return exactly();
    std::uint32_t best = 0;
    Big score, best_score;
    for (std::size_t k = 0; k < c_.size(); ++k) {
      for (std::size_t j = 0; j < h_.size(); ++j) {
        to_.readout->mul(x_, W_[k * h_.size() + j], h_[j]);
        if (j == 0) {
          score = x_;
        } else {
          y_ = score;
          to_.readout->add(score, y_, x_);
        }
      }
      y_ = score;
      to_.readout->add(score, y_, c_[k]);
      const bool was_nan = mpfr_nan_p(best_score) != 0 && mpfr_nan_p(score) == 0;
      if (k == 0 || was_nan || mpfr_greater_p(score, best_score) != 0) {
        best = static_cast<std::uint32_t>(k);
        best_score = score;
      }
    }
    return best;
  }

 private:
  Big& at(std::size_t row, std::size_t column) { return h_[row * layer_.d + column]; }

  StoredTransition store(const Transition& transition) const {
    StoredTransition result;
    result.shape = &transition;
    if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
      for (const Householder& factor : product->factors) {
        Real norm = 0;
        for (const Real& x : factor.v) norm = norm + x * x;
        result.factors.push_back(
            {parameters(factor.v, to_.io), to_.io.parameter(factor.beta / norm)});
      }
    } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
      result.entries = parameters(diagonal->entries, to_.io);
    } else {
      result.entries = parameters(std::get<Dense>(transition.A).matrix.entries(), to_.io);
    }
    if (transition.B) result.addition = parameters(transition.B->entries(), to_.io);
    return result;
  }

  /// h <- h - v (scale (v . h)).
  void reflect(const Factor& factor, std::size_t c) {
    Big s, w;
    bool empty = true;
    for (std::size_t j = 0; j < layer_.n; ++j) {
      if (factor.v[j].is_zero()) continue;
      to_.fl.mul(x_, factor.v[j], at(j, c));
      if (empty) {
        s = x_;
      } else {
        y_ = s;
        to_.fl.add(s, y_, x_);
      }
      empty = false;
    }
    if (empty) return;
    to_.fl.mul(w, factor.scale, s);
    for (std::size_t j = 0; j < layer_.n; ++j) {
      if (factor.v[j].is_zero()) continue;
      to_.fl.mul(x_, factor.v[j], w);
      to_.fl.sub(y_, at(j, c), x_);
      to_.st.round(at(j, c), y_);
    }
  }

  void scale_rows(const Column& entries, std::size_t c) {
    for (std::size_t i = 0; i < layer_.n; ++i) {
      to_.fl.mul(x_, entries[i], at(i, c));
      to_.st.round(at(i, c), x_);
    }
  }

  void dense_column(const StoredTransition& transition, std::size_t c) {
    Column sums(layer_.n);
    for (std::size_t i = 0; i < layer_.n; ++i) {
      for (std::size_t j = 0; j < layer_.n; ++j) {
        to_.fl.mul(x_, transition.entries[i * layer_.n + j], at(j, c));
        y_ = sums[i];
        if (j == 0) {
          sums[i] = x_;
        } else {
          to_.fl.add(sums[i], y_, x_);
        }
      }
      if (!transition.addition.empty()) {
        y_ = sums[i];
        to_.fl.add(sums[i], y_, transition.addition[i * layer_.d + c]);
      }
    }
    for (std::size_t i = 0; i < layer_.n; ++i) to_.st.round(at(i, c), sums[i]);
  }

  std::uint32_t exactly() const {
    for (const Big& entry : h_) {
      if (!entry.is_finite()) return 0;
    }
    Matrix<Real> state(layer_.n, layer_.d);
    for (std::size_t e = 0; e < h_.size(); ++e) state.entries()[e] = h_[e].as_real();
    return read_out(layer_.readout, state);
  }

  const Layer& layer_;
  const Targets& to_;
  Column h_;
  std::vector<StoredTransition> table_;
  Column W_, c_;
  Big x_,
      y_;  // intermediate results: MPFR's own output may not be its input where precisions change
};

/// Feeds `word` to all layers and shows each step to `see`(layers, emitted).
template <class See>
void replay(const Model& model, const Targets& targets, std::span<const Letter> word, See see) {
  std::vector<LayerReplay> layers;
  layers.reserve(model.layers.size());
  std::vector<std::uint32_t> emitted;
  for (const Layer& layer : model.layers) {
    layers.emplace_back(layer, targets);
    emitted.push_back(layers.back().emit());
  }
  see(layers, emitted);
  for (const Letter letter : word) {
    if (letter >= model.letters.size()) {
      throw Error({Fault::range, "word", "a letter below " + std::to_string(model.letters.size()),
                   std::to_string(letter)});
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
      std::size_t input = 0;
      for (const Source& source : model.layers[i].reads) {
        const std::size_t radix =
            source.layer ? model.layers[*source.layer].readout.c.size() : model.letters.size();
        input = input * radix + (source.layer ? emitted[*source.layer] : letter);
      }
      layers[i].step(input);
      emitted[i] = layers[i].emit();
    }
    see(layers, emitted);
  }
}

}  // namespace

std::vector<RoundedStep> simulate_mpfr(const Model& model, const Semantics& semantics,
                                       std::span<const Letter> word) {
  const auto* accumulate = std::get_if<Format>(&semantics.accumulate);
  if (semantics.kind != Semantics::Kind::stepwise || accumulate == nullptr) {
    throw Error({Fault::unsupported, "arithmetic",
                 "a semantics that rounds every operation to a floating-point format",
                 core::quoted(semantics.id())});
  }
  const WideRange range;
  Targets targets{Target(semantics.io), Target(*accumulate), Target(semantics.state), {}};
  if (semantics.readout) targets.readout.emplace(*semantics.readout);
  std::vector<RoundedStep> steps;
  steps.reserve(word.size() + 1);
  replay(model, targets, word, [&](const auto& layers, const auto& emitted) {
    RoundedStep step;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      Matrix<double> state(model.layers[i].n, model.layers[i].d);
      for (std::size_t e = 0; e < state.entries().size(); ++e) {
        state.entries()[e] = layers[i].state()[e].as_double();
      }
      step.states.push_back(std::move(state));
    }
    step.emitted = emitted;
    step.output = emitted.back();
    steps.push_back(std::move(step));
  });
  return steps;
}

std::vector<Step> simulate_mpfr_bits(const Model& model, int bits, std::span<const Letter> word) {
  constexpr int kMostBits = 100'000;
  if (bits < 2 || bits > kMostBits) {
    throw Error(
        {Fault::range, "arithmetic", "mpfr:p=P with 2 <= P <= 100000", std::to_string(bits)});
  }
  const WideRange range;
  const Targets targets{Target(bits), Target(bits), Target(bits), Target(bits)};
  std::vector<Step> steps;
  steps.reserve(word.size() + 1);
  replay(model, targets, word, [&](const auto& layers, const auto& emitted) {
    Step step;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      Matrix<Real> state(model.layers[i].n, model.layers[i].d);
      for (std::size_t e = 0; e < state.entries().size(); ++e) {
        state.entries()[e] = layers[i].state()[e].as_real();
      }
      step.states.push_back(std::move(state));
    }
    step.emitted = emitted;
    step.output = emitted.back();
    steps.push_back(std::move(step));
  });
  return steps;
}

}  // namespace statewright::core
