#define STATEWRIGHT_LANE_BYTES 32
#include "kernels/simulate_lanes.hpp"

namespace statewright::kernels {

void run_words_32(const Job<float>& job, std::uint64_t begin, std::uint64_t end, Outcome& outcome) {
  run_words(job, begin, end, outcome);
}

void run_words_32(const Job<double>& job, std::uint64_t begin, std::uint64_t end,
                  Outcome& outcome) {
  run_words(job, begin, end, outcome);
}

}  // namespace statewright::kernels
