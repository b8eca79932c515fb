// census, the obvious way: states in a list, searched from its beginning; eigenvalues by traces of
// powers in whole numbers of any size (exact_spectrum.hpp).

#include <algorithm>
#include <cmath>

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
        choices_(parameter_values(family)),
        format_(plan_reference({family.format, family.format, family.format, family.format})
                    .accumulate) {}

  CensusMember member(std::uint64_t index) const {
    CensusMember member;
    member.parameters = family_.sample ? drawn(index) : listed(index);
    classify(member);
    follow(member);
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
      case CensusKind::pairs:
        for (const double* factor : {&p[0], &p[n_ + 1]}) {
          const double w = times(factor[0], dot(factor + 1, h));
          for (std::size_t i = 0; i < n_; ++i) h[i] = minus(h[i], times(factor[1 + i], w));
        }
        break;
    }
    return h;
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

  void classify(CensusMember& member) const {
    const std::vector<double>& p = member.parameters;
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
      case CensusKind::pairs:
        a = product(factor(&p[n_ + 1]), factor(&p[0]), n_);
        unit = unit * unit * unit;
        unit = unit * unit;
        break;
    }
    if (!has_real_spectrum(a, n_)) {
      member.spectrum = Spectrum::complex;
    } else {
      member.spectrum =
          has_nonnegative_spectrum(a, n_) ? Spectrum::nonnegative : Spectrum::negative;
    }
    member.contracts = has_norm_at_most(a, n_, unit);
  }

  void follow(CensusMember& member) const {
    std::vector<State> states = {State(family_.start.begin(), family_.start.begin() + n_)};
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
  std::size_t n_;
  std::vector<std::vector<double>> choices_;
  Constants<double> format_;
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
