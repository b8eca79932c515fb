#include "automata/algebra/modular_matrix.hpp"

#include <utility>

namespace statewright::automata {

std::uint32_t PrimeField::power(std::uint32_t a, std::uint64_t exponent) const {
  std::uint32_t result = 1 % p_;
  for (; exponent > 0; exponent >>= 1U, a = multiply(a, a)) {
    if ((exponent & 1U) != 0) result = multiply(result, a);
  }
  return result;
}

std::vector<std::uint32_t> characteristic_polynomial(const PrimeField& field, ModularMatrix a) {
  // Hessenberg form by similarity, then the recursion of H. Cohen, "A Course in Computational
  // Algebraic Number Theory" (1993), Algorithm 2.2.9.
  const std::size_t n = a.size();
  for (std::size_t m = 1; m + 1 < n; ++m) {
    std::size_t pivot = m;
    while (pivot < n && a[pivot][m - 1] == 0) ++pivot;
    if (pivot == n) continue;
    if (pivot != m) {
      std::swap(a[pivot], a[m]);
      for (auto& row : a) std::swap(row[pivot], row[m]);
    }
    const std::uint32_t inverse = field.inverse(a[m][m - 1]);
    for (std::size_t i = m + 1; i < n; ++i) {
      if (a[i][m - 1] == 0) continue;
      const std::uint32_t u = field.multiply(a[i][m - 1], inverse);
      for (std::size_t j = m - 1; j < n; ++j) {
        a[i][j] = field.subtract(a[i][j], field.multiply(u, a[m][j]));
      }
      for (std::size_t j = 0; j < n; ++j) {
        a[j][m] = field.add(a[j][m], field.multiply(u, a[j][i]));
      }
    }
  }
  std::vector<std::vector<std::uint32_t>> p(n + 1);  // of the leading blocks
  p[0] = {1};
  for (std::size_t m = 1; m <= n; ++m) {
    p[m].assign(m + 1, 0);
    for (std::size_t k = 0; k < m; ++k) {
      p[m][k + 1] = field.add(p[m][k + 1], p[m - 1][k]);
      p[m][k] = field.subtract(p[m][k], field.multiply(a[m - 1][m - 1], p[m - 1][k]));
    }
    std::uint32_t t = 1;
    for (std::size_t i = 1; i < m; ++i) {
      t = field.multiply(t, a[m - i][m - i - 1]);
      const std::uint32_t factor = field.multiply(t, a[m - i - 1][m - 1]);
      for (std::size_t k = 0; k < p[m - i - 1].size(); ++k) {
        p[m][k] = field.subtract(p[m][k], field.multiply(factor, p[m - i - 1][k]));
      }
    }
  }
  return p[n];
}

std::vector<std::uint32_t> roots(const PrimeField& field,
                                 const std::vector<std::uint32_t>& polynomial) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t x = 0; x < field.modulus() && found.size() + 1 < polynomial.size(); ++x) {
    std::uint32_t value = 0;
    for (std::size_t k = polynomial.size(); k-- > 0;) {
      value = field.add(field.multiply(value, x), polynomial[k]);
    }
    if (value == 0) found.push_back(x);
  }
  return found;
}

std::vector<std::size_t> reduce_rows(const PrimeField& field, ModularMatrix& rows) {
  std::vector<std::size_t> pivots;
  const std::size_t columns = rows.empty() ? 0 : rows.front().size();
  for (std::size_t c = 0; c < columns && pivots.size() < rows.size(); ++c) {
    const std::size_t top = pivots.size();
    std::size_t pivot = top;
    while (pivot < rows.size() && rows[pivot][c] == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[pivot], rows[top]);
    const std::uint32_t inverse = field.inverse(rows[top][c]);
    for (std::size_t k = c; k < columns; ++k) rows[top][k] = field.multiply(rows[top][k], inverse);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const std::uint32_t factor = rows[r][c];
      if (r == top || factor == 0) continue;
      for (std::size_t k = c; k < columns; ++k) {
        rows[r][k] = field.subtract(rows[r][k], field.multiply(factor, rows[top][k]));
      }
    }
    pivots.push_back(c);
  }
  rows.resize(pivots.size());
  return pivots;
}

ModularMatrix null_space(const PrimeField& field, ModularMatrix a) {
  const std::size_t columns = a.empty() ? 0 : a.front().size();
  const std::vector<std::size_t> pivots = reduce_rows(field, a);
  ModularMatrix basis;
  std::size_t next = 0;
  for (std::size_t c = 0; c < columns; ++c) {
    if (next < pivots.size() && pivots[next] == c) {
      ++next;
      continue;
    }
    std::vector<std::uint32_t> x(columns, 0);
    x[c] = 1;
    for (std::size_t r = 0; r < pivots.size(); ++r) x[pivots[r]] = field.subtract(0, a[r][c]);
    basis.push_back(std::move(x));
  }
  reduce_rows(field, basis);
  return basis;
}

}  // namespace statewright::automata
