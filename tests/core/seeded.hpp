#pragma once

// Seeded inputs that tests and benchmarks share, so that their figures are about the same numbers.

#include <cmath>
#include <cstdint>
#include <vector>

namespace statewright::seeded {

/// The next of a sequence of 64-bit numbers.
inline std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

/// In [0, 1), a multiple of 2^-53.
inline double unit(std::uint64_t& state) {
  return static_cast<double>(splitmix(state) >> 11) * 0x1p-53;
}

/// Gaussian entries, rows made orthonormal by two passes of Gram-Schmidt, [n, n] row by row.
inline std::vector<double> orthogonal(std::size_t n) {
  std::uint64_t seed = 7 + n;
  std::vector<double> a(n * n);
  for (double& entry : a) {
    const double radius = std::sqrt(-2 * std::log(unit(seed) + 0x1p-54));
    entry = radius * std::cos(6.283185307179586 * unit(seed));
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t k = 0; k < i; ++k) {
        double dot = 0;
        for (std::size_t j = 0; j < n; ++j) dot += a[i * n + j] * a[k * n + j];
        for (std::size_t j = 0; j < n; ++j) a[i * n + j] -= dot * a[k * n + j];
      }
    }
    double norm = 0;
    for (std::size_t j = 0; j < n; ++j) norm += a[i * n + j] * a[i * n + j];
    for (std::size_t j = 0; j < n; ++j) a[i * n + j] /= std::sqrt(norm);
  }
  return a;
}

}  // namespace statewright::seeded
