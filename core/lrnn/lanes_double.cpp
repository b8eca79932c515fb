// The loops over lanes that doubles carry, nearest-even; and scores in double.

#include "core/lrnn/lanes_target.hpp"

namespace statewright::core::detail {

LaneFunctions<double> double_functions(const LaneFormat<double>& accumulate, Rounder::Width width) {
  constexpr auto even = Rounding::nearest_even;
  if (accumulate.kind == LaneRounding::general) return general_functions(accumulate, width);
  return with_target(width, [&]<class Target>(Target) {
    if (accumulate.kind == LaneRounding::plain) {
      return functions_for<Target, double, LaneRounding::plain, even, false>();
    }
    return functions_for<Target, double, LaneRounding::none, even, false>();
  });
}

ScoreFunction score_function(Rounder::Width width) {
  return with_target(width, []<class Target>(Target) -> ScoreFunction { return Target::score; });
}

}  // namespace statewright::core::detail
