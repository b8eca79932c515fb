// orbit on a GPU: a thread for each candidate of each rotation follows it under one letter; those
// that go on are collected, and a thread for each of them searches the states of all words, in
// memory of the device. The order in which they are collected does not matter to the tallies.
//
// Several GPUs take pieces of the work, some candidates of some rotations, each the next one when
// it is done: rotations differ by how much of them is left to search.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "kernels/devices.cuh"
#include "kernels/orbit_parts.hpp"
#include "kernels/packed.cuh"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 128;
constexpr std::uint64_t kMembers = 1U << 22U;     // rotations times candidates at once
constexpr std::uint64_t kFewMembers = 1U << 16U;  // not worth another piece
constexpr std::uint64_t kScratch = 4ULL << 30;    // bytes for searches, more only if one needs more

struct DeviceRotation {
  std::uint32_t m = 0, constants = 0;  // where those begin
  std::uint64_t readout = 0;           // likewise
};

struct DeviceCandidate {
  float x = 0, y = 0;
  std::uint32_t constants = 0;
};

/// A candidate that one letter does not refute.
struct Survivor {
  std::uint32_t rotation = 0, candidate = 0;
  std::uint32_t period = 0;  // 0: undecided
  std::uint32_t all_words = 0;
  double gap = 0, gap_of_words = 0;
};

struct Search {
  Constants<float> format;
  std::uint32_t states = 0, candidates = 0;
  std::uint64_t members = 0;
  const DeviceRotation* rotations = nullptr;
  const DeviceCandidate* candidate = nullptr;
  const float2* constants = nullptr;
  const double* readout = nullptr;
  Survivor* survivors = nullptr;
  unsigned* survivor_count = nullptr;
};

template <Kind kind>
__device__ void follow(const Search& search, std::uint64_t member) {
  Survivor found;
  found.rotation = static_cast<std::uint32_t>(member / search.candidates);
  found.candidate = static_cast<std::uint32_t>(member % search.candidates);
  const DeviceRotation rotation = search.rotations[found.rotation];
  const DeviceCandidate from = search.candidate[found.candidate];
  const float2 constants = search.constants[rotation.constants + from.constants];
  if (constants.x != constants.x) return;
  const double* readout = search.readout + rotation.readout;
  const OrbitStep<kind, float> step{search.format};
  const std::uint32_t m = rotation.m, horizon = search.states;
  float x = from.x, y = from.y, stay_x = x, stay_y = y;
  if (!is_right(OrbitSector(readout, m, 0), x, y, found.gap)) return;
  std::uint32_t k = 0, stays = 0, left = m;
  std::uint64_t turns = 1, next_stay = m < horizon ? m : horizon;
  for (std::uint32_t t = 1; t <= 2 * horizon; ++t) {
    step.turn(constants.x, constants.y, x, y);
    k = k + 1 == m ? 0 : k + 1;
    double gap;
    if (!is_right(OrbitSector(readout, m, k), x, y, gap)) return;
    found.gap = gap < found.gap ? gap : found.gap;
    if (--left == 0) {
      left = m;
      if (x == stay_x && y == stay_y) {
        found.period = t - stays;
        break;
      }
    }
    if (t == next_stay) {
      stay_x = x;
      stay_y = y;
      stays = t;
      left = m;
      turns *= 2;
      const std::uint64_t after = t + turns * m;
      next_stay = t >= horizon ? ~0ULL : after < horizon ? after : horizon;
    }
  }
  search.survivors[atomicAdd(search.survivor_count, 1U)] = found;
}

template <Kind kind>
__global__ void __launch_bounds__(kThreads)
    follow_one_letter(const __grid_constant__ Search search) {
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  for (std::uint64_t member = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
       member < search.members; member += threads) {
    follow<kind>(search, member);
  }
}

template <Kind kind>
struct Scratch {
  typename OrbitClosure<kind>::State* queue = nullptr;  // [threads, states]
  std::uint32_t* counts = nullptr;
  std::uint32_t* table = nullptr;  // [threads, mask + 1]
  std::uint32_t mask = 1;
};

template <Kind kind>
__global__ void __launch_bounds__(kThreads)
    search_all_words(const __grid_constant__ Search search, const Scratch<kind> scratch,
                     std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t thread = blockIdx.x * kThreads + threadIdx.x;
  if (thread >= end - begin) return;
  Survivor& found = search.survivors[begin + thread];
  const DeviceRotation rotation = search.rotations[found.rotation];
  const DeviceCandidate from = search.candidate[found.candidate];
  const float2 constants = search.constants[rotation.constants + from.constants];
  OrbitClosure<kind> closure;
  closure.step.format = search.format;
  closure.readout = search.readout + rotation.readout;
  closure.m = rotation.m;
  closure.most = search.states;
  closure.mask = scratch.mask;
  closure.queue = scratch.queue + std::size_t{thread} * search.states;
  closure.counts = scratch.counts + std::size_t{thread} * search.states;
  closure.table = scratch.table + std::size_t{thread} * (scratch.mask + 1);
  std::uint32_t size;
  double gap = 0;
  const OrbitFate fate = closure.run(constants.x, constants.y, from.x, from.y, gap, size);
  found.all_words = static_cast<std::uint32_t>(fate);
  found.gap_of_words = gap;
}

void ended(const char* what) {
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), what);
}

unsigned blocks_for(std::uint64_t threads, unsigned per_multiprocessor) {
  const auto all = static_cast<std::uint64_t>(properties_of_device().multiProcessorCount);
  return static_cast<unsigned>(std::max<std::uint64_t>(
      1, std::min((threads + kThreads - 1) / kThreads, all * per_multiprocessor)));
}

template <Kind kind>
std::vector<Survivor> survivors_of(Search search) {
  const DeviceArray<Survivor> survivors(search.members);
  const DeviceArray<unsigned> count(std::vector<unsigned>{0});
  search.survivors = survivors.get();
  search.survivor_count = count.get();
  follow_one_letter<kind><<<blocks_for(search.members, 64), kThreads>>>(search);
  ended("a search under one letter");
  const std::uint32_t found = count.read()[0];
  if (found == 0) return {};
  const std::uint64_t table = orbit_table_size(search.states);
  const std::uint64_t bytes =
      search.states * (sizeof(typename OrbitClosure<kind>::State) + 4) + table * 4;
  const auto at_once = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(found, std::max<std::uint64_t>(1, kScratch / bytes)));
  const DeviceArray<typename OrbitClosure<kind>::State> queue(at_once *
                                                              std::uint64_t{search.states});
  const DeviceArray<std::uint32_t> counts(at_once * std::uint64_t{search.states});
  const DeviceArray<std::uint32_t> tables(at_once * table);
  const Scratch<kind> scratch{queue.get(), counts.get(), tables.get(),
                              static_cast<std::uint32_t>(table) - 1};
  for (std::uint32_t begin = 0; begin < found; begin += at_once) {
    const std::uint32_t end = std::min(found, begin + at_once);
    check_cuda(cudaMemset(tables.get(), 0, (end - begin) * table * 4), "cleared memory");
    search_all_words<kind>
        <<<(end - begin + kThreads - 1) / kThreads, kThreads>>>(search, scratch, begin, end);
    ended("a search of all words");
  }
  std::vector<Survivor> result(found);
  check_cuda(
      cudaMemcpy(result.data(), survivors.get(), found * sizeof(Survivor), cudaMemcpyDeviceToHost),
      "a copy from the device");
  return result;
}

std::vector<DeviceCandidate> candidates_of(const OrbitFamily& family) {
  std::vector<DeviceCandidate> candidates;
  for (const OrbitCandidate& c : family.candidates) {
    candidates.push_back({static_cast<float>(c.x), static_cast<float>(c.y), c.constants});
  }
  return candidates;
}

float2 device_constants(const std::array<double, 2>& pair) {
  if (std::isnan(pair[0]) || std::isnan(pair[1])) {
    return {std::numeric_limits<float>::quiet_NaN(), 0};
  }
  return {static_cast<float>(pair[0]), static_cast<float>(pair[1])};
}

/// Some candidates of some rotations, and what is found of each of these rotations.
struct Piece {
  DeviceShare rotations, candidates;
  std::vector<OrbitResult> results;
};

/// In the order of rotations, of each in that of candidates.
std::vector<Piece> pieces_of(std::uint64_t rotations, std::uint64_t candidates,
                             std::size_t devices) {
  std::uint64_t most = kMembers;
  if (devices > 1) {  // four for each device, to even out what they take
    most = std::clamp(rotations * candidates / (4 * devices), kFewMembers, kMembers);
  }
  const std::uint64_t together = std::max<std::uint64_t>(1, most / candidates);
  const std::uint64_t shares = std::max<std::uint64_t>(1, candidates / most);
  std::vector<Piece> pieces;
  for (std::uint64_t begin = 0; begin < rotations; begin += together) {
    const std::uint64_t end = std::min(rotations, begin + together);
    for (std::uint64_t share = 0; share < shares; ++share) {
      pieces.push_back({{begin, end}, device_share(candidates, shares, share), {}});
    }
  }
  return pieces;
}

/// `candidates`: of the whole family.
void search_piece(const OrbitFamily& family, const std::vector<OrbitRotation>& rotations,
                  const DeviceArray<DeviceCandidate>& candidates, Piece& piece) {
  const std::size_t begin = piece.rotations.begin, end = piece.rotations.end;
  const std::span<const OrbitCandidate> chosen =
      std::span(family.candidates).subspan(piece.candidates.begin, piece.candidates.size());
  piece.results.resize(end - begin);
  std::vector<DeviceRotation> device;
  std::vector<float2> constants;
  std::vector<double> readout;
  for (std::size_t r = begin; r < end; ++r) {
    const OrbitRotation& rotation = rotations[r];
    device.push_back({rotation.m, static_cast<std::uint32_t>(constants.size()), readout.size()});
    for (const auto& pair : rotation.constants) constants.push_back(device_constants(pair));
    readout.insert(readout.end(), rotation.readout.begin(), rotation.readout.end());
    std::vector<char> present;
    for (const auto& [c, s] : rotation.constants) {
      present.push_back(!std::isnan(c) && !std::isnan(s) ? 1 : 0);
    }
    for (const OrbitCandidate& c : chosen) {
      if (present[c.constants] != 0) ++piece.results[r - begin].tried;
    }
  }
  const DeviceArray<DeviceRotation> device_rotations(device);
  const DeviceArray<float2> device_pairs(constants);
  const DeviceArray<double> device_readout(readout);
  Search search;
  search.format = orbit_constants(family.format);
  search.states = family.states;
  search.candidates = static_cast<std::uint32_t>(chosen.size());
  search.members = (end - begin) * chosen.size();
  search.rotations = device_rotations.get();
  search.candidate = candidates.get() + piece.candidates.begin;
  search.constants = device_pairs.get();
  search.readout = device_readout.get();
  const std::vector<Survivor> survivors =
      search.format.kind == Kind::cut     ? survivors_of<Kind::cut>(search)
      : search.format.kind == Kind::plain ? survivors_of<Kind::plain>(search)
                                          : survivors_of<Kind::native>(search);
  for (const Survivor& found : survivors) {
    const OrbitRotation& rotation = rotations[begin + found.rotation];
    const OrbitCandidate& candidate = chosen[found.candidate];
    const std::uint64_t number = piece.candidates.begin + found.candidate;
    OrbitResult& result = piece.results[found.rotation];
    const bool locked = found.period != 0;
    if (found.period == rotation.m) ++result.cycles;
    result.one_letter.add(locked ? OrbitFate::locked : OrbitFate::undecided, number,
                          locked ? orbit_margin(found.gap, rotation, candidate) : 0);
    const auto fate = static_cast<OrbitFate>(found.all_words);
    const bool by_all = fate == OrbitFate::locked;
    result.all_words.add(fate, number,
                         by_all ? orbit_margin(found.gap_of_words, rotation, candidate) : 0);
  }
}

// --- where orbits end ---------------------------------------------------------------------------

/// Two candidates a thread, in packed instructions.
template <class Packed>
__global__ void __launch_bounds__(kThreads)
    turn_packed(const uint4* from, uint2* to, std::uint64_t count, std::uint64_t steps) {
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; i < count;
       i += threads) {
    const uint4 start = from[i];  // x, y, c, s, of two candidates each
    const std::uint32_t c = start.z, s = start.w, minus = start.w ^ 0x8000'8000U;
    std::uint32_t x = start.x, y = start.y;
    const auto step = [&] {
      const std::uint32_t next = Packed::add(Packed::mul(c, x), Packed::mul(minus, y));
      y = Packed::add(Packed::mul(s, x), Packed::mul(c, y));
      x = next;
    };
    std::uint64_t t = 0;
    for (; t + 16 <= steps; t += 16) {
#pragma unroll
      for (int j = 0; j < 16; ++j) step();
    }
    for (; t < steps; ++t) step();
    to[i] = {x, y};
  }
}

template <Kind kind>
__global__ void __launch_bounds__(kThreads)
    turn_floats(const float4* from, float2* to, std::uint64_t count, std::uint64_t steps,
                const __grid_constant__ Constants<float> format) {
  const OrbitStep<kind, float> step{format};
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; i < count;
       i += threads) {
    const float4 start = from[i];
    float x = start.x, y = start.y;
    for (std::uint64_t t = 0; t < steps; ++t) step.turn(start.z, start.w, x, y);
    to[i] = {x, y};
  }
}

constexpr unsigned kResident = 2048 / kThreads;  // blocks of a multiprocessor

/// Of these candidates: `ends` are theirs, [candidates, 2].
void ends_packed(const OrbitFamily& family, std::span<const OrbitCandidate> chosen,
                 const OrbitRotation& rotation, std::uint64_t steps, bool bf16,
                 std::span<double> ends, double& seconds) {
  const std::size_t candidates = chosen.size(), pairs = (candidates + 1) / 2;
  std::vector<uint4> from(pairs, uint4{0, 0, 0, 0});
  for (std::size_t i = 0; i < candidates; ++i) {
    const OrbitCandidate& candidate = chosen[i];
    const auto& [c, s] = rotation.constants[candidate.constants];
    if (std::isnan(c) || std::isnan(s)) continue;
    const unsigned shift = i % 2 * 16;
    const auto code = [&](double x) {
      return static_cast<std::uint32_t>(encode(family.format, x)) << shift;
    };
    uint4& start = from[i / 2];
    start.x |= code(candidate.x);
    start.y |= code(candidate.y);
    start.z |= code(c);
    start.w |= code(s);
  }
  const DeviceArray<uint4> device_from(from);
  const DeviceArray<uint2> device_to(pairs);
  const unsigned blocks = blocks_for(pairs, kResident);
  Stopwatch watch;
  if (bf16) {
    turn_packed<PackedBf16><<<blocks, kThreads>>>(device_from.get(), device_to.get(), pairs, steps);
  } else {
    turn_packed<PackedFp16><<<blocks, kThreads>>>(device_from.get(), device_to.get(), pairs, steps);
  }
  seconds = watch.seconds();
  ended("orbits that end");
  const std::vector<uint2> to = device_to.read();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::fill(ends.begin(), ends.end(), none);
  for (std::size_t i = 0; i < candidates; ++i) {
    const auto& [c, s] = rotation.constants[chosen[i].constants];
    if (std::isnan(c) || std::isnan(s)) continue;
    const std::uint32_t codes[2] = {to[i / 2].x, to[i / 2].y};
    for (std::size_t e = 0; e < 2; ++e) {
      const double x = decode(family.format, codes[e] >> (i % 2 * 16) & 0xffff);
      ends[2 * i + e] = x == x ? x : none;
    }
  }
}

void ends_in_floats(const OrbitFamily& family, std::span<const OrbitCandidate> chosen,
                    const OrbitRotation& rotation, std::uint64_t steps, std::span<double> ends,
                    double& seconds) {
  const std::size_t candidates = chosen.size();
  constexpr float missing = std::numeric_limits<float>::quiet_NaN();
  std::vector<float4> from;
  for (const OrbitCandidate& candidate : chosen) {
    const float2 pair = device_constants(rotation.constants[candidate.constants]);
    const bool absent = pair.x != pair.x;
    from.push_back({absent ? missing : static_cast<float>(candidate.x),
                    absent ? missing : static_cast<float>(candidate.y), pair.x, pair.y});
  }
  const DeviceArray<float4> device_from(from);
  const DeviceArray<float2> device_to(candidates);
  const unsigned blocks = blocks_for(candidates, kResident);
  const Constants<float> format = orbit_constants(family.format);
  Stopwatch watch;
  if (format.kind == Kind::cut) {
    turn_floats<Kind::cut>
        <<<blocks, kThreads>>>(device_from.get(), device_to.get(), candidates, steps, format);
  } else if (format.kind == Kind::plain) {
    turn_floats<Kind::plain>
        <<<blocks, kThreads>>>(device_from.get(), device_to.get(), candidates, steps, format);
  } else {
    turn_floats<Kind::native>
        <<<blocks, kThreads>>>(device_from.get(), device_to.get(), candidates, steps, format);
  }
  seconds = watch.seconds();
  ended("orbits that end");
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const std::vector<float2> to = device_to.read();
  for (std::size_t i = 0; i < candidates; ++i) {
    ends[2 * i] = to[i].x == to[i].x ? double{to[i].x} : none;
    ends[2 * i + 1] = to[i].y == to[i].y ? double{to[i].y} : none;
  }
}

}  // namespace

std::vector<OrbitResult> orbits_cuda(const OrbitFamily& family,
                                     const std::vector<OrbitRotation>& rotations,
                                     const std::vector<int>& devices) {
  std::vector<OrbitResult> results(rotations.size());
  if (family.candidates.empty() || rotations.empty()) return results;
  std::vector<Piece> pieces = pieces_of(rotations.size(), family.candidates.size(), devices.size());
  std::atomic<std::size_t> next = 0;
  on_devices(devices, devices_for(devices.size(), pieces.size(), 1), [&](std::size_t) {
    const DeviceArray<DeviceCandidate> candidates(candidates_of(family));
    for (std::size_t i = next++; i < pieces.size(); i = next++) {
      search_piece(family, rotations, candidates, pieces[i]);
    }
  });
  for (const Piece& piece : pieces) {
    for (std::size_t r = 0; r < piece.results.size(); ++r) {
      results[piece.rotations.begin + r].merge(piece.results[r]);
    }
  }
  return results;
}

std::vector<double> orbit_ends_cuda(const OrbitFamily& family, const OrbitRotation& rotation,
                                    std::uint64_t steps, const std::vector<int>& devices,
                                    double* seconds) {
  if (family.candidates.empty()) return {};
  static const FormatSpec bf16 = named_format("bf16"), fp16 = named_format("fp16");
  const bool is_packed = family.format == bf16 || family.format == fp16;
  const std::size_t count = family.candidates.size(), used = devices_for(devices.size(), count, 1);
  std::vector<double> ends(2 * count), times(used);
  on_devices(devices, used, [&](std::size_t i) {
    const DeviceShare share = device_share(count, used, i);
    const auto chosen = std::span(family.candidates).subspan(share.begin, share.size());
    const auto ours = std::span(ends).subspan(2 * share.begin, 2 * share.size());
    if (is_packed) {
      ends_packed(family, chosen, rotation, steps, family.format == bf16, ours, times[i]);
    } else {
      ends_in_floats(family, chosen, rotation, steps, ours, times[i]);
    }
  });
  if (seconds != nullptr) *seconds = *std::max_element(times.begin(), times.end());
  return ends;
}

}  // namespace statewright::kernels
