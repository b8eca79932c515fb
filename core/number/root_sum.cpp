#include "core/number/root_sum.hpp"

#include <array>
#include <bit>
#include <string>

#include "core/error.hpp"
#include "core/number/cyclotomic_field.hpp"

namespace statewright::core {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t times(std::uint64_t a, std::uint64_t b, std::uint64_t p) {
  return static_cast<std::uint64_t>(Wide{a} * b % p);
}

std::uint64_t power(std::uint64_t x, std::uint64_t exponent, std::uint64_t p) {
  std::uint64_t result = 1;
  for (; exponent > 0; exponent >>= 1, x = times(x, x, p)) {
    if ((exponent & 1) != 0) result = times(result, x, p);
  }
  return result;
}

/// The strong test to the first twelve primes as bases, which no composite below 3.1 10^23 passes
/// (Sorenson and Webster 2015). For odd n above 37.
bool is_prime(std::uint64_t n) {
  constexpr std::array<std::uint64_t, 12> kBases = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  for (const std::uint64_t base : kBases) {
    if (n % base == 0) return false;
  }
  const int twos = std::countr_zero(n - 1);
  for (const std::uint64_t base : kBases) {
    std::uint64_t x = power(base, (n - 1) >> twos, n);
    bool passes = x == 1 || x == n - 1;
    for (int i = 1; i < twos && !passes; ++i) {
      x = times(x, x, n);
      passes = x == n - 1;
    }
    if (!passes) return false;
  }
  return true;
}

/// Primes 1 modulo m, downwards from 2^61, each with a root of order m.
class Evaluations {
 public:
  explicit Evaluations(std::uint32_t m)
      : m_(m), primes_(detail::primes_of(m)), factor_(((std::uint64_t{1} << 61) - 1) / m) {}

  std::uint32_t degree() const {
    std::uint32_t phi = m_;
    for (const std::uint32_t q : primes_) phi -= phi / q;
    return phi;
  }

  EqualityProof::Evaluation next() {
    for (;; --factor_) {
      const std::uint64_t candidate = factor_ * m_ + 1;
      // Never with m of at most 20 bits: there are about 10^16 / m of them in reach.
      if (candidate >> 60 == 0) throw Error({Fault::limit, "root sum", "more primes", "none left"});
      if (candidate % 2 == 0 || !is_prime(candidate)) continue;
      --factor_;
      return {candidate, root_of_order_m(candidate)};
    }
  }

 private:
  std::uint64_t root_of_order_m(std::uint64_t p) const {
    for (std::uint64_t x = 2;; ++x) {
      const std::uint64_t root = power(x, (p - 1) / m_, p);
      bool full = true;
      for (const std::uint32_t q : primes_) full = full && power(root, m_ / q, p) != 1;
      if (full) return root;
    }
  }

  std::uint32_t m_;
  std::vector<std::uint32_t> primes_;
  std::uint64_t factor_;
};

void check_orders(const RootSum& a, const RootSum& b) {
  if (a.order() == b.order()) return;
  throw Error({Fault::shape, "root sum", "sums of the same order",
               std::to_string(a.order()) + " and " + std::to_string(b.order())});
}

/// A difference of counters: its magnitude fits 64 bits.
struct Signed {
  bool negative;
  std::uint64_t magnitude;
};

Signed difference(std::int64_t a, std::int64_t b) {
  const auto forwards = static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
  return {a < b, a < b ? 0 - forwards : forwards};
}

}  // namespace

RootSum::RootSum(std::uint32_t m) : m_(m) {
  if (m == 0 || m > kLargestOrder) {
    throw Error({Fault::range, "root sum", "an order from 1 to " + std::to_string(kLargestOrder),
                 std::to_string(m)});
  }
  counters_.resize(m);
}

RootSum RootSum::root(std::int64_t k, std::uint32_t m) {
  RootSum sum(m);
  const auto modulus = static_cast<std::int64_t>(m);
  sum.add(1, static_cast<std::uint32_t>((k % modulus + modulus) % modulus));
  return sum;
}

Cyclotomic RootSum::value() const {
  std::vector<Rational> powers;
  powers.reserve(m_);
  for (std::uint32_t j = 0; j < m_; ++j) powers.emplace_back(count(j));
  return Cyclotomic::sum(m_, powers);
}

EqualityProof prove_equal(const RootSum& a, const RootSum& b) {
  check_orders(a, b);
  const std::uint32_t m = a.order();
  std::vector<Signed> terms;  // highest power first
  terms.reserve(m);
  Wide length = 0;
  for (std::uint32_t j = m; j-- > 0;) {
    terms.push_back(difference(a.count(j), b.count(j)));
    length += terms.back().magnitude;
  }
  EqualityProof proof;
  proof.equal = true;
  if (length == 0) return proof;

  Evaluations source(m);
  const auto high = static_cast<std::uint64_t>(length >> 64);
  const int bits = high != 0 ? 64 + static_cast<int>(std::bit_width(high))
                             : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(length)));
  const std::uint64_t needed = static_cast<std::uint64_t>(bits) * source.degree() / 60 + 1;
  while (proof.equal && proof.evaluations.size() < needed) {
    const auto [p, root] = source.next();
    std::uint64_t value = 0;
    for (const Signed& term : terms) {  // Horner
      const std::uint64_t size = term.magnitude % p;
      value = times(value, root, p) + (term.negative && size != 0 ? p - size : size);
      if (value >= p) value -= p;
    }
    proof.evaluations.push_back({p, root});
    proof.equal = value == 0;
  }
  return proof;
}

bool equal_by_reduction(const RootSum& a, const RootSum& b) {
  check_orders(a, b);
  std::vector<Rational> powers;
  powers.reserve(a.order());
  for (std::uint32_t j = 0; j < a.order(); ++j) {
    powers.push_back(Rational(a.count(j)) - b.count(j));
  }
  return Cyclotomic::sum(a.order(), powers) == Cyclotomic();
}

}  // namespace statewright::core
