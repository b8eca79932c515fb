#include "kernels/census.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "kernels/census_orbit.hpp"
#include "kernels/constants.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

constexpr std::array<std::string_view, kSpectra> kSpectrumNames = {"complex", "negative",
                                                                   "nonnegative"};
constexpr std::array<std::string_view, kFates> kFateNames = {"vanishes", "rests",    "period 2",
                                                             "period 3", "even",     "triple",
                                                             "other",    "explodes", "undecided"};

void check(const CensusFamily& family) {
  const FormatSpec& format = family.format;
  if (format.width() > 8 || format.fixed || !plan_in_float({format, format, format, format})) {
    throw Error({Fault::unsupported, "format",
                 "a floating format of at most 8 bits, to nearest-even, with subnormals",
                 std::to_string(format.width()) + " bits"});
  }
  if (family.horizon < 1 || family.horizon > 65535) {
    throw Error({Fault::range, "horizon", "1 to 65535", std::to_string(family.horizon)});
  }
  const std::vector<double> values = finite_values(format);
  for (const double x : family.start) {
    if (std::find(values.begin(), values.end(), x) == values.end()) {
      throw Error({Fault::range, "start", "finite values of the format", std::to_string(x)});
    }
  }
}

/// The obvious way to one member: states in a list, searched from its beginning.
class ReferenceOrbit {
 public:
  explicit ReferenceOrbit(const CensusFamily& family)
      : family_(family),
        values_(finite_values(family.format)),
        plan_(plan_reference({family.format, family.format, family.format, family.format})) {}

  CensusMember member(std::uint64_t index) const {
    const std::size_t n = values_.size();
    CensusMember member;
    for (std::size_t i = 4; i > 0; --i, index /= n) member.matrix[i - 1] = values_[index % n];
    classify(member);
    follow(member);
    return member;
  }

 private:
  using State = std::array<double, 2>;

  double product(double a, double b) const {
    double result;
    multiply<Kind::general>(plan_.accumulate, result, a, b);
    return result;
  }

  State next(const CensusMember& member, const State& h) const {
    State result;
    for (std::size_t i = 0; i < 2; ++i) {
      const double p = product(member.matrix[2 * i], h[0]);
      const double q = product(member.matrix[2 * i + 1], h[1]);
      add<Kind::general>(plan_.accumulate, result[i], p, q);
    }
    return result;
  }

  /// By the roots of the exact characteristic polynomial, in units in which it is whole.
  void classify(CensusMember& member) const {
    std::array<Int128, 4> e;
    for (std::size_t i = 0; i < 4; ++i) {
      e[i] = static_cast<std::int64_t>(std::ldexp(member.matrix[i], -family_.format.last_place()));
    }
    const Int128 trace = e[0] + e[3], det = e[0] * e[3] - e[1] * e[2];
    if (trace * trace < 4 * det) {
      member.spectrum = Spectrum::complex;
    } else if (det >= 0 && trace >= 0) {
      member.spectrum = Spectrum::nonnegative;
    } else {
      member.spectrum = Spectrum::negative;
    }
    const int place = -family_.format.last_place();
    const Int128 one = place >= 0 ? Int128{1} << place : 0;
    bool small = true;
    Int128 squares = 0;
    for (const Int128 x : e) {
      small = small && x <= one && x >= -one;
      squares += x * x;
    }
    member.contracts = small && squares <= 2 * one * one &&
                       one * one * one * one - squares * one * one + det * det >= 0;
  }

  void follow(CensusMember& member) const {
    std::vector<State> states = {family_.start};
    const std::size_t horizon = family_.horizon;
    while (states.size() <= 2 * horizon) {
      const State h = next(member, states.back());
      if (!std::isfinite(h[0]) || !std::isfinite(h[1])) {
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
    for (std::size_t i = 0; i < 2; ++i) {
      std::int64_t low = INT64_MAX, high = INT64_MIN;
      for (std::size_t k = preperiod; k < preperiod + period; ++k) {
        low = std::min(low, position(family_.format, states[k][i]));
        high = std::max(high, position(family_.format, states[k][i]));
      }
      member.amplitude = std::max(member.amplitude, static_cast<std::uint32_t>(high - low));
    }
    member.preperiod = static_cast<std::uint32_t>(preperiod);
    member.period = static_cast<std::uint32_t>(period);
    const State& h = states[preperiod];
    member.fate = fate_of(static_cast<std::int32_t>(period), false, h[0] == 0 && h[1] == 0);
    member.steps = static_cast<std::uint32_t>(preperiod + period);
  }

  const CensusFamily& family_;
  std::vector<double> values_;
  Plan<double> plan_;
};

CensusResult census_reference(const CensusFamily& family, std::uint64_t begin, std::uint64_t end) {
  const ReferenceOrbit orbit(family);
  CensusResult result;
  for (std::uint64_t i = begin; i < end; ++i) {
    const CensusMember member = orbit.member(i);
    result.cell(member.spectrum, member.contracts, member.fate)
        .add(member.preperiod, member.period, member.amplitude, i);
    result.steps += member.steps;
  }
  return result;
}

}  // namespace

std::string_view name_of(Spectrum spectrum) noexcept {
  return kSpectrumNames[static_cast<std::size_t>(spectrum)];
}

std::string_view name_of(Fate fate) noexcept { return kFateNames[static_cast<std::size_t>(fate)]; }

std::uint64_t CensusFamily::size() const {
  const std::uint64_t n = finite_values(format).size();
  return n * n * n * n;
}

void CensusCell::add(std::uint32_t preperiod, std::uint32_t period, std::uint32_t amplitude_of,
                     std::uint64_t index) noexcept {
  merge({1, preperiod, period, amplitude_of, index});
}

void CensusCell::merge(const CensusCell& other) noexcept {
  if (other.count == 0) return;
  longest_preperiod = std::max(longest_preperiod, other.longest_preperiod);
  longest_period = std::max(longest_period, other.longest_period);
  const bool larger = other.amplitude > amplitude;
  if (count == 0 || larger || (other.amplitude == amplitude && other.member < member)) {
    amplitude = other.amplitude;
    member = other.member;
  }
  count += other.count;
}

CensusCell& CensusResult::cell(Spectrum spectrum, bool contracts, Fate fate) noexcept {
  return cells[static_cast<std::size_t>(spectrum)][contracts ? 1 : 0]
              [static_cast<std::size_t>(fate)];
}

const CensusCell& CensusResult::cell(Spectrum spectrum, bool contracts, Fate fate) const noexcept {
  return cells[static_cast<std::size_t>(spectrum)][contracts ? 1 : 0]
              [static_cast<std::size_t>(fate)];
}

void CensusResult::merge(const CensusResult& other) noexcept {
  for (std::size_t s = 0; s < kSpectra; ++s) {
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::size_t f = 0; f < kFates; ++f) cells[s][c][f].merge(other.cells[s][c][f]);
    }
  }
  steps += other.steps;
}

CensusPlan census_plan(const CensusFamily& family) {
  const FormatSpec& format = family.format;
  CensusPlan plan;
  plan.format = plan_in_float({format, format, format, format})->accumulate;
  plan.horizon = static_cast<std::int32_t>(family.horizon);
  for (std::size_t i = 0; i < 2; ++i) plan.start[i] = static_cast<float>(family.start[i]);
  const std::vector<double> values = finite_values(format);
  plan.values = static_cast<std::uint32_t>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    plan.value[i] = static_cast<float>(values[i]);
    plan.steps[i] = static_cast<std::int64_t>(std::ldexp(values[i], -format.last_place()));
  }
  plan.rule.one = format.last_place() <= 0 ? std::int64_t{1} << -format.last_place() : 0;
  const std::int64_t largest = plan.steps[values.size() - 1];
  plan.rule.is_small = largest < std::int64_t{1} << 30 && plan.rule.one <= std::int64_t{1} << 15;
  plan.step = static_cast<float>(std::ldexp(1.0, format.last_place()));
  plan.normal = static_cast<float>(std::ldexp(1.0, format.emin()));
  plan.shift = 23 - format.significand_bits;
  plan.offset = (format.emin() + 126) << format.significand_bits;
  return plan;
}

CensusMember census_member(const CensusFamily& family, std::uint64_t index) {
  check(family);
  return ReferenceOrbit(family).member(index);
}

CensusResult census(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                    Backend backend, unsigned threads) {
  check(family);
  if (begin > end || end > family.size()) {
    throw Error({Fault::range, "members", "at most " + std::to_string(family.size()),
                 std::to_string(begin) + " to " + std::to_string(end)});
  }
  switch (resolve(backend)) {
    case Backend::cuda:
      return census_cuda(family, begin, end);
    case Backend::cpu:
      return census_cpu(family, begin, end, threads);
    default:
      return census_reference(family, begin, end);
  }
}

}  // namespace statewright::kernels
