#include "core/number/root_sum.hpp"

#include <set>
#include <vector>

#include "core/error.hpp"
#include "core/number/real.hpp"
#include "tests/catch.hpp"
#include "tests/core/mpfr_oracle.hpp"

using namespace statewright::core;
using statewright::oracle::splitmix;

namespace {

const std::vector<std::uint32_t> kOrders = {1, 2, 3, 4, 5, 6, 9, 12, 15, 30, 60, 105, 360};

/// A difference that is 0 but not in the group ring: one coset of the subgroup of order q.
void add_vanishing_sum(RootSum& z, std::uint32_t q, std::uint32_t start) {
  const std::uint32_t m = z.order(), stride = m / q;
  for (std::uint32_t i = 0; i < q; ++i) z.add(1, (start + i * stride) % m);
}

void check_decisions(const RootSum& a, const RootSum& b, bool equal) {
  const EqualityProof proof = prove_equal(a, b);
  CHECK(proof.equal == equal);
  CHECK(equal_by_reduction(a, b) == equal);
  CHECK((a.value() == b.value()) == equal);
  if (!equal) CHECK(!proof.evaluations.empty());
}

}  // namespace

TEST_CASE("affine steps are those of the cyclotomic field", "[core][root_sum]") {
  const std::uint64_t first = 11;
  std::uint64_t seed = first;
  for (const std::uint32_t m : kOrders) {
    RootSum z = RootSum::root(0, m);
    Cyclotomic expected = Rational(1);
    INFO("seed " << first << ", m = " << m);
    for (int i = 0; i < 25; ++i) {
      const auto k = static_cast<std::uint32_t>(splitmix(seed) % m);
      const auto l = static_cast<std::uint32_t>(splitmix(seed) % m);
      const int sign = static_cast<int>(splitmix(seed) % 3) - 1;
      z.step(k, sign, l);
      expected = Cyclotomic::root(k, m) * expected + Rational(sign) * Cyclotomic::root(l, m);
    }
    CHECK(z.value() == expected);
    CHECK(z.order() == m);
  }
}

TEST_CASE("rotating a point is multiplication by a root of unity", "[core][root_sum]") {
  const std::uint32_t m = 5;
  Real x = 1, y = 0;
  RootSum z = RootSum::root(0, m);
  std::uint64_t seed = 3;
  for (int i = 0; i < 40; ++i) {
    const auto k = static_cast<std::uint32_t>(splitmix(seed) % m);
    const auto l = static_cast<std::uint32_t>(splitmix(seed) % m);
    const Real c = Cyclotomic::cosine(k, m), s = Cyclotomic::sine(k, m);
    const Real turned = c * x - s * y + Cyclotomic::cosine(l, m);
    y = s * x + c * y + Cyclotomic::sine(l, m);
    x = turned;
    z.step(k, 1, l);
  }
  CHECK(z.value() == x.cyclotomic() + y.cyclotomic() * Cyclotomic::root(1, 4));
}

TEST_CASE("equality is proved where counters differ, and refuted by one root", "[core][root_sum]") {
  const std::uint64_t first = 2026;
  std::uint64_t seed = first;
  for (const std::uint32_t m : kOrders) {
    RootSum a(m), b(m);
    INFO("seed " << first << ", m = " << m);
    for (int i = 0; i < 2000; ++i) {
      const auto k = static_cast<std::uint32_t>(splitmix(seed) % m);
      const auto l = static_cast<std::uint32_t>(splitmix(seed) % m);
      const int sign = splitmix(seed) % 2 == 0 ? 1 : -1;
      a.step(k, sign, l);
      b.step(k, sign, l);
      for (const std::uint32_t q : {2U, 3U, 5U, 7U}) {
        if (m % q == 0 && i % 10 == 0) add_vanishing_sum(b, q, l);
      }
    }
    check_decisions(a, b, true);
    RootSum off = b;
    off.add(1, 0);
    check_decisions(a, off, false);
    RootSum turned = b;
    turned.turn(1 % m);
    check_decisions(a, turned, a.value() == Cyclotomic::root(1, m) * a.value());
  }
}

TEST_CASE("a product of rotations is the rotation by the sum", "[core][root_sum]") {
  std::uint64_t seed = 3;
  for (const std::uint32_t m : kOrders) {
    RootSum z = RootSum::root(0, m);
    std::uint64_t sum = 0;
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t k = splitmix(seed) % m;
      sum += k;
      z.turn(static_cast<std::uint32_t>(k));
    }
    const auto residue = static_cast<std::int64_t>(sum % m);
    check_decisions(z, RootSum::root(residue, m), true);
    if (m > 1) check_decisions(z, RootSum::root(residue + 1, m), false);
    CHECK(z.value() == Cyclotomic::root(residue, m));
  }
}

TEST_CASE("the evaluations of a proof can be checked again", "[core][root_sum]") {
  __extension__ using Wide = unsigned __int128;
  const std::uint32_t m = 60;
  RootSum a(m), b(m);
  for (int i = 0; i < 1000; ++i) {
    a.add(1, 7);
    for (const std::uint32_t l : {27U, 47U}) b.add(-1, l);  // 1 + w + w^2 = 0 for cube roots w
  }
  const EqualityProof proof = prove_equal(a, b);
  REQUIRE(proof.equal);
  // L = 3000 < 2^12, phi(60) = 16.
  CHECK(proof.evaluations.size() == 12 * 16 / 60 + 1);
  std::set<std::uint64_t> primes;
  Integer product = 1, largest_norm = 1;
  for (int i = 0; i < 16; ++i) largest_norm *= 3000;
  for (const auto& [p, root] : proof.evaluations) {
    primes.insert(p);
    product *= p;
    CHECK(p % m == 1);
    CHECK(mpz_probab_prime_p(Integer(p).backend().data(), 30) != 0);
    Wide power = 1, value = 0;
    for (std::uint32_t j = 0; j < m; ++j) {
      CHECK((power == 1) == (j == 0));
      const std::int64_t d = a.count(j) - b.count(j);
      value +=
          power * (d < 0 ? p - static_cast<std::uint64_t>(-d) : static_cast<std::uint64_t>(d)) % p;
      power = power * root % p;
    }
    CHECK(power == 1);
    CHECK(value % p == 0);
  }
  CHECK(primes.size() == proof.evaluations.size());
  CHECK(product > largest_norm);
}

TEST_CASE("root sums refuse orders that do not fit", "[core][root_sum]") {
  CHECK_THROWS_AS(RootSum(0), Error);
  CHECK_THROWS_AS(RootSum(RootSum::kLargestOrder + 1), Error);
  CHECK_THROWS_AS(prove_equal(RootSum(5), RootSum(10)), Error);
  CHECK_THROWS_AS(equal_by_reduction(RootSum(5), RootSum(10)), Error);
  CHECK_THROWS_AS(RootSum(10007).value(), Error);
  // Beyond the fields with exact reduction, the evaluations still decide.
  RootSum z(10007);
  add_vanishing_sum(z, 10007, 0);
  const EqualityProof proof = prove_equal(z, RootSum(10007));
  CHECK(proof.equal);
  CHECK(proof.evaluations.size() == 14 * 10006 / 60 + 1);
  z.add(1, 3);
  CHECK_FALSE(prove_equal(z, RootSum(10007)).equal);
}
