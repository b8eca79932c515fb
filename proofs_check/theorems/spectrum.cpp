// Are all eigenvalues of a matrix real? Are they real and >= 0? Nothing here rounds.
//
// A factor I - beta v v^T / (v^T v) is symmetric with the eigenvalues 1 and 1 - beta. For symmetric
// P >= 0 and symmetric S the nonzero eigenvalues of P S are those of P^(1/2) S P^(1/2), real, and
// >= 0 if S >= 0. Three factors do not have this property: projections on (1, 0), (1, 1) and
// (-1, 2) multiply to a matrix with the eigenvalue -1/10. From then on only the product counts.
//
// A matrix is cut into the strongly connected components of its pattern, whose eigenvalues it has.
// Those of size one are its own eigenvalues (diagonal and triangular matrices, in whatever order of
// the coordinates, have no others), symmetric ones are real, and the rest is decided by the signs
// of sums of lambda^r (x_0 + x_1 lambda + ..)^2 over the eigenvalues: Hermite's trace-Hankel
// matrices. The pointed-out eigenvalue comes from the characteristic polynomial, another way
// altogether, so that the two check each other.

#include "proofs_check/theorems/spectrum.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "core/linalg/exact.hpp"

namespace statewright::proofs {

using core::GhProduct;
using core::Householder;
using core::Integer;
using core::Matrix;
using core::Rational;
using core::Real;
using core::Transition;

namespace {

/// Methods in the order of generality.
constexpr const char* kMethods[] = {"triangular", "symmetric", "trace-Hankel"};

template <class Number>
bool is_symmetric(const Matrix<Number>& a) {
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!(a(i, j) == a(j, i))) return false;
    }
  }
  return true;
}

Matrix<Real> block_of(const Matrix<Real>& a, const std::vector<std::size_t>& coordinates) {
  const std::size_t n = coordinates.size();
  Matrix<Real> block(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) block(i, j) = a(coordinates[i], coordinates[j]);
  }
  return block;
}

using BlockAnswer = core::Verdict<BlockProof, SpectrumViolation>;

struct BlockDecision {
  std::size_t generality = 0;  ///< index into kMethods
  BlockAnswer answer;
};

SpectrumViolation violation(Eigenvalue eigenvalue) { return {std::move(eigenvalue), {}, {}, {}}; }

/// The eigenvalue that must exist because another method has said so.
Eigenvalue pointed_out(const Matrix<Rational>& a, Spectra demand) {
  auto eigenvalue = violating_eigenvalue(a, demand);
  if (!eigenvalue)
    throw std::logic_error("trace-Hankel matrix and characteristic polynomial differ");
  return *std::move(eigenvalue);
}

BlockDecision decide_symmetric(const Matrix<Rational>& a, Spectra demand) {
  BlockProof proof{BlockProof::Kind::symmetric, {}};
  if (demand == Spectra::nonnegative) {
    auto squares = squares_of(primitive_integers(a));
    if (std::holds_alternative<NegativeVector>(squares)) {
      return {1, violation(pointed_out(a, demand))};
    }
    proof.squares.push_back(std::get<SumOfSquares>(std::move(squares)));
  }
  return {1, std::move(proof)};
}

BlockDecision decide_hankel(const Matrix<Rational>& a, Spectra demand) {
  const Matrix<Integer> m = primitive_integers(a);
  BlockProof proof{BlockProof::Kind::hankel, {}};
  for (std::size_t r = 0; r < (demand == Spectra::real ? 1U : 2U); ++r) {
    auto squares = squares_of(trace_hankel(m, r));
    if (auto* negative = std::get_if<NegativeVector>(&squares)) {
      return {2, SpectrumViolation{pointed_out(a, demand), {}, r, std::move(negative->q)}};
    }
    proof.squares.push_back(std::get<SumOfSquares>(std::move(squares)));
  }
  return {2, std::move(proof)};
}

BlockDecision decide_irrational(const Matrix<Real>& a, Spectra demand) {
  const bool symmetric = is_symmetric(a);
  const std::size_t generality = symmetric ? 1 : 2, n = a.rows();
  const BlockProof proof{BlockProof::Kind::field, {}};
  if (symmetric && demand == Spectra::real) return {generality, proof};
  if (n == 2) {
    auto eigenvalue = violating_eigenvalue_2x2(a, demand);
    if (eigenvalue) return {generality, violation(*std::move(eigenvalue))};
    return {generality, proof};
  }
  if (!symmetric && n > kLargestFieldBlock) {
    return {generality,
            core::Unknown{{"irrational entries in a block of " + std::to_string(n) +
                               " coordinates without structure",
                           ""},
                          "only rational matrices, and blocks of at most " +
                              std::to_string(kLargestFieldBlock) + ", are decided in general"}};
  }
  const SpectrumViolation unseen{{}, {}, {}, {}};
  if (symmetric) {
    if (is_positive_semidefinite(a)) return {generality, proof};
    return {generality, unseen};
  }
  for (std::size_t r = 0; r < (demand == Spectra::real ? 1U : 2U); ++r) {
    if (is_positive_semidefinite(trace_hankel(a, r))) continue;
    SpectrumViolation found = unseen;
    found.hankel = r;
    return {generality, std::move(found)};
  }
  return {generality, proof};
}

BlockDecision decide_block(const Matrix<Real>& a, Spectra demand) {
  if (a.rows() == 1) {
    if (demand == Spectra::nonnegative && a(0, 0).sign() < 0) {
      return {0, violation(exact_eigenvalue(a(0, 0)))};
    }
    return {0, BlockProof{}};
  }
  if (!core::all_rational(a.entries())) return decide_irrational(a, demand);
  Matrix<Rational> rational(a.rows(), a.rows());
  rational.entries() = core::rationals(a.entries());
  return is_symmetric(rational) ? decide_symmetric(rational, demand)
                                : decide_hankel(rational, demand);
}

/// By the eigenvalues 1 and 1 - beta of at most two factors, if they decide.
std::optional<Spectrum> decide_factors(const std::vector<Householder>& factors, std::size_t n,
                                       Spectra demand) {
  if (factors.size() > 2) return {};
  const char* method = factors.empty()       ? "identity"
                       : factors.size() == 1 ? "single factor"
                                             : "two factors";
  const auto semidefinite = static_cast<std::size_t>(std::count_if(
      factors.begin(), factors.end(), [](const Householder& f) { return f.beta <= 1; }));
  SpectrumProof proof;
  proof.by_factors = true;
  const std::size_t needed = demand == Spectra::nonnegative ? factors.size()
                             : factors.size() == 2          ? 1
                                                            : 0;
  if (semidefinite >= needed) return Spectrum{method, std::move(proof)};
  if (factors.size() != 1) return {};
  SpectrumViolation found = violation(exact_eigenvalue(Real(1) - factors[0].beta));
  found.block.resize(n);
  std::iota(found.block.begin(), found.block.end(), 0);
  return Spectrum{method, std::move(found)};
}

}  // namespace

BlockOrder block_order(const std::vector<Matrix<Real>>& matrices, std::size_t n) {
  // reaches[j][i]: what coordinate j holds can come to be in coordinate i
  std::vector<std::vector<bool>> reaches(n, std::vector<bool>(n));
  for (std::size_t j = 0; j < n; ++j) reaches[j][j] = true;
  for (const Matrix<Real>& a : matrices) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (!(a(i, j) == 0)) reaches[j][i] = true;
      }
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t j = 0; j < n; ++j) {
      if (!reaches[j][k]) continue;
      for (std::size_t i = 0; i < n; ++i) reaches[j][i] = reaches[j][i] || reaches[k][i];
    }
  }
  // A coordinate that is reached from more comes later; within a component all are reached from the
  // same, and are told from others by the first of them.
  std::vector<std::size_t> sources(n), first(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = n; j-- > 0;) {
      if (!reaches[j][i]) continue;
      ++sources[i];
      if (reaches[i][j]) first[i] = j;
    }
  }
  BlockOrder result;
  result.order.resize(n);
  std::iota(result.order.begin(), result.order.end(), 0);
  std::stable_sort(result.order.begin(), result.order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(sources[a], first[a]) < std::pair(sources[b], first[b]);
  });
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t i = result.order[k];
    if (k == 0 || first[i] != first[result.order[k - 1]]) result.sizes.push_back(0);
    ++result.sizes.back();
  }
  return result;
}

Matrix<Integer> primitive_integers(const Matrix<Rational>& a) {
  Matrix<Integer> m(a.rows(), a.columns());
  const std::vector<Rational> entries = core::to_primitive(a.entries());
  for (std::size_t i = 0; i < entries.size(); ++i) m.entries()[i] = core::numerator_of(entries[i]);
  return m;
}

Spectrum decide_spectrum(const Matrix<Real>& a, Spectra demand) {
  SpectrumProof proof;
  proof.order = block_order({a}, a.rows());
  std::size_t generality = 0, begin = 0;
  bool diagonal = true;
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.rows(); ++j) diagonal = diagonal && (i == j || a(i, j) == 0);
  }
  std::optional<core::Unknown> unknown;
  for (const std::size_t size : proof.order.sizes) {
    const auto at = proof.order.order.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<std::size_t> coordinates(at, at + static_cast<std::ptrdiff_t>(size));
    begin += size;
    BlockDecision decision = decide_block(block_of(a, coordinates), demand);
    generality = std::max(generality, decision.generality);
    if (const SpectrumViolation* found = decision.answer.witness()) {
      SpectrumViolation located = *found;
      located.block = std::move(coordinates);
      return {diagonal ? "diagonal" : kMethods[decision.generality], std::move(located)};
    }
    if (decision.answer.unknown() != nullptr) unknown = *decision.answer.unknown();
    if (decision.answer.proof() != nullptr) proof.blocks.push_back(*decision.answer.proof());
  }
  if (unknown) return {kMethods[generality], *std::move(unknown)};
  return {diagonal ? "diagonal" : kMethods[generality], std::move(proof)};
}

Spectrum decide_spectrum(const Transition& transition, std::size_t n, Spectra demand) {
  if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
    if (auto decided = decide_factors(product->factors, n, demand)) return *std::move(decided);
  }
  return decide_spectrum(core::to_matrix(transition, n), demand);
}

}  // namespace statewright::proofs
