// Semantics `once` and `cast`: exact products, few roundings.

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/lrnn/rounded_evaluator.hpp"

namespace statewright::core::detail {
namespace {

struct ExactTransition {
  Matrix<Real> A;
  std::optional<Matrix<Real>> B;
};

std::vector<ExactTransition> exact_table(const Layer& layer) {
  std::vector<ExactTransition> table;
  for (const Transition& transition : layer.table) {
    table.push_back({to_matrix(transition, layer.n), transition.B});
  }
  return table;
}

/// Rounds results to the state's format, numbering the roundings.
class Cast {
 public:
  explicit Cast(const Format& format) : format_(format) {}
  double operator()(const Real& value, Draw& draw) const { return rounded(value, format_, draw); }
  double operator()(double value, Draw& draw) const {
    return round_exact(value, format_, draw.next());
  }

 private:
  Format format_;
};

class Once final : public LayerEvaluator {
 public:
  Once(const Layer& layer, const Semantics& semantics)
      : st_(semantics.state),
        start_(stored(layer.start, semantics.state)),
        table_(exact_table(layer)) {}

  Matrix<double> start(LayerMemory&, Draw&) const override { return start_; }

  Matrix<double> next(const Matrix<double>& before, std::size_t input, LayerMemory&,
                      Draw& draw) const override {
    const ExactTransition& transition = table_[input];
    const std::size_t n = before.rows();
    Matrix<double> after(n, before.columns());
    std::vector<Real> column(n);
    for (std::size_t c = 0; c < before.columns(); ++c) {
      bool finite = true;
      for (std::size_t j = 0; j < n; ++j) {
        finite = finite && std::isfinite(before(j, c));
        if (finite) column[j] = exact_value(before(j, c));
      }
      for (std::size_t i = 0; i < n; ++i) {
        if (!finite) {  // no real number A h + B
          after(i, c) = std::numeric_limits<double>::quiet_NaN();
          continue;
        }
        Real sum = transition.B ? (*transition.B)(i, c) : Real(0);
        for (std::size_t j = 0; j < n; ++j) {
          if (transition.A(i, j) != 0) sum += transition.A(i, j) * column[j];
        }
        after(i, c) = st_(sum, draw);
      }
    }
    return after;
  }

  std::string key(const Matrix<double>& state, const LayerMemory&) const override {
    return bytes_of(state);
  }

 private:
  Cast st_;
  Matrix<double> start_;
  std::vector<ExactTransition> table_;
};

/// Sorts, and counts equal summands once.
void normalise(std::vector<std::pair<Matrix<Real>, std::uint64_t>>& summands) {
  std::erase_if(summands, [](const auto& summand) { return is_zero(summand.first); });
  std::sort(summands.begin(), summands.end(),
            [](const auto& a, const auto& b) { return a.first.entries() < b.first.entries(); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < summands.size(); ++i) {
    if (kept > 0 && summands[kept - 1].first == summands[i].first) {
      summands[kept - 1].second += summands[i].second;
    } else {
      if (kept != i) summands[kept] = std::move(summands[i]);
      ++kept;
    }
  }
  summands.resize(kept);
}

void append_exact(const Matrix<Real>& m, std::string& text) {
  for (const Real& entry : m.entries()) text += to_string(entry) + " ";
}

class CastModel final : public LayerEvaluator {
 public:
  CastModel(const Layer& layer, const Semantics& semantics)
      : st_(semantics.state), start_(layer.start), table_(exact_table(layer)) {}

  Matrix<double> start(LayerMemory& memory, Draw& draw) const override {
    memory = CastMemory{start_, {}};
    return shown(std::get<CastMemory>(memory), draw);
  }

  Matrix<double> next(const Matrix<double>&, std::size_t input, LayerMemory& memory,
                      Draw& draw) const override {
    const ExactTransition& transition = table_[input];
    auto& sum = std::get<CastMemory>(memory);
    sum.homogeneous = transition.A * sum.homogeneous;
    for (auto& summand : sum.summands) summand.first = transition.A * summand.first;
    if (transition.B) sum.summands.emplace_back(*transition.B, 1);
    normalise(sum.summands);
    return shown(sum, draw);
  }

  std::string key(const Matrix<double>&, const LayerMemory& memory) const override {
    const auto& sum = std::get<CastMemory>(memory);
    std::string key;
    append_exact(sum.homogeneous, key);
    for (const auto& [summand, count] : sum.summands) {
      key += "+ " + std::to_string(count) + " * ";
      append_exact(summand, key);
    }
    return key + ";";
  }

 private:
  /// st of the exact sum of the casts. Infinities and NaN add as in IEEE 754.
  Matrix<double> shown(const CastMemory& memory, Draw& draw) const {
    const Matrix<Real>& first = memory.homogeneous;
    Matrix<double> state(first.rows(), first.columns());
    for (std::size_t e = 0; e < state.entries().size(); ++e) {
      Rational sum = 0;
      double beyond = 0;
      const auto add = [&](const Real& summand, std::uint64_t count) {
        const double x = st_(summand, draw);
        if (std::isfinite(x)) {
          sum += exact_value(x) * count;
        } else {
          beyond += x;
        }
      };
      add(first.entries()[e], 1);
      for (const auto& [summand, count] : memory.summands) add(summand.entries()[e], count);
      state.entries()[e] =
          beyond != 0 || std::isnan(beyond) ? st_(beyond, draw) : st_(Real(sum), draw);
    }
    return state;
  }

  Cast st_;
  Matrix<Real> start_;
  std::vector<ExactTransition> table_;
};

}  // namespace

std::unique_ptr<LayerEvaluator> make_once(const Layer& layer, const Semantics& semantics) {
  return std::make_unique<Once>(layer, semantics);
}

std::unique_ptr<LayerEvaluator> make_cast(const Layer& layer, const Semantics& semantics) {
  return std::make_unique<CastModel>(layer, semantics);
}

}  // namespace statewright::core::detail
