#include "proofs_check/verify/layer_machine.hpp"

#include <limits>

namespace statewright::proofs {
namespace {

using core::Real;

constexpr std::uint32_t kUnknown = 0xffffffffU;

std::int64_t times(std::int64_t a, std::int64_t b) {
  std::int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) throw Overflow{};
  return product;
}

std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) throw Overflow{};
  return sum;
}

std::int64_t narrow(const core::Integer& value) {
  if (value < std::numeric_limits<std::int64_t>::min() ||
      value > std::numeric_limits<std::int64_t>::max()) {
    throw Overflow{};
  }
  return static_cast<std::int64_t>(value);
}

/// Copies into the narrower type. Throws Overflow.
template <class Stored>
void store(const std::int64_t* from, std::size_t count, Stored* to) {
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = static_cast<Stored>(from[i]);
    if (to[i] != from[i]) throw Overflow{};
  }
}

/// The entries if all are integers of 64 bits; one pass over what may be millions of rationals.
/// Throws Overflow if one of them does not fit `Stored`.
template <class Stored>
std::optional<std::vector<Stored>> small_integers(const std::vector<Real>& entries) {
  std::vector<Stored> out(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto entry = core::small_integer(entries[i]);
    if (!entry) return {};
    store(&*entry, 1, &out[i]);
  }
  return out;
}

/// The entries times `by`, a common multiple of their denominators. Throws Overflow.
std::vector<std::int64_t> scaled(const std::vector<Real>& entries, const core::Integer& by) {
  std::vector<std::int64_t> out;
  out.reserve(entries.size());
  for (const Real& entry : entries) {
    const core::Rational& value = entry.rational();
    out.push_back(narrow(core::numerator_of(value) * (by / core::denominator_of(value))));
  }
  return out;
}

/// A as 64-bit integers, [n, n]; nothing if an entry of A, or a partial product of its factors, is
/// not an integer. Equal to core::to_matrix where it answers; avoids rationals for the common case
/// of thousands of letters made of swaps.
std::optional<std::vector<std::int64_t>> integer_matrix(const core::Transition& transition,
                                                        std::size_t n) {
  const auto* product = std::get_if<core::GhProduct>(&transition.A);
  if (product == nullptr) {
    return small_integers<std::int64_t>(core::to_matrix(transition, n).entries());
  }
  std::vector<std::int64_t> a(n * n);
  for (std::size_t i = 0; i < n; ++i) a[i * n + i] = 1;
  struct Entry {
    std::size_t row;
    std::int64_t v;
  };
  std::vector<Entry> support;
  std::vector<std::int64_t> dots(n);
  for (const core::Householder& factor : product->factors) {
    // A <- A - (beta / v.v) v (v^T A), with integer v and integer beta / v.v.
    support.clear();
    std::int64_t squared = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto v = core::small_integer(factor.v[i]);
      if (!v) return {};
      if (*v == 0) continue;
      support.push_back({i, *v});
      squared = plus(squared, times(*v, *v));
    }
    const auto beta = core::small_integer(factor.beta);
    if (!beta || *beta % squared != 0) return {};
    const std::int64_t scale = *beta / squared;
    dots.assign(n, 0);
    for (const auto& [row, v] : support) {
      for (std::size_t j = 0; j < n; ++j) dots[j] = plus(dots[j], times(v, a[row * n + j]));
    }
    for (const auto& [row, v] : support) {
      const std::int64_t factor_of_row = times(-scale, v);
      for (std::size_t j = 0; j < n; ++j) {
        a[row * n + j] = plus(a[row * n + j], times(factor_of_row, dots[j]));
      }
    }
  }
  return a;
}

/// The same through rationals, for factors whose product may be integer though they are not.
std::optional<std::vector<std::int64_t>> integer_matrix_through_rationals(
    const core::Transition& transition, std::size_t n) {
  return integer_matrix({core::Dense{core::to_matrix(transition, n)}, {}}, n);
}

}  // namespace

template <class Stored>
std::optional<LayerMachine<Stored>> LayerMachine<Stored>::make(const core::Layer& layer) try {
  if (!core::is_rational(layer)) return {};
  LayerMachine machine(layer.n * layer.d);
  machine.n_ = layer.n;
  machine.d_ = layer.d;
  machine.inputs_ = layer.table.size();

  machine.denominator_ = core::common_denominator(layer.start.entries());
  for (const core::Transition& transition : layer.table) {
    if (!transition.B) continue;
    machine.denominator_ = boost::multiprecision::lcm(
        machine.denominator_, core::common_denominator(transition.B->entries()));
  }

  for (const core::Transition& transition : layer.table) {
    auto a = integer_matrix(transition, layer.n);
    if (!a) a = integer_matrix_through_rationals(transition, layer.n);
    if (!a) return {};
    Action action;
    for (std::size_t i = 0; i < layer.n; ++i) {
      for (std::size_t j = 0; j < layer.n; ++j) {
        const std::int64_t coefficient = (*a)[i * layer.n + j];
        if (coefficient == 0) continue;
        action.terms.push_back({static_cast<std::uint32_t>(j), coefficient});
        if (coefficient == 1) {
          action.gather.push_back(static_cast<std::uint32_t>(j));
        }
      }
      action.row_end.push_back(static_cast<std::uint32_t>(action.terms.size()));
    }
    if (transition.B) action.add = scaled(transition.B->entries(), machine.denominator_);
    bool is_gather = action.gather.size() == layer.n && action.terms.size() == layer.n;
    for (std::size_t i = 0; i < layer.n && is_gather; ++i) is_gather = action.row_end[i] == i + 1;
    if (!is_gather) action.gather.clear();
    machine.actions_.push_back(std::move(action));
  }

  // Scores times (denominator of W and c) times D: a positive factor, so the argmax is the same.
  const core::Readout& readout = layer.readout;
  core::Integer common = 1;
  auto weights = small_integers<Stored>(readout.W.entries());
  auto bias = small_integers<std::int64_t>(readout.c);
  if (!weights || !bias) {
    common = boost::multiprecision::lcm(core::common_denominator(readout.W.entries()),
                                        core::common_denominator(readout.c));
    const std::vector<std::int64_t> wide = scaled(readout.W.entries(), common);
    weights.emplace(wide.size());
    store(wide.data(), wide.size(), weights->data());
    bias = scaled(readout.c, common);
  }
  machine.weights_ = std::move(*weights);
  machine.bias_ = std::move(*bias);
  for (std::int64_t& c : machine.bias_) c = narrow(core::Integer(c) * machine.denominator_);

  // If no bias and all rows of W have one norm, rows can be looked up: see read_out.
  bool one_norm = common == 1 && machine.denominator_ == 1 && readout.c.size() > 4;
  for (std::size_t k = 0; k < readout.c.size() && one_norm; ++k) {
    std::int64_t norm = 0;
    for (std::size_t j = 0; j < layer.n * layer.d; ++j) {
      const std::int64_t w{machine.weights_[k * layer.n * layer.d + j]};
      norm = plus(norm, times(w, w));
    }
    if (k == 0) machine.row_norm_ = norm;
    one_norm = norm == machine.row_norm_ && machine.bias_[k] == 0;
  }
  if (one_norm) {
    const std::size_t width = layer.n * layer.d;
    machine.rows_of_weights_.emplace(width);
    for (std::size_t k = 0; k < readout.c.size(); ++k) {
      if (machine.rows_of_weights_->insert(machine.weights_.data() + k * width).second) {
        machine.first_row_.push_back(static_cast<std::uint32_t>(k));
      }
    }
  }

  machine.intern(scaled(layer.start.entries(), machine.denominator_));
  return machine;
} catch (const Overflow&) {
  return {};
}

template <class Stored>
std::uint32_t LayerMachine<Stored>::step(std::uint32_t id, std::size_t input) {
  if (const std::uint32_t known = successors_[id * inputs_ + input]; known != kUnknown) {
    return known;
  }
  const Action& action = actions_[input];
  const Stored* h = states_.key(id);
  scratch_.assign(n_ * d_, 0);
  if (!action.gather.empty()) {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < d_; ++j) {
        scratch_[i * d_ + j] = std::int64_t{h[action.gather[i] * d_ + j]};
      }
    }
  } else {
    std::size_t term = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      for (; term < action.row_end[i]; ++term) {
        const auto [row, coefficient] = action.terms[term];
        for (std::size_t j = 0; j < d_; ++j) {
          scratch_[i * d_ + j] = plus(scratch_[i * d_ + j], times(coefficient, h[row * d_ + j]));
        }
      }
    }
  }
  for (std::size_t i = 0; i < action.add.size(); ++i)
    scratch_[i] = plus(scratch_[i], action.add[i]);
  const std::uint32_t next = intern(scratch_);
  successors_[id * inputs_ + input] = next;
  return next;
}

template <class Stored>
std::uint32_t LayerMachine<Stored>::intern(const std::vector<std::int64_t>& state) {
  key_.resize(state.size());
  store(state.data(), state.size(), key_.data());
  const auto [id, is_new] = states_.insert(key_.data());
  if (is_new) {
    emitted_.push_back(read_out(key_.data()));
    successors_.resize(successors_.size() + inputs_, kUnknown);
  }
  return id;
}

template <class Stored>
std::uint32_t LayerMachine<Stored>::read_out(const Stored* state) const {
  // Cauchy-Schwarz: if all rows w_k have norm |w| and the state h is itself the row w_i, then
  // <w_k, h> <= |w_k| |h| = |h|^2 = <w_i, h>, with equality only for w_k = h. So the first row
  // equal to h is the first maximiser, and a lookup replaces the loop over all rows.
  if (rows_of_weights_) {
    if (const auto row = rows_of_weights_->find(state)) return first_row_[*row];
  }
  const std::size_t width = n_ * d_;
  std::uint32_t best = 0;
  std::int64_t best_score = 0;
  for (std::uint32_t k = 0; k < bias_.size(); ++k) {
    std::int64_t score = bias_[k];
    const Stored* row = weights_.data() + k * width;
    for (std::size_t j = 0; j < width; ++j)
      score = plus(score, times(std::int64_t{row[j]}, std::int64_t{state[j]}));
    if (k == 0 || score > best_score) {
      best = k;
      best_score = score;
    }
  }
  return best;
}

template <class Stored>
StateTable LayerMachine<Stored>::table() && {
  StateTable out;
  out.width = n_ * d_;
  out.denominator = denominator_;
  out.entries = std::move(states_).release();
  return out;
}

template class LayerMachine<std::int8_t>;
template class LayerMachine<std::int64_t>;

}  // namespace statewright::proofs
