#pragma once

#include <cstdint>
#include <optional>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/bounds/orbit.hpp"

namespace statewright::proofs {

/// What sampling saw.
struct Sampled {
  /// A word after which network and automaton differ, while they agree on its proper prefixes.
  /// Replayed by core::RoundedModel.
  std::optional<core::Word> wrong;
  std::uint64_t letters = 0;  ///< read in all
};

/// Reads `words` random words (letters independent and equally likely, a function of the seed, the
/// word's number and the position) of `length` letters in lock-step, until one is wrong: of those
/// wrong first, the one of the least number.
/// Errors: those of RoundedModel; Error{shape} for other letters. Limits: deadline and stop.
Sampled sample_random(const core::Model& model, const automata::Dfa& automaton,
                      const core::Semantics& semantics, std::uint64_t words, std::uint64_t length,
                      std::uint64_t seed, const core::Limits& limits = {});

/// An adversary: after each letter keeps, of all one-letter extensions of `beam` words, those that
/// are nearest to a wrong answer, until one is wrong or `length` is reached. Nearness: the least
/// over layers of the distance from the state to the nearest boundary of its symbol's region, over
/// the norm of the state, and over the same number for the exact state where the exact network
/// closes. A tenth of the places goes to random extensions. Equal states are kept once. Errors and
/// limits: as above.
Sampled sample_adversarial(const core::Model& model, const automata::Dfa& automaton,
                           const core::Semantics& semantics, const ExactOrbit& orbit,
                           std::uint64_t beam, std::uint64_t length, std::uint64_t seed,
                           const core::Limits& limits = {});

}  // namespace statewright::proofs
