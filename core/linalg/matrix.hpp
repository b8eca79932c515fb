#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace statewright::core {

/// Small dense matrix over any number, row-major. A value: copies copy.
template <class Number>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), entries_(rows * columns, Number(0)) {}

  static Matrix identity(std::size_t n) {
    Matrix m(n, n);
    for (std::size_t i = 0; i < n; ++i) m(i, i) = Number(1);
    return m;
  }
  static Matrix column(std::vector<Number> entries) {
    Matrix m;
    m.rows_ = entries.size();
    m.columns_ = 1;
    m.entries_ = std::move(entries);
    return m;
  }

  std::size_t rows() const noexcept { return rows_; }
  std::size_t columns() const noexcept { return columns_; }
  Number& operator()(std::size_t row, std::size_t column) {
    return entries_[row * columns_ + column];
  }
  const Number& operator()(std::size_t row, std::size_t column) const {
    return entries_[row * columns_ + column];
  }
  /// All entries, row by row: [rows * columns].
  const std::vector<Number>& entries() const noexcept { return entries_; }
  std::vector<Number>& entries() noexcept { return entries_; }

  bool operator==(const Matrix&) const = default;

 private:
  std::size_t rows_ = 0, columns_ = 0;
  std::vector<Number> entries_;
};

/// a b. Shapes [r, k] and [k, c]; the caller guarantees that they fit. Cost: r k c products.
template <class Number>
Matrix<Number> operator*(const Matrix<Number>& a, const Matrix<Number>& b) {
  Matrix<Number> product(a.rows(), b.columns());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t k = 0; k < a.columns(); ++k) {
      if (a(i, k) == Number(0)) continue;
      for (std::size_t j = 0; j < b.columns(); ++j) product(i, j) += a(i, k) * b(k, j);
    }
  }
  return product;
}

template <class Number>
Matrix<Number> operator+(Matrix<Number> a, const Matrix<Number>& b) {
  for (std::size_t i = 0; i < a.entries().size(); ++i) a.entries()[i] += b.entries()[i];
  return a;
}

template <class Number>
Matrix<Number> operator-(Matrix<Number> a, const Matrix<Number>& b) {
  for (std::size_t i = 0; i < a.entries().size(); ++i) a.entries()[i] -= b.entries()[i];
  return a;
}

/// Whether all entries are 0.
template <class Number>
bool is_zero(const Matrix<Number>& a) {
  return std::all_of(a.entries().begin(), a.entries().end(),
                     [](const Number& x) { return x == Number(0); });
}

}  // namespace statewright::core
