#include "proofs_check/theorems/characteristic.hpp"

#include <algorithm>
#include <flint/fmpq_mat.h>
#include <flint/fmpq_poly.h>
#include <flint/fmpz_poly.h>
#include <flint/fmpz_poly_factor.h>
#include <utility>

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;

std::vector<CharacteristicFactor> characteristic_factors(const Matrix<Rational>& K) {
  const auto n = static_cast<slong>(K.rows());
  fmpq_mat_t matrix;
  fmpq_poly_t polynomial;
  fmpz_poly_t integral;
  fmpz_poly_factor_t factors;
  fmpq_mat_init(matrix, n, n);
  fmpq_poly_init(polynomial);
  fmpz_poly_init(integral);
  fmpz_poly_factor_init(factors);
  for (slong i = 0; i < n; ++i) {
    for (slong j = 0; j < n; ++j) {
      const Rational& entry = K(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
      fmpq_set_mpq(fmpq_mat_entry(matrix, i, j), entry.backend().data());
    }
  }
  fmpq_mat_charpoly(polynomial, matrix);
  fmpq_poly_get_numerator(integral, polynomial);
  fmpz_poly_factor(factors, integral);
  std::vector<CharacteristicFactor> result;
  for (slong k = 0; k < factors->num; ++k) {
    const fmpz_poly_struct* p = factors->p + k;
    if (fmpz_poly_degree(p) < 1) continue;
    CharacteristicFactor factor;
    for (slong i = 0; i <= fmpz_poly_degree(p); ++i) {
      Integer coefficient;
      fmpz_get_mpz(coefficient.backend().data(), p->coeffs + i);
      factor.coefficients.push_back(std::move(coefficient));
    }
    factor.multiplicity = static_cast<std::size_t>(factors->exp[k]);
    factor.real_roots = static_cast<std::size_t>(fmpz_poly_num_real_roots(p));
    result.push_back(std::move(factor));
  }
  fmpz_poly_factor_clear(factors);
  fmpz_poly_clear(integral);
  fmpq_poly_clear(polynomial);
  fmpq_mat_clear(matrix);
  std::sort(result.begin(), result.end(),
            [](const CharacteristicFactor& a, const CharacteristicFactor& b) {
              return std::pair(a.degree(), a.coefficients) < std::pair(b.degree(), b.coefficients);
            });
  return result;
}

}  // namespace statewright::proofs
