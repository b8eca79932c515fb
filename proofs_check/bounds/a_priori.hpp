#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/bounds/orbit.hpp"

namespace statewright::proofs {

/// A horizon that holds by error bounds alone, without running anything in the semantics.
struct Certified {
  bool every_length = false;
  std::uint64_t letters = 0;  ///< all words of at most so many; with every_length without meaning
  bool operator==(const Certified&) const = default;
};

/// What a certified horizon was computed over.
enum class Method {
  exact_rows,  ///< the finitely many states of the exact network: a_priori()
  enclosure,   ///< sets that hold all states: certify_by_enclosure()
};

/// A certified horizon, or why there is none.
struct APriori {
  std::optional<Certified> certified;
  std::string why;  ///< set if there is none
  Method method = Method::exact_rows;
};

/// The largest length for which the following theorem gives agreement of the rounded network with
/// the exact one, and so with the language.
///
/// Setting. The exact network closes on rows r = (states of the layers, state of the automaton),
/// `orbit`. Fix a layer; H_r is its exact state in row r, h its rounded one after the same word.
/// All norms are Frobenius norms of states, 2-norms of matrices.
///
/// Step. For an input x there are constants, computed by step_bound() from the formats and the
/// stored parameters alone, such that for |h - H_r| <= E
///     |step(h, x) - (A_x H_r + B_x)|  <=  L_x E + delta_{r,x}.
/// Proof: fl(z) = z + e with |e| <= u |z| + eta for |z| up to the format's largest value (u = 2^-p,
/// twice that in directed and random modes; eta: half the least spacing, or that spacing). A sum of
/// k products formed from left to right errs by at most sum_j c_j |a_j h_j| + (eta terms), where
/// 1 + c_j counts a factor 1 + u for each rounding that term j takes part in (Higham, Accuracy and
/// Stability, section 3.1). Splitting h = H_r + e, the part in H_r is a number for each row, delta,
/// and the part in e is at most a norm times E, part of L. Stored parameters differ from exact
/// ones by known amounts: the difference applied to H_r goes to delta, its norm to L. Products of
/// factors: e_i = C_i e_{i-1} + f_i with |f_i| <= x_i |e_{i-1}| + delta_i, which gives
/// |e_m| <= |A| E + (prod (|C_i| + x_i) - prod |C_i|) E + delta. |C| of a generalised Householder
/// factor is max(1, |1 - beta|) exactly; |A| is 1 if A^T A = I exactly, else the least of
/// certified bounds. Operations that are exact whatever h is (products with powers of two, sums
/// that stay on one grid) take no part.
///
/// Exact rows. If H_r consists of values of the state's format and every operation of the step from
/// it is exact, E = 0 stays 0; checked operation by operation.
///
/// Margin. rho_r is the largest E for which the rounded readout of every h with |h - H_r| <= E
/// emits the exact symbol k: for all j,  (score_k - score_j)(H_r) - |W_k - W_j| E  exceeds the
/// rounding errors of both scores, again affine in E. It is also not more than what keeps every
/// intermediate value of the steps from r below the largest value of its format.
///
/// Induction. E_0(start) = |rounded H_0 - H_0|,
///     E_{t+1}(r') = max over letters a and rows r with a: r -> r' of  L E_t(r) + delta_{r,a}.
/// While E_s(r) < rho_r in all layers for all s <= t and rows r that words of s letters reach, all
/// layers emit the exact symbols on all words of t letters, layer by layer: the inputs of a layer
/// are the exact ones because those of earlier layers are. This maximum over words is what the
/// function computes, with E made monotone in t, so that a repetition (E_{t+1} = E_t) proves every
/// length. After a budget of steps all rows are taken together: a block of b letters maps the
/// largest error M to at most L_max^b M + delta_b, where delta_b is the same dynamic programme from
/// E = 0 in all rows, and such maps are composed by repeated doubling, up to 2^62 letters. Every
/// number is rounded up (margins down).
///
/// Rotations. If all A are orthogonal, nothing is added, and no output has a bias, then regions of
/// one symbol are cones, and radial errors are harmless. The second bound is on angles: with
/// relative step errors eps_{r,x} = sup |error| / |h|, the angle between h and H_r grows by at
/// most asin(eps) a letter, and the symbol is right while the angle is below asin(rho_r / |H_r|).
/// |h| itself stays in an interval that grows by the factors 1 -+ eps, which bounds eta / |h| and
/// overflow. The larger of the two horizons is returned.
///
/// `once`: one rounding of each component, exact parameters and readout; the same induction with
/// L = |A| (1 + u). `cast`: if no letter adds anything the state shown is the exact one rounded
/// once, so the answer does not depend on t. Other evaluations: no bound.
/// Cost: O(distinct (state, input) pairs * operations of a step + states * outputs * n d).
/// Limits: the deadline and stop; a horizon is then computed from the steps done so far.
APriori a_priori(const core::Model& model, const ExactOrbit& orbit,
                 const core::Semantics& semantics, const core::Limits& limits = {});

}  // namespace statewright::proofs
