#define STATEWRIGHT_LANE_BYTES 64
#include "kernels/reach_lanes.hpp"

namespace statewright::kernels {

void expand_rows_64(const ReachJob<float>& job, const ExactReadout& exact,
                    const std::uint64_t* rows, std::size_t count, std::uint64_t* successors,
                    const std::uint64_t* bits) {
  expand_rows(job, exact, rows, count, successors, bits);
}

void expand_rows_64(const ReachJob<double>& job, const ExactReadout& exact,
                    const std::uint64_t* rows, std::size_t count, std::uint64_t* successors,
                    const std::uint64_t* bits) {
  expand_rows(job, exact, rows, count, successors, bits);
}

}  // namespace statewright::kernels
