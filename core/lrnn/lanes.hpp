#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/lrnn/model.hpp"
#include "core/number/round.hpp"
#include "core/number/semantics.hpp"

namespace statewright::core {

/// One layer in a `stepwise` semantics, applied to many states ("lanes") in lock-step with SIMD:
/// the same bits as RoundedModel, many times faster. A value; its functions may be called from
/// several threads at once.
///
/// A block of states is laid out entry by entry: entry e of lane l stands at states[e * lanes + l],
/// e = i d + j for H(i, j). Blocks of 64 lanes and more pay best; any number works. Entries are
/// values of the state's format, infinities or NaN (not checked); results hold one NaN only.
///
/// Cost, in ns per rounded operation and lane on a machine with AVX-512: 0.1 to 0.2 in bf16, fp16
/// and 8-bit formats (float vectors), 0.3 in other formats rounding to nearest-even (double
/// vectors), 1 to 2 with another rounding, 10 in fixed point that wraps and where operands are not
/// of at most 25 bits (one lane at a time).
class LaneLayer {
 public:
  /// Errors: Error{unsupported} for other semantics than `stepwise`, for stochastic rounding and
  /// for tensor cores; those of Arithmetic.
  LaneLayer(const Layer& layer, const Semantics& semantics);
  /// For vectors of that width, which the processor must have; the bits are the same with all.
  LaneLayer(const Layer& layer, const Semantics& semantics, Rounder::Width width);
  ~LaneLayer();
  LaneLayer(LaneLayer&&) noexcept;
  LaneLayer& operator=(LaneLayer&&) noexcept;

  std::size_t width() const noexcept;  ///< n d

  /// H_0, rounded: [width].
  std::span<const double> start() const noexcept;

  /// H <- A(input) H + B(input) in every lane. states: [width, lanes]. A lane whose input does
  /// nothing (no factors, no B) is left as it is.
  /// Errors, here and below: Error{shape} for sizes that do not fit, Error{range} for an input that
  /// the layer does not have.
  void step(std::size_t input, std::span<double> states, std::size_t lanes) const;

  /// The same with an input for each lane: inputs [lanes]. Lanes of equal inputs are gathered,
  /// unless the inputs differ in B only.
  void step(std::span<const std::uint32_t> inputs, std::span<double> states,
            std::size_t lanes) const;

  /// The symbol that each lane emits: emitted [lanes]. With an exact readout, scores are enclosed
  /// in double first and decided exactly only where enclosures overlap; a state that is not finite
  /// emits 0 then.
  void read_out(std::span<const double> states, std::size_t lanes,
                std::span<std::uint32_t> emitted) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

/// One word through one layer, vectorised over rows: h' after all inputs, H_0 given in `state`
/// [width]. The same operations in the same order.
/// Errors: those of LaneLayer.
void run_rows(const Layer& layer, const Semantics& semantics, std::span<const std::uint32_t> inputs,
              std::span<double> state);
void run_rows(const Layer& layer, const Semantics& semantics, std::span<const std::uint32_t> inputs,
              std::span<double> state, Rounder::Width width);

}  // namespace statewright::core
