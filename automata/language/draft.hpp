#pragma once

// Internal: an automaton while a file is being read. Names become numbers in the order in which the
// format says they count, each remembers where it stood, and finish() turns the whole into an Nfa
// (acceptors) or a complete Dfa (Moore machines).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "automata/language/formats.hpp"
#include "automata/language/scanner.hpp"

namespace statewright::automata::formats {

inline constexpr std::uint32_t kNone = 0xFFFFFFFFU;
inline constexpr Letter kEmptyMove = kNone;

/// Distinct names, numbered in the order of their first mention.
class NameList {
 public:
  std::uint32_t intern(std::string_view name, At at);
  std::optional<std::uint32_t> find(std::string_view name) const;
  std::size_t size() const noexcept { return names_.size(); }
  const std::string& name(std::uint32_t i) const { return names_[i]; }
  At at(std::uint32_t i) const { return at_[i]; }
  const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };
  std::vector<std::string> names_;
  std::vector<At> at_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> index_;
};

class Draft {
 public:
  explicit Draft(const Source& source) : source_(source) {}

  NameList states, letters, labels;
  bool letters_declared =
      false;           ///< the file lists its letters: their order counts, others are errors
  bool moore = false;  ///< states carry `labels` rather than accept or reject

  /// Adds to a declared list. Errors: Error{range} if `name` is in it already, Error{syntax} if it
  /// is empty or has control characters.
  std::uint32_t declare(NameList& list, std::string_view what, std::string_view name, At at);

  /// The number of a letter on a move. Errors: Error{range} if letters are declared and this one is
  /// not, Error{syntax} for a name that no letter may have.
  Letter letter(std::string_view name, At at);
  /// Errors: Error{range} if unknown.
  State known_state(std::string_view name, At at, std::string hint = {}) const;

  void add_move(State from, Letter letter, State to, At at) {
    edges_.push_back({from, letter, to, at});
  }
  void add_initial(State q) { initial_.push_back(q); }
  void accept(State q) { set_output(q, kAccept); }
  /// `output` an index into `labels`.
  void set_output(State q, Output output);
  Output output_of(State q) const { return q < output_.size() ? output_[q] : kNone; }

  /// Errors: Error{range} at the second of two moves of one state on one letter.
  void require_deterministic();

  /// The automaton. Undeclared letters are ordered bytewise by name unless `keep_letter_order`.
  /// Names that are just the numbers 0, 1, .. in order count as no names. Empty moves are removed.
  /// Errors: Error{range} for no state, no start (at the end of the file), a Moore machine that is
  /// not complete and deterministic or lacks an output; Error{unsupported} for empty moves in a
  /// Moore machine or when removing them takes more than 20 million steps.
  ParsedAutomaton finish(bool keep_letter_order = false);

 private:
  struct Edge {
    State from;
    Letter letter;
    State to;
    At at;
  };
  void order_letters();
  void sort_edges();
  Nfa acceptor();
  Dfa machine();
  std::vector<std::string> state_names() const;
  void remove_empty_moves(Nfa& nfa, const std::vector<std::vector<State>>& empty) const;

  const Source& source_;
  std::vector<Edge> edges_;
  std::vector<State> initial_;
  std::vector<Output> output_;
};

// One pair for each format; `where` names the text in messages.
ParsedAutomaton read_dfa(std::string_view text, std::string_view where);
ParsedAutomaton read_json(std::string_view text, std::string_view where);
ParsedAutomaton read_dot(std::string_view text, std::string_view where);
ParsedAutomaton read_fsm(std::string_view text, std::string_view where);
ParsedAutomaton read_mata(std::string_view text, std::string_view where);
ParsedAutomaton read_jff(std::string_view text, std::string_view where);
ParsedAutomaton read_canonical(std::string_view text, std::string_view where);

std::string write_dfa(const Dfa& dfa);
std::string write_json(const Dfa& dfa);
std::string write_dot(const Dfa& dfa);
std::string write_fsm(const Dfa& dfa);
std::string write_mata(const Dfa& dfa);
std::string write_jff(const Dfa& dfa);

/// Throws Error{unsupported} "`what` in FORMAT" for something that a format cannot hold.
[[noreturn]] void cannot_write(std::string_view format, std::string expected, std::string found);

}  // namespace statewright::automata::formats
