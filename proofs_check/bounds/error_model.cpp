#include "proofs_check/bounds/error_model.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"

namespace statewright::proofs {
namespace {

using core::Format;
using core::Real;
using core::Rounding;

Format fp64(Rounding rounding) {
  Format format;  // fp64 by default
  format.rounding = rounding;
  return format;
}

bool to_nearest(Rounding rounding) {
  return rounding == Rounding::nearest_even || rounding == Rounding::nearest_away;
}

/// The exponent of the grid that values of the format lie on.
int least_exponent(const Format& format) {
  return format.is_fixed() ? -format.significand_bits : format.emin() - format.significand_bits;
}

/// The sine of an angle in [0, pi/2], from above. Partial sums of the series that end with a
/// positive term are above it, because the terms decrease where x^2 < 6.
double sine_up(double angle) {
  const Interval square = Interval{angle, angle} * Interval{angle, angle};
  Interval term{angle, angle}, sum = term;
  for (int k = 1; k <= 14; ++k) {
    const double divisor = 2.0 * k * (2.0 * k + 1.0);
    term = term * square;
    term = {div_down(term.low, divisor), div_up(term.high, divisor)};
    sum = k % 2 == 1 ? sum - term : sum + term;
  }
  return sum.high;
}

}  // namespace

RoundingError rounding_error(const Format& format) {
  const bool nearest = to_nearest(format.rounding);
  if (format.is_fixed()) {
    return {0, std::ldexp(nearest ? 0.5 : 1.0, -format.significand_bits)};
  }
  const double relative = std::ldexp(nearest ? 0.5 : 1.0, -format.significand_bits);
  // Without subnormals everything below 2^emin may be lost.
  const double step = format.subnormals ? std::ldexp(nearest ? 0.5 : 1.0, least_exponent(format))
                                        : std::ldexp(1.0, format.emin());
  // Half of the least double is no double.
  return {relative, std::max(step, std::numeric_limits<double>::denorm_min())};
}

bool contains(const Format& outer, const Format& inner) {
  if (outer.is_fixed() && !inner.is_fixed()) return false;
  const double size = std::max(inner.largest(), -inner.lowest());
  // lowest() of fixed point is a power of two that its own format has, too.
  if (outer.largest() < size && !(outer.is_fixed() && outer.lowest() <= inner.lowest() &&
                                  outer.largest() >= inner.largest())) {
    return false;
  }
  if (least_exponent(outer) > least_exponent(inner)) return false;
  if (outer.is_fixed()) return true;
  const int bits = inner.is_fixed() ? inner.width() : inner.precision();
  if (outer.precision() < bits) return false;
  return outer.subnormals || inner.least_positive() >= std::ldexp(1.0, outer.emin());
}

RoundingError product_error(const Format& result, double a, const Format& operand) {
  if (a == 0) return {};
  RoundingError error = rounding_error(result);
  if (!contains(result, operand)) return error;
  int exponent = 0;
  const bool power = std::frexp(std::fabs(a), &exponent) == 0.5;
  if (power) {
    error.relative = 0;
    if (exponent >= 1) error.absolute = 0;
  }
  if (result.is_fixed() && a == std::floor(a)) error.absolute = 0;
  return error;
}

RoundingError sum_error(const Format& result, const Format& a, const Format& b) {
  RoundingError error = rounding_error(result);
  if (!contains(result, a) || !contains(result, b)) return error;
  if (result.is_fixed()) return {};
  // A sum of values on the subnormals' grid that is small enough to be one is exact.
  if (result.subnormals) error.absolute = 0;
  return error;
}

double stored_value(const Real& value, const Format& format) {
  Format nearest = format;
  if (!to_nearest(format.rounding) && format.rounding != Rounding::toward_zero &&
      format.rounding != Rounding::up && format.rounding != Rounding::down &&
      format.rounding != Rounding::to_odd) {
    nearest.rounding = Rounding::nearest_even;  // random roundings store parameters so
  }
  return core::round_exact(value, nearest) + 0.0;  // no -0
}

Interval enclose(const Real& value) {
  const double low = core::round_exact(value, fp64(Rounding::down));
  const double high = core::round_exact(value, fp64(Rounding::up));
  return {low, high};
}

ExactState exact_state(const core::Matrix<Real>& state, const Format& format) {
  ExactState result;
  std::vector<double> values;
  double squares = 0;
  for (const Real& entry : state.entries()) {
    const Interval interval = enclose(entry);
    result.entries.push_back(interval);
    if (interval.is_point() && core::has_value(format, interval.low)) {
      values.push_back(interval.low);
    }
    const double least = std::max({0.0, interval.low, -interval.high});
    squares = add_down(squares, mul_down(least, least));
  }
  if (values.size() == result.entries.size()) result.values = std::move(values);
  NormUp norm;
  for (const Interval& entry : result.entries) norm.add(entry.size());
  result.norm = norm.value();
  result.least_norm = squares > 0 ? div_down(squares, sqrt_up(squares)) : 0;
  return result;
}

SumError left_to_right(std::span<const double> a, const Format& result, const Format& operand) {
  const RoundingError add = sum_error(result, result, result);
  std::vector<std::size_t> terms;  // products with 0 are zeros, and adding those is exact
  for (std::size_t j = 0; j < a.size(); ++j) {
    if (a[j] != 0) terms.push_back(j);
  }
  const std::size_t k = terms.size();
  // growth[i] = (1 + u)^i - 1
  std::vector<double> growth(k + 1, 0);
  for (std::size_t i = 1; i <= k; ++i) {
    growth[i] = add_up(growth[i - 1], add_up(add.relative, mul_up(growth[i - 1], add.relative)));
  }
  SumError error;
  error.coefficients.assign(a.size(), 0);
  for (std::size_t i = 0; i < k; ++i) {
    const RoundingError product = product_error(result, a[terms[i]], operand);
    const double sums = growth[i == 0 ? k - 1 : k - i];
    const double relative = add_up(product.relative, add_up(sums, mul_up(product.relative, sums)));
    error.coefficients[terms[i]] = mul_up(std::fabs(a[terms[i]]), relative);
    error.absolute = add_up(error.absolute, mul_up(product.absolute, add_up(1, sums)));
    if (i > 0) {
      error.absolute = add_up(error.absolute, mul_up(add.absolute, add_up(1, growth[k - 1 - i])));
    }
  }
  NormUp sizes, coefficients;
  for (std::size_t j = 0; j < a.size(); ++j) {
    sizes.add(std::fabs(a[j]));
    coefficients.add(error.coefficients[j]);
  }
  error.size = sizes.value();
  error.norm = coefficients.value();
  return error;
}

std::optional<core::Rounder> rounder_of(const Format& format) {
  try {
    return core::Rounder(format);
  } catch (const core::Error&) {
    return {};
  }
}

double Exactly::mul(double a, double b) {
  const double p = a * b;
  // Of a tiny product the FMA would not give the exact error.
  if (a != 0 && b != 0) check(std::fabs(p) > 0x1p-900 && std::fma(a, b, -p) == 0);
  return value(p);
}

double Exactly::add(double a, double b) {
  const double s = a + b, t = s - a;
  check((a - (s - t)) + (b - t) == 0);
  return value(s);
}

double Exactly::value(double x) {
  check(std::isfinite(x) && round_ && (*round_)(x) == x);
  return x;
}

ReadoutError::ReadoutError(const core::Readout& readout, const std::optional<Format>& format,
                           const Format& state)
    : exact_(!format), width_(readout.W.columns()) {
  for (const Real& w : readout.W.entries()) W_.push_back(enclose(w));
  for (const Real& c : readout.c) {
    c_.push_back(enclose(c));
    if (!c_.back().is_zero()) homogeneous_ = false;
  }
  errors_.resize(c_.size());
  if (exact_) return;
  round_ = rounder_of(*format);
  largest_ = format->largest();
  coefficients_.assign(W_.size(), 0);
  sizes_.assign(W_.size(), 0);
  differences_.assign(W_.size(), {});
  const RoundingError add = sum_error(*format, *format, *format);
  for (std::size_t k = 0; k < c_.size(); ++k) {
    std::vector<double> stored(width_);
    for (std::size_t j = 0; j < width_; ++j) {
      const Real& exact = readout.W(k, j);
      stored[j] = stored_value(exact, *format);
      if (!std::isfinite(stored[j])) {
        finite_ = false;
        return;
      }
      const Interval stored_point{stored[j], stored[j]};
      if (!W_[k * width_ + j].is_point() || W_[k * width_ + j].low != stored[j]) {
        differences_[k * width_ + j] = stored_point - W_[k * width_ + j];
        same_ = false;
      }
    }
    const double c = stored_value(readout.c[k], *format);
    if (!std::isfinite(c)) {
      finite_ = false;
      return;
    }
    const SumError sum = left_to_right(stored, *format, state);
    const double last = c == 0 ? 0 : add.relative;  // adding 0 is exact
    ScoreError& error = errors_[k];
    NormUp coefficients, differences, sizes;
    for (std::size_t j = 0; j < width_; ++j) {
      const std::size_t at = k * width_ + j;
      sizes_[at] = add_up(std::fabs(stored[j]), sum.coefficients[j]);
      coefficients_[at] = add_up(sum.coefficients[j], mul_up(last, sizes_[at]));
      coefficients.add(coefficients_[at]);
      differences.add(differences_[at].size());
      sizes.add(sizes_[at]);
    }
    error.per_norm = add_up(coefficients.value(), differences.value());
    const Interval c_off = c_[k].is_point() && c_[k].low == c ? Interval{} : Interval{c, c} - c_[k];
    same_ = same_ && c_off.is_zero();
    error.absolute = add_up(sum.absolute, c_off.size());
    if (c != 0) {
      error.absolute = add_up(
          error.absolute, add_up(add.absolute, mul_up(last, add_up(std::fabs(c), sum.absolute))));
    }
    error.size_norm = sizes.value();
    error.size_constant = add_up(std::fabs(c), add_up(sum.absolute, error.absolute));
  }
}

double ReadoutError::error_at(const ExactState& state, std::size_t k) const {
  double error = errors_[k].absolute;
  if (exact_) return error;
  Interval off;
  for (std::size_t j = 0; j < width_; ++j) {
    error = add_up(error, mul_up(coefficients_[k * width_ + j], state.entries[j].size()));
    off = off + differences_[k * width_ + j] * state.entries[j];
  }
  return add_up(error, off.size());
}

double ReadoutError::size_at(const ExactState& state, std::size_t k) const {
  double size = errors_[k].size_constant;
  for (std::size_t j = 0; j < width_; ++j) {
    size = add_up(size, mul_up(sizes_[k * width_ + j], state.entries[j].size()));
  }
  return size;
}

ReadoutError::Lead ReadoutError::lead(const ExactState& state, std::uint32_t symbol,
                                      std::uint32_t other, double errors) const {
  Interval gap = c_[symbol] - c_[other];
  NormUp norm;
  for (std::size_t j = 0; j < width_; ++j) {
    const Interval w = W_[symbol * width_ + j] - W_[other * width_ + j];
    norm.add(w.size());
    gap = gap + w * state.entries[j];
  }
  Lead lead;
  lead.gap = gap.low;
  lead.norm = norm.value();
  lead.clear = add_down(gap.low, -errors);
  lead.slope = add_up(lead.norm, add_up(errors_[symbol].per_norm, errors_[other].per_norm));
  return lead;
}

ReadoutError::Margin ReadoutError::margin(const ExactState& state, std::uint32_t symbol,
                                          double least) const {
  Margin margin{kInfinite, kInfinite};
  if (!finite_) return {-1, -1};
  const double symbol_error = error_at(state, symbol);
  for (std::uint32_t k = 0; k < c_.size(); ++k) {
    if (!exact_) {
      // Partial sums of score k stay below the largest value; a factor 2 covers the last rounding.
      const double room = add_down(0.5 * largest_, -size_at(state, k));
      if (room < 0) return {-1, -1};
      if (errors_[k].size_norm > 0) {
        margin.radius = std::min(margin.radius, div_down(room, errors_[k].size_norm));
      }
      const double far = mul_up(mul_up(kWidest, state.norm), errors_[k].size_norm);
      if (add_up(far, errors_[k].size_constant) > 0.5 * largest_) margin.angle = -1;
    }
    if (k == symbol) continue;
    const double errors = add_up(symbol_error, exact_ ? errors_[k].absolute : error_at(state, k));
    const Lead ahead = lead(state, symbol, k, errors);
    if (ahead.clear <= 0) return {-1, -1};
    if (ahead.slope > 0)
      margin.radius = std::min(margin.radius, div_down(ahead.clear, ahead.slope));
    // sin of the angle between H and the plane where both scores are equal
    const double sine = div_down(ahead.gap, mul_up(ahead.norm, state.norm));
    const double blur =
        div_up(add_up(add_up(errors_[symbol].per_norm, errors_[k].per_norm),
                      div_up(add_up(errors_[symbol].absolute, errors_[k].absolute), least)),
               ahead.norm);
    margin.angle =
        blur < 1 ? std::min(margin.angle, add_down(asin_down(std::min(sine, 1.0)), -asin_up(blur)))
                 : -1;
  }
  return margin;
}

std::vector<std::uint32_t> ReadoutError::possible(const ExactState& box, const ExactState& centre,
                                                  double radius) const {
  const auto outputs = static_cast<std::uint32_t>(c_.size());
  std::vector<std::uint32_t> symbols;
  const auto all = [&] {
    for (std::uint32_t k = 0; k < outputs; ++k) symbols.push_back(k);
    return symbols;
  };
  if (!finite_) return all();
  // At one known state whose scores need no rounding there is no error at all.
  const bool exact = exact_ || (box.values && exact_at(*box.values));
  for (std::uint32_t k = 0; !exact_ && k < outputs; ++k) {
    if (size_at(box, k) > 0.5 * largest_) return all();
  }
  // Any output can take the part of the one that beats others; the best at the centre does it well.
  std::uint32_t best = 0;
  double most = -kInfinite;
  for (std::uint32_t k = 0; k < outputs; ++k) {
    double score = c_[k].high;
    for (std::size_t j = 0; j < width_; ++j) {
      score += W_[k * width_ + j].high * centre.entries[j].high;
    }
    if (score > most) best = k;
    most = std::max(most, score);
  }
  const double in_box = exact ? 0 : error_at(box, best);
  const double in_ball = exact ? 0 : error_at(centre, best);
  for (std::uint32_t k = 0; k < outputs; ++k) {
    if (k == best) {
      symbols.push_back(k);
      continue;
    }
    const Lead here = lead(box, best, k, exact ? 0 : add_up(in_box, error_at(box, k)));
    const Lead there = lead(centre, best, k, exact ? 0 : add_up(in_ball, error_at(centre, k)));
    const double slope = exact ? there.norm : there.slope;
    const double ahead = std::max(here.clear, add_down(there.clear, -mul_up(slope, radius)));
    // Of equal scores the first wins.
    if (ahead > 0 || (ahead == 0 && best < k)) continue;
    symbols.push_back(k);
  }
  return symbols;
}

bool ReadoutError::exact_at(const std::vector<double>& values) const {
  if (exact_) return true;
  if (!same_ || !finite_) return false;
  Exactly fl(round_);
  for (std::size_t k = 0; k < c_.size(); ++k) {
    double score = 0;
    for (std::size_t j = 0; j < width_; ++j) {
      score = fl.add(score, fl.mul(W_[k * width_ + j].low, values[j]));
    }
    fl.add(score, c_[k].low);
  }
  return fl.holds();
}

double asin_down(double y) {
  if (y <= 0) return y;
  double cut = 0x1p-45;
  for (int i = 0; i < 22; ++i, cut *= 4) {
    const double angle = std::asin(y) * (1 - cut);
    if (angle <= 0x1.921fb54442d18p+0 && sine_up(angle) <= y) return angle;
  }
  return y;  // asin y >= y
}

double asin_up(double x) {
  if (x == 0) return 0;
  if (x >= 1) return kInfinite;
  // x + x^3/6 + 3x^5/40 + ..: the coefficients decrease, so a geometric series is above.
  const double square = mul_up(x, x);
  const double tail =
      div_up(mul_up(mul_up(square, x), add_up(1.0 / 6, 0x1p-54)), add_down(1, -square));
  return add_up(x, tail);
}

}  // namespace statewright::proofs
