// Proposition 1 promises n - 1 factors for a permutation of n points, n for an orthogonal matrix
// and 3 n for a contraction. How many do matrices take? Drawn ones are factored, kind by kind.

#include "proofs_check/theorems/factor_counts.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "automata/language/random_dfa.hpp"
#include "core/linalg/exact.hpp"
#include "core/linalg/householder.hpp"
#include "proofs_check/theorems/householder.hpp"

namespace statewright::proofs {
namespace {

using automata::SplitMix64;
using core::Matrix;
using core::Rational;
using core::Real;

using Draw = std::function<Matrix<Rational>(SplitMix64&, std::size_t)>;

/// In {-most, .., most}.
int integer(SplitMix64& random, int most) {
  return static_cast<int>(random() % static_cast<std::uint64_t>(2 * most + 1)) - most;
}

Matrix<Rational> permutation(SplitMix64& random, std::size_t n) {
  std::vector<std::size_t> image(n);
  std::iota(image.begin(), image.end(), std::size_t{0});
  for (std::size_t k = n; k-- > 1;) std::swap(image[k], image[random() % (k + 1)]);
  Matrix<Rational> a(n, n);
  for (std::size_t j = 0; j < n; ++j) a(image[j], j) = 1;
  return a;
}

/// Up to n reflections along vectors of small whole numbers.
Matrix<Rational> orthogonal(SplitMix64& random, std::size_t n) {
  Matrix<Rational> a = Matrix<Rational>::identity(n);
  for (std::uint64_t k = random() % (n + 1); k > 0; --k) {
    std::vector<Rational> v(n);
    for (Rational& x : v) x = integer(random, 3);
    const Rational square = core::dot(v, v);
    if (square == 0) continue;
    Matrix<Rational> reflection = Matrix<Rational>::identity(n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) reflection(i, j) -= 2 * v[i] * v[j] / square;
    }
    a = reflection * a;
  }
  return a;
}

/// Entries over a denominator of three to five times the size, so that most are contractions.
Matrix<Rational> contraction(SplitMix64& random, std::size_t n) {
  for (;;) {
    const int denominator = static_cast<int>((3 + random() % 3) * n);
    Matrix<Rational> a(n, n);
    for (Rational& x : a.entries()) x = Rational(integer(random, 4), denominator);
    if (core::is_contraction(a)) return a;
  }
}

Matrix<Rational> symmetric_contraction(SplitMix64& random, std::size_t n) {
  Matrix<Rational> a = contraction(random, n);
  const Matrix<Rational> mirrored = core::transpose(a);
  for (std::size_t i = 0; i < n * n; ++i) {
    a.entries()[i] = (a.entries()[i] + mirrored.entries()[i]) / 2;
  }
  return a;
}

Matrix<Real> real(const Matrix<Rational>& a) {
  Matrix<Real> result(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) result.entries()[i] = a.entries()[i];
  return result;
}

void check_product(const Matrix<Real>& a, const std::vector<core::Householder>& factors) {
  Matrix<Real> product = Matrix<Real>::identity(a.rows());
  for (const core::Householder& factor : factors) product = core::to_matrix(factor) * product;
  if (product != a) throw std::logic_error("a product of factors is not its matrix");
}

}  // namespace

std::vector<FactorCounts> factor_counts(std::size_t largest, std::uint64_t count,
                                        const core::Limits& limits) {
  struct Kind {
    const char* name;
    Draw draw;
    std::function<std::size_t(std::size_t)> promised;
  };
  const std::vector<Kind> kinds = {
      {"permutations", permutation, [](std::size_t n) { return n - 1; }},
      {"orthogonal", orthogonal, [](std::size_t n) { return n; }},
      {"symmetric contractions", symmetric_contraction, [](std::size_t n) { return 3 * n; }},
      {"contractions", contraction, [](std::size_t n) { return 3 * n; }}};
  core::Meter meter(limits, "matrices");
  const std::uint64_t total = kinds.size() * (largest - 1) * count;
  std::uint64_t done = 0;
  std::vector<FactorCounts> table;
  for (const Kind& kind : kinds) {
    for (std::size_t n = 2; n <= largest; ++n) {
      FactorCounts row;
      row.kind = kind.name;
      row.n = n;
      row.promised = kind.promised(n);
      for (std::uint64_t i = 0; i < count && !limits.is_over() && !meter.check_time(done, total);
           ++i, ++done) {
        SplitMix64 random(i * 0x10000 + n);
        const Matrix<Real> a = real(kind.draw(random, n));
        const Factorisation f = factorise(a, limits);
        if (limits.is_over()) break;  // its search may have ended early
        if (f.factors) check_product(a, *f.factors);
        if (f.rational) check_product(a, *f.rational);
        ++row.drawn;
        row.at_rank += f.least() && f.upper == f.rank ? 1 : 0;
        row.above += f.least() && f.upper > f.rank ? 1 : 0;
        row.open += f.least() ? 0 : 1;
        row.most = std::max(row.most, f.upper);
      }
      table.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace statewright::proofs
