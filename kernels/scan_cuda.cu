// scan on a GPU. The word is cut into blocks, a region being some of them. What blocks of 8 to 14
// bits do to the states is looked up in shared memory; lanes' transformations are joined by a tree
// of shuffles, blocks by the warp in their order, regions on the host. What is shorter than a block
// at the word's end the host walks.
//
// Letters that commute are only summed. More states than registers hold: numbers of a monoid's
// elements in the place of images; or a warp for each region and 256 states, which all read the
// same letters.

#include <algorithm>

#include "core/error.hpp"
#include "kernels/cuda_support.cuh"
#include "kernels/scan_generated.hpp"
#include "kernels/scan_parts.hpp"
#include "kernels/scan_regions.cuh"

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kMostRegions = std::uint64_t{1} << 20U;
constexpr std::uint32_t kWalkStates = 65536;
constexpr unsigned kElementRoom = kMostShared - stages_bytes(kWarps, kLaneBytes);  // their table's
constexpr std::uint32_t kElementsInBytes = kElementRoom / 512;  // of so many, by blocks of 8 bits

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
    if (prepare_sums()) return;
    if (machine.width > 16) {
      if (!prepare_elements(4096)) prepare_walk();
    } else if (!elements_are_faster() || !prepare_elements(kElementsInBytes)) {
      prepare_maps();
    }
  }

  ScanPlan plan() const override {
    if (form_ == ScanForm::sums) {
      return {form_, 8, static_cast<std::uint32_t>(sums_.generators.size())};
    }
    if (form_ == ScanForm::maps) return {form_, map_bits_, 4 * registers_};
    if (form_ == ScanForm::elements) return {form_, elements_.bits, elements_.count};
    return {form_, walk_.bits, walk_.width};
  }

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
    if (form_ == ScanForm::maps && map_bits_ != 8) division.block_bytes = 32 * 8 * map_bits_;
    division.blocks = word.length / (division.block_bytes * per_byte);
    const bool fine = task.counts || !task.positions.empty();
    divide(division, fine);
    const std::vector<std::uint32_t> starts = begin_of(division, task.start, fine);

    ScanFound found;
    if (task.counts) count(division, starts, found);
    const std::uint64_t region = division.bytes() * per_byte;
    const std::uint64_t on_device = division.blocks * division.block_bytes * per_byte;
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
  bool prepare_sums() {
    std::optional<ScanSums> sums = scan_sums(machine_);
    if (!sums) return false;
    form_ = ScanForm::sums;
    sums_ = std::move(*sums);
    of_byte_ = DeviceArray<std::uint32_t>(sums_.of_byte);
    std::copy(sums_.shift.begin(), sums_.shift.end(), fields_.shift);
    std::copy(sums_.mask.begin(), sums_.mask.end(), fields_.mask);
    return true;
  }

  /// Up to 8 states: two of the instructions that bound it for each 8 bits. Up to 12 or 16: six or
  /// eight of them, for as many bits as whole letters have in 14.
  void prepare_maps() {
    form_ = ScanForm::maps;
    registers_ = (machine_.width + 3) / 4;
    map_bits_ = map_bits();
    selectors_ = DeviceArray<std::uint32_t>(selectors());
  }

  unsigned map_bits() const {
    if (machine_.width <= 8 || machine_.bits == 8) return 8;
    return machine_.bits == 4 ? 12 : 14;
  }

  /// Whether elements, if they are few, are read faster than images. Measured on an H200, TB/s:
  /// elements 1.8 to 2.0; images of up to 8 states 3.5 to 4; of up to 12 and 16 states, by blocks
  /// of 14 bits, 2.0 and 1.7, by 12 bits 1.8 and 1.5, by 8 bits 1.4 and 1.1.
  bool elements_are_faster() const {
    return machine_.width > 12 || (machine_.width > 8 && map_bits() < 14);
  }

  std::vector<std::uint32_t> selectors() const {
    const std::vector<std::uint32_t> maps = block_maps<std::uint32_t>(machine_, map_bits_, 16);
    const std::size_t numbers = registers_ > 2 ? 2 : 1;
    std::vector<std::uint32_t> result(numbers << map_bits_);
    for (std::size_t block = 0; block < result.size() / numbers; ++block) {
      // Beyond the images that are kept the selectors do not matter.
      for (std::uint32_t state = 0; state < registers_ * 4; ++state) {
        const std::uint32_t place = place_of_state(static_cast<int>(registers_), state);
        result[block * numbers + place / 8] |= maps[block * 16 + state] << (place % 8 * 4);
      }
    }
    return result;
  }

  bool prepare_elements(std::uint32_t most) {
    constexpr unsigned room = kElementRoom;
    std::optional<ScanMonoid> monoid =
        scan_monoid(machine_, std::min<std::uint32_t>(most, room / 2 >> machine_.bits));
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

  void divide(Division& division, bool fine) const {
    // As many regions for each warp, or the last ones leave processors without work.
    const unsigned warps = form_ == ScanForm::maps ? map_warps(map_bits_) : kWarps;
    std::uint64_t most = std::uint64_t{multiprocessors_} * warps * 4;
    if (form_ == ScanForm::sums) most = std::uint64_t{multiprocessors_} * 128;
    if (fine) most = kMostRegions;
    if (form_ == ScanForm::walk) {
      const std::uint64_t groups = (machine_.width + kWalkTogether - 1) / kWalkTogether;
      most = std::max<std::uint64_t>(1, std::uint64_t{multiprocessors_} * kWalkWarps * 4 / groups);
    }
    division.per_region = std::max<std::uint64_t>(1, (division.blocks + most - 1) / most);
    division.regions = (division.blocks + division.per_region - 1) / division.per_region;
  }

  /// The states before each region and after the last; of sums only these two unless `fine`.
  std::vector<std::uint32_t> begin_of(const Division& division, std::uint32_t start,
                                      bool fine) const {
    std::vector<std::uint32_t> starts = {start};
    if (division.regions == 0) return starts;
    if (form_ == ScanForm::sums) {
      sum(division, fine, starts);
    } else if (form_ == ScanForm::maps) {
      if (registers_ == 1) map<1, 8>(division, starts);
      if (registers_ == 2) map<2, 8>(division, starts);
      if (registers_ == 3) map_long<3>(division, starts);
      if (registers_ == 4) map_long<4>(division, starts);
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

  void sum(const Division& division, bool fine, std::vector<std::uint32_t>& starts) const {
    const std::size_t count = sums_.generators.size();
    const DeviceArray<std::uint64_t> totals(division.regions * count);
    const auto blocks = static_cast<unsigned>((division.regions + kWarps - 1) / kWarps);
    const auto start = [&](auto kernel) {
      kernel<<<blocks, kWarps * 32>>>(division, fields_, of_byte_.get(), totals.get());
      check_kernel();
    };
    if (count == 1) start(sum_regions<1>);
    if (count == 2) start(sum_regions<2>);
    if (count == 3) start(sum_regions<3>);
    if (count == 4) start(sum_regions<4>);
    const std::vector<std::uint64_t> read = totals.read();
    if (!fine) {
      std::uint64_t all[kMostSums] = {};
      for (std::size_t i = 0; i < read.size(); ++i) all[i % count] += read[i];
      starts.push_back(sums_.after(starts.back(), all));
      return;
    }
    for (std::uint64_t r = 0; r < division.regions; ++r) {
      starts.push_back(sums_.after(starts.back(), read.data() + r * count));
    }
  }

  template <int R>
  void map_long(const Division& division, std::vector<std::uint32_t>& starts) const {
    if (map_bits_ == 8) map<R, 8>(division, starts);
    if (map_bits_ == 12) map<R, 12>(division, starts);
    if (map_bits_ == 14) map<R, 14>(division, starts);
  }

  template <int R, unsigned Bits>
  void map(const Division& division, std::vector<std::uint32_t>& starts) const {
    using Shape = MapShape<R, Bits>;
    check_cuda(
        cudaFuncSetAttribute(map_regions<R, Bits>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(Shape::shared_bytes)),
        "shared memory");
    const DeviceArray<std::uint32_t> maps(division.regions * R);
    map_regions<R, Bits>
        <<<grid(division.regions, Shape::warps), Shape::warps * 32, Shape::shared_bytes>>>(
            division, Factors(), selectors_.get(), maps.get());
    check_kernel();
    const std::vector<std::uint32_t> images = maps.read();
    for (std::uint64_t r = 0; r < division.regions; ++r) {
      const std::uint32_t place = place_of_state(R, starts.back());
      starts.push_back(images[r * R + place / 4] >> (place % 4 * 8) & 255);
    }
  }

  void multiply(const Division& division, std::vector<std::uint32_t>& starts) const {
    const unsigned table_bytes = element_table_bytes(elements_.count, elements_.bits);
    const unsigned bytes = table_bytes + stages_bytes(kWarps, kLaneBytes);
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
  ScanSums sums_;
  SumFields fields_;
  DeviceArray<std::uint32_t> of_byte_;
  unsigned registers_ = 0, map_bits_ = 8;
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
