#pragma once

// Internal to proofs_check/verify: the breadth-first search over pairs (network state, automaton
// state). It is written once for both definitions of what a network does, the reference and the
// fast one, which differ only in the `Machine` they hand in.

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// Open-addressing set of fixed-width keys that stand in one flat array; a key's index is its rank
/// of insertion. Keys are compared as bytes. Slots keep 32 bits of the hash, so that neither
/// growing nor a miss touches the keys. Up to 2^32 - 2 keys.
template <class Number>
class KeyTable {
 public:
  explicit KeyTable(std::size_t width) : width_(width), slots_(64) {}

  std::size_t size() const noexcept { return size_; }
  const Number* key(std::size_t index) const { return keys_.data() + index * width_; }
  std::vector<Number> release() && { return std::move(keys_); }

  /// Index of `key`, and whether it is new. Cost: O(width) expected.
  std::pair<std::uint32_t, bool> insert(const Number* key) { return insert(key, hash(key)); }
  /// The same with h = hash(key), so that others can compute it.
  std::pair<std::uint32_t, bool> insert(const Number* key, std::uint32_t h) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    Slot& slot = slots_[position(key, h)];
    if (slot.index != kEmpty) return {slot.index, false};
    slot = {static_cast<std::uint32_t>(size_), h};
    keys_.insert(keys_.end(), key, key + width_);
    return {static_cast<std::uint32_t>(size_++), true};
  }
  std::optional<std::uint32_t> find(const Number* key) const {
    const Slot& slot = slots_[position(key, hash(key))];
    return slot.index == kEmpty ? std::nullopt : std::optional(slot.index);
  }
  /// Fetches the memory that insert(key, h) will look at: the slot and, some time later, the key
  /// that it names.
  void prefetch(std::uint32_t h) const { __builtin_prefetch(&slots_[h & (slots_.size() - 1)]); }
  void prefetch_key(std::uint32_t h) const {
    const Slot& slot = slots_[h & (slots_.size() - 1)];
    if (slot.hash == h && slot.index != kEmpty) __builtin_prefetch(key(slot.index));
  }

  std::uint32_t hash(const Number* key) const {
    // Four independent chains, so that multiplications overlap; state vectors can be long.
    std::uint64_t h[4] = {0x9e3779b97f4a7c15ULL, 0xbf58476d1ce4e5b9ULL, 0x94d049bb133111ebULL,
                          width_};
    for (std::size_t i = 0; i < width_; ++i) {
      h[i & 3U] = (h[i & 3U] ^ static_cast<std::uint64_t>(key[i])) * 0xd6e8feb86659fd93ULL;
      h[i & 3U] ^= h[i & 3U] >> 32U;
    }
    std::uint64_t mixed = h[0];
    for (std::size_t j = 1; j < 4; ++j)
      mixed = (mixed ^ h[j]) * 0xbf58476d1ce4e5b9ULL + (mixed >> 29U);
    return static_cast<std::uint32_t>(mixed ^ (mixed >> 32U));
  }

 private:
  static constexpr std::uint32_t kEmpty = 0xffffffffU;
  struct Slot {
    std::uint32_t index = kEmpty, hash = 0;
  };

  /// Where `key` stands, or the empty slot where it belongs.
  std::size_t position(const Number* key, std::uint32_t h) const {
    std::size_t at = h & (slots_.size() - 1);
    while (slots_[at].index != kEmpty &&
           (slots_[at].hash != h || !equal(this->key(slots_[at].index), key))) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }
  bool equal(const Number* a, const Number* b) const {
    if (width_ == 1) return *a == *b;
    return std::memcmp(a, b, width_ * sizeof(Number)) == 0;
  }
  void grow() {
    std::vector<Slot> slots(2 * slots_.size());
    for (const Slot& slot : slots_) {
      if (slot.index == kEmpty) continue;
      std::size_t at = slot.hash & (slots.size() - 1);
      while (slots[at].index != kEmpty) at = (at + 1) & (slots.size() - 1);
      slots[at] = slot;
    }
    slots_ = std::move(slots);
  }

  std::size_t width_, size_ = 0;
  std::vector<Number> keys_;
  std::vector<Slot> slots_;
};

/// How letters and labels of model and automaton correspond, by name.
struct Correspondence {
  std::vector<Letter> letter;                          ///< [model letters] -> automaton letter
  std::vector<std::optional<automata::Output>> label;  ///< [model labels] -> automaton output

  Correspondence(const Model& model, const Dfa& automaton) {
    for (const std::string& name : model.letters.names()) {
      const auto found = automaton.letters.find(name);
      if (!found) {
        throw core::Error({core::Fault::shape, "alphabet",
                           "model and language to have the same letters",
                           "letter " + core::quoted(name) + " only in the model"});
      }
      letter.push_back(*found);
    }
    for (const std::string& name : automaton.letters.names()) {
      if (!model.letters.find(name)) {
        throw core::Error({core::Fault::shape, "alphabet",
                           "model and language to have the same letters",
                           "letter " + core::quoted(name) + " only in the language"});
      }
    }
    std::unordered_map<std::string_view, automata::Output> outputs;
    for (const std::string& name : automaton.labels) {
      outputs.emplace(name, static_cast<automata::Output>(outputs.size()));
    }
    for (const std::string& name : model.labels) {
      const auto found = outputs.find(name);
      label.push_back(found == outputs.end() ? std::nullopt : std::optional(found->second));
    }
  }
};

/// Searches breadth first, letters in the model's order, so that the word that leads to the first
/// disagreement is the length-lexicographically first shortest one.
///
/// Machine: what the network does on interned states. Ids are those of the layers' states, then
/// kExtraIds others that a state of the network needs. Needs
///   static constexpr std::size_t kExtraIds
///   void start(std::uint32_t* ids, std::uint32_t& output)
///   void step(const std::uint32_t* ids, Letter, std::uint32_t* next_ids, std::uint32_t& output)
///   std::optional<core::LimitHit> full()        when it can store no more
///   void replay(Counterexample&)                given the word
///   std::vector<StateTable> tables() &&
template <class Machine>
Verdict search_product(const Model& model, const Dfa& automaton, const core::Limits& limits,
                       Machine machine) {
  const Correspondence names(model, automaton);
  const std::size_t layers = model.layers.size(), letters = model.letters.size();
  const std::size_t ids = layers + Machine::kExtraIds;
  const std::size_t width = ids + 1;  // a row: the network's ids, then the automaton's state
  KeyTable<std::uint32_t> rows(width);
  std::vector<std::uint32_t> next, parent;
  std::vector<Letter> by;
  std::vector<std::size_t> depths = {1};
  std::vector<std::uint32_t> key(width), successor(width);
  core::Meter meter(limits, "product states");

  const auto collect = [&](std::size_t count, std::size_t expanded) {
    ProductRows out;
    for (std::size_t r = 0; r < count; ++r) {
      out.states.insert(out.states.end(), rows.key(r), rows.key(r) + layers);
      out.automaton.push_back(rows.key(r)[ids]);
    }
    out.next.assign(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(expanded * letters));
    out.depths = depths;
    out.layers = std::move(machine).tables();
    return out;
  };
  const auto refute = [&](Word word, std::uint32_t output, State q, std::size_t count,
                          std::size_t expanded) -> Verdict {
    Counterexample found;
    found.word = std::move(word);
    machine.replay(found);
    found.network_label = model.labels[output];
    found.automaton_label = automaton.labels[automaton.output[q]];
    found.rows = collect(count, expanded);
    return found;
  };

  std::uint32_t output = 0;
  machine.start(key.data(), output);
  key[ids] = automaton.start;
  if (names.label[output] != automaton.output[automaton.start]) {
    depths.clear();
    return refute({}, output, automaton.start, 0, 0);
  }
  rows.insert(key.data());
  parent.push_back(0);
  by.push_back(0);

  std::size_t depth = 0;
  std::size_t level_begin = 0;  // first row of this depth
  std::size_t level_end = 1;    // first row of the next depth
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (row == level_end) {
      ++depth;
      level_begin = level_end;
      level_end = rows.size();
      depths.push_back(level_end - level_begin);
    }
    const auto stop = [&](core::LimitHit hit) -> Verdict {
      return core::Unknown{std::move(hit), "network and language agree on every word of at most " +
                                               std::to_string(depth) + " letters"};
    };
    std::optional<core::LimitHit> hit = meter.check(rows.size());
    if (!hit) hit = machine.full();
    if (hit) return stop(*std::move(hit));
    std::copy_n(rows.key(row), width, key.begin());
    for (Letter a = 0; a < letters; ++a) {
      // Steps of irrational numbers, of which a row has one a letter, can take milliseconds.
      if (auto late = meter.check_time(rows.size())) return stop(*std::move(late));
      machine.step(key.data(), a, successor.data(), output);
      const State q = automaton.step(key[ids], names.letter[a]);
      successor[ids] = q;
      const auto [index, is_new] = rows.insert(successor.data());
      next.push_back(index);
      if (!is_new) continue;
      if (names.label[output] != automaton.output[q]) {
        Word word = {a};
        for (std::size_t r = row; r != 0; r = parent[r]) word.push_back(by[r]);
        std::reverse(word.begin(), word.end());
        // Rows of this depth and above all agree; those above have been expanded.
        return refute(std::move(word), output, q, level_end, level_begin);
      }
      parent.push_back(static_cast<std::uint32_t>(row));
      by.push_back(a);
    }
  }
  Proof proof;
  proof.rows = collect(rows.size(), rows.size());
  proof.states = proof.rows.size();
  return proof;
}

}  // namespace statewright::proofs
