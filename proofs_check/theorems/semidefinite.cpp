// Linear matrix inequalities by a barrier method (Boyd and Vandenberghe, Convex Optimization,
// chapter 11): maximise t subject to F_i(y) - t 1 > 0 and w.y < 1, from y = 0, t = -1, which is
// strictly inside. -log det is self-concordant, so that Newton's step shortened by 1 / (1 + its
// length) stays inside, and no line search is needed. What is found is for others to round and to
// check.

#include "proofs_check/theorems/semidefinite.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

namespace statewright::proofs {

using Doubles = core::Matrix<double>;

namespace {

/// The lower triangular L with L L^T = s; false unless s is positive definite.
bool cholesky(Doubles& s) {
  const std::size_t n = s.rows();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      for (std::size_t i = j; i < n; ++i) s(i, j) -= s(i, k) * s(j, k);
    }
    if (!(s(j, j) > 0)) return false;
    const double root = std::sqrt(s(j, j));
    for (std::size_t i = j; i < n; ++i) s(i, j) /= root;
    for (std::size_t i = 0; i < j; ++i) s(i, j) = 0;
  }
  return true;
}

/// L^-1 b for every column of b.
void solve_lower(const Doubles& l, Doubles& b) {
  for (std::size_t c = 0; c < b.columns(); ++c) {
    for (std::size_t i = 0; i < l.rows(); ++i) {
      double sum = b(i, c);
      for (std::size_t k = 0; k < i; ++k) sum -= l(i, k) * b(k, c);
      b(i, c) = sum / l(i, i);
    }
  }
}

/// L^-1 m L^-T, m symmetric.
Doubles congruent(const Doubles& l, Doubles m) {
  solve_lower(l, m);
  for (std::size_t i = 0; i < m.rows(); ++i) {
    for (std::size_t j = 0; j < i; ++j) std::swap(m(i, j), m(j, i));
  }
  solve_lower(l, m);
  return m;
}

/// Gradient and Hessian of the barrier at (y, t); false outside.
struct Barrier {
  std::vector<double> gradient;
  Doubles hessian;
};
bool evaluate(const MatrixInequalities& problem, const std::vector<double>& y, double t,
              Barrier& out) {
  const std::size_t variables = y.size();
  out.gradient.assign(variables + 1, 0);
  out.hessian = Doubles(variables + 1, variables + 1);
  for (const std::vector<Doubles>& terms : problem.terms) {
    const std::size_t size = terms.front().rows();
    Doubles f(size, size);
    for (std::size_t j = 0; j < variables; ++j) {
      for (std::size_t e = 0; e < size * size; ++e) {
        f.entries()[e] += y[j] * terms[j].entries()[e];
      }
    }
    for (std::size_t i = 0; i < size; ++i) f(i, i) -= t;
    if (!cholesky(f)) return false;
    std::vector<Doubles> seen;  // L^-1 F_ij L^-T, and last of -1
    for (const Doubles& term : terms) seen.push_back(congruent(f, term));
    Doubles minus(size, size);
    for (std::size_t i = 0; i < size; ++i) minus(i, i) = -1;
    seen.push_back(congruent(f, std::move(minus)));
    for (std::size_t j = 0; j <= variables; ++j) {
      for (std::size_t i = 0; i < size; ++i) out.gradient[j] -= seen[j](i, i);
      for (std::size_t k = 0; k <= j; ++k) {
        double sum = 0;
        for (std::size_t e = 0; e < size * size; ++e) {
          sum += seen[j].entries()[e] * seen[k].entries()[e];
        }
        out.hessian(j, k) += sum;
      }
    }
  }
  double room = 1;
  for (std::size_t j = 0; j < variables; ++j) room -= problem.weights[j] * y[j];
  if (!(room > 0)) return false;
  for (std::size_t j = 0; j < variables; ++j) {
    out.gradient[j] += problem.weights[j] / room;
    for (std::size_t k = 0; k <= j; ++k) {
      out.hessian(j, k) += problem.weights[j] * problem.weights[k] / (room * room);
    }
  }
  for (std::size_t j = 0; j <= variables; ++j) {
    for (std::size_t k = 0; k < j; ++k) out.hessian(k, j) = out.hessian(j, k);
  }
  return true;
}

}  // namespace

std::optional<std::vector<double>> strictly_feasible(const MatrixInequalities& problem,
                                                     const core::Limits& limits) {
  constexpr int kSteps = 500;
  constexpr double kNothing = 1e-9, kFaster = 4, kNear = 0.2;
  const std::size_t variables = problem.weights.size();
  double parameter = 1;  // of the barrier: how far from the best t it may be, times `pressure`
  for (const auto& terms : problem.terms) parameter += static_cast<double>(terms.front().rows());
  std::vector<double> y(variables);
  double t = -1, pressure = parameter;
  Barrier barrier;
  for (int step = 0; step < kSteps && !limits.is_over(); ++step) {
    if (!evaluate(problem, y, t, barrier)) return {};
    barrier.gradient[variables] -= pressure;
    Doubles move(variables + 1, 1);
    for (std::size_t j = 0; j <= variables; ++j) move(j, 0) = -barrier.gradient[j];
    Doubles l = barrier.hessian;
    if (!cholesky(l)) return {};
    solve_lower(l, move);
    double square = 0;
    for (const double m : move.entries()) square += m * m;
    for (std::size_t i = variables + 1; i-- > 0;) {  // L^-T
      double sum = move(i, 0);
      for (std::size_t k = i + 1; k <= variables; ++k) sum -= l(k, i) * move(k, 0);
      move(i, 0) = sum / l(i, i);
    }
    const double length = std::sqrt(square), part = length < kNear ? 1 : 1 / (1 + length);
    for (std::size_t j = 0; j < variables; ++j) y[j] += part * move(j, 0);
    t += part * move(variables, 0);
    if (!(length < kNear)) continue;
    const double gap = parameter / pressure;
    if (t > 0 && gap < t / 4) return y;
    if (t + 2 * gap < kNothing) return {};
    pressure *= kFaster;
  }
  return {};
}

}  // namespace statewright::proofs
