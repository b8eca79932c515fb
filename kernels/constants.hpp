#pragma once

#include <optional>

#include "kernels/arithmetic.hpp"
#include "kernels/format.hpp"

namespace statewright::kernels {

/// A tensor core's dot product of inputs in one format: what core::TensorCore says, as plain data.
struct TensorSpec {
  std::uint32_t group = 0;    ///< products added at once; 0: no tensor core
  int fraction_bits = 24;     ///< of terms, below the largest one's exponent
  int significand_bits = 23;  ///< of the result
  int input_emin = -126;
  int floor_exponent = -133;  ///< the largest exponent is not taken below
  bool operator==(const TensorSpec&) const = default;
};

/// The formats of a computation: where parameters, states, operations and scores live.
struct Formats {
  FormatSpec io, state, accumulate, readout;
  /// If it is one, dot products of a step are a tensor core's, of parameters and states in `io`,
  /// and `accumulate` is fp32.
  TensorSpec tensor = {};
  bool operator==(const Formats&) const = default;
};

/// A tensor core as tensor_dot.hpp reads it: powers of two.
template <class V>
struct TensorConstants {
  std::uint32_t group = 0;
  V unit = {}, grid = {};                ///< 2^-F and 2^(52-F), F the fraction bits
  V floor = {}, input_least = {};        ///< of the least exponents
  V result_unit = {}, result_grid = {};  ///< 2^-m and 2^(52-m), m the result's stored bits
};

/// How carriers of type T do it.
template <class T>
struct Plan {
  Constants<T> accumulate, state, readout;  ///< state: what an accumulated result is stored by
  TensorConstants<T> tensor = {};           ///< plan_tensor only
  Constants<T> input = {};                  ///< how states are rounded for the tensor core
};

/// How a plan's operations are done: as the accumulator's constants say, or looked up each time if
/// some format wraps.
template <class T>
Kind kind_of(const Plan<T>& plan) {
  const bool wraps = plan.accumulate.kind == Kind::wrapping || plan.state.kind == Kind::wrapping ||
                     plan.readout.kind == Kind::wrapping || plan.input.kind == Kind::wrapping;
  return wraps ? Kind::wrapping : plan.accumulate.kind;
}

/// In floats, which is fastest; nothing if floats cannot, as with tensor cores.
std::optional<Plan<float>> plan_in_float(const Formats& formats);

/// In doubles. Errors: Error{unsupported} for formats that doubles cannot do either: operands of
/// more than 25 bits or 9 exponent bits unless fp64 accumulates, fp64 with another rounding; for
/// stochastic rounding, which plan_drawn plans, and tensor cores, which plan_tensor does.
Plan<double> plan_in_double(const Formats& formats);

/// In doubles, with a tensor core. Errors: those of plan_in_double otherwise.
Plan<double> plan_tensor(const Formats& formats);

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
  TensorConstants<double> tensor = {};
  DrawnConstants<double> input = {};  ///< of the tensor core
};

/// Whether some format of the plan wraps, or there is a tensor core.
inline bool is_rare(const DrawnPlan& plan) noexcept {
  const auto wraps = [](const DrawnConstants<double>& format) {
    return format.rounds.kind == Kind::wrapping;
  };
  return plan.tensor.group != 0 || wraps(plan.accumulate) || wraps(plan.state) ||
         wraps(plan.readout) || wraps(plan.input);
}

/// Whether some operation of a network draws: any of the formats, io only for a tensor core.
bool draws(const Formats& formats) noexcept;

/// As plan_reference without drawing. Errors: those of plan_in_double; Error{unsupported} for more
/// random bits than a double holds besides the format's.
DrawnPlan plan_drawn(const Formats& formats);

/// In doubles by the most general way, whatever the formats: what the reference computes with.
/// Errors: those of plan_in_double.
Plan<double> plan_reference(const Formats& formats);

}  // namespace statewright::kernels
