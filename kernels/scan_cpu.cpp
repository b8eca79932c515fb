// scan on this machine's processors: regions of the word, each taken by one thread, whose
// transformations are then applied in order. Positions and counts are a second pass over the
// regions that they need, from the states at which these begin.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "kernels/scan_followed.hpp"
#include "kernels/scan_parts.hpp"
#include "kernels/scan_sums.hpp"

namespace statewright::kernels {
namespace {

// Regions: at most so many bytes, which the second level of a cache holds; whole stretches of whole
// blocks of 8 and 12 bits, and of letters.
constexpr std::uint64_t kRegion = 96 * 4096, kShortRegion = 96 * 2048, kRegionUnit = 96;
constexpr std::uint64_t kForgetting =
    42 * kRegionUnit;                               // bytes after which states may be forgotten
constexpr std::uint64_t kWorthAThread = 1U << 15U;  // bytes
constexpr std::uint64_t kSpare = 8;  // bytes that must follow a region: loads are 8 bytes long
constexpr std::uint64_t kEntries = 1U << 18U;      // of the table of `elements`
constexpr std::uint64_t kImages = 1U << 24U;       // of the monoid's elements together
constexpr std::uint64_t kWalkEntries = 1U << 18U;  // of blocks of letters for one state
constexpr int kChains = 8;
constexpr std::size_t kMostPlanes = 4;

/// body(i) for i below count, by threads that take them one after another.
template <class Body>
void for_all(std::uint64_t count, unsigned threads, const Body& body) {
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&](unsigned which) {
    for (std::uint64_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i, which);
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work, i);
  work(0);
  for (std::thread& thread : others) thread.join();
}

unsigned threads_for(std::uint64_t bytes, unsigned asked) {
  return static_cast<unsigned>(
      std::min<std::uint64_t>(thread_count(asked), bytes / kWorthAThread + 1));
}

/// The regions of a word, equally long but for the last; what follows it, less than a unit and what
/// is spared, is walked. There are 16 for each thread or more, or two of short words.
struct Regions {
  std::uint64_t bytes = kRegionUnit, count = 0, end = 0;

  Regions(std::uint64_t word_bytes, unsigned threads) {
    const std::uint64_t share = std::max(word_bytes / (std::uint64_t{threads} * 16),
                                         std::min(kShortRegion, word_bytes / (2 * threads)));
    bytes = std::clamp(share / kRegionUnit * kRegionUnit, kRegionUnit, kRegion);
    end = word_bytes < kSpare ? 0 : (word_bytes - kSpare) / kRegionUnit * kRegionUnit;
    count = (end + bytes - 1) / bytes;
  }
  std::uint64_t begin_of(std::uint64_t region) const { return std::min(region * bytes, end); }
  std::uint64_t bytes_of(std::uint64_t region) const {
    return begin_of(region + 1) - begin_of(region);
  }
};

class ScanCpu final : public ScanBackend {
 public:
  explicit ScanCpu(const PatternMachine& machine) : machine_(machine) {
    if (prepare_sums()) return;
    // Shuffles of more than one register are slower than a table in the second level of a cache.
    if (machine.width > 64 && prepare_elements(kEntries >> 8U)) return;
    if (prepare_maps() || prepare_elements(kEntries >> machine.bits)) return;
    form_ = ScanForm::walk;
    walk_bits_ = machine.width * 256 <= kWalkEntries ? 8 : machine.bits;
    walk_ = block_maps<std::uint32_t>(machine, walk_bits_, machine.width);
  }

  ScanPlan plan() const override {
    if (form_ == ScanForm::sums) {
      return {form_, add_planes_ && machine_.bits < 8 ? 4U : 8U,
              static_cast<std::uint32_t>(sums_.generators.size())};
    }
    if (form_ == ScanForm::maps) {
      const auto followed = static_cast<std::uint32_t>(followed_ ? followed_->chains.size() : 0);
      return {form_, blocks_.block_bits, blocks_.stride, followed};
    }
    if (form_ == ScanForm::elements) {
      return {form_, element_bits_, static_cast<std::uint32_t>(images_.size() / machine_.width)};
    }
    return {form_, walk_bits_, machine_.width};
  }

  std::unique_ptr<PlacedWord::Storage> place(std::span<const std::uint32_t>,
                                             std::uint64_t) const override {
    return nullptr;
  }

  std::unique_ptr<PlacedWord::Storage> generate(const LongWord& word, std::uint64_t begin,
                                                std::uint64_t length,
                                                unsigned threads) const override {
    auto storage = std::make_unique<HostWord>();
    storage->own.resize(numbers_of(length, machine_.bits));
    const std::uint64_t piece = scan_piece(machine_.letters, 1U << 16U);
    for_all((length + piece - 1) / piece, threads_for(length, threads),
            [&](std::uint64_t i, unsigned) {
              pack_generated(word, machine_.letters, machine_.bits, begin + i * piece,
                             std::min(piece, length - i * piece),
                             &storage->own[i * piece / (32 / machine_.bits)]);
            });
    storage->packed = storage->own;
    return storage;
  }

  ScanFound run(const PlacedWord::Storage& word, const ScanTask& task) const override {
    const std::uint32_t* packed = static_cast<const HostWord&>(word).packed.data();
    const std::uint64_t bytes = word.length * machine_.bits / 8;
    const std::uint64_t per_byte = 8 / machine_.bits;
    const unsigned threads = threads_for(bytes, task.threads);
    const Regions regions(bytes, threads);
    const std::vector<std::uint32_t> starts = begin_of(packed, regions, task.start, threads);

    ScanFound found;
    const std::uint64_t region = regions.bytes * per_byte;
    const auto begin = [&](std::uint64_t r) { return regions.begin_of(r) * per_byte; };
    if (task.counts) {
      count(packed, word.length, begin, starts, threads, found);
    } else {
      found.state = walk(packed, begin(regions.count), word.length, starts.back());
    }
    found.states.resize(task.positions.size());
    for_all(task.positions.size(), threads_for(task.positions.size() * region / 8, task.threads),
            [&](std::uint64_t i, unsigned) {
              const std::uint64_t t = task.positions[i];
              const std::uint64_t r = t / per_byte >= regions.end ? regions.count : t / region;
              found.states[i] = walk(packed, begin(r), t, starts[r]);
            });
    return found;
  }

 private:
#ifdef STATEWRIGHT_WIDE_VECTORS
  static bool has_vbmi() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vbmi");
  }
#endif

  bool prepare_sums() {
    std::optional<ScanSums> sums = scan_sums(machine_);
    if (!sums) return false;
    form_ = ScanForm::sums;
    sums_ = std::move(*sums);
#ifdef STATEWRIGHT_WIDE_VECTORS
    if (!__builtin_cpu_supports("avx2") || (machine_.bits == 8 && !has_vbmi())) return true;
    // Bytes of what a half or a whole byte contributes to each sum.
    const std::size_t count = sums_.generators.size(), entries = machine_.bits == 8 ? 256 : 16;
    const std::uint32_t patterns = machine_.patterns();
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<std::uint32_t> entry(entries);
      for (std::size_t e = 0; e < entries; ++e) {
        for (unsigned bit = 0; std::size_t{1} << bit < entries; bit += machine_.bits) {
          entry[e] += sums_.weights[(e >> bit & (patterns - 1)) * count + i];
        }
      }
      const std::uint32_t most = *std::max_element(entry.begin(), entry.end());
      for (unsigned shift = 0; most >> shift != 0; shift += 8) {
        plane_of_.push_back({i, shift});
        for (const std::uint32_t of_entry : entry) {
          plane_tables_.push_back(static_cast<std::uint8_t>(of_entry >> shift));
        }
      }
    }
    if (plane_of_.empty() || plane_of_.size() > kMostPlanes) return true;
    add_planes_ = has_vbmi() ? add_planes_64 : add_planes_32;
#endif
    return true;
  }

  /// Adds the letters of a region to its totals.
  void add(const std::uint8_t* word, std::uint64_t bytes, std::uint64_t* totals) const {
    if (!add_planes_) return sums_.add(word, bytes, totals);
    std::uint64_t of_plane[kMostPlanes] = {};
    add_planes_({machine_.bits != 8, static_cast<unsigned>(plane_of_.size()), plane_tables_.data()},
                word, bytes, of_plane);
    for (std::size_t p = 0; p < plane_of_.size(); ++p) {
      totals[plane_of_[p].generator] += of_plane[p] << plane_of_[p].shift;
    }
  }

  bool prepare_maps() {
#ifdef STATEWRIGHT_WIDE_VECTORS
    const bool vbmi = has_vbmi();
    const std::uint32_t most = vbmi ? 256 : __builtin_cpu_supports("avx2") ? 16 : 0;
    if (machine_.width > most) return false;
    form_ = ScanForm::maps;
    compose_ = vbmi ? compose_blocks_64 : compose_blocks_32;
    may_forget_ = scan_may_forget(machine_);
    blocks_.stride = 16;
    while (blocks_.stride < machine_.width)
      blocks_.stride = blocks_.stride == 16 ? 64 : blocks_.stride * 2;
    blocks_.block_bits = blocks_.stride == 16 && machine_.bits <= 4 ? 12 : 8;
    const auto maps = block_maps<std::uint8_t>(machine_, blocks_.block_bits, blocks_.stride);
    maps_.resize(maps.size() + 64);
    std::size_t space = maps_.size();
    void* aligned = maps_.data();
    std::align(64, maps.size(), aligned, space);
    std::memcpy(aligned, maps.data(), maps.size());
    blocks_.maps = static_cast<const std::uint8_t*>(aligned);
    if (!vbmi) return true;
    followed_ = scan_followed(machine_, blocks_.stride);
    blocks_.followed = followed_ ? &*followed_ : nullptr;
    return true;
#else
    return false;
#endif
  }

  bool prepare_elements(std::uint64_t most_elements) {
    const std::uint64_t most = std::min<std::uint64_t>(most_elements, kImages / machine_.width);
    std::optional<ScanMonoid> monoid = scan_monoid(machine_, static_cast<std::uint32_t>(most));
    if (!monoid) return false;
    form_ = ScanForm::elements;
    element_bits_ = 8;
    while (std::uint64_t{monoid->count} << element_bits_ > kEntries) element_bits_ /= 2;
    times_ = block_times<std::uint32_t>(*monoid, machine_, element_bits_);
    images_ = std::move(monoid->images);
    return true;
  }

  /// The states before each region and after the last.
  std::vector<std::uint32_t> begin_of(const std::uint32_t* packed, const Regions& regions,
                                      std::uint32_t start, unsigned threads) const {
    const auto* word = reinterpret_cast<const std::uint8_t*>(packed);
    std::vector<std::uint32_t> starts = {start};
    if (form_ == ScanForm::sums) {
      const std::size_t count = sums_.generators.size();
      std::vector<std::uint64_t> totals(regions.count * count);
      for_all(regions.count, threads, [&](std::uint64_t r, unsigned) {
        add(word + regions.begin_of(r), regions.bytes_of(r), totals.data() + r * count);
      });
      for (std::uint64_t r = 0; r < regions.count; ++r) {
        starts.push_back(sums_.after(starts.back(), totals.data() + r * count));
      }
    } else if (form_ == ScanForm::maps) {
      std::vector<std::uint8_t> maps(regions.count * blocks_.stride);
      for_all(regions.count, threads, [&](std::uint64_t r, unsigned) {
        map_region(word + regions.begin_of(r), regions.bytes_of(r), &maps[r * blocks_.stride]);
      });
      for (std::uint64_t r = 0; r < regions.count; ++r) {
        starts.push_back(maps[r * blocks_.stride + starts.back()]);
      }
    } else if (form_ == ScanForm::elements) {
      std::vector<std::uint32_t> elements(regions.count * kChains);
      for_all(regions.count, threads, [&](std::uint64_t r, unsigned) {
        multiply(word + regions.begin_of(r), regions.bytes_of(r) / kChains, &elements[r * kChains]);
      });
      for (std::uint64_t r = 0; r < regions.count; ++r) {
        std::uint32_t q = starts.back();
        for (int k = 0; k < kChains; ++k) {
          q = images_[std::size_t{elements[r * kChains + static_cast<std::uint64_t>(k)]} *
                          machine_.width +
                      q];
        }
        starts.push_back(q);
      }
    } else {
      const std::uint64_t per_byte = 8 / machine_.bits;
      for (std::uint64_t r = 0; r < regions.count; ++r) {
        starts.push_back(walk(packed, regions.begin_of(r) * per_byte,
                              regions.begin_of(r + 1) * per_byte, starts.back()));
      }
    }
    return starts;
  }

  /// map: [stride]. If a region's last letters take all states to one, so does the region.
  void map_region(const std::uint8_t* word, std::uint64_t bytes, std::uint8_t* map) const {
    if (may_forget_ && bytes > kForgetting) {
      compose_(blocks_, word + bytes - kForgetting, kForgetting, map);
      if (std::count(map, map + machine_.width, map[0]) == machine_.width) return;
    }
    compose_(blocks_, word, bytes, map);
  }

  /// The elements of kChains stretches of so many bytes.
  void multiply(const std::uint8_t* word, std::uint64_t stretch, std::uint32_t* elements) const {
    std::uint32_t e[kChains] = {};
    const unsigned bits = element_bits_, mask = (1U << bits) - 1;
    const std::uint32_t* times = times_.data();
    for (std::uint64_t i = 0; i < stretch; ++i) {
      for (unsigned bit = 0; bit < 8; bit += bits) {
        for (int k = 0; k < kChains; ++k) {
          const unsigned block = word[static_cast<std::uint64_t>(k) * stretch + i] >> bit & mask;
          e[k] = times[std::size_t{e[k]} << bits | block];
        }
      }
    }
    std::copy(e, e + kChains, elements);
  }

  /// The state at `end` from that at `begin`, which is a whole number of bytes.
  std::uint32_t walk(const std::uint32_t* packed, std::uint64_t begin, std::uint64_t end,
                     std::uint32_t q) const {
    const std::uint64_t per_byte = 8 / machine_.bits;
    if (walk_bits_ == 8) {
      const auto* word = reinterpret_cast<const std::uint8_t*>(packed);
      for (; begin + per_byte <= end; begin += per_byte) {
        q = walk_[std::size_t{word[begin / per_byte]} * machine_.width + q];
      }
    }
    for (; begin < end; ++begin) {
      q = machine_.next[std::size_t{letter_of(packed, machine_.bits, begin)} * machine_.width + q];
    }
    return q;
  }

  template <class BeginOf>
  void count(const std::uint32_t* packed, std::uint64_t length, const BeginOf& begin,
             const std::vector<std::uint32_t>& starts, unsigned threads, ScanFound& found) const {
    std::vector<std::vector<std::uint64_t>> visits(threads,
                                                   std::vector<std::uint64_t>(machine_.width));
    for_all(starts.size(), threads, [&](std::uint64_t r, unsigned which) {
      std::uint32_t q = starts[r];
      std::uint64_t* ours = visits[which].data();
      const std::uint64_t end = r + 1 == starts.size() ? length : begin(r + 1);
      for (std::uint64_t t = begin(r); t < end; ++t) {
        q = machine_.next[std::size_t{letter_of(packed, machine_.bits, t)} * machine_.width + q];
        ++ours[q];
      }
      if (r + 1 == starts.size()) found.state = q;
    });
    found.counts.resize(machine_.labels);
    for (const auto& of_thread : visits) {
      for (std::uint32_t q = 0; q < machine_.width; ++q) {
        found.counts[machine_.output[q]] += of_thread[q];
      }
    }
  }

  PatternMachine machine_;
  ScanForm form_ = ScanForm::walk;
  ScanSums sums_;
  AddPlanes add_planes_ = nullptr;  // nothing: sums_.add
  struct PlaneOf {
    std::size_t generator;
    unsigned shift;
  };
  std::vector<PlaneOf> plane_of_;
  std::vector<std::uint8_t> plane_tables_;
  ComposeBlocks compose_ = nullptr;
  ScanBlocks blocks_;
  std::optional<ScanFollowed> followed_;
  std::vector<std::uint8_t> maps_;
  bool may_forget_ = false;
  unsigned element_bits_ = 8, walk_bits_ = 1;
  std::vector<std::uint32_t> times_, images_;
  std::vector<std::uint32_t> walk_;
};

}  // namespace

std::unique_ptr<ScanBackend> make_scan_cpu(const PatternMachine& machine) {
  return std::make_unique<ScanCpu>(machine);
}

}  // namespace statewright::kernels
