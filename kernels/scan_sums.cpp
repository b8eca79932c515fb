// Letters that commute as sums: scan_sums.hpp has the method.

#include "kernels/scan_sums.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <tuple>

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kMostChecks = std::uint64_t{1} << 20U;  // actions times states
constexpr std::uint32_t kUnknown = ~0U;

struct Actions {
  std::vector<std::uint32_t> reached;              // the start first
  std::vector<std::vector<std::uint32_t>> images;  // different ones: [width], of reached states
  std::vector<std::uint32_t> of_pattern;           // its number among these
};

std::optional<Actions> actions_of(const PatternMachine& machine) {
  Actions actions;
  std::vector<bool> known(machine.width);
  actions.reached.push_back(machine.start);
  known[machine.start] = true;
  for (std::size_t i = 0; i < actions.reached.size(); ++i) {
    for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
      const std::uint32_t to = machine.next[std::size_t{a} * machine.width + actions.reached[i]];
      if (known[to]) continue;
      known[to] = true;
      actions.reached.push_back(to);
    }
    if (actions.reached.size() * machine.patterns() > kMostChecks) return std::nullopt;
  }
  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;
  for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
    std::vector<std::uint32_t> images(machine.width, kUnknown);
    for (const std::uint32_t q : actions.reached) {
      images[q] = machine.next[std::size_t{a} * machine.width + q];
    }
    const auto [place, is_new] =
        numbers.emplace(images, static_cast<std::uint32_t>(actions.images.size()));
    actions.of_pattern.push_back(place->second);
    if (is_new) actions.images.push_back(std::move(images));
  }
  return actions;
}

/// The preperiod and the period of the powers of an action, by its orbit of the start.
std::pair<std::uint64_t, std::uint64_t> orbit_of(const std::vector<std::uint32_t>& images,
                                                 std::uint32_t start) {
  std::vector<std::uint32_t> step(images.size(), kUnknown);
  std::uint32_t q = start, t = 0;
  for (; step[q] == kUnknown; q = images[q]) step[q] = t++;
  return {step[q], t - step[q]};
}

ScanSums::Generator generator_of(const Actions& actions, std::uint32_t action) {
  const std::vector<std::uint32_t>& images = actions.images[action];
  ScanSums::Generator generator;
  std::tie(generator.preperiod, generator.period) = orbit_of(images, actions.reached[0]);
  const auto levels =
      static_cast<std::size_t>(std::bit_width(generator.preperiod + generator.period));
  const std::size_t width = images.size();
  generator.powers = images;
  for (std::size_t level = 1; level < levels; ++level) {
    const std::size_t half = (level - 1) * width;
    generator.powers.resize((level + 1) * width, kUnknown);
    for (const std::uint32_t q : actions.reached) {
      generator.powers[level * width + q] = generator.powers[half + generator.powers[half + q]];
    }
  }
  return generator;
}

/// Generators, and each state's exponents: [width, kMostSums]; fails by returning false.
bool choose_generators(const Actions& actions, ScanSums& sums,
                       std::vector<std::array<std::uint32_t, kMostSums>>& exponents) {
  const std::uint32_t start = actions.reached[0];
  std::vector<std::uint32_t> order(actions.images.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::uint64_t> sizes;
  for (const auto& images : actions.images) {
    const auto [preperiod, period] = orbit_of(images, start);
    sizes.push_back(preperiod + period);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return sizes[a] > sizes[b]; });
  std::vector<bool> known(sums.width);
  known[start] = true;
  std::vector<std::uint32_t> members = {start};
  for (const std::uint32_t action : order) {
    const std::vector<std::uint32_t>& images = actions.images[action];
    if (known[images[start]]) continue;
    const std::size_t which = sums.generators.size();
    if (which == kMostSums) return false;
    sums.generators.push_back(generator_of(actions, action));
    for (std::size_t i = 0, before = members.size(); i < before; ++i) {
      std::array<std::uint32_t, kMostSums> of_state = exponents[members[i]];
      for (std::uint32_t q = images[members[i]]; !known[q]; q = images[q]) {
        known[q] = true;
        ++of_state[which];
        exponents[q] = of_state;
        members.push_back(q);
      }
    }
  }
  return members.size() == actions.reached.size();
}

/// Whether the generators commute and every action is the product of the powers that are said.
bool check(const Actions& actions, const ScanSums& sums,
           const std::vector<std::array<std::uint32_t, kMostSums>>& exponents) {
  for (const ScanSums::Generator& g : sums.generators) {
    for (const ScanSums::Generator& h : sums.generators) {
      for (const std::uint32_t q : actions.reached) {
        if (g.powers[h.powers[q]] != h.powers[g.powers[q]]) return false;
      }
    }
  }
  for (const auto& images : actions.images) {
    std::array<std::uint64_t, kMostSums> totals = {};
    const auto& of_action = exponents[images[actions.reached[0]]];
    std::copy(of_action.begin(), of_action.end(), totals.begin());
    for (const std::uint32_t q : actions.reached) {
      if (sums.after(q, totals.data()) != images[q]) return false;
    }
  }
  return true;
}

/// Whether they fit.
bool lay_out(unsigned bits, ScanSums& sums) {
  const std::size_t count = sums.generators.size();
  const std::size_t patterns = std::size_t{1} << bits;
  unsigned from = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t most = 0;
    for (std::size_t a = 0; a < patterns; ++a) {
      most = std::max<std::uint64_t>(most, sums.weights[a * count + i]);
    }
    const auto wide = static_cast<unsigned>(std::bit_width(most * (8 / bits) * kBytesTogether));
    if (from + wide > 32) return false;
    sums.shift[i] = from;
    sums.mask[i] = static_cast<std::uint32_t>((std::uint64_t{1} << wide) - 1);
    from += wide;
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    std::uint32_t packed = 0;
    for (unsigned bit = 0; bit < 8; bit += bits) {
      const std::size_t letter = byte >> bit & (patterns - 1);
      for (std::size_t i = 0; i < count; ++i) {
        packed += sums.weights[letter * count + i] << sums.shift[i];
      }
    }
    sums.of_byte.push_back(packed);
  }
  return true;
}

}  // namespace

std::uint32_t ScanSums::after(std::uint32_t q, const std::uint64_t* totals) const {
  for (std::size_t i = 0; i < generators.size(); ++i) {
    const Generator& g = generators[i];
    std::uint64_t exponent = totals[i];
    if (exponent >= g.preperiod) exponent = g.preperiod + (exponent - g.preperiod) % g.period;
    for (std::size_t level = 0; exponent != 0; ++level, exponent >>= 1U) {
      if ((exponent & 1) != 0) q = g.powers[level * width + q];
    }
  }
  return q;
}

void ScanSums::add(const std::uint8_t* word, std::uint64_t bytes, std::uint64_t* totals) const {
  for (std::uint64_t i = 0; i < bytes;) {
    std::uint32_t packed = 0;
    const std::uint64_t end = std::min<std::uint64_t>(bytes, i + kBytesTogether);
    for (; i < end; ++i) packed += of_byte[word[i]];
    for (std::size_t k = 0; k < generators.size(); ++k) totals[k] += packed >> shift[k] & mask[k];
  }
}

std::optional<ScanSums> scan_sums(const PatternMachine& machine) {
  const std::optional<Actions> actions = actions_of(machine);
  if (!actions) return std::nullopt;
  ScanSums sums;
  sums.width = machine.width;
  std::vector<std::array<std::uint32_t, kMostSums>> exponents(machine.width);
  if (!choose_generators(*actions, sums, exponents)) return std::nullopt;
  if (!check(*actions, sums, exponents)) return std::nullopt;
  for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
    const auto& of_pattern = exponents[actions->images[actions->of_pattern[a]][machine.start]];
    sums.weights.insert(sums.weights.end(), of_pattern.begin(),
                        of_pattern.begin() + static_cast<std::ptrdiff_t>(sums.generators.size()));
  }
  if (!lay_out(machine.bits, sums)) return std::nullopt;
  return sums;
}

}  // namespace statewright::kernels
