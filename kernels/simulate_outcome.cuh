#pragma once

// Internal: what the blocks of a simulation found wrong, one Outcome for each block.

#include "kernels/cuda_support.cuh"
#include "kernels/simulate_parts.hpp"

namespace statewright::kernels {

/// What a thread found.
struct Finding {
  unsigned long long wrong = 0;
  unsigned long long word = ~0ULL;
  unsigned long long position = 0;

  __device__ void note(unsigned long long at, unsigned long long letters_read) {
    ++wrong;
    if (at < word) {
      word = at;
      position = letters_read;
    }
  }
};

/// The one NaN of results; the device's own has other bits.
__device__ inline double quiet_nan() { return __longlong_as_double(0x7ff8'0000'0000'0000LL); }

/// Merges the findings of a block's threads, all of which call it.
__device__ inline void publish(const Finding& finding, Finding* blocks) {
  __shared__ unsigned long long wrong, word;
  if (threadIdx.x == 0) {
    wrong = 0;
    word = ~0ULL;
  }
  __syncthreads();
  if (finding.wrong != 0) {
    atomicAdd(&wrong, finding.wrong);
    atomicMin(&word, finding.word);
  }
  __syncthreads();
  if (threadIdx.x == 0) blocks[blockIdx.x] = {wrong, word, 0};
  __syncthreads();
  if (finding.wrong != 0 && finding.word == word) blocks[blockIdx.x].position = finding.position;
}

inline void merge(const std::vector<Finding>& blocks, SimulateResult& result) {
  Outcome all;
  for (const Finding& block : blocks) all.merge({block.wrong, block.word, block.position});
  result.wrong_words = all.wrong;
  if (all.wrong != 0) result.first = Mismatch{all.word, all.position};
}

}  // namespace statewright::kernels
