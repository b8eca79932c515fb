// census with one rounding on the CPU: a member at a time, in whole numbers.

#include "kernels/census_once.hpp"

#include "kernels/census_kinds.hpp"

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

}  // namespace

void count_members_once(const CensusPlan& plan, CensusKind kind, std::uint64_t begin,
                        std::uint64_t end, CensusResult& result) {
  with_kind_and_size(kind, plan.n, [&](auto as_kind, auto as_size) {
    constexpr CensusKind k = decltype(as_kind)::value;
    constexpr int n = decltype(as_size)::value;
    if (plan.wide) return count_as<k, n, Int128>(plan, begin, end, result);
    count_as<k, n, std::int64_t>(plan, begin, end, result);
  });
}

}  // namespace statewright::kernels
