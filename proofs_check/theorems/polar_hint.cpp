// Newton's iteration Q <- (Q + Q^-T) / 2 from A converges to the orthogonal polar factor of an
// invertible A (Higham 1986). Then reflections along Q e_i - e_i send the columns of Q to those of
// I one after the other, and leave alone what is there already. Entries are rounded to multiples of
// 2^-20 of the largest, which keeps the exact arithmetic that follows small.

#include "proofs_check/theorems/polar_hint.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace statewright::proofs {

using core::Matrix;
using core::Rational;

namespace {

using Doubles = Matrix<double>;

/// Gauss and Jordan with the largest pivots; false if one is tiny.
bool invert(Doubles& m) {
  const std::size_t n = m.rows();
  Doubles inverse = Doubles::identity(n);
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(m(i, k)) > std::abs(m(pivot, k))) pivot = i;
    }
    if (!(std::abs(m(pivot, k)) > 1e-12)) return false;
    for (std::size_t j = 0; j < n; ++j) {
      std::swap(m(k, j), m(pivot, j));
      std::swap(inverse(k, j), inverse(pivot, j));
    }
    const double scale = 1 / m(k, k);
    for (std::size_t j = 0; j < n; ++j) {
      m(k, j) *= scale;
      inverse(k, j) *= scale;
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = m(i, k);
      for (std::size_t j = 0; j < n; ++j) {
        m(i, j) -= factor * m(k, j);
        inverse(i, j) -= factor * inverse(k, j);
      }
    }
  }
  m = std::move(inverse);
  return true;
}

}  // namespace

std::vector<std::vector<Rational>> polar_reflections(const Matrix<Rational>& a) {
  constexpr int kSteps = 60;
  constexpr double kResolution = 1 << 20, kNothing = 1e-9;
  const std::size_t n = a.rows();
  Doubles q(n, n);
  for (std::size_t i = 0; i < n * n; ++i) q.entries()[i] = a.entries()[i].convert_to<double>();
  for (int step = 0; step < kSteps; ++step) {
    Doubles inverse = q;
    if (!invert(inverse)) return {};
    double change = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const double next = 0.5 * (q(i, j) + inverse(j, i));
        change = std::max(change, std::abs(next - q(i, j)));
        q(i, j) = next;
      }
    }
    if (change < 1e-14) break;
  }
  std::vector<std::vector<Rational>> vectors;
  for (std::size_t k = 0; k < n; ++k) {
    std::vector<double> v(n);
    double largest = 0;
    for (std::size_t i = 0; i < n; ++i) {
      v[i] = q(i, k) - (i == k ? 1 : 0);
      largest = std::max(largest, std::abs(v[i]));
    }
    if (!(largest > kNothing)) continue;
    std::vector<Rational> rounded(n);
    for (std::size_t i = 0; i < n; ++i) {
      rounded[i] = static_cast<std::int64_t>(std::nearbyint(v[i] / largest * kResolution));
      v[i] = rounded[i].convert_to<double>() / kResolution;
    }
    double norm = 0;
    for (const double entry : v) norm += entry * entry;
    for (std::size_t j = 0; j < n; ++j) {
      double along = 0;
      for (std::size_t i = 0; i < n; ++i) along += v[i] * q(i, j);
      for (std::size_t i = 0; i < n; ++i) q(i, j) -= 2 * along / norm * v[i];
    }
    vectors.push_back(std::move(rounded));
  }
  return vectors;
}

}  // namespace statewright::proofs
