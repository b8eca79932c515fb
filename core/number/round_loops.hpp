#pragma once

// Internal: the loops of Rounder::round, for each width of vectors.

#include <cstddef>
#include <cstdint>

#include "core/number/round.hpp"

namespace statewright::core::detail {

template <class T>
struct RoundTask {
  const T* in = nullptr;
  T* out = nullptr;
  std::size_t count = 0;
  Rounder::Width width = Rounder::Width::baseline;
};

void round_loop(const RoundTask<double>& task, const RoundKernelOf<double>& kernel,
                Rounding rounding, Shape shape);
void round_loop(const RoundTask<float>& task, const RoundKernelOf<float>& kernel, Rounding rounding,
                Shape shape);

void random_loop(const RoundTask<double>& task, const RoundKernel& kernel,
                 const RandomKernel& random, Rounding rounding, Shape shape, std::uint64_t first);

/// To nearest-even: floating formats without subnormals; fixed point that saturates.
void flushed_loop(const RoundTask<double>& task, const RoundKernel& kernel);
void fixed_loop(const RoundTask<double>& task, const RoundKernel& kernel);

/// Formats whose values are those of the carrier.
void native_loop(const RoundTask<double>& task, const RoundKernelOf<double>& kernel);
void native_loop(const RoundTask<float>& task, const RoundKernelOf<float>& kernel);

/// Formats with the exponents of float, by their bits: `drop` of the significand's go.
void bits_loop(const RoundTask<float>& task, const RoundKernelOf<float>& kernel, Rounding rounding,
               Shape shape, int drop);

}  // namespace statewright::core::detail
