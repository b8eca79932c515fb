#define STATEWRIGHT_LANE_BYTES 64
#include "kernels/scan_lanes.hpp"
#include "kernels/scan_transposed.hpp"

namespace statewright::kernels {

void compose_blocks_64(const ScanBlocks& blocks, const std::uint8_t* word, std::uint64_t bytes,
                       std::uint8_t* map) {
  const std::uint64_t pieces = blocks.transposed.states == 0 ? 0 : bytes / kPieceBytes;
  if (pieces == 0) return compose_blocks(blocks, word, bytes, map);
  std::uint8_t to[16];
  for (std::uint8_t q = 0; q < 16; ++q) to[q] = q;
  follow_transposed(blocks.transposed, word, pieces, to);
  compose_blocks(blocks, word + pieces * kPieceBytes, bytes % kPieceBytes, map);
  for (std::uint8_t& q : to) q = map[q];
  std::memcpy(map, to, sizeof to);
}

void add_planes_64(const ScanPlanes& planes, const std::uint8_t* word, std::uint64_t bytes,
                   std::uint64_t* totals) {
  add_planes(planes, word, bytes, totals);
}

}  // namespace statewright::kernels
