#pragma once

// Internal to proofs_check/lock: which networks are tried, and how they are made.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/number/format.hpp"
#include "proofs_check/lock/lock.hpp"

namespace statewright::proofs {

/// All candidates in the order of lock.hpp, for so many inexact constants and starts in `state`.
std::vector<LockCandidate> plan_candidates(const core::Format& state, std::size_t constants,
                                           const LockOptions& options);

/// A model taken apart: its rounded parameters, and the constants among them that may move.
class Perturbation {
 public:
  /// Requires semantics.has_format(). Errors: Error{unsupported} for parameters that the format
  /// cannot hold as finite numbers.
  Perturbation(const Model& model, const core::Semantics& semantics);

  const std::vector<core::Real>& constants() const noexcept { return constants_; }

  /// As plan_candidates.
  std::vector<LockCandidate> plan(const LockOptions& options) const;

  /// Nothing if a constant would leave the format or reach zero.
  std::optional<Model> apply(const LockCandidate& candidate) const;

  /// "constants +1, -2 ulp, start (1.0859375, 0)".
  std::string describe(const LockCandidate& candidate) const;

 private:
  void round_readout(core::Readout& readout, const core::Semantics& semantics) const;

  core::Format parameters_, state_;
  Model base_;
  std::vector<core::Real> constants_;   ///< exact, positive
  std::vector<double> stored_;          ///< the same rounded
  std::vector<std::size_t> slots_;      ///< [parameters] constant + 1, or 0
  std::vector<core::Rational> scales_;  ///< [factors] beta / (v . v), rounded
  std::vector<bool> rotating_;          ///< [layers] has one of the constants
};

}  // namespace statewright::proofs
