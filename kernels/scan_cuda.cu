// scan on a GPU. The word is cut into blocks of 4 KiB, a region being some of them. A warp takes a
// block at a time, each lane 128 bytes of it, which are copied to shared memory while the block
// before is worked on. Bytes are looked up in a table of what they do to the states, 32 copies of
// it so that no two lanes want the same bank. The lanes' transformations are joined by a tree of
// shuffles, blocks by the warp in their order, regions on the host. What is shorter than a block at
// the word's end the host walks.
//
// More states than registers hold: numbers of a monoid's elements in the place of images; or a warp
// for each region and 256 states, which all read the same letters.
//
// Measured on an H200: lanes of 64 bytes spend more on the tree, blocks whose lanes come in several
// pieces read memory at half its speed; 16 warps with two blocks each suffice to hide it.

#include <algorithm>
#include <cuda_pipeline.h>

#include "core/error.hpp"
#include "kernels/cuda_support.cuh"
#include "kernels/scan_generated.hpp"
#include "kernels/scan_maps.cuh"
#include "kernels/scan_parts.hpp"

namespace statewright::kernels {
namespace {

constexpr unsigned kWarps = 16, kStages = 2;  // of a group of threads; blocks held, one in flight
constexpr unsigned kLaneBytes = 128, kBlockBytes = 32 * kLaneBytes;
constexpr unsigned kRow = kLaneBytes + 16;  // between lanes' bytes in shared memory: no bank twice
constexpr unsigned kStageBytes = 32 * kRow;
constexpr unsigned kCopiesBytes = 256 * 128;  // of the table of Images
constexpr unsigned kMostShared = 227 * 1024;
constexpr std::uint64_t kMostRegions = std::uint64_t{1} << 20U;
constexpr std::uint32_t kWalkStates = 65536, kWalkTogether = 256;
constexpr unsigned kWalkWarps = 32;

/// A word's whole blocks, and how they are divided.
struct Division {
  const std::uint8_t* word = nullptr;
  std::uint64_t blocks = 0;
  std::uint64_t per_region = 1;
  std::uint64_t regions = 0;

  __host__ __device__ std::uint64_t bytes() const { return per_region * kBlockBytes; }
};

/// Copies a block, 16 bytes a lane and time.
__device__ __forceinline__ void fetch(const std::uint8_t* block, std::uint8_t* stage) {
  const unsigned lane = threadIdx.x % 32;
#pragma unroll
  for (unsigned k = 0; k < kBlockBytes / 512; ++k) {
    const unsigned place = k * 512 + lane * 16;
    __pipeline_memcpy_async(stage + place / kLaneBytes * kRow + place % kLaneBytes, block + place,
                            16);
  }
}

/// visit(this lane's bytes in shared memory) for the blocks first, .., last - 1 in order.
template <class Visit>
__device__ __forceinline__ void for_blocks(const std::uint8_t* word, std::uint64_t first,
                                           std::uint64_t last, std::uint8_t* stages,
                                           const Visit& visit) {
  const auto start = [&](std::uint64_t block) {
    if (block < last) fetch(word + block * kBlockBytes, stages + block % kStages * kStageBytes);
    __pipeline_commit();
  };
  for (unsigned i = 0; i + 1 < kStages; ++i) start(first + i);
  for (std::uint64_t block = first; block < last; ++block) {
    start(block + kStages - 1);
    __pipeline_wait_prior(kStages - 1);
    __syncwarp();
    visit(reinterpret_cast<const uint4*>(stages + block % kStages * kStageBytes +
                                         threadIdx.x % 32 * kRow));
    __syncwarp();
  }
}

// --- images -------------------------------------------------------------------------------------

/// `table`: selectors of all bytes, [256, kNumbers]; `maps`: [regions, R].
template <int R>
__global__ void __launch_bounds__(kWarps * 32, 1)
    map_regions(Division division, Factors factors, const std::uint32_t* table,
                std::uint32_t* maps) {
  extern __shared__ __align__(16) std::uint8_t shared[];
  using Selectors = typename Images<R>::Selectors;
  constexpr unsigned numbers = Images<R>::kNumbers, copies = 32 / numbers;
  for (unsigned i = threadIdx.x; i < 256 * 32; i += kWarps * 32) {
    reinterpret_cast<std::uint32_t*>(shared)[i] = table[i / 32 * numbers + i % numbers];
  }
  __syncthreads();
  const unsigned lane = threadIdx.x % 32;
  const unsigned lane_place = lane % copies * numbers * 4;
  std::uint8_t* stages = shared + kCopiesBytes + threadIdx.x / 32 * kStages * kStageBytes;

  const auto take = [&](Images<R>& after, std::uint32_t bytes, std::uint32_t entry) {
    const std::uint32_t place = __dp4a(bytes, entry, lane_place);
    Selectors g;
    if constexpr (R == 4) {
      const uint4 four = *reinterpret_cast<const uint4*>(shared + place);
      g = {{four.x, four.y, four.z, four.w}};
    } else {
      g.number[0] = *reinterpret_cast<const std::uint32_t*>(shared + place);
    }
    after.after(g, factors);
  };
  const auto take_four = [&](Images<R>& after, std::uint32_t bytes) {
    // One byte times the size of an entry's copies, by the instruction for products of bytes.
    take(after, bytes, 128U << 24U);
    take(after, bytes, 128U << 16U);
    take(after, bytes, 128U << 8U);
    take(after, bytes, 128U);
  };

  const std::uint64_t warps = std::uint64_t{gridDim.x} * kWarps;
  for (std::uint64_t region = std::uint64_t{blockIdx.x} * kWarps + threadIdx.x / 32;
       region < division.regions; region += warps) {
    const std::uint64_t first = region * division.per_region;
    const std::uint64_t last = min(first + division.per_region, division.blocks);
    Images<R> all;
    all.set_identity();
    for_blocks(division.word, first, last, stages, [&](const uint4* ours) {
      Images<R> after;
      after.set_identity();
#pragma unroll
      for (int i = kLaneBytes / 16 - 1; i >= 0; --i) {
        const uint4 bytes = ours[i];
        take_four(after, bytes.w);
        take_four(after, bytes.z);
        take_four(after, bytes.y);
        take_four(after, bytes.x);
      }
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

unsigned element_table_bytes(std::uint64_t count, unsigned bits) {
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
  std::uint8_t* stages = shared + table_bytes + threadIdx.x / 32 * kStages * kStageBytes;
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
    for_blocks(division.word, first, last, stages, [&](const uint4* ours) {
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

// --- the second pass ----------------------------------------------------------------------------

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
        reinterpret_cast<const std::uint32_t*>(division.word + first * kBlockBytes);
    const std::uint64_t letters = (last - first) * kBlockBytes * 8 / table.bits;
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

// --- words --------------------------------------------------------------------------------------

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

struct DeviceWord final : PlacedWord::Storage {
  DeviceArray<std::uint32_t> packed;

  std::vector<std::uint32_t> read(std::uint64_t begin, std::uint64_t count) const override {
    std::vector<std::uint32_t> result(numbers_of(count, bits));
    if (result.empty()) return result;
    check_cuda(cudaMemcpy(result.data(), packed.get() + begin / (32 / bits), result.size() * 4,
                          cudaMemcpyDeviceToHost),
               "a copy from the device");
    return result;
  }
};

void check_kernel() { check_cuda(cudaGetLastError(), "a kernel that starts"); }

// --- the backend --------------------------------------------------------------------------------

class ScanCuda final : public ScanBackend {
 public:
  explicit ScanCuda(const PatternMachine& machine) : machine_(machine) {
    multiprocessors_ = static_cast<unsigned>(properties_of_device().multiProcessorCount);
    next_ = DeviceArray<std::uint32_t>(machine.next);
    output_ = DeviceArray<std::uint32_t>(machine.output);
    if (machine.width <= 16) {
      form_ = ScanForm::maps;
      registers_ = machine.width <= 4 ? 1 : machine.width <= 8 ? 2 : 4;
      selectors_ = DeviceArray<std::uint32_t>(selectors());
    } else if (!prepare_elements()) {
      prepare_walk();
    }
  }

  ScanForm form() const override { return form_; }

  std::unique_ptr<PlacedWord::Storage> place(std::span<const std::uint32_t> packed,
                                             std::uint64_t) const override {
    auto word = std::make_unique<DeviceWord>();
    word->packed = DeviceArray<std::uint32_t>(packed.size());
    if (!packed.empty()) {
      check_cuda(cudaMemcpy(word->packed.get(), packed.data(), packed.size_bytes(),
                            cudaMemcpyHostToDevice),
                 "a copy to the device");
    }
    return word;
  }

  std::unique_ptr<PlacedWord::Storage> generate(const LongWord& word, std::uint64_t begin,
                                                std::uint64_t length, unsigned) const override {
    auto made = std::make_unique<DeviceWord>();
    made->packed = DeviceArray<std::uint32_t>(numbers_of(length, machine_.bits));
    fill<<<multiprocessors_ * 16, 128>>>(
        word_keys(word.seed, word.number), machine_.letters, machine_.bits,
        begin / (2 * letters_in_half(machine_.letters)), length,
        packed_together(machine_.letters, machine_.bits), made->packed.get());
    check_kernel();
    return made;
  }

  ScanFound run(const PlacedWord::Storage& storage, const ScanTask& task) const override {
    const auto& word = static_cast<const DeviceWord&>(storage);
    const std::uint64_t per_byte = 8 / machine_.bits;
    Division division;
    division.word = reinterpret_cast<const std::uint8_t*>(word.packed.get());
    division.blocks = word.length / (kBlockBytes * per_byte);
    const bool fine = task.counts || !task.positions.empty();
    const std::uint64_t most = fine ? kMostRegions : std::uint64_t{multiprocessors_} * kWarps * 4;
    divide(division, most);
    const std::vector<std::uint32_t> starts = begin_of(division, task.start);

    ScanFound found;
    if (task.counts) count(division, starts, found);
    const std::uint64_t region = division.bytes() * per_byte;
    const std::uint64_t on_device = division.blocks * kBlockBytes * per_byte;
    std::size_t inside = 0;
    while (inside < task.positions.size() && task.positions[inside] < on_device) ++inside;
    find_states(word, task.positions.first(inside), region, starts, found);

    // The rest of the word.
    const std::vector<std::uint32_t> rest = word.read(on_device, word.length - on_device);
    std::uint32_t q = starts.back();
    for (std::uint64_t t = on_device;; ++t) {
      for (; inside < task.positions.size() && task.positions[inside] == t; ++inside) {
        found.states.push_back(q);
      }
      if (t == word.length) break;
      const std::uint32_t letter = letter_of(rest.data(), machine_.bits, t - on_device);
      q = machine_.next[std::size_t{letter} * machine_.width + q];
      if (task.counts) ++found.counts[machine_.output[q]];
    }
    found.state = q;
    return found;
  }

 private:
  std::vector<std::uint32_t> selectors() const {
    const std::vector<std::uint32_t> maps = block_maps<std::uint32_t>(machine_, 8, 16);
    std::vector<std::uint32_t> result;
    const std::uint32_t numbers = registers_ == 4 ? 2 : 1;
    for (std::size_t block = 0; block < 256; ++block) {
      for (std::uint32_t n = 0; n < numbers; ++n) {
        std::uint32_t eight = 0;
        for (std::uint32_t i = 0; i < 8; ++i) {
          // Beyond the images that are kept the selectors do not matter, but must select.
          const std::uint32_t state = n * 8 + i;
          if (state < registers_ * 4) eight |= maps[block * 16 + state] << (4 * i);
        }
        result.push_back(eight);
      }
      for (std::uint32_t n = 0; registers_ == 4 && n < numbers; ++n) {
        result.push_back(result[block * 4 + n] ^ 0x8888'8888);
      }
    }
    return result;
  }

  bool prepare_elements() {
    constexpr unsigned room = kMostShared - kWarps * kStages * kStageBytes;
    std::optional<ScanMonoid> monoid =
        scan_monoid(machine_, std::min<std::uint32_t>(4096, room / 2 >> machine_.bits));
    if (!monoid) return false;
    form_ = ScanForm::elements;
    elements_.bits = 8;
    while (element_table_bytes(monoid->count, elements_.bits) > room) elements_.bits /= 2;
    elements_.count = monoid->count;
    times_ =
        DeviceArray<std::uint16_t>(block_times<std::uint16_t>(*monoid, machine_, elements_.bits));
    elements_.times = times_.get();
    product_ = DeviceArray<std::uint16_t>(products(*monoid));
    elements_.product = product_.get();
    images_ = std::move(monoid->images);
    return true;
  }

  /// The product of every two elements, the second as the letters that it was first found by.
  std::vector<std::uint16_t> products(const ScanMonoid& monoid) const {
    const std::size_t count = monoid.count;
    std::vector<std::uint16_t> product(count * count);
    std::vector<std::uint32_t> before(count), letter(count);
    std::vector<bool> known(count);
    known[0] = true;
    for (std::size_t e = 0; e < count; ++e) {
      for (std::uint32_t a = 0; a < machine_.patterns(); ++a) {
        const std::uint32_t to = monoid.times[e * machine_.patterns() + a];
        if (known[to]) continue;
        known[to] = true;
        before[to] = static_cast<std::uint32_t>(e);
        letter[to] = a;
      }
    }
    for (std::size_t e = 0; e < count; ++e) {
      product[e * count] = static_cast<std::uint16_t>(e);
      for (std::size_t f = 1; f < count; ++f) {  // breadth first: before[f] < f
        const std::uint32_t shorter = product[e * count + before[f]];
        product[e * count + f] = static_cast<std::uint16_t>(
            monoid.times[std::size_t{shorter} * machine_.patterns() + letter[f]]);
      }
    }
    return product;
  }

  void prepare_walk() {
    if (machine_.width > kWalkStates) {
      throw core::Error({core::Fault::limit, "machine",
                         "at most " + std::to_string(kWalkStates) + " states, or a monoid of at " +
                             "most 4096 elements, on a GPU",
                         std::to_string(machine_.width) + " states",
                         "take the backend cpu, which walks"});
    }
    form_ = ScanForm::walk;
    walk_.width = machine_.width;
    walk_.bits = machine_.width <= 4096 ? 8 : machine_.bits;
    const auto maps = block_maps<std::uint32_t>(machine_, walk_.bits, machine_.width);
    walk_next_ = DeviceArray<std::uint16_t>(std::vector<std::uint16_t>(maps.begin(), maps.end()));
    walk_.next = walk_next_.get();
  }

  void divide(Division& division, std::uint64_t most) const {
    if (form_ == ScanForm::walk) {
      const std::uint64_t groups = (machine_.width + kWalkTogether - 1) / kWalkTogether;
      most = std::max<std::uint64_t>(1, std::uint64_t{multiprocessors_} * kWalkWarps * 4 / groups);
    }
    division.per_region = std::max<std::uint64_t>(1, (division.blocks + most - 1) / most);
    division.regions = (division.blocks + division.per_region - 1) / division.per_region;
  }

  /// The states before each region and after the last.
  std::vector<std::uint32_t> begin_of(const Division& division, std::uint32_t start) const {
    std::vector<std::uint32_t> starts = {start};
    if (division.regions == 0) return starts;
    if (form_ == ScanForm::maps) {
      if (registers_ == 1) map<1>(division, starts);
      if (registers_ == 2) map<2>(division, starts);
      if (registers_ == 4) map<4>(division, starts);
    } else if (form_ == ScanForm::elements) {
      multiply(division, starts);
    } else {
      walk(division, starts);
    }
    return starts;
  }

  unsigned grid(std::uint64_t warps_wanted, unsigned warps) const {
    return static_cast<unsigned>(
        std::min<std::uint64_t>((warps_wanted + warps - 1) / warps, multiprocessors_));
  }

  template <int R>
  void map(const Division& division, std::vector<std::uint32_t>& starts) const {
    constexpr unsigned bytes = kCopiesBytes + kWarps * kStages * kStageBytes;
    check_cuda(
        cudaFuncSetAttribute(map_regions<R>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes),
        "shared memory");
    const DeviceArray<std::uint32_t> maps(division.regions * R);
    map_regions<R><<<grid(division.regions, kWarps), kWarps * 32, bytes>>>(
        division, Factors(), selectors_.get(), maps.get());
    check_kernel();
    const std::vector<std::uint32_t> images = maps.read();
    for (std::uint64_t r = 0; r < division.regions; ++r) {
      const std::uint32_t q = starts.back();
      starts.push_back(images[r * R + q / 4] >> (q % 4 * 8) & 255);
    }
  }

  void multiply(const Division& division, std::vector<std::uint32_t>& starts) const {
    const unsigned table_bytes = element_table_bytes(elements_.count, elements_.bits);
    const unsigned bytes = table_bytes + kWarps * kStages * kStageBytes;
    check_cuda(cudaFuncSetAttribute(multiply_regions, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(bytes)),
               "shared memory");
    const DeviceArray<std::uint32_t> elements(division.regions);
    multiply_regions<<<grid(division.regions, kWarps), kWarps * 32, bytes>>>(
        division, elements_, table_bytes, elements.get());
    check_kernel();
    for (const std::uint32_t element : elements.read()) {
      starts.push_back(images_[std::size_t{element} * machine_.width + starts.back()]);
    }
  }

  void walk(const Division& division, std::vector<std::uint32_t>& starts) const {
    const std::uint64_t table_bytes = (std::uint64_t{walk_.width} << walk_.bits) * 2;
    const unsigned bytes = table_bytes <= kMostShared ? static_cast<unsigned>(table_bytes) : 0;
    check_cuda(cudaFuncSetAttribute(walk_regions, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(bytes)),
               "shared memory");
    const std::uint64_t groups = (walk_.width + kWalkTogether - 1) / kWalkTogether;
    const DeviceArray<std::uint16_t> maps(division.regions * walk_.width);
    walk_regions<<<grid(division.regions * groups, kWalkWarps), kWalkWarps * 32, bytes>>>(
        division, walk_, bytes, maps.get());
    check_kernel();
    const std::vector<std::uint16_t> images = maps.read();
    for (std::uint64_t r = 0; r < division.regions; ++r) {
      starts.push_back(images[r * walk_.width + starts.back()]);
    }
  }

  LetterTable letters() const { return {machine_.bits, machine_.width, next_.get()}; }

  void find_states(const DeviceWord& word, std::span<const std::uint64_t> positions,
                   std::uint64_t region, const std::vector<std::uint32_t>& starts,
                   ScanFound& found) const {
    if (positions.empty()) return;
    std::vector<Walk> walks;
    for (const std::uint64_t t : positions) {
      walks.push_back({t / region * region / (32 / machine_.bits), t % region, starts[t / region]});
    }
    const DeviceArray<Walk> on_device(walks);
    walk_to<<<static_cast<unsigned>((walks.size() + 31) / 32), 32>>>(word.packed.get(), letters(),
                                                                     walks.size(), on_device.get());
    check_kernel();
    for (const Walk& walk : on_device.read()) found.states.push_back(walk.state);
  }

  void count(const Division& division, const std::vector<std::uint32_t>& starts,
             ScanFound& found) const {
    found.counts.resize(machine_.labels);
    if (division.regions == 0) return;
    const DeviceArray<unsigned long long> counts(std::vector<unsigned long long>(machine_.labels));
    const DeviceArray<std::uint32_t> states(starts);
    const bool own = machine_.labels <= 96;
    const unsigned bytes = own ? machine_.labels * kCountThreads * 4 : 0;
    check_cuda(cudaFuncSetAttribute(count_labels, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(bytes)),
               "shared memory");
    count_labels<<<static_cast<unsigned>((division.regions + kCountThreads - 1) / kCountThreads),
                   kCountThreads, bytes>>>(division, letters(), states.get(), output_.get(),
                                           machine_.labels, own, counts.get());
    check_kernel();
    const std::vector<unsigned long long> read = counts.read();
    std::copy(read.begin(), read.end(), found.counts.begin());
  }

  PatternMachine machine_;
  unsigned multiprocessors_ = 1;
  ScanForm form_ = ScanForm::maps;
  DeviceArray<std::uint32_t> next_, output_;
  unsigned registers_ = 0;
  DeviceArray<std::uint32_t> selectors_;
  ElementTables elements_;
  DeviceArray<std::uint16_t> times_, product_;
  std::vector<std::uint32_t> images_;
  WalkTable walk_;
  DeviceArray<std::uint16_t> walk_next_;
};

}  // namespace

std::unique_ptr<ScanBackend> make_scan_cuda(const PatternMachine& machine) {
  return std::make_unique<ScanCuda>(machine);
}

}  // namespace statewright::kernels
