#pragma once

// Internal: one word in shares on several devices. Each device reads its share without knowing the
// state it begins in (first pass); the states between shares follow in order, share by share, on
// the host; then each finds states and counts within its share (second pass).

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "kernels/devices.hpp"
#include "kernels/scan_parts.hpp"

namespace statewright::kernels {

/// What a first pass has found out about one share of a word.
class ScanShare {
 public:
  virtual ~ScanShare() = default;
  /// Told the state before its first letter, the state after its last one. Once, before find().
  virtual std::uint32_t follow(std::uint32_t start) = 0;
  /// The second pass. task.start is not looked at; the share's letters are counted from 0.
  virtual ScanFound find(const ScanTask& task) const = 0;
};

/// A device with its tables in place.
class ScanReader {
 public:
  virtual ~ScanReader() = default;
  virtual ScanPlan plan() const = 0;
  virtual std::unique_ptr<PlacedWord::Storage> place(std::span<const std::uint32_t> packed,
                                                     std::uint64_t length) const = 0;
  virtual std::unique_ptr<PlacedWord::Storage> generate(const LongWord& word, std::uint64_t begin,
                                                        std::uint64_t length) const = 0;
  /// The first pass; `fine`: a second one will follow. The word must outlive the result.
  virtual std::unique_ptr<ScanShare> read(const PlacedWord::Storage& word, bool fine) const = 0;
};

/// Runs work(0), .., work(count - 1) at once, each where the reader of that number is.
using ScanAtOnce =
    std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

/// Shares of a word of so many letters: in order, each but the last a multiple of `unit` letters,
/// none empty but that of an empty word; as many as there are devices, but not more than there are
/// `least` letters, or parts of that many.
std::vector<DeviceShare> scan_shares(std::uint64_t length, std::size_t devices, std::uint64_t least,
                                     std::uint64_t unit);

/// The backend that they make together. Words are divided if they have more than `least` letters.
std::unique_ptr<ScanBackend> make_divided_scan(const PatternMachine& machine,
                                               std::vector<std::unique_ptr<ScanReader>> readers,
                                               ScanAtOnce at_once, std::uint64_t least);

}  // namespace statewright::kernels
