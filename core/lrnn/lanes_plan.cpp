#include "core/lrnn/lanes_plan.hpp"

#include "core/lrnn/rounded_evaluator.hpp"

namespace statewright::core::detail {
namespace {

using Plan = LanePlan<double>;

class Planner {
 public:
  Planner(const Layer& layer, const Semantics& semantics)
      : layer_(layer),
        semantics_(semantics),
        accumulate_(std::get<Format>(semantics.accumulate)),
        of_state_(keeps(accumulate_, semantics.state)),
        of_sum_(keeps(accumulate_, accumulate_)) {}

  Plan plan() const {
    Plan plan;
    plan.n = layer_.n;
    plan.d = layer_.d;
    for (const Real& x : layer_.start.entries()) {
      plan.start.push_back(detail::stored(x, semantics_.state));
    }
    for (const Transition& transition : layer_.table) plan.moves.push_back(move(transition));
    if (semantics_.readout) {
      const Format& format = *semantics_.readout;
      const bool exact = keeps(format, semantics_.state);
      for (const Real& w : layer_.readout.W.entries()) {
        plan.scores.W.push_back(times(detail::stored(w, format), exact));
      }
      for (const Real& c : layer_.readout.c) plan.scores.c.push_back(detail::stored(c, format));
    }
    plan.addends = addends(plan);
    return plan;
  }

 private:
  static Plan::Times times(double value, bool exact) {
    return {value, exact && (value == 0 || value == 1 || value == -1)};
  }

  double stored(const Real& x) const { return detail::stored(x, semantics_.io); }

  void add_factor(const Householder& factor, Plan::Move& move) const {
    Plan::Factor result;
    for (std::size_t i = 0; i < factor.v.size(); ++i) {
      const double v = stored(factor.v[i]);
      if (v == 0) continue;
      result.keys.push_back(
          {static_cast<std::uint32_t>(i), times(v, of_state_), times(v, of_sum_)});
    }
    if (result.keys.empty()) return;  // nothing happens
    result.scale = times(stored(scale_of(factor)), of_sum_);
    move.factors.push_back(std::move(result));
  }

  Plan::Move move(const Transition& transition) const {
    Plan::Move result;
    if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
      for (const Householder& factor : product->factors) add_factor(factor, result);
    } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
      result.kind = Plan::Move::Kind::diagonal;
      for (const Real& a : diagonal->entries) result.A.push_back(times(stored(a), of_state_));
    } else {
      result.kind = Plan::Move::Kind::dense;
      for (const Real& a : std::get<Dense>(transition.A).matrix.entries()) {
        result.A.push_back(times(stored(a), of_state_));
      }
    }
    if (transition.B) {
      for (const Real& b : transition.B->entries()) result.B.push_back(stored(b));
    }
    return result;
  }

  /// LanePlan::addends. A sum with a zero of the right sign changes nothing if it keeps its first
  /// operand: a sum does, a state only if it is a value of the accumulate format.
  std::vector<double> addends(const Plan& plan) const {
    if (plan.moves.empty()) return {};  // no letters
    const Plan::Move& first = plan.moves.front();
    const bool neutral_exists = first.kind == Plan::Move::Kind::dense || of_state_;
    const double neutral = accumulate_.rounding == Rounding::down ? 0.0 : -0.0;
    std::vector<double> result;
    for (const Plan::Move& move : plan.moves) {
      const bool same = move.kind == first.kind && move.A == first.A &&
                        move.factors == first.factors && (!move.B.empty() || neutral_exists);
      if (!same) return {};
      if (move.B.empty()) result.insert(result.end(), plan.width(), neutral);
      result.insert(result.end(), move.B.begin(), move.B.end());
    }
    return result;
  }

  const Layer& layer_;
  const Semantics& semantics_;
  const Format& accumulate_;
  bool of_state_, of_sum_;  ///< products of these with 0, 1, -1 need no rounding
};

LanePlan<float>::Times to_float(const Plan::Times& x) {
  return {static_cast<float>(x.value), x.exact};
}

std::vector<LanePlan<float>::Times> to_float(const std::vector<Plan::Times>& from) {
  std::vector<LanePlan<float>::Times> to;
  to.reserve(from.size());
  for (const Plan::Times& x : from) to.push_back(to_float(x));
  return to;
}

std::vector<float> to_float(const std::vector<double>& from) {
  std::vector<float> to;
  to.reserve(from.size());
  for (const double x : from) to.push_back(static_cast<float>(x));
  return to;
}

/// Exponent of the unit that all values are multiples of.
int finest(const Format& format) {
  return format.is_fixed() ? -format.significand_bits : format.emin() - format.significand_bits;
}

}  // namespace

LanePlan<double> make_lane_plan(const Layer& layer, const Semantics& semantics) {
  return Planner(layer, semantics).plan();
}

LanePlan<float> to_float(const LanePlan<double>& plan) {
  LanePlan<float> result;
  result.n = plan.n;
  result.d = plan.d;
  result.start = plan.start;
  for (const Plan::Move& move : plan.moves) {
    LanePlan<float>::Move to;
    to.kind = static_cast<LanePlan<float>::Move::Kind>(move.kind);
    for (const Plan::Factor& factor : move.factors) {
      LanePlan<float>::Factor f;
      f.scale = to_float(factor.scale);
      for (const Plan::Key& key : factor.keys) {
        f.keys.push_back({key.row, to_float(key.of_state), to_float(key.of_sum)});
      }
      to.factors.push_back(std::move(f));
    }
    to.A = to_float(move.A);
    to.B = to_float(move.B);
    result.moves.push_back(std::move(to));
  }
  result.addends = to_float(plan.addends);
  result.scores.W = to_float(plan.scores.W);
  result.scores.c = to_float(plan.scores.c);
  return result;
}

bool is_finer(const Format& outer, const Format& inner) noexcept {
  return inner.precision() <= outer.precision() && finest(inner) >= finest(outer);
}

bool keeps(const Format& outer, const Format& inner) noexcept {
  if (outer.is_fixed() || !outer.signed_zero) return false;  // -1 times 0 or the lowest value
  if (inner == outer) return true;
  const bool fits = inner.largest() <= outer.largest() && inner.lowest() >= outer.lowest();
  const bool infinite = !inner.infinities || outer.overflow == Overflow::infinity;
  return is_finer(outer, inner) && fits && infinite && outer.subnormals;
}

}  // namespace statewright::core::detail
