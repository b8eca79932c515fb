#pragma once

// Internal to proofs_check/verify: successors of many rows at once, as bit codes.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/lrnn/lanes.hpp"
#include "proofs_check/verify/rounded_search.hpp"

namespace statewright::proofs {

/// A network whose operations are rounded one by one, and the automaton beside it, in lock-step.
///
/// A row is a pair (network state, automaton state) packed into words() 64-bit words: from the low
/// bits up, the codes of the layers' entries, as many as fit into each word, then the automaton's
/// state, in the last of these words if it fits there and else in a word of its own. Equal pairs
/// have equal words.
///
/// Const functions may run at the same time, each with its own Scratch.
class BlockMachine {
 public:
  /// Memory of one thread.
  struct Scratch {
    std::vector<double> states, after;           ///< [entries, lanes]
    std::vector<std::uint32_t> emitted, inputs;  ///< [layers, lanes], [lanes]
    std::vector<std::uint64_t> words;
    std::vector<State> automaton;  ///< [lanes]
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// Nothing where LaneLayer cannot evaluate the semantics.
  static std::optional<BlockMachine> make(const Question& question);

  std::size_t words() const noexcept { return words_; }
  std::size_t letters() const noexcept { return question_.model.letters.size(); }
  /// Rows that a call should have for the best speed.
  std::size_t lanes() const noexcept { return lanes_; }

  /// Bits of the layers' codes and of the automaton's state if words() = 1, from the low end;
  /// nothing else.
  unsigned state_bits() const noexcept { return state_bits_; }
  unsigned row_bits() const noexcept { return state_bits_ + automaton_bits_; }

  /// The pair before any letter.
  std::vector<std::uint64_t> start() const;

  /// successors [rows, letters, words]. `rows` is [count, words], count <= lanes().
  void expand(const std::uint64_t* rows, std::size_t count, std::uint64_t* successors,
              Scratch& scratch) const {
    expand(rows, count, successors, false, scratch);
  }
  /// The same, and row * letters + letter of the first successor whose network gives another label
  /// than its automaton, or kNone.
  std::size_t expand_and_judge(const std::uint64_t* rows, std::size_t count,
                               std::uint64_t* successors, Scratch& scratch) const {
    return expand(rows, count, successors, true, scratch);
  }

  /// The first of `count` <= lanes() rows whose network gives another label than its automaton, or
  /// kNone.
  std::size_t judge(const std::uint64_t* rows, std::size_t count, Scratch& scratch) const;

  State automaton_state(const std::uint64_t* row) const noexcept {
    return static_cast<State>(row[automaton_word_] >> automaton_shift_);
  }
  /// The codes of all layers' entries: appends entries() of them.
  void unpack(const std::uint64_t* row, std::vector<std::uint64_t>& codes) const;
  const StateCodes& codes() const noexcept { return codes_; }

 private:
  explicit BlockMachine(const Question& question);

  std::size_t expand(const std::uint64_t* rows, std::size_t count, std::uint64_t* successors,
                     bool judged, Scratch& scratch) const;
  void load(const std::uint64_t* rows, std::size_t count, std::size_t first_entry,
            std::size_t entries, double* states) const;
  void step(std::size_t letter, std::size_t count, Scratch& scratch, bool judged) const;
  bool agrees(std::uint32_t output, State q) const {
    return output_of_label_[output] == question_.automaton.output[q];
  }

  Question question_;
  StateCodes codes_;
  std::vector<core::LaneLayer> layers_;
  std::vector<std::size_t> first_entry_;  ///< of each layer, and the number of all
  std::vector<std::uint64_t>
      output_of_label_;  ///< [labels]; beyond all outputs where there is none
  std::size_t entries_ = 0, per_word_ = 0, words_ = 0, lanes_ = 0;
  std::size_t automaton_word_ = 0;
  unsigned automaton_shift_ = 0, automaton_bits_ = 0, state_bits_ = 0;
};

}  // namespace statewright::proofs
