#include "core/number/cyclotomic_field.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>

#include "core/number/cyclotomic.hpp"

namespace statewright::core::detail {

std::vector<std::uint32_t> primes_of(std::uint32_t m) {
  std::vector<std::uint32_t> primes;
  for (std::uint32_t p = 2; p * p <= m; ++p) {
    if (m % p != 0) continue;
    primes.push_back(p);
    while (m % p == 0) m /= p;
  }
  if (m > 1) primes.push_back(m);
  return primes;
}

namespace {

constexpr std::int64_t kNoHeight = std::int64_t{1} << 62;

/// Multiplies by zeta until all powers have been seen. Gives up on what no order up to 5040 has.
std::int64_t height_of_powers(std::uint32_t m, const Field& field) {
  std::vector<std::int64_t> power(field.degree);
  power.back() = 1;
  std::int64_t height = 1;
  for (std::uint32_t k = field.degree; k < m; ++k) {
    const std::int64_t leading = power.back();
    std::rotate(power.begin(), power.end() - 1, power.end());
    power[0] = 0;
    for (const auto& [exponent, factor] : field.lower) power[exponent] -= leading * factor;
    for (const std::int64_t c : power) height = std::max(height, std::abs(c));
    if (height >> 31 != 0) return kNoHeight;
  }
  return height;
}

/// Phi_m for m > 1: with r the product of the primes of m it is Phi_r(x^(m/r)), and Phi_r is the
/// product of (1 - x^d)^mu(r/d) over the divisors d of r, here as power series up to its degree.
/// Unsigned arithmetic may wrap on the way, the coefficients themselves are at most 7 up to order
/// 5040.
Field make_field(std::uint32_t m) {
  Field field;
  if (m == 1) {
    field.lower = {{0, -1}};
    return field;
  }
  const std::vector<std::uint32_t> primes = primes_of(m);
  std::uint32_t radical = 1, degree = 1;
  for (const std::uint32_t p : primes) {
    radical *= p;
    degree *= p - 1;
  }
  std::vector<std::uint64_t> series(degree + 1, 0);
  series[0] = 1;
  for (std::uint32_t chosen = 0; chosen < (1U << primes.size()); ++chosen) {
    std::uint32_t d = 1;
    bool odd = false;  // number of primes of r/d
    for (std::size_t i = 0; i < primes.size(); ++i) {
      if ((chosen >> i & 1) != 0) {
        d *= primes[i];
      } else {
        odd = !odd;
      }
    }
    if (odd) {
      for (std::size_t i = d; i <= degree; ++i) series[i] += series[i - d];
    } else {
      for (std::size_t i = degree; i >= d; --i) series[i] -= series[i - d];
    }
  }
  const std::uint32_t spread = m / radical;
  field.degree = degree * spread;
  for (std::uint32_t i = 0; i < degree; ++i) {
    if (series[i] != 0) field.lower.push_back({i * spread, static_cast<std::int64_t>(series[i])});
  }
  field.height = height_of_powers(m, field);
  return field;
}

/// All of 64 bits and the sum of their magnitudes, if they are.
struct Small {
  std::vector<std::uint64_t> units;  ///< modulo 2^64
  std::uint64_t length = 0;
};

std::optional<Small> small(const std::vector<Integer>& units) {
  Small result;
  result.units.reserve(units.size());
  for (const Integer& unit : units) {
    mpz_srcptr z = unit.backend().data();
    const std::uint64_t size = mpz_size(z) == 0 ? 0 : mpz_getlimbn(z, 0);
    if (mpz_size(z) > 1 || __builtin_add_overflow(result.length, size, &result.length)) return {};
    result.units.push_back(mpz_sgn(z) < 0 ? 0 - size : size);
  }
  return result;
}

/// a b of polynomials, before reduction.
std::vector<std::uint64_t> convolved(const std::vector<std::uint64_t>& a,
                                     const std::vector<std::uint64_t>& b) {
  std::vector<std::uint64_t> product(a.size() + b.size() - 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == 0) continue;
    for (std::size_t j = 0; j < b.size(); ++j) product[i + j] += a[i] * b[j];
  }
  return product;
}

std::vector<Integer> convolved(const std::vector<Integer>& a, const std::vector<Integer>& b) {
  std::vector<Integer> product(a.size() + b.size() - 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].is_zero()) continue;
    for (std::size_t j = 0; j < b.size(); ++j) {
      mpz_addmul(product[i + j].backend().data(), a[i].backend().data(), b[j].backend().data());
    }
  }
  return product;
}

}  // namespace

/// Made once for each order and kept; whoever comes second throws its own away.
const Field& field_of(std::uint32_t m) {
  static std::array<std::atomic<const Field*>, Cyclotomic::kLargestOrder + 1> fields;
  const Field* known = fields[m].load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  auto made = std::make_unique<const Field>(make_field(m));
  if (fields[m].compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) {
    known = made.release();
  }
  return *known;
}

/// The product in Q(zeta_m). Machine words are enough, wrapping on the way, if the result fits: its
/// units are at most the product of both lengths times the largest coefficient of a power of zeta.
std::vector<Integer> product_of(const std::vector<Integer>& a, const std::vector<Integer>& b,
                                std::uint32_t m) {
  const Field& field = field_of(m);
  const auto x = small(a), y = small(b);
  std::uint64_t bound = 0;
  if (x && y && !__builtin_mul_overflow(x->length, y->length, &bound) &&
      !__builtin_mul_overflow(bound, static_cast<std::uint64_t>(field.height), &bound) &&
      bound >> 63 == 0) {
    std::vector<std::uint64_t> words = convolved(x->units, y->units);
    reduce(words, m, field);
    std::vector<Integer> units;
    units.reserve(words.size());
    for (const std::uint64_t word : words) units.emplace_back(static_cast<std::int64_t>(word));
    return units;
  }
  std::vector<Integer> units = convolved(a, b);
  reduce(units, m, field);
  return units;
}

}  // namespace statewright::core::detail
