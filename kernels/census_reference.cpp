// census, the obvious way: states in a list, searched from its beginning; eigenvalues by traces of
// powers in whole numbers of any size (exact_spectrum.hpp). One rounding: the exact result,
// likewise, is looked for among the values of the format.

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/census_plan.hpp"
#include "kernels/constants.hpp"
#include "kernels/exact_spectrum.hpp"

namespace statewright::kernels {
namespace {

using State = std::vector<double>;

class ReferenceOrbit {
 public:
  explicit ReferenceOrbit(const CensusFamily& family)
      : family_(family),
        n_(family.n),
        letter_(static_cast<std::size_t>(parameters_of(family.kind, static_cast<int>(family.n)))),
        choices_(parameter_values(family)),
        format_(plan_reference({family.format, family.format, family.format, family.format})
                    .accumulate) {
    for (const double x : finite_values(family.format)) {
      if (!std::signbit(x)) magnitudes_.push_back(x);
    }
  }

  CensusMember member(std::uint64_t index) const {
    CensusMember member;
    member.parameters = family_.sample ? drawn(index) : listed(index);
    classify(member);
    if (family_.unit_keys && has_long_key(member.parameters)) {
      member.fate = Fate::outside;
    } else {
      follow(member);
    }
    return member;
  }

 private:
  std::vector<double> listed(std::uint64_t index) const {
    std::vector<double> parameters(choices_.size());
    for (std::size_t j = choices_.size(); j > 0; --j) {
      parameters[j - 1] = choices_[j - 1][index % choices_[j - 1].size()];
      index /= choices_[j - 1].size();
    }
    return parameters;
  }

  std::vector<double> drawn(std::uint64_t index) const {
    const WordKeys keys = word_keys(family_.sample->seed, index);
    std::vector<double> parameters;
    for (std::size_t j = 0; j < choices_.size(); ++j) {
      const std::uint64_t half =
          j % 2 == 0 ? keys.draw(j / 2) & 0xFFFF'FFFF : keys.draw(j / 2) >> 32;
      parameters.push_back(choices_[j][half * choices_[j].size() >> 32]);
    }
    return parameters;
  }

  // --- one step

  double times(double a, double b) const {
    double result;
    multiply<Kind::general>(format_, result, a, b);
    return result;
  }
  double plus(double a, double b) const {
    double result;
    add<Kind::general>(format_, result, a, b);
    return result;
  }
  double minus(double a, double b) const {
    double result;
    subtract<Kind::general>(format_, result, a, b);
    return result;
  }

  double dot(const double* a, const State& h) const {
    double sum = times(a[0], h[0]);
    for (std::size_t j = 1; j < n_; ++j) sum = plus(sum, times(a[j], h[j]));
    return sum;
  }

  State next(const std::vector<double>& p, State h) const {
    if (family_.rounding == CensusRounding::once) return next_once(p, h);
    const State before = h;
    switch (family_.kind) {
      case CensusKind::matrices:
        for (std::size_t i = 0; i < n_; ++i) h[i] = dot(&p[i * n_], before);
        break;
      case CensusKind::diagonal:
        for (std::size_t i = 0; i < n_; ++i) h[i] = plus(times(p[i], h[i]), p[n_ + i]);
        break;
      case CensusKind::deltanet: {
        const double error = times(p[0], minus(p[1], dot(&p[2], h)));
        for (std::size_t i = 0; i < n_; ++i) h[i] = plus(h[i], times(p[2 + i], error));
        break;
      }
      case CensusKind::factor:
        apply_factor(&p[0], h);
        break;
      case CensusKind::pairs:
        apply_factor(&p[0], h);
        apply_factor(&p[n_ + 1], h);
        break;
    }
    for (std::size_t i = 0; i < n_ && family_.adds; ++i) h[i] = plus(h[i], p[letter_ + i]);
    return h;
  }

  void apply_factor(const double* factor, State& h) const {
    const double w = times(factor[0], dot(factor + 1, h));
    for (std::size_t i = 0; i < n_; ++i) h[i] = minus(h[i], times(factor[1 + i], w));
  }

  // --- one step, rounded once

  State next_once(const std::vector<double>& p, const State& h) const {
    const Exact exact = exact_of(p);
    State after;
    for (std::size_t i = 0; i < n_; ++i) {
      Whole sum;  // in units of 1 / (exact.unit one())
      for (std::size_t j = 0; j < n_; ++j) sum = sum + exact.a[i * n_ + j] * whole(h[j]);
      if (family_.kind == CensusKind::diagonal) sum = sum + exact.unit * whole(p[n_ + i]);
      if (family_.kind == CensusKind::deltanet) {
        sum = sum + whole(p[0]) * whole(p[1]) * whole(p[2 + i]) * one();
      }
      if (family_.adds) sum = sum + exact.unit * whole(p[letter_ + i]);
      after.push_back(rounded(sum, exact.unit));
    }
    return after;
  }

  /// sum / (unit one()) to the nearest value of the format, of two the one with the even position;
  /// the next one after the largest, were there no end, stands for overflow.
  double rounded(const Whole& sum, const Whole& unit) const {
    const bool negative = sum.sign() < 0;
    const Whole size = negative ? -sum : sum;
    const double largest = family_.format.largest();
    const double place = std::ldexp(1.0, family_.format.emax() - family_.format.significand_bits);
    const auto after = std::partition_point(magnitudes_.begin(), magnitudes_.end(), [&](double x) {
      return (size - unit * whole(x)).sign() >= 0;
    });
    const double below = *(after - 1);  // 0 at least
    const double above = after != magnitudes_.end() ? *after : largest + place;
    const int side = (size + size - unit * (whole(below) + whole(above))).sign();
    const bool up = side > 0 || (side == 0 && position(family_.format, below) % 2 != 0);
    double result = up ? above : below;
    if (result > largest) {
      const bool saturates = family_.format.overflow == Overflow::saturate;
      result = saturates ? largest : std::numeric_limits<double>::infinity();
    }
    return negative ? -result : result;
  }

  // --- what a member is

  /// A value in units of the format's least step.
  Whole whole(double value) const {
    return static_cast<std::int64_t>(std::ldexp(value, -family_.format.last_place()));
  }

  /// 1 in those units; 0 if it is no multiple.
  Whole one() const {
    const int place = -family_.format.last_place();
    return place >= 0 ? Whole::power_of_two(place) : Whole(0);
  }

  /// one^3 (I - beta k k^T) with beta first, then k.
  WholeMatrix factor(const double* p) const {
    WholeMatrix a(n_ * n_);
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) {
        const Whole identity = i == j ? one() * one() * one() : Whole(0);
        a[i * n_ + j] = identity - whole(p[0]) * whole(p[1 + i]) * whole(p[1 + j]);
      }
    }
    return a;
  }

  bool has_long_key(const std::vector<double>& p) const {
    const std::size_t first = family_.kind == CensusKind::deltanet ? 2 : 1;
    const std::size_t keys = family_.kind == CensusKind::pairs ? 2 : 1;
    for (std::size_t k = 0; k < keys; ++k) {
      Whole squares;
      for (std::size_t i = 0; i < n_; ++i) {
        const Whole entry = whole(p[k * (n_ + 1) + first + i]);
        squares = squares + entry * entry;
      }
      if ((squares - one() * one()).sign() > 0) return true;
    }
    return false;
  }

  /// A letter's A in units of which 1 has `unit`.
  struct Exact {
    WholeMatrix a;
    Whole unit;
  };

  Exact exact_of(const std::vector<double>& p) const {
    WholeMatrix a(n_ * n_);
    Whole unit = one();
    switch (family_.kind) {
      case CensusKind::matrices:
        for (std::size_t i = 0; i < n_ * n_; ++i) a[i] = whole(p[i]);
        break;
      case CensusKind::diagonal:
        for (std::size_t i = 0; i < n_; ++i) a[i * n_ + i] = whole(p[i]);
        break;
      case CensusKind::deltanet: {
        std::vector<double> ours = {p[0]};  // without v
        ours.insert(ours.end(), p.begin() + 2, p.end());
        a = factor(ours.data());
        unit = unit * unit * unit;
        break;
      }
      case CensusKind::factor:
        a = factor(&p[0]);
        unit = unit * unit * unit;
        break;
      case CensusKind::pairs:
        a = product(factor(&p[n_ + 1]), factor(&p[0]), n_);
        unit = unit * unit * unit;
        unit = unit * unit;
        break;
    }
    return {a, unit};
  }

  void classify(CensusMember& member) const {
    const auto [a, unit] = exact_of(member.parameters);
    if (!has_real_spectrum(a, n_)) {
      member.spectrum = Spectrum::complex;
    } else {
      member.spectrum =
          has_nonnegative_spectrum(a, n_) ? Spectrum::nonnegative : Spectrum::negative;
    }
    member.contracts = has_norm_at_most(a, n_, unit);
  }

  void follow(CensusMember& member) const {
    const auto ours = static_cast<std::ptrdiff_t>(n_);
    std::vector<State> states = {State(family_.start.begin(), family_.start.begin() + ours)};
    if (family_.all_starts) {
      states[0] = State(member.parameters.end() - ours, member.parameters.end());
    }
    const std::size_t horizon = family_.horizon;
    while (states.size() <= 2 * horizon) {
      const State h = next(member.parameters, states.back());
      for (const double x : h) {
        if (std::isfinite(x)) continue;
        member.fate = Fate::explodes;
        member.steps = static_cast<std::uint32_t>(states.size());
        return;
      }
      states.push_back(h);
    }
    std::size_t period = 0;
    for (std::size_t k = horizon; k > 0; --k) {
      if (states[horizon + k] == states[horizon]) period = k;
    }
    if (period == 0) {
      member.fate = Fate::undecided;
      member.steps = static_cast<std::uint32_t>(2 * horizon);
      return;
    }
    std::size_t preperiod = 0;
    while (states[preperiod] != states[preperiod + period]) ++preperiod;
    member.preperiod = static_cast<std::uint32_t>(preperiod);
    member.period = static_cast<std::uint32_t>(period);
    member.steps = static_cast<std::uint32_t>(preperiod + period);
    const State& h = states[preperiod];
    const bool at_zero = std::all_of(h.begin(), h.end(), [](double x) { return x == 0; });
    member.fate = fate_of(static_cast<std::int32_t>(period), false, at_zero);
    double widest = 0, largest = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      double low = h[i], high = h[i];
      for (std::size_t k = preperiod; k < preperiod + period; ++k) {
        low = std::min(low, states[k][i]);
        high = std::max(high, states[k][i]);
      }
      const auto apart = position(family_.format, high) - position(family_.format, low);
      member.amplitude = std::max(member.amplitude, static_cast<std::uint32_t>(apart));
      widest = std::max(widest, high - low);
      largest = std::max({largest, std::fabs(low), std::fabs(high)});
    }
    if (period > 1) {
      member.relative = static_cast<std::uint32_t>(widest / largest / kRelativeUnit);
    }
  }

  const CensusFamily& family_;
  std::size_t n_, letter_;  ///< numbers of the state, and of the letter without b
  std::vector<std::vector<double>> choices_;
  Constants<double> format_;
  std::vector<double> magnitudes_;  ///< of the format's finite values, ascending
};

}  // namespace

CensusResult census_reference(const CensusFamily& family, std::uint64_t begin, std::uint64_t end) {
  const ReferenceOrbit orbit(family);
  CensusResult result;
  for (std::uint64_t i = begin; i < end; ++i) result.add(orbit.member(i), i);
  return result;
}

CensusMember census_member(const CensusFamily& family, std::uint64_t index) {
  check_family(family);
  return ReferenceOrbit(family).member(index);
}

}  // namespace statewright::kernels
