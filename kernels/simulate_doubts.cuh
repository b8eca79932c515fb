#pragma once

// Internal: words in which a GPU cannot tell what an exact readout emits. A thread leaves such a
// word and marks it; the CPU's definition reads it again from its start and may ask. What the
// thread had written of it is replaced, and what it had found is not counted.

#include <memory>
#include <vector>

#include "kernels/cuda_support.cuh"
#include "kernels/simulate_parts.hpp"

namespace statewright::kernels {

/// A bit for each word.
struct DoubtMarks {
  std::uint32_t* bits = nullptr;
  unsigned long long* count = nullptr;

  __device__ void mark(std::uint64_t word) const {
    atomicOr(bits + word / 32, 1U << (word % 32));
    atomicAdd(count, 1ULL);
  }
};

/// The marks of one run, and what becomes of them.
class Doubts {
 public:
  /// Null `cpu`: there are none, and no memory for them.
  Doubts(const SimulateChosen* cpu, std::uint64_t words)
      : cpu_(cpu), bits_(cpu != nullptr ? (words + 31) / 32 : 0), count_(cpu != nullptr ? 1 : 0) {
    if (cpu == nullptr) return;
    check_cuda(cudaMemset(bits_.get(), 0, bits_.size() * sizeof(std::uint32_t)), "marks");
    check_cuda(cudaMemset(count_.get(), 0, sizeof(unsigned long long)), "marks");
  }

  DoubtMarks marks() const { return {bits_.get(), count_.get()}; }

  /// Completes a result in which marked words count for nothing.
  void settle(const Words& words, const SimulateOptions& options, SimulateResult& result) const {
    if (cpu_ == nullptr || count_.read().front() == 0) return;
    std::vector<std::uint64_t> chosen;
    const std::vector<std::uint32_t> bits = bits_.read();
    for (std::uint64_t i = 0; i < bits.size(); ++i) {
      for (std::uint32_t left = bits[i]; left != 0; left &= left - 1) {
        chosen.push_back(32 * i + static_cast<unsigned>(__builtin_ctz(left)));
      }
    }
    const SimulateResult part = cpu_->run_chosen(words, chosen, options);
    copy_rows(part.outputs, chosen, result.outputs);
    copy_rows(part.states, chosen, result.states);
    result.wrong_words += part.wrong_words;
    if (!part.first) return;
    const std::uint64_t word = chosen[part.first->word];
    if (!result.first || word < result.first->word) {
      result.first = Mismatch{word, part.first->position};
    }
  }

 private:
  /// Row i of `from` becomes row chosen[i] of `to`.
  template <class T>
  static void copy_rows(const std::vector<T>& from, const std::vector<std::uint64_t>& chosen,
                        std::vector<T>& to) {
    const std::size_t row = from.size() / chosen.size();
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(i * row), row,
                  to.begin() + static_cast<std::ptrdiff_t>(chosen[i] * row));
    }
  }

  const SimulateChosen* cpu_;
  DeviceArray<std::uint32_t> bits_;
  DeviceArray<unsigned long long> count_;
};

}  // namespace statewright::kernels
