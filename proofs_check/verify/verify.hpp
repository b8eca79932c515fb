#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/verdict.hpp"

namespace statewright::proofs {

using automata::Dfa;
using automata::State;
using core::Integer;
using core::Letter;
using core::Model;
using core::Word;

/// Distinct states of one layer as integers over the layer's denominator: the narrowest of three
/// widths that holds them all, because rows can be many.
struct StateTable {
  std::size_t width = 0;  ///< n d
  Integer denominator = 1;
  std::variant<std::vector<std::int8_t>, std::vector<std::int64_t>, std::vector<Integer>>
      entries;  ///< [states, width]

  std::size_t size() const noexcept;
  Integer at(std::size_t state, std::size_t entry) const;
  /// Appends the integers of a state to `text`, a space before each.
  void append(std::size_t state, std::string& text) const;
};

/// Pairs (network state, automaton state) in breadth-first order from the start: the evidence
/// behind both a proof (then closed under every letter) and a shortest counterexample (then every
/// pair reached by fewer letters than the counterexample has).
struct ProductRows {
  std::vector<StateTable> layers;     ///< one per layer
  std::vector<std::uint32_t> states;  ///< [rows, layers]: index into the layer's table
  std::vector<State> automaton;       ///< [rows]
  std::vector<std::uint32_t> next;  ///< [expanded rows, letters]: row reached, letters of the model
  std::vector<std::size_t> depths;  ///< rows of depth 0, 1, ..; depth = letters from the start

  std::size_t size() const noexcept { return automaton.size(); }
};

/// Network and automaton agree on every word: `rows` is closed and all its rows agree.
struct Proof {
  ProductRows rows;
};

/// A shortest word on which they differ (length-lexicographically first in the model's letters),
/// and `rows` of all pairs reached by shorter words, all of which agree.
struct Counterexample {
  Word word;                       ///< in the model's letters
  std::string network_label;       ///< what the network gives
  std::string automaton_label;     ///< what the automaton gives
  std::vector<core::Step> replay;  ///< core::simulate(model, word): the reference agrees
  ProductRows rows;
};

using Verdict = core::Verdict<Proof, Counterexample>;

/// Decides whether `model` gives every word, the empty one included, the same label as `automaton`,
/// in exact arithmetic: breadth-first search over reachable pairs. Letters are matched by name,
/// labels compared by name.
///
/// A counterexample is replayed by core::simulate before it is returned. Unknown is returned when a
/// limit is hit, with the length below which all words agree; the state space of an exact network
/// can be infinite.
/// Errors: Error{shape} if the alphabets differ, with the letter.
/// Cost: rows * letters steps; integer transitions run on machine integers with overflow checks and
/// start again with wider ones, in the end with rationals, with equal results.
Verdict verify(const Model& model, const Dfa& automaton, const core::Limits& limits = {});

/// The same by the obvious search over core::next_step and rationals: the specification of
/// `verify`.
Verdict verify_reference(const Model& model, const Dfa& automaton, const core::Limits& limits = {});

}  // namespace statewright::proofs
