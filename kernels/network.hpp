#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "kernels/constants.hpp"

namespace statewright::kernels {

/// A network with its parameters rounded, as plain numbers: what there is to compute, and no more.
/// from_model.hpp makes one of a core::Model and a semantics.
///
/// Per step and layer, fl rounding to `accumulate`, st to `state`, in the order of core's
/// RoundedModel (core/lrnn/rounded.hpp), which is normative:
///   factor, per column of H:  s = fl(v_0 h_0); s = fl(s + fl(v_j h_j)), entries v_j = 0 left out;
///     w = fl(scale s); h_j = st(fl(h_j - fl(v_j w))) where v_j != 0;
///   diagonal:  h_i = st(fl(a_i h_i));
///   dense, per column:  s = fl(A_i0 h_0); s = fl(s + fl(A_ij h_j)); with B s = fl(s + B_ic);
///     h'_i = st(s);
///   B after products and diagonals:  h = st(fl(h + B));
///   readout, rounding to `readout`:  s = W_k0 h_0; s = s + W_kj h_j; s + c_k, each operation
///     rounded; the smallest k whose score no later one exceeds, NaN being exceeded by any number.
struct Network {
  /// h <- h - v (scale (v . h)).
  struct Factor {
    std::vector<double> v;  ///< [n], not all 0
    double scale = 0;
    bool operator==(const Factor&) const = default;
  };
  enum class Shape : std::uint8_t { product, diagonal, dense };
  /// What one input does.
  struct Move {
    Shape shape = Shape::product;
    std::vector<Factor> factors;  ///< product, in order of application
    std::vector<double> A;        ///< diagonal: [n]; dense: [n, n]
    std::vector<double> B;        ///< [n d], or empty: absent
    bool operator==(const Move&) const = default;
  };
  struct Layer {
    std::uint32_t n = 0, d = 1;
    std::vector<std::int32_t> reads;  ///< -1: the letter; i: what layer i emitted; first: highest
    std::vector<double> start;        ///< [n d]
    std::vector<Move> moves;          ///< one per tuple of what is read
    std::vector<double> W;            ///< [outputs, n d]
    std::vector<double> c;            ///< [outputs]

    std::uint32_t width() const noexcept { return n * d; }
    std::uint32_t outputs() const noexcept { return static_cast<std::uint32_t>(c.size()); }
    bool operator==(const Layer&) const = default;
  };

  std::uint32_t letters = 0;
  Formats formats;
  /// Each component of a step is rounded once instead: h' = st(A h + B), A h + B exact and +0 if it
  /// is 0, NaN in a column that is not finite; all moves are dense.
  bool once = false;
  std::vector<Layer> layers;

  std::uint32_t outputs() const noexcept { return layers.back().outputs(); }
  std::size_t width() const noexcept;  ///< numbers in the states of all layers
  bool operator==(const Network&) const = default;
};

/// Decides what a layer emits in a state, [width of the layer], by other means than its scores in a
/// format: an exact readout. The same for every call with the same layer and state.
using ExactReadout = std::function<std::uint32_t(std::size_t layer, const double* state)>;

/// More would not fit what a thread keeps.
constexpr std::size_t kMostLayers = 16;

/// Errors: Error{shape} or Error{range} naming layer and part.
void validate(const Network& network);

/// A complete Moore machine over the network's letters, with outputs that mean what the network's
/// outputs mean.
struct Machine {
  std::uint32_t start = 0;
  std::vector<std::uint32_t> next;    ///< [states, letters]
  std::vector<std::uint32_t> output;  ///< [states]

  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(output.size()); }
};

/// Errors: Error{shape} or Error{range}.
void validate(const Machine& machine, const Network& network);

}  // namespace statewright::kernels
