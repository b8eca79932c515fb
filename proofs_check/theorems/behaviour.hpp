#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "core/verdict.hpp"

namespace statewright::proofs {

/// Whether rounding to the format is a function, the same for equal numbers, that cuts the line
/// into finitely many intervals: no random bits, no wrapping around.
bool is_monotone(const core::Format& format);

/// The network over the one letter `letter`: the same layers, and of their inputs those with that
/// token. `letter` must be one of the model's.
core::Model unary_model(const core::Model& model, core::Letter letter);

/// A theorem about rounded recurrences that holds for a network on the words of one letter.
struct RoundingTheorem {
  std::string reason;  ///< why it applies, in words
  std::string coq;     ///< its name in the Coq library
};

/// Whether such a theorem says that in this semantics the states come to rest on the words of this
/// letter. For every layer one of these: the steps of all its inputs under the letter are monotone
/// in every coordinate, because A is diagonal with entries >= 0 and every rounding is monotone
/// (`once`, and every operation rounded); or they are symmetric positive semidefinite with one
/// rounding for each coordinate (`once`). Roundings that wrap around or draw are not monotone.
std::optional<RoundingTheorem> rounding_theorem(const core::Model& model, core::Letter letter,
                                                const core::Semantics& semantics);

/// What a network does on the words a, aa, aaa, .. in an arithmetic with finitely many states.
struct LetterBehaviour {
  core::Letter letter = 0;
  std::optional<RoundingTheorem> theorem;
  /// After `preperiod` letters the states of all layers repeat every `period` letters.
  std::uint64_t preperiod = 0, period = 0;
  /// From `output_preperiod` letters on the labels repeat every `output_period` letters, the least
  /// such numbers; only if preperiod + period is at most kLongestOutput.
  std::optional<std::uint64_t> output_preperiod, output_period;
  std::vector<std::string> labels;       ///< of one output period, at most 24 of them
  std::optional<core::Unknown> unknown;  ///< then of all this only `theorem` is known

  static constexpr std::uint64_t kLongestOutput = 100'000;
  bool at_rest() const noexcept { return !unknown && period == 1; }
};

/// Follows the states on the words of one letter to their cycle (Brent), by the evaluation that
/// `verify` uses, and reads the labels of the way and of the cycle.
/// Limits: letters count as states, if max_states is set. Errors: as RoundedModel;
/// Error{unsupported} for `exact`, `cast`, `ball` and `mpfr:p=`, whose states do not come round,
/// and for stochastic formats, whose steps depend on the position.
LetterBehaviour behaviour_on(const core::Model& model, core::Letter letter,
                             const core::Semantics& semantics, const core::Limits& limits = {});

}  // namespace statewright::proofs
