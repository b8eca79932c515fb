#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/squares.hpp"

namespace statewright::proofs {

/// H <- A H + B with rational numbers.
struct RationalStep {
  core::Matrix<core::Rational> a, b;  ///< [n, n], [n, d]
};

/// |A h| <= q |h| for one input, |h|^2 = h^T P h.
struct InputContraction {
  std::size_t input = 0;
  core::Rational q;
  SumOfSquares squares;  ///< of q^2 P - A^T P A, coprime
};

/// All columns h of the state keep |h - c|^2 <= square, c the same column of `center`.
struct StateBound {
  core::Rational square;                ///< R^2
  core::Matrix<core::Rational> center;  ///< [n, d]
};

/// One quadratic form for some inputs of a layer; what FORMAT.md 4.9 calls a part.
struct FormPart {
  std::size_t layer = 0;
  std::string how;  ///< where P is from: "the norm", "one matrix", "a search"
  core::Matrix<core::Integer> form;
  core::Rational least;  ///< c > 0
  SumOfSquares above;    ///< of P - c 1, coprime
  std::vector<InputContraction> inputs;
  std::optional<StateBound> states;  ///< known for all inputs of the layer only

  /// The largest q.
  core::Rational contraction() const;
  /// Of each entry of the state the square of the most that it differs from the center's. Requires:
  /// states.
  core::Rational square_of_distance() const { return states->square / least; }
};

/// The part for these inputs of a layer, `steps` in the order of its table: for each about the
/// least q. Requires: P is positive definite, and q = 1 serves all of the inputs.
FormPart part_of(std::size_t layer, std::string how, core::Matrix<core::Integer> form,
                 const std::vector<RationalStep>& steps, const std::vector<std::size_t>& inputs);

/// Adds the smallest ball around a fixed point of the steps with q = 1 that holds the start and is
/// never left; none if there is no such point. Requires: the part is for all inputs.
void set_states(FormPart& part, const std::vector<RationalStep>& steps,
                const core::Matrix<core::Rational>& start);

}  // namespace statewright::proofs
