#include "core/linalg/exact.hpp"

#include <utility>

namespace statewright::core {
namespace {

/// Brings `a` to reduced row echelon form and does the same row operations to `b` (same number of
/// rows; may have no columns). Returns the pivot columns, one per row from the top.
std::vector<std::size_t> reduce(Matrix<Rational>& a, Matrix<Rational>& b) {
  std::vector<std::size_t> pivots;
  for (std::size_t column = 0; column < a.columns() && pivots.size() < a.rows(); ++column) {
    const std::size_t top = pivots.size();
    std::size_t row = top;
    while (row < a.rows() && a(row, column) == 0) ++row;
    if (row == a.rows()) continue;
    for (std::size_t j = 0; j < a.columns(); ++j) std::swap(a(row, j), a(top, j));
    for (std::size_t j = 0; j < b.columns(); ++j) std::swap(b(row, j), b(top, j));
    const Rational pivot = a(top, column);
    for (std::size_t j = column; j < a.columns(); ++j) a(top, j) /= pivot;
    for (std::size_t j = 0; j < b.columns(); ++j) b(top, j) /= pivot;
    for (std::size_t i = 0; i < a.rows(); ++i) {
      if (i == top || a(i, column) == 0) continue;
      const Rational factor = a(i, column);
      for (std::size_t j = column; j < a.columns(); ++j) {
        if (a(top, j) != 0) a(i, j) -= factor * a(top, j);
      }
      for (std::size_t j = 0; j < b.columns(); ++j) {
        if (b(top, j) != 0) b(i, j) -= factor * b(top, j);
      }
    }
    pivots.push_back(column);
  }
  return pivots;
}

/// -1 if some x^T S x < 0; else the number of zero pivots.
std::ptrdiff_t null_pivots(Matrix<Rational> s) {
  const std::size_t n = s.rows();
  std::ptrdiff_t zeros = 0;
  for (std::size_t k = 0; k < n; ++k) {
    if (s(k, k) < 0) return -1;
    if (s(k, k) == 0) {
      // A zero on the diagonal of a semidefinite matrix has a zero row.
      for (std::size_t j = k + 1; j < n; ++j) {
        if (s(k, j) != 0) return -1;
      }
      ++zeros;
      continue;
    }
    for (std::size_t i = k + 1; i < n; ++i) {
      if (s(i, k) == 0) continue;
      const Rational factor = s(i, k) / s(k, k);
      for (std::size_t j = k + 1; j < n; ++j) {
        if (s(k, j) != 0) s(i, j) -= factor * s(k, j);
      }
    }
  }
  return zeros;
}

}  // namespace

Matrix<Rational> transpose(const Matrix<Rational>& a) {
  Matrix<Rational> t(a.columns(), a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.columns(); ++j) t(j, i) = a(i, j);
  }
  return t;
}

Rational dot(const std::vector<Rational>& x, const std::vector<Rational>& y) {
  Rational sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] != 0 && y[i] != 0) sum += x[i] * y[i];
  }
  return sum;
}

std::vector<Rational> operator*(const Matrix<Rational>& a, const std::vector<Rational>& x) {
  std::vector<Rational> y(a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.columns(); ++j) {
      if (a(i, j) != 0 && x[j] != 0) y[i] += a(i, j) * x[j];
    }
  }
  return y;
}

std::size_t rank(Matrix<Rational> a) {
  Matrix<Rational> none(a.rows(), 0);
  return reduce(a, none).size();
}

std::vector<std::vector<Rational>> kernel(Matrix<Rational> a) {
  Matrix<Rational> none(a.rows(), 0);
  const std::vector<std::size_t> pivots = reduce(a, none);
  std::vector<std::vector<Rational>> basis;
  std::size_t next_pivot = 0;
  for (std::size_t column = 0; column < a.columns(); ++column) {
    if (next_pivot < pivots.size() && pivots[next_pivot] == column) {
      ++next_pivot;
      continue;
    }
    std::vector<Rational> x(a.columns());
    x[column] = 1;
    for (std::size_t row = 0; row < pivots.size(); ++row) x[pivots[row]] = -a(row, column);
    basis.push_back(std::move(x));
  }
  return basis;
}

std::optional<Matrix<Rational>> solve(const Matrix<Rational>& a, const Matrix<Rational>& b) {
  Matrix<Rational> left = a, right = b;
  const std::vector<std::size_t> pivots = reduce(left, right);
  for (std::size_t row = pivots.size(); row < a.rows(); ++row) {
    for (std::size_t j = 0; j < b.columns(); ++j) {
      if (right(row, j) != 0) return {};
    }
  }
  Matrix<Rational> x(a.columns(), b.columns());
  for (std::size_t row = 0; row < pivots.size(); ++row) {
    for (std::size_t j = 0; j < b.columns(); ++j) x(pivots[row], j) = right(row, j);
  }
  return x;
}

std::vector<Rational> to_primitive(std::vector<Rational> x) {
  const Integer denominator = common_denominator(x);
  Integer common = 0;
  for (Rational& entry : x) {
    entry *= denominator;
    common = gcd(common, numerator_of(entry));
  }
  if (common == 0) return x;
  for (Rational& entry : x) entry /= common;
  return x;
}

std::vector<std::vector<Rational>> orthogonal_basis(
    const std::vector<std::vector<Rational>>& vectors) {
  std::vector<std::vector<Rational>> basis;
  for (std::vector<Rational> x : vectors) {
    for (const std::vector<Rational>& u : basis) {
      const Rational factor = dot(u, x) / dot(u, u);
      if (factor == 0) continue;
      for (std::size_t i = 0; i < x.size(); ++i) x[i] -= factor * u[i];
    }
    if (dot(x, x) != 0) basis.push_back(to_primitive(std::move(x)));
  }
  return basis;
}

bool is_positive_semidefinite(Matrix<Rational> s) { return null_pivots(std::move(s)) >= 0; }

bool is_positive_definite(Matrix<Rational> s) { return null_pivots(std::move(s)) == 0; }

bool is_contraction(const Matrix<Rational>& a) {
  Matrix<Rational> defect = transpose(a) * a;
  for (std::size_t i = 0; i < defect.rows(); ++i) {
    for (std::size_t j = 0; j < defect.columns(); ++j) {
      defect(i, j) = Rational(i == j ? 1 : 0) - defect(i, j);
    }
  }
  return is_positive_semidefinite(std::move(defect));
}

}  // namespace statewright::core
