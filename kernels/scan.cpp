// scan: what is asked, checked and put in order; the reference loop; words that are generated a
// piece at a time. scan.hpp has the method.

#include "kernels/scan.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "kernels/devices.hpp"
#include "kernels/scan_generated.hpp"
#include "kernels/scan_parts.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

constexpr std::uint64_t kPieceCpu = std::uint64_t{1} << 24U;

void check(const Machine& machine) {
  const std::size_t states = machine.output.size();
  if (states == 0 || machine.next.empty() || machine.next.size() % states != 0) {
    throw Error(
        {Fault::shape, "machine.next", "states times letters entries, at least one",
         std::to_string(machine.next.size()) + " for " + std::to_string(states) + " states"});
  }
  if (machine.next.size() / states > 256) {
    throw Error({Fault::unsupported, "machine", "at most 256 letters",
                 std::to_string(machine.next.size() / states)});
  }
  if (machine.start >= states) {
    throw Error({Fault::range, "machine.start", "a state below " + std::to_string(states),
                 std::to_string(machine.start)});
  }
  for (std::size_t i = 0; i < machine.next.size(); ++i) {
    if (machine.next[i] < states) continue;
    throw Error({Fault::range, "machine.next[" + std::to_string(i) + "]",
                 "a state below " + std::to_string(states), std::to_string(machine.next[i])});
  }
  for (std::size_t q = 0; q < states; ++q) {
    if (machine.output[q] < 1U << 24U) continue;
    throw Error({Fault::range, "machine.output[" + std::to_string(q) + "]", "an output below 2^24",
                 std::to_string(machine.output[q])});
  }
}

unsigned bits_for(std::size_t letters, unsigned asked) {
  if (asked != 0) {
    if (asked == 1 || asked == 2 || asked == 4 || asked == 8) return asked;
    throw Error({Fault::range, "bits", "1, 2, 4 or 8, or 0", std::to_string(asked)});
  }
  unsigned bits = 1;
  while (std::size_t{1} << bits < letters) bits *= 2;
  return bits;
}

PatternMachine pattern_machine(const Machine& machine, unsigned bits) {
  PatternMachine result;
  result.states = machine.size();
  result.letters = static_cast<std::uint32_t>(machine.next.size() / machine.size());
  result.start = machine.start;
  result.bits = bits;
  result.output = machine.output;
  result.labels = *std::max_element(machine.output.begin(), machine.output.end()) + 1;
  const bool all_letters = result.patterns() <= result.letters;
  result.width = result.states + (all_letters ? 0 : 1);
  if (!all_letters) result.output.push_back(0);
  for (std::uint32_t pattern = 0; pattern < result.patterns(); ++pattern) {
    for (std::uint32_t q = 0; q < result.width; ++q) {
      const bool is_letter = pattern < result.letters && q < result.states;
      result.next.push_back(is_letter ? machine.next[std::size_t{q} * result.letters + pattern]
                                      : result.states);
    }
  }
  return result;
}

/// The obvious loop.
class ScanReference final : public ScanBackend {
 public:
  explicit ScanReference(const PatternMachine& machine) : machine_(machine) {}

  ScanPlan plan() const override { return {ScanForm::walk, machine_.bits, machine_.width}; }

  ScanFound run(const PlacedWord::Storage& word, const ScanTask& task) const override {
    const std::uint32_t* packed = static_cast<const HostWord&>(word).packed.data();
    return follow(task, word.length,
                  [&](std::uint64_t t) { return letter_of(packed, machine_.bits, t); });
  }

  std::unique_ptr<PlacedWord::Storage> place(std::span<const std::uint32_t>,
                                             std::uint64_t) const override {
    return nullptr;  // where it is, is where it is read
  }

  std::unique_ptr<PlacedWord::Storage> generate(const LongWord& word, std::uint64_t begin,
                                                std::uint64_t length, unsigned) const override {
    const WordKeys keys = word_keys(word.seed, word.number);
    auto storage = std::make_unique<HostWord>();
    storage->own.resize(numbers_of(length, machine_.bits));
    const std::uint64_t per = 32 / machine_.bits;
    for (std::uint64_t t = 0; t < length; ++t) {
      storage->own[t / per] |= letter_at(keys, begin + t, machine_.letters)
                               << (t % per * machine_.bits);
    }
    storage->packed = storage->own;
    return storage;
  }

 private:
  template <class LetterAt>
  ScanFound follow(const ScanTask& task, std::uint64_t length, const LetterAt& at) const {
    ScanFound found;
    if (task.counts) found.counts.resize(machine_.labels);
    std::uint32_t q = task.start;
    std::size_t asked = 0;
    for (std::uint64_t t = 0;; ++t) {
      for (; asked < task.positions.size() && task.positions[asked] == t; ++asked) {
        found.states.push_back(q);
      }
      if (t == length) break;
      q = machine_.next[std::size_t{at(t)} * machine_.width + q];
      if (task.counts) ++found.counts[machine_.output[q]];
    }
    found.state = q;
    return found;
  }

  PatternMachine machine_;
};

/// Positions in ascending order, and where each stands among those that were asked for.
struct Sorted {
  std::vector<std::uint64_t> positions;
  std::vector<std::size_t> place;

  Sorted(std::span<const std::uint64_t> asked, std::uint64_t length) : place(asked.size()) {
    std::iota(place.begin(), place.end(), std::size_t{0});
    std::sort(place.begin(), place.end(), [&](std::size_t a, std::size_t b) {
      return asked[a] != asked[b] ? asked[a] < asked[b] : a < b;
    });
    for (const std::size_t i : place) positions.push_back(asked[i]);
    if (positions.empty() || positions.back() <= length) return;
    throw Error({Fault::range, "positions[" + std::to_string(place.back()) + "]",
                 "at most " + std::to_string(length) + " letters",
                 std::to_string(positions.back())});
  }

  ScanResult result(const ScanFound& found) const {
    ScanResult result{found.state, std::vector<std::uint32_t>(place.size()), found.counts};
    for (std::size_t i = 0; i < place.size(); ++i) result.states[place[i]] = found.states[i];
    return result;
  }
};

}  // namespace

// --- words in their places ----------------------------------------------------------------------

PlacedWord::PlacedWord(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {}
PlacedWord::~PlacedWord() = default;
PlacedWord::PlacedWord(PlacedWord&&) noexcept = default;
PlacedWord& PlacedWord::operator=(PlacedWord&&) noexcept = default;

std::uint64_t PlacedWord::length() const noexcept { return storage_ ? storage_->length : 0; }

std::vector<std::uint32_t> PlacedWord::read() const {
  return storage_ ? storage_->read(0, storage_->length) : std::vector<std::uint32_t>();
}

std::vector<std::uint32_t> HostWord::read(std::uint64_t begin, std::uint64_t count) const {
  const auto from = packed.begin() + static_cast<std::ptrdiff_t>(begin / (32 / bits));
  return {from, from + static_cast<std::ptrdiff_t>(numbers_of(count, bits))};
}

// --- generated words ----------------------------------------------------------------------------

std::uint64_t scan_piece(std::uint32_t letters, std::uint64_t about) {
  const std::uint64_t together = std::uint64_t{64} * letters_in_half(letters);
  return std::max<std::uint64_t>(1, about / together) * together;
}

void pack_generated(const LongWord& word, std::uint32_t letters, unsigned bits, std::uint64_t begin,
                    std::uint64_t count, std::uint32_t* packed) {
  pack_draws(word_keys(word.seed, word.number), letters, bits,
             begin / (2 * letters_in_half(letters)), count, packed);
}

// --- Scanner ------------------------------------------------------------------------------------

struct Scanner::Data {
  PatternMachine machine;
  Backend backend = Backend::reference;
  std::unique_ptr<ScanBackend> prepared;

  std::uint64_t piece() const {
    return scan_piece(machine.letters,
                      backend == Backend::cuda ? kScanCudaPiece * prepared->devices() : kPieceCpu);
  }

  /// A word from memory where run() reads it.
  std::unique_ptr<PlacedWord::Storage> place_packed(const LongWord& word) const {
    const std::uint64_t numbers = numbers_of(word.length, machine.bits);
    if (word.packed.size() != numbers) {
      throw Error({Fault::shape, "word.packed", std::to_string(numbers) + " numbers",
                   std::to_string(word.packed.size())});
    }
    std::unique_ptr<PlacedWord::Storage> storage = prepared->place(word.packed, word.length);
    if (!storage) {
      auto here = std::make_unique<HostWord>();
      here->packed = word.packed;
      storage = std::move(here);
    }
    return named(std::move(storage), word.length);
  }

  std::unique_ptr<PlacedWord::Storage> named(std::unique_ptr<PlacedWord::Storage> storage,
                                             std::uint64_t length) const {
    storage->length = length;
    storage->bits = machine.bits;
    storage->backend = backend;
    return storage;
  }

  ScanFound run(const PlacedWord::Storage& word, const ScanTask& task) const {
    ScanFound found = prepared->run(word, task);
    if (found.state == machine.states) complain(word);
    return found;
  }

  /// Some pattern is no letter: which.
  [[noreturn]] void complain(const PlacedWord::Storage& word) const {
    const std::uint64_t piece = std::uint64_t{1} << 26U;
    for (std::uint64_t begin = 0; begin < word.length; begin += piece) {
      const std::uint64_t count = std::min(piece, word.length - begin);
      const std::vector<std::uint32_t> packed = word.read(begin, count);
      for (std::uint64_t t = 0; t < count; ++t) {
        const std::uint32_t letter = letter_of(packed.data(), machine.bits, t);
        if (letter < machine.letters) continue;
        throw Error({Fault::range, "word, letter " + std::to_string(begin + t),
                     "a letter below " + std::to_string(machine.letters), std::to_string(letter)});
      }
    }
    throw Error({Fault::range, "word", "letters of the machine", "another"});
  }

  ScanResult run_generated(const LongWord& word, const ScanOptions& options) const {
    const Sorted sorted(options.positions, word.length);
    ScanFound all;
    all.state = machine.start;
    if (options.counts) all.counts.resize(machine.labels);
    std::size_t asked = 0;
    while (asked < sorted.positions.size() && sorted.positions[asked] == 0) {
      all.states.push_back(machine.start);
      ++asked;
    }
    for (std::uint64_t begin = 0; begin < word.length; begin += piece()) {
      const std::uint64_t count = std::min(piece(), word.length - begin);
      std::vector<std::uint64_t> positions;  // within the piece
      for (; asked < sorted.positions.size() && sorted.positions[asked] <= begin + count; ++asked) {
        positions.push_back(sorted.positions[asked] - begin);
      }
      const auto storage = named(prepared->generate(word, begin, count, options.threads), count);
      const ScanFound found =
          prepared->run(*storage, {all.state, positions, options.counts, options.threads});
      all.state = found.state;
      all.states.insert(all.states.end(), found.states.begin(), found.states.end());
      for (std::size_t i = 0; i < all.counts.size(); ++i) all.counts[i] += found.counts[i];
    }
    return sorted.result(all);
  }
};

Scanner::Scanner(Machine machine, unsigned bits, Backend backend)
    : data_(std::make_unique<Data>()) {
  check(machine);
  data_->machine = pattern_machine(machine, bits_for(machine.next.size() / machine.size(), bits));
  data_->backend = resolve(backend);
  if (data_->backend == Backend::cpu) data_->prepared = make_scan_cpu(data_->machine);
  if (data_->backend == Backend::cuda) {
    data_->prepared = make_scan_cuda(data_->machine, device_numbers());
  }
  if (!data_->prepared) data_->prepared = std::make_unique<ScanReference>(data_->machine);
}

Scanner::~Scanner() = default;
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;

Backend Scanner::backend() const noexcept { return data_->backend; }
unsigned Scanner::bits() const noexcept { return data_->machine.bits; }
ScanPlan Scanner::plan() const noexcept { return data_->prepared->plan(); }

ScanResult Scanner::run(const LongWord& word, const ScanOptions& options) const {
  const bool generated = word.packed.empty() && word.length != 0;
  if (generated && (std::uint64_t{1} << data_->machine.bits) < data_->machine.letters) {
    throw Error({Fault::unsupported, "word", "bits for every letter, or letters from memory",
                 std::to_string(data_->machine.bits) + " bits"});
  }
  if (generated) return data_->run_generated(word, options);
  const Sorted sorted(options.positions, word.length);
  const auto storage = data_->place_packed(word);
  return sorted.result(data_->run(
      *storage, {data_->machine.start, sorted.positions, options.counts, options.threads}));
}

ScanResult Scanner::run(const PlacedWord& word, const ScanOptions& options) const {
  if (word.length() == 0) return run(LongWord{}, options);
  if (word.storage().bits != data_->machine.bits || word.storage().backend != data_->backend) {
    throw Error({Fault::unsupported, "word", "one placed for this backend and number of bits",
                 std::string(name_of(word.storage().backend)) + ", " +
                     std::to_string(word.storage().bits) + " bits"});
  }
  const Sorted sorted(options.positions, word.length());
  return sorted.result(data_->run(
      word.storage(), {data_->machine.start, sorted.positions, options.counts, options.threads}));
}

PlacedWord Scanner::place(const LongWord& word, unsigned threads) const {
  if (!word.packed.empty() || word.length == 0) {
    auto storage = data_->place_packed(word);
    if (auto* here = dynamic_cast<HostWord*>(storage.get())) {
      here->own.assign(here->packed.begin(), here->packed.end());
      here->packed = here->own;
    }
    return PlacedWord(std::move(storage));
  }
  return PlacedWord(
      data_->named(data_->prepared->generate(word, 0, word.length, threads), word.length));
}

}  // namespace statewright::kernels
