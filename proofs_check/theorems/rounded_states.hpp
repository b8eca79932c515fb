#pragma once

#include <optional>
#include <string>

#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/theorems/form_part.hpp"

namespace statewright::proofs {

/// A ball that the state of a layer keeps to on every word although steps are rounded.
struct RoundedStates {
  /// At least |h - C| for all states h, C = part.states->center, Frobenius norm; no operation on
  /// the way overflows. Absent: nothing was found.
  std::optional<double> distance;
  std::string why;  ///< why not
};

/// Of a layer for all of whose inputs `part` has a contraction and a ball, in the arithmetics that
/// round inside the recurrence and have error bounds: once:F, F and mixed formats without tensor
/// cores; in cast:F, where nothing is rounded on the way, the exact ball and the range of F.
/// Source: rounded_states.cpp. Cost: one error bound for each input.
RoundedStates rounded_states(const core::Layer& layer, const FormPart& part,
                             const core::Semantics& semantics);

}  // namespace statewright::proofs
