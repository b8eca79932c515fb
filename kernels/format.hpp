#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace statewright::kernels {

/// Which of the two neighbours a value between them becomes; as in core.
enum class Rounding : std::uint8_t {
  nearest_even,
  nearest_away,
  toward_zero,
  up,
  down,
  to_odd,
  stochastic,        ///< away from zero with the probability distance/gap; drawn.hpp
  stochastic_equal,  ///< away from zero with probability 1/2 if not exact
};

/// What becomes of a result beyond the largest finite value; as in core. `wrap`: fixed point only.
enum class Overflow : std::uint8_t { infinity, not_a_number, saturate, wrap };

/// Which bit codes mean NaN; as in core.
enum class Nans : std::uint8_t { none, ieee, all_ones };

/// A number format and how results are rounded into it: what core::Format says, as plain data that
/// needs no big numbers and may travel to a device.
struct FormatSpec {
  bool fixed = false;
  int exponent_bits = 11;     ///< fixed point: bits before the binary point, with the sign
  int significand_bits = 52;  ///< stored ones; fixed point: bits after the binary point
  int bias = 1023;
  bool subnormals = true;
  bool signed_zero = true;
  bool infinities = true;
  Nans nans = Nans::ieee;
  Overflow overflow = Overflow::infinity;
  Rounding rounding = Rounding::nearest_even;
  std::uint64_t seed = 0;  ///< stochastic roundings; else 0
  int random_bits = 0;     ///< stochastic roundings; else 0

  bool operator==(const FormatSpec&) const = default;

  int width() const noexcept;       ///< bits of a code
  int precision() const noexcept;   ///< of the significand, with the hidden bit
  int emin() const noexcept;        ///< exponent of the least normal value
  int emax() const noexcept;        ///< exponent of the largest finite value
  int last_place() const noexcept;  ///< all values are multiples of 2^last_place
  double largest() const noexcept;
  double lowest() const noexcept;

  bool is_stochastic() const noexcept {
    return rounding == Rounding::stochastic || rounding == Rounding::stochastic_equal;
  }
  /// fp64, with any rounding and overflow.
  bool is_double() const noexcept;
  /// Floating, to nearest-even, with subnormals and -0: what the shortest kernels round to.
  bool is_plain() const noexcept;
};

/// fp64 fp32 tf32 bf16 fp16 e5m2 e4m3 e3m2 e2m3 e2m1, as core::named_formats has them.
/// Errors: Error{syntax} for other names.
FormatSpec named_format(std::string_view name);

/// Its name, or for formats that have none "e4m3:bias=7,nan=ieee,.." with all that is not usual;
/// different formats have different spellings.
std::string spelling_of(const FormatSpec& format);

/// The value of a code, with -0, infinities and NaN. Codes of more than width() bits: not checked.
double decode(const FormatSpec& format, std::uint64_t code) noexcept;

/// The code of a finite value of the format; others: not checked.
std::uint64_t encode(const FormatSpec& format, double value) noexcept;

/// Where a finite value stands among all those of the format: 0 for both zeros, 1 for the least
/// positive one, negative ones mirrored. Other values: not checked.
std::int64_t position(const FormatSpec& format, double value) noexcept;

/// All finite values, ascending, -0 before +0. Errors: Error{unsupported} beyond 16 bits.
std::vector<double> finite_values(const FormatSpec& format);

/// Whether all values of `inner` are multiples of the units of `outer`, of no more bits.
bool is_finer(const FormatSpec& outer, const FormatSpec& inner) noexcept;

/// Whether rounding to `outer` leaves every value of `inner` as it is, infinities and -0 too.
bool keeps(const FormatSpec& outer, const FormatSpec& inner) noexcept;

}  // namespace statewright::kernels
