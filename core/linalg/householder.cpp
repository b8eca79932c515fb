#include "core/linalg/householder.hpp"

namespace statewright::core {

void apply(const Householder& factor, Matrix<Real>& h) {
  // Entries of v that are zero neither add to v . h nor change h; swaps have two others.
  std::vector<std::size_t> support;
  Real squared = 0;
  for (std::size_t i = 0; i < factor.v.size(); ++i) {
    if (factor.v[i] == 0) continue;
    support.push_back(i);
    squared += factor.v[i] * factor.v[i];
  }
  const Real scale = factor.beta / squared;
  for (std::size_t column = 0; column < h.columns(); ++column) {
    Real s = 0;
    for (const std::size_t i : support) {
      if (h(i, column) != 0) s += factor.v[i] * h(i, column);
    }
    if (s == 0) continue;
    s *= scale;
    for (const std::size_t i : support) h(i, column) -= s * factor.v[i];
  }
}

Matrix<Real> to_matrix(const Householder& factor) {
  Matrix<Real> m = Matrix<Real>::identity(factor.v.size());
  apply(factor, m);
  return m;
}

std::vector<Householder> reflections_of(std::span<const std::uint32_t> p) {
  // Swap the right value into place i and follow the cycle: swapping coordinates i and j of the
  // current vector is one reflection, and a cycle of length c needs c - 1 of them.
  //
  // After the swaps so far, coordinate i holds h[at[i]]; `where` is the inverse. Coordinate i must
  // come to hold h[p[i]], which stands at where[p[i]].
  std::vector<std::uint32_t> at(p.size()), where(p.size());
  for (std::uint32_t i = 0; i < p.size(); ++i) at[i] = where[i] = i;
  std::vector<Householder> factors;
  for (std::uint32_t i = 0; i < p.size(); ++i) {
    const std::uint32_t j = where[p[i]];
    if (j == i) continue;
    Householder swap{2, std::vector<Real>(p.size())};
    swap.v[i] = 1;
    swap.v[j] = -1;
    factors.push_back(std::move(swap));
    std::swap(at[i], at[j]);
    where[at[i]] = i;
    where[at[j]] = j;
  }
  return factors;
}

std::size_t cycle_count(std::span<const std::uint32_t> p) {
  std::vector<bool> seen(p.size());
  std::size_t cycles = 0;
  for (std::uint32_t i = 0; i < p.size(); ++i) {
    if (seen[i]) continue;
    ++cycles;
    for (std::uint32_t j = i; !seen[j]; j = p[j]) seen[j] = true;
  }
  return cycles;
}

}  // namespace statewright::core
