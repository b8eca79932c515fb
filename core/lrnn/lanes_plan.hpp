#pragma once

// Internal to lanes.cpp: a layer with its parameters rounded, ready for the kernels.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"

namespace statewright::core::detail {

/// A parameter that states are multiplied by. `exact` products need no rounding: those with 0, 1
/// and -1, where the operand is a value of the accumulate format.
template <class T>
struct LaneFactorOf {
  T value = 0;
  bool exact = false;
  bool operator==(const LaneFactorOf&) const = default;
};

/// The rounded parameters of a layer, T = double or, where all of them are floats, float.
template <class T>
struct LanePlan {
  using Times = LaneFactorOf<T>;

  struct Key {
    std::uint32_t row = 0;
    Times of_state;  ///< times h, a value of the state's format
    Times of_sum;    ///< times w, a value of the accumulate format
    bool operator==(const Key&) const = default;
  };
  /// h <- h - v (scale (v . h)); only the entries v != 0, at least one.
  struct Factor {
    std::vector<Key> keys;
    Times scale;
    bool operator==(const Factor&) const = default;
  };
  /// What one input symbol does.
  struct Move {
    enum class Kind { product, diagonal, dense };
    Kind kind = Kind::product;
    std::vector<Factor> factors;  ///< product
    std::vector<Times> A;         ///< diagonal: [n]; dense: [n, n]
    std::vector<T> B;             ///< [n d], or empty: absent

    bool is_identity() const noexcept {
      return kind == Kind::product && factors.empty() && B.empty();
    }
  };
  /// W and c in the readout's format; empty if scores are exact.
  struct Scores {
    std::vector<Times> W;  ///< [outputs, n d]
    std::vector<T> c;      ///< [outputs]
  };

  std::size_t n = 0, d = 1;
  std::vector<Move> moves;  ///< one per input
  std::vector<double> start;
  Scores scores;
  /// If not empty: all moves differ in B only. Then their B, entries that are added without effect
  /// for one that is absent: [inputs, n d].
  std::vector<T> addends;

  std::size_t width() const noexcept { return n * d; }
};

/// Rounds the parameters of a layer as RoundedModel does. Accumulator: a format.
LanePlan<double> make_lane_plan(const Layer& layer, const Semantics& semantics);

/// The same in floats; every parameter must be one.
LanePlan<float> to_float(const LanePlan<double>& plan);

/// Whether multiples of the ulps of `inner` are multiples of those of `outer`, of no more bits:
/// every value of `inner` is one of `outer` but for its magnitude.
bool is_finer(const Format& outer, const Format& inner) noexcept;

/// Whether rounding to `outer` leaves every value of `inner` as it is: infinities and -0 too.
bool keeps(const Format& outer, const Format& inner) noexcept;

}  // namespace statewright::core::detail
