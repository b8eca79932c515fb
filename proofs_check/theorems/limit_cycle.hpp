#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"

namespace statewright::proofs {

/// What a network is asked to count: whether the number of 1s is odd, or whether it is divisible by
/// three. The names are those of the languages.
enum class Counting { parity, mod3 };
std::string language_of(Counting counting);          ///< "parity", "mod:3"
std::size_t modulus_of(Counting counting) noexcept;  ///< 2, 3

/// States that one transition, rounded, leads through for ever:
/// h[t + 1] = step(h[t]), and h[0] after the last.
struct LimitCycle {
  core::Transition transition;
  std::vector<std::vector<double>> states;  ///< [period][n], values of the state's format
};

/// Runs a transition from many states in lock-step: the semantics that have a state from step to
/// step, and of `chunk` what one letter does at the beginning of a chunk, followed by letters that
/// do nothing. `once` is computed in doubles and rounded once, `chunk` operation by operation in
/// doubles, each rounded, which differs from the specification only where a result is within 1e-15
/// of a midpoint; whoever reports a cycle proves it.
/// Errors: those of core::LaneLayer; Error{unsupported} for other kinds than `stepwise`, `once` and
/// `chunk`, and for the latter's other transitions than factors without addition.
class Stepper {
 public:
  Stepper(const core::Transition& transition, std::size_t n, const core::Semantics& semantics);
  ~Stepper();
  Stepper(Stepper&&) noexcept;
  Stepper& operator=(Stepper&&) noexcept;

  /// states: [n, lanes], as in core::LaneLayer.
  void step(std::span<double> states, std::size_t lanes) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

/// Follows the orbits of 64 random states (uniform in [-2, 2]^n, rounded to the state's format) for
/// 128 steps and then looks for periods up to 12. Of the cycles of period `period` returns the one
/// with the largest `step_in_units`. Deterministic in the seed.
std::optional<LimitCycle> find_cycle(const core::Transition& transition, std::size_t n,
                                     const core::Semantics& semantics, std::size_t period,
                                     std::uint64_t seed);

/// The network that counts by going around a cycle of period modulus_of(counting): letter 0 is the
/// identity, letter 1 the transition, the readout compares one coordinate with one of its values.
/// Absent if no coordinate tells the states apart that way. All parameters are exact values; the
/// readout's comparison is right in every format that holds them.
std::optional<core::Model> counter_of(const LimitCycle& cycle, std::size_t n, Counting counting);

/// How far a cycle is from rest.
struct Amplitude {
  double ulps = 0;  ///< most, over coordinates, of (largest - least) in ulp of the larger
  double mean_step =
      0;             ///< mean over the cycle of |h[t+1] - h[t]|, over u times the largest |h[t]|
  double error = 0;  ///< largest |h[t+1] - A h[t] - B|, over u times the largest |h[t]|
};

/// u = 2^-p is the unit roundoff of the state's format. A is the exact matrix of the transition.
Amplitude amplitude_of(const LimitCycle& cycle, std::size_t n, const core::Format& format);

}  // namespace statewright::proofs
