// The circle of m points follows from angles up to pi/4 by symmetry, exactly, so that MPFR computes
// an eighth of them. Of the constants cos(2 pi/m) and sin(2 pi/m), m > 2, those are rational whose
// double is an integer (Niven 1956): the cosines of m = 3, 4, 6, the sines of m = 4, 12.

#include "proofs_check/lock/orbits.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <mpfr.h>

#include "core/error.hpp"
#include "core/number/round.hpp"
#include "kernels/from_model.hpp"
#include "proofs_check/lock/candidates.hpp"

namespace statewright::proofs {
namespace {

using core::Error;
using core::Fault;
using core::Format;
using core::Rational;

constexpr mpfr_prec_t kBits = 200;
constexpr std::uint32_t kMostCells = 65536;

class Number {
 public:
  Number() { mpfr_init2(x_, kBits); }
  ~Number() { mpfr_clear(x_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  operator mpfr_ptr() { return x_; }

 private:
  mpfr_t x_;
};

/// Cosine and sine of pi a/(2 m), where 0 <= a <= m/2.
void octant(Number& cosine, Number& sine, std::uint64_t a, std::uint32_t m) {
  Number angle;
  mpfr_const_pi(angle, MPFR_RNDN);
  mpfr_mul_ui(angle, angle, a, MPFR_RNDN);
  mpfr_div_ui(angle, angle, 2 * static_cast<unsigned long>(m), MPFR_RNDN);
  mpfr_sin_cos(sine, cosine, angle, MPFR_RNDN);
}

/// 2 pi k/m as `quarter` quarter turns and pi apart/(2 m) on, |apart| <= m/2.
struct Place {
  std::uint64_t quarter;
  std::int64_t apart;

  Place(std::uint32_t k, std::uint32_t m) : quarter((8 * std::uint64_t{k} / m + 1) / 2) {
    apart = 4 * static_cast<std::int64_t>(k) - static_cast<std::int64_t>(quarter * m);
  }
};

/// Of all k: [m, 2], each the double nearest to it.
std::vector<double> circle(std::uint32_t m) {
  std::map<std::uint64_t, std::pair<double, double>> known;
  std::vector<double> points;
  for (std::uint32_t k = 0; k < m; ++k) {
    const Place place(k, m);
    const auto size = static_cast<std::uint64_t>(std::abs(place.apart));
    const auto [at, is_new] = known.try_emplace(size);
    if (is_new) {
      Number cosine, sine;
      octant(cosine, sine, size, m);
      at->second = {mpfr_get_d(cosine, MPFR_RNDN), mpfr_get_d(sine, MPFR_RNDN)};
    }
    const double c = at->second.first;
    const double s = place.apart < 0 ? -at->second.second : at->second.second;
    // 0.0 - 0 = 0: zeros stay positive.
    const std::array<std::pair<double, double>, 4> turned = {
        {{c, s}, {0.0 - s, c}, {0.0 - c, 0.0 - s}, {s, 0.0 - c}}};
    const auto& [x, y] = turned[place.quarter % 4];
    points.push_back(x);
    points.push_back(y);
  }
  return points;
}

/// A number whose last 200 bits may be wrong, rounded: no cosine or sine lies so close to a tie.
double rounded(Number& x, const Format& format) {
  Rational value;
  mpfr_get_q(value.backend().data(), x);
  return core::round_exact(value, format);
}

/// cos(2 pi/m) and sin(2 pi/m) in the format, and which of them it cannot hold.
struct Constants {
  std::array<double, 2> value = {};
  std::array<bool, 2> inexact = {};

  Constants(std::uint32_t m, const Format& format) {
    if (m == 4) {
      value = {0, core::round_exact(1.0, format)};
      inexact = {false, value[1] != 1};
      return;
    }
    Number cosine, sine;
    const Place place(1, m);
    octant(cosine, sine, static_cast<std::uint64_t>(std::abs(place.apart)), m);
    if (place.quarter == 1) {  // m = 3 to 8, the angle lies around pi/2
      mpfr_swap(cosine, sine);
      if (place.apart > 0) mpfr_neg(cosine, cosine, MPFR_RNDN);
    }
    const std::array<Number*, 2> exact = {&cosine, &sine};
    for (std::size_t i = 0; i < 2; ++i) {
      const bool is_rational = i == 0 ? m == 3 || m == 6 : m == 12;
      if (is_rational) {
        mpfr_mul_2ui(*exact[i], *exact[i], 1, MPFR_RNDN);
        mpfr_rint(*exact[i], *exact[i], MPFR_RNDN);
        mpfr_div_2ui(*exact[i], *exact[i], 1, MPFR_RNDN);
      }
      value[i] = rounded(*exact[i], format);
      const bool holds = is_rational && std::fabs(value[i]) == 0.5;
      inexact[i] = !holds && value[i] != 0;
    }
  }
};

/// `steps` neighbours away from zero.
std::optional<double> moved(const Format& format, double value, int steps) {
  double size = std::fabs(value);
  for (int k = 0; k < std::abs(steps); ++k) {
    const auto next = steps > 0 ? core::next_above(format, size) : core::next_below(format, size);
    if (!next || !std::isfinite(*next) || *next <= 0) return {};
    size = *next;
  }
  return std::copysign(size, value);
}

std::string shortest_text(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace

RingOrbits ring_orbits(std::uint32_t m, const Format& format, const LockOptions& options) {
  if (m < 3 || m > kMostCells) {
    throw Error({Fault::range, "m", "3 to " + std::to_string(kMostCells), std::to_string(m)});
  }
  const Constants constants(m, format);
  // cos(pi/4) and sin(pi/4) are one constant.
  const bool tied = m == 8;
  RingOrbits ring;
  ring.constants = (constants.inexact[0] ? 1U : 0U) + (constants.inexact[1] && !tied ? 1U : 0U);
  ring.rotation.m = m;
  ring.rotation.readout = circle(m);
  ring.family.format = kernels::format_of(format, "format");
  ring.family.states = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(options.states, std::numeric_limits<std::uint32_t>::max()));
  std::map<std::vector<int>, std::uint32_t> numbers;
  for (const LockCandidate& candidate : plan_candidates(format, ring.constants, options)) {
    const auto next = static_cast<std::uint32_t>(numbers.size());
    const auto [at, is_new] = numbers.emplace(candidate.ulps, next);
    if (is_new) {
      constexpr double none = std::numeric_limits<double>::quiet_NaN();
      std::array<double, 2> pair = constants.value;
      std::size_t slot = 0;
      for (std::size_t i = 0; i < 2; ++i) {
        if (!constants.inexact[i]) continue;
        const int steps = candidate.ulps[tied ? 0 : slot++];
        pair[i] = moved(format, pair[i], steps).value_or(none);
      }
      ring.rotation.constants.push_back(pair);
    }
    ring.family.candidates.push_back({candidate.scale, candidate.phase, at->second});
  }
  return ring;
}

std::string describe_orbit(const RingOrbits& ring, std::uint64_t candidate) {
  const kernels::OrbitCandidate& of = ring.family.candidates.at(candidate);
  const auto& [c, s] = ring.rotation.constants.at(of.constants);
  return "cosine " + shortest_text(c) + ", sine " + shortest_text(s) + ", start (" +
         shortest_text(of.x) + ", " + shortest_text(of.y) + ")";
}

}  // namespace statewright::proofs
