// census on a GPU: a thread for each matrix, cells in shared memory for each block. Threads of a
// warp that add to one cell add together; maxima are looked at before they are raised, which is
// rare.

#include <algorithm>

#include "kernels/census_orbit.hpp"
#include "kernels/cuda_support.cuh"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kCells = kSpectra * 2 * kFates;
constexpr unsigned long long kMembers = 1ULL << 40U;  // more than any family has

/// A cell, its amplitude and first member in one number: the larger, the better.
struct DeviceCell {
  unsigned long long count, best;
  unsigned preperiod, period;
};

struct Part {
  std::uint64_t begin = 0, end = 0;
  DeviceCell* cells = nullptr;          // [blocks, kCells]
  unsigned long long* steps = nullptr;  // [blocks]
};

__device__ void raise(unsigned& to, unsigned value) {
  if (value > to) atomicMax(&to, value);
}

template <Kind kind>
__global__ void __launch_bounds__(kThreads)
    count_matrices(const __grid_constant__ CensusPlan plan, const Part part) {
  __shared__ DeviceCell cells[kCells];
  __shared__ float values[256];
  __shared__ long long units[256];
  __shared__ unsigned long long all_steps;
  for (unsigned i = threadIdx.x; i < kCells; i += kThreads) cells[i] = {0, 0, 0, 0};
  for (unsigned i = threadIdx.x; i < 256; i += kThreads) {
    values[i] = plan.value[i];
    units[i] = plan.steps[i];
  }
  if (threadIdx.x == 0) all_steps = 0;
  __syncthreads();
  unsigned long long steps = 0;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t first = part.begin + std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  for (std::uint64_t member = first; member < part.end; member += threads) {
    std::uint64_t rest = member;
    std::uint32_t digit[4];
#pragma unroll
    for (int i = 3; i >= 0; --i) {
      const std::uint64_t quotient = rest / plan.values;
      digit[i] = static_cast<std::uint32_t>(rest - quotient * plan.values);
      rest = quotient;
    }
    const OrbitSearch<kind, float> search{plan.format, values[digit[0]], values[digit[1]],
                                          values[digit[2]], values[digit[3]]};
    OrbitOf<float> orbit;
    search.run(plan.start[0], plan.start[1], plan.horizon, orbit);
    const bool at_zero = orbit.low[0] == 0 && orbit.low[1] == 0;
    const Fate fate = fate_of(orbit.period, orbit.explodes != 0, at_zero);
    std::int32_t amplitude = 0;
    if (orbit.period > 1) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const std::int32_t size = plan.position_of(orbit.high[i]) - plan.position_of(orbit.low[i]);
        amplitude = size > amplitude ? size : amplitude;
      }
    }
    Spectrum spectrum;
    bool contracts;
    plan.rule.apply(units[digit[0]], units[digit[1]], units[digit[2]], units[digit[3]], spectrum,
                    contracts);
    const unsigned place = (static_cast<unsigned>(spectrum) * 2 + (contracts ? 1 : 0)) * kFates +
                           static_cast<unsigned>(fate);
    DeviceCell& cell = cells[place];
    const unsigned together = __match_any_sync(__activemask(), place);
    if ((threadIdx.x & 31) == __ffs(together) - 1) {
      atomicAdd(&cell.count, static_cast<unsigned long long>(__popc(together)));
    }
    raise(cell.preperiod, static_cast<unsigned>(orbit.preperiod));
    raise(cell.period, static_cast<unsigned>(orbit.period));
    const unsigned long long best =
        static_cast<unsigned long long>(amplitude) * kMembers + (kMembers - 1 - member);
    if (best > cell.best) atomicMax(&cell.best, best);
    steps += steps_of(orbit.preperiod, orbit.period, orbit.explodes, plan.horizon);
  }
  atomicAdd(&all_steps, steps);
  __syncthreads();
  for (unsigned i = threadIdx.x; i < kCells; i += kThreads) {
    part.cells[blockIdx.x * kCells + i] = cells[i];
  }
  if (threadIdx.x == 0) part.steps[blockIdx.x] = all_steps;
}

}  // namespace

CensusResult census_cuda(const CensusFamily& family, std::uint64_t begin, std::uint64_t end) {
  CensusResult result;
  if (begin == end) return result;
  const CensusPlan plan = census_plan(family);
  const auto multiprocessors =
      static_cast<std::uint64_t>(properties_of_device().multiProcessorCount);
  const auto blocks = static_cast<unsigned>(
      std::min<std::uint64_t>((end - begin + kThreads - 1) / kThreads, multiprocessors * 32));
  const DeviceArray<DeviceCell> cells(std::size_t{blocks} * kCells);
  const DeviceArray<unsigned long long> steps(blocks);
  const Part part{begin, end, cells.get(), steps.get()};
  if (plan.format.kind == Kind::plain) {
    count_matrices<Kind::plain><<<blocks, kThreads>>>(plan, part);
  } else if (plan.format.kind == Kind::cut) {
    count_matrices<Kind::cut><<<blocks, kThreads>>>(plan, part);
  } else {
    count_matrices<Kind::native><<<blocks, kThreads>>>(plan, part);
  }
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
  const std::vector<DeviceCell> found = cells.read();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const DeviceCell& from = found[i];
    if (from.count == 0) continue;
    const std::size_t place = i % kCells;
    CensusCell cell;
    cell.count = from.count;
    cell.longest_preperiod = from.preperiod;
    cell.longest_period = from.period;
    cell.amplitude = static_cast<std::uint32_t>(from.best / kMembers);
    cell.member = kMembers - 1 - from.best % kMembers;
    result.cells[place / kFates / 2][place / kFates % 2][place % kFates].merge(cell);
  }
  for (const unsigned long long of_block : steps.read()) result.steps += of_block;
  return result;
}

}  // namespace statewright::kernels
