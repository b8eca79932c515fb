#include "core/number/dot.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "core/number/round_rules.hpp"
#include "core/number/stochastic.hpp"

namespace statewright::core {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// |x| = units 2^exponent, x finite.
struct Parts {
  std::uint64_t units = 0;
  int exponent = 0;
};

Parts parts_of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t rest = bits & 0x000f'ffff'ffff'ffff;
  const int field = static_cast<int>(bits >> 52 & 0x7ff);
  if (field == 0) return {rest, -1074};
  return {rest | 0x0010'0000'0000'0000, field - 1075};
}

/// A magnitude: top 2^exponent, the first bit of `top` set; the last one also if bits below it are.
struct Magnitude {
  std::uint64_t top = 0;
  int exponent = 0;
};

/// Whether 64 bits with a sticky one decide: a bit is left for it below all thresholds.
bool is_decided_by_top(const Format& format) {
  const int drawn = format.rounding == Rounding::stochastic ? format.random_bits : 1;
  return format.overflow != Overflow::wrap && format.precision() + drawn <= 62;
}

/// `value` rounded: the algorithm of round_with, on machine words.
double round_top(const Magnitude& value, bool negative, const Format& format,
                 std::uint32_t random) {
  const int exponent = value.exponent + 63;  // of the first bit
  if (!format.is_fixed() && exponent > format.emax() + 1) {
    return detail::overflowed(format, negative);
  }
  const int grid = format.is_fixed() ? -format.significand_bits
                                     : std::max(exponent, format.emin()) - format.significand_bits;
  const int drop = grid - value.exponent;
  if (drop < 1) return detail::overflowed(format, negative);  // fixed point, from 2^62 units on
  std::uint64_t units = 0, rest = value.top;                  // rest 2^-drop of the grid
  if (drop < 64) {
    units = value.top >> drop;
    rest = value.top & ((std::uint64_t{1} << drop) - 1);
  }
  if (rest != 0) {
    int half = -1;
    if (drop <= 64) {
      const std::uint64_t middle = std::uint64_t{1} << (drop - 1);
      half = rest < middle ? -1 : rest > middle ? 1 : 0;
    }
    bool carries = random != 0;
    if (format.rounding == Rounding::stochastic) {
      const int below = drop - format.random_bits;  // at least 1: see is_decided_by_top
      const std::uint64_t tail = below < 64 ? rest >> below : 0;
      carries = tail + random >= std::uint64_t{1} << format.random_bits;
    }
    if (detail::goes_up(format.rounding, negative, (units & 1) != 0, half, carries)) ++units;
  }
  const double zero = negative && format.signed_zero ? -0.0 : 0.0;
  if (units == 0) return zero;
  const double result = std::ldexp(static_cast<double>(units), grid);
  if (!format.subnormals && result < std::ldexp(1.0, format.emin())) return zero;
  if (result > std::fabs(detail::largest_of_sign(format, negative))) {
    return detail::overflowed(format, negative);
  }
  return negative ? -result : result;
}

}  // namespace

void ExactSum::add_product(double a, double b) noexcept {
  const bool negative = std::signbit(a) != std::signbit(b);
  if (!std::isfinite(a) || !std::isfinite(b)) {
    const double product = a * b;
    if (std::isnan(product)) {
      nan_ = true;
    } else {
      infinite_[negative] = true;
    }
    return;
  }
  seen_[negative] = true;
  const Parts x = parts_of(a), y = parts_of(b);
  const Wide product = static_cast<Wide>(x.units) * y.units;
  if (product == 0) return;
  const int place = x.exponent + y.exponent + kPoint;
  const int shift = place % 64;
  const Wide low = product << shift;
  const std::uint64_t words[3] = {
      static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(low >> 64),
      shift == 0 ? 0 : static_cast<std::uint64_t>(product >> (128 - shift))};
  std::size_t limb = static_cast<std::size_t>(place / 64);
  std::uint64_t carry = 0;  // or borrow
  for (std::size_t k = 0; (k < 3 || carry != 0) && limb < kLimbs; ++k, ++limb) {
    const std::uint64_t word = k < 3 ? words[k] : 0, before = limbs_[limb];
    const Wide moved = negative ? static_cast<Wide>(before) - word - carry
                                : static_cast<Wide>(before) + word + carry;
    limbs_[limb] = static_cast<std::uint64_t>(moved);
    carry = static_cast<std::uint64_t>(moved >> 64) & 1;
  }
}

double ExactSum::round(const Format& format, std::uint64_t counter) const {
  if (nan_ || (infinite_[0] && infinite_[1])) return kNan;
  if (infinite_[0] || infinite_[1]) return detail::of_infinity(format, infinite_[1]);
  std::array<std::uint64_t, kLimbs> size = limbs_;
  const bool negative = limbs_.back() >> 63 != 0;
  if (negative) {
    std::uint64_t carry = 1;
    for (std::uint64_t& limb : size) {
      limb = ~limb + carry;
      carry = carry != 0 && limb == 0 ? 1 : 0;
    }
  }
  int last = kLimbs - 1;
  while (last >= 0 && size[static_cast<std::size_t>(last)] == 0) --last;
  if (last < 0) {
    const bool minus = seen_[1] && (!seen_[0] || format.rounding == Rounding::down);
    return minus && format.signed_zero ? -0.0 : 0.0;
  }
  if (!is_decided_by_top(format)) return round_exact(value(), format, counter);
  const auto at = [&](int k) { return k < 0 ? 0 : size[static_cast<std::size_t>(k)]; };
  const int free = std::countl_zero(at(last));
  Magnitude magnitude = {at(last), 64 * last - free - kPoint};
  std::uint64_t below = at(last - 1);
  if (free > 0) {
    magnitude.top = magnitude.top << free | below >> (64 - free);
    below <<= free;
  }
  bool rest = below != 0;
  for (int k = last - 2; k >= 0 && !rest; --k) rest = at(k) != 0;
  magnitude.top |= rest ? 1 : 0;
  return round_top(magnitude, negative, format, random_draw(format, counter));
}

Rational ExactSum::value() const {
  Integer units = 0;
  const bool negative = limbs_.back() >> 63 != 0;
  for (std::size_t k = kLimbs; k-- > 0;) {
    units = (units << 64) + (negative ? ~limbs_[k] : limbs_[k]);
  }
  if (negative) units = -units - 1;
  return Rational(units) * power_of_two(-kPoint);
}

double dot(const Format& format, std::span<const double> a, std::span<const double> b,
           std::uint64_t counter) {
  if (a.size() != b.size()) {
    throw Error(
        {Fault::shape, "dot", std::to_string(a.size()) + " factors", std::to_string(b.size())});
  }
  ExactSum exact;
  for (std::size_t i = 0; i < a.size(); ++i) exact.add_product(a[i], b[i]);
  return exact.round(format, counter);
}

double sum(const Format& format, std::span<const double> a, std::uint64_t counter) {
  ExactSum exact;
  for (const double x : a) exact.add(x);
  return exact.round(format, counter);
}

// --- tensor cores
// --------------------------------------------------------------------------------

std::vector<TensorCore> tensor_cores() {
  // name, group, F; fp8: group, F, bits of the result.
  return {
      {"volta", 4, 23},
      {"turing", 8, 24},
      {"ampere", 8, 24},
      {"ada", 8, 24, 16, 13, 13},
      {"hopper", 16, 25, 32, 13, 13},
      {"blackwell", 16, 25, 32, 25, 23},
  };
}

namespace {

constexpr int kLeastOfFp32 = -126;

bool has_values_of(const Format& format, const NamedFormat& named) {
  const Format& other = named.format;
  return !format.is_fixed() && format.exponent_bits == other.exponent_bits &&
         format.significand_bits == other.significand_bits && format.bias == other.bias &&
         format.subnormals && format.nans == other.nans;
}

}  // namespace

TensorUnit tensor_unit(const TensorCore& core, const Format& input) {
  for (const NamedFormat& named : named_formats()) {
    if (!has_values_of(input, named)) continue;
    if (named.name == "fp16" || named.name == "bf16" || named.name == "tf32") {
      const int group = named.name == "tf32" ? core.group / 2 : core.group;
      return {static_cast<std::size_t>(group), core.fraction_bits, 23, input.emin()};
    }
    if ((named.name == "e5m2" || named.name == "e4m3") && core.group_fp8 > 0) {
      return {static_cast<std::size_t>(core.group_fp8), core.fraction_bits_fp8,
              core.significand_bits_fp8, input.emin()};
    }
  }
  throw Error({Fault::unsupported, "tensor core " + std::string(core.name),
               core.group_fp8 > 0 ? "inputs in fp16, bf16, tf32, e5m2 or e4m3"
                                  : "inputs in fp16, bf16 or tf32",
               input.id()});
}

namespace {

int exponent_of(double value, int emin) { return std::max(std::ilogb(value), emin); }

double group_of(const TensorCore& core, const TensorUnit& unit, std::span<const double> a,
                std::span<const double> b, double c) {
  double plain = c;  // for infinities and NaN only: others cannot overflow here
  int most = core.floor_exponent;
  if (c != 0) most = std::max(most, exponent_of(c, kLeastOfFp32));
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double product = a[i] * b[i];  // exact: at most 22 bits, exponents above -300
    plain += product;
    if (product == 0 || !std::isfinite(product)) continue;
    most = std::max(most, exponent_of(a[i], unit.emin) + exponent_of(b[i], unit.emin));
  }
  if (std::isnan(plain)) return kNan;
  if (std::isinf(plain)) return plain;
  const auto truncated = [&](double term) {
    return static_cast<std::int64_t>(std::ldexp(term, unit.fraction_bits - most));
  };
  std::int64_t total = truncated(c);
  for (std::size_t i = 0; i < a.size(); ++i) total += truncated(a[i] * b[i]);
  if (total == 0) return 0.0;
  const double value = std::ldexp(static_cast<double>(total), most - unit.fraction_bits);
  const int grid = exponent_of(value, kLeastOfFp32) - unit.significand_bits;
  const double result = std::ldexp(std::trunc(std::ldexp(value, -grid)), grid);
  if (result == 0) return 0.0;  // without a sign, too
  return std::fabs(result) < 0x1p128 ? result : std::copysign(kInfinity, result);
}

}  // namespace

double tensor_dot(const TensorCore& core, const Format& input, std::span<const double> a,
                  std::span<const double> b, double c) {
  if (a.size() != b.size()) {
    throw Error({Fault::shape, "tensor_dot", std::to_string(a.size()) + " factors",
                 std::to_string(b.size())});
  }
  const TensorUnit unit = tensor_unit(core, input);
  for (std::size_t done = 0; done < a.size(); done += unit.group) {
    const std::size_t count = std::min(unit.group, a.size() - done);
    c = group_of(core, unit, a.subspan(done, count), b.subspan(done, count), c);
  }
  return c;
}

}  // namespace statewright::core
