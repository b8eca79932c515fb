#pragma once

#include <cstdint>
#include <vector>

#include "core/number/cyclotomic.hpp"

namespace statewright::core {

/// A sum of signed m-th roots of unity, zeta = exp(2 pi i / m), under affine steps: what a plane
/// that is rotated by multiples of 2 pi / m and moved by unit vectors of such angles can reach. The
/// point (x, y) is x + i y; the rotation matrix R(2 pi k / m) is multiplication by zeta^k.
///
/// Held as an element of the group ring Z[x] / (x^m - 1), before any reduction: one counter for
/// each power of zeta, and an offset that turns instead of them, so that a step costs O(1). The
/// counters are exact for fewer than 2^63 steps (292 years of steps of a nanosecond).
/// Different counters can mean the same number: prove_equal and equal_by_reduction decide that.
class RootSum {
 public:
  static constexpr std::uint32_t kLargestOrder = 1U << 20;

  /// 0. Errors: Error{range} unless 1 <= m <= kLargestOrder.
  explicit RootSum(std::uint32_t m);
  /// zeta^k.
  static RootSum root(std::int64_t k, std::uint32_t m);

  std::uint32_t order() const noexcept { return m_; }

  /// z <- zeta^k z. Domain: k < m (not checked).
  void turn(std::uint32_t k) noexcept {
    offset_ += k;
    if (offset_ >= m_) offset_ -= m_;
  }
  /// z <- z + sign zeta^l. Domain: l < m, sign 1, 0 or -1 (not checked).
  void add(int sign, std::uint32_t l) noexcept {
    counters_[l >= offset_ ? l - offset_ : l + m_ - offset_] += sign;
  }
  /// z <- zeta^k z + sign zeta^l. The same domain.
  void step(std::uint32_t k, int sign, std::uint32_t l) noexcept {
    turn(k);
    add(sign, l);
  }

  /// The counter of zeta^j. Domain: j < m.
  std::int64_t count(std::uint32_t j) const noexcept {
    return counters_[j >= offset_ ? j - offset_ : j + m_ - offset_];
  }
  /// The number. Errors: Error{range} if m > Cyclotomic::kLargestOrder.
  Cyclotomic value() const;

 private:
  std::uint32_t m_;
  std::uint32_t offset_ = 0;            ///< counters_[i] belongs to zeta^(i + offset_)
  std::vector<std::int64_t> counters_;  ///< [m]
};

/// Whether two sums of the same order are the same number, with what proves it.
struct EqualityProof {
  struct Evaluation {
    std::uint64_t prime;  ///< 1 modulo m, between 2^60 and 2^61
    std::uint64_t root;   ///< of multiplicative order m modulo the prime
  };
  bool equal = false;
  /// If equal: enough evaluations at which the difference vanishes, none if no counters differ. If
  /// not: one, the last, at which it does not.
  std::vector<Evaluation> evaluations;
};

/// Decides a == b by evaluation modulo primes. Let d = a - b be the sum of d_j zeta^j and
/// L = sum |d_j|.
///
/// Sending zeta to a root r of order m modulo a prime p = 1 (mod m) is a ring homomorphism from
/// Z[zeta] to the integers modulo p, because such an r is a root of the m-th cyclotomic polynomial.
/// Its kernel P is a prime ideal of norm p. If the value of d modulo p is not 0, d is not 0. If it
/// is 0, d lies in P and p divides the norm N of d, the product of its phi(m) conjugates. That is
/// an integer, and each conjugate is a sum of L roots of unity, so |N| <= L^phi(m). If d vanishes
/// for distinct primes whose product is beyond that, N is 0, and so is d.
///
/// With primes above 2^60 and L < 2^b, floor(b phi(m) / 60) + 1 of them are enough: 6 for m = 60
/// and 10^6 steps. Cost: O(m) for each, and the search for them, about 40 us each.
/// Errors: Error{shape} for different orders.
EqualityProof prove_equal(const RootSum& a, const RootSum& b);

/// The same decision by reducing the difference modulo the m-th cyclotomic polynomial.
/// Errors: Error{shape} for different orders, Error{range} if m > Cyclotomic::kLargestOrder.
bool equal_by_reduction(const RootSum& a, const RootSum& b);

}  // namespace statewright::core
