#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "core/error.hpp"
#include "kernels/census_plan.hpp"
#include "kernels/constants.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

constexpr std::array<std::string_view, kCensusKinds> kKindNames = {"matrices", "diagonal",
                                                                   "deltanet", "pairs"};

bool has_keys(CensusKind kind) { return kind == CensusKind::deltanet || kind == CensusKind::pairs; }

enum class Role { any, beta, key };

/// What parameter j is.
Role role_of(const CensusFamily& family, std::size_t j) {
  if (family.kind == CensusKind::deltanet) {
    return j == 0 ? Role::beta : j == 1 ? Role::any : Role::key;
  }
  if (family.kind == CensusKind::pairs) return j % (family.n + 1) == 0 ? Role::beta : Role::key;
  return Role::any;
}

std::string number_text(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", x);
  return text;
}

}  // namespace

std::string_view name_of(CensusKind kind) noexcept {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::size_t CensusFamily::parameters() const noexcept {
  return static_cast<std::size_t>(parameters_of(kind, static_cast<int>(n)));
}

std::vector<std::vector<double>> parameter_values(const CensusFamily& family) {
  const std::vector<double> all = finite_values(family.format);
  std::vector<std::vector<double>> values;
  for (std::size_t j = 0; j < family.parameters(); ++j) {
    std::vector<double> ours;
    for (const double x : all) {
      const Role role = role_of(family, j);
      const bool fits = role == Role::any ||
                        (role == Role::beta && !std::signbit(x) && x <= family.beta_most) ||
                        (role == Role::key && std::fabs(x) <= 1);
      if (fits) ours.push_back(x);
    }
    values.push_back(ours);
  }
  return values;
}

std::uint64_t CensusFamily::size() const {
  if (sample) return sample->count;
  std::uint64_t size = 1;
  for (const std::vector<double>& values : parameter_values(*this)) {
    size *= values.size();  // below 2^51
    if (size <= kMostMembers) continue;
    throw Error({Fault::range, "family", "at most 2^43 members, listed", "more",
                 "have some drawn: a sample, with a seed"});
  }
  return size;
}

std::string CensusFamily::text() const {
  std::string text = std::string(name_of(kind)) + " n = " + std::to_string(n);
  if (has_keys(kind)) text += ", beta in [0, " + number_text(beta_most) + "]";
  text += ", " + spelling_of(format) + ", x_0 = (";
  for (std::size_t i = 0; i < n; ++i) text += (i > 0 ? ", " : "") + number_text(start[i]);
  text += "), T = " + std::to_string(horizon);
  if (sample) {
    text +=
        ", " + std::to_string(sample->count) + " drawn with seed " + std::to_string(sample->seed);
  }
  return text;
}

std::string letter_text(const CensusFamily& family, const std::vector<double>& parameters) {
  const std::size_t n = family.n;
  const auto vector = [&](std::size_t first, const char* open, const char* close) {
    std::string text = open;
    for (std::size_t i = 0; i < n; ++i) {
      text += (i > 0 ? ", " : "") + number_text(parameters[first + i]);
    }
    return text + close;
  };
  const auto beta = [&](std::size_t at) { return "beta = " + number_text(parameters[at]); };
  switch (family.kind) {
    case CensusKind::matrices: {
      std::string text = "[";
      for (std::size_t i = 0; i < n; ++i) text += (i > 0 ? ", " : "") + vector(i * n, "[", "]");
      return text + "]";
    }
    case CensusKind::diagonal:
      return "a = " + vector(0, "(", ")") + ", b = " + vector(n, "(", ")");
    case CensusKind::deltanet:
      return beta(0) + ", v = " + number_text(parameters[1]) + ", k = " + vector(2, "(", ")");
    case CensusKind::pairs:
      break;
  }
  return beta(0) + ", k = " + vector(1, "(", ")") + "; " + beta(n + 1) +
         ", k = " + vector(n + 2, "(", ")");
}

void check_family(const CensusFamily& family) {
  const FormatSpec& format = family.format;
  if (format.width() > 8 || format.fixed || !plan_in_float({format, format, format, format})) {
    throw Error({Fault::unsupported, "format",
                 "a floating format of at most 8 bits, to nearest-even, with subnormals",
                 spelling_of(format)});
  }
  // 1 and the largest value in least steps, and what products of four of them need.
  const int below = -format.last_place();
  const bool fits = below >= 0 && format.emax() + 1 + below <= 62;
  if (!fits || (has_keys(family.kind) && below > 17)) {
    throw Error({Fault::unsupported, "format", "values that are closer to each other",
                 spelling_of(format)});
  }
  if (family.horizon < 1 || family.horizon > 65535) {
    throw Error({Fault::range, "horizon", "1 to 65535", std::to_string(family.horizon)});
  }
  if (family.n < 1 || family.n > 4) {
    throw Error({Fault::range, "n", "1 to 4", std::to_string(family.n)});
  }
  if (family.beta_most != 1 && family.beta_most != 2) {
    throw Error({Fault::range, "beta_most", "1 or 2", number_text(family.beta_most)});
  }
  const std::vector<double> values = finite_values(format);
  for (std::size_t i = 0; i < family.n; ++i) {
    const double x = family.start[i];
    if (std::find(values.begin(), values.end(), x) == values.end()) {
      throw Error({Fault::range, "start", "finite values of the format", number_text(x)});
    }
  }
  if (family.sample && family.sample->count > kMostMembers) {
    throw Error(
        {Fault::range, "sample", "at most 2^43 members", std::to_string(family.sample->count)});
  }
}

CensusPlan census_plan(const CensusFamily& family) {
  const FormatSpec& format = family.format;
  CensusPlan plan;
  plan.format = plan_in_float({format, format, format, format})->accumulate;
  plan.horizon = static_cast<std::int32_t>(family.horizon);
  plan.n = family.n;
  for (std::size_t i = 0; i < family.n; ++i) plan.start[i] = static_cast<float>(family.start[i]);
  if (family.sample) {
    plan.drawn = true;
    plan.seed = family.sample->seed;
  }
  const std::vector<double> values = finite_values(format);
  plan.values = static_cast<std::uint32_t>(values.size());
  const auto place_of = [&](double x) {
    const auto is_it = [&](double y) { return x == y && std::signbit(x) == std::signbit(y); };
    return static_cast<std::uint32_t>(std::find_if(values.begin(), values.end(), is_it) -
                                      values.begin());
  };
  const std::vector<std::vector<double>> ours = parameter_values(family);
  for (std::size_t j = 0; j < ours.size(); ++j) {
    plan.from[j] = place_of(ours[j].front());
    plan.count[j] = static_cast<std::uint32_t>(ours[j].size());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    plan.value[i] = static_cast<float>(values[i]);
    plan.steps[i] = static_cast<std::int64_t>(std::ldexp(values[i], -format.last_place()));
  }
  plan.one = std::uint64_t{1} << -format.last_place();
  const std::int64_t largest = plan.steps[values.size() - 1];
  plan.is_small = largest < std::int64_t{1} << 30 && plan.one <= std::uint64_t{1} << 15;
  plan.step = static_cast<float>(std::ldexp(1.0, format.last_place()));
  plan.normal = static_cast<float>(std::ldexp(1.0, format.emin()));
  plan.shift = 23 - format.significand_bits;
  plan.offset = (format.emin() + 126) << format.significand_bits;
  return plan;
}

}  // namespace statewright::kernels
