#include "core/lrnn/lanes_engine.hpp"

#include <bit>
#include <cmath>

namespace statewright::core::detail {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_double(const Format& format) {
  return !format.is_fixed() && format.exponent_bits == 11 && format.significand_bits == 52;
}

/// What the shortest kernel can round to.
bool is_plain(const Format& format) {
  return !format.is_fixed() && format.rounding == Rounding::nearest_even && format.subnormals &&
         format.signed_zero;
}

/// fp32 with fewer significand bits, overflowing to infinity.
bool is_cut_float(const Format& format) {
  return is_plain(format) && format.exponent_bits == 8 && format.bias == 127 &&
         format.significand_bits < 23 && format.infinities && format.nans == Nans::ieee &&
         format.overflow == Overflow::infinity;
}

template <class T>
LaneInt<T> bits_of_power(int exponent) {
  return std::bit_cast<LaneInt<T>>(static_cast<T>(std::ldexp(1.0, exponent)));
}

/// Constants for a format that T has room for.
template <class T>
LaneFormat<T> make_format(const Format& format, LaneRounding kind) {
  const Rounder round(format);
  constexpr int stored = sizeof(T) == 4 ? 23 : 52;
  LaneFormat<T> result;
  result.kind = kind;
  result.rounding = format.rounding;
  result.low = bits_of_power<T>(format.is_fixed() ? 0 : format.emin());
  result.shift = static_cast<LaneInt<T>>(stored - format.significand_bits) << stored;
  if (kind == LaneRounding::plain) {
    // A tie with the next value of the grid goes to the even one of the two.
    const double ulp = std::ldexp(1.0, format.emax() - format.significand_bits);
    const bool odd = std::fmod(format.largest() / ulp, 2) == 1;
    result.most = static_cast<T>(format.largest() + ulp / 2);
    if (odd) result.most = std::nextafter(result.most, T(0));
    result.beyond = static_cast<T>(round(kInfinity));
    return result;
  }
  result.high = bits_of_power<T>(format.is_fixed() ? 0 : format.emax() + 1);
  result.step = static_cast<T>(std::ldexp(1.0, -format.significand_bits));
  result.least = static_cast<T>(format.subnormals ? 0.0 : std::ldexp(1.0, format.emin()));
  result.zero = static_cast<T>(format.signed_zero ? -0.0 : 0.0);
  for (const bool negative : {false, true}) {
    const double sign = negative ? -1.0 : 1.0;
    result.largest[negative] =
        static_cast<T>(std::fabs(negative ? format.lowest() : format.largest()));
    result.overflow[negative] =
        static_cast<T>(std::fabs(round(sign * std::numeric_limits<double>::max())));
    result.infinite[negative] = static_cast<T>(std::fabs(round(sign * kInfinity)));
  }
  return result;
}

/// How the kernels round sums to a float format; nothing if floats cannot.
std::optional<LaneFormat<float>> accumulate_in_float(const Format& format) {
  static const Format fp32 = parse_format("fp32", ""), bf16 = parse_format("bf16", "");
  LaneFormat<float> result;
  if (format == fp32) return result;
  if (format == bf16) {
    // A product whose leading bit is 2^-134 or above has its 16 bits above 2^-150, so it is exact;
    // below that it becomes zero either way, even if float makes a tie of it.
    result.kind = LaneRounding::bits16;
    return result;
  }
  const int last_place = format.emin() - format.significand_bits;
  const bool exact = is_plain(format) && format.precision() <= 11 && 2 * last_place >= -149 &&
                     format.emax() + 23 - format.significand_bits <= 127;
  if (!exact) return {};
  return make_format<float>(format, LaneRounding::plain);
}

/// How the kernels round values of `from` to the format of the state.
std::optional<LaneFormat<float>> store_in_float(const Format& from, const Format& format) {
  LaneFormat<float> result;
  if (format == from || keeps(format, from)) return result;
  if (is_cut_float(format)) {
    result.kind = LaneRounding::bits;
    result.drop = 23 - format.significand_bits;
    return result;
  }
  if (!is_plain(format) || format.emin() < -126 || format.significand_bits > 22 ||
      format.emax() + 23 - format.significand_bits > 127) {
    return {};
  }
  return make_format<float>(format, LaneRounding::plain);
}

std::optional<LaneFormat<double>> store_in_double(const Format& from, const Format& format) {
  if (format == from || keeps(format, from)) return LaneFormat<double>{};
  if (is_double(format) || format.overflow == Overflow::wrap || format.is_stochastic()) {
    return {};
  }
  return make_format<double>(format, LaneRounding::general);
}

/// Products of values of two such formats, and their sums, stay in the range of double.
bool is_short(const Format& format) {
  return format.precision() <= 25 && (format.is_fixed() || format.exponent_bits <= 9);
}

}  // namespace

std::optional<LaneEngine<float>> float_engine(const LaneFormats& formats, Rounder::Width width) {
  const auto accumulate = accumulate_in_float(formats.accumulate);
  if (!accumulate) return {};
  for (const Format& operand : {formats.io, formats.state}) {
    const bool within = is_finer(formats.accumulate, operand) &&
                        operand.largest() <= std::numeric_limits<float>::max();
    if (!within) return {};
  }
  const auto state = store_in_float(formats.accumulate, formats.state);
  if (!state) return {};
  return LaneEngine<float>{*accumulate, *state, float_functions(*accumulate, width)};
}

std::optional<LaneEngine<double>> double_engine(const LaneFormats& formats, Rounder::Width width) {
  static const Format fp64 = parse_format("fp64", "");
  LaneFormat<double> accumulate;
  if (formats.accumulate != fp64) {
    for (const Format& format : {formats.accumulate, formats.io, formats.state}) {
      if (!is_short(format)) return {};
    }
    if (formats.accumulate.overflow == Overflow::wrap || formats.accumulate.is_stochastic()) {
      return {};
    }
    const bool plain = is_plain(formats.accumulate) && is_finer(formats.accumulate, formats.io) &&
                       is_finer(formats.accumulate, formats.state);
    accumulate = make_format<double>(formats.accumulate,
                                     plain ? LaneRounding::plain : LaneRounding::general);
  }
  auto state = store_in_double(formats.accumulate, formats.state);
  if (!state) return {};
  state->round = round_function(state->rounding, width);
  return LaneEngine<double>{accumulate, *state, double_functions(accumulate, width)};
}

}  // namespace statewright::core::detail
