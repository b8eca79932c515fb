#pragma once

// Internal to proofs_check/bounds: how far one rounded step and one rounded readout can be from
// the exact ones. a_priori.hpp states the inequalities; here are the constants.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/lrnn/model.hpp"
#include "core/number/format.hpp"
#include "core/number/round.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/bounds/upper.hpp"

namespace statewright::proofs {

/// |fl(x) - x| <= relative |x| + absolute, for |x| <= largest.
struct RoundingError {
  double relative = 0, absolute = 0;
  bool none() const noexcept { return relative == 0 && absolute == 0; }
};

/// Of one rounding into the format, whatever the argument.
RoundingError rounding_error(const core::Format& format);

/// Whether every finite value of `inner` is a value of `outer`.
bool contains(const core::Format& outer, const core::Format& inner);

/// Of fl(a h) for the known number a and any h that is a value of `operand`: nothing where products
/// with a are exact, up to underflow.
RoundingError product_error(const core::Format& result, double a, const core::Format& operand);

/// Of fl(a + b) for any values of the two formats.
RoundingError sum_error(const core::Format& result, const core::Format& a, const core::Format& b);

/// Of  s = fl(a_0 h_0); s = fl(s + fl(a_j h_j)), j = 1, ..  for known a and any h of a format:
/// |s - a . h| <= sum_j coefficients[j] |h_j| + absolute, and no partial sum is larger than
/// sum_j (|a_j| + coefficients[j]) |h_j| + absolute.
struct SumError {
  std::vector<double> coefficients;
  double absolute = 0;
  double size = 0;  ///< |a|
  double norm = 0;  ///< |coefficients|
};
SumError left_to_right(std::span<const double> a, const core::Format& result,
                       const core::Format& operand);

/// `value` as a parameter is stored, rounded once.
double stored_value(const core::Real& value, const core::Format& format);

/// The rounder of a format, if it has one; without it nothing is found to be exact.
std::optional<core::Rounder> rounder_of(const core::Format& format);

/// Operations on known numbers that must turn out exact in a format.
class Exactly {
 public:
  explicit Exactly(const std::optional<core::Rounder>& round) : round_(round) {}
  bool holds() const noexcept { return holds_; }

  double mul(double a, double b);
  double add(double a, double b);
  double value(double x);  ///< x as a value of the format

 private:
  void check(bool right) { holds_ = holds_ && right; }
  const std::optional<core::Rounder>& round_;
  bool holds_ = true;
};

/// Bounds on angles let |h| grow to this multiple of |H|, and shrink as much.
inline constexpr double kWidest = 16;

/// A state and what is known of it.
struct ExactState {
  std::vector<Interval> entries;                   ///< [n d]
  std::optional<std::vector<double>> values = {};  ///< the entries, if the state's format has them
  double norm = 0;                                 ///< at least the Frobenius norm
  double least_norm = 0;                           ///< at most it
};
ExactState exact_state(const core::Matrix<core::Real>& state, const core::Format& format);

/// One transition in a `stepwise` or `once` semantics.
class StepError {
 public:
  virtual ~StepError() = default;

  /// |step(h) - (A H + B)| <= (norm() + linear()) |h - H| + at(H).delta as long as |h - H| <=
  /// at(H).cap. With H = 0 it bounds the error of the step from h itself.
  struct At {
    double delta = 0;
    double cap = 0;      ///< negative: no h at all
    bool exact = false;  ///< from h = H no operation rounds
  };
  /// `next` is A H + B.
  virtual At at(const ExactState& state, const ExactState& next) const = 0;

  double norm() const noexcept { return norm_; }      ///< at least |A|_2
  double linear() const noexcept { return linear_; }  ///< what rounding and storing add to it
  bool orthogonal() const noexcept { return orthogonal_; }
  bool adds() const noexcept { return adds_; }  ///< has a B

 protected:
  double norm_ = 0, linear_ = 0;
  bool orthogonal_ = false, adds_ = false;
};

/// At least |M|_2; exactly 1 if M^T M = I.
double norm_above(const core::Matrix<core::Real>& M);

/// Nothing, with the reason, if there is no bound for it.
std::unique_ptr<StepError> step_error(const core::Layer& layer, std::size_t input,
                                      const core::Semantics& semantics, std::string& why);

/// A readout in a semantics that stores states in `state`; without a format it is exact.
class ReadoutError {
 public:
  ReadoutError(const core::Readout& readout, const std::optional<core::Format>& format,
               const core::Format& state);

  struct Margin {
    double radius = 0;  ///< every h with |h - H| < radius emits `symbol`; negative: not even H
    double angle = 0;   ///< so does every h at an angle less than this from H, see below
  };
  /// The angle counts only if homogeneous(), and for |h| >= least.
  Margin margin(const ExactState& state, std::uint32_t symbol, double least) const;

  /// The symbols that some h can emit for which |h - centre| <= radius and every entry lies in that
  /// of `box`; all of them where scores may leave the range of their format. Never
  /// empty. Cost: O(outputs n d).
  std::vector<std::uint32_t> possible(const ExactState& box, const ExactState& centre,
                                      double radius) const;

  /// Whether reading out a state of these values needs no rounding.
  bool exact_at(const std::vector<double>& values) const;
  /// No output has a bias.
  bool homogeneous() const noexcept { return homogeneous_; }
  std::size_t outputs() const noexcept { return c_.size(); }

 private:
  /// |score(h) - (W h + c)| <= sum_j coefficients |h_j| + |differences . h| + absolute, of which
  /// the first two are at most per_norm |h|; partial sums: sum_j sizes |h_j| + size_constant.
  struct ScoreError {
    double per_norm = 0, absolute = 0, size_norm = 0, size_constant = 0;
  };

  /// For h with |h - H| <= E: score(symbol) - score(other), as computed, is at least clear - slope
  /// E.
  struct Lead {
    double clear = 0, slope = 0;
    double gap = 0;   ///< at most the difference of the exact scores of H
    double norm = 0;  ///< at least |W_symbol - W_other|
  };
  Lead lead(const ExactState& state, std::uint32_t symbol, std::uint32_t other,
            double errors) const;
  /// |score - exact score| of output k at H itself, from above.
  double error_at(const ExactState& state, std::size_t k) const;
  /// No partial sum of score k at H is larger.
  double size_at(const ExactState& state, std::size_t k) const;

  bool exact_ = true, homogeneous_ = true, finite_ = true;
  bool same_ = true;  ///< all parameters are stored exactly
  std::size_t width_ = 0;
  std::optional<core::Rounder> round_;
  double largest_ = kInfinite;
  std::vector<Interval> W_, c_;               ///< exact parameters
  std::vector<Interval> differences_;         ///< stored W - W: [outputs, width]
  std::vector<double> coefficients_, sizes_;  ///< [outputs, width]
  std::vector<ScoreError> errors_;            ///< [outputs]
};

/// At most asin(y), for 0 <= y <= 1; and at least asin(x), for 0 <= x < 1.
double asin_down(double y);
double asin_up(double x);

}  // namespace statewright::proofs
