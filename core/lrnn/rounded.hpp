#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"

namespace statewright::core {

/// What an evaluator keeps beyond the visible states (chunk entries, exact summands).
struct RoundedMemory;

/// A network after some word, in a rounded semantics.
struct RoundedStep {
  std::vector<Matrix<double>> states;  ///< one [n, d] per layer; values of the format, or NaN
  std::vector<std::uint32_t> emitted;  ///< one symbol per layer
  std::uint32_t output = 0;            ///< index into Model::labels; = emitted.back()
  std::shared_ptr<const RoundedMemory> memory;  ///< null where the states are all there is
};

/// A network prepared for one rounded semantics: THE specification of what it computes there. Every
/// faster evaluation returns the same bits, and tests say so by equality.
///
/// fl rounds to the accumulate format, st to the state's, both correctly, once. A parameter that
/// rounds to zero is +0, because parameters are numbers; results keep their signs of zero and NaN.
/// Sums over j begin with the first product, not with 0.
///
/// `stepwise`: parameters are rounded to io first: the entries of v, of diagonals, dense matrices
/// and B, and the scale  beta / (v . v)  of a factor, computed exactly from the unrounded
/// parameters and then rounded once; H_0 is rounded to the state's format.
///   factor, per column of H:  s = fl(v_0 h_0); s = fl(s + fl(v_j h_j)) for j = 1, .., n-1, where
///     v_j = 0 (after rounding) is skipped; w = fl(scale s); h_j = st(fl(h_j - fl(v_j w))) for
///     v_j != 0. All v_j = 0: nothing happens.
///   diagonal:  h_i = st(fl(a_i h_i)).
///   dense, per column:  s = fl(A_i0 h_0); s = fl(s + fl(A_ij h_j)) for j = 1, .., n-1, nothing
///     skipped; h'_i = st(s). With B its entry is added before st: h'_i = st(fl(s + B_ic)).
///   B for products and diagonals:  h = st(fl(h + B)) after A; entries B = 0 are not skipped.
///   With a tensor core, s above is the dot product as the core computes it, of operands rounded to
///     io, starting from +0, in groups in the order of j (zeros not skipped), the result fp32;
///     other operations are rounded to fp32.
///   readout:  score = round(W_k0 h_0); score = round(score + round(W_kj h_j)) for j = 1, ..; then
///     round(score + c_k), in the readout's format with W and c rounded to it; h is used as it is.
///     Absent readout format: exactly, with W and c exact.
///
/// `once`: h' = st(A h + B) per component, A h + B exact with exact parameters; H_0 rounded; exact
///   readout. A column with an infinity or NaN becomes NaN in every component, for want of a value.
///
/// `cast` (Grazzi et al. 2025, B.1): parameters exact; the state shown and read out after the
///   letters x_1 .. x_t is
///     st( st(A(x_t) .. A(x_1) H_0) + sum_s st(A(x_t) .. A(x_{s+1}) B(x_s)) )
///   with exact products and an exact sum, to which infinities and NaN add as in IEEE 754; exact
///   readout.
///
/// `chunk`: words are cut into chunks of C letters; only products of factors have this form. Let S
///   be the state at the start of the chunk, H_0 rounded at first; the factors and additions of the
///   letters read since then are numbered 1, 2, .. in their order. Factor i has key k_i and scale
///   t_i (rounded as above), per column:
///     u = dot(k_i, S); for j = 1, .., i-1 in order: if j is a factor, u = fl(u - fl(G_ij w_j))
///     with G_ij = dot(k_i, k_j), if an addition, u = fl(u + dot(k_i, B_j)); w_i = fl(t_i u).
///   State after any letter:  h_r = S_r, then in order h_r = fl(h_r - fl(k_jr w_j)) or
///     h_r = fl(h_r + B_jr). dot is s = fl(a_0 b_0), then s = fl(s + fl(a_r b_r)), nothing skipped.
///   After C letters S = that state. Readout as in stepwise.
///
/// The readout emits argmax_k of the scores: the smallest k whose score no later one exceeds; NaN
/// exceeds nothing and is exceeded by any number. An exact readout has no scores for a state with
/// an infinity or NaN, and emits 0.
///
/// Stochastic formats (/sr, /se): parameters and H_0 are stored to nearest-even. The roundings of a
/// step are numbered 0, 1, .. as they happen: layers in order, in each the transition and then the
/// readout; a letter's factors in order, columns in order; a dense matrix column by column, a
/// diagonal and B row by row; fl before st, which counts only where the formats differ; operands of
/// a tensor core before the dot product, which is not random. The counter of rounding i of step t
/// is 2^32 t + i; the readout of H_0 is step 0. So steps depend on the position in the word then,
/// and `memory` and `key` hold it. (cast counts H_0's summand, the others, then the sum; equal
/// summands share one rounding.)
class RoundedModel {
 public:
  /// Errors: Error{unsupported} naming layer and letter for a transition that the semantics cannot
  /// have (chunk: diagonal, dense), and for `exact`, `ball` and `mpfr:p=`, which are evaluated
  /// elsewhere (`mpfr:F` is evaluated as F: the bits are the same); those of Arithmetic.
  RoundedModel(const Model& model, const Semantics& semantics);
  ~RoundedModel();
  RoundedModel(RoundedModel&&) noexcept;
  RoundedModel& operator=(RoundedModel&&) noexcept;

  const Model& model() const noexcept;
  const Semantics& semantics() const noexcept;

  RoundedStep start() const;
  RoundedStep next(const RoundedStep& step, Letter letter) const;

  /// Bytes that determine all later steps: equal keys, equal futures. Distinguishes -0 from +0.
  std::string key(const RoundedStep& step) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

/// Reads `word` from the start: word.size() + 1 steps, the initial one first.
std::vector<RoundedStep> simulate(const RoundedModel& model, std::span<const Letter> word);

/// The model with every parameter as `stepwise` stores it: rational, and fixed under storing it
/// again. A factor keeps its keys rounded and gets  beta = scale (v . v)  of the rounded ones. W
/// and c are rounded to the readout's format, unchanged if that is absent. About::note says so.
/// Errors: Error{unsupported} for other kinds, for NaN or infinity as a parameter; Error{shape} if
/// a key rounds to 0.
Model quantise(const Model& model, const Semantics& semantics);

}  // namespace statewright::core
