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
                                                                   "deltanet", "factor", "pairs"};

bool has_keys(CensusKind kind) {
  return kind != CensusKind::matrices && kind != CensusKind::diagonal;
}

/// h' = A h + b by itself.
bool has_addition(CensusKind kind) {
  return kind == CensusKind::diagonal || kind == CensusKind::deltanet;
}

enum class Role { any, beta, key };

/// What parameter j is.
Role role_of(const CensusFamily& family, std::size_t j) {
  if (family.kind == CensusKind::deltanet) {
    return j == 0 ? Role::beta : j == 1 ? Role::any : Role::key;
  }
  if (has_keys(family.kind)) return j % (family.n + 1) == 0 ? Role::beta : Role::key;
  return Role::any;
}

std::vector<double> state_values(const FormatSpec& format) {
  std::vector<double> values;
  for (const double x : finite_values(format)) {
    if (!(x == 0 && std::signbit(x))) values.push_back(x);
  }
  return values;
}

/// The bits that exact results A h + b take, as multiples of 2^once_place, and that exponent.
struct OnceWidth {
  double bits = 0;
  int place = 0;
};

OnceWidth once_width(const CensusFamily& family) {
  const FormatSpec& format = family.format;
  const double largest = std::max(format.largest(), -format.lowest());
  // Entries of A in units 2^(last_place units), and their largest size; what is added likewise.
  int units = 1;
  double entry = largest, added = largest;
  if (family.kind == CensusKind::deltanet || family.kind == CensusKind::factor) {
    units = 3;
    entry = 3;
    added = 2 * largest;
  } else if (family.kind == CensusKind::pairs) {
    units = 6;
    entry = 9 * family.n;
  }
  OnceWidth width;
  width.place = (units + 1) * format.last_place();
  width.bits = std::ceil(std::log2(family.n * entry * largest + added)) + 1 - width.place;
  return width;
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

std::string_view name_of(CensusRounding rounding) noexcept {
  return rounding == CensusRounding::each ? "each" : "once";
}

std::size_t CensusFamily::parameters() const noexcept {
  const auto letter = static_cast<std::size_t>(parameters_of(kind, static_cast<int>(n)));
  return letter + (adds ? n : 0) + (all_starts ? n : 0);
}

std::vector<std::vector<double>> parameter_values(const CensusFamily& family) {
  const std::vector<double> all = finite_values(family.format);
  const auto letter =
      static_cast<std::size_t>(parameters_of(family.kind, static_cast<int>(family.n)));
  std::vector<std::vector<double>> values;
  for (std::size_t j = 0; j < family.parameters(); ++j) {
    if (j >= letter) {
      values.push_back(state_values(family.format));
      continue;
    }
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
    size *= values.size();  // below 2^50
    if (size <= kMostMembers) continue;
    throw Error({Fault::range, "family", "at most 2^42 members, listed", "more",
                 "have some drawn: a sample, with a seed"});
  }
  return size;
}

std::string CensusFamily::text() const {
  std::string text = std::string(name_of(kind)) + " n = " + std::to_string(n);
  if (has_keys(kind)) text += ", beta in [0, " + number_text(beta_most) + "]";
  if (unit_keys) text += ", |k| <= 1";
  if (adds) text += ", + b";
  text += ", " + spelling_of(format);
  if (rounding == CensusRounding::once) text += ", rounded once";
  text += all_starts ? ", every x_0" : ", x_0 = (";
  for (std::size_t i = 0; i < n && !all_starts; ++i) {
    text += (i > 0 ? ", " : "") + number_text(start[i]) + (i + 1 == n ? ")" : "");
  }
  text += ", T = " + std::to_string(horizon);
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
  std::string text;
  switch (family.kind) {
    case CensusKind::matrices:
      for (std::size_t i = 0; i < n; ++i) text += (i > 0 ? ", " : "[") + vector(i * n, "[", "]");
      text += "]";
      break;
    case CensusKind::diagonal:
      text = "a = " + vector(0, "(", ")") + ", b = " + vector(n, "(", ")");
      break;
    case CensusKind::deltanet:
      text = beta(0) + ", v = " + number_text(parameters[1]) + ", k = " + vector(2, "(", ")");
      break;
    case CensusKind::factor:
      text = beta(0) + ", k = " + vector(1, "(", ")");
      break;
    case CensusKind::pairs:
      text = beta(0) + ", k = " + vector(1, "(", ")") + "; " + beta(n + 1) +
             ", k = " + vector(n + 2, "(", ")");
      break;
  }
  std::size_t at = static_cast<std::size_t>(parameters_of(family.kind, static_cast<int>(n)));
  if (family.adds) {
    text += ", b = " + vector(at, "(", ")");
    at += n;
  }
  if (family.all_starts) text += ", x_0 = " + vector(at, "(", ")");
  return text;
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
  if (family.adds && has_addition(family.kind)) {
    throw Error({Fault::unsupported, "adds", "matrices, factor or pairs",
                 std::string(name_of(family.kind)), "others add something by themselves"});
  }
  if (family.unit_keys && !has_keys(family.kind)) {
    throw Error({Fault::unsupported,
                 "unit keys",
                 "deltanet, factor or pairs",
                 std::string(name_of(family.kind)),
                 {}});
  }
  if (family.rounding == CensusRounding::once && once_width(family).bits > 126) {
    throw Error({Fault::unsupported,
                 "rounding",
                 "values whose exact results take at most 126 bits",
                 spelling_of(format),
                 {}});
  }
  const std::vector<double> values = finite_values(format);
  for (std::size_t i = 0; i < family.n && !family.all_starts; ++i) {
    const double x = family.start[i];
    if (std::find(values.begin(), values.end(), x) == values.end()) {
      throw Error({Fault::range, "start", "finite values of the format", number_text(x)});
    }
  }
  if (family.sample && family.sample->count > kMostMembers) {
    throw Error(
        {Fault::range, "sample", "at most 2^42 members", std::to_string(family.sample->count)});
  }
}

CensusPlan census_plan(const CensusFamily& family) {
  const FormatSpec& format = family.format;
  CensusPlan plan;
  plan.format = plan_in_float({format, format, format, format})->accumulate;
  plan.horizon = static_cast<std::int32_t>(family.horizon);
  plan.n = family.n;
  plan.adds = family.adds;
  plan.unit_keys = family.unit_keys;
  plan.once = family.rounding == CensusRounding::once;
  if (plan.once) {
    plan.once_place = once_width(family).place;
    plan.wide = once_width(family).bits > 62;
  }
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
  const std::vector<double> states = state_values(format);
  const std::vector<std::vector<double>> ours = parameter_values(family);
  const auto letter =
      static_cast<std::size_t>(parameters_of(family.kind, static_cast<int>(family.n)));
  for (std::size_t j = 0; j < letter; ++j) {
    plan.from[j] = place_of(ours[j].front());
    plan.count[j] = static_cast<std::uint32_t>(ours[j].size());
  }
  for (std::size_t i = 0; i < family.n; ++i) {
    const auto fixed = [&](std::size_t slot, double x) {
      plan.from[slot] =
          static_cast<std::uint32_t>(std::find(states.begin(), states.end(), x) - states.begin());
      plan.count[slot] = 1;
    };
    const std::size_t added = letter + i, start = added + family.n;
    fixed(added, 0);
    fixed(start, family.all_starts ? 0 : family.start[i]);
    const auto free = [&](std::size_t slot) {
      plan.from[slot] = 0;
      plan.count[slot] = static_cast<std::uint32_t>(states.size());
    };
    if (family.adds) free(added);
    if (family.all_starts) free(start);
  }
  for (std::size_t i = 0; i < states.size(); ++i) plan.state[i] = static_cast<float>(states[i]);
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
