#define STATEWRIGHT_LANE_BYTES 32
#include "kernels/chunk_lanes.hpp"

namespace statewright::kernels {

void compare_words_32(const ChunkJob<float>& job, std::uint64_t begin, std::uint64_t end) {
  compare_words(job, begin, end);
}

void compare_words_32(const ChunkJob<double>& job, std::uint64_t begin, std::uint64_t end) {
  compare_words(job, begin, end);
}

}  // namespace statewright::kernels
