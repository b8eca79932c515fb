#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/wall_form.hpp"

namespace statewright::proofs {

/// lower <= x <= upper, both dyadic.
struct Interval {
  core::Rational lower, upper;
  core::Rational middle() const { return (lower + upper) / 2; }
  bool operator==(const Interval&) const = default;
};

/// I - beta v v^T / (v^T v) for some beta in `beta` and some v in the box `v`.
struct EnclosedFactor {
  Interval beta;            ///< 0 <= lower, upper <= 2
  std::vector<Interval> v;  ///< [n]; does not contain 0
};

/// Factors in order of application. For some choice of every beta and v their product is A exactly:
/// that is proved. For every choice the product lies within `radius` of A, in every entry.
struct EnclosedProduct {
  std::vector<EnclosedFactor> factors;
  core::Rational radius;
  int precision = 0;  ///< bits of the ball arithmetic
};

/// A = a as rank(A - I) factors whose parameters are algebraic numbers. Requires:
/// wall.attained(). The precision is doubled from 128 bits until the radius is at most 2^-bits;
/// nothing if 8192 bits are not enough. Cost: O(n^4) operations on balls for each root of a factor.
/// Source: factor_enclosure.cpp.
std::optional<EnclosedProduct> enclosed_factors(const core::Matrix<core::Rational>& a,
                                                const WallForm& wall, int bits = 64);

/// Entries of the middles: rational factors, whose product is near A, not A.
std::vector<core::Householder> middle_factors(const EnclosedProduct& product);

}  // namespace statewright::proofs
