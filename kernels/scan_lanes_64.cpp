#define STATEWRIGHT_LANE_BYTES 64
#include "kernels/scan_lanes.hpp"
#include "kernels/scan_transposed.hpp"

namespace statewright::kernels {

void compose_blocks_64(const ScanBlocks& blocks, const std::uint8_t* word, std::uint64_t bytes,
                       std::uint8_t* map) {
  if (!blocks.followed) return compose_blocks(blocks, word, bytes, map);
  std::uint8_t to[kMostFollowed];
  const std::uint64_t done = follow_pieces(*blocks.followed, word, bytes, to);
  compose_blocks(blocks, word + done, bytes - done, map);
  if (done == 0) return;
  for (std::uint8_t& q : to) q = q < blocks.stride ? map[q] : q;
  std::memcpy(map, to, blocks.stride);
}

void add_planes_64(const ScanPlanes& planes, const std::uint8_t* word, std::uint64_t bytes,
                   std::uint64_t* totals) {
  add_planes(planes, word, bytes, totals);
}

}  // namespace statewright::kernels
