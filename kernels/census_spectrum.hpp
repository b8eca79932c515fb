#pragma once

// Internal: the eigenvalues and the norm of small matrices, decided by signs of whole numbers.
//
// With e_1, .., e_n the elementary symmetric functions of the eigenvalues (sums of principal
// minors) and D_k the leading minors of the Hankel matrix of traces (tr A^(i+j)), i, j < n: there
// are r distinct eigenvalues if and only if D_r is the last of D_1, .., D_n that is not 0, and they
// are all real if and only if D_1, .., D_r > 0 (Hermite 1853; Gantmacher, The Theory of Matrices,
// chapter XV). Real eigenvalues are all non-negative if and only if e_1, .., e_n >= 0 (Descartes).
// The norm is at most 1 if and only if the eigenvalues of I - A^T A, which are real, are
// non-negative.
//
// Widths: with |a_ij| < 2^b all eigenvalues are below n 2^b. For n = 4, D_4 is a multiple of
// 4 I^3 - J^2 < 2^(12 (b + 2) + 25), the largest number that occurs.
//
// Not inlined on purpose where it is used by loops for special processors: they call
// census_class_of, which one file compiles for all.

#include "kernels/census.hpp"
#include "kernels/wide_integer.hpp"

namespace statewright::kernels {
namespace spectrum_detail {

/// Sums of principal minors of an n x n matrix, e[0] = 1.
template <class W, int n>
STATEWRIGHT_CALLED void principal_sums(const W (&a)[n * n], W (&e)[n + 1]) {
  e[0] = W(1);
  e[1] = a[0];
  for (int i = 1; i < n; ++i) e[1] = e[1] + a[i * n + i];
  if constexpr (n == 2) e[2] = a[0] * a[3] - a[1] * a[2];
  if constexpr (n >= 3) {
    const auto two = [&](int i, int j) {
      return a[i * n + i] * a[j * n + j] - a[i * n + j] * a[j * n + i];
    };
    const auto three = [&](int i, int j, int k) {
      return a[i * n + i] * (a[j * n + j] * a[k * n + k] - a[j * n + k] * a[k * n + j]) -
             a[i * n + j] * (a[j * n + i] * a[k * n + k] - a[j * n + k] * a[k * n + i]) +
             a[i * n + k] * (a[j * n + i] * a[k * n + j] - a[j * n + j] * a[k * n + i]);
    };
    e[2] = two(0, 1) + two(0, 2) + two(1, 2);
    e[3] = three(0, 1, 2);
    if constexpr (n == 4) {
      e[2] = e[2] + two(0, 3) + two(1, 3) + two(2, 3);
      e[3] = e[3] + three(0, 1, 3) + three(0, 2, 3) + three(1, 2, 3);
      // Laplace, by the minors of the upper and of the lower two rows.
      const auto minor = [&](int row, int i, int j) {
        return a[row * 4 + i] * a[row * 4 + 4 + j] - a[row * 4 + j] * a[row * 4 + 4 + i];
      };
      e[4] = minor(0, 0, 1) * minor(2, 2, 3) - minor(0, 0, 2) * minor(2, 1, 3) +
             minor(0, 0, 3) * minor(2, 1, 2) + minor(0, 1, 2) * minor(2, 0, 3) -
             minor(0, 1, 3) * minor(2, 0, 2) + minor(0, 2, 3) * minor(2, 0, 1);
    }
  }
}

/// The signs of D_2, .., D_n, from e_1, .., e_n.
template <class W, int n>
STATEWRIGHT_CALLED bool all_real(const W (&e)[n + 1]) {
  if constexpr (n == 1) return true;
  if constexpr (n == 2) return sign_of(W(e[1] * e[1] - W(4) * e[2])) >= 0;
  if constexpr (n >= 3) {
    const W p1 = e[1], p2 = e[1] * p1 - W(2) * e[2];
    const int second = sign_of(W(W(n) * p2 - p1 * p1));
    if (second < 0) return false;
    int third, fourth = 0;
    if constexpr (n == 3) {
      third = sign_of(W(e[1] * e[1] * e[2] * e[2] - W(4) * e[2] * e[2] * e[2] -
                        W(4) * e[1] * e[1] * e[1] * e[3] + W(18) * e[1] * e[2] * e[3] -
                        W(27) * e[3] * e[3]));
    } else {
      const W p3 = e[1] * p2 - e[2] * p1 + W(3) * e[3];
      const W p4 = e[1] * p3 - e[2] * p2 + e[3] * p1 - W(4) * e[4];
      third = sign_of(
          W(W(4) * (p2 * p4 - p3 * p3) - p1 * (p1 * p4 - p2 * p3) + p2 * (p1 * p3 - p2 * p2)));
      if (third < 0) return false;
      const W i = W(12) * e[4] - W(3) * e[1] * e[3] + e[2] * e[2];
      const W j = W(72) * e[2] * e[4] + W(9) * e[1] * e[2] * e[3] - W(27) * e[3] * e[3] -
                  W(27) * e[1] * e[1] * e[4] - W(2) * e[2] * e[2] * e[2];
      fourth = sign_of(W(W(4) * i * i * i - j * j));
      if (third == 0 && fourth != 0) return false;
    }
    if (third < 0 || fourth < 0) return false;
    return second > 0 || (third == 0 && fourth == 0);
  }
}

template <class W, int n>
STATEWRIGHT_CALLED Spectrum spectrum_in(const Int128 (&entries)[n * n]) {
  W a[n * n], e[n + 1];
  for (int i = 0; i < n * n; ++i) a[i] = W(entries[i]);
  principal_sums<W, n>(a, e);
  if (!all_real<W, n>(e)) return Spectrum::complex;
  for (int i = 1; i <= n; ++i) {
    if (sign_of(e[i]) < 0) return Spectrum::negative;
  }
  return Spectrum::nonnegative;
}

template <class W, int n>
STATEWRIGHT_CALLED bool contracts_in(const Int128 (&entries)[n * n], Int128 one) {
  W a[n * n], gram[n * n], e[n + 1];
  for (int i = 0; i < n * n; ++i) a[i] = W(entries[i]);
  for (int i = 0; i < n; ++i) {
    for (int j = i; j < n; ++j) {
      W sum = i == j ? W(one) * W(one) : W(0);
      for (int k = 0; k < n; ++k) sum = sum - a[k * n + i] * a[k * n + j];
      gram[i * n + j] = gram[j * n + i] = sum;
    }
  }
  principal_sums<W, n>(gram, e);
  for (int i = 1; i <= n; ++i) {
    if (sign_of(e[i]) < 0) return false;
  }
  return true;
}

STATEWRIGHT_BOTH inline int bits_of_size(Int128 x) {
  Unsigned128 size = static_cast<Unsigned128>(x < 0 ? -x : x);
  int bits = 0;
  for (; size != 0; size >>= 1) ++bits;
  return bits;
}

STATEWRIGHT_BOTH inline int zeros_below(Unsigned128 x) {
  int zeros = 0;
  for (; (x & 1) == 0; x >>= 1) ++zeros;
  return zeros;
}

}  // namespace spectrum_detail

/// Of the matrix with these entries in units of which 1 has `one` (a power of two, or 0: 1 is no
/// multiple of the unit). |entries| and one < 2^110.
template <int n>
STATEWRIGHT_CALLED void classify_matrix(const Int128 (&given)[n * n], Int128 one,
                                        Spectrum& spectrum, bool& contracts) {
  using namespace spectrum_detail;
  Int128 a[n * n];
  Unsigned128 together = static_cast<Unsigned128>(one);
  for (int i = 0; i < n * n; ++i) {
    together |= static_cast<Unsigned128>(given[i] < 0 ? -given[i] : given[i]);
  }
  const int shift = together != 0 ? zeros_below(together) : 0;
  Int128 largest = 0;
  for (int i = 0; i < n * n; ++i) {
    a[i] = given[i] >> shift;
    const Int128 size = a[i] < 0 ? -a[i] : a[i];
    largest = size > largest ? size : largest;
  }
  one >>= shift;
  if constexpr (n == 1) {
    spectrum = a[0] >= 0 ? Spectrum::nonnegative : Spectrum::negative;
    contracts = largest <= one;
  } else {
    const int b = bits_of_size(largest);
    const int wide = n == 2 ? 2 * b + 5 : n == 3 ? 6 * (b + 2) + 11 : 12 * (b + 2) + 26;
    if (wide <= 64) {
      spectrum = spectrum_in<std::int64_t, n>(a);
    } else if (wide <= 128) {
      spectrum = spectrum_in<Int128, n>(a);
    } else if (n == 2 || wide <= 320) {  // n = 2: at most 225
      spectrum = spectrum_in<WideInt<5>, n>(a);
    } else if constexpr (n > 2) {
      spectrum = wide <= 512 ? spectrum_in<WideInt<8>, n>(a) : spectrum_in<WideInt<21>, n>(a);
    }
    contracts = largest <= one;
    if (!contracts) return;
    const int narrow = n * (2 * bits_of_size(one) + 3) + 6;
    if (narrow <= 64) {
      contracts = contracts_in<std::int64_t, n>(a, one);
    } else if (narrow <= 128) {
      contracts = contracts_in<Int128, n>(a, one);
    } else if (narrow <= 320) {
      contracts = contracts_in<WideInt<5>, n>(a, one);
    } else {
      contracts = contracts_in<WideInt<16>, n>(a, one);
    }
  }
}

}  // namespace statewright::kernels
