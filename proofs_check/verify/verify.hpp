#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/semantics.hpp"
#include "core/verdict.hpp"
#include "kernels/backend.hpp"

namespace statewright::proofs {

using automata::Dfa;
using automata::State;
using core::Integer;
using core::Letter;
using core::Model;
using core::Word;

/// Distinct states of one layer as integers over the layer's denominator: the narrowest of several
/// widths that holds them all, because rows can be many. In a rounded semantics the integers are
/// bit codes of the state's format, 2^width() for a NaN that has none, and the denominator is 1.
struct StateTable {
  std::size_t width = 0;  ///< n d
  Integer denominator = 1;
  /// [states, width]; states of irrational networks are not integers over anything and have no
  /// certificate: at() and append() are Error{unsupported} for them.
  std::variant<std::vector<std::int8_t>, std::vector<std::int64_t>, std::vector<Integer>,
               std::vector<core::Real>, std::vector<std::uint16_t>, std::vector<std::uint64_t>>
      entries;

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

/// Over one letter the pairs are a path of `preperiod` pairs into a cycle of `period` ones.
struct Cycle {
  std::uint64_t preperiod = 0, period = 0;
};

/// Network and automaton agree on every word: `rows` is closed and all its rows agree.
struct Proof {
  ProductRows rows;
  /// Reachable pairs; rows.size(), or more where the rows are too many to keep (then none are), or
  /// where each stands for a ray of states (`cast`).
  std::uint64_t states = 0;
  std::optional<Cycle> cycle;  ///< one letter only
  /// No operation ever rounds: all parameters and products are exact, and the terms of each sum are
  /// multiples of one power of two, small enough that the sum is exact in whatever order it is
  /// formed, fused or not.
  bool order_free = false;
};

/// A shortest word on which they differ (length-lexicographically first in the model's letters),
/// and `rows` of all pairs reached by shorter words, all of which agree.
struct Counterexample {
  Word word;                       ///< in the model's letters
  std::string network_label;       ///< what the network gives
  std::string automaton_label;     ///< what the automaton gives
  std::vector<core::Step> replay;  ///< exact: core::simulate(model, word): the reference agrees
  /// Rounded semantics: the same, of words of at most kLongestReplay letters; by MPFR if the
  /// semantics says so ("mpfr:bf16").
  std::vector<core::RoundedStep> rounded_replay;
  static constexpr std::size_t kLongestReplay = 1U << 16U;
  ProductRows rows;  ///< none where they are too many to keep
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

/// The same in any semantics that has a state from step to step: all but `ball` and `mpfr:p=`.
///
/// `exact` is the function above. Otherwise a search over bit patterns, by the first of these
/// methods that applies:
/// one letter: Brent's cycle finding in constant memory (Proof::cycle);
/// operations rounded one by one, without random bits: hash-consed rows, many evaluated at once
/// (core/lrnn/lanes.hpp); if there are more than five million of them and all codes together, of
/// all layers' states and of the automaton's state unless its label tells it, have at most 33 bits,
/// a dense bitset, whose memory is fixed; else the search of the reference. Limits::max_states
/// applies to bitset and cycle finding only if it is set. Successors are computed by all processors
/// and stored in order, so the counterexample is the length-lexicographically first of the
/// shortest. Rows are kept up to five million (one letter: one million).
///
/// Before that a short search in dyadic numbers tries to show that no operation ever rounds, as
/// with permutations of small integers (Proof::order_free); if it succeeds the answer is a proof
/// even if the search for rows hits a limit. Stochastic formats draw other bits at every position,
/// so a search over them does not close. In `cast`, where exact states need not recur, a layer of
/// rational letters without additions is tried over rays of states that cast to the same values
/// (cast_rays.hpp); such a proof has no rows. Errors: Error{unsupported} for `ball` and `mpfr:p=`,
/// and as RoundedModel.
Verdict verify(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
               const core::Limits& limits = {});

/// The same by a backend of kernels/, with equal outcome, word and, in proofs, number of states.
/// `automatic` is the function above, except that a GPU, where there is one, does the search that
/// is left to a dense bitset, of up to 2^36 codes then. `cpu` and `cuda` do all searches over two
/// letters and more in such a bitset (kernels/reach.hpp) and keep no rows, so that a proof has no
/// certificate; over one letter cycle finding is what it was. `reference` is the function below.
/// Errors besides: Error{unavailable} for a backend that is not here; Error{unsupported} for `cpu`
/// and `cuda` in `exact` semantics, in those whose steps kernels/ does not have, and where there
/// are more codes than 2^36.
Verdict verify(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
               const core::Limits& limits, kernels::Backend backend);

/// The same by the obvious search over core::RoundedModel: the specification of the functions
/// above, with equal outcomes, words and rows; cycle and order_free stay unset.
Verdict verify_reference(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                         const core::Limits& limits = {});

}  // namespace statewright::proofs
