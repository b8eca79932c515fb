#pragma once

// Internal: what reach does on a device. reach_cuda.cu says how a search is made of it.

#include <cooperative_groups.h>

#include "kernels/cuda_support.cuh"
#include "kernels/reach_step.hpp"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 256;
constexpr std::uint32_t kLevels = 512;                            // of a launch, at most
constexpr std::uint64_t kRowsOfLaunch = std::uint64_t{1} << 31U;  // then the host is asked
constexpr std::uint64_t kDoubts = std::uint64_t{1} << 20U;        // listed for a level
constexpr std::uint64_t kSpare = std::uint64_t{1} << 30U;         // bytes left to others

/// What a level makes known; one of three, so that the next level's is not mixed with it.
struct Found {
  unsigned long long fresh, doubts;
  unsigned wrong;
};

struct Control {
  Found found[3];
  unsigned levels;                        // expanded by this launch
  unsigned stop;                          // bits: wrong 1, doubts 2, full 4
  unsigned long long doubts;              // of the last level
  unsigned long long level_end[kLevels];  // of those made
};

/// A ring of rows; positions count from the start of the search.
struct Ring {
  std::uint64_t* rows;
  std::uint64_t capacity;

  __device__ std::uint64_t place(std::uint64_t from, std::uint64_t i) const {
    const std::uint64_t at = from + i;
    return at < capacity ? at : at - capacity;
  }
};

struct Search {
  Ring ring;
  unsigned* visited;
  std::uint64_t* doubts;
  Control* control;
  std::uint64_t begin, end;  // of the first level to expand
  std::uint32_t most_levels;
};

__device__ bool has_bit(const unsigned* bits, std::uint64_t index) {
  return (bits[index / 32] >> (index % 32) & 1U) != 0;
}

/// Marks a bit; whether it was not marked, which one thread alone is told.
__device__ bool mark_bit(unsigned* bits, std::uint64_t index) {
  const unsigned bit = 1U << (index % 32);
  unsigned* word = bits + index / 32;
  if ((__ldcg(word) & bit) != 0) return false;
  return (atomicOr(word, bit) & bit) == 0;
}

/// Places for those lanes of a warp that `take` one; all 32 lanes call it.
__device__ std::uint64_t next_place(unsigned long long* counter, bool take) {
  const unsigned takers = __ballot_sync(~0U, take);
  if (takers == 0) return 0;
  const unsigned lane = threadIdx.x & 31U;
  unsigned long long first = 0;
  if (lane == static_cast<unsigned>(__ffs(takers)) - 1) {
    first = atomicAdd(counter, static_cast<unsigned long long>(__popc(takers)));
  }
  first = __shfl_sync(~0U, first, __ffs(takers) - 1);
  return first + __popc(takers & ((1U << lane) - 1));
}

/// One thread's row and what its letters make of it.
template <class T, Kind kind, bool plane>
struct Expander {
  using U = typename Carrier<T>::U;
  using I = typename Carrier<T>::I;

  const ReachJob<T>& job;
  ReachStep<T, kind, plane> step;
  static constexpr std::uint32_t entries = ReachStep<T, kind, plane>::kEntries;
  T before[entries], after[entries], scratch[entries];
  U emitted[kMostLayers];
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
    if (emitted[job.program.layer_count - 1] != job.output[to]) row |= kFlag;
    for (std::uint32_t e = 0; e < step.width(job); ++e) {
      U code;
      encode_into(job.codes, code, after[e]);
      row |= std::uint64_t{code} << (e * job.codes.bits);
    }
    return row;
  }
};

template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads)
    search_levels(const __grid_constant__ ReachJob<T> job, const Search search) {
  const auto grid = cooperative_groups::this_grid();
  Expander<T, kind, plane> expander(job);
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t thread = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  const std::uint64_t lane = threadIdx.x & 31U;
  const Ring& ring = search.ring;
  Control& control = *search.control;
  std::uint64_t begin = search.begin, end = search.end;
  for (std::uint32_t level = 0;; ++level) {
    Found& found = control.found[level % 3];
    const std::uint64_t from = begin % ring.capacity, to = end % ring.capacity;
    const std::uint64_t rows = end - begin, room = ring.capacity - rows;
    for (std::uint64_t i = thread; i - lane < rows; i += threads) {
      const bool is_row = i < rows;
      std::uint64_t row = 0;
      if (is_row) {
        row = ring.rows[ring.place(from, i)];
        expander.load(row);
      }
      for (std::uint32_t a = 0; a < job.program.letters; ++a) {
        bool fresh = false, doubtful = false;
        std::uint64_t next = 0;
        if (is_row) {
          next = expander.next(a, doubtful);
          if (!doubtful) {
            if ((next & kFlag) != 0) {
              found.wrong = 1;
            } else {
              fresh = mark_bit(search.visited, job.index(next));
            }
          }
        }
        const std::uint64_t place = next_place(&found.fresh, fresh);
        if (fresh && place < room) ring.rows[ring.place(to, place)] = next;
        if (!job.exact) continue;
        const std::uint64_t doubt = next_place(&found.doubts, doubtful);
        if (doubtful && doubt < kDoubts) search.doubts[doubt] = row | std::uint64_t{a} << kRowBits;
      }
    }
    grid.sync();
    const Found made = {__ldcg(&found.fresh), __ldcg(&found.doubts), __ldcg(&found.wrong)};
    const unsigned stop =
        (made.wrong != 0 ? 1U : 0U) | (made.doubts != 0 ? 2U : 0U) | (made.fresh > room ? 4U : 0U);
    begin = end;
    end += made.fresh;
    const bool last = stop != 0 || made.fresh == 0 || level + 1 == search.most_levels ||
                      end - search.end > kRowsOfLaunch;
    if (thread == 0) {
      control.found[(level + 2) % 3] = {0, 0, 0};
      control.level_end[level] = end;
      if (last) {
        control.levels = level + 1;
        control.stop = stop;
        control.doubts = made.doubts;
      }
    }
    if (last) return;
  }
}

/// Rows that the host has computed.
template <class T>
__global__ void insert_rows(const ReachJob<T> job, const Search search, const std::uint64_t* rows,
                            std::uint64_t count, std::uint64_t room, unsigned long long* fresh) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  const bool is_new = i < count && mark_bit(search.visited, job.index(rows[i]));
  const std::uint64_t place = next_place(fresh, is_new);
  if (is_new && place < room) {
    search.ring.rows[search.ring.place(search.end % search.ring.capacity, place)] = rows[i];
  }
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

/// Flags the rows of one level that lead on, with the first letter that does.
template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads)
    flag_rows(const __grid_constant__ ReachJob<T> job, const Ring ring, const unsigned* leads,
              const Memo memo, std::uint64_t begin, std::uint64_t count, bool last) {
  Expander<T, kind, plane> expander(job);
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t from = begin % ring.capacity;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; i < count;
       i += threads) {
    std::uint64_t& row = ring.rows[ring.place(from, i)];
    expander.load(row);
    for (std::uint32_t a = 0; a < job.program.letters; ++a) {
      bool doubtful;
      std::uint64_t next = expander.next(a, doubtful);
      if (doubtful) next = memo.find(row | std::uint64_t{a} << kRowBits);
      if (last ? (next & kFlag) == 0 : !has_bit(leads, job.index(next & kRowMask))) continue;
      row |= kFlag | std::uint64_t{a} << kRowBits;
      break;
    }
  }
}

struct Goals {
  std::uint64_t* rows;
  std::uint32_t* depths;
  std::uint64_t capacity;
  unsigned long long* count;
};

template <class T>
__global__ void mark_flagged(const ReachJob<T> job, const Ring ring, unsigned* leads,
                             const Goals goals, std::uint64_t begin, std::uint64_t count,
                             std::uint32_t depth) {
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t from = begin % ring.capacity, lane = threadIdx.x & 31U;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; i - lane < count;
       i += threads) {
    const std::uint64_t row = i < count ? ring.rows[ring.place(from, i)] : 0;
    const bool flagged = (row & kFlag) != 0;
    if (flagged) mark_bit(leads, job.index(row & kRowMask));
    const std::uint64_t place = next_place(goals.count, flagged);
    if (!flagged || place >= goals.capacity) continue;
    goals.rows[place] = row;
    goals.depths[place] = depth;
  }
}

}  // namespace
}  // namespace statewright::kernels
