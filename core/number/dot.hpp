#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/number/format.hpp"
#include "core/number/semantics.hpp"

namespace statewright::core {

/// A sum of doubles and of products of doubles, exactly: a fixed-point number of 4,352 bits, which
/// holds 2^100 of the largest products and the last bit of the smallest.
///
/// Special values are those of IEEE 754: NaN if a term is NaN, is 0 times infinity, or if
/// infinities of both signs were added. Order of operations: none, the sum is exact. Cost: some 5
/// to 10 ns a term, 544 bytes.
class ExactSum {
 public:
  void add(double term) noexcept { add_product(term, 1.0); }
  void add_product(double a, double b) noexcept;

  /// The sum rounded once. An exact zero sum is -0 if all terms were -0, +0 if none was; otherwise
  /// +0, or -0 when rounding down. No terms: +0. Stochastic formats draw by `counter`.
  double round(const Format& format, std::uint64_t counter = 0) const;

  /// Whether no term was NaN or infinite.
  bool is_finite() const noexcept { return !nan_ && !infinite_[0] && !infinite_[1]; }

  /// The finite terms' sum.
  Rational value() const;

 private:
  static constexpr int kLimbs = 68;
  static constexpr int kPoint =
      2148;  ///< bits below 1: the product of the least doubles has 2^-2148

  std::array<std::uint64_t, kLimbs> limbs_ = {};  ///< two's complement, least first
  bool nan_ = false;
  bool infinite_[2] = {};  ///< [negative]
  bool seen_[2] = {};      ///< [negative]: a finite term of that sign, zeros included
};

/// a_0 b_0 + a_1 b_1 + .. rounded once to `format`, in every mode: exact, whatever the order.
/// Shapes  a, b: [n]. Any doubles, not only values of the format.
/// Errors: Error{shape} if the sizes differ. Cost: ExactSum's.
double dot(const Format& format, std::span<const double> a, std::span<const double> b,
           std::uint64_t counter = 0);

/// a_0 + a_1 + .. rounded once to `format`.
double sum(const Format& format, std::span<const double> a, std::uint64_t counter = 0);

/// What a tensor core does with inputs of one format.
struct TensorUnit {
  std::size_t group = 0;      ///< products added at once
  int fraction_bits = 0;      ///< F of tensor_dot
  int significand_bits = 23;  ///< of the result
  int emin = 0;               ///< of the inputs
};

/// Errors: Error{unsupported} for inputs that tensor_dot does not take.
TensorUnit tensor_unit(const TensorCore& core, const Format& input);

/// c + a_0 b_0 + a_1 b_1 + .. as a tensor core computes it, in groups in this order; the last group
/// may be shorter. Shapes  a, b: [n], values of `input`; c and the result are values of fp32.
///
/// A group: let the exponent of a product be the sum of its operands' exponents (of subnormals:
/// emin; so the significand of a product is below 4 and not normalised), c's likewise in fp32. Let
/// E be the largest exponent of the terms that are not zero, at least TensorCore::floor_exponent.
/// Each term is truncated toward zero to a multiple of 2^(E - F), F the fraction bits; the sum of
/// these is exact, and truncated toward zero to the result's precision with the exponents and
/// subnormals of fp32; from 2^128 on it is infinite. The result is the next group's c. A sum that
/// is zero, or is truncated to zero, is +0. Special values are those of IEEE 754, with the one
/// quiet NaN (an H100 gives the bits 7fffffff). Errors: Error{shape} if the sizes differ;
/// Error{unsupported} for inputs other than fp16, bf16, tf32, e5m2 and e4m3 (whatever their
/// rounding and overflow), and for fp8 where the core has none. Source: see TensorCore.
///
/// Hopper was compared with an H100 (tests/device/tensor_cores.cu): 768,000 dots of seeded inputs,
/// all five formats, among them cancelling, faint, subnormal and special ones and products around
/// 2^-149, without a difference for the warp-group instruction (wgmma); so were fp16, bf16 and tf32
/// for mma.sync. On fp8, mma.sync is another thing: the compiler converts to fp16 and issues two
/// instructions, for the products k with k mod 4 < 2 from 0, then for the others, and adds c in
/// fp32, rounded to nearest. That is tensor_dot of fp16 in this order and one addition.
double tensor_dot(const TensorCore& core, const Format& input, std::span<const double> a,
                  std::span<const double> b, double c);

}  // namespace statewright::core
