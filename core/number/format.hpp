#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/number/rational.hpp"

namespace statewright::core {

/// Which of the two neighbours a value between them becomes.
enum class Rounding {
  nearest_even,  ///< default; ties to the even significand
  nearest_away,  ///< /rna; ties away from zero
  toward_zero,   ///< /rz
  up,            ///< /ru, toward +infinity
  down,          ///< /rd, toward -infinity
  to_odd,        ///< /ro, the neighbour with odd significand; what a later rounding can build on
  stochastic,    ///< /sr:SEED[:N], away from zero with the probability distance/gap
  stochastic_equal,  ///< /se:SEED, away from zero with probability 1/2 if not exact
};

/// What becomes of a result beyond the largest finite value.
enum class Overflow {
  infinity,  ///< IEEE 754: infinity, or the largest finite value where the rounding points inwards
  not_a_number,  ///< the same with NaN for infinity; infinite arguments become NaN too
  saturate,      ///< the largest finite value of that sign, for infinite arguments too
  wrap,          ///< fixed point only: modulo 2^i; infinite arguments become NaN
};

/// Which bit codes mean NaN.
enum class Nans {
  none,      ///< none
  ieee,      ///< exponent field all ones, significand not zero
  all_ones,  ///< exponent and significand fields all ones (OFP8 e4m3)
};

/// A number format and how results are rounded into it: a value, handed to whoever rounds.
///
/// A floating format stores sign, exponent field E and significand field M and means
/// (-1)^s 2^(E - bias) (1 + M / 2^m), for E = 0 (-1)^s 2^(1 - bias) M / 2^m. A fixed format is a
/// two's-complement word of i + f bits that counts units of 2^-f; the sign bit is one of the i.
/// Every value of every format is a double. NaN stands for "no value" also in arithmetic over
/// formats that have no code for it.
struct Format {
  enum class Kind { floating, fixed };

  Kind kind = Kind::floating;
  int exponent_bits = 11;     ///< e; fixed point: i
  int significand_bits = 52;  ///< m, stored ones; fixed point: f
  int bias = 1023;
  bool subnormals = true;  ///< if false, a rounded result below 2^emin becomes a zero of its sign
  bool signed_zero = true;
  bool infinities = true;
  Nans nans = Nans::ieee;
  Overflow overflow = Overflow::infinity;
  Rounding rounding = Rounding::nearest_even;
  std::uint64_t seed = 0;  ///< stochastic roundings; else 0
  int random_bits = 0;     ///< N, 1 to 32, see core/number/stochastic.hpp; /se: 1; others: 0

  bool operator==(const Format&) const = default;

  bool is_fixed() const noexcept { return kind == Kind::fixed; }
  bool is_stochastic() const noexcept {
    return rounding == Rounding::stochastic || rounding == Rounding::stochastic_equal;
  }
  int width() const noexcept;      ///< bits of a code
  int precision() const noexcept;  ///< m + 1, fixed point i + f - 1
  int emin() const noexcept;       ///< exponent of the least normal value
  int emax() const noexcept;       ///< exponent of the largest finite value
  double largest() const noexcept;
  double lowest() const noexcept;          ///< -largest(), or -2^(i-1)
  double least_positive() const noexcept;  ///< subnormal where there are subnormals

  /// N of a spelling "/sr:SEED": 32, or fewer so that arithmetic by doubles stays exact, which is
  /// 52 - p for p <= 25 (fixed point with `wrap`: 52 - p - f).
  int default_random_bits() const noexcept;

  /// The canonical spelling, which parse_format reads back: "bf16", "e4m3/sat",
  /// "float:e=4,m=3,finite/rz", "fixed:i=2,f=12,wrap". Equal formats, equal spellings.
  std::string id() const;
};

struct NamedFormat {
  std::string_view name;
  Format format;
  std::string_view summary;
};

/// fp64 fp32 tf32 bf16 fp16 e5m2 e4m3 e3m2 e2m3 e2m1, the wide ones first.
std::span<const NamedFormat> named_formats();

/// Reads a name, "float:e=5,m=10[,finite][,ftz]" (2 <= e <= 11, 1 <= m <= 52; `finite`: every code
/// a number, saturating) or "fixed:i=2,f=12[,wrap|sat]" (i >= 1, f >= 0, 2 <= i + f <= 53;
/// saturating by default), then at most one of /rz /ru /rd /rna /ro /sr:SEED /sr:SEED:N /se:SEED
/// (/rne is the default; 0 <= SEED < 2^64, 1 <= N <= 32) and at most one of /sat /inf.
/// Errors at `where`: Error{syntax} with a suggestion, Error{range} for numbers of bits and seeds,
/// Error{unsupported} for /inf without infinities, and for values beyond double.
Format parse_format(std::string_view text, std::string_view where);

/// Several formats separated by commas; commas inside a spelling are told apart.
std::vector<Format> parse_formats(std::string_view text, std::string_view where);

// --- bit codes
// ----------------------------------------------------------------------------------

/// The value of a code: -0, infinities and NaN included. Subnormal codes of a format without
/// subnormals are zeros. Errors: Error{range} for a code of more than width() bits.
double decode(const Format& format, std::uint64_t code);

/// The code of a value. There is one NaN: positive, the top significand bit set alone (`ieee`).
/// Errors: Error{range} for a double that is no value of the format.
std::uint64_t encode(const Format& format, double value);

/// Whether encode would find a code.
bool has_value(const Format& format, double value) noexcept;

/// All finite values, ascending, -0 before +0. Errors: Error{unsupported} beyond 16 bits.
std::vector<double> finite_values(const Format& format);

/// The next value above or below a value of the format, infinities included; both zeros count as
/// one, of which +0 is returned. Nothing beyond the last. Errors: Error{range} for NaN and for a
/// double that is no value of the format.
std::optional<double> next_above(const Format& format, double value);
std::optional<double> next_below(const Format& format, double value);

/// k such that values of the format around `value` lie 2^k apart: floor(log2 |value|) - m, not less
/// than for the smallest values and not limited above. Fixed point: -f.
int ulp_exponent(const Format& format, const Rational& value);
/// 2^ulp_exponent for a finite value of the format.
double ulp(const Format& format, double value);

/// Fast codes of one format: what `encode` and `decode` say, without checks.
///
/// Domain: encode takes values of the format, infinities and NaN; decode takes codes of width()
/// bits. Neither is checked: other arguments give some code or value. What has no code (NaN and
/// infinities where the format has none) gives none(), which no value has. Cost: about ten
/// instructions each; up to 16 bits decode reads a table of 2^width doubles.
class Coder {
 public:
  explicit Coder(const Format& format);

  double decode(std::uint64_t code) const noexcept;
  std::uint64_t encode(double value) const noexcept;

  /// 2^width(); of no use, and 0, for fp64 and other formats of 64 bits, where all have codes.
  std::uint64_t none() const noexcept { return none_; }

 private:
  double compute(std::uint64_t code) const noexcept;

  bool fixed_ = false;
  bool subnormals_ = true;
  int width_ = 64;
  int shift_ = 0;               ///< 52 - m
  std::uint64_t rebias_ = 0;    ///< difference of the exponents' biases, at the code's place
  std::uint64_t normal_ = 0;    ///< bits of 2^emin as a double
  std::uint64_t top_ = 0;       ///< fields of the largest finite value
  std::uint64_t infinity_ = 0;  ///< none_ where there is none
  std::uint64_t nan_ = 0;
  std::uint64_t none_ = 0;
  double magic_ = 0;  ///< 2^52 least steps; fixed point: 2^f
  double least_ = 0;  ///< the least step
  std::vector<double> table_;
};

/// The exact value of a finite double.
Rational exact_value(double value);
/// 2^exponent.
Rational power_of_two(int exponent);

inline std::uint64_t Coder::encode(double value) const noexcept {
  constexpr std::uint64_t infinite = 0x7ff0'0000'0000'0000;
  if (fixed_) {
    if (!(value - value == 0)) return none_;
    const auto units = static_cast<std::uint64_t>(static_cast<std::int64_t>(value * magic_));
    return units & (none_ - 1);
  }
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t size = bits & ~(std::uint64_t{1} << 63);
  const std::uint64_t sign = (bits ^ size) >> (64 - width_);
  if (size >= infinite) [[unlikely]] {
    if (size > infinite) return nan_;
    return infinity_ == none_ ? none_ : sign | infinity_;
  }
  if (size >= normal_) return sign | ((size >> shift_) - rebias_);
  // The sum's last bits count least steps.
  const double sum = std::bit_cast<double>(size) + magic_;
  return sign | (std::bit_cast<std::uint64_t>(sum) - std::bit_cast<std::uint64_t>(magic_));
}

inline double Coder::decode(std::uint64_t code) const noexcept {
  return table_.empty() ? compute(code) : table_[code];
}

}  // namespace statewright::core
