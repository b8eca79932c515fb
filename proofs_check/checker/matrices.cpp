#include "matrices.hpp"

namespace statewright::checker {

Fractions identity(size_t N) {
  Fractions one{1, Integers(N * N, 0)};
  for (size_t n = 0; n < N; ++n) one.num[n * N + n] = 1;
  return one;
}

// (I + p/q v v^T) A = (q A + v p (v^T A)) / q.
void apply(const Factor& factor, size_t N, Fractions& A) {
  for (size_t c = 0; c < N; ++c) {
    mpz_class dot = 0;
    for (const auto& [n, v_n] : factor.v) dot += v_n * A.num[n * N + c];
    for (size_t n = 0; n < N; ++n) A.num[n * N + c] *= factor.q;
    for (const auto& [n, v_n] : factor.v) A.num[n * N + c] += v_n * factor.p * dot;
  }
  A.den *= factor.q;
}

Fractions matrix_of(const Input& input, size_t N) {
  auto A = identity(N);
  for (const auto& factor : input.factors) apply(factor, N, A);
  if (input.is_product) return A;
  A = {input.den, Integers(N * N, 0)};
  for (const auto& [n, m, a] : input.entries) A.num[n * N + m] = a;
  return A;
}

Fractions times(const Fractions& A, const Fractions& B, size_t N) {
  Fractions C{A.den * B.den, Integers(N * N, 0)};
  for (size_t i = 0; i < N; ++i) {
    for (size_t k = 0; k < N; ++k) {
      for (size_t j = 0; j < N; ++j) C.num[i * N + j] += A.num[i * N + k] * B.num[k * N + j];
    }
  }
  return C;
}

}  // namespace statewright::checker
