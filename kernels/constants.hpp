#pragma once

#include <optional>

#include "kernels/arithmetic.hpp"
#include "kernels/format.hpp"

namespace statewright::kernels {

/// The formats of a computation: where parameters, states, operations and scores live.
struct Formats {
  FormatSpec io, state, accumulate, readout;
  bool operator==(const Formats&) const = default;
};

/// How carriers of type T do it.
template <class T>
struct Plan {
  Constants<T> accumulate, state, readout;  ///< state: what an accumulated result is stored by
};

/// In floats, which is fastest; nothing if floats cannot.
std::optional<Plan<float>> plan_in_float(const Formats& formats);

/// In doubles. Errors: Error{unsupported} for formats that doubles cannot do either: operands of
/// more than 25 bits or 9 exponent bits unless fp64 accumulates, fp64 with another rounding; for
/// stochastic rounding, which plan_drawn plans.
Plan<double> plan_in_double(const Formats& formats);

/// One format of a plan in which some are stochastic. What is random is a function of the format's
/// seed and of a counter, as core/number/stochastic.hpp has it.
template <class V>
struct DrawnConstants {
  using U = typename Carrier<V>::U;

  Constants<V> rounds;        ///< drawn: of kind general
  bool is_drawn = false;      ///< whether the rounding is stochastic
  bool is_equal = false;      ///< stochastic_equal
  U first = {}, second = {};  ///< keys of the random words
  U mask = {};                ///< the random bits, in the upper ones of a double's significand
};

/// In doubles, where roundings may be stochastic.
struct DrawnPlan {
  DrawnConstants<double> accumulate, state, readout;
  bool stores = false;  ///< a result is rounded again to the state's format, and that is counted
};

/// Whether some operation of a network draws: any of the formats but io.
bool draws(const Formats& formats) noexcept;

/// As plan_reference without drawing. Errors: those of plan_in_double; Error{unsupported} for more
/// random bits than a double holds besides the format's.
DrawnPlan plan_drawn(const Formats& formats);

/// In doubles by the most general way, whatever the formats: what the reference computes with.
Plan<double> plan_reference(const Formats& formats);

}  // namespace statewright::kernels
