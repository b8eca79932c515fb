#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "core/verdict.hpp"
#include "proofs_check/bounds/a_priori.hpp"
#include "proofs_check/bounds/orbit.hpp"

namespace statewright::proofs {

/// How many letters a network can be trusted in one semantics: three answers, certified <= exact <=
/// observed.
struct Horizon {
  core::Semantics semantics;

  /// A priori: on every word of at most this many letters the network agrees with the language, by
  /// error bounds alone: those of a_priori() where they give a number, else those of
  /// certify_by_enclosure(); `certified_by` says which. Absent: no bound.
  std::optional<Certified> certified;
  Method certified_by = Method::exact_rows;
  /// Why a_priori() has no number (the exact network does not close, ..), and, if neither has, why
  /// the other has none.
  std::string certified_why;

  /// Decided by search over bit patterns (verify).
  core::Outcome outcome = core::Outcome::unknown;
  /// Refuted: all words of at most this many letters agree; absent if the empty word is wrong.
  std::optional<std::uint64_t> exact_letters;
  core::Word witness;        ///< refuted: the shortest wrong word
  core::LimitHit hit;        ///< unknown: what stopped the search
  std::string reached;       ///< unknown: what it had found by then
  std::uint64_t states = 0;  ///< proved, refuted: reachable pairs found

  /// Shortest wrong prefix seen in sampling: at this many letters the network was wrong. Sampling
  /// ends there; `exact` is not sampled.
  std::optional<std::uint64_t> random_failure, adversarial_failure;
  std::uint64_t sampled_letters = 0;  ///< in all, by both

  double seconds = 0;
};

struct BoundsOptions {
  std::uint64_t random_words = 64;
  std::uint64_t random_length = 10'000;
  std::uint64_t beam = 64;  ///< words kept by the adversary, who prefers small margins
  std::uint64_t adversarial_length = 2'000;
  std::uint64_t seed = 1;
  /// For each semantics, beside the limits: certification and sampling end after half of it, the
  /// search gets what is left.
  std::optional<double> seconds = {};
  core::Limits limits = {};  ///< max_states: of each search
};

/// One row for each semantics. Unknown is not an error; what is impossible for a semantics is.
/// Lengths of samples are cut so that reading out all their scores takes at most about 10^9
/// products, and to 300 letters of 8 words where words are read one by one (other kinds than
/// `stepwise`).
/// Errors: Error{shape} if the alphabets differ; Error{unsupported} for `ball` and `mpfr:p=`, and
/// as RoundedModel.
std::vector<Horizon> bounds(const core::Model& model, const automata::Dfa& automaton,
                            const std::vector<core::Semantics>& semantics,
                            const BoundsOptions& options = {});

/// The same for one semantics, with what the exact network does: exact_orbit(model, automaton).
Horizon bounds(const core::Model& model, const automata::Dfa& automaton, const ExactOrbit& orbit,
               const core::Semantics& semantics, const BoundsOptions& options = {});

/// exact_orbit within the options: at most 200,000 states, and half of the time.
ExactOrbit orbit_for_bounds(const core::Model& model, const automata::Dfa& automaton,
                            const BoundsOptions& options);

}  // namespace statewright::proofs
