// Experiments with families: counts against those that the quadratic formula gives for the same
// draws, and what theory says of whole families.

#include <algorithm>

#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/factor_counts.hpp"
#include "proofs_check/theorems/family_spectra.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

const core::Format kBf16 = core::parse_format("bf16", "");

core::Matrix<core::Rational> rational(const core::Matrix<core::Real>& a) {
  core::Matrix<core::Rational> result(a.rows(), a.columns());
  result.entries() = core::rationals(a.entries());
  return result;
}

}  // namespace

TEST_CASE("experiments: spectra of 2 x 2 matrices, by trace and determinant", "[theorems]") {
  constexpr std::uint64_t kCount = 60;
  std::size_t negative = 0, turning = 0;
  for (const FamilySpectra& row : spectra_of_families(kBf16, 2, {1, 2}, kCount)) {
    CAPTURE(row.family->id);
    REQUIRE(row.products.size() == 2);
    CHECK(row.agrees());
    for (const ProductSpectra& one : row.products) {
      std::uint64_t real = 0, nonnegative = 0;
      for (std::uint64_t i = 0; i < kCount; ++i) {
        automata::SplitMix64 random(i * 0x10000 + 2);
        auto a = core::Matrix<core::Rational>::identity(2);
        for (std::uint64_t k = 0; k < one.length;) {
          const auto letter = row.family->draw(random, 2, kBf16);
          if (!letter) continue;
          a = rational(core::to_matrix(*letter, 2)) * a;
          ++k;
        }
        const core::Rational trace = a(0, 0) + a(1, 1);
        const core::Rational det = a(0, 0) * a(1, 1) - a(0, 1) * a(1, 0);
        const bool is_real = trace * trace >= 4 * det;
        real += is_real ? 1 : 0;
        nonnegative += is_real && trace >= 0 && det >= 0 ? 1 : 0;
      }
      CHECK(one.drawn == kCount);
      CHECK(one.real == real);
      CHECK(one.nonnegative == nonnegative);
      CHECK(one.widest.has_value() == (real < kCount));
      if (one.least) CHECK(*one.least < 0);
      negative += one.least ? 1 : 0;
      turning += one.widest ? 1 : 0;
    }
  }
  CHECK(negative > 3);
  CHECK(turning > 3);
}

TEST_CASE("experiments: what Proposition 1 says of families", "[theorems]") {
  for (const FamilySpectra& row : spectra_of_families(kBf16, 3, {1}, 30)) {
    CAPTURE(row.family->id);
    CHECK(row.agrees());
    const ProductSpectra& one = row.products[0];
    if (row.family->id == "deltanet11_deep") CHECK(one.real == one.drawn);  // one factor
    if (row.family->id == "deltaproduct2_11") CHECK(one.real < one.drawn);
    CHECK_FALSE(row.family->only_size);  // which is 2
    // Three factors with beta <= 1 have no real eigenvalue below -1/8 (three projections of a
    // plane, 60 degrees apart, attain it).
    if (row.family->id == "deltaproduct3_01" && one.least) CHECK(*one.least >= -0.125);
  }
}

TEST_CASE("experiments: a family that is not as it is said to be is noticed", "[theorems]") {
  Family family;
  family.nonnegative = true;
  FamilySpectra row;
  row.family = &family;
  row.products = {{.length = 1, .drawn = 5, .nonnegative = 4, .real = 5}};
  CHECK_FALSE(row.agrees());
  row.products[0].nonnegative = 5;
  CHECK(row.agrees());
  row.products.push_back({.length = 2, .drawn = 5, .nonnegative = 3, .real = 4});
  CHECK(row.agrees());
  family.triangular = true;
  CHECK_FALSE(row.agrees());
}

TEST_CASE("experiments: factors that matrices take", "[theorems][householder]") {
  for (const FactorCounts& row : factor_counts(3, 40)) {
    CAPTURE(row.kind, row.n);
    CHECK(row.drawn == 40);
    CHECK(row.at_rank + row.above + row.open == row.drawn);
    CHECK(row.agrees());
    CHECK(row.most <= 2 * row.n);
    if (row.kind != "contractions") CHECK(row.at_rank == row.drawn);
    if (row.kind == "permutations") CHECK(row.most == row.n - 1);        // some cycle is drawn
    if (row.kind == "contractions" && row.n == 2) CHECK(row.most == 3);  // turns are
  }
}

TEST_CASE("experiments: limits cut rows short", "[theorems][quick]") {
  core::Limits limits;
  limits.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  for (const FactorCounts& row : factor_counts(3, 5, limits)) CHECK(row.drawn == 0);
  for (const FamilySpectra& row : spectra_of_families(kBf16, 2, {1}, 5, limits)) {
    CHECK(row.products[0].drawn == 0);
  }
}
