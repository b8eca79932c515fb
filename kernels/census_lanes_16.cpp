#define STATEWRIGHT_LANE_BYTES 16
#include "kernels/census_lanes.hpp"

namespace statewright::kernels {

void count_members_16(const CensusPlan& plan, CensusKind kind, std::uint64_t begin,
                      std::uint64_t end, CensusResult& result) {
  count_members(plan, kind, begin, end, result);
}

}  // namespace statewright::kernels
