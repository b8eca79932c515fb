#pragma once

// Rounding and arithmetic as MPFR does them, to compare bits with. Shares nothing with
// core/number but the description of a format.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <mpfr.h>

#include "core/number/format.hpp"
#include "tests/core/seeded.hpp"

namespace statewright::oracle {

using core::Format;
using core::Overflow;
using core::Rounding;

using seeded::splitmix;

/// For floating formats. MPFR rounds to p bits with the format's least exponent and none above; the
/// overflow rule is applied by hand, because MPFR knows no largest value such as 448. Ties-away and
/// to-odd, which MPFR lacks, choose between the neighbours that rounding inwards and outwards give,
/// by the exact result in 2,200 bits (enough for any sum, product or tie of quotients here).
class Mpfr {
 public:
  explicit Mpfr(const Format& format) : format_(format) {
    for (mpfr_ptr x : {y_, other_}) mpfr_init2(x, format.precision());
    for (mpfr_ptr x : {a_, b_, c_}) mpfr_init2(x, 53);
    for (mpfr_ptr x : {exact_, middle_}) mpfr_init2(x, 2200);
    mpfr_init2(sum_, kSumBits);
    mpfr_set_emin(kLeast);
    mpfr_set_emax(-kLeast);
  }
  ~Mpfr() {
    for (mpfr_ptr x : {y_, other_, a_, b_, c_, exact_, middle_, sum_}) mpfr_clear(x);
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  Mpfr(const Mpfr&) = delete;
  Mpfr& operator=(const Mpfr&) = delete;

  double round(double x) { return result('=', x, 0, 0); }
  double apply(char operation, double a, double b) { return result(operation, a, b, 0); }
  double fma(double a, double b, double c) { return result('f', a, b, c); }

  /// Exact products, then mpfr_sum, which rounds once: here to bits that hold any such sum.
  double dot(std::span<const double> a, std::span<const double> b) {
    std::vector<__mpfr_struct> products(a.size());
    std::vector<mpfr_ptr> terms;
    for (std::size_t i = 0; i < a.size(); ++i) {
      mpfr_ptr product = &products[i];
      mpfr_init2(product, 106);
      mpfr_set_d(a_, a[i], MPFR_RNDN);
      mpfr_set_d(b_, b[i], MPFR_RNDN);
      mpfr_mul(product, a_, b_, MPFR_RNDN);
      terms.push_back(product);
    }
    // The rounding matters for the sign of an exact zero alone.
    const bool down = format_.rounding == Rounding::down;
    mpfr_sum(sum_, terms.data(), terms.size(), down ? MPFR_RNDD : MPFR_RNDN);
    for (mpfr_ptr product : terms) mpfr_clear(product);
    return result('s', 0, 0, 0);
  }

 private:
  static constexpr long kLeast = -5000;
  static constexpr long kSumBits = 4400;

  int operate(char operation, mpfr_t out, mpfr_rnd_t rounding) {
    switch (operation) {
      case '+':
        return mpfr_add(out, a_, b_, rounding);
      case '-':
        return mpfr_sub(out, a_, b_, rounding);
      case '*':
        return mpfr_mul(out, a_, b_, rounding);
      case '/':
        return mpfr_div(out, a_, b_, rounding);
      case 'f':
        return mpfr_fma(out, a_, b_, c_, rounding);
      case 's':
        return mpfr_set(out, sum_, rounding);
      default:
        return mpfr_set(out, a_, rounding);
    }
  }

  /// Operands may lie outside the format's range, and MPFR wants its operands within the range set:
  /// so the operation runs in a wide one, and range and subnormals are seen to afterwards, by the
  /// ternary value.
  double rounded(char operation, mpfr_t out, mpfr_rnd_t rounding) {
    int ternary = operate(operation, out, rounding);
    mpfr_set_emin(format_.emin() - format_.precision() + 2);
    ternary = mpfr_check_range(out, ternary, rounding);
    mpfr_subnormalize(out, ternary, rounding);
    const double value = mpfr_get_d(out, MPFR_RNDN);
    mpfr_set_emin(kLeast);
    return value;
  }

  double unbounded(char operation) {
    switch (format_.rounding) {
      case Rounding::nearest_even:
        return rounded(operation, y_, MPFR_RNDN);
      case Rounding::toward_zero:
        return rounded(operation, y_, MPFR_RNDZ);
      case Rounding::up:
        return rounded(operation, y_, MPFR_RNDU);
      case Rounding::down:
        return rounded(operation, y_, MPFR_RNDD);
      default:
        break;
    }
    const double inner = rounded(operation, y_, MPFR_RNDZ);
    const double outer = rounded(operation, other_, MPFR_RNDA);
    if (inner == outer || inner != inner) return inner;
    const int m = format_.significand_bits;
    if (format_.rounding == Rounding::to_odd) {
      const int exponent =
          inner == 0 ? format_.emin() : std::max(std::ilogb(inner), format_.emin());
      return std::fmod(std::fabs(std::ldexp(inner, m - exponent)), 2) == 1 ? inner : outer;
    }
    operate(operation, exact_, MPFR_RNDN);
    mpfr_add(middle_, y_, other_, MPFR_RNDN);
    mpfr_div_2ui(middle_, middle_, 1, MPFR_RNDN);
    const bool outwards = mpfr_cmpabs(operation == 's' ? sum_ : exact_, middle_) >= 0;
    return outwards ? outer : inner;
  }

  double result(char operation, double a, double b, double c) {
    mpfr_set_d(a_, a, MPFR_RNDN);
    if (operation != '=') mpfr_set_d(b_, b, MPFR_RNDN);
    if (operation == 'f') mpfr_set_d(c_, c, MPFR_RNDN);
    const double y = unbounded(operation);
    if (y != y) return std::numeric_limits<double>::quiet_NaN();
    const double sign = std::signbit(y) ? -1.0 : 1.0;
    const double infinity = std::numeric_limits<double>::infinity();
    // An infinity of MPFR is exact: an infinite operand or a division by zero (emax is far).
    const bool is_exact_infinity = mpfr_inf_p(y_) != 0;
    if (std::fabs(y) <= format_.largest()) {
      const bool flushed = !format_.subnormals && std::fabs(y) < std::ldexp(1.0, format_.emin());
      return flushed ? std::copysign(0.0, y) : y;
    }
    if (format_.overflow == Overflow::saturate) return sign * format_.largest();
    const bool inwards = format_.rounding == Rounding::toward_zero ||
                         format_.rounding == Rounding::to_odd ||
                         (format_.rounding == Rounding::up && sign < 0) ||
                         (format_.rounding == Rounding::down && sign > 0);
    if (inwards && !is_exact_infinity) return sign * format_.largest();
    return format_.overflow == Overflow::infinity ? sign * infinity
                                                  : std::numeric_limits<double>::quiet_NaN();
  }

  Format format_;
  mpfr_t y_, other_, a_, b_, c_, exact_, middle_, sum_;
};

}  // namespace statewright::oracle
