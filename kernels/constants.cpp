#include "kernels/constants.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "kernels/drawn.hpp"
#include "kernels/plan_parts.hpp"

namespace statewright::kernels {
namespace {

template <class T>
auto bits_of_power(int exponent) {
  return std::bit_cast<typename Carrier<T>::I>(static_cast<T>(std::ldexp(1.0, exponent)));
}

/// Whether floats with fewer significand bits are the format.
bool is_cut_float(const FormatSpec& format) {
  return format.is_plain() && format.exponent_bits == 8 && format.bias == 127 &&
         format.significand_bits < 23 && format.infinities && format.nans == Nans::ieee &&
         format.overflow == Overflow::infinity;
}

template <class T>
Constants<T> make(const FormatSpec& format, Kind kind) {
  constexpr int stored = sizeof(T) == 4 ? 23 : 52;
  Constants<T> k;
  k.kind = kind;
  k.rounding = format.rounding;
  k.neutral = format.rounding == Rounding::down ? T(0) : -T(0);
  if (kind == Kind::native) return k;
  k.drop = stored - format.significand_bits;
  if (kind == Kind::cut) return k;
  k.low = bits_of_power<T>(format.fixed ? 0 : format.emin());
  k.shift = static_cast<typename Carrier<T>::U>(stored - format.significand_bits) << stored;
  if (kind == Kind::plain) {
    // A tie with the next value of the grid goes to the even one of the two.
    const double ulp = std::ldexp(1.0, format.emax() - format.significand_bits);
    const bool odd = std::fmod(format.largest() / ulp, 2) == 1;
    k.most = static_cast<T>(format.largest() + ulp / 2);
    if (odd) k.most = std::nextafter(k.most, T(0));
    k.beyond = static_cast<T>(overflowed(format, false));
    return k;
  }
  k.high = bits_of_power<T>(format.fixed ? 0 : format.emax() + 1);
  k.step = static_cast<T>(std::ldexp(1.0, -format.significand_bits));
  k.least = static_cast<T>(format.subnormals ? 0.0 : std::ldexp(1.0, format.emin()));
  k.zero = static_cast<T>(format.signed_zero ? -0.0 : 0.0);
  if (format.overflow == Overflow::wrap) {
    k.kind = Kind::wrapping;
    k.modulus = static_cast<T>(-2 * format.lowest());
    k.share = 1 / k.modulus;
  }
  for (const bool negative : {false, true}) {
    k.largest[negative] = static_cast<T>(negative ? -format.lowest() : format.largest());
    k.overflow[negative] = static_cast<T>(overflowed(format, negative));
    k.infinite[negative] = static_cast<T>(of_infinity(format, negative));
  }
  return k;
}

/// How floats round sums and products to the format; nothing if they cannot.
std::optional<Constants<float>> in_float(const FormatSpec& format) {
  static const FormatSpec fp32 = named_format("fp32"), bf16 = named_format("bf16");
  if (format == fp32) return make<float>(format, Kind::native);
  // A product whose leading bit is 2^-134 or above has its 16 bits above 2^-150, so it is exact;
  // below that it becomes zero either way, even if float makes a tie of it.
  if (format == bf16) return make<float>(format, Kind::cut);
  const bool exact =
      format.is_plain() && format.precision() <= 11 && 2 * format.last_place() >= -149 &&
      format.emax() + 23 - format.significand_bits <= 127 && 2 * format.emax() + 2 <= 127;
  if (!exact) return {};
  return make<float>(format, Kind::plain);
}

/// How floats that hold values of `from` are rounded to the format.
std::optional<Constants<float>> store_in_float(const FormatSpec& from, const FormatSpec& format) {
  if (format == from || keeps(format, from)) return make<float>(format, Kind::native);
  if (is_cut_float(format)) return make<float>(format, Kind::cut);
  if (!format.is_plain() || format.emin() < -126 || format.significand_bits > 22 ||
      format.emax() + 23 - format.significand_bits > 127) {
    return {};
  }
  return make<float>(format, Kind::plain);
}

bool fits_float(const FormatSpec& format) {
  return format.largest() <= std::numeric_limits<float>::max();
}

/// Products of values of two such formats, and their sums, stay in the range of double.
bool is_short(const FormatSpec& format) {
  return format.precision() <= 25 && (format.fixed || format.exponent_bits <= 9);
}

/// How doubles compute in `format` with operands of those formats.
Constants<double> in_double(const FormatSpec& format, const FormatSpec& a, const FormatSpec& b,
                            bool shortcuts) {
  static const FormatSpec fp64 = named_format("fp64");
  if (format == fp64) return make<double>(format, Kind::native);
  for (const FormatSpec& operand : {format, a, b}) {
    if (is_short(operand)) continue;
    throw core::Error({core::Fault::unsupported, "arithmetic",
                       "formats of at most 25 bits of precision and 9 exponent bits, or all "
                       "operations in fp64",
                       std::to_string(operand.precision()) + " bits of precision, " +
                           std::to_string(operand.exponent_bits) + " exponent bits"});
  }
  const bool plain = shortcuts && format.is_plain() && is_finer(format, a) && is_finer(format, b);
  return make<double>(format, plain ? Kind::plain : Kind::general);
}

/// `shortcuts`: faster ways where they are right.
Plan<double> plan_double(const Formats& formats, bool shortcuts) {
  if (draws(formats)) {
    throw core::Error({core::Fault::unsupported, "arithmetic", "a rounding that is not random",
                       "stochastic rounding"});
  }
  Plan<double> plan;
  plan.accumulate = in_double(formats.accumulate, formats.io, formats.state, shortcuts);
  plan.readout = in_double(formats.readout, formats.state, formats.readout, shortcuts);
  const bool stores = formats.state != formats.accumulate &&
                      !(shortcuts && keeps(formats.state, formats.accumulate));
  if (stores && formats.state.is_double()) {
    throw core::Error({core::Fault::unsupported, "arithmetic",
                       "states in fp64 only where operations are in fp64", "another accumulator"});
  }
  plan.state = make<double>(formats.state, stores ? Kind::general : Kind::native);
  if (formats.tensor.group == 0) return plan;
  plan.tensor = tensor_constants(formats.tensor);
  const bool kept = shortcuts && keeps(formats.io, formats.state);
  plan.input = make<double>(formats.io, kept ? Kind::native : Kind::general);
  return plan;
}

FormatSpec undrawn(FormatSpec format) {
  if (!format.is_stochastic()) return format;
  format.rounding = Rounding::nearest_even;
  format.seed = 0;
  format.random_bits = 0;
  return format;
}

/// Random bits that doubles hold besides an exact sum or product of values of the format.
int most_random_bits(const FormatSpec& format) {
  return 52 - format.precision() -
         (format.overflow == Overflow::wrap ? format.significand_bits : 0);
}

/// `plain`: how the format rounds if it is not stochastic.
DrawnConstants<double> drawn(const FormatSpec& format, const Constants<double>& plain, int most) {
  DrawnConstants<double> result;
  result.rounds = plain;
  result.is_drawn = format.is_stochastic();
  if (!result.is_drawn) return result;
  result.is_equal = format.rounding == Rounding::stochastic_equal;
  const int bits = result.is_equal ? 1 : format.random_bits;
  if (bits < 1 || bits > most) {
    throw core::Error({core::Fault::unsupported, "arithmetic",
                       "1 to " + std::to_string(most) + " random bits in this format",
                       std::to_string(bits)});
  }
  result.rounds = make<double>(format, Kind::general);
  result.first = random_key(format.seed, 1);
  result.second = random_key(format.seed, 2);
  result.mask = ~std::uint64_t{0} << (52 - bits) & 0x000f'ffff'ffff'ffff;
  return result;
}

}  // namespace

std::optional<Plan<float>> plan_in_float(const Formats& formats) {
  if (formats.tensor.group != 0) return {};
  const auto accumulate = in_float(formats.accumulate), readout = in_float(formats.readout);
  if (!accumulate || !readout) return {};
  const bool within = is_finer(formats.accumulate, formats.io) &&
                      is_finer(formats.accumulate, formats.state) && fits_float(formats.io) &&
                      fits_float(formats.state) && is_finer(formats.readout, formats.state);
  if (!within) return {};
  const auto state = store_in_float(formats.accumulate, formats.state);
  if (!state) return {};
  return Plan<float>{*accumulate, *state, *readout};
}

Plan<double> plan_in_double(const Formats& formats) {
  if (formats.tensor.group != 0) {
    throw core::Error({core::Fault::unsupported, "arithmetic",
                       "every operation rounded to a format", "a tensor core"});
  }
  return plan_double(formats, true);
}

Plan<double> plan_tensor(const Formats& formats) { return plan_double(formats, true); }

Plan<double> plan_reference(const Formats& formats) { return plan_double(formats, false); }

bool draws(const Formats& formats) noexcept {
  return formats.state.is_stochastic() || formats.accumulate.is_stochastic() ||
         formats.readout.is_stochastic() ||
         (formats.tensor.group != 0 && formats.io.is_stochastic());
}

DrawnPlan plan_drawn(const Formats& formats) {
  const Plan<double> plain =
      plan_double({undrawn(formats.io), undrawn(formats.state), undrawn(formats.accumulate),
                   undrawn(formats.readout), formats.tensor},
                  false);
  DrawnPlan plan;
  plan.accumulate =
      drawn(formats.accumulate, plain.accumulate, most_random_bits(formats.accumulate));
  plan.state = drawn(formats.state, plain.state, 32);  // of a number, not of a sum
  plan.readout = drawn(formats.readout, plain.readout, most_random_bits(formats.readout));
  plan.tensor = plain.tensor;
  if (plan.tensor.group != 0) plan.input = drawn(formats.io, plain.input, 32);
  plan.stores = formats.state != formats.accumulate;
  return plan;
}

}  // namespace statewright::kernels
