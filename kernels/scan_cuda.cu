// scan on a GPU. The word is cut into blocks, a region being some of them. What blocks of 8 to 14
// bits do to the states is looked up in shared memory; lanes' transformations are joined by a tree
// of shuffles, blocks by the warp in their order, regions on the host. What is shorter than a block
// at the end the host walks. Several GPUs have a share of the word each (scan_divided.hpp).
//
// Letters that commute are only summed. More states than registers hold: numbers of a monoid's
// elements in the place of images; or a warp for each region and 256 states, which all read the
// same letters.

#include <algorithm>

#include "core/error.hpp"
#include "kernels/devices.cuh"
#include "kernels/scan_divided.hpp"
#include "kernels/scan_regions.cuh"
#include "kernels/scan_second.cuh"

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kMostRegions = std::uint64_t{1} << 20U;
constexpr std::uint32_t kWalkStates = 65536;
constexpr unsigned kElementRoom = kMostShared - stages_bytes(kWarps, kLaneBytes);  // their table's
constexpr std::uint32_t kElementsInBytes = kElementRoom / 512;  // of so many, by blocks of 8 bits

// --- words --------------------------------------------------------------------------------------

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

// --- a device -------------------------------------------------------------------------------

/// What each region of a share does to the states, as the form has it.
struct RegionMaps {
  std::vector<std::uint64_t> totals;   // sums: [regions, generators]
  std::vector<std::uint32_t> numbers;  // maps: [regions, registers]; elements: [regions]
  std::vector<std::uint16_t> images;   // walk: [regions, width]
};

class ScanCuda final : public ScanReader {
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
                                                std::uint64_t length) const override {
    auto made = std::make_unique<DeviceWord>();
    made->packed = DeviceArray<std::uint32_t>(numbers_of(length, machine_.bits));
    fill<<<multiprocessors_ * 16, 128>>>(
        word_keys(word.seed, word.number), machine_.letters, machine_.bits,
        begin / (2 * letters_in_half(machine_.letters)), length,
        packed_together(machine_.letters, machine_.bits), made->packed.get());
    check_kernel();
    return made;
  }

  std::unique_ptr<ScanShare> read(const PlacedWord::Storage& storage, bool fine) const override {
    const auto& word = static_cast<const DeviceWord&>(storage);
    const std::uint64_t per_byte = 8 / machine_.bits;
    Division division;
    division.word = reinterpret_cast<const std::uint8_t*>(word.packed.get());
    if (form_ == ScanForm::maps && map_bits_ != 8) division.block_bytes = 32 * 8 * map_bits_;
    division.blocks = word.length / (division.block_bytes * per_byte);
    divide(division, fine);
    auto share = std::make_unique<Share>(*this, word, division, fine);
    if (division.regions != 0) share->maps = maps_of(division);
    share->on_device = division.blocks * division.block_bytes * per_byte;
    share->rest = word.read(share->on_device, word.length - share->on_device);
    return share;
  }

 private:
  /// A share that has been read once.
  struct Share final : ScanShare {
    const ScanCuda& scan;
    const DeviceWord& word;
    Division division;
    bool fine;
    RegionMaps maps;
    std::uint64_t on_device = 0;      // letters of whole blocks
    std::vector<std::uint32_t> rest;  // what follows them, packed
    std::vector<std::uint32_t> starts;

    Share(const ScanCuda& of, const DeviceWord& read, const Division& divided, bool finely)
        : scan(of), word(read), division(divided), fine(finely) {}

    std::uint32_t follow(std::uint32_t start) override {
      starts = scan.begin_of(division, maps, start, fine);
      return walk_rest([](std::uint64_t, std::uint32_t) {});
    }

    ScanFound find(const ScanTask& task) const override {
      ScanFound found;
      if (task.counts) scan.count(division, starts, found);
      std::size_t inside = 0;
      while (inside < task.positions.size() && task.positions[inside] < on_device) ++inside;
      const std::uint64_t region = division.bytes() * (8 / scan.machine_.bits);
      scan.find_states(word, task.positions.first(inside), region, starts, found);
      const auto ask = [&](std::uint64_t t, std::uint32_t q) {
        for (; inside < task.positions.size() && task.positions[inside] == t; ++inside) {
          found.states.push_back(q);
        }
      };
      ask(on_device, starts.back());
      found.state = walk_rest([&](std::uint64_t t, std::uint32_t q) {
        if (task.counts) ++found.counts[scan.machine_.output[q]];
        ask(t, q);
      });
      return found;
    }

    /// visit(letters read, state) after each letter that is in no block.
    template <class Visit>
    std::uint32_t walk_rest(const Visit& visit) const {
      const PatternMachine& machine = scan.machine_;
      std::uint32_t q = starts.back();
      for (std::uint64_t t = on_device; t < word.length; ++t) {
        const std::uint32_t letter = letter_of(rest.data(), machine.bits, t - on_device);
        q = machine.next[std::size_t{letter} * machine.width + q];
        visit(t + 1, q);
      }
      return q;
    }
  };

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

  RegionMaps maps_of(const Division& division) const {
    RegionMaps maps;
    if (form_ == ScanForm::sums) {
      sum(division, maps);
    } else if (form_ == ScanForm::maps) {
      if (registers_ == 1) map<1, 8>(division, maps);
      if (registers_ == 2) map<2, 8>(division, maps);
      if (registers_ == 3) map_long<3>(division, maps);
      if (registers_ == 4) map_long<4>(division, maps);
    } else if (form_ == ScanForm::elements) {
      multiply(division, maps);
    } else {
      walk(division, maps);
    }
    return maps;
  }

  /// The states before each region and after the last; of sums only these two unless `fine`.
  std::vector<std::uint32_t> begin_of(const Division& division, const RegionMaps& maps,
                                      std::uint32_t start, bool fine) const {
    std::vector<std::uint32_t> starts = {start};
    if (division.regions == 0) return starts;
    const std::size_t sums = sums_.generators.size();
    if (form_ == ScanForm::sums && !fine) {
      std::uint64_t all[kMostSums] = {};
      for (std::size_t i = 0; i < maps.totals.size(); ++i) all[i % sums] += maps.totals[i];
      starts.push_back(sums_.after(start, all));
      return starts;
    }
    for (std::uint64_t r = 0; r < division.regions; ++r) {
      const std::uint32_t q = starts.back();
      if (form_ == ScanForm::sums) {
        starts.push_back(sums_.after(q, maps.totals.data() + r * sums));
      } else if (form_ == ScanForm::maps) {
        const std::uint32_t place = place_of_state(static_cast<int>(registers_), q);
        starts.push_back(maps.numbers[r * registers_ + place / 4] >> (place % 4 * 8) & 255);
      } else if (form_ == ScanForm::elements) {
        starts.push_back(images_[std::size_t{maps.numbers[r]} * machine_.width + q]);
      } else {
        starts.push_back(maps.images[r * walk_.width + q]);
      }
    }
    return starts;
  }

  unsigned grid(std::uint64_t warps_wanted, unsigned warps) const {
    return static_cast<unsigned>(
        std::min<std::uint64_t>((warps_wanted + warps - 1) / warps, multiprocessors_));
  }

  void sum(const Division& division, RegionMaps& maps) const {
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
    maps.totals = totals.read();
  }

  template <int R>
  void map_long(const Division& division, RegionMaps& maps) const {
    if (map_bits_ == 8) map<R, 8>(division, maps);
    if (map_bits_ == 12) map<R, 12>(division, maps);
    if (map_bits_ == 14) map<R, 14>(division, maps);
  }

  template <int R, unsigned Bits>
  void map(const Division& division, RegionMaps& maps) const {
    using Shape = MapShape<R, Bits>;
    check_cuda(
        cudaFuncSetAttribute(map_regions<R, Bits>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                             static_cast<int>(Shape::shared_bytes)),
        "shared memory");
    const DeviceArray<std::uint32_t> images(division.regions * R);
    map_regions<R, Bits>
        <<<grid(division.regions, Shape::warps), Shape::warps * 32, Shape::shared_bytes>>>(
            division, Factors(), selectors_.get(), images.get());
    check_kernel();
    maps.numbers = images.read();
  }

  void multiply(const Division& division, RegionMaps& maps) const {
    const unsigned table_bytes = element_table_bytes(elements_.count, elements_.bits);
    const unsigned bytes = table_bytes + stages_bytes(kWarps, kLaneBytes);
    check_cuda(cudaFuncSetAttribute(multiply_regions, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(bytes)),
               "shared memory");
    const DeviceArray<std::uint32_t> elements(division.regions);
    multiply_regions<<<grid(division.regions, kWarps), kWarps * 32, bytes>>>(
        division, elements_, table_bytes, elements.get());
    check_kernel();
    maps.numbers = elements.read();
  }

  void walk(const Division& division, RegionMaps& maps) const {
    const std::uint64_t table_bytes = (std::uint64_t{walk_.width} << walk_.bits) * 2;
    const unsigned bytes = table_bytes <= kMostShared ? static_cast<unsigned>(table_bytes) : 0;
    check_cuda(cudaFuncSetAttribute(walk_regions, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(bytes)),
               "shared memory");
    const std::uint64_t groups = (walk_.width + kWalkTogether - 1) / kWalkTogether;
    const DeviceArray<std::uint16_t> images(division.regions * walk_.width);
    walk_regions<<<grid(division.regions * groups, kWalkWarps), kWalkWarps * 32, bytes>>>(
        division, walk_, bytes, images.get());
    check_kernel();
    maps.images = images.read();
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

std::unique_ptr<ScanBackend> make_scan_cuda(const PatternMachine& machine,
                                            const std::vector<int>& devices, std::uint64_t least) {
  std::vector<std::unique_ptr<ScanReader>> readers;
  for (const int device : devices) {
    const OnDevice on(device);
    readers.push_back(std::make_unique<ScanCuda>(machine));
  }
  return make_divided_scan(
      machine, std::move(readers),
      [devices](std::size_t count, const std::function<void(std::size_t)>& work) {
        on_devices(devices, count, work);
      },
      least);
}

}  // namespace statewright::kernels
