// The loops over lanes that doubles carry, with any rounding: sums with their error.

#include "core/lrnn/lanes_target.hpp"

namespace statewright::core::detail {
namespace {

/// f.operator()<rounding>() for a rounding known at run time only.
template <class Function>
auto with_rounding(Rounding rounding, const Function& f) {
  switch (rounding) {
    case Rounding::nearest_away:
      return f.template operator()<Rounding::nearest_away>();
    case Rounding::toward_zero:
      return f.template operator()<Rounding::toward_zero>();
    case Rounding::up:
      return f.template operator()<Rounding::up>();
    case Rounding::down:
      return f.template operator()<Rounding::down>();
    case Rounding::to_odd:
      return f.template operator()<Rounding::to_odd>();
    default:
      return f.template operator()<Rounding::nearest_even>();
  }
}

}  // namespace

LaneFunctions<double> general_functions(const LaneFormat<double>& accumulate,
                                        Rounder::Width width) {
  return with_target(width, [&]<class Target>(Target) {
    return with_rounding(accumulate.rounding, []<Rounding rounding>() {
      return functions_for<Target, double, LaneRounding::general, rounding, true>();
    });
  });
}

RoundFunction round_function(Rounding rounding, Rounder::Width width) {
  return with_target(width, [&]<class Target>(Target) {
    return with_rounding(rounding,
                         []<Rounding r>() -> RoundFunction { return Target::template round<r>; });
  });
}

}  // namespace statewright::core::detail
