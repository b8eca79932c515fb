#include "core/linalg/householder.hpp"

#include <algorithm>
#include <numeric>

#include "tests/catch.hpp"

using namespace statewright::core;

namespace {

Matrix<Real> matrix_of(const Permutation& p) {
  Matrix<Real> m(p.size(), p.size());
  for (std::size_t i = 0; i < p.size(); ++i) m(i, p[i]) = 1;
  return m;
}

}  // namespace

TEST_CASE("householder: I - beta v v^T / (v^T v), entry by entry", "[core][quick]") {
  const Householder factor{Rational(3, 2), {1, -2, 2}};  // v^T v = 9
  const Matrix<Real> m = to_matrix(factor);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      const Real want = Real(i == j ? 1 : 0) - Rational(3, 2) * factor.v[i] * factor.v[j] / 9;
      CHECK(m(i, j) == want);
    }
  }
}

TEST_CASE("householder: v may be scaled; beta = 2 reflects, beta = 1 projects",
          "[core][law][quick]") {
  const Householder unit{2, {1, 2, 3}}, scaled{2, {Rational(1, 5), Rational(2, 5), Rational(3, 5)}};
  CHECK(to_matrix(unit) == to_matrix(scaled));
  CHECK(to_matrix(unit) * to_matrix(unit) == Matrix<Real>::identity(3));
  const Matrix<Real> projection = to_matrix(Householder{1, {1, 2, 3}});
  CHECK(projection * projection == projection);
}

TEST_CASE("householder: every permutation of up to 6 points is n - #cycles swaps, in that order",
          "[core][oracle][quick]") {
  for (std::size_t n = 1; n <= 6; ++n) {
    Permutation p(n);
    std::iota(p.begin(), p.end(), 0U);
    do {
      CAPTURE(n, p);
      const auto factors = reflections_of(p);
      REQUIRE(factors.size() == n - cycle_count(p));
      Matrix<Real> product = Matrix<Real>::identity(n);
      for (const Householder& factor : factors) {
        REQUIRE(factor.beta == 2);
        product = to_matrix(factor) * product;
      }
      REQUIRE(product == matrix_of(p));
    } while (std::next_permutation(p.begin(), p.end()));
  }
}

TEST_CASE("householder: applying to columns is multiplying by the matrix", "[core][law][quick]") {
  const Householder factor{Rational(5, 7), {3, 0, -1, 2}};
  Matrix<Real> h(4, 3);
  for (std::size_t i = 0; i < 12; ++i)
    h.entries()[i] = Rational(static_cast<int>(i * i % 7) - 3, 5);
  const Matrix<Real> want = to_matrix(factor) * h;
  apply(factor, h);
  CHECK(h == want);
}
