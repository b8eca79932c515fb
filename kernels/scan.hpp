#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/backend.hpp"
#include "kernels/network.hpp"

namespace statewright::kernels {

/// One word that may be very long, as packed letters in memory or as a counter's.
struct LongWord {
  std::uint64_t length = 0;  ///< letters
  std::uint64_t seed = 0;    ///< generated: word `number` of this seed, as generator.hpp says
  std::uint64_t number = 0;
  /// As in simulate's Words: `bits` bits for each letter, from the low end of a 32-bit number on.
  /// Empty: generated. [ceil(length bits / 32)]
  std::span<const std::uint32_t> packed = {};
};

/// A packed word where a backend reads it: memory of the GPUs for cuda, a share on each if it is
/// long, else this machine's.
class PlacedWord {
 public:
  PlacedWord() = default;
  ~PlacedWord();
  PlacedWord(PlacedWord&&) noexcept;
  PlacedWord& operator=(PlacedWord&&) noexcept;

  std::uint64_t length() const noexcept;
  /// A copy in this machine's memory, packed. Errors: Error{unavailable}, Error{limit} of the GPU.
  std::vector<std::uint32_t> read() const;

  struct Storage;
  explicit PlacedWord(std::unique_ptr<Storage> storage);
  const Storage& storage() const noexcept { return *storage_; }

 private:
  std::unique_ptr<Storage> storage_;
};

struct ScanOptions {
  /// Numbers of letters read, in any order: the state there is wanted.
  std::span<const std::uint64_t> positions = {};
  bool counts = false;   ///< how often each output occurs is wanted
  unsigned threads = 0;  ///< cpu: 0 for all processors
};

struct ScanResult {
  std::uint32_t state = 0;            ///< after the whole word
  std::vector<std::uint32_t> states;  ///< after positions[i] letters
  std::vector<std::uint64_t> counts;  ///< [largest output + 1]: of the states after 1, .., length
  bool operator==(const ScanResult&) const = default;
};

/// How a machine's transformations are held and composed.
enum class ScanForm : std::uint8_t {
  walk,      ///< cpu: one state, one thread; cuda: every state of the machine, a lane for each
  maps,      ///< images of all states, composed by byte shuffles
  sums,      ///< letters that commute: sums of their weights, in any order
  elements,  ///< numbers of the elements of the transition monoid, composed by table
};

/// How a scanner goes about it.
struct ScanPlan {
  ScanForm form = ScanForm::walk;
  unsigned block_bits = 1;  ///< of the word, looked up at once
  std::uint32_t size = 1;   ///< sums; or images held, elements of the monoid, states
  /// cpu, maps: states that are followed through 64 stretches of most of the word at once, so that
  /// their images tell all; 0: images of blocks are composed everywhere.
  std::uint32_t followed = 0;
  bool operator==(const ScanPlan&) const = default;
};

/// A machine made ready to read one long word on many processors at once.
///
/// The word is cut into regions, the transformation that each makes of the states is found for all
/// regions independently, and these are composed in order (Ladner and Fischer 1980; Hillis and
/// Steele 1986). Letters are taken in blocks, several at once, whose transformations are tabulated.
/// A pattern of bits that is no letter leads to a state of its own, so that checking costs nothing.
///
/// Which form: `sums` for letters that commute on the states that are reached (counters, parities,
/// thresholds and products of such), if at most 4 of them make the others as products of powers;
/// else `maps` for at most 16 states (cuda), 16 where the processor has AVX2, 256 where it has
/// AVX-512 VBMI (there up to 64 states may be followed instead, as scan_followed.hpp says, and what
/// a region's last letters make one state of is not read further); else, and on the CPU for more
/// than 64 states and at most 1024 elements, too, `elements` if the monoid is small enough for its
/// table to fit (256 thousand entries on the CPU, shared memory on a GPU; there for more than 12
/// states, or 8 and letters of 4 or 8 bits, too, if it fits by whole bytes); else `walk`, on a GPU
/// for at most 65,536 states. A state counts as one more if some pattern of bits is no letter. All
/// return the same.
class Scanner {
 public:
  /// The machine's letters are next.size() / size() many. `bits`: 1, 2, 4 or 8 for each letter of
  /// the words; 0: the fewest that hold the machine's letters.
  /// Errors: Error{shape} or Error{range} for a machine that is none, or bits; Error{unsupported}
  /// for more than 256 letters; Error{limit} on cuda for more states than `walk` takes; those of
  /// resolve.
  /// Cost: blocks times states, and for `elements` the monoid.
  Scanner(Machine machine, unsigned bits, Backend backend);
  ~Scanner();
  Scanner(Scanner&&) noexcept;
  Scanner& operator=(Scanner&&) noexcept;

  Backend backend() const noexcept;  ///< never `automatic`
  unsigned bits() const noexcept;    ///< of a letter
  ScanPlan plan() const noexcept;    ///< `walk` for the reference
  ScanForm form() const noexcept { return plan().form; }

  /// Errors: Error{shape} if `packed` has not the size it should; Error{range} for a pattern that
  /// is no letter, with the first position of one, and for a position beyond the word.
  /// Cost: about length, divided among the processors; counts read the word twice.
  ScanResult run(const LongWord& word, const ScanOptions& options = {}) const;

  /// The same for a word that is in its place already.
  /// Errors: Error{unsupported} if it was placed by a scanner of another backend or other bits.
  ScanResult run(const PlacedWord& word, const ScanOptions& options = {}) const;

  /// Brings a word to where run() reads it; a generated one is packed there.
  /// Errors: as run; Error{limit} if the GPUs have not the memory.
  PlacedWord place(const LongWord& word, unsigned threads = 0) const;

  struct Data;

 private:
  std::unique_ptr<Data> data_;
};

}  // namespace statewright::kernels
