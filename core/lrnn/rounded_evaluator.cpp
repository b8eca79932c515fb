#include "core/lrnn/rounded_evaluator.hpp"

#include <bit>
#include <cmath>

namespace statewright::core::detail {
namespace {

bool is_double(const Format& format) {
  return !format.is_fixed() && format.exponent_bits == 11 && format.significand_bits == 52;
}

/// Whether all finite values of `format` are values of fp32.
bool within_fp32(const Format& format) {
  static const Format fp32 = parse_format("fp32", "");
  const int last_place = (format.is_fixed() ? 0 : format.emin()) - format.significand_bits;
  return format.precision() <= fp32.precision() && format.largest() <= fp32.largest() &&
         last_place >= fp32.emin() - fp32.significand_bits;
}

/// Whether Arithmetic(result) is right for operands of that format.
bool takes(const Format& result, const Format& operand) {
  static const Format fp32 = parse_format("fp32", "");
  if (is_double(result)) return true;
  if (is_double(operand)) return false;
  if (result == fp32) return within_fp32(operand);  // it computes with the processor's own floats
  // The domain of Arithmetic: exact products in double, nothing lost below or above.
  return operand.precision() <= 25 && (operand.is_fixed() || operand.exponent_bits <= 9);
}

}  // namespace

// --- operations
// ----------------------------------------------------------------------------------

Operations::Operations(const Format& result, std::initializer_list<Format> operands)
    : arithmetic_(result) {
  for (const Format& operand : operands) direct_ = direct_ && takes(result, operand);
}

double Operations::mul(double a, double b, Draw& draw) const {
  if (direct_) return arithmetic_.mul(a, b, draw.next());
  const double product = a * b;
  // Zeros, infinities and NaN are what IEEE 754 makes of them; a product that only underflowed is
  // not.
  if (a == 0 || b == 0 || !std::isfinite(a) || !std::isfinite(b)) {
    return arithmetic_.rounder()(product, draw.next());
  }
  return rounded(Rational(exact_value(a) * exact_value(b)), format(), draw);
}

double Operations::add(double a, double b, Draw& draw) const {
  if (direct_) return arithmetic_.add(a, b, draw.next());
  // Not by Arithmetic, which takes operands beyond the format's range for infinities.
  if (!std::isfinite(a) || !std::isfinite(b)) return arithmetic_.rounder()(a + b, draw.next());
  if (a + b == 0) {
    const bool alike = std::signbit(a) == std::signbit(b);
    const bool negative = alike ? std::signbit(a) : format().rounding == Rounding::down;
    return arithmetic_.rounder()(negative ? -0.0 : 0.0, draw.next());
  }
  return rounded(Rational(exact_value(a) + exact_value(b)), format(), draw);
}

// --- parameters
// ----------------------------------------------------------------------------------

double stored(const Real& value, const Format& format) {
  Format plain = format;
  if (format.is_stochastic()) plain.rounding = Rounding::nearest_even;
  return round_exact(value, plain) + 0.0;  // -0 + 0 = +0
}

Matrix<double> stored(const Matrix<Real>& values, const Format& format) {
  Matrix<double> result(values.rows(), values.columns());
  for (std::size_t i = 0; i < values.entries().size(); ++i) {
    result.entries()[i] = stored(values.entries()[i], format);
  }
  return result;
}

std::vector<double> stored(const std::vector<Real>& values, const Format& format) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const Real& value : values) result.push_back(stored(value, format));
  return result;
}

double rounded(const Real& exact, const Format& format, Draw& draw) {
  const std::uint64_t counter = draw.next();
  if (exact.is_rational()) return round_exact(exact.rational(), format, counter);
  if (!format.is_stochastic()) return round_exact(exact, format);
  // With its random word fixed a rounding is monotone and jumps at rational numbers only: bounds
  // that are close enough round alike.
  for (int bits = 64;; bits *= 2) {
    const auto [lower, upper] = exact.cyclotomic().bounds(bits);
    const double below = round_exact(lower, format, counter);
    const double above = round_exact(upper, format, counter);
    const bool alike = below == above || (std::isnan(below) && std::isnan(above));
    if (alike && std::signbit(below) == std::signbit(above)) return below;
  }
}

Real scale_of(const Householder& factor) {
  Real squared = 0;
  for (const Real& entry : factor.v) squared += entry * entry;
  return factor.beta / squared;
}

// --- states
// --------------------------------------------------------------------------------------

bool is_finite(const Matrix<double>& state) noexcept {
  for (const double entry : state.entries()) {
    if (!std::isfinite(entry)) return false;
  }
  return true;
}

std::string bytes_of(const Matrix<double>& state) {
  std::string bytes;
  bytes.reserve(state.entries().size() * sizeof(double));
  for (const double entry : state.entries()) {
    auto bits = std::bit_cast<std::uint64_t>(entry);
    for (std::size_t i = 0; i < sizeof(double); ++i, bits >>= 8) {
      bytes += static_cast<char>(bits & 0xff);
    }
  }
  return bytes;
}

// --- readout
// -------------------------------------------------------------------------------------

RoundedReadout::RoundedReadout(const Readout& readout, const std::optional<Format>& format,
                               const Format& state) {
  if (!format) {
    exact_ = readout;
    return;
  }
  operations_.emplace(*format, std::initializer_list<Format>{*format, state});
  W_ = stored(readout.W, *format);
  c_ = stored(readout.c, *format);
}

std::uint32_t RoundedReadout::operator()(const Matrix<double>& state, Draw& draw) const {
  if (!operations_) return decide_exactly(state);
  std::uint32_t best = 0;
  double best_score = 0;
  for (std::uint32_t k = 0; k < c_.size(); ++k) {
    double score = operations_->mul(W_(k, 0), state.entries()[0], draw);
    for (std::size_t j = 1; j < state.entries().size(); ++j) {
      score = operations_->add(score, operations_->mul(W_(k, j), state.entries()[j], draw), draw);
    }
    score = operations_->add(score, c_[k], draw);
    const bool first_number = std::isnan(best_score) && !std::isnan(score);
    if (k == 0 || score > best_score || first_number) {
      best = k;
      best_score = score;
    }
  }
  return best;
}

std::uint32_t RoundedReadout::decide_exactly(const Matrix<double>& state) const {
  if (!is_finite(state)) return 0;
  std::vector<Real> entries;
  entries.reserve(state.entries().size());
  for (const double entry : state.entries()) entries.emplace_back(exact_value(entry));
  std::uint32_t best = 0;
  Real best_score;
  for (std::uint32_t k = 0; k < exact_.c.size(); ++k) {
    Real score = exact_.c[k];
    for (std::size_t j = 0; j < entries.size(); ++j) {
      if (exact_.W(k, j) != 0) score += exact_.W(k, j) * entries[j];
    }
    if (k == 0 || score > best_score) {
      best = k;
      best_score = std::move(score);
    }
  }
  return best;
}

}  // namespace statewright::core::detail
