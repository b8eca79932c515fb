#pragma once

// Internal: what the definitions of scan share.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/scan.hpp"

namespace statewright::kernels {

struct PlacedWord::Storage {
  std::uint64_t length = 0;
  unsigned bits = 1;
  Backend backend = Backend::reference;
  virtual ~Storage() = default;
  /// Letters [begin, begin + count) as packed numbers; begin and count whole numbers' worth, but
  /// for the word's end.
  virtual std::vector<std::uint32_t> read(std::uint64_t begin, std::uint64_t count) const = 0;
};

/// A word in this machine's memory, somebody else's or our own.
struct HostWord final : PlacedWord::Storage {
  std::span<const std::uint32_t> packed;
  std::vector<std::uint32_t> own;
  std::vector<std::uint32_t> read(std::uint64_t begin, std::uint64_t count) const override;
};

inline std::uint64_t numbers_of(std::uint64_t length, unsigned bits) {
  const std::uint64_t per = 32 / bits;
  return length / per + (length % per != 0 ? 1 : 0);
}

inline std::uint32_t letter_of(const std::uint32_t* packed, unsigned bits, std::uint64_t t) {
  const unsigned shift = static_cast<unsigned>(t % (32 / bits)) * bits;
  return packed[t / (32 / bits)] >> shift & ((1U << bits) - 1);
}

/// A machine over all patterns of `bits` bits. If some are no letters, it has one more state, which
/// is never left and which they lead to.
struct PatternMachine {
  std::uint32_t states = 0;   ///< of the machine
  std::uint32_t letters = 0;  ///< of the machine
  std::uint32_t width = 0;    ///< states, and perhaps one more
  std::uint32_t labels = 0;   ///< largest output + 1
  std::uint32_t start = 0;
  unsigned bits = 1;
  std::vector<std::uint32_t> next;    ///< [2^bits, width]: patterns first, unlike Machine's
  std::vector<std::uint32_t> output;  ///< [width]; of the state that is none: 0

  std::uint32_t patterns() const { return 1U << bits; }
};

/// The transformations of blocks of `block_bits` bits, a whole number of letters, the first letter
/// the lowest: [2^block_bits, stride], entries of q >= width are q.
template <class T>
std::vector<T> block_maps(const PatternMachine& machine, unsigned block_bits, std::uint32_t stride);

/// The transition monoid, listed breadth first; element 0 is the identity.
struct ScanMonoid {
  std::uint32_t count = 0;
  std::vector<std::uint32_t> images;  ///< [count, width]
  std::vector<std::uint32_t> times;   ///< [count, patterns]: the element, then the letter
};

/// Nothing if there are more than `most` elements.
std::optional<ScanMonoid> scan_monoid(const PatternMachine& machine, std::uint32_t most);

/// times[e, block] for blocks of several letters. [count, 2^block_bits]
template <class T>
std::vector<T> block_times(const ScanMonoid& monoid, const PatternMachine& machine,
                           unsigned block_bits);

/// Whether some word takes all states to one (such machines are called synchronizing): the pairs of
/// states that can be merged are found from those that a letter merges, backwards (Cerny 1964). At
/// most 256 states. Cost: patterns times pairs.
bool scan_may_forget(const PatternMachine& machine);

/// What run() asks of a word that is in its place.
struct ScanTask {
  std::uint32_t start = 0;
  std::span<const std::uint64_t> positions;
  bool counts = false;
  unsigned threads = 0;
};

/// What it finds; the state that is none counts as a state.
struct ScanFound {
  std::uint32_t state = 0;
  std::vector<std::uint32_t> states;  ///< as the task's positions are ordered, which is ascending
  std::vector<std::uint64_t> counts;
};

/// A backend with its tables in place.
class ScanBackend {
 public:
  virtual ~ScanBackend() = default;
  virtual ScanPlan plan() const = 0;
  /// How many devices read a word at once.
  virtual std::size_t devices() const { return 1; }
  virtual ScanFound run(const PlacedWord::Storage& word, const ScanTask& task) const = 0;
  virtual std::unique_ptr<PlacedWord::Storage> place(std::span<const std::uint32_t> packed,
                                                     std::uint64_t length) const = 0;
  /// Letters begin, .., begin + length - 1 of a generated word. `begin`: a multiple of
  /// kScanPiece.
  virtual std::unique_ptr<PlacedWord::Storage> generate(const LongWord& word, std::uint64_t begin,
                                                        std::uint64_t length,
                                                        unsigned threads) const = 0;
};

/// Generated words that are read once are made in pieces of so many letters, a multiple of those
/// that a draw and that a packed number hold.
std::uint64_t scan_piece(std::uint32_t letters, std::uint64_t about);

std::unique_ptr<ScanBackend> make_scan_cpu(const PatternMachine& machine);
/// Letters of a generated word that a GPU makes at once, and that are worth another GPU.
constexpr std::uint64_t kScanCudaPiece = std::uint64_t{1} << 29U;
/// Only where resolve() says cuda. `devices`: see devices.hpp. Words of more than `least` letters
/// are divided.
std::unique_ptr<ScanBackend> make_scan_cuda(const PatternMachine& machine,
                                            const std::vector<int>& devices,
                                            std::uint64_t least = kScanCudaPiece);

/// Packs letters begin, .., begin + count - 1 of a generated word; begin a multiple of scan_piece.
void pack_generated(const LongWord& word, std::uint32_t letters, unsigned bits, std::uint64_t begin,
                    std::uint64_t count, std::uint32_t* packed);

// --- the loops over bytes of the CPU, compiled for vectors of the width in the name --------------

struct ScanFollowed;  // scan_followed.hpp

/// Composes what whole 12-bit or 8-bit blocks make of the states.
struct ScanBlocks {
  unsigned block_bits = 8;
  std::uint32_t stride = 16;               ///< bytes of an entry: 16, 64, 128 or 256
  const std::uint8_t* maps = nullptr;      ///< [2^block_bits, stride], aligned to 64 bytes
  const ScanFollowed* followed = nullptr;  ///< 64 bytes only: for most of the word; or nothing
};

/// `bytes` bytes from `word` on, a multiple of 96; map: [stride]
using ComposeBlocks = void (*)(const ScanBlocks& blocks, const std::uint8_t* word,
                               std::uint64_t bytes, std::uint8_t* map);
void compose_blocks_32(const ScanBlocks&, const std::uint8_t*, std::uint64_t, std::uint8_t*);
void compose_blocks_64(const ScanBlocks&, const std::uint8_t*, std::uint64_t, std::uint8_t*);

/// Tables by which bytes of a word are summed: of half bytes (letters of at most 4 bits) or bytes.
struct ScanPlanes {
  bool halves = true;
  unsigned count = 0;                    ///< at most 4
  const std::uint8_t* tables = nullptr;  ///< [count, 16 or 256]
};

/// `bytes` bytes from `word` on, a multiple of 32; adds to totals [count].
using AddPlanes = void (*)(const ScanPlanes& planes, const std::uint8_t* word, std::uint64_t bytes,
                           std::uint64_t* totals);
void add_planes_32(const ScanPlanes&, const std::uint8_t*, std::uint64_t, std::uint64_t*);
void add_planes_64(const ScanPlanes&, const std::uint8_t*, std::uint64_t, std::uint64_t*);

}  // namespace statewright::kernels
