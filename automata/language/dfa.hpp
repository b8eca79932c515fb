#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/alphabet.hpp"

namespace statewright::automata {

using core::Alphabet;
using core::Letter;
using core::Word;
using State = std::uint32_t;
using Output = std::uint32_t;  ///< index into Dfa::labels

/// A complete deterministic Moore machine: every state has a successor for every letter and an
/// output label. An acceptor is the case labels = {"reject", "accept"}, in that order.
///
/// Stored as two flat arrays, because every algorithm here is bound by memory traffic:
/// next[q * letters + a] is the successor, output[q] the label. Up to 2^32 - 2 states.
struct Dfa {
  Alphabet letters;
  std::vector<std::string> labels;
  State start = 0;
  std::vector<State> next;               ///< [states, letters], row-major
  std::vector<Output> output;            ///< [states]
  std::vector<std::string> state_names;  ///< [states], or empty: then state q is named "q"

  std::size_t size() const noexcept { return output.size(); }
  State step(State q, Letter a) const { return next[std::size_t{q} * letters.size() + a]; }
  State run(std::span<const Letter> word) const {
    State q = start;
    for (const Letter a : word) q = step(q, a);
    return q;
  }
  const std::string& label(std::span<const Letter> word) const { return labels[output[run(word)]]; }
  std::string state_name(State q) const {
    return state_names.empty() ? std::to_string(q) : state_names[q];
  }
  bool operator==(const Dfa&) const = default;
};

/// {"reject", "accept"}.
const std::vector<std::string>& acceptor_labels();
inline constexpr Output kReject = 0;
inline constexpr Output kAccept = 1;

/// labels == acceptor_labels().
bool is_acceptor(const Dfa& dfa);

/// Checks foreign data: at least one state, sizes that fit, successors, outputs and start in range.
/// Errors: Error{shape} or Error{range} at `where`.
void validate(const Dfa& dfa, std::string_view where = "automaton");

}  // namespace statewright::automata
