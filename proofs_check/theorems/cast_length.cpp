// From which length on is the state of a network constant in the cast model?
//
// A sequence u as in exponential_sum.hpp is in the end monotone, from a k that the tail of its
// differences gives. If it grows without end it is cast to the value that the overflow rule gives,
// from the first k on where it is. If it converges to L, strictly from one side, let x be a number
// between L and the nearest multiple of an eighth of the unit in the last place on that side: no
// boundary of the rounding lies between x and L, because they are all multiples of half a unit. So
// u is in the end cast to what x is, from the first k on where it is cast to that: monotone
// rounding of a monotone sequence. The first such k is found by doubling and bisection, with
// enclosures of u_k.
//
// A layer that reads x from time T on is, after T + k letters,
//   H = cast( cast(A^k P) + sum_s cast(A^k v_s) + sum_{j < k} cast(A^j B) ),
// with P, v_s the products and summands at T. Each cast is constant in the end, the last sum is
// then an arithmetic progression, which is constant or reaches the format's ends after a computable
// number of letters.

#include "proofs_check/theorems/cast_length.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <utility>

#include "core/lrnn/rounded.hpp"
#include "core/number/round.hpp"
#include "proofs_check/theorems/behaviour.hpp"

namespace statewright::proofs {

using core::Format;
using core::Integer;
using core::Matrix;
using core::Model;
using core::Rational;
using core::Real;

namespace {

constexpr std::size_t kMostNumbers = 64;
constexpr std::size_t kLongestSum = 4'000;

bool is_same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

/// The first k >= least with holds(k), where holds stays true once it is. Missing beyond 2^2200,
/// which is more than the largest double over the least.
template <class Holds>
std::optional<Integer> first_that(const Integer& least, const Holds& holds) {
  Integer step = 1, low = least - 1;
  const Integer most = Integer(1) << 2200;
  while (!holds(low + step)) {
    low += step;
    step *= 2;
    if (step > most) return {};
  }
  Integer high = low + step;
  while (high - low > 1) {
    const Integer middle = (low + high) / 2;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

/// What numbers just above (side > 0) or below L are rounded to.
double rounded_beside(const Rational& limit, int side, const Format& format) {
  const Rational unit = core::power_of_two(core::ulp_exponent(format, limit) - 3);
  const Rational quotient = limit / unit;
  Integer whole = core::numerator_of(quotient) / core::denominator_of(quotient);  // toward zero
  if (Rational(whole) > quotient) --whole;                                        // floor
  if (side > 0) {
    ++whole;
  } else if (Rational(whole) == quotient) {
    --whole;
  }
  return core::round_exact((limit + Rational(whole) * unit) / 2, format);
}

/// The value that numbers of this sign far beyond the largest are rounded to.
double rounded_far(int sign, const Format& format) {
  const Rational far = core::exact_value(format.largest()) * 16 + 16;
  return core::round_exact(sign > 0 ? far : Rational(-far), format);
}

/// Whether u_k is rounded to `value`; enclosures are narrowed until they decide.
bool is_cast_to(const ExponentialSum& u, const Integer& k, double value, const Format& format) {
  for (long bits = 64; bits <= ExponentialSum::kMostBits; bits *= 2) {
    const Interval enclosure = u.at(k, bits);
    const double low = core::round_exact(enclosure.lower, format);
    const double high = core::round_exact(enclosure.upper, format);
    if (is_same(low, high)) return is_same(low, value);
    // One end is `value`: the number may be on a boundary, and is, to all purposes, before it.
    if (!is_same(low, value) && !is_same(high, value)) return false;
  }
  return false;
}

using Vector = std::vector<Rational>;

/// One entry of the powers of A on a vector, as a sequence.
std::vector<ExponentialSum> entries_of_powers(const Matrix<Rational>& a, const Vector& v) {
  const std::size_t n = v.size(), count = 2 * n + 2;
  std::vector<std::vector<Rational>> terms(n);
  Vector x = v;
  for (std::size_t k = 0; k < count; ++k) {
    Vector next(n);
    for (std::size_t i = 0; i < n; ++i) {
      terms[i].push_back(x[i]);
      for (std::size_t j = 0; j < n; ++j) {
        if (a(i, j) != 0 && x[j] != 0) next[i] += a(i, j) * x[j];
      }
    }
    x = std::move(next);
  }
  std::vector<ExponentialSum> sums;
  for (auto& one : terms) sums.emplace_back(std::move(one));
  return sums;
}

Vector times(const Matrix<Rational>& a, const Vector& x) {
  Vector y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (a(i, j) != 0 && x[j] != 0) y[i] += a(i, j) * x[j];
    }
  }
  return y;
}

/// Summands of one column of a state, with A and B of what is read.
struct Column {
  Vector homogeneous;
  std::map<Vector, Integer> summands;
};

/// From how many letters on the column is constant if A, b act on it from now on.
std::optional<Integer> column_rest(const Matrix<Rational>& a, const std::optional<Vector>& b,
                                   const Column& column, const Format& format) {
  const std::size_t n = column.homogeneous.size();
  std::vector<Integer> settled(n);  // from when on the pieces of a coordinate are constant
  std::vector<std::pair<const Vector*, Integer>> pieces = {{&column.homogeneous, 1}};
  for (const auto& [v, times] : column.summands) pieces.emplace_back(&v, times);
  std::vector<Rational> constant(n);  // sum of what the pieces are cast to in the end
  std::vector<bool> finite(n, true);
  for (const auto& [v, many] : pieces) {
    const std::vector<ExponentialSum> sums = entries_of_powers(a, *v);
    for (std::size_t i = 0; i < n; ++i) {
      const auto tail = cast_tail(sums[i], format);
      if (!tail) return {};
      settled[i] = std::max(settled[i], tail->from);
      if (std::isfinite(tail->value)) {
        constant[i] += Rational(many) * core::exact_value(tail->value);
      } else {
        finite[i] = false;
      }
    }
  }
  Integer rest = n == 0 ? Integer(0) : *std::max_element(settled.begin(), settled.end());
  if (!b) return rest;
  const std::vector<ExponentialSum> sums = entries_of_powers(a, *b);
  for (std::size_t i = 0; i < n; ++i) {
    const auto tail = cast_tail(sums[i], format);
    if (!tail) return {};
    // An infinity or NaN among the summands stays from one letter after it on.
    if (!finite[i] || !std::isfinite(tail->value)) {
      rest = std::max<Integer>(rest, tail->from + 1);
      continue;
    }
    if (tail->value == 0) {
      rest = std::max(rest, tail->from);
      continue;
    }
    const Integer constant_steps = std::max(settled[i], tail->from);
    if (constant_steps > kLongestSum) return {};
    const auto begin = constant_steps.convert_to<std::size_t>();
    Rational sum = constant[i];
    bool infinite = false;
    Vector power = *b;
    for (std::size_t j = 0; j < begin; ++j) {
      const double cast = core::round_exact(power[i], format);
      infinite = infinite || !std::isfinite(cast);
      if (!infinite) sum += core::exact_value(cast);
      power = times(a, power);
    }
    rest = std::max<Integer>(rest, Integer(begin));
    if (infinite) continue;
    const Rational slope = core::exact_value(tail->value);
    const double far = rounded_far(slope > 0 ? 1 : -1, format);
    const auto end = first_that(0, [&](const Integer& k) {
      return k >= 0 && is_same(core::round_exact(sum + Rational(k) * slope, format), far);
    });
    if (!end) return {};
    rest = std::max<Integer>(rest, Integer(begin) + *end);
  }
  return rest;
}

Vector column_of(const Matrix<Real>& m, std::size_t c) {
  Vector column;
  for (std::size_t i = 0; i < m.rows(); ++i) column.push_back(m(i, c).rational());
  return column;
}

/// Input tuple of a layer of the unary network at a step.
std::size_t input_at(const Model& model, std::size_t layer, const core::RoundedStep& step) {
  std::size_t x = 0;
  for (const core::Source& source : model.layers[layer].reads) {
    const std::size_t symbols =
        source.layer ? model.layers[*source.layer].readout.W.rows() : model.letters.size();
    x = x * symbols + (source.layer ? step.emitted[*source.layer] : 0);
  }
  return x;
}

bool is_same_state(const Matrix<double>& a, const Matrix<double>& b) {
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    if (!is_same(a.entries()[i], b.entries()[i])) return false;
  }
  return true;
}

}  // namespace

std::optional<CastTail> cast_tail(const ExponentialSum& u, const Format& format) {
  if (!is_monotone(format)) return {};
  const auto shift = Integer(u.shift());
  const auto cast = [&](const Rational& value) { return core::round_exact(value, format); };
  if (u.is_zero()) return CastTail{cast(0), shift};
  const auto steps = u.differences().tail();
  if (!steps) return {};
  const std::optional<Rational> limit = u.limit();
  if (steps->sign == 0) return CastTail{cast(*limit), std::max(shift, steps->from)};
  const double value =
      limit ? rounded_beside(*limit, -steps->sign, format) : rounded_far(steps->sign, format);
  const auto from = first_that(std::max(shift, steps->from), [&](const Integer& k) {
    return k >= 0 && is_cast_to(u, k, value, format);
  });
  if (!from) return {};
  return CastTail{value, *from};
}

std::vector<CastRest> cast_rest(const Model& model, core::Letter letter, const Format& format,
                                const core::Limits& limits) {
  const Model unary = unary_model(model, letter);
  core::Semantics semantics;
  semantics.kind = core::Semantics::Kind::cast;
  semantics.state = format;
  const core::RoundedModel network(unary, semantics);
  std::vector<core::RoundedStep> steps = {network.start()};
  core::Meter meter(limits, "letters");
  const auto run_to = [&](std::size_t length) {
    while (steps.size() <= length) {
      if (meter.check_time(steps.size())) return false;
      steps.push_back(network.next(steps.back(), 0));
    }
    return true;
  };

  bool adds = false;  // then a step takes as long as there are summands
  for (const core::Layer& layer : unary.layers) {
    for (const core::Transition& transition : layer.table) adds = adds || transition.B;
  }
  std::vector<CastRest> rests;
  for (std::size_t i = 0; i < unary.layers.size(); ++i) {
    const core::Layer& layer = unary.layers[i];
    CastRest rest;
    rest.layer = i;
    const auto leave = [&](std::string why) {
      rest.missing = std::move(why);
      rests.push_back(rest);
    };
    // The time from which what the layer reads is constant.
    std::size_t begin = 0;
    bool known = true;
    for (const core::Source& source : layer.reads) {
      if (!source.layer) continue;
      const std::optional<Integer>& below = rests[*source.layer].from;
      known = known && below && *below <= kLongestWay;
      if (known) begin = std::max(begin, below->convert_to<std::size_t>());
    }
    if (!known) {
      leave("a layer that it reads takes too long, or we do not know how long");
      continue;
    }
    if (layer.n * layer.d > kMostNumbers || !core::is_rational(layer)) {
      leave(core::is_rational(layer) ? "more than 64 numbers" : "irrational parameters");
      continue;
    }
    if (!run_to(begin + 1)) {
      leave("the deadline");
      continue;
    }
    std::optional<Integer> longest = Integer(0);
    for (std::size_t c = 0; c < layer.d && longest; ++c) {
      Column column{column_of(layer.start, c), {}};
      const auto matrix = [&](std::size_t x) {
        Matrix<Rational> a(layer.n, layer.n);
        a.entries() = core::rationals(core::to_matrix(layer.table[x], layer.n).entries());
        return a;
      };
      for (std::size_t t = 1; t <= begin; ++t) {
        const std::size_t x = input_at(unary, i, steps[t]);
        const Matrix<Rational> a = matrix(x);
        column.homogeneous = times(a, column.homogeneous);
        std::map<Vector, Integer> summands;
        for (const auto& [v, many] : column.summands) summands[times(a, v)] += many;
        if (layer.table[x].B) summands[column_of(*layer.table[x].B, c)] += 1;
        column.summands = std::move(summands);
      }
      if (meter.check_time(steps.size())) {
        longest.reset();
        break;
      }
      const std::size_t x = input_at(unary, i, steps[begin + 1]);
      std::optional<Vector> b;
      if (layer.table[x].B) b = column_of(*layer.table[x].B, c);
      const auto here = column_rest(matrix(x), b, column, format);
      longest = here ? std::optional(std::max<Integer>(*longest, *here)) : std::nullopt;
    }
    if (!longest) {
      leave("not decided");
      continue;
    }
    rest.from = *longest + begin;
    if (*rest.from <= (adds ? kLongestReplay / 4 : kLongestReplay)) {
      std::size_t at = rest.from->convert_to<std::size_t>();
      if (run_to(at + 2)) {
        const Matrix<double>& state = steps[at].states[i];
        if (!is_same_state(state, steps[at + 1].states[i]) ||
            !is_same_state(state, steps[at + 2].states[i])) {
          throw std::logic_error("a cast state moved after it should have come to rest");
        }
        while (at > 0 && is_same_state(state, steps[at - 1].states[i])) --at;
        rest.from = at;
        rest.least = true;
      }
    }
    rests.push_back(std::move(rest));
  }
  return rests;
}

}  // namespace statewright::proofs
