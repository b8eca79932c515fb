// Theorems 1 and 2 ask for eigenvalues; which architectures have such? Proposition 1 answers for
// some: one factor, or two with beta <= 1, cannot leave the non-negative numbers. The others are
// drawn here, and everything that is said about a family is tried on it.

#include "proofs_check/theorems/family_spectra.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/characteristic.hpp"
#include "proofs_check/theorems/spectrum.hpp"

namespace statewright::proofs {
namespace {

using core::Matrix;
using core::Real;
using core::Transition;

constexpr std::uint64_t kMostDraws = 100;  ///< for one that falls into the family

std::optional<Transition> draw(const Family& family, std::size_t n, const core::Format& format,
                               automata::SplitMix64& random) {
  for (std::uint64_t i = 0; i < kMostDraws; ++i) {
    if (auto transition = family.draw(random, n, format)) return transition;
  }
  return {};
}

bool is_as(const Spectrum& spectrum) { return spectrum.verdict.outcome() == core::Outcome::proved; }

/// What the roots of the characteristic polynomial say.
struct Roots {
  bool nonnegative = true, real = true;
  std::optional<double> least, widest;
};

Roots roots_of(const Matrix<Real>& a) {
  Matrix<core::Rational> entries(a.rows(), a.columns());
  entries.entries() = core::rationals(a.entries());
  Roots roots;
  for (const CharacteristicFactor& factor : characteristic_factors(entries)) {
    for (const Eigenvalue& root : eigenvalues_of(factor)) {
      const double x = static_cast<double>(root.real.middle()),
                   y = static_cast<double>(root.imaginary.middle());
      if (!root.is_real()) {
        roots.real = roots.nonnegative = false;
        const double angle = std::atan2(std::fabs(y), x) * 180 / 3.14159265358979323846;
        roots.widest = std::max(roots.widest.value_or(0), angle);
      } else if (root.real.lower < 0) {
        roots.nonnegative = false;
        roots.least = std::min(roots.least.value_or(0), x);
      }
    }
  }
  return roots;
}

void add(ProductSpectra& to, bool nonnegative, bool real, const Roots& roots) {
  if (roots.nonnegative != nonnegative || roots.real != real) {
    throw std::logic_error("trace-Hankel matrices and roots say different things");
  }
  ++to.drawn;
  to.nonnegative += nonnegative ? 1 : 0;
  to.real += real ? 1 : 0;
  if (roots.least) to.least = std::min(to.least.value_or(0), *roots.least);
  if (roots.widest) to.widest = std::max(to.widest.value_or(0), *roots.widest);
}

}  // namespace

bool FamilySpectra::agrees() const {
  return std::all_of(products.begin(), products.end(), [&](const ProductSpectra& one) {
    if (family->nonnegative && one.length == 1 && one.nonnegative != one.drawn) return false;
    return !family->triangular || one.real == one.drawn;
  });
}

std::vector<FamilySpectra> spectra_of_families(const core::Format& format, std::size_t n,
                                               const std::vector<std::uint64_t>& lengths,
                                               std::uint64_t count, const core::Limits& limits) {
  core::Meter meter(limits, "products");
  std::uint64_t done = 0;
  std::vector<FamilySpectra> table;
  for (const Family& family : families()) {
    if (!family.draw || family.one_layer || family.only_size.value_or(n) != n) continue;
    FamilySpectra row;
    row.family = &family;
    row.n = n;
    for (const std::uint64_t length : lengths) {
      ProductSpectra spectra;
      spectra.length = length;
      for (std::uint64_t i = 0; i < count && !limits.is_over() && !meter.check_time(done);
           ++i, ++done) {
        automata::SplitMix64 random(i * 0x10000 + n);
        std::vector<Transition> letters;
        while (letters.size() < length) {
          auto letter = draw(family, n, format, random);
          if (!letter) break;
          letters.push_back(*std::move(letter));
        }
        if (letters.size() < length) continue;
        Matrix<Real> a = core::to_matrix(letters[0], n);
        for (std::size_t k = 1; k < letters.size(); ++k) {
          a = core::to_matrix(letters[k], n) * a;
        }
        const auto decide = [&](Spectra demand) {
          return is_as(length == 1 ? decide_spectrum(letters[0], n, demand)
                                   : decide_spectrum(a, demand));
        };
        const bool nonnegative = decide(Spectra::nonnegative);
        add(spectra, nonnegative, nonnegative || decide(Spectra::real), roots_of(a));
      }
      row.products.push_back(spectra);
    }
    table.push_back(std::move(row));
  }
  return table;
}

}  // namespace statewright::proofs
