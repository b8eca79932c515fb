// In the cast model the state is exact, and usually no state comes back: A^k H_0 gets ever closer
// to its limit, each time another number. What is read out is a cast of it, and that can be the
// same on a whole ray. Let c be kept by every letter and H_0 = c + e. After a word w the state is c
// + A_w e. States c + s d with one direction d and all 0 < s <= S are taken together if they cast
// to the same values; then the letters lead from them to c + s A d, which is a ray of that kind
// again, with the reach S |A d| / |d|. If finitely many directions turn up and their reaches stop
// growing, every state that any word leads to lies on one of the rays, and reads out as its ray
// does.
//
// The cast is constant on (0, S] iff it takes c_i + S d_i to a value v whose cell, closed, contains
// c_i: cells are intervals. Networks that count beside a midpoint (theorems/straddle.cpp) have c on
// the cells' boundaries, and as many rays as residues.

#include "proofs_check/verify/cast_rays.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/linalg/exact.hpp"
#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using core::Matrix;
using core::Rational;
using core::Real;

constexpr std::size_t kMostRays = 10'000, kMostNumbers = 16;
constexpr int kMostGrowths = 64;  // of a row's reach before it counts as endless

bool nearest(const core::Format& format) {
  return !format.is_fixed() && (format.rounding == core::Rounding::nearest_even ||
                                format.rounding == core::Rounding::nearest_away);
}

Matrix<Rational> rational(const Matrix<Real>& m) {
  Matrix<Rational> out(m.rows(), m.columns());
  for (std::size_t e = 0; e < out.entries().size(); ++e) {
    out.entries()[e] = m.entries()[e].rational();
  }
  return out;
}

class Rays {
 public:
  explicit Rays(const Question& question)
      : question_(question),
        layer_(question.model.layers[0]),
        format_(question.semantics.state),
        n_(layer_.n) {}

  std::optional<Proof> prove() {
    for (const core::Transition& transition : layer_.table) {
      letters_.push_back(rational(core::to_matrix(transition, n_)));
    }
    if (!split()) return {};
    const Dfa& automaton = question_.automaton;
    if (!reach(moving_, automaton.start)) return {};
    const std::size_t most =
        static_cast<std::size_t>(std::min<std::uint64_t>(question_.limits.states(), kMostRays));
    while (!work_.empty()) {
      if (rows_.size() > most || question_.limits.is_over()) return {};
      const std::size_t row = work_.back();
      work_.pop_back();
      const Row from = rows_[row];  // the list grows
      for (std::size_t a = 0; a < letters_.size(); ++a) {
        Matrix<Rational> e = letters_[a] * directions_[from.direction];
        for (Rational& x : e.entries()) x *= from.reach;
        if (!reach(e, automaton.step(from.state, question_.names.letter[a]))) return {};
      }
    }
    Proof proof;
    proof.states = rows_.size();
    return proof;
  }

 private:
  struct Row {
    std::size_t direction;
    State state;  ///< of the automaton
    Rational reach;
    int growths = 0;
  };

  /// H_0 = c + e with A c = c for all letters, e within the least subspace that all letters keep
  /// and that contains what they do to H_0. False if there is no such sum.
  bool split() {
    const Matrix<Rational> start = rational(layer_.start);
    const std::size_t d = layer_.d;
    Matrix<Rational> all(n_ * letters_.size(), n_);
    for (std::size_t a = 0; a < letters_.size(); ++a) {
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t j = 0; j < n_; ++j) {
          all(a * n_ + i, j) = letters_[a](i, j) - (i == j ? 1 : 0);
        }
      }
    }
    std::vector<std::vector<Rational>> basis = core::kernel(all);
    const std::size_t kept = basis.size();
    std::vector<std::vector<Rational>> moved;
    const auto add = [&](std::vector<Rational> x) {
      Matrix<Rational> rows(moved.size() + 1, n_);
      moved.push_back(std::move(x));
      for (std::size_t i = 0; i < moved.size(); ++i) {
        for (std::size_t j = 0; j < n_; ++j) rows(i, j) = moved[i][j];
      }
      if (core::rank(rows) < moved.size()) moved.pop_back();
    };
    for (std::size_t c = 0; c < d; ++c) {
      std::vector<Rational> column(n_);
      for (std::size_t i = 0; i < n_; ++i) column[i] = start(i, c);
      for (const auto& A : letters_) {
        std::vector<Rational> change = A * column;
        for (std::size_t i = 0; i < n_; ++i) change[i] -= column[i];
        add(std::move(change));
      }
    }
    for (std::size_t i = 0; i < moved.size(); ++i) {
      for (const auto& A : letters_) add(A * moved[i]);
    }
    basis.insert(basis.end(), moved.begin(), moved.end());
    if (basis.empty()) return false;
    Matrix<Rational> columns(n_, basis.size());
    for (std::size_t k = 0; k < basis.size(); ++k) {
      for (std::size_t i = 0; i < n_; ++i) columns(i, k) = basis[k][i];
    }
    const auto weights = core::solve(columns, start);
    if (!weights) return false;
    kept_ = Matrix<Rational>(n_, d);
    moving_ = start;
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t c = 0; c < d; ++c) {
        for (std::size_t k = 0; k < kept; ++k) kept_(i, c) += columns(i, k) * (*weights)(k, c);
        moving_(i, c) -= kept_(i, c);
      }
    }
    return true;
  }

  /// Takes the state c + e into a row. False if its ray does not cast to one state as far as it
  /// reaches, if that reads out wrong, or if rows grow on and on.
  bool reach(const Matrix<Rational>& e, State state) {
    Rational size = 0;
    for (const Rational& x : e.entries()) {
      if (x != 0) {
        size = abs(x);
        break;
      }
    }
    Matrix<Rational> direction = e;
    for (Rational& x : direction.entries()) {
      if (size != 0) x /= size;
    }
    const auto [at, is_new_direction] = index_.try_emplace(direction.entries(), directions_.size());
    if (is_new_direction) directions_.push_back(std::move(direction));
    const auto [found, is_new] = row_of_.try_emplace({at->second, state}, rows_.size());
    if (is_new) rows_.push_back({at->second, state, size, 0});
    Row& row = rows_[found->second];
    if (!is_new && size <= row.reach) return true;
    if (!is_new && ++row.growths > kMostGrowths) return false;
    row.reach = size;
    work_.push_back(found->second);
    return is_right(e, state);
  }

  bool is_right(const Matrix<Rational>& e, State state) const {
    std::vector<Rational> shown;
    for (std::size_t i = 0; i < e.entries().size(); ++i) {
      const Rational& c = kept_.entries()[i];
      const double v = core::round_exact(Real(c + e.entries()[i]), format_);
      if (!std::isfinite(v)) return false;
      const auto above = core::next_above(format_, v), below = core::next_below(format_, v);
      if (!above || !below || !std::isfinite(*above) || !std::isfinite(*below)) return false;
      const Rational value = core::exact_value(v);
      if (2 * c > value + core::exact_value(*above) || 2 * c < value + core::exact_value(*below)) {
        return false;
      }
      shown.push_back(value);
    }
    const core::Readout& readout = layer_.readout;
    std::size_t best = 0;
    Rational best_score;
    for (std::size_t k = 0; k < readout.c.size(); ++k) {
      Rational score = readout.c[k].rational();
      for (std::size_t i = 0; i < shown.size(); ++i) {
        score += readout.W(k, i).rational() * shown[i];
      }
      if (k > 0 && score <= best_score) continue;
      best = k;
      best_score = std::move(score);
    }
    return question_.names.label[best] == question_.automaton.output[state];
  }

  const Question& question_;
  const core::Layer& layer_;
  const core::Format& format_;
  std::size_t n_;
  std::vector<Matrix<Rational>> letters_;
  Matrix<Rational> kept_, moving_;  ///< c and e
  std::vector<Matrix<Rational>> directions_;
  std::map<std::vector<Rational>, std::size_t> index_;
  std::vector<Row> rows_;
  std::map<std::pair<std::size_t, State>, std::size_t> row_of_;
  std::vector<std::size_t> work_;
};

}  // namespace

std::optional<Proof> cast_rays(const Question& question) {
  const Model& model = question.model;
  if (question.semantics.kind != core::Semantics::Kind::cast ||
      !nearest(question.semantics.state) || model.layers.size() != 1) {
    return {};
  }
  const core::Layer& layer = model.layers[0];
  if (layer.n > kMostNumbers || layer.reads.size() != 1 || !core::is_rational(layer)) return {};
  for (const core::Transition& transition : layer.table) {
    if (transition.B) return {};
  }
  return Rays(question).prove();
}

}  // namespace statewright::proofs
