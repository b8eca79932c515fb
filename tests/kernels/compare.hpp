#pragma once

// What the tests that compare backends share.

#include <bit>
#include <cstdint>
#include <vector>

#include "kernels/backend.hpp"
#include "kernels/simulate.hpp"
#include "tests/catch.hpp"

namespace statewright::samples {

/// Those beside the reference: with the GPU where there is one.
inline std::vector<kernels::Backend> fast_backends() {
  static const bool gpu = !kernels::cuda_devices().empty();
  if (gpu) return {kernels::Backend::cpu, kernels::Backend::cuda};
  return {kernels::Backend::cpu};
}

/// Bit patterns, which tell -0 from 0 and know a NaN again.
inline std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> result;
  for (const double x : values) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

inline void check_same(const kernels::SimulateResult& ours, const kernels::SimulateResult& right) {
  CHECK(ours.outputs == right.outputs);
  CHECK(bits(ours.states) == bits(right.states));
  CHECK(ours.wrong_words == right.wrong_words);
  CHECK(ours.first == right.first);
}

}  // namespace statewright::samples
