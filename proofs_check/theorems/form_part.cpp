// A quadratic form that the steps of a layer do not increase, and a ball of it that they do not
// leave.
//
// Let P > 0 and |A(x) h| <= q(x) |h| in its norm, q(x) <= 1. If for some c the distance
// |A(x) c + B(x) - c| is at most (1 - q(x)) R for all x, the ball of radius R around c is never
// left: |A h + B - c| <= |A (h - c)| + |A c + B - c| <= q R + (1 - q) R. Where q = 1 the center has
// to be a fixed point.

#include "proofs_check/theorems/form_part.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/linalg/exact.hpp"
#include "core/number/format.hpp"
#include "proofs_check/theorems/contraction_form.hpp"
#include "proofs_check/theorems/growth_form.hpp"
#include "proofs_check/theorems/spectrum.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Matrix;
using core::Rational;

namespace {

std::optional<SumOfSquares> evidence(const Matrix<Rational>& s) {
  auto squares = squares_of(primitive_integers(s));
  if (auto* sum = std::get_if<SumOfSquares>(&squares)) return std::move(*sum);
  return {};
}

/// About the least q <= 1 with q^2 P - A^T P A >= 0. Requires: q = 1 is one.
InputContraction contraction_of(const Matrix<Integer>& p, const RationalStep& step,
                                std::size_t input) {
  constexpr int kBisections = 12;
  const auto holds = [&](const Rational& q) { return evidence(lost(p, step.a, q)); };
  InputContraction result{input, 1, *holds(1)};
  if (!is_definite(lost(p, step.a))) return result;
  Rational low = 0, high = 1;
  for (int k = 0; k < kBisections; ++k) {
    const Rational middle = (low + high) / 2;
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  if (is_zero(step.a)) high = 0;
  if (low < high) {
    const Rational simple = simplest_between(low, high);
    if (holds(simple)) high = simple;
  }
  result.q = high;
  result.squares = *holds(high);
  return result;
}

/// c > 0 with P - c 1 >= 0, not far below the least eigenvalue.
void set_least(FormPart& part) {
  const std::size_t n = part.form.rows();
  const auto holds = [&](const Rational& c) {
    Matrix<Rational> s = rational_matrix(part.form);
    for (std::size_t i = 0; i < n; ++i) s(i, i) -= c;
    return evidence(s);
  };
  Rational c = part.form(0, 0);
  for (std::size_t i = 1; i < n; ++i) c = std::min<Rational>(c, part.form(i, i));
  auto squares = holds(c);
  if (!squares) {
    constexpr int kBisections = 4;
    while (!(squares = holds(c / 2))) c /= 2;
    Rational low = c / 2, high = c;
    for (int k = 0; k < kBisections; ++k) {
      const Rational middle = (low + high) / 2;
      if (auto better = holds(middle)) {
        squares = std::move(better);
        low = middle;
      } else {
        high = middle;
      }
    }
    c = low;
  }
  part.least = c;
  part.above = *std::move(squares);
}

Rational form_of(const Matrix<Integer>& p, const Matrix<Rational>& x, std::size_t column) {
  Rational sum = 0;
  for (std::size_t i = 0; i < p.rows(); ++i) {
    for (std::size_t j = 0; j < p.rows(); ++j) {
      sum += x(i, column) * Rational(p(i, j)) * x(j, column);
    }
  }
  return sum;
}

/// A fixed point of all steps with q = 1, in every column. Nothing if there is none.
std::optional<Matrix<Rational>> center_of(const FormPart& part,
                                          const std::vector<RationalStep>& steps) {
  const std::size_t n = steps.front().a.rows(), d = steps.front().b.columns();
  std::vector<const RationalStep*> rigid;
  bool moves = false;
  for (const InputContraction& one : part.inputs) {
    if (one.q < 1) continue;
    rigid.push_back(&steps[one.input]);
    moves = moves || !is_zero(steps[one.input].b);
  }
  if (!moves) return Matrix<Rational>(n, d);
  Matrix<Rational> left(rigid.size() * n, n), right(rigid.size() * n, d);
  for (std::size_t k = 0; k < rigid.size(); ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        left(k * n + i, j) = Rational(i == j ? 1 : 0) - rigid[k]->a(i, j);
      }
      for (std::size_t j = 0; j < d; ++j) right(k * n + i, j) = rigid[k]->b(i, j);
    }
  }
  return core::solve(left, right);
}

/// No less, with at most some 20 bits.
Rational rounded_up(const Rational& x) {
  constexpr unsigned kBits = 20;
  if (msb(core::numerator_of(x) + 1) < kBits && msb(core::denominator_of(x)) < kBits) return x;
  // Of numbers of many digits the size first.
  const auto size = [](const Integer& n) { return static_cast<int>(msb(n)); };
  Rational unit = core::power_of_two(size(core::numerator_of(x)) - size(core::denominator_of(x)) -
                                     static_cast<int>(kBits) + 1);
  while (x / unit >= Rational(Integer(1) << kBits)) unit *= 2;
  while (x / unit < Rational(Integer(1) << (kBits - 1))) unit /= 2;
  const Rational scaled = x / unit;
  const Integer whole = core::numerator_of(scaled) / core::denominator_of(scaled);
  return Rational(Rational(whole) == scaled ? whole : Integer(whole + 1)) * unit;
}

}  // namespace

FormPart part_of(std::size_t layer, std::string how, Matrix<Integer> form,
                 const std::vector<RationalStep>& steps, const std::vector<std::size_t>& inputs) {
  FormPart part;
  part.layer = layer;
  part.how = std::move(how);
  part.form = std::move(form);
  set_least(part);
  std::map<std::vector<Rational>, std::size_t> seen;  // of a matrix the place in part.inputs
  for (const std::size_t x : inputs) {
    const auto [found, is_new] = seen.emplace(steps[x].a.entries(), part.inputs.size());
    if (is_new) {
      part.inputs.push_back(contraction_of(part.form, steps[x], x));
    } else {
      part.inputs.push_back(part.inputs[found->second]);
      part.inputs.back().input = x;
    }
  }
  return part;
}

void set_states(FormPart& part, const std::vector<RationalStep>& steps,
                const Matrix<Rational>& start) {
  auto center = center_of(part, steps);
  if (!center) return;
  Rational square = 0;
  const Matrix<Rational> off = start - *center;
  for (std::size_t d = 0; d < start.columns(); ++d) {
    square = std::max<Rational>(square, form_of(part.form, off, d));
  }
  for (const InputContraction& one : part.inputs) {
    const RationalStep& step = steps[one.input];
    const Matrix<Rational> moved = step.a * *center + step.b - *center;
    for (std::size_t d = 0; d < start.columns() && one.q < 1; ++d) {
      square =
          std::max<Rational>(square, form_of(part.form, moved, d) / ((1 - one.q) * (1 - one.q)));
    }
  }
  part.states = StateBound{rounded_up(square), *std::move(center)};
}

Rational FormPart::contraction() const {
  Rational largest = 0;
  for (const InputContraction& one : inputs) largest = std::max<Rational>(largest, one.q);
  return largest;
}

}  // namespace statewright::proofs
