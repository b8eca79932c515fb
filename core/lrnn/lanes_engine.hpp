#pragma once

// Internal to lanes: which carrier and which loops a semantics can use.

#include <optional>
#include <span>

#include "core/lrnn/lanes_rows.hpp"
#include "core/number/round.hpp"

namespace statewright::core::detail {

/// The loops, compiled for one width of vectors.
template <class T>
struct LaneFunctions {
  std::size_t strip = 1;  ///< lanes of a block are multiples of this
  void (*advance)(const LaneFormat<T>& accumulate, const LaneFormat<T>& state,
                  const LanePlan<T>& plan, const typename LanePlan<T>::Move& move,
                  const LaneBlock<T>& block) = nullptr;
  void (*read_out)(const LaneFormat<T>& format, const LanePlan<T>& plan, const LaneBlock<T>& block,
                   std::uint32_t* emitted) = nullptr;
  void (*run_rows)(const LaneFormat<T>& accumulate, const LaneFormat<T>& state,
                   const RowPlan<T>& plan, std::span<const std::uint32_t> inputs, T* columns,
                   T* scratch) = nullptr;
  void (*load)(const double* from, T* to, std::size_t count) = nullptr;
  void (*store)(const T* from, double* to, std::size_t count) = nullptr;  ///< one NaN only
};

/// How one semantics runs in carrier T.
template <class T>
struct LaneEngine {
  LaneFormat<T> accumulate, state;
  LaneFunctions<T> functions;
};

/// Formats of a computation: of parameters, of states, and what operations are rounded to.
struct LaneFormats {
  Format io, state, accumulate;
};

/// Nothing if float, or double, cannot carry these formats with the bits of the specification.
std::optional<LaneEngine<float>> float_engine(const LaneFormats& formats, Rounder::Width width);
std::optional<LaneEngine<double>> double_engine(const LaneFormats& formats, Rounder::Width width);

/// The loops for an accumulate format; `general` for those of kind general. Each has its own file.
LaneFunctions<float> float_functions(const LaneFormat<float>& accumulate, Rounder::Width width);
LaneFunctions<double> double_functions(const LaneFormat<double>& accumulate, Rounder::Width width);
LaneFunctions<double> general_functions(const LaneFormat<double>& accumulate, Rounder::Width width);

/// LaneFormat::round.
using RoundFunction = void (*)(const LaneFormat<double>& format, double* vector);
RoundFunction round_function(Rounding rounding, Rounder::Width width);

/// Scores in double for exact readouts: score_lanes of lanes_kernel.hpp; block.count a multiple
/// of 8.
using ScoreFunction = void (*)(const std::vector<double>& W, const std::vector<double>& c,
                               std::size_t width, const LaneBlock<double>& block,
                               const LaneScores& out);
ScoreFunction score_function(Rounder::Width width);

}  // namespace statewright::core::detail
