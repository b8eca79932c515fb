#pragma once

#include <memory>
#include <span>

#include "core/lrnn/model.hpp"
#include "core/lrnn/simulate.hpp"

namespace statewright::core {

/// Exact simulation of a network all of whose numbers are dyadic (integers over powers of two), as
/// those of every floating-point network are: states are integers over 2^e, where e only grows.
/// Nothing is ever brought to lowest terms, which is what makes rationals slow in a long run.
class DyadicRun {
 public:
  /// Whether every parameter is rational with a power of two as denominator.
  static bool possible(const Model& model) noexcept;

  /// At the start of the word. Errors: Error{unsupported} unless possible(model).
  explicit DyadicRun(const Model& model);
  ~DyadicRun();
  DyadicRun(DyadicRun&&) noexcept;
  DyadicRun& operator=(DyadicRun&&) noexcept;

  /// Reads one letter. Errors: Error{range} for a letter outside the alphabet.
  /// Cost: one product of integers per entry of A that is not 0, and column of H; O(nd) shifts for
  /// B.
  void read(Letter letter);

  std::uint32_t output() const noexcept;
  Step step() const;  ///< equal to what core::simulate gives

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

/// core::run by DyadicRun where that is possible, by itself elsewhere: the same answer.
std::uint32_t run_fast(const Model& model, std::span<const Letter> word);

}  // namespace statewright::core
