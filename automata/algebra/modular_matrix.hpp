#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace statewright::automata {

/// Arithmetic modulo a prime p < 2^31, and square matrices over it, row-major.
class PrimeField {
 public:
  explicit PrimeField(std::uint32_t p) : p_(p) {}
  std::uint32_t modulus() const noexcept { return p_; }
  std::uint32_t add(std::uint32_t a, std::uint32_t b) const { return (a + b) % p_; }
  std::uint32_t subtract(std::uint32_t a, std::uint32_t b) const { return (a + p_ - b) % p_; }
  std::uint32_t multiply(std::uint32_t a, std::uint32_t b) const {
    return static_cast<std::uint32_t>(std::uint64_t{a} * b % p_);
  }
  std::uint32_t power(std::uint32_t a, std::uint64_t exponent) const;
  std::uint32_t inverse(std::uint32_t a) const { return power(a, p_ - 2); }

 private:
  std::uint32_t p_;
};

using ModularMatrix = std::vector<std::vector<std::uint32_t>>;

/// The coefficients of det(x - a), constant first. By similarity to Hessenberg form. Cost: O(n^3).
std::vector<std::uint32_t> characteristic_polynomial(const PrimeField& field, ModularMatrix a);

/// All roots in the field, by trying every element. Cost: O(p degree).
std::vector<std::uint32_t> roots(const PrimeField& field,
                                 const std::vector<std::uint32_t>& polynomial);

/// Rows spanning the x with a x = 0, in reduced echelon form. Cost: O(n^3).
ModularMatrix null_space(const PrimeField& field, ModularMatrix a);

/// Brings rows into reduced echelon form and drops zero rows; returns the pivot columns.
std::vector<std::size_t> reduce_rows(const PrimeField& field, ModularMatrix& rows);

}  // namespace statewright::automata
