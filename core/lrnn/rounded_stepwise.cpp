// Semantics `stepwise`: every operation rounded, in the order that rounded.hpp states.

#include "core/lrnn/rounded_evaluator.hpp"
#include "core/number/dot.hpp"

namespace statewright::core::detail {
namespace {

struct StoredFactor {
  std::vector<double> v;
  double scale = 0;
  std::vector<std::size_t> support;  ///< entries of v other than 0
};

struct StoredProduct {
  std::vector<StoredFactor> factors;
};
struct StoredDiagonal {
  std::vector<double> entries;
};
struct StoredDense {
  Matrix<double> rows;
};

struct StoredTransition {
  std::variant<StoredProduct, StoredDiagonal, StoredDense> A;
  std::optional<Matrix<double>> B;
};

StoredFactor store(const Householder& factor, const Format& io) {
  StoredFactor result{stored(factor.v, io), stored(scale_of(factor), io), {}};
  for (std::size_t j = 0; j < result.v.size(); ++j) {
    if (result.v[j] != 0) result.support.push_back(j);
  }
  return result;
}

StoredTransition store(const Transition& transition, const Format& io) {
  StoredTransition result;
  if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
    StoredProduct factors;
    for (const Householder& factor : product->factors) factors.factors.push_back(store(factor, io));
    result.A = std::move(factors);
  } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
    result.A = StoredDiagonal{stored(diagonal->entries, io)};
  } else {
    result.A = StoredDense{stored(std::get<Dense>(transition.A).matrix, io)};
  }
  if (transition.B) result.B = stored(*transition.B, io);
  return result;
}

const Format& format_of(const Accumulator& accumulate) {
  static const Format fp32 = parse_format("fp32", "");
  const auto* format = std::get_if<Format>(&accumulate);
  return format != nullptr ? *format : fp32;
}

class Stepwise final : public LayerEvaluator {
 public:
  Stepwise(const Layer& layer, const Semantics& semantics)
      : fl_(format_of(semantics.accumulate),
            {format_of(semantics.accumulate), semantics.io, semantics.state}),
        state_(semantics.state),
        stores_again_(semantics.state != fl_.format()),
        start_(stored(layer.start, semantics.state)) {
    if (const auto* core = std::get_if<TensorCore>(&semantics.accumulate)) {
      core_ = *core;
      input_.emplace(semantics.io);
    }
    for (const Transition& transition : layer.table) {
      table_.push_back(store(transition, semantics.io));
    }
  }

  Matrix<double> start(LayerMemory&, Draw&) const override { return start_; }

  Matrix<double> next(const Matrix<double>& before, std::size_t input, LayerMemory&,
                      Draw& draw) const override {
    const StoredTransition& transition = table_[input];
    const Matrix<double>* B = transition.B ? &*transition.B : nullptr;
    if (const auto* dense = std::get_if<StoredDense>(&transition.A)) {
      return multiply(dense->rows, before, B, draw);
    }
    Matrix<double> h = before;
    if (const auto* product = std::get_if<StoredProduct>(&transition.A)) {
      for (const StoredFactor& factor : product->factors) apply(factor, h, draw);
    } else {
      const auto& entries = std::get<StoredDiagonal>(transition.A).entries;
      for (std::size_t i = 0; i < h.rows(); ++i) {
        for (std::size_t c = 0; c < h.columns(); ++c) {
          h(i, c) = st(fl_.mul(entries[i], h(i, c), draw), draw);
        }
      }
    }
    if (B != nullptr) {
      for (std::size_t i = 0; i < h.entries().size(); ++i) {
        h.entries()[i] = st(fl_.add(h.entries()[i], B->entries()[i], draw), draw);
      }
    }
    return h;
  }

  std::string key(const Matrix<double>& state, const LayerMemory&) const override {
    return bytes_of(state);
  }

 private:
  /// A result as the state keeps it; nothing happens to one that has the state's format.
  double st(double x, Draw& draw) const { return stores_again_ ? state_(x, draw.next()) : x; }

  double input(double x, Draw& draw) const { return (*input_)(x, draw.next()); }

  /// sum_j a_j h_(j,c) over the indices given, as the accumulator forms it.
  template <class Row>
  double dot(const Row& a, const Matrix<double>& h, std::size_t column,
             const std::vector<std::size_t>& support, Draw& draw) const {
    double s = fl_.mul(a(support[0]), h(support[0], column), draw);
    for (std::size_t j = 1; j < support.size(); ++j) {
      s = fl_.add(s, fl_.mul(a(support[j]), h(support[j], column), draw), draw);
    }
    return s;
  }

  template <class Row>
  double core_dot(const Row& a, const Matrix<double>& h, std::size_t column, Draw& draw) const {
    std::vector<double> left(h.rows()), right(h.rows());
    for (std::size_t j = 0; j < h.rows(); ++j) {
      left[j] = a(j);
      right[j] = input(h(j, column), draw);
    }
    return tensor_dot(*core_, input_->format(), left, right, 0.0);
  }

  void apply(const StoredFactor& factor, Matrix<double>& h, Draw& draw) const {
    if (factor.support.empty()) return;
    const auto v = [&](std::size_t j) { return factor.v[j]; };
    for (std::size_t c = 0; c < h.columns(); ++c) {
      const double s = core_ ? core_dot(v, h, c, draw) : dot(v, h, c, factor.support, draw);
      const double w = fl_.mul(factor.scale, s, draw);
      for (const std::size_t j : factor.support) {
        h(j, c) = st(fl_.sub(h(j, c), fl_.mul(factor.v[j], w, draw), draw), draw);
      }
    }
  }

  Matrix<double> multiply(const Matrix<double>& rows, const Matrix<double>& before,
                          const Matrix<double>* B, Draw& draw) const {
    std::vector<std::size_t> all(before.rows());
    for (std::size_t j = 0; j < all.size(); ++j) all[j] = j;
    Matrix<double> after(before.rows(), before.columns());
    for (std::size_t c = 0; c < before.columns(); ++c) {
      for (std::size_t i = 0; i < before.rows(); ++i) {
        const auto row = [&](std::size_t j) { return rows(i, j); };
        double s = core_ ? core_dot(row, before, c, draw) : dot(row, before, c, all, draw);
        if (B != nullptr) s = fl_.add(s, (*B)(i, c), draw);
        after(i, c) = st(s, draw);
      }
    }
    return after;
  }

  Operations fl_;
  Rounder state_;
  bool stores_again_;
  std::optional<TensorCore> core_;
  std::optional<Rounder> input_;  ///< with a tensor core
  Matrix<double> start_;
  std::vector<StoredTransition> table_;
};

}  // namespace

std::unique_ptr<LayerEvaluator> make_stepwise(const Layer& layer, const Semantics& semantics) {
  return std::make_unique<Stepwise>(layer, semantics);
}

}  // namespace statewright::core::detail
