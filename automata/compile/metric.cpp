// Inner products in which every letter is a contraction.
//
// Let the states be affinely independent points. A letter acts on their affine hull by an affine
// map, on differences of states by T_a, and what is asked is a quadratic form G > 0 with T_a^T G
// T_a <= G for all letters: a semidefinite feasibility problem. Its solutions lie on a face, so
// equations come first, all of them necessary and linear in G, over the rationals:
//   an idempotent e of the transition monoid is an orthogonal projection: T_e^T G (1 - T_e) = 0;
//   if e a s = e for some word s (e and e a generate the same right ideal), then |T_a v| = |v| for
//   v in the image of T_e, and as G - T_a^T G T_a >= 0 this means (G - T_a^T G T_a) v = 0.
// Call F_a the span of the vectors v of the second kind. In the space of solutions a barrier method
// (Nesterov and Nemirovskii 1994) maximises t with
//   G >= t,   Q_a^T (G - T_a^T G T_a) Q_a >= t,   trace G <= n,
// Q_a a complement of F_a. If t > 0 is found, the coefficients of G are rounded to fractions with
// denominators 1, 2, 4, .. until the inequalities hold exactly, which they do in the end, since all
// are strict. The rest is a check by rational elimination.

#include "automata/compile/metric.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/linalg/exact.hpp"

namespace statewright::automata {
namespace {

using core::Matrix;
using core::Rational;

constexpr std::size_t kMostStates = 24;

Matrix<Rational> difference_matrix(const std::vector<State>& map, State start) {
  const std::size_t n = map.size();
  const auto place = [&](State q) { return std::size_t{q < start ? q : q - 1}; };
  Matrix<Rational> t(n - 1, n - 1);
  for (State q = 0; q < n; ++q) {
    if (q == start) continue;
    if (map[q] != start) t(place(map[q]), place(q)) += 1;
    if (map[start] != start) t(place(map[start]), place(q)) -= 1;
  }
  return t;
}

std::vector<State> letter_map(const Dfa& dfa, Letter a) {
  std::vector<State> map(dfa.size());
  for (State q = 0; q < dfa.size(); ++q) map[q] = dfa.step(q, a);
  return map;
}

/// G - T^T G T.
Matrix<Rational> defect(const Matrix<Rational>& g, const Matrix<Rational>& t) {
  Matrix<Rational> d = core::transpose(t) * (g * t);
  for (std::size_t i = 0; i < d.entries().size(); ++i) {
    d.entries()[i] = g.entries()[i] - d.entries()[i];
  }
  return d;
}

/// The transition monoid with its right Cayley graph.
struct Monoid {
  std::vector<std::vector<State>> elements;
  std::vector<std::vector<std::size_t>> right;  // [element][letter]
};

std::optional<Monoid> monoid_of(const Dfa& dfa, std::size_t limit) {
  Monoid monoid;
  std::vector<State> identity(dfa.size());
  for (State q = 0; q < dfa.size(); ++q) identity[q] = q;
  std::map<std::vector<State>, std::size_t> number = {{identity, 0}};
  monoid.elements.push_back(identity);
  for (std::size_t i = 0; i < monoid.elements.size(); ++i) {
    monoid.right.emplace_back();
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      std::vector<State> product(dfa.size());
      for (State q = 0; q < dfa.size(); ++q) product[q] = dfa.step(monoid.elements[i][q], a);
      const auto [at, is_new] = number.try_emplace(std::move(product), monoid.elements.size());
      if (is_new) monoid.elements.push_back(at->first);
      if (monoid.elements.size() > limit) return {};
      monoid.right[i].push_back(at->second);
    }
  }
  return monoid;
}

bool reaches(const Monoid& monoid, std::size_t from, std::size_t to) {
  std::vector<bool> seen(monoid.elements.size());
  std::vector<std::size_t> queue = {from};
  seen[from] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    if (queue[i] == to) return true;
    for (const std::size_t next : monoid.right[queue[i]]) {
      if (!seen[next]) queue.push_back(next);
      seen[next] = true;
    }
  }
  return false;
}

/// Linear equations in few unknowns, kept in reduced echelon form.
class Equations {
 public:
  explicit Equations(std::size_t unknowns) : unknowns_(unknowns) {}
  void add(std::vector<Rational> row) {
    for (const auto& [pivot, known] : rows_) {
      if (row[pivot] != 0) subtract(row, row[pivot], known);
    }
    std::size_t pivot = 0;
    while (pivot < unknowns_ && row[pivot] == 0) ++pivot;
    if (pivot == unknowns_) return;
    const Rational lead = row[pivot];
    for (Rational& x : row) x /= lead;
    for (auto& [other, known] : rows_) {
      if (known[pivot] != 0) subtract(known, known[pivot], row);
    }
    rows_.emplace(pivot, std::move(row));
  }
  std::vector<std::vector<Rational>> solutions() const {
    std::vector<std::vector<Rational>> basis;
    for (std::size_t free = 0; free < unknowns_; ++free) {
      if (rows_.count(free) != 0) continue;
      std::vector<Rational> x(unknowns_);
      x[free] = 1;
      for (const auto& [pivot, row] : rows_) x[pivot] = -row[free];
      basis.push_back(std::move(x));
    }
    return basis;
  }

 private:
  static void subtract(std::vector<Rational>& row, const Rational& by,
                       const std::vector<Rational>& other) {
    const Rational factor = by;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (other[i] != 0) row[i] -= factor * other[i];
    }
  }
  std::size_t unknowns_;
  std::map<std::size_t, std::vector<Rational>> rows_;  // by pivot
};

/// Symmetric matrices as vectors: entries on and above the diagonal.
struct Symmetric {
  std::size_t n;
  std::size_t size() const { return n * (n + 1) / 2; }
  std::size_t index(std::size_t i, std::size_t j) const {
    if (i > j) std::swap(i, j);
    return i * n - i * (i + 1) / 2 + j;
  }
  Matrix<Rational> matrix(const std::vector<Rational>& x) const {
    Matrix<Rational> g(n, n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) g(i, j) = x[index(i, j)];
    }
    return g;
  }
};

/// One matrix inequality of the search: sum of x_i slope[i] - t uses_t >= 0 (plus `constant`).
struct Block {
  std::size_t n = 0;
  bool uses_t = true;
  std::vector<double> constant;            // [n, n]
  std::vector<std::vector<double>> slope;  // [variables][n, n]
};

/// Cholesky factor of a positive definite matrix in place (lower); false if it is not one.
bool cholesky(std::vector<double>& a, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      if (i == j) {
        if (!(sum > 1e-13)) return false;
        a[j * n + j] = std::sqrt(sum);
      } else {
        a[i * n + j] = sum / a[j * n + j];
      }
    }
  }
  return true;
}

void solve_cholesky(const std::vector<double>& l, std::size_t n, double* b) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= l[i * n + k] * b[k];
    b[i] /= l[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= l[k * n + i] * b[k];
    b[i] /= l[i * n + i];
  }
}

/// Maximises t by Newton steps on -mu t - sum log det(blocks), mu growing. x[v] = t.
class Barrier {
 public:
  Barrier(std::vector<Block> blocks, std::size_t variables)
      : blocks_(std::move(blocks)), v_(variables), x_(variables + 1) {
    x_[v_] = -1;
    for (const Block& block : blocks_) total_ += static_cast<double>(block.n);
  }

  /// t, after as many steps as it takes to know its sign; nothing if it stays too close to 0.
  std::optional<double> run() {
    for (double mu = 1; mu < 1e9; mu *= 3) {
      for (int step = 0; step < 30; ++step) {
        if (!newton(mu)) break;
      }
      if (x_[v_] > 2 * total_ / mu && x_[v_] > 1e-6) return x_[v_];
      if (x_[v_] + 2 * total_ / mu < 1e-7) return x_[v_];
    }
    return {};
  }
  const std::vector<double>& point() const { return x_; }

 private:
  std::vector<double> value(const Block& block, const std::vector<double>& x) const {
    std::vector<double> m = block.constant;
    for (std::size_t i = 0; i < v_; ++i) {
      if (x[i] == 0) continue;
      for (std::size_t k = 0; k < m.size(); ++k) m[k] += x[i] * block.slope[i][k];
    }
    for (std::size_t k = 0; k < block.n && block.uses_t; ++k) m[k * block.n + k] -= x[v_];
    return m;
  }

  /// The barrier's value, or nothing outside.
  std::optional<double> objective(double mu, const std::vector<double>& x) const {
    double sum = -mu * x[v_];
    for (const Block& block : blocks_) {
      std::vector<double> l = value(block, x);
      if (!cholesky(l, block.n)) return {};
      for (std::size_t k = 0; k < block.n; ++k) sum -= 2 * std::log(l[k * block.n + k]);
    }
    return sum;
  }

  /// False when the step is small.
  bool newton(double mu) {
    const std::size_t size = v_ + 1;
    std::vector<double> gradient(size), hessian(size * size);
    gradient[v_] = -mu;
    for (const Block& block : blocks_) {
      const std::size_t n = block.n;
      std::vector<double> l = value(block, x_);
      if (!cholesky(l, n)) return false;
      // inverse * slope for every variable
      std::vector<std::vector<double>> w(size, std::vector<double>(n * n));
      for (std::size_t i = 0; i < size; ++i) {
        if (i == v_ && !block.uses_t) continue;
        std::vector<double> column(n);
        for (std::size_t c = 0; c < n; ++c) {
          for (std::size_t r = 0; r < n; ++r) {
            column[r] = i == v_ ? (r == c ? -1.0 : 0.0) : block.slope[i][r * n + c];
          }
          solve_cholesky(l, n, column.data());
          for (std::size_t r = 0; r < n; ++r) w[i][r * n + c] = column[r];
        }
        for (std::size_t k = 0; k < n; ++k) gradient[i] -= w[i][k * n + k];
      }
      for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
          double sum = 0;
          for (std::size_t r = 0; r < n; ++r) {
            for (std::size_t c = 0; c < n; ++c) sum += w[i][r * n + c] * w[j][c * n + r];
          }
          hessian[i * size + j] += sum;
          if (i != j) hessian[j * size + i] += sum;
        }
      }
    }
    for (std::size_t i = 0; i < size; ++i) hessian[i * size + i] += 1e-12;
    if (!cholesky(hessian, size)) return false;
    std::vector<double> direction(size);
    for (std::size_t i = 0; i < size; ++i) direction[i] = -gradient[i];
    solve_cholesky(hessian, size, direction.data());
    double slope = 0;
    for (std::size_t i = 0; i < size; ++i) slope += gradient[i] * direction[i];
    if (-slope < 1e-9) return false;
    const auto before = objective(mu, x_);
    for (double length = 1; length > 1e-10; length /= 2) {
      std::vector<double> next = x_;
      for (std::size_t i = 0; i < size; ++i) next[i] += length * direction[i];
      const auto after = objective(mu, next);
      if (after && before && *after <= *before + 0.1 * length * slope) {
        x_ = std::move(next);
        return true;
      }
    }
    return false;
  }

  std::vector<Block> blocks_;
  std::size_t v_;
  double total_ = 0;
  std::vector<double> x_;
};

std::vector<double> to_doubles(const Matrix<Rational>& m) {
  std::vector<double> out;
  for (const Rational& x : m.entries()) out.push_back(x.convert_to<double>());
  return out;
}

}  // namespace

Matrix<Rational> difference_map(const Dfa& dfa, Letter a) {
  return difference_matrix(letter_map(dfa, a), dfa.start);
}

bool is_metric(const Dfa& dfa, const Matrix<Rational>& g) {
  if (!core::is_positive_definite(g)) return false;
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    if (!core::is_positive_semidefinite(defect(g, difference_map(dfa, a)))) return false;
  }
  return true;
}

MetricSearch find_metric(const Dfa& dfa, const core::Limits& limits) {
  constexpr std::uint64_t kElements = 3'000;
  if (dfa.size() > kMostStates) {
    return MetricUnknown{{"at most " + std::to_string(kMostStates) + " states", ""}};
  }
  const std::uint64_t most = limits.max_states.value_or(kElements);
  const auto monoid = monoid_of(dfa, most);
  if (!monoid) {
    return MetricUnknown{
        {"at most " + std::to_string(most) + " elements of the transition monoid", "--max-states"}};
  }
  core::Meter meter(limits, "equations");
  const std::size_t n = dfa.size() - 1, letters = dfa.letters.size();
  const Symmetric symmetric{n};
  std::vector<Matrix<Rational>> t;
  for (Letter a = 0; a < letters; ++a) t.push_back(difference_map(dfa, a));

  // Equations, and the subspaces F_a.
  Equations equations(symmetric.size());
  std::vector<std::vector<std::vector<Rational>>> isometric(letters);
  for (std::size_t i = 0; i < monoid->elements.size(); ++i) {
    const std::vector<State>& e = monoid->elements[i];
    if (!std::all_of(e.begin(), e.end(), [&](State q) { return e[q] == q; })) continue;
    if (auto hit = meter.check(0)) return MetricUnknown{std::move(*hit)};
    const Matrix<Rational> te = difference_matrix(e, dfa.start);
    // (T_e^T G (1 - T_e))_(ij) = sum_(kl) T_ki G_kl (delta_lj - T_lj)
    for (std::size_t r = 0; r < n; ++r) {
      for (std::size_t c = 0; c < n; ++c) {
        std::vector<Rational> row(symmetric.size());
        bool is_zero = true;
        for (std::size_t k = 0; k < n; ++k) {
          if (te(k, r) == 0) continue;
          for (std::size_t l = 0; l < n; ++l) {
            const Rational factor = te(k, r) * (Rational(l == c ? 1 : 0) - te(l, c));
            if (factor == 0) continue;
            row[symmetric.index(k, l)] += factor;
            is_zero = false;
          }
        }
        if (!is_zero) equations.add(std::move(row));
      }
    }
    for (Letter a = 0; a < letters; ++a) {
      if (!reaches(*monoid, monoid->right[i][a], i)) continue;
      for (std::size_t c = 0; c < n; ++c) {
        std::vector<Rational> v(n);
        for (std::size_t r = 0; r < n; ++r) v[r] = te(r, c);
        isometric[a].push_back(std::move(v));
      }
    }
  }
  for (Letter a = 0; a < letters; ++a) {
    isometric[a] = core::orthogonal_basis(isometric[a]);
    for (const std::vector<Rational>& v : isometric[a]) {
      const std::vector<Rational> tv = t[a] * v;
      for (std::size_t r = 0; r < n; ++r) {  // sum_l G_rl v_l - sum_kl T_kr G_kl (T v)_l
        std::vector<Rational> row(symmetric.size());
        for (std::size_t l = 0; l < n; ++l) {
          row[symmetric.index(r, l)] += v[l];
          for (std::size_t k = 0; k < n; ++k) {
            if (t[a](k, r) != 0) row[symmetric.index(k, l)] -= t[a](k, r) * tv[l];
          }
        }
        equations.add(std::move(row));
      }
    }
  }
  const std::vector<std::vector<Rational>> basis = equations.solutions();
  std::vector<Matrix<Rational>> forms;
  forms.reserve(basis.size());
  for (const std::vector<Rational>& x : basis) forms.push_back(symmetric.matrix(x));
  // A difference of states on which every solution vanishes cannot have positive length.
  for (std::size_t i = 0; i < n; ++i) {
    const bool vanishes = std::all_of(forms.begin(), forms.end(),
                                      [&](const Matrix<Rational>& g) { return g(i, i) == 0; });
    if (vanishes) {
      return NoMetric{true,
                      "the equations of idempotents and regular elements leave two states "
                      "without distance"};
    }
  }

  // The search.
  std::vector<Block> blocks;
  const auto add_block = [&](const std::vector<Matrix<Rational>>& slopes, bool uses_t,
                             double constant) {
    Block block;
    block.n = slopes.empty() ? n : slopes[0].rows();
    if (block.n == 0) return;
    block.uses_t = uses_t;
    block.constant.assign(block.n * block.n, 0);
    for (std::size_t k = 0; k < block.n; ++k) block.constant[k * block.n + k] = constant;
    for (const Matrix<Rational>& slope : slopes) block.slope.push_back(to_doubles(slope));
    blocks.push_back(std::move(block));
  };
  add_block(forms, true, 0);
  std::vector<Matrix<Rational>> traces;
  for (const Matrix<Rational>& g : forms) {
    Matrix<Rational> trace(1, 1);
    for (std::size_t i = 0; i < n; ++i) trace(0, 0) -= g(i, i);
    traces.push_back(std::move(trace));
  }
  add_block(traces, false, static_cast<double>(n));
  for (Letter a = 0; a < letters; ++a) {
    // The orthogonal complement of F_a in coordinates is a complement.
    Matrix<Rational> rows(isometric[a].size(), n);
    for (std::size_t i = 0; i < isometric[a].size(); ++i) {
      for (std::size_t j = 0; j < n; ++j) rows(i, j) = isometric[a][i][j];
    }
    const std::vector<std::vector<Rational>> rest = core::kernel(rows);
    Matrix<Rational> q(n, rest.size());
    for (std::size_t j = 0; j < rest.size(); ++j) {
      for (std::size_t i = 0; i < n; ++i) q(i, j) = rest[j][i];
    }
    std::vector<Matrix<Rational>> slopes;
    for (const Matrix<Rational>& g : forms) {
      slopes.push_back(core::transpose(q) * (defect(g, t[a]) * q));
    }
    add_block(slopes, true, 0);
  }
  Barrier barrier(std::move(blocks), forms.size());
  const auto best = barrier.run();
  if (!best)
    return NoMetric{false, "the best form found is singular within the search's precision"};
  if (*best <= 0) {
    return NoMetric{false, "the largest margin found is " + std::to_string(*best) + " < 0"};
  }
  for (int bits = 0; bits <= 40; ++bits) {
    const double scale = std::ldexp(1.0, bits);
    Matrix<Rational> g(n, n);
    for (std::size_t i = 0; i < forms.size(); ++i) {
      const Rational x(static_cast<std::int64_t>(std::llround(barrier.point()[i] * scale)),
                       static_cast<std::int64_t>(scale));
      for (std::size_t k = 0; k < g.entries().size() && x != 0; ++k) {
        g.entries()[k] += x * forms[i].entries()[k];
      }
    }
    if (is_metric(dfa, g)) return Metric{std::move(g)};
  }
  return NoMetric{false, "no rounding of the form found satisfies the inequalities exactly"};
}

}  // namespace statewright::automata
