// Where the cast model counts without an eigenvalue of modulus 1. Its state is exact and only
// looked at through a cast, which tells on which side of a midpoint of the format a number is,
// however close. So a deviation that shrinks for ever is seen for ever, and if its signs have a
// period, the network counts: an eigenvalue in (-1, 0) for parity (theory: the remark after Theorem
// 1 of Grazzi et al., ICLR 2025, why |lambda| >= 1 is no hypothesis), a pair rho e^(+-2 pi i j / m)
// for m.
//
// Three factors with beta in [0, 1] have such pairs for every m. With the keys (1, 0), (-1, 3) and
// (1, 2) of a plane and beta = 15/16, 7/8 and 1 - a,
//   det = a / 128,   trace = -3/128 + 75/256 a,
// so that with a = 128 rho^2 the determinant is rho^2 and the trace c rho if
//   75/2 rho^2 - c rho - 3/128 = 0,   rho = (c + sqrt(c^2 + 225/64)) / 75,
// which has one positive root for every c in [-2, 2], with a < 1. For c = -1, 0, 1, that is angles
// 2 pi / 3, 2 pi / 4 and 2 pi / 6, it is rational: 3/200, 1/40 and 1/24.

#include "proofs_check/theorems/straddle.hpp"

#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using core::GhProduct;
using core::Householder;
using core::Matrix;
using core::Rational;
using core::Real;
using core::Transition;

[[noreturn]] void refuse(const char* expected) {
  throw core::Error({core::Fault::range, "straddling", expected, "other numbers", ""});
}

std::vector<Real> times(const Matrix<Real>& A, const std::vector<Real>& x) {
  std::vector<Real> y(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) y[i] += A(i, j) * x[j];
  }
  return y;
}

/// The r with y = r x. Nothing if there is none.
std::optional<Real> ratio(const std::vector<Real>& y, const std::vector<Real>& x) {
  std::size_t at = 0;
  while (at < x.size() && x[at] == 0) ++at;
  if (at == x.size()) return {};
  const Real r = y[at] / x[at];
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(y[i] == r * x[i])) return {};
  }
  return r;
}

/// Half the distance of the two neighbouring values that `x` is the midpoint of, if it is one.
std::optional<Rational> half_gap(const Rational& x, const core::Format& format) {
  const double near = core::round_exact(Real(x), format);
  const auto beyond =
      core::exact_value(near) < x ? core::next_above(format, near) : core::next_below(format, near);
  if (!beyond) return {};
  const Rational one = core::exact_value(near), other = core::exact_value(*beyond);
  if (one + other != 2 * x) return {};
  return Rational(abs(one - other)) / 2;
}

/// A coordinate at a midpoint, and on which side of it the state is after k letters.
struct Side {
  std::size_t coordinate;
  int sign;                 ///< of the side where it is after `accepted` letters
  std::vector<bool> there;  ///< [period]
};

/// One or two of them that show when the residue is the accepted one.
std::optional<std::vector<Side>> telling(const std::vector<Side>& sides, std::size_t accepted) {
  const auto tells = [&](const Side& a, const Side& b) {
    for (std::size_t k = 0; k < a.there.size(); ++k) {
      if ((a.there[k] && b.there[k]) != (k == accepted)) return false;
    }
    return true;
  };
  for (const Side& a : sides) {
    if (tells(a, a)) return std::vector<Side>{a};
  }
  for (const Side& a : sides) {
    for (const Side& b : sides) {
      if (tells(a, b)) return std::vector<Side>{a, b};
    }
  }
  return {};
}

}  // namespace

core::Model straddling(const Transition& transition, std::size_t n, const std::vector<Rational>& w,
                       const std::vector<Rational>& v, std::size_t period, std::size_t accepted,
                       const core::Format& format) {
  if (format.rounding != core::Rounding::nearest_even &&
      format.rounding != core::Rounding::nearest_away) {
    refuse("a format that rounds to nearest");
  }
  if (transition.B) refuse("a letter without addition");
  if (w.size() != n || v.size() != n || w[0] == 0) refuse("w and v of n numbers, w_0 other than 0");
  if (period < 2 || accepted >= period) refuse("a residue of a period of at least 2");
  const Matrix<Real> A = core::to_matrix(transition, n);
  const std::vector<Real> kept(w.begin(), w.end());
  if (!(times(A, kept) == kept)) refuse("A w = w");
  std::vector<std::vector<Real>> around = {{v.begin(), v.end()}};
  for (std::size_t k = 0; k < period; ++k) around.push_back(times(A, around.back()));
  const auto r = ratio(around[period], around[0]);
  if (!r || *r <= 0 || *r >= 1) refuse("A^period v = r v with 0 < r < 1");

  // Between 1 and its successor, and a quarter of the way to the next midpoints at most.
  const Rational middle = (1 + core::exact_value(core::next_above(format, 1).value())) / 2;
  std::vector<Side> sides;
  std::vector<Rational> gaps(n);
  Rational small = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto half = half_gap(middle * w[i] / w[0], format);
    Real most = 0;
    bool is_beside = half.has_value();
    for (std::size_t k = 0; k < period; ++k) {
      const Real& x = around[k][i];
      is_beside = is_beside && x != 0;
      const Real size = x < 0 ? -x : x;
      if (size > most) most = size;
    }
    if (!is_beside) continue;
    gaps[i] = *half;
    const Rational bound = *half / (4 * most.bounds(8).second);
    if (small == 0 || bound < small) small = bound;
    Side side{i, around[accepted][i] > 0 ? 1 : -1, {}};
    for (std::size_t k = 0; k < period; ++k) {
      side.there.push_back((around[k][i] > 0) == (side.sign > 0));
    }
    sides.push_back(std::move(side));
  }
  const auto shown = telling(sides, accepted);
  if (!shown) refuse("coordinates at midpoints whose signs tell the residue");

  core::Model model;
  model.letters = core::Alphabet({"0", "1"});
  model.labels = {"reject", "accept"};
  core::Layer layer;
  layer.n = n;
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>(n, 1);
  for (std::size_t i = 0; i < n; ++i) layer.start(i, 0) = middle * w[i] / w[0] + small * v[i];
  layer.table = {Transition{GhProduct{}, {}}, transition};
  // Each coordinate contributes +1 on its side and -1 on the other: accept if all are there.
  layer.readout = {Matrix<Real>(2, n), std::vector<Real>(2)};
  layer.readout.c[1] = 1 - static_cast<int>(shown->size());
  for (const Side& side : *shown) {
    const std::size_t i = side.coordinate;
    layer.readout.W(1, i) = Real(side.sign / gaps[i]);
    layer.readout.c[1] -= Real(side.sign * middle * w[i] / w[0] / gaps[i]);
  }
  model.layers = {std::move(layer)};
  model.about.language = period == 2 && accepted == 1 ? "parity" : "mod:" + std::to_string(period);
  model.about.construction = "on sides of midpoints of the format that have the period " +
                             std::to_string(period) + " for ever: A^" + std::to_string(period) +
                             " v = " + core::to_string(*r) +
                             " v, and the start is a multiple of v beside one of w = A w";
  return model;
}

Transition three_factors(const Rational& rho) {
  const Rational a = 128 * rho * rho;
  if (rho <= 0 || a > 1) {
    throw core::Error(
        {core::Fault::range, "three factors", "0 < rho, 128 rho^2 <= 1", rho.str(), ""});
  }
  // (1, 0), (-1, 3) and (1, 2) over (2, 1, -2) and (2, -2, 1), all orthogonal to (1, 2, 2).
  return {GhProduct{
              {{Rational(15, 16), {2, 1, -2}}, {Rational(7, 8), {4, -7, 5}}, {1 - a, {2, -1, 0}}}},
          {}};
}

std::optional<core::Model> known_straddling(std::string_view family, Counting counting,
                                            const core::Format& format) {
  if (family == "deltanet_open" && counting == Counting::parity) {
    const Householder factor{Rational(3, 2), {1, 1}};
    return straddling({GhProduct{{factor}}, {}}, 2, {1, -1}, {1, 1}, 2, 1, format);
  }
  if (family != "deltaproduct3_01") return {};
  if (counting == Counting::mod3) {
    return straddling(three_factors(Rational(3, 200)), 3, {1, 2, 2}, {4, 5, -7}, 3, 0, format);
  }
  // Three projections on that plane, whose product has the eigenvalue -1/10 there.
  const Transition tenth{GhProduct{{{1, {2, -2, 1}}, {1, {0, -1, 1}}, {1, {-2, 0, 1}}}}, {}};
  return straddling(tenth, 3, {1, 2, 2}, {2, -5, 4}, 2, 1, format);
}

}  // namespace statewright::proofs
