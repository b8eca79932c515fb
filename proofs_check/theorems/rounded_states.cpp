// A contraction forgives rounding errors.
//
// Let |A h|_P <= q |h|_P and c |h|^2 <= |h|_P^2 <= L |h|^2. One rounded step from h is A h + B + e
// with |e| <= l |h - C| + d for all h with |h - C| <= cap, from where no operation overflows: the
// constants of proofs_check/bounds, which add up the errors of all operations and of stored
// parameters. Hence
//   |h' - C|_P <= q |h - C|_P + |A C + B - C|_P + sqrt(L) (l |h - C| + d)
//              <= (q + sqrt(L / c) l) |h - C|_P + |A C + B - C|_P + sqrt(L) d,
// and the ball |h - C|_P <= R is not left if R (1 - q - sqrt(L / c) l) is at least what remains,
// for every input; where a step is exact and moves C nowhere, q = 1 will do. Numbers are rounded
// up.

#include "proofs_check/theorems/rounded_states.hpp"

#include <algorithm>
#include <cmath>

#include "core/linalg/exact.hpp"
#include "proofs_check/bounds/error_model.hpp"

namespace statewright::proofs {

using core::Matrix;
using core::Rational;
using core::Real;

namespace {

double upper(const Rational& x) { return enclose(Real(x)).high; }
double lower(const Rational& x) { return enclose(Real(x)).low; }

/// |x|_P^2, all columns together.
Rational square_of(const Matrix<core::Integer>& p, const Matrix<Rational>& x) {
  Rational sum = 0;
  for (std::size_t d = 0; d < x.columns(); ++d) {
    for (std::size_t i = 0; i < p.rows(); ++i) {
      for (std::size_t j = 0; j < p.rows(); ++j) sum += x(i, d) * Rational(p(i, j)) * x(j, d);
    }
  }
  return sum;
}

Matrix<Real> real(const Matrix<Rational>& a) {
  Matrix<Real> r(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.entries().size(); ++i) r.entries()[i] = a.entries()[i];
  return r;
}

/// The exact ball: is it within the format's range?
RoundedStates cast_states(const FormPart& part, std::size_t columns, const core::Format& format) {
  // Each column has the ball's radius.
  const double distance =
      sqrt_up(mul_up(upper(part.square_of_distance()), static_cast<double>(columns)));
  Rational largest = 0;
  for (const Rational& c : part.states->center.entries()) {
    largest = std::max<Rational>(largest, abs(c));
  }
  if (add_up(upper(largest), distance) > format.largest()) {
    return {{}, "the ball is larger than the range of " + format.id()};
  }
  return {distance, {}};
}

}  // namespace

RoundedStates rounded_states(const core::Layer& layer, const FormPart& part,
                             const core::Semantics& semantics) {
  using Kind = core::Semantics::Kind;
  if (semantics.kind == Kind::cast) return cast_states(part, layer.d, semantics.state);
  if (semantics.kind != Kind::once && semantics.kind != Kind::stepwise) {
    return {{}, "no error bound for this order of evaluation"};
  }
  const Matrix<Rational>& center = part.states->center;
  core::Integer row_sum = 0;
  for (std::size_t i = 0; i < layer.n; ++i) {
    core::Integer sum = 0;
    for (std::size_t j = 0; j < layer.n; ++j) sum += abs(part.form(i, j));
    row_sum = std::max<core::Integer>(row_sum, sum);
  }
  const double root_of_l = sqrt_up(upper(Rational(row_sum))),
               stretch = sqrt_up(upper(Rational(row_sum) / part.least));
  const ExactState at_center = exact_state(real(center), semantics.state);

  Matrix<Rational> start(layer.n, layer.d);
  for (std::size_t i = 0; i < start.entries().size(); ++i) {
    const double stored = stored_value(layer.start.entries()[i], semantics.state);
    if (!std::isfinite(stored)) return {{}, "the start is outside the range of the state's format"};
    start.entries()[i] = Rational(stored);
  }
  double radius = sqrt_up(upper(square_of(part.form, start - center))), cap = kInfinite;
  for (const InputContraction& one : part.inputs) {
    const core::Transition& transition = layer.table[one.input];
    std::string why;
    const auto error = step_error(layer, one.input, semantics, why);
    if (!error) return {{}, why};
    Matrix<Rational> next(layer.n, layer.n);
    next.entries() = core::rationals(core::to_matrix(transition, layer.n).entries());
    next = next * center;
    for (std::size_t i = 0; i < next.entries().size() && transition.B; ++i) {
      next.entries()[i] += transition.B->entries()[i].rational();
    }
    const StepError::At at = error->at(at_center, exact_state(real(next), semantics.state));
    const double factor = add_up(upper(one.q), mul_up(stretch, error->linear()));
    const double rest =
        add_up(sqrt_up(upper(square_of(part.form, next - center))), mul_up(root_of_l, at.delta));
    cap = std::min(cap, at.cap);
    if (factor <= 1 && rest == 0) continue;
    const double left = add_down(1, -factor);
    if (!(left > 0)) return {{}, "rounding errors may add up: a letter does not contract enough"};
    radius = std::max(radius, div_up(rest, left));
  }
  const double distance = div_up(radius, std::sqrt(lower(part.least)) * (1 - 0x1p-50));
  if (!(distance <= cap)) return {{}, "an operation may overflow on the way"};
  return {distance, {}};
}

}  // namespace statewright::proofs
