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
/// more than 25 bits or 9 exponent bits unless fp64 accumulates, fp64 with another rounding.
Plan<double> plan_in_double(const Formats& formats);

/// In doubles by the most general way, whatever the formats: what the reference computes with.
Plan<double> plan_reference(const Formats& formats);

}  // namespace statewright::kernels
