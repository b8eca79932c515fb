// Decisions about eigenvalues against matrices built to have known ones.

#include "proofs_check/theorems/spectrum.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "automata/language/random_dfa.hpp"
#include "core/linalg/factorise.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using automata::SplitMix64;
using core::Integer;
using core::Matrix;
using core::Rational;
using core::Real;

namespace {

std::size_t below(SplitMix64& rng, std::size_t bound) {
  return static_cast<std::size_t>(rng() % bound);
}

Matrix<Real> matrix(std::size_t n, const std::vector<Real>& entries) {
  Matrix<Real> a(n, n);
  a.entries() = entries;
  return a;
}

core::Transition product_of_factors(const std::vector<std::pair<Rational, std::vector<Real>>>& fs) {
  core::GhProduct product;
  for (const auto& [beta, v] : fs) product.factors.push_back({beta, v});
  return {product, {}};
}

/// A matrix with known eigenvalues, its Jordan form J conjugated by a product of elementary integer
/// matrices, so that entries stay short and nothing of the structure of J remains.
struct Known {
  Matrix<Real> a;
  bool real = true, nonnegative = true;
  bool defective = false, repeated = false;
};

Known known_matrix(SplitMix64& rng, std::size_t n) {
  Known known;
  Matrix<Rational> j(n, n);
  const std::size_t kind = below(rng, 4);  // 0: >= 0, 1: real, 2 and 3: anything
  std::map<Rational, std::size_t> seen;
  for (std::size_t at = 0; at < n;) {
    const std::size_t left = n - at;
    if (kind >= 2 && left >= 2 && below(rng, 3) == 0) {  // a +- i b, b != 0
      const Rational re(static_cast<int>(below(rng, 7)) - 3, 1 + static_cast<int>(below(rng, 3)));
      const Rational im(1 + static_cast<int>(below(rng, 3)), 1 + static_cast<int>(below(rng, 4)));
      const std::size_t pairs = left >= 4 && below(rng, 3) == 0 ? 2 : 1;
      for (std::size_t p = 0; p < pairs; ++p) {
        const std::size_t k = at + 2 * p;
        j(k, k) = j(k + 1, k + 1) = re;
        j(k, k + 1) = -im;
        j(k + 1, k) = im;
        if (p > 0) j(k - 2, k) = j(k - 1, k + 1) = 1;  // a defective pair of pairs
      }
      at += 2 * pairs;
      known.real = known.nonnegative = false;
      known.defective |= pairs == 2;
      continue;
    }
    const int low = kind == 0 ? 0 : -2;
    const Rational lambda(low + static_cast<int>(below(rng, 4)),
                          1 + static_cast<int>(below(rng, 2)));
    std::size_t size = 1;
    while (size < left && below(rng, 3) == 0) ++size;
    for (std::size_t k = at; k < at + size; ++k) {
      j(k, k) = lambda;
      if (k + 1 < at + size) j(k, k + 1) = 1;
    }
    known.defective |= size > 1;
    known.repeated |= ++seen[lambda] > 1;
    if (lambda < 0) known.nonnegative = false;
    at += size;
  }
  // J <- E J E^-1 for E = I + c e_r e_s^T
  for (std::size_t step = 0; n > 1 && step < 3 * n; ++step) {
    const std::size_t r = below(rng, n), s = (r + 1 + below(rng, n - 1)) % n;
    const Rational c = below(rng, 2) == 0 ? 1 : -1;
    for (std::size_t k = 0; k < n; ++k) j(r, k) += c * j(s, k);
    for (std::size_t k = 0; k < n; ++k) j(k, s) -= c * j(k, r);
  }
  known.a = Matrix<Real>(n, n);
  for (std::size_t i = 0; i < n * n; ++i) known.a.entries()[i] = j.entries()[i];
  return known;
}

/// Multiplies the evidence out: the order, zeros above the blocks, squares of the right matrices.
void require_evidence(const Matrix<Real>& a, const SpectrumProof& proof, Spectra demand) {
  const std::size_t n = a.rows();
  std::vector<std::size_t> sorted = proof.order.order;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < n; ++i) REQUIRE(sorted[i] == i);
  std::size_t begin = 0;
  for (std::size_t b = 0; b < proof.order.sizes.size(); ++b) {
    const std::size_t size = proof.order.sizes[b], end = begin + size;
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t j = end; j < n; ++j) {
        REQUIRE(a(proof.order.order[i], proof.order.order[j]) == 0);
      }
    }
    Matrix<Rational> block(size, size);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        block(i, j) = a(proof.order.order[begin + i], proof.order.order[begin + j]).rational();
      }
    }
    const Matrix<Integer> m = primitive_integers(block);
    const BlockProof& evidence = proof.blocks[b];
    const bool hankel = evidence.kind == BlockProof::Kind::hankel;
    for (std::size_t r = 0; r < evidence.squares.size(); ++r) {
      const Matrix<Integer> h = hankel ? trace_hankel(m, r) : m;
      const SumOfSquares& squares = evidence.squares[r];
      REQUIRE(squares.scale > 0);
      for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j < size; ++j) {
          Integer sum = 0;
          for (const auto& [weight, w] : squares.terms) {
            REQUIRE(weight > 0);
            sum += weight * w[i] * w[j];
          }
          REQUIRE(sum == squares.scale * h(i, j));
        }
      }
    }
    const std::size_t asked = demand == Spectra::nonnegative ? 1 : 0;
    if (hankel) REQUIRE(evidence.squares.size() == 1 + asked);
    if (evidence.kind == BlockProof::Kind::symmetric) REQUIRE(evidence.squares.size() == asked);
    if (evidence.kind == BlockProof::Kind::entry) REQUIRE(size == 1);
    begin = end;
  }
  REQUIRE(begin == n);
}

void compare_with_known(std::uint64_t first, std::uint64_t last) {
  std::map<std::string, std::size_t> methods;
  std::size_t defective = 0, repeated = 0, complex = 0, negative = 0, fine = 0;
  for (std::uint64_t seed = first; seed < last; ++seed) {
    CAPTURE(seed);
    SplitMix64 rng(seed);
    const std::size_t n = 1 + below(rng, 8);
    const Known known = known_matrix(rng, n);
    for (const Spectra demand : {Spectra::real, Spectra::nonnegative}) {
      const Spectrum found = decide_spectrum(known.a, demand);
      const bool expected = demand == Spectra::real ? known.real : known.nonnegative;
      CAPTURE(found.method, static_cast<int>(demand));
      REQUIRE((found.verdict.proof() != nullptr) == expected);
      REQUIRE(found.verdict.unknown() == nullptr);
      if (const SpectrumProof* proof = found.verdict.proof()) {
        require_evidence(known.a, *proof, demand);
      } else {
        const SpectrumViolation& bad = *found.verdict.witness();
        REQUIRE(bad.eigenvalue);
        if (bad.eigenvalue->is_real()) {
          REQUIRE(demand == Spectra::nonnegative);
          REQUIRE(bad.eigenvalue->real.upper < 0);
        } else {
          REQUIRE(bad.eigenvalue->imaginary.lower > 0);
          REQUIRE(!known.real);
        }
        if (bad.hankel) {
          const std::size_t size = bad.block.size();
          Matrix<Rational> block(size, size);
          for (std::size_t i = 0; i < size; ++i) {
            for (std::size_t j = 0; j < size; ++j) {
              block(i, j) = known.a(bad.block[i], bad.block[j]).rational();
            }
          }
          REQUIRE(quadratic_form(trace_hankel(primitive_integers(block), *bad.hankel), bad.q) < 0);
        }
      }
      ++methods[found.method];
    }
    defective += known.defective ? 1 : 0;
    repeated += known.repeated ? 1 : 0;
    complex += known.real ? 0 : 1;
    negative += known.real && !known.nonnegative ? 1 : 0;
    fine += known.nonnegative ? 1 : 0;
  }
  const std::size_t count = last - first;
  CHECK(methods["trace-Hankel"] > count / 2);
  CHECK(defective > count / 5);
  CHECK(repeated > count / 10);
  CHECK(complex > count / 6);
  CHECK(negative > count / 10);
  CHECK(fine > count / 6);
}

}  // namespace

TEST_CASE("spectrum: right on matrices with known eigenvalues", "[theorems][spectrum]") {
  compare_with_known(0, 300);
}

TEST_CASE("spectrum: right on 2,000 matrices with known eigenvalues",
          "[theorems][spectrum][.long]") {
  compare_with_known(1'000, 3'000);
}

TEST_CASE("spectrum: structure decides before the general method", "[theorems][spectrum]") {
  const auto method = [](const core::Transition& t, std::size_t n, Spectra demand) {
    return decide_spectrum(t, n, demand).method;
  };
  const std::uint64_t seed = 17;
  SplitMix64 rng(seed);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(seed, round);
    const std::size_t n = 2 + below(rng, 6);
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = n; i-- > 1;) std::swap(order[i], order[below(rng, i + 1)]);
    Matrix<Real> triangular(n, n);
    bool negative = false;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        triangular(order[i], order[j]) = static_cast<int>(below(rng, 5)) - (i == j ? 1 : 2);
      }
      negative |= triangular(order[i], order[i]).sign() < 0;
    }
    triangular(order[n - 1], order[0]) = 7;
    const core::Transition dense{core::Dense{triangular}, {}};
    for (const Spectra demand : {Spectra::real, Spectra::nonnegative}) {
      const Spectrum found = decide_spectrum(dense, n, demand);
      REQUIRE(found.method == "triangular");
      REQUIRE((found.verdict.proof() != nullptr) == (demand == Spectra::real || !negative));
    }
    std::vector<Real> v(n);
    for (Real& entry : v) entry = 1 + static_cast<int>(below(rng, 5));
    const Rational beta(static_cast<int>(below(rng, 9)), 4);
    const core::Transition single = product_of_factors({{beta, v}});
    for (const Spectra demand : {Spectra::real, Spectra::nonnegative}) {
      const Spectrum found = decide_spectrum(single, n, demand);
      REQUIRE(found.method == "single factor");
      REQUIRE((found.verdict.proof() != nullptr) == (demand == Spectra::real || beta <= 1));
      if (const SpectrumViolation* bad = found.verdict.witness()) {
        REQUIRE(*bad->eigenvalue->exact == Real(1 - beta));
      }
    }
  }
  const core::Transition diagonal{core::Diagonal{{Rational(1, 2), 0, 1}}, {}};
  CHECK(method(diagonal, 3, Spectra::nonnegative) == "diagonal");
  CHECK(method({core::GhProduct{}, {}}, 3, Spectra::nonnegative) == "identity");
  const core::Transition two = product_of_factors({{1, {1, 0}}, {Rational(1, 2), {1, 1}}});
  CHECK(method(two, 2, Spectra::nonnegative) == "two factors");
  const core::Transition mixed = product_of_factors({{2, {1, 3}}, {Rational(1, 2), {1, 1}}});
  CHECK(method(mixed, 2, Spectra::real) == "two factors");
  CHECK(method(mixed, 2, Spectra::nonnegative) == "trace-Hankel");
  CHECK(decide_spectrum(mixed, 2, Spectra::nonnegative).verdict.witness() != nullptr);
}

TEST_CASE("spectrum: three projections whose product has the eigenvalue -1/10",
          "[theorems][spectrum]") {
  const core::Transition three = product_of_factors({{1, {1, 0}}, {1, {1, 1}}, {1, {-1, 2}}});
  CHECK(decide_spectrum(three, 2, Spectra::real).verdict.proof() != nullptr);
  const Spectrum found = decide_spectrum(three, 2, Spectra::nonnegative);
  REQUIRE(found.verdict.witness() != nullptr);
  const Eigenvalue& eigenvalue = *found.verdict.witness()->eigenvalue;
  REQUIRE(eigenvalue.exact);
  CHECK(*eigenvalue.exact == Real(Rational(-1, 10)));
}

TEST_CASE("spectrum: irrational entries", "[theorems][spectrum]") {
  const Real c = core::parse_real("cos(2pi/5)", "c"), s = core::parse_real("sin(2pi/5)", "s");
  const Matrix<Real> turn = matrix(2, {c, -s, s, c});
  const Spectrum turned = decide_spectrum(turn, Spectra::real);
  REQUIRE(turned.verdict.witness() != nullptr);
  const Eigenvalue& eigenvalue = *turned.verdict.witness()->eigenvalue;
  CHECK(Real(eigenvalue.real.lower) <= c);
  CHECK(Real(eigenvalue.real.upper) >= c);
  CHECK(Real(eigenvalue.imaginary.lower) <= s);
  CHECK(Real(eigenvalue.imaginary.upper) >= s);
  const Matrix<Real> mirror = matrix(2, {c, s, s, -c});
  CHECK(decide_spectrum(mirror, Spectra::real).verdict.proof() != nullptr);
  CHECK(decide_spectrum(mirror, Spectra::nonnegative).verdict.witness() != nullptr);
  // c + s > 0 > c - s: symmetric with the eigenvalues c +- s, and a product with three coordinates.
  CHECK(decide_spectrum(matrix(2, {c, s, s, c}), Spectra::nonnegative).verdict.witness() !=
        nullptr);
  CHECK(decide_spectrum(matrix(2, {s, c, c, s}), Spectra::nonnegative).verdict.proof() != nullptr);
  // x -> turn on two coordinates that also feed a third and are fed by it: eigenvalues of the
  // companion matrix of (t - 1)(t - s)(t + c) and of (t - 1)(t^2 - 2 c t + 1).
  const auto companion = [](const Real& a, const Real& b, const Real& d) {  // t^3 - a t^2 - b t - d
    return matrix(3, {0, 0, d, 1, 0, b, 0, 1, a});
  };
  const Matrix<Real> real_roots = companion(Real(1) + s - c, c * s - s + c, -(c * s));
  CHECK(decide_spectrum(real_roots, Spectra::real).verdict.proof() != nullptr);
  CHECK(decide_spectrum(real_roots, Spectra::nonnegative).verdict.witness() != nullptr);
  const Matrix<Real> others = companion(Real(1) + 2 * c, Real(-1) - 2 * c, 1);
  CHECK(decide_spectrum(others, Spectra::real).verdict.witness() != nullptr);
  // Beyond what is decided in the field the answer is unknown, never wrong.
  Matrix<Real> large(8, 8);
  for (std::size_t i = 0; i < 64; ++i) large.entries()[i] = i % 5 == 0 ? c : s;
  CHECK(decide_spectrum(large, Spectra::real).verdict.unknown() != nullptr);
}

TEST_CASE("spectrum: irrational eigenvalues near an axis are told from it",
          "[theorems][spectrum]") {
  const Real c = core::parse_real("cos(2pi/5)", "c"), s = core::parse_real("sin(2pi/5)", "s");
  const Real tiny(Rational(1, Integer(1) << 200));
  // tiny times a turn beside 1: the eigenvalues 1 + tiny (c +- i s); and -tiny of a mirror.
  const Matrix<Real> turn = matrix(2, {1 + tiny * c, -(tiny * s), tiny * s, 1 + tiny * c});
  const Spectrum turned = decide_spectrum(turn, Spectra::real);
  REQUIRE(turned.verdict.witness() != nullptr);
  const Interval imaginary = turned.verdict.witness()->eigenvalue->imaginary;
  CHECK(imaginary.lower > 0);
  CHECK(Real(imaginary.lower) <= tiny * s);
  CHECK(Real(imaginary.upper) >= tiny * s);
  const Matrix<Real> mirror = matrix(2, {tiny * c, tiny * s, tiny * s, -(tiny * c)});
  const Spectrum mirrored = decide_spectrum(mirror, Spectra::nonnegative);
  REQUIRE(mirrored.verdict.witness() != nullptr);
  const Interval real = mirrored.verdict.witness()->eigenvalue->real;
  CHECK(real.upper < 0);
  CHECK(Real(real.lower) <= -tiny);
  CHECK(Real(real.upper) >= -tiny);
}

TEST_CASE("spectrum: two ways to decide agree", "[theorems][spectrum]") {
  // Trace-Hankel matrices against roots of the characteristic polynomial, on small random matrices.
  std::size_t yes = 0, no = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    SplitMix64 rng(seed);
    const std::size_t n = 2 + below(rng, 2);
    Matrix<Real> a(n, n);
    Matrix<Rational> rational(n, n);
    for (std::size_t i = 0; i < n * n; ++i) {
      rational.entries()[i] = static_cast<int>(below(rng, 5)) - (seed % 2 == 0 ? 2 : 0);
      a.entries()[i] = rational.entries()[i];
    }
    for (const Spectra demand : {Spectra::real, Spectra::nonnegative}) {
      const bool holds = decide_spectrum(a, demand).verdict.proof() != nullptr;
      REQUIRE(holds == !violating_eigenvalue(rational, demand).has_value());
      (holds ? yes : no) += 1;
    }
  }
  CHECK(yes > 50);
  CHECK(no > 50);
}

TEST_CASE("spectrum: 32 x 32 with nine-bit entries", "[theorems][spectrum][.long]") {
  const std::uint64_t seed = 32;
  CAPTURE(seed);
  SplitMix64 rng(seed);
  const std::size_t n = 32;
  Matrix<Real> random(n, n);
  for (Real& entry : random.entries())
    entry = Rational(static_cast<int>(below(rng, 1023)) - 511, 512);
  // P diag P^-1 with entries of about nine bits: all eigenvalues real, most of them repeated.
  Matrix<Rational> j(n, n);
  for (std::size_t i = 0; i < n; ++i) j(i, i) = static_cast<int>(below(rng, 40));
  for (std::size_t step = 0; step < 3 * n; ++step) {
    const std::size_t r = below(rng, n), s = (r + 1 + below(rng, n - 1)) % n;
    for (std::size_t k = 0; k < n; ++k) j(r, k) += j(s, k);
    for (std::size_t k = 0; k < n; ++k) j(k, s) -= j(k, r);
  }
  Matrix<Real> real(n, n);
  for (std::size_t i = 0; i < n * n; ++i) real.entries()[i] = j.entries()[i];
  for (const auto* a : {&random, &real}) {
    const auto begin = std::chrono::steady_clock::now();
    const Spectrum found = decide_spectrum(*a, Spectra::nonnegative);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    CAPTURE(seconds);
    CHECK(found.method == "trace-Hankel");
    CHECK((found.verdict.proof() != nullptr) == (a == &real));
    CHECK(seconds < 10);
  }
}
