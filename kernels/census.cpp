#include "kernels/census.hpp"

#include <algorithm>
#include <string>

#include "core/error.hpp"
#include "kernels/census_plan.hpp"
#include "kernels/devices.hpp"

namespace statewright::kernels {
namespace {

constexpr std::array<std::string_view, kSpectra> kSpectrumNames = {"complex", "negative",
                                                                   "nonnegative"};
constexpr std::array<std::string_view, kFates> kFateNames = {
    "vanishes", "rests", "period 2", "period 3",  "even",   "sixfold",
    "triple",   "other", "explodes", "undecided", "outside"};

void raise(CensusBest& best, const CensusBest& by) {
  const bool better = by.value > best.value || (by.value == best.value && by.member < best.member);
  if (better) best = by;
}

}  // namespace

std::string_view name_of(Spectrum spectrum) noexcept {
  return kSpectrumNames[static_cast<std::size_t>(spectrum)];
}

std::string_view name_of(Fate fate) noexcept { return kFateNames[static_cast<std::size_t>(fate)]; }

bool counts(Fate fate, CensusQuestion::Counts what) noexcept {
  const bool parity = fate == Fate::period_2 || fate == Fate::even || fate == Fate::sixfold;
  const bool modulo_3 = fate == Fate::period_3 || fate == Fate::triple || fate == Fate::sixfold;
  switch (what) {
    case CensusQuestion::Counts::parity:
      return parity;
    case CensusQuestion::Counts::modulo_3:
      return modulo_3;
    case CensusQuestion::Counts::anything:
      break;
  }
  return parity || modulo_3 || fate == Fate::other;
}

void CensusCell::add(const CensusMember& member, std::uint64_t index) noexcept {
  merge({1,
         index,
         member.preperiod,
         {member.period, index},
         {member.amplitude, index},
         {member.relative, index}});
}

void CensusCell::merge(const CensusCell& other) noexcept {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  count += other.count;
  first = std::min(first, other.first);
  longest_preperiod = std::max(longest_preperiod, other.longest_preperiod);
  raise(period, other.period);
  raise(amplitude, other.amplitude);
  raise(relative, other.relative);
}

CensusCell& CensusResult::cell(Spectrum spectrum, bool contracts, Fate fate) noexcept {
  return cells[static_cast<std::size_t>(spectrum)][contracts ? 1 : 0]
              [static_cast<std::size_t>(fate)];
}

const CensusCell& CensusResult::cell(Spectrum spectrum, bool contracts, Fate fate) const noexcept {
  return cells[static_cast<std::size_t>(spectrum)][contracts ? 1 : 0]
              [static_cast<std::size_t>(fate)];
}

void CensusResult::add(const CensusMember& member, std::uint64_t index) noexcept {
  cell(member.spectrum, member.contracts, member.fate).add(member, index);
  ++members;
  steps += member.steps;
}

void CensusResult::merge(const CensusResult& other) noexcept {
  for (std::size_t s = 0; s < kSpectra; ++s) {
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::size_t f = 0; f < kFates; ++f) cells[s][c][f].merge(other.cells[s][c][f]);
    }
  }
  members += other.members;
  steps += other.steps;
}

CensusCell CensusResult::answer(const CensusQuestion& question) const noexcept {
  CensusCell all;
  for (std::size_t s = 0; s < kSpectra; ++s) {
    if (question.spectrum && *question.spectrum != static_cast<Spectrum>(s)) continue;
    for (const bool contracts : {false, true}) {
      if (question.contracts && *question.contracts != contracts) continue;
      for (std::size_t f = 0; f < kFates; ++f) {
        const auto fate = static_cast<Fate>(f);
        if (counts(fate, question.counts)) all.merge(cells[s][contracts ? 1 : 0][f]);
      }
    }
  }
  return all;
}

CensusResult census(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                    Backend backend, unsigned threads) {
  check_family(family);
  if (begin > end || end > family.size()) {
    throw core::Error({core::Fault::range, "members", "at most " + std::to_string(family.size()),
                       std::to_string(begin) + " to " + std::to_string(end)});
  }
  switch (resolve(backend)) {
    case Backend::cuda:
      return census_cuda(family, begin, end, device_numbers());
    case Backend::cpu:
      return census_cpu(family, begin, end, threads);
    default:
      return census_reference(family, begin, end);
  }
}

}  // namespace statewright::kernels
