#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/number/rational.hpp"
#include "proofs_check/theorems/factor_enclosure.hpp"

namespace statewright::proofs {

/// A sequence u_0, u_1, .. of rational numbers that obeys a linear recurrence whose roots are real
/// and
/// >= 0: after `shift` terms a sum of c binom(k, m) lambda^k with distinct pairs (lambda > 0, m).
///
/// Signs and limits are exact: the recurrence is the least one (Berlekamp and Massey over the
/// rationals), its roots are isolated, coefficients enclosed with as many bits as decisions take.
/// Where 8,192 bits do not decide, the answer is missing.
class ExponentialSum {
 public:
  /// `terms`: at least 2 n of them, for a recurrence of order at most n.
  /// Errors: std::invalid_argument if a root is not real or is negative, or if 8,192 bits do not
  /// enclose the coefficients.
  explicit ExponentialSum(std::vector<core::Rational> terms);
  ~ExponentialSum();
  ExponentialSum(ExponentialSum&&) noexcept;
  ExponentialSum& operator=(ExponentialSum&&) noexcept;

  std::size_t shift() const noexcept { return shift_; }
  /// Order of the recurrence after the shift: the number of terms of the sum.
  std::size_t order() const noexcept;
  bool is_zero() const noexcept { return order() == 0; }  ///< after the shift

  /// u_{k+1} - u_k.
  ExponentialSum differences() const;

  /// -1, 0, 1, and a k from which on every term has that sign. Missing where 2^64 is not enough.
  struct Tail {
    int sign = 0;
    core::Integer from;
  };
  std::optional<Tail> tail() const;

  /// The limit, if the sequence converges; it is rational. Missing if |u_k| grows without end.
  std::optional<core::Rational> limit() const;

  /// u_k, exactly for k < terms(), else enclosed with at least `bits` bits relative to the largest
  /// summand.
  Interval at(const core::Integer& k, long bits) const;
  std::size_t terms() const noexcept { return terms_.size(); }
  static constexpr long kMostBits = 8192;

 private:
  struct Roots;
  const Roots* roots(long bits) const;  ///< null if the coefficients' signs are not decided

  std::vector<core::Rational> terms_;
  std::size_t shift_ = 0;
  std::vector<core::Rational> recurrence_;  ///< coprime to t, monic, constant term first
  mutable std::unique_ptr<Roots> cache_;
};

}  // namespace statewright::proofs
