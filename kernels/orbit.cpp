#include "kernels/orbit.hpp"

#include <bit>
#include <cmath>
#include <deque>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "kernels/devices.hpp"
#include "kernels/orbit_parts.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

constexpr std::uint32_t kMostCells = 65536, kMostStates = 1U << 28U;

void check_value(const Constants<double>& format, double value, const std::string& where) {
  double rounded = value;
  detail::round_general<false>(format, rounded);
  if (std::isfinite(value) && rounded == value) return;
  throw Error({Fault::range, where, "a finite value of the format", std::to_string(value)});
}

void check(const OrbitFamily& family, const std::vector<OrbitRotation>& rotations) {
  const FormatSpec& format = family.format;
  if (!format.is_plain() || !plan_in_float({format, format, format, format})) {
    throw Error({Fault::unsupported, "format",
                 "a floating format to nearest-even with subnormals and -0, computed in floats",
                 std::to_string(format.width()) + " bits"});
  }
  if (family.states < 1 || family.states > kMostStates) {
    throw Error({Fault::range, "states", "1 to " + std::to_string(kMostStates),
                 std::to_string(family.states)});
  }
  const Constants<double> rounding = plan_reference({format, format, format, format}).accumulate;
  std::uint32_t constants = 0;
  for (std::size_t i = 0; i < family.candidates.size(); ++i) {
    const OrbitCandidate& candidate = family.candidates[i];
    const std::string where = "candidates[" + std::to_string(i) + "]";
    check_value(rounding, candidate.x, where);
    check_value(rounding, candidate.y, where);
    constants = std::max(constants, candidate.constants);
  }
  for (std::size_t r = 0; r < rotations.size(); ++r) {
    const OrbitRotation& rotation = rotations[r];
    const std::string where = "rotations[" + std::to_string(r) + "]";
    if (rotation.m < 3 || rotation.m > kMostCells) {
      throw Error({Fault::range, where + ".m", "3 to " + std::to_string(kMostCells),
                   std::to_string(rotation.m)});
    }
    if (rotation.readout.size() != 2 * std::size_t{rotation.m}) {
      throw Error({Fault::shape, where + ".readout", std::to_string(2 * rotation.m) + " numbers",
                   std::to_string(rotation.readout.size())});
    }
    if (!family.candidates.empty() && constants >= rotation.constants.size()) {
      throw Error({Fault::shape, where + ".constants",
                   "pairs up to number " + std::to_string(constants),
                   std::to_string(rotation.constants.size()) + " pairs"});
    }
    for (const auto& [c, s] : rotation.constants) {
      if (std::isnan(c) || std::isnan(s)) continue;
      check_value(rounding, c, where + ".constants");
      check_value(rounding, s, where + ".constants");
    }
  }
}

/// The obvious way: all states in a list, all scores of each, a set of what was reached.
class ReferenceRotation {
 public:
  ReferenceRotation(const OrbitFamily& family, const OrbitRotation& rotation)
      : family_(family),
        rotation_(rotation),
        format_(plan_reference({family.format, family.format, family.format, family.format})
                    .accumulate) {}

  OrbitMember member(std::uint64_t candidate) const {
    OrbitMember member;
    const OrbitCandidate& from = family_.candidates[candidate];
    const auto [c, s] = rotation_.constants[from.constants];
    if (std::isnan(c) || std::isnan(s)) return member;
    follow(from, member);
    member.all_words = member.one_letter;
    if (member.one_letter != OrbitFate::refuted) search(from, member);
    return member;
  }

  std::array<double, 2> end(const OrbitCandidate& from, std::uint64_t steps) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const auto [c, s] = rotation_.constants[from.constants];
    if (std::isnan(c) || std::isnan(s)) return {none, none};
    State h = {from.x, from.y};
    for (std::uint64_t t = 0; t < steps; ++t) h = next(h, c, s);
    return {h[0] == h[0] ? h[0] : none, h[1] == h[1] ? h[1] : none};
  }

 private:
  using State = std::array<double, 2>;

  double row(double a, double x, double b, double y) const {
    double p, q, sum;
    multiply<Kind::general>(format_, p, a, x);
    multiply<Kind::general>(format_, q, b, y);
    add<Kind::general>(format_, sum, p, q);
    return sum;
  }

  State next(const State& h, double c, double s) const {
    return {row(c, h[0], -s, h[1]), row(s, h[0], c, h[1])};
  }

  double score(const State& h, std::size_t k) const {
    const double p = rotation_.readout[2 * k] * h[0], q = rotation_.readout[2 * k + 1] * h[1];
    return p + q;
  }

  /// The distance of the score of k from the largest other one, if k is what h decodes to.
  std::optional<double> gap(const State& h, std::uint32_t k) const {
    if (!std::isfinite(h[0]) || !std::isfinite(h[1])) return {};
    const double own = score(h, k);
    double other = -std::numeric_limits<double>::infinity();
    for (std::uint32_t j = 0; j < rotation_.m; ++j) {
      if (j == k) continue;
      const double theirs = score(h, j);
      if (theirs > own || (theirs == own && j < k)) return {};
      other = std::max(other, theirs);
    }
    return own - other;
  }

  void follow(const OrbitCandidate& from, OrbitMember& member) const {
    const auto [c, s] = rotation_.constants[from.constants];
    const std::size_t horizon = family_.states;
    std::vector<State> states = {{from.x, from.y}};
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t t = 0; t <= 2 * horizon; ++t) {
      const auto own = gap(states[t], static_cast<std::uint32_t>(t % rotation_.m));
      if (!own) {
        member.one_letter = OrbitFate::refuted;
        return;
      }
      least = std::min(least, *own);
      const std::size_t behind = t - std::min(t, horizon);
      if (behind > 0 && behind % rotation_.m == 0 && states[t] == states[horizon]) {
        member.one_letter = OrbitFate::locked;
        member.period = static_cast<std::uint32_t>(behind);
        member.one_letter_margin = orbit_margin(least, rotation_, from);
        return;
      }
      states.push_back(next(states[t], c, s));
    }
    member.one_letter = OrbitFate::undecided;
  }

  void search(const OrbitCandidate& from, OrbitMember& member) const {
    using Key = std::pair<std::uint64_t, std::uint64_t>;
    const auto [c, s] = rotation_.constants[from.constants];
    const auto key = [](const State& h) {
      return Key{std::bit_cast<std::uint64_t>(h[0]), std::bit_cast<std::uint64_t>(h[1])};
    };
    std::deque<std::pair<State, std::uint32_t>> queue = {{{from.x, from.y}, 0}};
    std::set<std::pair<Key, std::uint32_t>> seen = {{key(queue.front().first), 0}};
    double least = *gap(queue.front().first, 0);
    for (; !queue.empty(); queue.pop_front()) {
      const auto [h, k] = queue.front();
      for (const bool up : {true, false}) {
        const State to = next(h, c, up ? s : -s);
        const std::uint32_t count =
            up ? (k + 1) % rotation_.m : (k + rotation_.m - 1) % rotation_.m;
        const auto own = gap(to, count);
        if (!own) {
          member.all_words = OrbitFate::refuted;
          return;
        }
        if (seen.contains({key(to), count})) continue;
        if (seen.size() == family_.states) {
          member.all_words = OrbitFate::undecided;
          return;
        }
        seen.insert({key(to), count});
        queue.emplace_back(to, count);
        least = std::min(least, *own);
      }
    }
    member.all_words = OrbitFate::locked;
    member.states = static_cast<std::uint32_t>(seen.size());
    member.all_words_margin = orbit_margin(least, rotation_, from);
  }

  const OrbitFamily& family_;
  const OrbitRotation& rotation_;
  Constants<double> format_;
};

std::vector<OrbitResult> orbits_reference(const OrbitFamily& family,
                                          const std::vector<OrbitRotation>& rotations) {
  std::vector<OrbitResult> results;
  for (const OrbitRotation& rotation : rotations) {
    const ReferenceRotation reference(family, rotation);
    OrbitResult result;
    for (std::uint64_t i = 0; i < family.candidates.size(); ++i) {
      const OrbitMember member = reference.member(i);
      if (member.one_letter == OrbitFate::absent) continue;
      ++result.tried;
      if (member.period == rotation.m) ++result.cycles;
      result.one_letter.add(member.one_letter, i, member.one_letter_margin);
      result.all_words.add(member.all_words, i, member.all_words_margin);
    }
    results.push_back(result);
  }
  return results;
}

}  // namespace

void OrbitTally::add(OrbitFate fate, std::uint64_t candidate, double margin_of) noexcept {
  if (fate == OrbitFate::undecided) ++undecided;
  if (fate == OrbitFate::locked) merge({1, 0, candidate, candidate, margin_of});
}

void OrbitTally::merge(const OrbitTally& other) noexcept {
  undecided += other.undecided;
  if (other.locked == 0) return;
  if (locked == 0 || other.first < first) first = other.first;
  const bool better = other.margin > margin || (other.margin == margin && other.best < best);
  if (locked == 0 || better) {
    best = other.best;
    margin = other.margin;
  }
  locked += other.locked;
}

void OrbitResult::merge(const OrbitResult& other) noexcept {
  tried += other.tried;
  cycles += other.cycles;
  one_letter.merge(other.one_letter);
  all_words.merge(other.all_words);
}

std::vector<OrbitSegment> orbit_segments(std::uint32_t m, std::uint32_t states) {
  constexpr std::uint32_t kShortest = 32;  // letters: sorting out costs about as much as a few
  std::vector<OrbitSegment> segments;
  const auto add = [&](std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t at = from; at < to;) {
      const std::uint32_t end = std::min(to, at + std::max(kShortest, at / 2));
      segments.push_back({at, end, from, at == from});
      at = end;
    }
  };
  std::uint64_t begin = 0;
  for (std::uint64_t turns = 1; begin < states; turns *= 2) {
    const std::uint64_t end = std::min<std::uint64_t>(begin + turns * m, states);
    add(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
    begin = end;
  }
  add(states, 2 * states);
  return segments;
}

void OrbitLanes::resize(std::size_t candidates) {
  count = candidates;
  const std::size_t padded = (candidates + kPadding - 1) / kPadding * kPadding;
  for (auto* part : {&x, &y, &c, &s, &stay_x, &stay_y}) part->resize(padded, 0.0F);
  gap.resize(padded, 0.0);
  alive.resize(padded);
  std::fill(alive.begin() + static_cast<std::ptrdiff_t>(candidates), alive.end(), 0);
  period.resize(padded, 0);
  candidate.resize(padded, 0);
}

void OrbitLanes::sort_out() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (alive[i] != -1) continue;
    for (auto* part : {&x, &y, &c, &s, &stay_x, &stay_y}) (*part)[kept] = (*part)[i];
    gap[kept] = gap[i];
    candidate[kept] = candidate[i];
    ++kept;
  }
  std::fill(alive.begin(), alive.begin() + static_cast<std::ptrdiff_t>(kept), -1);
  resize(kept);
}

Constants<float> orbit_constants(const FormatSpec& format) {
  return plan_in_float({format, format, format, format})->accumulate;
}

std::vector<OrbitResult> orbits(const OrbitFamily& family,
                                const std::vector<OrbitRotation>& rotations, Backend backend,
                                unsigned threads) {
  check(family, rotations);
  switch (resolve(backend)) {
    case Backend::cuda:
      return orbits_cuda(family, rotations, device_numbers());
    case Backend::cpu:
      return orbits_cpu(family, rotations, threads);
    default:
      return orbits_reference(family, rotations);
  }
}

OrbitMember orbit_member(const OrbitFamily& family, const OrbitRotation& rotation,
                         std::uint64_t candidate) {
  check(family, {rotation});
  if (candidate >= family.candidates.size()) {
    throw Error({Fault::range, "candidate", "below " + std::to_string(family.candidates.size()),
                 std::to_string(candidate)});
  }
  return ReferenceRotation(family, rotation).member(candidate);
}

std::vector<double> orbit_ends(const OrbitFamily& family, const OrbitRotation& rotation,
                               std::uint64_t steps, Backend backend, unsigned threads) {
  check(family, {rotation});
  const Backend used = resolve(backend);
  if (used == Backend::cuda) return orbit_ends_cuda(family, rotation, steps, device_numbers());
  if (used == Backend::cpu) return orbit_ends_cpu(family, rotation, steps, threads);
  const ReferenceRotation reference(family, rotation);
  std::vector<double> ends;
  for (const OrbitCandidate& candidate : family.candidates) {
    for (const double number : reference.end(candidate, steps)) ends.push_back(number);
  }
  return ends;
}

}  // namespace statewright::kernels
