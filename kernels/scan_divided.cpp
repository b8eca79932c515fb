#include "kernels/scan_divided.hpp"

#include <algorithm>
#include <utility>

namespace statewright::kernels {
namespace {

struct DividedWord final : PlacedWord::Storage {
  std::vector<DeviceShare> shares;
  std::vector<std::unique_ptr<PlacedWord::Storage>> parts;

  std::vector<std::uint32_t> read(std::uint64_t begin, std::uint64_t count) const override {
    std::vector<std::uint32_t> result;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::uint64_t from = std::max(begin, shares[i].begin);
      const std::uint64_t to = std::min(begin + count, shares[i].end);
      if (from >= to) continue;
      const std::vector<std::uint32_t> part = parts[i]->read(from - shares[i].begin, to - from);
      result.insert(result.end(), part.begin(), part.end());
    }
    return result;
  }
};

class DividedScan final : public ScanBackend {
 public:
  DividedScan(const PatternMachine& machine, std::vector<std::unique_ptr<ScanReader>> readers,
              ScanAtOnce at_once, std::uint64_t least)
      : bits_(machine.bits),
        labels_(machine.labels),
        // Whole draws and whole packed numbers.
        unit_(scan_piece(machine.letters, 1)),
        least_(least),
        readers_(std::move(readers)),
        at_once_(std::move(at_once)) {}

  ScanPlan plan() const override { return readers_.front()->plan(); }
  std::size_t devices() const override { return readers_.size(); }

  std::unique_ptr<PlacedWord::Storage> place(std::span<const std::uint32_t> packed,
                                             std::uint64_t length) const override {
    return put(length, [&](std::size_t i, const DeviceShare& share) {
      const auto numbers =
          packed.subspan(static_cast<std::size_t>(share.begin / (32 / bits_)),
                         static_cast<std::size_t>(numbers_of(share.size(), bits_)));
      return readers_[i]->place(numbers, share.size());
    });
  }

  std::unique_ptr<PlacedWord::Storage> generate(const LongWord& word, std::uint64_t begin,
                                                std::uint64_t length, unsigned) const override {
    return put(length, [&](std::size_t i, const DeviceShare& share) {
      return readers_[i]->generate(word, begin + share.begin, share.size());
    });
  }

  ScanFound run(const PlacedWord::Storage& storage, const ScanTask& task) const override {
    const auto& word = static_cast<const DividedWord&>(storage);
    const std::size_t count = word.parts.size();
    const bool fine = task.counts || !task.positions.empty();
    std::vector<std::unique_ptr<ScanShare>> read(count);
    at_once_(count, [&](std::size_t i) { read[i] = readers_[i]->read(*word.parts[i], fine); });
    ScanFound all;
    all.state = task.start;
    for (const auto& share : read) all.state = share->follow(all.state);
    if (!fine) return all;

    std::vector<ScanFound> found(count);
    at_once_(count, [&](std::size_t i) {
      const std::vector<std::uint64_t> positions = inside(task, word.shares, i);
      found[i] = read[i]->find({0, positions, task.counts, task.threads});
    });
    if (task.counts) all.counts.resize(labels_);
    for (const ScanFound& part : found) {
      all.states.insert(all.states.end(), part.states.begin(), part.states.end());
      for (std::size_t label = 0; label < all.counts.size(); ++label) {
        all.counts[label] += part.counts[label];
      }
    }
    return all;
  }

 private:
  template <class Make>
  std::unique_ptr<PlacedWord::Storage> put(std::uint64_t length, const Make& make) const {
    auto word = std::make_unique<DividedWord>();
    word->shares = scan_shares(length, readers_.size(), least_, unit_);
    word->parts.resize(word->shares.size());
    at_once_(word->parts.size(), [&](std::size_t i) {
      word->parts[i] = make(i, word->shares[i]);
      word->parts[i]->length = word->shares[i].size();
      word->parts[i]->bits = bits_;
    });
    return word;
  }

  /// The task's positions in share i, from its begin; one between two shares is in the second.
  static std::vector<std::uint64_t> inside(const ScanTask& task,
                                           const std::vector<DeviceShare>& shares, std::size_t i) {
    std::vector<std::uint64_t> positions;
    const bool last = i + 1 == shares.size();
    for (const std::uint64_t position : task.positions) {
      if (position < shares[i].begin || (position >= shares[i].end && !last)) continue;
      positions.push_back(position - shares[i].begin);
    }
    return positions;
  }

  unsigned bits_;
  std::uint32_t labels_;
  std::uint64_t unit_, least_;
  std::vector<std::unique_ptr<ScanReader>> readers_;
  ScanAtOnce at_once_;
};

}  // namespace

std::vector<DeviceShare> scan_shares(std::uint64_t length, std::size_t devices, std::uint64_t least,
                                     std::uint64_t unit) {
  const std::uint64_t units = length / unit + (length % unit != 0 ? 1 : 0);
  const std::uint64_t wanted = length / least + (length % least != 0 ? 1 : 0);
  const std::uint64_t count = std::max<std::uint64_t>(
      1, std::min(static_cast<std::uint64_t>(devices), std::min(units, wanted)));
  std::vector<DeviceShare> shares;
  for (std::uint64_t i = 0; i < count; ++i) {
    const DeviceShare share = device_share(units, count, i);
    shares.push_back({std::min(length, share.begin * unit), std::min(length, share.end * unit)});
  }
  return shares;
}

std::unique_ptr<ScanBackend> make_divided_scan(const PatternMachine& machine,
                                               std::vector<std::unique_ptr<ScanReader>> readers,
                                               ScanAtOnce at_once, std::uint64_t least) {
  return std::make_unique<DividedScan>(machine, std::move(readers), std::move(at_once), least);
}

}  // namespace statewright::kernels
