// census with one rounding on the CPU: a member at a time, in whole numbers.

#include "kernels/census_once.hpp"

namespace statewright::kernels {
namespace {

template <CensusKind kind, int n, class W>
void count_as(const CensusPlan& plan, std::uint64_t begin, std::uint64_t end,
              CensusResult& result) {
  result.members += end - begin;
  for (; begin < end; ++begin) {
    std::uint32_t places[Slots<kind, n>::kAll];
    plan.decode<kind, n>(begin, places);
    CensusClass found;
    class_of<kind, n>(plan, places, found);
    CensusOutcome outcome = outside_outcome();
    if (!is_outside<kind, n>(plan, places)) {
      OrbitSearch<OnceLetter<n, W>> search;
      letter_once<kind, n, W>(plan, places, search.letter);
      StateOf<float, n> start;
      start_of<kind, n>(plan, places, start);
      OrbitOf<float, n> orbit;
      search.run(start, plan.horizon, 2 * plan.horizon, orbit);
      outcome_of<n>(plan, orbit.preperiod, orbit.period, orbit.explodes, orbit.low, orbit.high,
                    outcome);
    }
    add_member(result, found, outcome, begin);
    result.steps += outcome.steps;
  }
}

template <CensusKind kind, int n>
void count_of_size(const CensusPlan& plan, std::uint64_t begin, std::uint64_t end,
                   CensusResult& result) {
  if (plan.wide) return count_as<kind, n, Int128>(plan, begin, end, result);
  count_as<kind, n, std::int64_t>(plan, begin, end, result);
}

template <CensusKind kind>
void count_of_kind(const CensusPlan& plan, std::uint64_t begin, std::uint64_t end,
                   CensusResult& result) {
  switch (plan.n) {
    case 1:
      return count_of_size<kind, 1>(plan, begin, end, result);
    case 2:
      return count_of_size<kind, 2>(plan, begin, end, result);
    case 3:
      return count_of_size<kind, 3>(plan, begin, end, result);
    default:
      return count_of_size<kind, 4>(plan, begin, end, result);
  }
}

}  // namespace

void count_members_once(const CensusPlan& plan, CensusKind kind, std::uint64_t begin,
                        std::uint64_t end, CensusResult& result) {
  switch (kind) {
    case CensusKind::matrices:
      return count_of_kind<CensusKind::matrices>(plan, begin, end, result);
    case CensusKind::diagonal:
      return count_of_kind<CensusKind::diagonal>(plan, begin, end, result);
    case CensusKind::deltanet:
      return count_of_kind<CensusKind::deltanet>(plan, begin, end, result);
    case CensusKind::factor:
      return count_of_kind<CensusKind::factor>(plan, begin, end, result);
    case CensusKind::pairs:
      return count_of_kind<CensusKind::pairs>(plan, begin, end, result);
  }
}

}  // namespace statewright::kernels
