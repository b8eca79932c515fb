// The constants of one step: see error_model.hpp for what they mean, a_priori.hpp for why.

#include <algorithm>
#include <utility>
#include <variant>

#include "proofs_check/bounds/error_model.hpp"

namespace statewright::proofs {
namespace {

using core::Format;
using core::Matrix;
using core::Real;

/// A bound m0 + m1 E of something that must not exceed `largest`: the E for which it does not.
double room(double largest, double m0, double m1) {
  const double left = add_down(largest, -m0);
  if (left < 0) return -1;
  return m1 > 0 ? div_down(left, m1) : kInfinite;
}

/// At least |M|_2 of a matrix known entry by entry, [rows, columns].
double norm_up(const std::vector<Interval>& M, std::size_t rows, std::size_t columns) {
  NormUp frobenius;
  std::vector<double> row_sums(rows, 0), column_sums(columns, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      const double size = M[i * columns + j].size();
      frobenius.add(size);
      row_sums[i] = add_up(row_sums[i], size);
      column_sums[j] = add_up(column_sums[j], size);
    }
  }
  const double largest_row = *std::max_element(row_sums.begin(), row_sums.end());
  const double largest_column = *std::max_element(column_sums.begin(), column_sums.end());
  double least = std::min(frobenius.value(), sqrt_up(mul_up(largest_row, largest_column)));
  if (columns > 64) return least;
  // |M|^2 = |M^T M| <= its largest absolute row sum
  double gram = 0;
  for (std::size_t j = 0; j < columns; ++j) {
    double sum = 0;
    for (std::size_t l = 0; l < columns; ++l) {
      Interval product;
      for (std::size_t i = 0; i < rows; ++i) {
        product = product + M[i * columns + j] * M[i * columns + l];
      }
      sum = add_up(sum, product.size());
    }
    gram = std::max(gram, sum);
  }
  return std::min(least, sqrt_up(gram));
}

bool is_orthogonal(const Matrix<Real>& M) {
  for (std::size_t j = 0; j < M.columns(); ++j) {
    for (std::size_t l = j; l < M.columns(); ++l) {
      Real product = 0;
      for (std::size_t i = 0; i < M.rows(); ++i) {
        if (M(i, j) != Real(0) && M(i, l) != Real(0)) product += M(i, j) * M(i, l);
      }
      if (product != Real(j == l ? 1 : 0)) return false;
    }
  }
  return true;
}

double norm_up(const Matrix<Real>& M) {
  std::vector<Interval> entries;
  for (const Real& entry : M.entries()) entries.push_back(enclose(entry));
  return norm_up(entries, M.rows(), M.columns());
}

struct Formats {
  Format state, io, fl;
};

/// What all transitions of `stepwise` have: an addition and the storing of results.
class Stepwise : public StepError {
 public:
  Stepwise(const core::Layer& layer, const core::Transition& transition, const Formats& formats)
      : formats_(formats),
        n_(layer.n),
        d_(layer.d),
        fl_(rounder_of(formats_.fl)),
        st_(rounder_of(formats_.state)),
        largest_(std::min(formats_.fl.largest(), formats_.state.largest())),
        width_(std::sqrt(static_cast<double>(n_ * d_))) {
    width_ = above(width_);
    if (!contains(formats_.state, formats_.fl)) store_ = rounding_error(formats_.state);
    if (!transition.B) return;
    adds_ = true;
    add_ = sum_error(formats_.fl, formats_.fl, formats_.io);
    NormUp off;
    for (const Real& entry : transition.B->entries()) {
      const Interval exact = enclose(entry);
      const double stored = stored_value(entry, formats_.io);
      if (!std::isfinite(stored)) finite_ = false;
      B_.push_back(stored);
      B_size_ = std::max(B_size_, std::fabs(stored));
      if (exact.is_point() && exact.low == stored) continue;
      off.add((Interval{stored, stored} - exact).size());
      same_ = false;
    }
    B_off_ = off.value();
  }
  bool is_finite() const noexcept { return finite_; }

 protected:
  /// Error so far: at most linear |h - H| + delta; entries no larger than size + size_linear E.
  struct Part {
    double delta = 0, cap = kInfinite;
    double size = 0, size_linear = 0;
  };

  /// Adds B, stores in the state's format again where that rounds. `next` bounds the exact result.
  void add_and_store(Part& part, const ExactState& next, bool store) const {
    if (adds_) {
      part.delta = add_up(part.delta, B_off_);
      part.size = add_up(part.size, B_size_);
      round(part, next, add_);
    }
    if (store) round(part, next, store_);
    part.cap = std::min(part.cap, room(largest_, part.size, part.size_linear));
  }
  /// The growth of `linear` by the same operations; `norm` is that of A.
  double linear_after(double linear, bool store) const {
    if (adds_) linear = grown(linear, add_);
    if (store) linear = grown(linear, store_);
    return linear;
  }
  double grown(double linear, RoundingError error) const {
    return add_up(linear, mul_up(error.relative, add_up(norm_, linear)));
  }

  double add_exactly(Exactly& fl, double x, std::size_t entry) const {
    return adds_ ? fl.add(x, B_[entry]) : x;
  }

  Formats formats_;
  std::size_t n_, d_;
  std::optional<core::Rounder> fl_, st_;
  double largest_, width_;
  RoundingError store_, add_;
  std::vector<double> B_;
  double B_size_ = 0, B_off_ = 0;
  bool finite_ = true;
  bool same_ = true;  ///< all parameters are stored exactly

 private:
  /// One more rounding of every entry of a state near `next`.
  void round(Part& part, const ExactState& next, RoundingError error) const {
    if (error.none()) return;
    part.delta = add_up(part.delta, add_up(mul_up(error.relative, add_up(next.norm, part.delta)),
                                           mul_up(error.absolute, width_)));
    part.size = add_up(part.size, add_up(mul_up(error.relative, part.size), error.absolute));
    part.size_linear = add_up(part.size_linear, mul_up(error.relative, part.size_linear));
  }
};

/// A dense matrix or a diagonal, which is one with a single entry in each row.
class MatrixStep final : public Stepwise {
 public:
  MatrixStep(const core::Layer& layer, const core::Transition& transition, const Formats& formats)
      : Stepwise(layer, transition, formats),
        diagonal_(std::holds_alternative<core::Diagonal>(transition.A)) {
    const Matrix<Real> A = core::to_matrix(transition, n_);
    orthogonal_ = is_orthogonal(A);
    norm_ = orthogonal_ ? 1 : norm_up(A);
    std::vector<Interval> off(n_ * n_), coefficients(n_ * n_);
    for (std::size_t i = 0; i < n_; ++i) {
      std::vector<double> row(n_);
      for (std::size_t j = 0; j < n_; ++j) {
        const Interval exact = enclose(A(i, j));
        row[j] = stored_value(A(i, j), formats_.io);
        if (!std::isfinite(row[j])) finite_ = false;
        if (exact.is_point() && exact.low == row[j]) continue;
        off[i * n_ + j] = Interval{row[j], row[j]} - exact;
        same_ = false;
      }
      const SumError sum = left_to_right(row, formats_.fl, formats_.state);
      for (std::size_t j = 0; j < n_; ++j) {
        coefficients[i * n_ + j] = {0, sum.coefficients[j]};
        if (row[j] != 0 || !off[i * n_ + j].is_zero()) {
          entries_.push_back({i, j, row[j], sum.coefficients[j], off[i * n_ + j]});
        }
      }
      size_linear_ = std::max(size_linear_, add_up(sum.size, sum.norm));
      absolute_.push_back(sum.absolute);
    }
    linear_ = add_up(norm_up(off, n_, n_), norm_up(coefficients, n_, n_));
    if (diagonal_) linear_ = grown(linear_, store_);
    linear_ = linear_after(linear_, true);
  }

  At at(const ExactState& state, const ExactState& next) const override {
    if (!finite_) return {kInfinite, -1, false};
    NormUp rounding, storing;
    Part part;
    part.size_linear = size_linear_;
    for (std::size_t c = 0; c < d_; ++c) {
      std::vector<double> error = absolute_, size = absolute_;
      std::vector<Interval> off(n_);
      for (const Entry& e : entries_) {
        const Interval h = state.entries[e.j * d_ + c];
        error[e.i] = add_up(error[e.i], mul_up(e.coefficient, h.size()));
        size[e.i] = add_up(size[e.i], mul_up(add_up(std::fabs(e.a), e.coefficient), h.size()));
        off[e.i] = off[e.i] + e.off * h;
      }
      for (std::size_t i = 0; i < n_; ++i) {
        rounding.add(error[i]);
        storing.add(off[i].size());
        part.size = std::max(part.size, size[i]);
      }
    }
    part.delta = add_up(rounding.value(), storing.value());
    At at;
    at.exact = same_ && state.values && runs_exactly(*state.values);
    if (diagonal_) {
      const Part before = part;
      part.delta = add_up(part.delta, add_up(mul_up(store_.relative, mul_up(before.size, width_)),
                                             mul_up(store_.absolute, width_)));
      part.size = add_up(part.size, add_up(mul_up(store_.relative, part.size), store_.absolute));
    }
    add_and_store(part, next, true);
    at.delta = part.delta;
    at.cap = part.cap;
    return at;
  }

 private:
  struct Entry {
    std::size_t i, j;
    double a, coefficient;
    Interval off;  ///< stored - exact
  };

  bool runs_exactly(const std::vector<double>& h) const {
    Exactly fl(fl_), st(st_);
    for (std::size_t c = 0; c < d_; ++c) {
      std::vector<double> sum(n_, 0);
      for (const Entry& e : entries_) sum[e.i] = fl.add(sum[e.i], fl.mul(e.a, h[e.j * d_ + c]));
      for (std::size_t i = 0; i < n_; ++i) {
        const double kept = diagonal_ ? st.value(sum[i]) : sum[i];
        st.value(add_exactly(fl, kept, i * d_ + c));
      }
    }
    return fl.holds() && st.holds();
  }

  bool diagonal_;
  std::vector<Entry> entries_;    ///< those that are not 0, row by row
  std::vector<double> absolute_;  ///< [n]
  double size_linear_ = 0;
};

/// One generalised Householder factor as stored.
struct Factor {
  std::vector<std::size_t> support;  ///< entries of v other than 0
  std::vector<Interval> exact;       ///< v there
  std::vector<double> v;             ///< stored v there; may be 0
  Interval exact_scale;              ///< beta / (v . v)
  double scale = 0;
  bool same = true, empty = true;  ///< stored exactly; nothing is done
  SumError dot;                    ///< of v . h
  RoundingError times_scale, subtract;
  std::vector<RoundingError> times_v;
  double norm = 1;      ///< |C|
  double linear = 0;    ///< what storing and rounding add
  double w_linear = 0;  ///< |w| and its error, over |h|
  double v_size = 0;    ///< largest |v_i|
};

class ProductStep final : public Stepwise {
 public:
  ProductStep(const core::Layer& layer, const core::Transition& transition, const Formats& formats)
      : Stepwise(layer, transition, formats) {
    const auto& product = std::get<core::GhProduct>(transition.A);
    bool reflections = true;
    double norms = 1;
    for (const core::Householder& factor : product.factors) {
      factors_.push_back(prepare(factor));
      // (N + R) after (n + x): N n, and  (n + x) R + x N
      const Factor& f = factors_.back();
      rest_ = add_up(mul_up(add_up(f.norm, f.linear), rest_), mul_up(f.linear, norms));
      norms = mul_up(norms, f.norm);
      reflections = reflections && (factor.beta == Real(2) || factor.beta == Real(0));
      same_ = same_ && f.same;
    }
    orthogonal_ = reflections;
    norm_ = norms;
    if (!reflections) {
      const Matrix<Real> A = core::to_matrix(transition, n_);
      orthogonal_ = is_orthogonal(A);
      norm_ = orthogonal_ ? 1 : std::min(norms, norm_up(A));
    }
    linear_ = linear_after(rest_, adds_);
  }

  At at(const ExactState& state, const ExactState& next) const override {
    if (!finite_) return {kInfinite, -1, false};
    Part part;  // delta, and how |h - H| has grown
    double grown = 1;
    std::vector<Interval> g = state.entries;
    for (const Factor& f : factors_) {
      part.cap = std::min(part.cap, step(f, g, part, grown));
      grown = mul_up(add_up(f.norm, f.linear), grown);
    }
    part.size_linear = grown;
    part.size = part.delta;
    double largest = 0;
    for (const Interval& entry : g) largest = std::max(largest, entry.size());
    part.size = add_up(part.size, largest);
    add_and_store(part, next, adds_);
    return {part.delta, part.cap, same_ && state.values && runs_exactly(*state.values)};
  }

 private:
  Factor prepare(const core::Householder& factor) {
    Factor f;
    Real square = 0;
    for (const Real& v : factor.v) square += v * v;
    const Real scale = factor.beta / square;
    f.exact_scale = enclose(scale);
    f.scale = stored_value(scale, formats_.io);
    f.same = f.exact_scale.is_point() && f.exact_scale.low == f.scale;
    std::vector<double> v(n_, 0);
    for (std::size_t j = 0; j < n_; ++j) {
      if (factor.v[j] == Real(0)) continue;
      v[j] = stored_value(factor.v[j], formats_.io);
      if (!std::isfinite(v[j])) finite_ = false;
      f.support.push_back(j);
      f.exact.push_back(enclose(factor.v[j]));
      f.v.push_back(v[j]);
      f.same = f.same && f.exact.back().is_point() && f.exact.back().low == v[j];
      f.empty = f.empty && v[j] == 0;
      f.v_size = std::max(f.v_size, std::fabs(v[j]));
      f.times_v.push_back(product_error(formats_.fl, v[j], formats_.fl));
    }
    if (!std::isfinite(f.scale)) finite_ = false;
    const Interval bend = enclose(Real(1) - factor.beta);
    f.norm = n_ > 1 ? std::max(1.0, bend.size()) : bend.size();
    f.dot = left_to_right(f.v, formats_.fl, formats_.state);
    f.times_scale = product_error(formats_.fl, f.scale, formats_.fl);
    f.subtract = sum_error(formats_.fl, formats_.state, formats_.fl);

    const std::size_t k = f.support.size();
    double off = 0;  // |stored C - C|
    if (!f.same) {
      std::vector<Interval> difference(k * k);
      for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
          difference[i * k + j] =
              Interval{f.scale, f.scale} * Interval{f.v[i], f.v[i]} * Interval{f.v[j], f.v[j]} -
              f.exact_scale * f.exact[i] * f.exact[j];
        }
      }
      off = norm_up(difference, k, k);
    }
    f.linear = off;
    if (f.empty) return f;
    const double s = std::fabs(f.scale);
    const double w = mul_up(s, f.dot.size), dot = mul_up(s, f.dot.norm);
    const double w_error = add_up(dot, mul_up(f.times_scale.relative, add_up(w, dot)));
    f.w_linear = add_up(w, w_error);
    NormUp z;
    for (std::size_t i = 0; i < k; ++i) {
      const double v_i = std::fabs(f.v[i]);
      z.add(mul_up(v_i, add_up(w_error, mul_up(f.times_v[i].relative, f.w_linear))));
    }
    double error = z.value();
    const double size = add_up(f.norm, off);
    error = add_up(error, mul_up(f.subtract.relative, add_up(size, error)));
    error = add_up(error, mul_up(store_.relative, add_up(size, error)));
    f.linear = add_up(off, error);
    return f;
  }

  /// One factor on g, which becomes the exact result; the error grows in `part`. Returns the cap.
  double step(const Factor& f, std::vector<Interval>& g, Part& part, double grown) const {
    NormUp storing, rounding;
    double cap = kInfinite;
    const std::size_t k = f.support.size();
    const double s = std::fabs(f.scale), before = part.delta;
    for (std::size_t c = 0; c < d_; ++c) {
      const auto entry = [&](std::size_t i) -> Interval& { return g[f.support[i] * d_ + c]; };
      Interval dot, exact_dot;
      double dot_error = f.dot.absolute, dot_size = 0, largest = 0;
      for (std::size_t i = 0; i < k; ++i) {
        dot = dot + Interval{f.v[i], f.v[i]} * entry(i);
        exact_dot = exact_dot + f.exact[i] * entry(i);
        dot_error = add_up(dot_error, mul_up(f.dot.coefficients[i], entry(i).size()));
        dot_size = add_up(dot_size, mul_up(std::fabs(f.v[i]), entry(i).size()));
        largest = std::max(largest, entry(i).size());
      }
      const Interval w = Interval{f.scale, f.scale} * dot;
      const Interval exact_w = f.exact_scale * exact_dot;
      const double scaled = mul_up(s, dot_error);
      const double w_error = add_up(
          scaled,
          add_up(mul_up(f.times_scale.relative, add_up(w.size(), scaled)), f.times_scale.absolute));
      for (std::size_t i = 0; i < k; ++i) {
        const Interval stored = entry(i) - Interval{f.v[i], f.v[i]} * w;
        const Interval exact = entry(i) - f.exact[i] * exact_w;
        if (!f.same) {
          storing.add((f.exact[i] * exact_w - Interval{f.v[i], f.v[i]} * w).size());
        }
        if (f.v[i] != 0) {
          const double v_i = std::fabs(f.v[i]);
          double error = mul_up(
              v_i, add_up(w_error, mul_up(f.times_v[i].relative, add_up(w.size(), w_error))));
          error = add_up(error, f.times_v[i].absolute);
          for (const RoundingError& one : {f.subtract, store_}) {
            error = add_up(
                error, add_up(mul_up(one.relative, add_up(stored.size(), error)), one.absolute));
          }
          rounding.add(error);
        }
        entry(i) = exact;
      }
      if (f.empty) continue;
      // Sizes for |h - H| <= E: what belongs to H, what to the error so far, what to E.
      const double reach = add_up(f.dot.size, f.dot.norm);
      const double fl = formats_.fl.largest();
      cap = std::min(cap, room(fl, add_up(add_up(dot_size, dot_error), mul_up(reach, before)),
                               mul_up(reach, grown)));
      const double w0 = add_up(add_up(w.size(), w_error), mul_up(f.w_linear, before));
      const double w1 = mul_up(f.w_linear, grown);
      cap = std::min(cap, room(fl, w0, w1));
      const double rounded = 1 + rounding_error(formats_.fl).relative;  // exact: a power of two
      const double absolute = rounding_error(formats_.fl).absolute;
      const double z0 = add_up(mul_up(mul_up(f.v_size, rounded), w0), absolute);
      const double z1 = mul_up(mul_up(f.v_size, rounded), w1);
      cap = std::min(cap, room(fl, z0, z1));
      cap = std::min(cap, room(largest_, add_up(add_up(largest, before), z0), add_up(grown, z1)));
    }
    part.delta =
        add_up(mul_up(add_up(f.norm, f.linear), before), add_up(storing.value(), rounding.value()));
    return cap;
  }

  bool runs_exactly(const std::vector<double>& state) const {
    Exactly fl(fl_), st(st_);
    std::vector<double> h = state;
    for (const Factor& f : factors_) {
      if (f.empty) continue;
      for (std::size_t c = 0; c < d_; ++c) {
        double s = 0;
        for (std::size_t i = 0; i < f.support.size(); ++i) {
          s = fl.add(s, fl.mul(f.v[i], h[f.support[i] * d_ + c]));
        }
        const double w = fl.mul(f.scale, s);
        for (std::size_t i = 0; i < f.support.size(); ++i) {
          double& entry = h[f.support[i] * d_ + c];
          entry = st.value(fl.add(entry, -fl.mul(f.v[i], w)));
        }
      }
    }
    for (std::size_t i = 0; adds_ && i < h.size(); ++i) st.value(add_exactly(fl, h[i], i));
    return fl.holds() && st.holds();
  }

  std::vector<Factor> factors_;
  double rest_ = 0;
};

/// `once`: A h + B exactly, one rounding.
class OnceStep final : public StepError {
 public:
  OnceStep(const core::Layer& layer, const core::Transition& transition, const Format& format)
      : error_(rounding_error(format)), format_(format) {
    const Matrix<Real> A = core::to_matrix(transition, layer.n);
    orthogonal_ = is_orthogonal(A);
    norm_ = orthogonal_ ? 1 : norm_up(A);
    adds_ = transition.B.has_value();
    linear_ = mul_up(error_.relative, norm_);
    width_ = above(std::sqrt(static_cast<double>(layer.n * layer.d)));
  }
  At at(const ExactState&, const ExactState& next) const override {
    double largest = 0;
    for (const Interval& entry : next.entries) largest = std::max(largest, entry.size());
    return {add_up(mul_up(error_.relative, next.norm), mul_up(error_.absolute, width_)),
            room(format_.largest(), largest, norm_), next.values.has_value()};
  }

 private:
  RoundingError error_;
  Format format_;
  double width_ = 0;
};

}  // namespace

double norm_above(const Matrix<Real>& M) { return is_orthogonal(M) ? 1 : norm_up(M); }

std::unique_ptr<StepError> step_error(const core::Layer& layer, std::size_t input,
                                      const core::Semantics& semantics, std::string& why) {
  const core::Transition& transition = layer.table[input];
  if (semantics.kind == core::Semantics::Kind::once) {
    return std::make_unique<OnceStep>(layer, transition, semantics.state);
  }
  if (semantics.kind != core::Semantics::Kind::stepwise) {
    why = "no error bound for this order of evaluation";
    return nullptr;
  }
  const auto* fl = std::get_if<Format>(&semantics.accumulate);
  if (fl == nullptr) {
    why = "no error bound for tensor cores";
    return nullptr;
  }
  Formats formats{semantics.state, semantics.io, *fl};
  const auto finished = [&](auto step) -> std::unique_ptr<StepError> {
    if (!step->is_finite()) why = "a stored parameter is not finite";
    if (!step->is_finite()) return nullptr;
    return step;
  };
  if (std::holds_alternative<core::GhProduct>(transition.A)) {
    return finished(std::make_unique<ProductStep>(layer, transition, formats));
  }
  return finished(std::make_unique<MatrixStep>(layer, transition, formats));
}

}  // namespace statewright::proofs
