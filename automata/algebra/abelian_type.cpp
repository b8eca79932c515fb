#include "automata/algebra/abelian_type.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "automata/algebra/equivariant_map.hpp"
#include "automata/algebra/permutation.hpp"

namespace statewright::automata {

namespace {

using core::Integer;

std::uint64_t whole_power(std::uint64_t base, std::size_t exponent) {
  std::uint64_t value = 1;
  for (; exponent > 0; --exponent) value *= base;
  return value;
}

/// The exponents of one prime from kernel[k] = log_p #{x : x^(p^k) = 1} = sum_i min(e_i, k).
void add_prime(std::uint64_t p, const std::vector<std::size_t>& kernel,
               std::vector<std::uint64_t>& type) {
  const auto above = [&](std::size_t k) {  // how many e_i are greater than k
    return k + 1 < kernel.size() ? kernel[k + 1] - kernel[k] : 0;
  };
  for (std::size_t k = 1; k < kernel.size(); ++k) {
    type.insert(type.end(), above(k - 1) - above(k), whole_power(p, k));
  }
}

std::vector<std::uint64_t> prime_divisors(std::uint64_t n) {
  std::vector<std::uint64_t> primes;
  for (std::uint64_t p = 2; p * p <= n; ++p) {
    if (n % p != 0) continue;
    primes.push_back(p);
    while (n % p == 0) n /= p;
  }
  if (n > 1) primes.push_back(n);
  return primes;
}

}  // namespace

std::vector<std::uint64_t> abelian_type(const SmallGroup& group) {
  const auto counts = group.order_counts();
  std::vector<std::uint64_t> type;
  for (const std::uint64_t p : prime_divisors(group.order())) {
    std::vector<std::size_t> kernel = {0};
    std::size_t solutions = 1;
    for (std::uint64_t q = p; group.exponent() % q == 0; q *= p) {
      solutions += counts[q];
      std::size_t log = 0;
      for (std::size_t n = solutions; n > 1; n /= p) ++log;
      kernel.push_back(log);
    }
    add_prime(p, kernel, type);
  }
  std::sort(type.begin(), type.end());
  return type;
}

std::vector<std::uint64_t> abelian_type(const PermutationGroup& whole_group) {
  // Only what decides; on one orbit an abelian group is regular, and so the order of a subgroup is
  // the length of its orbits.
  const auto orbits = whole_group.orbits();
  std::vector<State> points;
  const auto deciding =
      deciding_orbits(whole_group.degree(), whole_group.generators(), orbits).kept;
  for (const std::size_t o : deciding) {
    points.insert(points.end(), orbits[o].begin(), orbits[o].end());
  }
  const PermutationGroup group = whole_group.restricted_to(points);
  const auto order_of = [&](const std::vector<Transformation>& generators) -> Integer {
    if (deciding.size() == 1) return EquivariantMaps(group.degree(), generators).orbit(0).size();
    return PermutationGroup(group.degree(), generators).order();
  };
  const auto log_of = [](Integer order, std::uint64_t p) {
    std::size_t log = 0;
    for (; order % p == 0; order /= p) ++log;
    return log;
  };
  std::vector<std::uint64_t> type;
  const Integer order = group.order();
  std::vector<bool> composite(group.degree() + 1, false);
  for (std::uint64_t p = 2; p <= group.degree(); ++p) {  // cycles are no longer than the degree
    if (composite[p]) continue;
    for (std::uint64_t k = 2 * p; k <= group.degree(); k += p) composite[k] = true;
    if (order % p != 0) continue;
    // The kernel of x -> x^(p^k) has index |G^(p^k)|.
    const std::size_t whole = log_of(order, p);
    std::vector<std::size_t> kernel = {0};
    std::vector<Transformation> powers = group.generators();
    while (kernel.back() < whole) {
      for (Transformation& x : powers) {
        Transformation power = x;
        for (std::uint64_t k = 1; k < p; ++k) multiply_onto(power, x);
        x = std::move(power);
      }
      kernel.push_back(whole - log_of(order_of(powers), p));
    }
    add_prime(p, kernel, type);
  }
  std::sort(type.begin(), type.end());
  return type;
}

std::string abelian_name(std::vector<std::uint64_t> prime_powers) {
  // The largest power of each prime makes the first factor, the next largest the second, ..
  std::sort(prime_powers.begin(), prime_powers.end(), std::greater<>());
  std::map<std::uint64_t, std::size_t> used;  // by prime
  std::vector<std::uint64_t> factors;
  for (const std::uint64_t q : prime_powers) {
    const std::size_t at = used[prime_divisors(q).front()]++;
    if (at == factors.size()) factors.push_back(1);
    factors[at] *= q;
  }
  std::string name;
  for (std::size_t i = 0; i < factors.size();) {
    std::size_t count = 1;
    while (i + count < factors.size() && factors[i + count] == factors[i]) ++count;
    name += (name.empty() ? "Z" : "xZ") + std::to_string(factors[i]);
    if (count > 1) name += "^" + std::to_string(count);
    i += count;
  }
  return name.empty() ? "1" : name;
}

}  // namespace statewright::automata
