#pragma once

// Internal: what a device holds for a search of reach: the network and the machine, and rows.

#include <algorithm>
#include <vector>

#include "kernels/reach_rows.cuh"

namespace statewright::kernels {
namespace {

/// A network and a machine on the current device.
template <class T>
class ReachTables {
 public:
  ReachTables(const ReachProgram<T>& program, const Machine& machine)
      : numbers_(program.program.numbers),
        whole_(program.program.whole),
        layers_(program.program.place_layers(numbers_.get())),
        next_(machine.next),
        output_(machine.output),
        job_(program.job) {
    job_.program = program.program.place(numbers_.get(), whole_.get(), layers_.get());
    job_.next = next_.get();
    job_.output = output_.get();
  }

  const ReachJob<T>& job() const noexcept { return job_; }

  /// use.operator()<kind, plane>() for this network.
  template <class Use>
  void with_kernel(const Use& use) const {
    const Kind kind = kind_of(job_.program.plan);
    const auto sized = [&]<Kind of>() {
      if (job_.is_plane) return use.template operator()<of, true>();
      return use.template operator()<of, false>();
    };
    if (kind == Kind::native) return sized.template operator()<Kind::native>();
    if (kind == Kind::plain) return sized.template operator()<Kind::plain>();
    if constexpr (sizeof(T) == 4) {
      if (kind == Kind::cut) return sized.template operator()<Kind::cut>();
    } else {
      if (kind == Kind::general) return sized.template operator()<Kind::general>();
      if (kind == Kind::wrapping) return sized.template operator()<Kind::wrapping>();
    }
  }

 private:
  DeviceArray<T> numbers_;
  DeviceArray<typename Carrier<T>::U> whole_;
  DeviceArray<LayerView<T>> layers_;
  DeviceArray<std::uint32_t> next_, output_;
  ReachJob<T> job_;
};

/// Memory for so many rows at most, taken as they come up.
class RingMemory {
 public:
  RingMemory() = default;
  explicit RingMemory(std::uint64_t capacity) {
    ring_.capacity = capacity;
    ring_.chunk_bits = kLeastChunkBits;
    while (std::uint64_t{kChunks} << ring_.chunk_bits < capacity) ++ring_.chunk_bits;
  }

  const Ring& ring() const noexcept { return ring_; }
  std::uint64_t capacity() const noexcept { return ring_.capacity; }

  /// Takes memory for the rows at so many positions, or all there may be; how many there are then,
  /// ~0 for all.
  std::uint64_t take(std::uint64_t positions) {
    const std::uint64_t size = std::uint64_t{1} << ring_.chunk_bits;
    std::uint64_t there = chunks_.size() * size;
    while (there < std::min(positions, ring_.capacity)) {
      chunks_.emplace_back(std::min(size, ring_.capacity - there));
      ring_.chunks[chunks_.size() - 1] = chunks_.back().get();
      there += size;
    }
    return there < ring_.capacity ? there : ~std::uint64_t{0};
  }

 private:
  /// Chunks of 32 MiB, or larger ones if there would be too many.
  static constexpr unsigned kLeastChunkBits = 22;

  Ring ring_ = {};
  std::vector<DeviceArray<std::uint64_t>> chunks_;
};

/// Refuses lists of doubts that are longer than there is room for.
inline void check_doubts(std::uint64_t count) {
  if (count <= kDoubts) return;
  throw core::Error({core::Fault::limit, "reach",
                     "at most " + std::to_string(kDoubts) + " doubtful scores in one level",
                     std::to_string(count), "the cpu decides them at once"});
}

/// Pairs that are written down on the way back, at most.
constexpr std::uint64_t kMostGoals = std::uint64_t{1} << 26U;

}  // namespace
}  // namespace statewright::kernels
