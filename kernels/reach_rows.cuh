#pragma once

// Internal: what the kernels of reach share: rows and bits in memory of a device, one thread's
// step, blocks that wait for each other.

#include "kernels/cuda_support.cuh"
#include "kernels/reach_step.hpp"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 256;  // of a block
constexpr unsigned kWarps = kThreads / 32;
constexpr std::uint32_t kChunks = 64;
constexpr std::uint64_t kDoubts = std::uint64_t{1} << 20U;  // listed at once
constexpr std::uint64_t kSpare = std::uint64_t{1} << 30U;   // bytes left to others

/// A ring of rows; positions count from the start of the search. It stands in chunks of
/// 2^chunk_bits rows, so that memory is taken as rows come up: to take 30 GB at once lasts longer
/// than most searches.
struct Ring {
  std::uint64_t* chunks[kChunks];
  unsigned chunk_bits;
  std::uint64_t capacity;

  __device__ std::uint64_t place(std::uint64_t from, std::uint64_t i) const {
    const std::uint64_t at = from + i;
    return at < capacity ? at : at - capacity;
  }
  __device__ std::uint64_t* at(std::uint64_t place) const {
    return chunks[place >> chunk_bits] + (place & ((std::uint64_t{1} << chunk_bits) - 1));
  }
};

/// Marks a bit; whether it was not marked, which one thread alone is told.
__device__ bool mark_bit(unsigned* bits, std::uint64_t index) {
  const unsigned bit = 1U << (index % 32);
  return (atomicOr(bits + index / 32, bit) & bit) == 0;
}

/// Places for those lanes of a warp that `take` one; all 32 lanes call it.
template <class Counter>
__device__ Counter next_place(Counter* counter, bool take) {
  const unsigned takers = __ballot_sync(~0U, take);
  if (takers == 0) return 0;
  const unsigned lane = threadIdx.x & 31U, leader = static_cast<unsigned>(__ffs(takers)) - 1;
  Counter first = 0;
  if (lane == leader) first = atomicAdd(counter, static_cast<Counter>(__popc(takers)));
  first = __shfl_sync(~0U, first, static_cast<int>(leader));
  return first + static_cast<Counter>(__popc(takers & ((1U << lane) - 1)));
}

/// What the host knows of steps in doubt: [count] of row and letter, ascending, and the successor.
struct Memo {
  const std::uint64_t* steps;
  const std::uint64_t* successors;
  std::uint64_t count;

  __device__ std::uint64_t find(std::uint64_t step) const {
    std::uint64_t low = 0, high = count;
    while (low < high) {
      const std::uint64_t middle = (low + high) / 2;
      if (steps[middle] < step) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return successors[low];
  }
};

/// Rows that lead on, with their depths.
struct Goals {
  std::uint64_t* rows;
  std::uint32_t* depths;
  std::uint64_t capacity;
  unsigned long long* count;
};

/// Adds to a word when what the block has written before its last __syncthreads is there to be
/// read by who reads the sum.
__device__ void add_released(unsigned long long* word, unsigned long long what) {
  asm volatile("red.release.gpu.global.add.u64 [%0], %1;" ::"l"(word), "l"(what) : "memory");
}
/// `acquired`: what was released before it can be read then. Without it the block's cache stays as
/// it is, with the network's parameters in it.
template <bool acquired>
__device__ unsigned long long load_word(const unsigned long long* word) {
  unsigned long long value;
  if constexpr (acquired) {
    asm volatile("ld.acquire.gpu.global.u64 %0, [%1];" : "=l"(value) : "l"(word) : "memory");
  } else {
    asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(value) : "l"(word) : "memory");
  }
  return value;
}

/// One thread's row and what its letters make of it.
template <class T, Kind kind, bool plane>
struct Expander {
  using U = typename Carrier<T>::U;
  using I = typename Carrier<T>::I;

  const ReachJob<T>& job;
  ReachStep<T, kind, plane> step;
  static constexpr std::uint32_t entries = ReachStep<T, kind, plane>::kEntries;
  static constexpr std::uint32_t layers = plane ? 1 : kMostLayers;
  T before[entries], after[entries], scratch[entries];
  U emitted[layers];
  std::uint64_t q = 0;

  __device__ explicit Expander(const ReachJob<T>& of) : job(of), step(of) {}

  __device__ void load(std::uint64_t row) {
    const std::uint64_t mask = (std::uint64_t{1} << job.codes.bits) - 1;
    q = row >> job.state_bits;
    for (std::uint32_t e = 0; e < step.width(job); ++e) {
      decode_into(job.codes, before[e], static_cast<U>(row >> (e * job.codes.bits) & mask));
    }
  }
  /// The successor, kFlag if it disagrees; nothing said if `doubtful`.
  __device__ std::uint64_t next(std::uint32_t letter, bool& doubtful) {
    for (std::uint32_t e = 0; e < step.width(job); ++e) after[e] = before[e];
    I doubts = 0;
    step.run(job, letter, Rows<T>{after, 1}, Rows<T>{scratch, 1}, emitted,
             [&](std::uint32_t, const Rows<T>&, U&, const I& doubt) { doubts |= doubt; });
    doubtful = doubts != 0;
    const std::uint32_t to = job.next[q * job.program.letters + letter];
    std::uint64_t row = std::uint64_t{to} << job.state_bits;
    const std::uint32_t last = plane ? 0 : job.program.layer_count - 1;
    if (emitted[last] != job.output[to]) row |= kFlag;
    for (std::uint32_t e = 0; e < step.width(job); ++e) {
      U code;
      encode_into(job.codes, code, after[e]);
      row |= std::uint64_t{code} << (e * job.codes.bits);
    }
    return row;
  }
};

}  // namespace
}  // namespace statewright::kernels
