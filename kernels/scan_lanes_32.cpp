#define STATEWRIGHT_LANE_BYTES 32
#include "kernels/scan_lanes.hpp"

namespace statewright::kernels {

void compose_blocks_32(const ScanBlocks& blocks, const std::uint8_t* word, std::uint64_t bytes,
                       std::uint8_t* map) {
  compose_blocks(blocks, word, bytes, map);
}

void add_planes_32(const ScanPlanes& planes, const std::uint8_t* word, std::uint64_t bytes,
                   std::uint64_t* totals) {
  add_planes(planes, word, bytes, totals);
}

}  // namespace statewright::kernels
