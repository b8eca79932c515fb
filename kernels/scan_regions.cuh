#pragma once

// Internal: the first pass of scan on a GPU: what each region of a word does to the states. A warp
// takes a block of 3 to 4 KiB at a time, each lane a stretch of it, which are copied to shared
// memory while the block before is worked on; sums need no such order.
//
// Measured on an H200: lanes of 64 bytes spend more on the tree of lanes, blocks whose lanes come
// in several pieces read memory at half its speed; two blocks for each warp suffice to hide it.
// Blocks of 14 bits, one copy of whose table fills half of shared memory, pay from 9 states on,
// where composing takes longer than waiting for banks; for 8 states they do not. Elements wait for
// banks: smaller entries and several chains a lane changed nothing.

#include <cuda_pipeline.h>

#include "kernels/scan_maps.cuh"
#include "kernels/scan_sums.hpp"

namespace statewright::kernels {
namespace {

constexpr unsigned kWarps = 16, kStages = 2;  // of a group of threads; blocks held, one in flight
constexpr unsigned kLaneBytes = 128, kBlockBytes = 32 * kLaneBytes;  // but for images of some sizes
constexpr unsigned kMostShared = 227 * 1024;
constexpr std::uint32_t kWalkTogether = 256;
constexpr unsigned kWalkWarps = 32;

/// A word's whole blocks, and how they are divided.
struct Division {
  const std::uint8_t* word = nullptr;
  unsigned block_bytes = kBlockBytes;
  std::uint64_t blocks = 0;
  std::uint64_t per_region = 1;
  std::uint64_t regions = 0;

  std::uint64_t bytes() const { return per_region * block_bytes; }
};

/// Between lanes' bytes in shared memory: an odd number of sixteens, so that no bank is wanted
/// twice.
__host__ __device__ constexpr unsigned row_bytes(unsigned lane_bytes) {
  return lane_bytes / 16 % 2 == 1 ? lane_bytes : lane_bytes + 16;
}
__host__ __device__ constexpr unsigned stages_bytes(unsigned warps, unsigned lane_bytes) {
  return warps * kStages * 32 * row_bytes(lane_bytes);
}

/// Copies a block, 16 bytes a lane and time.
template <unsigned LaneBytes>
__device__ __forceinline__ void fetch(const std::uint8_t* block, std::uint8_t* stage) {
  const unsigned lane = threadIdx.x % 32;
#pragma unroll
  for (unsigned k = 0; k < LaneBytes / 16; ++k) {
    const unsigned place = k * 512 + lane * 16;
    __pipeline_memcpy_async(stage + place / LaneBytes * row_bytes(LaneBytes) + place % LaneBytes,
                            block + place, 16);
  }
}

/// visit(this lane's bytes in shared memory) for the blocks first, .., last - 1 in order; `stages`:
/// this warp's.
template <unsigned LaneBytes, class Visit>
__device__ __forceinline__ void for_blocks(const std::uint8_t* word, std::uint64_t first,
                                           std::uint64_t last, std::uint8_t* stages,
                                           const Visit& visit) {
  constexpr unsigned stage_bytes = 32 * row_bytes(LaneBytes);
  const auto start = [&](std::uint64_t block) {
    if (block < last) {
      fetch<LaneBytes>(word + block * (32 * LaneBytes), stages + block % kStages * stage_bytes);
    }
    __pipeline_commit();
  };
  for (unsigned i = 0; i + 1 < kStages; ++i) start(first + i);
  for (std::uint64_t block = first; block < last; ++block) {
    start(block + kStages - 1);
    __pipeline_wait_prior(kStages - 1);
    __syncwarp();
    visit(reinterpret_cast<const uint4*>(stages + block % kStages * stage_bytes +
                                         threadIdx.x % 32 * row_bytes(LaneBytes)));
    __syncwarp();
  }
}

// --- sums ---------------------------------------------------------------------------------------

/// As ScanSums has them.
struct SumFields {
  std::uint32_t shift[kMostSums] = {}, mask[kMostSums] = {};
};

/// `table`: [256]; `totals`: [regions, Sums]. Order does not matter: lanes read what lies beside
/// each other, nothing waits in shared memory but the table, 32 copies of it.
template <int Sums>
__global__ void __launch_bounds__(kWarps * 32)
    sum_regions(Division division, SumFields fields, const std::uint32_t* table,
                std::uint64_t* totals) {
  __shared__ std::uint32_t copies[256 * 32];
  for (unsigned i = threadIdx.x; i < 256 * 32; i += kWarps * 32) copies[i] = table[i / 32];
  __syncthreads();
  const unsigned lane = threadIdx.x % 32;
  const auto of_byte = [&](std::uint32_t bytes, std::uint32_t entry) {
    const std::uint32_t place = __dp4a(bytes, entry, lane * 4);
    return *reinterpret_cast<const std::uint32_t*>(reinterpret_cast<const char*>(copies) + place);
  };
  const auto of_four = [&](std::uint32_t bytes) {
    return of_byte(bytes, 128U) + of_byte(bytes, 128U << 8U) + of_byte(bytes, 128U << 16U) +
           of_byte(bytes, 128U << 24U);
  };
  const std::uint64_t warps = std::uint64_t{gridDim.x} * kWarps;
  for (std::uint64_t region = std::uint64_t{blockIdx.x} * kWarps + threadIdx.x / 32;
       region < division.regions; region += warps) {
    const std::uint64_t first = region * division.per_region;
    const std::uint64_t last = min(first + division.per_region, division.blocks);
    std::uint64_t total[Sums] = {};
    for (std::uint64_t block = first; block < last; ++block) {
      const auto* ours = reinterpret_cast<const uint4*>(division.word + block * kBlockBytes) + lane;
#pragma unroll
      for (unsigned half = 0; half < 8; half += 4) {
        uint4 bytes[4];
#pragma unroll
        for (unsigned i = 0; i < 4; ++i) bytes[i] = __ldcs(ours + (half + i) * 32);
#pragma unroll
        for (unsigned i = 0; i < 4; i += kBytesTogether / 16) {
          std::uint32_t packed = 0;
#pragma unroll
          for (unsigned k = i; k < i + kBytesTogether / 16; ++k) {
            packed += of_four(bytes[k].x) + of_four(bytes[k].y) + of_four(bytes[k].z) +
                      of_four(bytes[k].w);
          }
#pragma unroll
          for (int s = 0; s < Sums; ++s) total[s] += packed >> fields.shift[s] & fields.mask[s];
        }
      }
    }
#pragma unroll
    for (int s = 0; s < Sums; ++s) {
      for (int distance = 16; distance != 0; distance /= 2) {
        total[s] += __shfl_down_sync(~0U, total[s], distance);
      }
      if (lane == 0) totals[region * Sums + s] = total[s];
    }
  }
}

// --- images -------------------------------------------------------------------------------------

/// Of a group of threads: fewer where the table leaves no room for more.
__host__ __device__ constexpr unsigned map_warps(unsigned bits) { return bits == 14 ? 12 : kWarps; }

/// How blocks of so many bits are looked up: of 8, in as many copies of the table as there are
/// banks for it, so that lanes do not meet; longer ones in one copy.
template <int R, unsigned Bits>
struct MapShape {
  static constexpr unsigned lane_bytes = Bits == 8 ? 128 : Bits * 8;
  static constexpr unsigned warps = map_warps(Bits);
  static constexpr unsigned entry = 4 * Images<R>::kNumbers;
  static constexpr unsigned copies = Bits == 8 ? 128 / entry : 1;
  static constexpr unsigned table_bytes = (entry * copies) << Bits;
  static constexpr unsigned shared_bytes = table_bytes + stages_bytes(warps, lane_bytes);
  static_assert(shared_bytes <= kMostShared);
};

/// `table`: selectors of all blocks, [2^Bits, kNumbers]; `maps`: [regions, R].
template <int R, unsigned Bits>
__global__ void __launch_bounds__(MapShape<R, Bits>::warps * 32, 1)
    map_regions(Division division, Factors factors, const std::uint32_t* table,
                std::uint32_t* maps) {
  extern __shared__ __align__(16) std::uint8_t shared[];
  using Shape = MapShape<R, Bits>;
  using Selectors = typename Images<R>::Selectors;
  constexpr unsigned numbers = Images<R>::kNumbers;
  for (unsigned i = threadIdx.x; i < Shape::table_bytes / 4; i += Shape::warps * 32) {
    reinterpret_cast<std::uint32_t*>(shared)[i] =
        table[i / (Shape::copies * numbers) * numbers + i % numbers];
  }
  __syncthreads();
  const unsigned lane = threadIdx.x % 32;
  std::uint8_t* stages =
      shared + Shape::table_bytes + threadIdx.x / 32 * kStages * 32 * row_bytes(Shape::lane_bytes);

  const auto take = [&](Images<R>& after, std::uint32_t place) {
    Selectors g;
    if constexpr (numbers == 2) {
      const uint2 two = *reinterpret_cast<const uint2*>(shared + place);
      g = {{two.x, two.y}};
    } else {
      g.number[0] = *reinterpret_cast<const std::uint32_t*>(shared + place);
    }
    after.after(g, factors);
  };
  const auto take_lane = [&](Images<R>& after, const uint4* ours) {
    std::uint32_t word[Shape::lane_bytes / 4 + 1] = {};
#pragma unroll
    for (unsigned i = 0; i < Shape::lane_bytes / 16; ++i) {
      const uint4 four = ours[i];
      word[4 * i] = four.x;
      word[4 * i + 1] = four.y;
      word[4 * i + 2] = four.z;
      word[4 * i + 3] = four.w;
    }
#pragma unroll
    for (int block = Shape::lane_bytes * 8 / Bits - 1; block >= 0; --block) {
      const unsigned number = block * Bits / 32, bit = block * Bits % 32;
      if constexpr (Bits == 8) {
        // One byte times the size of an entry's copies, by the instruction for products of bytes.
        take(after, __dp4a(word[number], (Shape::entry * Shape::copies) << bit,
                           lane % Shape::copies * Shape::entry));
      } else {
        constexpr unsigned shift = Shape::entry == 8 ? 3 : 2;
        constexpr std::uint32_t mask = ((1U << Bits) - 1) << shift;
        const std::uint32_t from =
            bit < shift ? word[number] << (shift - bit)
                        : __funnelshift_r(word[number], word[number + 1], bit - shift);
        take(after, from & mask);
      }
    }
  };

  const std::uint64_t warps = std::uint64_t{gridDim.x} * Shape::warps;
  for (std::uint64_t region = std::uint64_t{blockIdx.x} * Shape::warps + threadIdx.x / 32;
       region < division.regions; region += warps) {
    const std::uint64_t first = region * division.per_region;
    const std::uint64_t last = min(first + division.per_region, division.blocks);
    Images<R> all;
    all.set_identity();
    for_blocks<Shape::lane_bytes>(division.word, first, last, stages, [&](const uint4* ours) {
      Images<R> after;
      after.set_identity();
      take_lane(after, ours);
      after.join_lanes(factors);
      after.after(all.selectors(), factors);
      all = after;
    });
    if (lane == 0) {
#pragma unroll
      for (int i = 0; i < R; ++i) maps[region * R + i] = all.image[i];
    }
  }
}

// --- elements -----------------------------------------------------------------------------------

struct ElementTables {
  unsigned bits = 8;  // of a block of letters
  std::uint32_t count = 0;
  const std::uint16_t* times = nullptr;    // [count, 2^bits], copied to shared memory
  const std::uint16_t* product = nullptr;  // [count, count]: the row's element first
};

inline unsigned element_table_bytes(std::uint64_t count, unsigned bits) {
  return static_cast<unsigned>(((count << bits) * 2 + 15) / 16 * 16);
}

__global__ void __launch_bounds__(kWarps * 32, 1)
    multiply_regions(Division division, ElementTables tables, unsigned table_bytes,
                     std::uint32_t* elements) {
  extern __shared__ __align__(16) std::uint8_t shared[];
  auto* times = reinterpret_cast<std::uint16_t*>(shared);
  for (std::uint32_t i = threadIdx.x; i < tables.count << tables.bits; i += kWarps * 32) {
    times[i] = tables.times[i];
  }
  __syncthreads();
  const unsigned lane = threadIdx.x % 32, bits = tables.bits, mask = (1U << bits) - 1;
  std::uint8_t* stages =
      shared + table_bytes + threadIdx.x / 32 * kStages * 32 * row_bytes(kLaneBytes);
  const auto take_four = [&](std::uint32_t& element, std::uint32_t bytes) {
    if (bits == 8) {
#pragma unroll
      for (unsigned bit = 0; bit < 32; bit += 8) {
        element = times[element << 8 | (bytes >> bit & 255)];
      }
    } else {
      for (unsigned bit = 0; bit < 32; bit += bits) {
        element = times[element << bits | (bytes >> bit & mask)];
      }
    }
  };
  const std::uint64_t warps = std::uint64_t{gridDim.x} * kWarps;
  for (std::uint64_t region = std::uint64_t{blockIdx.x} * kWarps + threadIdx.x / 32;
       region < division.regions; region += warps) {
    const std::uint64_t first = region * division.per_region;
    const std::uint64_t last = min(first + division.per_region, division.blocks);
    std::uint32_t all = 0;
    for_blocks<kLaneBytes>(division.word, first, last, stages, [&](const uint4* ours) {
      std::uint32_t element = 0;
#pragma unroll
      for (unsigned i = 0; i < kLaneBytes / 16; ++i) {
        const uint4 bytes = ours[i];
        take_four(element, bytes.x);
        take_four(element, bytes.y);
        take_four(element, bytes.z);
        take_four(element, bytes.w);
      }
      for (int distance = 1; distance < 32; distance *= 2) {
        const std::uint32_t later = __shfl_down_sync(~0U, element, distance);
        element = tables.product[element * tables.count + later];
      }
      all = tables.product[all * tables.count + element];  // right in lane 0
    });
    if (lane == 0) elements[region] = all;
  }
}

// --- all states ---------------------------------------------------------------------------------

/// What blocks of letters do: [2^bits, width].
struct WalkTable {
  unsigned bits = 8;
  std::uint32_t width = 0;
  const std::uint16_t* next = nullptr;
};

/// `maps`: [regions, width]. A warp for each region and kWalkTogether states; the table is copied
/// to shared memory if it fits.
__global__ void __launch_bounds__(kWalkWarps * 32, 1)
    walk_regions(Division division, WalkTable table, unsigned shared_bytes, std::uint16_t* maps) {
  extern __shared__ __align__(16) std::uint8_t shared[];
  const std::uint16_t* next = table.next;
  if (shared_bytes != 0) {
    auto* copy = reinterpret_cast<std::uint16_t*>(shared);
    for (std::uint32_t i = threadIdx.x; i < table.width << table.bits; i += kWalkWarps * 32) {
      copy[i] = table.next[i];
    }
    __syncthreads();
    next = copy;
  }
  constexpr unsigned each = kWalkTogether / 32;
  const unsigned lane = threadIdx.x % 32, mask = (1U << table.bits) - 1;
  const std::uint32_t groups = (table.width + kWalkTogether - 1) / kWalkTogether;
  const std::uint64_t warps = std::uint64_t{gridDim.x} * kWalkWarps;
  for (std::uint64_t job = std::uint64_t{blockIdx.x} * kWalkWarps + threadIdx.x / 32;
       job < division.regions * groups; job += warps) {
    const std::uint64_t region = job / groups;
    const std::uint32_t first_state = static_cast<std::uint32_t>(job % groups) * kWalkTogether;
    const std::uint64_t first = region * division.per_region;
    const std::uint64_t last = min(first + division.per_region, division.blocks);
    std::uint32_t q[each];
#pragma unroll
    for (unsigned i = 0; i < each; ++i) q[i] = min(first_state + i * 32 + lane, table.width - 1);
    const auto* words = reinterpret_cast<const std::uint32_t*>(division.word + first * kBlockBytes);
    const std::uint64_t count = (last - first) * (kBlockBytes / 4);
    for (std::uint64_t i = 0; i < count; i += 32) {
      const std::uint32_t ours = words[i + lane];
      for (int from = 0; from < 32; ++from) {
        const std::uint32_t bytes = __shfl_sync(~0U, ours, from);
        for (unsigned bit = 0; bit < 32; bit += table.bits) {
          const std::uint32_t row = (bytes >> bit & mask) * table.width;
#pragma unroll
          for (unsigned s = 0; s < each; ++s) q[s] = next[row + q[s]];
        }
      }
    }
#pragma unroll
    for (unsigned i = 0; i < each; ++i) {
      const std::uint32_t state = first_state + i * 32 + lane;
      if (state < table.width) {
        maps[region * table.width + state] = static_cast<std::uint16_t>(q[i]);
      }
    }
  }
}

}  // namespace
}  // namespace statewright::kernels
