#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/number/rational.hpp"

// Polynomials modulo cyclotomic ones, beneath core/number/cyclotomic.hpp.

namespace statewright::core::detail {

/// What reducing modulo the m-th cyclotomic polynomial needs.
struct Field {
  struct Term {
    std::uint32_t exponent;
    std::int64_t factor;
  };
  std::uint32_t degree = 1;  ///< phi(m)
  std::vector<Term> lower;   ///< the polynomial without its leading 1; few terms if m has squares
  std::int64_t height = 1;   ///< the largest coefficient of all powers of zeta_m
};

/// Made once for each order and kept; from any thread. Domain: 1 <= m <= Cyclotomic::kLargestOrder.
const Field& field_of(std::uint32_t m);

/// The distinct prime factors, ascending.
std::vector<std::uint32_t> primes_of(std::uint32_t m);

/// The product in Q(zeta_m) of two vectors of phi(m) coefficients. Cost: O(phi(m)^2), in machine
/// words where the result is sure to fit them.
std::vector<Integer> product_of(const std::vector<Integer>& a, const std::vector<Integer>& b,
                                std::uint32_t m);

/// The polynomial p(zeta_m) with degree below phi(m).
template <class Number>
void reduce(std::vector<Number>& p, std::uint32_t m, const Field& field) {
  for (std::size_t i = m; i < p.size(); ++i) p[i % m] += p[i];
  for (std::size_t i = std::min<std::size_t>(m, p.size()); i-- > field.degree;) {
    if (p[i] == 0) continue;
    const std::size_t shift = i - field.degree;
    for (const auto& [exponent, factor] : field.lower) {
      if (factor == 1) {
        p[shift + exponent] -= p[i];
      } else if (factor == -1) {
        p[shift + exponent] += p[i];
      } else {
        p[shift + exponent] -= p[i] * static_cast<Number>(factor);
      }
    }
  }
  p.resize(field.degree, Number(0));
}

}  // namespace statewright::core::detail
