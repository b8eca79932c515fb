// Factorisations: the product is the matrix, exactly, and the number of factors is the least one,
// rank(A - I), where the theory gives it.

#include "core/linalg/factorise.hpp"

#include <numeric>
#include <stdexcept>

#include "core/linalg/exact.hpp"
#include "tests/catch.hpp"
#include "tests/core/seeded.hpp"

using namespace statewright;
using namespace statewright::core;

namespace {

using Rationals = std::vector<Rational>;

struct Seeded {
  explicit Seeded(std::uint64_t seed) : state(seed) {}
  std::size_t below(std::size_t n) { return seeded::splitmix(state) % n; }
  std::uint64_t state;
};

Matrix<Rational> rational(const Matrix<Real>& m) {
  Matrix<Rational> out(m.rows(), m.columns());
  for (std::size_t i = 0; i < m.entries().size(); ++i) out.entries()[i] = m.entries()[i].rational();
  return out;
}

Matrix<Rational> product(const std::vector<Householder>& factors, std::size_t n) {
  Matrix<Rational> m = Matrix<Rational>::identity(n);
  for (const Householder& factor : factors) m = rational(to_matrix(factor)) * m;
  return m;
}

std::size_t rank_minus_identity(Matrix<Rational> a) {
  for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) -= 1;
  return rank(a);
}

Matrix<Rational> matrix(std::size_t n, const std::vector<Rational>& entries) {
  Matrix<Rational> m(n, n);
  m.entries() = entries;
  return m;
}

}  // namespace

TEST_CASE("exact: rank, kernel, solutions and signs by hand", "[core][quick]") {
  CHECK(rank(matrix(3, {1, 2, 3, 2, 4, 6, 0, 0, 1})) == 2);
  CHECK(kernel(matrix(2, {1, 2, 2, 4})) == std::vector<Rationals>{{-2, 1}});
  CHECK(kernel(Matrix<Rational>::identity(3)).empty());
  const auto x = solve(matrix(2, {1, 2, 3, 4}), Matrix<Rational>::identity(2));
  REQUIRE(x);
  CHECK(*x == matrix(2, {-2, 1, Rational(3, 2), Rational(-1, 2)}));
  CHECK_FALSE(solve(matrix(2, {1, 1, 1, 1}), Matrix<Rational>::column({1, 2})));
  CHECK(is_positive_semidefinite(matrix(2, {1, 1, 1, 1})));
  CHECK_FALSE(is_positive_definite(matrix(2, {1, 1, 1, 1})));
  CHECK(is_positive_definite(matrix(2, {2, 1, 1, 1})));
  CHECK_FALSE(is_positive_semidefinite(matrix(2, {1, 2, 2, 1})));  // determinant -3
  CHECK_FALSE(is_positive_semidefinite(matrix(2, {0, 1, 1, 5})));
  CHECK(
      is_contraction(matrix(2, {Rational(3, 5), Rational(-4, 5), Rational(4, 5), Rational(3, 5)})));
  CHECK_FALSE(is_contraction(matrix(2, {1, 1, 0, 0})));  // norm sqrt 2
  CHECK(to_primitive({Rational(2, 3), 0, Rational(-4, 9)}) == Rationals{3, 0, -2});
}

TEST_CASE("factorise: every partial permutation of up to 5 points, least factors",
          "[core][oracle][quick]") {
  for (std::uint32_t n = 1; n <= 5; ++n) {
    std::vector<std::uint32_t> digits(n);
    for (;;) {
      std::vector<std::uint32_t> pull(n);
      Matrix<Rational> want(n, n);
      for (std::uint32_t i = 0; i < n; ++i) {
        pull[i] = digits[i] == n ? kNothing : digits[i];
        if (digits[i] < n) want(i, digits[i]) = 1;
      }
      if (is_contraction(want)) {  // no coordinate is pulled twice
        CAPTURE(n, pull);
        REQUIRE(is_partial_permutation(pull));
        const auto factors = partial_permutation_factors(pull);
        REQUIRE(product(factors, n) == want);
        REQUIRE(factors.size() == rank_minus_identity(want));
        if (n <= 4) {
          const auto general = partial_isometry_factors(want);
          REQUIRE(product(general, n) == want);
          REQUIRE(general.size() == factors.size());
        }
      } else {
        REQUIRE_FALSE(is_partial_permutation(pull));
      }
      std::uint32_t i = 0;
      while (i < n && ++digits[i] > n) digits[i++] = 0;
      if (i == n) break;
    }
  }
  CHECK_THROWS_AS(partial_permutation_factors(std::vector<std::uint32_t>{0, 0}),
                  std::invalid_argument);
}

TEST_CASE("factorise: products of rational reflections and projections, rank(A - I) factors",
          "[core][law][quick]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Seeded random(seed);
    const std::size_t n = 1 + random.below(5);
    Matrix<Rational> a = Matrix<Rational>::identity(n);
    const auto reflect = [&] {
      Householder factor{2, std::vector<Real>(n)};
      for (Real& entry : factor.v) entry = static_cast<int>(random.below(5)) - 2;
      factor.v[random.below(n)] = 1;
      a = rational(to_matrix(factor)) * a;
    };
    for (std::size_t i = random.below(n + 2); i > 0; --i) reflect();
    if (random.below(2) == 0) {  // an isometry after a projection along coordinates
      Matrix<Rational> p = Matrix<Rational>::identity(n);
      for (std::size_t i = 0; i < n; ++i) p(i, i) = static_cast<int>(random.below(2));
      a = a * p;
      for (std::size_t i = random.below(3); i > 0; --i) reflect();
    }
    const auto factors = partial_isometry_factors(a);
    REQUIRE(product(factors, n) == a);
    REQUIRE(factors.size() == rank_minus_identity(a));
    for (const Householder& factor : factors) CHECK((factor.beta == 1 || factor.beta == 2));
  }
  CHECK_THROWS_AS(partial_isometry_factors(matrix(1, {Rational(1, 2)})), std::invalid_argument);
}

TEST_CASE("factorise: contractions with rational singular values in at most 2 n factors",
          "[core][law][quick]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    Seeded random(seed);
    const std::size_t n = 1 + random.below(4);
    Matrix<Rational> a = Matrix<Rational>::identity(n);
    for (std::size_t i = 0; i < n; ++i) {
      a(i, i) = Rational(static_cast<int>(random.below(4)), 3);
    }
    for (int side = 0; side < 2; ++side) {
      for (std::size_t i = random.below(3); i > 0; --i) {
        Householder factor{2, std::vector<Real>(n)};
        for (Real& entry : factor.v) entry = static_cast<int>(random.below(3)) - 1;
        factor.v[random.below(n)] = 1;
        const Matrix<Rational> c = rational(to_matrix(factor));
        a = side == 0 ? c * a : a * c;
      }
    }
    const auto answer = contraction_factors(a);
    const auto* factors = std::get_if<std::vector<Householder>>(&answer);
    REQUIRE(factors != nullptr);
    REQUIRE(product(*factors, n) == a);
    CHECK(factors->size() <= 2 * n);
    for (const Householder& factor : *factors) CHECK((factor.beta >= 0 && factor.beta <= 2));
  }
  // Half of a turn by 45 degrees times sqrt 2: both singular values are 1 / sqrt 2.
  const Rational half(1, 2);
  const auto turn = contraction_factors(matrix(2, {half, -half, half, half}));
  REQUIRE(std::holds_alternative<NotFactored>(turn));
  CHECK(std::get<NotFactored>(turn).reason == "a singular value is irrational");
  CHECK(std::holds_alternative<NotFactored>(contraction_factors(matrix(1, {2}))));
}
