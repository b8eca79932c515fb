#pragma once

// Internal: what the definitions of simulate share.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/pair_factors.hpp"
#include "kernels/program.hpp"
#include "kernels/simulate.hpp"

namespace statewright::kernels {

/// What was found wrong among some words.
struct Outcome {
  std::uint64_t wrong = 0;
  std::uint64_t word = ~std::uint64_t{0};  ///< the first wrong one
  std::uint64_t position = 0;

  void note(std::uint64_t at, std::uint64_t letters_read) {
    ++wrong;
    if (at < word) {
      word = at;
      position = letters_read;
    }
  }
  void merge(const Outcome& other) {
    wrong += other.wrong;
    if (other.word < word) {
      word = other.word;
      position = other.position;
    }
  }
};

/// One run, for a program in carriers of type T.
template <class T>
struct Job {
  ProgramView<T> program;
  Words words;
  Emit emit = Emit::nothing;
  std::uint32_t* outputs = nullptr;    ///< as SimulateResult has them
  double* states = nullptr;            ///< null: not wanted
  const PairFactors* pairs = nullptr;  ///< null: the network has no such form

  bool compares() const { return program.machine.states != 0; }
};

/// The words begin, .., end - 1 by vectors of the width in the name; only where the processor has
/// them.
template <class T>
using RunWords = void (*)(const Job<T>& job, std::uint64_t begin, std::uint64_t end,
                          Outcome& outcome);
void run_words_16(const Job<float>&, std::uint64_t, std::uint64_t, Outcome&);
void run_words_16(const Job<double>&, std::uint64_t, std::uint64_t, Outcome&);
void run_words_32(const Job<float>&, std::uint64_t, std::uint64_t, Outcome&);
void run_words_32(const Job<double>&, std::uint64_t, std::uint64_t, Outcome&);
void run_words_64(const Job<float>&, std::uint64_t, std::uint64_t, Outcome&);
void run_words_64(const Job<double>&, std::uint64_t, std::uint64_t, Outcome&);

SimulateResult simulate_reference(const Network& network, const Machine* machine,
                                  const Words& words, const SimulateOptions& options);

/// A backend with its tables in place.
class SimulateBackend {
 public:
  virtual ~SimulateBackend() = default;
  virtual SimulateResult run(const Words& words, const SimulateOptions& options) const = 0;
};

std::unique_ptr<SimulateBackend> make_simulate_cpu(const Network& network, const Machine* machine);
/// Only where resolve() says cuda: on all devices, or on those with these numbers, which may be the
/// same one several times.
std::unique_ptr<SimulateBackend> make_simulate_cuda(const Network& network, const Machine* machine);
std::unique_ptr<SimulateBackend> make_simulate_cuda(const Network& network, const Machine* machine,
                                                    const std::vector<int>& devices);

/// The words begin, .., end - 1 of a run.
Words part_of(const Words& words, std::uint64_t begin, std::uint64_t end);

/// A result with arrays of the size that `options` asks for.
SimulateResult make_result(const Words& words, const SimulateOptions& options, std::size_t width);

/// Letter t of word w of packed ones.
inline std::uint32_t packed_letter(const Words& words, std::uint64_t row_size, std::uint64_t word,
                                   std::uint64_t t) {
  const std::uint64_t per = 32 / words.bits;
  const std::uint32_t number = words.packed[word * row_size + t / per];
  const std::uint32_t mask = words.bits == 32 ? ~0U : (1U << words.bits) - 1;
  return number >> (t % per * words.bits) & mask;
}

}  // namespace statewright::kernels
