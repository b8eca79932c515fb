#pragma once

// Internal: the second pass of scan on a GPU, which knows the state before every region: states at
// positions, counts of outputs. And what fills a generated word.

#include "kernels/scan_generated.hpp"
#include "kernels/scan_regions.cuh"

namespace statewright::kernels {
namespace {

/// One letter after another: [patterns, width].
struct LetterTable {
  unsigned bits = 1;
  std::uint32_t width = 0;
  const std::uint32_t* next = nullptr;
};

template <class Visit>
__device__ __forceinline__ std::uint32_t follow(const LetterTable& table,
                                                const std::uint32_t* numbers, std::uint64_t letters,
                                                std::uint32_t q, const Visit& visit) {
  const unsigned per = 32 / table.bits;
  const std::uint32_t mask = (1U << table.bits) - 1;
  for (std::uint64_t t = 0; t < letters; t += per) {
    std::uint32_t number = numbers[t / per];
    for (unsigned i = 0; i < per && t + i < letters; ++i, number >>= table.bits) {
      q = table.next[(number & mask) * table.width + q];
      visit(q);
    }
  }
  return q;
}

/// A thread for each position: (where its region begins as a number of packed numbers, letters from
/// there, state there) to the state at the position.
struct Walk {
  std::uint64_t begin = 0, letters = 0;
  std::uint32_t state = 0;
};
__global__ void walk_to(const std::uint32_t* numbers, LetterTable table, std::uint64_t count,
                        Walk* walks) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= count) return;
  const Walk walk = walks[i];
  walks[i].state =
      follow(table, numbers + walk.begin, walk.letters, walk.state, [](std::uint32_t) {});
}

constexpr unsigned kCountThreads = 128;

/// A thread for each region, with counters of its own in shared memory, or none where there are too
/// many labels for that.
__global__ void count_labels(Division division, LetterTable table, const std::uint32_t* starts,
                             const std::uint32_t* output, std::uint32_t labels, bool own,
                             unsigned long long* counts) {
  extern __shared__ std::uint32_t counters[];  // [labels, threads]
  for (std::uint32_t label = 0; own && label < labels; ++label) {
    counters[label * kCountThreads + threadIdx.x] = 0;
  }
  const std::uint64_t region = std::uint64_t{blockIdx.x} * kCountThreads + threadIdx.x;
  if (region < division.regions) {
    const std::uint64_t first = region * division.per_region;
    const std::uint64_t last = min(first + division.per_region, division.blocks);
    const auto* numbers =
        reinterpret_cast<const std::uint32_t*>(division.word + first * division.block_bytes);
    const std::uint64_t letters = (last - first) * division.block_bytes * 8 / table.bits;
    follow(table, numbers, letters, starts[region], [&](std::uint32_t q) {
      if (own) {
        ++counters[output[q] * kCountThreads + threadIdx.x];
      } else {
        atomicAdd(&counts[output[q]], 1ULL);
      }
    });
  }
  for (std::uint32_t label = 0; own && label < labels; ++label) {
    const std::uint32_t ours = counters[label * kCountThreads + threadIdx.x];
    if (ours != 0) atomicAdd(&counts[label], static_cast<unsigned long long>(ours));
  }
}

__global__ void fill(WordKeys keys, std::uint32_t letters, unsigned bits, std::uint64_t first_draw,
                     std::uint64_t length, std::uint64_t together, std::uint32_t* numbers) {
  const std::uint64_t threads = std::uint64_t{gridDim.x} * blockDim.x;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
       i * together < length; i += threads) {
    const std::uint64_t begin = i * together;
    pack_draws(keys, letters, bits, first_draw + begin / (2 * letters_in_half(letters)),
               min(together, length - begin), numbers + begin * bits / 32);
  }
}

}  // namespace
}  // namespace statewright::kernels
