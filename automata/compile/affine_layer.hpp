#pragma once

#include <optional>
#include <string>
#include <variant>

#include "automata/compile/metric.hpp"
#include "automata/language/language.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::automata {

/// A one-layer network on affinely independent points for states.
struct AffineLayer {
  core::Model model;
  core::Matrix<core::Rational> G;  ///< inner products of differences of states, see metric.hpp
  Dfa automaton;                   ///< whose states the points are
};

using AffineSearch = std::variant<AffineLayer, NoMetric, MetricUnknown>;

/// The network of one layer whose states are points with the inner products G of a metric of `dfa`:
/// H_0 = 0, letters rational contractions as generalised Householder factors, rank(A - I) of them
/// for partial isometries. The points have between n - 1 and 4 (n - 1) coordinates, as the pivots
/// of G are sums of so many squares; letters that are contractions of irrational singular values
/// are completed to isometries in further coordinates that nobody reads. Only letters whose numbers
/// are too large for that stay dense (About::note says which). Nothing if a pivot of G is too
/// large. Cost: O(n^4) rational operations a letter. Source: affine_layer.cpp.
std::optional<core::Model> affine_model(const Dfa& dfa, const core::Matrix<core::Rational>& g);

/// Looks for one layer by embedding states as points on which every letter is an affine
/// contraction: the states of `minimal`, then the elements of its transition monoid if there are at
/// most 24, then its states with a bit (partial_isometry.hpp), up to 24 of those and two letters.
/// NoMetric is the answer for the minimal automaton and says nothing of all networks:
/// obstruction.hpp does.
AffineSearch find_affine_layer(const Language& minimal, const core::Limits& limits = {});

}  // namespace statewright::automata
