// The loops over lanes that floats carry.

#include "core/lrnn/lanes_target.hpp"

namespace statewright::core::detail {

LaneFunctions<float> float_functions(const LaneFormat<float>& accumulate, Rounder::Width width) {
  constexpr auto even = Rounding::nearest_even;
  return with_target(width, [&]<class Target>(Target) {
    switch (accumulate.kind) {
      case LaneRounding::bits16:
        return functions_for<Target, float, LaneRounding::bits16, even, false>();
      case LaneRounding::plain:
        return functions_for<Target, float, LaneRounding::plain, even, false>();
      default:
        return functions_for<Target, float, LaneRounding::none, even, false>();
    }
  });
}

}  // namespace statewright::core::detail
