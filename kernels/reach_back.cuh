#pragma once

// Internal: the way back from a disagreement on a device, level after level: of each level those
// rows are kept that have a successor among those kept of the next one.
//
// Which are kept is marked in bits, of two sets in turn. A successor of a row is at most one level
// further, so in the set of the next level, where each second level only is marked, it is found
// if it is kept there; and rows of one level can be marked while others of it are looked at.
// What a level waits for is thus the marks of the one before alone, and its steps are computed
// before it waits.

#include "kernels/reach_rows.cuh"

namespace statewright::kernels {
namespace {

/// The way back over the levels from depth `top` down to `bottom`, all in the ring.
struct Back {
  Ring ring;
  unsigned* leads[2];  // of levels of even and of odd depth
  Memo memo;
  Goals goals;
  const std::uint64_t* ends;  // [top + 1], positions where levels end
  unsigned long long* words;  // [top - bottom + 1], zero: blocks done
  std::uint32_t top, bottom;
  bool last;  // disagreements follow on the rows of `top`

  __device__ std::uint64_t begin(std::uint32_t depth) const {
    return depth == 0 ? 0 : ends[depth - 1];
  }
  __device__ std::uint32_t blocks(std::uint32_t depth) const {
    const std::uint64_t wanted = (ends[depth] - begin(depth) + kThreads - 1) / kThreads;
    return static_cast<std::uint32_t>(min(wanted, std::uint64_t{gridDim.x}));
  }
};

constexpr unsigned kDone = 32;  // bits of a word from here on count blocks

/// Adds this block to a word when its marks are made, and waits until so many blocks have been
/// added; both by all threads of a block. That all marks are made follows from what is added: it
/// depends on what each of them returned.
__device__ void arrive(unsigned long long* word, bool has_marked) {
  const bool any = __syncthreads_or(has_marked) != 0;
  if (threadIdx.x == 0) atomicAdd(word, (1ULL << kDone) | (any ? 1ULL : 0ULL));
}
__device__ void wait_for(const unsigned long long* word, std::uint32_t blocks) {
  if (threadIdx.x == 0) {
    while (load_word<false>(word) >> kDone != blocks) {
    }
  }
  __syncthreads();
}

template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads)
    go_back(const __grid_constant__ ReachJob<T> job, const __grid_constant__ Back back) {
  constexpr unsigned batch = plane ? 4 : 1;  // letters computed together
  Expander<T, kind, plane> expander(job);
  const std::uint32_t letters = job.program.letters;
  for (std::uint32_t done = 0; done <= back.top - back.bottom; ++done) {
    const std::uint32_t depth = back.top - done, blocks = back.blocks(depth);
    if (blockIdx.x >= blocks) continue;
    const std::uint64_t begin = back.begin(depth), count = back.ends[depth] - begin;
    const std::uint64_t from = begin % back.ring.capacity;
    const std::uint64_t threads = std::uint64_t{blocks} * kThreads;
    const bool last = back.last && done == 0;
    const unsigned* follow = back.leads[(depth + 1) % 2];
    unsigned* kept = back.leads[depth % 2];
    bool waits = done != 0, has_marked = false;
    for (std::uint64_t first = std::uint64_t{blockIdx.x} * kThreads; first < count;
         first += threads) {  // by whole blocks
      const std::uint64_t i = first + threadIdx.x;
      std::uint64_t row = 0;
      if (i < count) {
        row = __ldcg(back.ring.at(back.ring.place(from, i)));
        expander.load(row);
      }
      bool leads = false;
      std::uint64_t step = 0;
      for (std::uint32_t a = 0; a < letters; a += batch) {
        std::uint64_t next[batch];
        bool looks[batch];
#pragma unroll
        for (unsigned b = 0; b < batch; ++b) {
          looks[b] = i < count && !leads && a + b < letters;
          if (!looks[b]) continue;
          bool doubtful;
          next[b] = expander.next(a + b, doubtful);
          if (doubtful) next[b] = back.memo.find(row | std::uint64_t{a + b} << kRowBits);
        }
        if (waits) wait_for(back.words + done - 1, back.blocks(depth + 1));
        waits = false;
        if (!last) {
          unsigned words[batch];
#pragma unroll
          for (unsigned b = 0; b < batch; ++b) {
            if (looks[b]) words[b] = __ldcg(follow + job.index(next[b] & kRowMask) / 32);
          }
#pragma unroll
          for (unsigned b = 0; b < batch; ++b) {
            if (looks[b]) looks[b] = (words[b] >> (job.index(next[b] & kRowMask) % 32) & 1U) != 0;
          }
        }
#pragma unroll
        for (unsigned b = 0; b < batch; ++b) {
          if (!looks[b] || leads || (last && (next[b] & kFlag) == 0)) continue;
          leads = true;
          step = kFlag | row | std::uint64_t{a + b} << kRowBits;
        }
      }
      if (leads) has_marked = mark_bit(kept, job.index(row)) || has_marked;
      const std::uint64_t goal = next_place(back.goals.count, leads);
      if (!leads || goal >= back.goals.capacity) continue;
      back.goals.rows[goal] = step;
      back.goals.depths[goal] = depth;
    }
    arrive(back.words + done, has_marked);
  }
}

}  // namespace
}  // namespace statewright::kernels
