#include "proofs_check/theorems/integer_kernel.hpp"

#include <flint/fmpz_lll.h>
#include <flint/fmpz_mat.h>
#include <utility>

namespace statewright::proofs {

using core::Integer;
using core::Matrix;

namespace {

void set(fmpz_mat_t to, std::size_t i, std::size_t j, const Integer& value) {
  fmpz_set_mpz(fmpz_mat_entry(to, static_cast<slong>(i), static_cast<slong>(j)),
               value.backend().data());
}

Integer get(const fmpz_mat_t from, std::size_t i, std::size_t j) {
  Integer value;
  fmpz_get_mpz(value.backend().data(),
               fmpz_mat_entry(from, static_cast<slong>(i), static_cast<slong>(j)));
  return value;
}

}  // namespace

std::vector<std::vector<Integer>> integer_kernel(const Matrix<Integer>& a) {
  const std::size_t n = a.columns();
  fmpz_mat_t matrix, kernel;
  fmpz_mat_init(matrix, static_cast<slong>(a.rows()), static_cast<slong>(n));
  fmpz_mat_init(kernel, static_cast<slong>(n), static_cast<slong>(n));
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < n; ++j) set(matrix, i, j, a(i, j));
  }
  const auto nullity = static_cast<std::size_t>(fmpz_mat_nullspace(kernel, matrix));
  std::vector<std::vector<Integer>> basis(nullity);
  for (std::size_t k = 0; k < nullity; ++k) {
    Integer common = 0;
    for (std::size_t i = 0; i < n; ++i) {
      basis[k].push_back(get(kernel, i, k));
      common = gcd(common, basis[k].back());
    }
    for (Integer& entry : basis[k]) entry /= common;
  }
  fmpz_mat_clear(kernel);
  fmpz_mat_clear(matrix);
  return basis;
}

std::vector<std::vector<Integer>> shortened(std::vector<std::vector<Integer>> basis) {
  if (basis.empty()) return basis;
  const std::size_t n = basis.front().size();
  fmpz_mat_t rows;
  fmpz_mat_init(rows, static_cast<slong>(basis.size()), static_cast<slong>(n));
  for (std::size_t k = 0; k < basis.size(); ++k) {
    for (std::size_t i = 0; i < n; ++i) set(rows, k, i, basis[k][i]);
  }
  fmpz_lll_t reduction;
  fmpz_lll_context_init_default(reduction);
  fmpz_lll(rows, nullptr, reduction);
  for (std::size_t k = 0; k < basis.size(); ++k) {
    for (std::size_t i = 0; i < n; ++i) basis[k][i] = get(rows, k, i);
  }
  fmpz_mat_clear(rows);
  return basis;
}

Matrix<Integer> left_kernel(const Matrix<Integer>& a) {
  Matrix<Integer> transposed(a.columns(), a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.columns(); ++j) transposed(j, i) = a(i, j);
  }
  const auto basis = shortened(integer_kernel(transposed));
  Matrix<Integer> rows(basis.size(), a.rows());
  for (std::size_t k = 0; k < basis.size(); ++k) {
    for (std::size_t i = 0; i < a.rows(); ++i) rows(k, i) = basis[k][i];
  }
  return rows;
}

Matrix<Integer> evaluated(const std::vector<Integer>& polynomial, const Matrix<Integer>& m,
                          const Integer& denominator) {
  const std::size_t n = m.rows();
  Matrix<Integer> sum(n, n);
  Integer scale = 1;
  for (std::size_t k = polynomial.size(); k-- > 0;) {
    sum = sum * m;
    for (std::size_t i = 0; i < n; ++i) sum(i, i) += polynomial[k] * scale;
    scale *= denominator;
  }
  return sum;
}

Matrix<Integer> without_content(Matrix<Integer> a) {
  Integer common = 0;
  for (const Integer& entry : a.entries()) common = gcd(common, entry);
  if (common > 1) {
    for (Integer& entry : a.entries()) entry /= common;
  }
  return a;
}

}  // namespace statewright::proofs
