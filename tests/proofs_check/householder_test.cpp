// Proposition 1: products of factors are the matrix, exactly or within a certified radius, and the
// number of factors is what theory says.

#include "proofs_check/theorems/householder.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/linalg/exact.hpp"
#include "core/linalg/factorise.hpp"
#include "tests/catch.hpp"
#include "tests/core/seeded.hpp"

using namespace statewright;
using namespace statewright::core;
using namespace statewright::proofs;

namespace {

struct Seeded {
  explicit Seeded(std::uint64_t seed) : state(seed) {}
  std::size_t below(std::size_t n) { return seeded::splitmix(state) % n; }
  /// In {-most, .., most}.
  int integer(int most) { return static_cast<int>(below(2 * most + 1)) - most; }
  std::uint64_t state;
};

Matrix<Rational> matrix(std::size_t n, std::vector<Rational> entries) {
  Matrix<Rational> m(n, n);
  m.entries() = std::move(entries);
  return m;
}

Matrix<Real> real(const Matrix<Rational>& m) {
  Matrix<Real> out(m.rows(), m.columns());
  for (std::size_t i = 0; i < m.entries().size(); ++i) out.entries()[i] = m.entries()[i];
  return out;
}

Matrix<Rational> rational(const Matrix<Real>& m) {
  Matrix<Rational> out(m.rows(), m.columns());
  out.entries() = rationals(m.entries());
  return out;
}

Factorisation factored(const Matrix<Rational>& m) { return factorise(real(m)); }

std::size_t rank_minus_identity(Matrix<Rational> a) {
  for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) -= 1;
  return rank(a);
}

/// Laplace's formula: shares nothing with elimination.
Rational determinant(const Matrix<Rational>& m, std::vector<std::size_t> rows,
                     const std::vector<std::size_t>& columns, std::size_t at = 0) {
  if (at == columns.size()) return 1;
  Rational sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<std::size_t> others = rows;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    const Rational term = m(rows[i], columns[at]) * determinant(m, others, columns, at + 1);
    sum += i % 2 == 0 ? term : Rational(-term);
  }
  return sum;
}

/// What must hold of every answer about a contraction; the product is multiplied out here.
void check_answer(const Matrix<Rational>& a, const Factorisation& f) {
  const std::size_t n = a.rows();
  REQUIRE_FALSE(f.expanded);
  REQUIRE(f.rank == rank_minus_identity(a));
  REQUIRE(f.minor.rows.size() == f.rank);
  REQUIRE(f.minor.columns.size() == f.rank);
  Matrix<Rational> moved = a;
  for (std::size_t i = 0; i < n; ++i) moved(i, i) -= 1;
  REQUIRE(determinant(moved, f.minor.rows, f.minor.columns) != 0);
  REQUIRE(f.rank <= f.lower);
  REQUIRE(f.lower <= f.upper);
  REQUIRE(f.upper <= 2 * n);
  REQUIRE(f.norm);
  Matrix<Rational> scaled = transpose(f.norm->lower);
  for (std::size_t i = 0; i < n; ++i) {
    REQUIRE(f.norm->pivots[i] >= 0);
    for (std::size_t j = 0; j < n; ++j) scaled(i, j) *= f.norm->pivots[i];
  }
  REQUIRE(f.norm->lower * scaled + transpose(a) * a == Matrix<Rational>::identity(n));
  REQUIRE(f.pencil.has_value() == (f.lower > f.rank));
  if (f.pencil) {  // q^T (tr Y^(i + j)) q < 0, Y (I - A) = I - A^T A
    Matrix<Rational> moving(n, n);
    for (std::size_t i = 0; i < n * n; ++i) moving.entries()[i] = -moved.entries()[i];
    Matrix<Rational> y = f.pencil->z * moving;
    REQUIRE(y * moving + transpose(a) * a == Matrix<Rational>::identity(n));
    Matrix<Rational> at_y(n, n), power = Matrix<Rational>::identity(n);  // q(Y)
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t i = 0; i < n * n; ++i) {
        at_y.entries()[i] += f.pencil->q[k] * power.entries()[i];
      }
      power = power * y;
    }
    Rational trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += (at_y * at_y)(i, i);
    REQUIRE(trace < 0);
  }
  for (const auto& factors : {f.factors, f.rational}) {
    if (!factors) continue;
    Matrix<Real> product = Matrix<Real>::identity(n);
    for (const Householder& factor : *factors) {
      REQUIRE(factor.beta >= 0);
      REQUIRE(factor.beta <= 2);
      product = to_matrix(factor) * product;
    }
    REQUIRE(rational(product) == a);
  }
  if (f.factors) REQUIRE(f.factors->size() == f.upper);
  if (f.enclosed) {
    REQUIRE(f.enclosed->factors.size() == f.upper);
    for (const EnclosedFactor& factor : f.enclosed->factors) {
      REQUIRE(factor.beta.lower >= 0);
      REQUIRE(factor.beta.lower <= factor.beta.upper);
      REQUIRE(factor.beta.upper <= 2);
    }
    // The middles are one choice, so that their product lies within the radius.
    const Matrix<Rational> near = rational(product_of(middle_factors(*f.enclosed), n));
    REQUIRE(f.enclosed->radius < Rational(1, 1'000'000'000));
    for (std::size_t i = 0; i < n * n; ++i) {
      REQUIRE(abs(Rational(near.entries()[i] - a.entries()[i])) <= f.enclosed->radius);
    }
  }
}

Matrix<Rational> random_factor(Seeded& random, std::size_t n, const Rational& beta) {
  Householder factor{Real(beta), std::vector<Real>(n)};
  for (Real& entry : factor.v) entry = random.integer(2);
  factor.v[random.below(n)] = 1;
  return rational(to_matrix(factor));
}

/// (I + K)^-1 (I - K) for skew K: orthogonal without eigenvalue -1.
Matrix<Rational> cayley(const Matrix<Rational>& skew) {
  Matrix<Rational> plus = skew, minus(skew.rows(), skew.rows());
  for (std::size_t i = 0; i < skew.rows(); ++i) {
    for (std::size_t j = 0; j < skew.rows(); ++j) minus(i, j) = Rational(i == j) - skew(i, j);
    plus(i, i) += 1;
  }
  return solve(plus, minus).value();
}

Matrix<Rational> random_skew(Seeded& random, std::size_t n) {
  Matrix<Rational> skew(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      skew(i, j) = Rational(random.integer(3), 1 + static_cast<int>(random.below(3)));
      skew(j, i) = -skew(i, j);
    }
  }
  return skew;
}

}  // namespace

TEST_CASE("householder: every permutation of up to 6 points, n - #cycles factors",
          "[theorems][householder][oracle]") {
  for (std::uint32_t n = 1; n <= 6; ++n) {
    Permutation p(n);
    std::iota(p.begin(), p.end(), 0U);
    do {
      Matrix<Rational> a(n, n);
      for (std::uint32_t i = 0; i < n; ++i) a(i, p[i]) = 1;
      const Factorisation f = factored(a);
      CAPTURE(n, p);
      REQUIRE(f.factors);
      REQUIRE(f.least());
      REQUIRE(f.upper == n - cycle_count(p));
      if (n <= 4) {
        check_answer(a, f);
      } else {
        REQUIRE(rational(product_of(*f.factors, n)) == a);
      }
    } while (std::next_permutation(p.begin(), p.end()));
  }
}

TEST_CASE("householder: orthogonal matrices, rank(Q - I) reflections",
          "[theorems][householder][quick]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    Seeded random(seed);
    const std::size_t n = 1 + random.below(6);
    Matrix<Rational> q = cayley(random_skew(random, n));
    for (std::size_t i = random.below(3); i > 0; --i) q = random_factor(random, n, 2) * q;
    if (seed % 5 == 0) {  // eigenvalue -1 where there was 1, which Cayley's formula never has
      for (Rational& entry : q.entries()) entry = -entry;
    }
    const Factorisation f = factored(q);
    CHECK((f.kind == "orthogonal" || f.kind == "permutation" || f.kind == "identity"));
    check_answer(q, f);
    REQUIRE(f.upper == rank_minus_identity(q));
    for (const Householder& factor : *f.factors) REQUIRE(factor.beta == 2);
  }
  for (int n = 1; n <= 6; ++n) {  // -I: n reflections
    Matrix<Rational> minus(n, n);
    for (int i = 0; i < n; ++i) minus(i, i) = -1;
    CHECK(factored(minus).upper == static_cast<std::size_t>(n));
    check_answer(minus, factored(minus));
  }
  CHECK(factored(cayley(matrix(2, {0, 1, -1, 0}))).upper == 2);  // a quarter turn
  CHECK(factored(cayley(Matrix<Rational>(3, 3))).upper == 0);    // I
}

TEST_CASE("householder: products of k factors with rank(A - I) = k are found with k factors",
          "[theorems][householder][law]") {
  std::size_t full = 0;
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    CAPTURE(seed);
    Seeded random(seed);
    const std::size_t n = 1 + random.below(4), k = random.below(n + 1);
    Matrix<Rational> a = Matrix<Rational>::identity(n);
    std::vector<Rational> betas;
    for (std::size_t i = 0; i < k; ++i) {
      betas.push_back(Rational(static_cast<int>(1 + random.below(8)), 4));
      a = random_factor(random, n, betas.back()) * a;
    }
    if (rank_minus_identity(a) != k) continue;
    ++full;
    const Factorisation f = factored(a);
    check_answer(a, f);
    REQUIRE(f.upper == k);
    REQUIRE(f.factors);
    std::vector<Rational> found;  // betas are invariants
    for (const Householder& factor : *f.factors) found.push_back(factor.beta.rational());
    std::sort(found.begin(), found.end());
    std::sort(betas.begin(), betas.end());
    REQUIRE(found == betas);
  }
  CHECK(full > 60);
}

TEST_CASE("householder: contractions, exact or enclosed", "[theorems][householder][law]") {
  std::size_t exact = 0, enclosed = 0, more = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Seeded random(seed);
    const std::size_t n = 1 + random.below(3);
    Matrix<Rational> a(n, n);
    for (Rational& entry : a.entries())
      entry = Rational(random.integer(3), 4 * static_cast<int>(n));
    if (seed % 3 == 0) a = a + transpose(a);
    if (!is_contraction(a)) continue;
    const Factorisation f = factored(a);
    check_answer(a, f);
    if (a == transpose(a)) REQUIRE(f.upper == f.rank);  // the spectral theorem
    exact += f.factors.has_value();
    enclosed += f.enclosed.has_value();
    more += f.upper > f.rank;
  }
  CHECK(exact > 0);
  CHECK(enclosed > 0);
  CHECK(more > 0);
}

TEST_CASE("householder: contractions by hand", "[theorems][householder][quick]") {
  SECTION("a scaled rotation needs three factors") {
    // Two factors C_1 C_2 = s Q: |C_2 x| = s at v_2, so the other factor does not shrink its image;
    // both axes are then orthogonal, and the product is symmetric.
    const auto a = matrix(2, {Rational(3, 10), Rational(-4, 10), Rational(4, 10), Rational(3, 10)});
    const Factorisation f = factored(a);
    check_answer(a, f);
    CHECK(f.rank == 2);
    CHECK(f.lower == 3);
    CHECK(f.upper == 3);
    CHECK(f.factors);
  }
  SECTION("an irrational scale, sqrt(1/2)") {
    const auto a = matrix(2, {Rational(1, 2), Rational(1, 2), Rational(-1, 2), Rational(1, 2)});
    const Factorisation f = factored(a);
    check_answer(a, f);
    CHECK(f.lower == 3);
    CHECK(f.upper == 3);
  }
  SECTION("a nilpotent shift: a swap and a projection") {
    const auto a = matrix(2, {0, 1, 0, 0});
    const Factorisation f = factored(a);
    check_answer(a, f);
    CHECK(f.kind == "partial isometry");
    CHECK(f.upper == 2);
  }
  SECTION("the zero matrix: n projections") {
    const Factorisation f = factored(Matrix<Rational>(4, 4));
    CHECK(f.upper == 4);
    check_answer(Matrix<Rational>(4, 4), f);
  }
  SECTION("a symmetric matrix with eigenvalues (1 +- sqrt 5)/4, enclosed") {
    const auto a = matrix(2, {0, Rational(1, 2), Rational(1, 2), Rational(1, 2)});
    const Factorisation f = factored(a);
    check_answer(a, f);
    REQUIRE(f.enclosed);
    CHECK(f.upper == 2);
    std::vector<double> betas;
    for (const EnclosedFactor& factor : f.enclosed->factors) {
      betas.push_back(factor.beta.middle().convert_to<double>());
    }
    std::sort(betas.begin(), betas.end());
    CHECK(betas[0] == Approx(1 - (1 + std::sqrt(5.0)) / 4));
    CHECK(betas[1] == Approx(1 - (1 - std::sqrt(5.0)) / 4));
  }
  SECTION("no size") { CHECK(factored(Matrix<Rational>(0, 0)).upper == 0); }
}

TEST_CASE("householder: what expands is refused with a vector", "[theorems][householder][quick]") {
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Seeded random(seed);
    const std::size_t n = 1 + random.below(4);
    Matrix<Rational> a(n, n);
    for (Rational& entry : a.entries()) entry = Rational(random.integer(3), 3);
    const Factorisation f = factored(a);
    REQUIRE(f.expanded.has_value() == !is_contraction(a));
    if (!f.expanded) continue;
    ++refused;
    const auto image = a * *f.expanded;
    REQUIRE(dot(image, image) > dot(*f.expanded, *f.expanded));
  }
  CHECK(refused > 20);
  // I - A^T A = [[0, -1], [-1, 1]]: a zero pivot whose row is not zero
  const auto shear = matrix(2, {1, 1, 0, 1});
  REQUIRE(factored(shear).expanded);
  CHECK_THROWS_AS(factorise(Matrix<Real>(2, 3)), Error);
}

TEST_CASE("householder: irrational entries", "[theorems][householder][quick]") {
  const auto turn = [](std::uint32_t m) {
    Matrix<Real> a(2, 2);
    a(0, 0) = a(1, 1) = Cyclotomic::cosine(1, m);
    a(1, 0) = Cyclotomic::sine(1, m);
    a(0, 1) = -Real(Cyclotomic::sine(1, m));
    return a;
  };
  for (const std::uint32_t m : {3U, 5U, 7U, 8U}) {
    CAPTURE(m);
    const Factorisation f = factorise(turn(m));
    CHECK(f.kind == "orthogonal");
    CHECK(f.lower == 2);
    REQUIRE(f.factors);
    CHECK(f.upper == 2);
    CHECK(product_of(*f.factors, 2) == turn(m));
  }
  Matrix<Real> mirror(3, 3);  // a reflection of a plane beside 1: one factor
  mirror(0, 0) = mirror(0, 1) = mirror(1, 0) = Cyclotomic::cosine(1, 8);
  mirror(1, 1) = -Real(Cyclotomic::cosine(1, 8));
  mirror(2, 2) = 1;
  const Factorisation f = factorise(mirror);
  CHECK(f.upper == 1);
  CHECK(f.least());
  Matrix<Real> half = turn(5);
  for (Real& entry : half.entries()) entry /= 2;
  CHECK(factorise(half).kind == "undecided");
  CHECK(factorise(half).lower == 2);
}
