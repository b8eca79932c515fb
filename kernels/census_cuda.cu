// census on GPUs: a thread for each member, cells in shared memory for each block. Threads of a
// warp that add to one cell add together; maxima are looked at before they are raised, which is
// rare. Each GPU takes a share of the members.

#include <algorithm>

#include "kernels/census_once.hpp"
#include "kernels/devices.cuh"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kCells = kSpectra * 2 * kFates;
constexpr std::uint64_t kFewMembers = std::uint64_t{1} << 16U;  // not worth another GPU

/// A cell; a maximum and the first member that has it are one number, of which the larger is the
/// better.
struct DeviceCell {
  unsigned long long count, last_to_first, period, amplitude, relative;
  unsigned preperiod;
};

static_assert(kMostMembers ==
              1ULL << 42U);  // 22 bits are left: a relative amplitude is 2^21 at most

__host__ __device__ unsigned long long packed(unsigned value, std::uint64_t member) {
  return static_cast<unsigned long long>(value) * kMostMembers + (kMostMembers - 1 - member);
}

CensusBest unpacked(unsigned long long best) {
  return {static_cast<std::uint32_t>(best / kMostMembers), kMostMembers - 1 - best % kMostMembers};
}

struct Part {
  std::uint64_t begin = 0, end = 0;
  DeviceCell* cells = nullptr;          // [blocks, kCells]
  unsigned long long* steps = nullptr;  // [blocks]
};

template <class T>
__device__ void raise(T& to, T value) {
  if (value > to) atomicMax(&to, value);
}

/// What the threads of a block share.
struct Shared {
  DeviceCell cells[kCells];
  float value[256], state[256];
  unsigned long long steps;
};

__device__ void begin_block(Shared& shared, const CensusPlan& plan) {
  for (unsigned i = threadIdx.x; i < kCells; i += kThreads) shared.cells[i] = {};
  for (unsigned i = threadIdx.x; i < 256; i += kThreads) {
    shared.value[i] = plan.value[i];
    shared.state[i] = plan.state[i];
  }
  if (threadIdx.x == 0) shared.steps = 0;
  __syncthreads();
}

__device__ void add_in_block(Shared& shared, const CensusClass& found, const CensusOutcome& outcome,
                             std::uint64_t member) {
  const unsigned place =
      (static_cast<unsigned>(found.spectrum) * 2 + (found.contracts ? 1 : 0)) * kFates +
      static_cast<unsigned>(outcome.fate);
  DeviceCell& cell = shared.cells[place];
  const unsigned together = __match_any_sync(__activemask(), place);
  if ((threadIdx.x & 31) == __ffs(together) - 1) {
    atomicAdd(&cell.count, static_cast<unsigned long long>(__popc(together)));
  }
  raise(cell.last_to_first, packed(0, member));
  raise(cell.preperiod, outcome.preperiod);
  raise(cell.period, packed(outcome.period, member));
  raise(cell.amplitude, packed(outcome.amplitude, member));
  raise(cell.relative, packed(outcome.relative, member));
}

__device__ void end_block(Shared& shared, const Part& part, unsigned long long steps) {
  atomicAdd(&shared.steps, steps);
  __syncthreads();
  for (unsigned i = threadIdx.x; i < kCells; i += kThreads) {
    part.cells[blockIdx.x * kCells + i] = shared.cells[i];
  }
  if (threadIdx.x == 0) part.steps[blockIdx.x] = shared.steps;
}

template <CensusKind kind, int n>
__global__ void __launch_bounds__(kThreads)
    count_members(const __grid_constant__ CensusPlan plan, const Part part) {
  using Slots = kernels::Slots<kind, n>;
  __shared__ Shared shared;
  begin_block(shared, plan);
  unsigned long long steps = 0;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t first = part.begin + std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  for (std::uint64_t member = first; member < part.end; member += threads) {
    std::uint32_t places[Slots::kAll];
    plan.decode<kind, n>(member, places);
    CensusOutcome outcome = outside_outcome();
    if (!is_outside<kind, n>(plan, places)) {
      OrbitSearch<CensusLetter<kind, n, float>> search;
      search.letter.format = plan.format;
      search.letter.adds = plan.adds;
#pragma unroll
      for (int j = 0; j < Slots::kAdds; ++j) search.letter.p[j] = shared.value[places[j]];
      StateOf<float, n> start;
#pragma unroll
      for (int i = 0; i < n; ++i) {
        search.letter.b[i] = shared.state[places[Slots::kAdds + i]];
        start.x[i] = shared.state[places[Slots::kStart + i]];
      }
      OrbitOf<float, n> orbit;
      search.run(start, plan.horizon, 2 * plan.horizon, orbit);
      outcome_of<n>(plan, orbit.preperiod, orbit.period, orbit.explodes, orbit.low, orbit.high,
                    outcome);
    }
    CensusClass found;
    class_of<kind, n>(plan, places, found);
    add_in_block(shared, found, outcome, member);
    steps += outcome.steps;
  }
  end_block(shared, part, steps);
}

/// The letter, start and class of a member; whether it is looked at.
template <CensusKind kind, int n, class W>
__device__ bool read_once(const CensusPlan& plan, std::uint64_t member, OnceLetter<n, W>& letter,
                          StateOf<float, n>& start, CensusClass& found) {
  std::uint32_t places[Slots<kind, n>::kAll];
  plan.decode<kind, n>(member, places);
  class_of<kind, n>(plan, places, found);
  letter_once<kind, n, W>(plan, places, letter);
  start_of<kind, n>(plan, places, start);
  return !is_outside<kind, n>(plan, places);
}

template <int n, class W>
__global__ void __launch_bounds__(kThreads)
    count_members_once(const __grid_constant__ CensusPlan plan, const CensusKind kind,
                       const Part part) {
  __shared__ Shared shared;
  begin_block(shared, plan);
  unsigned long long steps = 0;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t first = part.begin + std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  for (std::uint64_t member = first; member < part.end; member += threads) {
    OrbitSearch<OnceLetter<n, W>> search;
    StateOf<float, n> start;
    CensusClass found;
    bool inside = false;
    switch (kind) {
      case CensusKind::matrices:
        inside = read_once<CensusKind::matrices>(plan, member, search.letter, start, found);
        break;
      case CensusKind::diagonal:
        inside = read_once<CensusKind::diagonal>(plan, member, search.letter, start, found);
        break;
      case CensusKind::deltanet:
        inside = read_once<CensusKind::deltanet>(plan, member, search.letter, start, found);
        break;
      case CensusKind::factor:
        inside = read_once<CensusKind::factor>(plan, member, search.letter, start, found);
        break;
      case CensusKind::pairs:
        inside = read_once<CensusKind::pairs>(plan, member, search.letter, start, found);
        break;
    }
    CensusOutcome outcome = outside_outcome();
    if (inside) {
      OrbitOf<float, n> orbit;
      search.run(start, plan.horizon, 2 * plan.horizon, orbit);
      outcome_of<n>(plan, orbit.preperiod, orbit.period, orbit.explodes, orbit.low, orbit.high,
                    outcome);
    }
    add_in_block(shared, found, outcome, member);
    steps += outcome.steps;
  }
  end_block(shared, part, steps);
}

using Launch = void (*)(unsigned blocks, const CensusPlan&, CensusKind, const Part&);

template <CensusKind kind, int n>
void launch(unsigned blocks, const CensusPlan& plan, CensusKind, const Part& part) {
  count_members<kind, n><<<blocks, kThreads>>>(plan, part);
}

template <int n, class W>
void launch_once(unsigned blocks, const CensusPlan& plan, CensusKind kind, const Part& part) {
  count_members_once<n, W><<<blocks, kThreads>>>(plan, kind, part);
}

template <CensusKind kind>
Launch launch_of(std::uint32_t n) {
  const Launch of[4] = {launch<kind, 1>, launch<kind, 2>, launch<kind, 3>, launch<kind, 4>};
  return of[n - 1];
}

template <class W>
Launch launch_once_of(std::uint32_t n) {
  const Launch of[4] = {launch_once<1, W>, launch_once<2, W>, launch_once<3, W>, launch_once<4, W>};
  return of[n - 1];
}

Launch launch_of(CensusKind kind, const CensusPlan& plan) {
  const std::uint32_t n = plan.n;
  if (plan.once) return plan.wide ? launch_once_of<Int128>(n) : launch_once_of<std::int64_t>(n);
  switch (kind) {
    case CensusKind::matrices:
      return launch_of<CensusKind::matrices>(n);
    case CensusKind::diagonal:
      return launch_of<CensusKind::diagonal>(n);
    case CensusKind::deltanet:
      return launch_of<CensusKind::deltanet>(n);
    case CensusKind::factor:
      return launch_of<CensusKind::factor>(n);
    case CensusKind::pairs:
      break;
  }
  return launch_of<CensusKind::pairs>(n);
}

/// On the current device.
CensusResult count_part(const CensusFamily& family, const CensusPlan& plan, std::uint64_t begin,
                        std::uint64_t end) {
  CensusResult result;
  if (begin == end) return result;
  const auto multiprocessors =
      static_cast<std::uint64_t>(properties_of_device().multiProcessorCount);
  const auto blocks = static_cast<unsigned>(
      std::min<std::uint64_t>((end - begin + kThreads - 1) / kThreads, multiprocessors * 32));
  const DeviceArray<DeviceCell> cells(std::size_t{blocks} * kCells);
  const DeviceArray<unsigned long long> steps(blocks);
  launch_of(family.kind, plan)(blocks, plan, family.kind, {begin, end, cells.get(), steps.get()});
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
  const std::vector<DeviceCell> found = cells.read();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const DeviceCell& from = found[i];
    if (from.count == 0) continue;
    const std::size_t place = i % kCells;
    CensusCell cell;
    cell.count = from.count;
    cell.first = unpacked(from.last_to_first).member;
    cell.longest_preperiod = from.preperiod;
    cell.period = unpacked(from.period);
    cell.amplitude = unpacked(from.amplitude);
    cell.relative = unpacked(from.relative);
    result.cells[place / kFates / 2][place / kFates % 2][place % kFates].merge(cell);
  }
  for (const unsigned long long of_block : steps.read()) result.steps += of_block;
  result.members = end - begin;
  return result;
}

}  // namespace

CensusResult census_cuda(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                         const std::vector<int>& devices) {
  const CensusPlan plan = census_plan(family);
  const std::uint64_t count = end - begin;
  const std::size_t used = devices_for(devices.size(), count, kFewMembers);
  std::vector<CensusResult> results(used);
  on_devices(devices, used, [&](std::size_t i) {
    const DeviceShare share = device_share(count, used, i);
    results[i] = count_part(family, plan, begin + share.begin, begin + share.end);
  });
  CensusResult all;
  for (const CensusResult& result : results) all.merge(result);
  return all;
}

}  // namespace statewright::kernels
