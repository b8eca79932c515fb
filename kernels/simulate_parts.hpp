#pragma once

// Internal: what the definitions of simulate share.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "kernels/decided_states.hpp"
#include "kernels/pair_factors.hpp"
#include "kernels/program.hpp"
#include "kernels/simulate.hpp"

namespace statewright::kernels {

struct WholePlan;

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
  std::uint32_t* outputs = nullptr;       ///< as SimulateResult has them
  double* states = nullptr;               ///< null: not wanted
  const PairFactors* pairs = nullptr;     ///< null: the network has no such form
  const DrawnPlan* drawn = nullptr;       ///< null: no rounding is stochastic
  const WholePlan* whole = nullptr;       ///< null: carriers do; 16 bytes only
  DecidedStates* decided = nullptr;       ///< of the thread; null: readouts are rounded
  const std::uint64_t* chosen = nullptr;  ///< numbers of the words to read; null: all in order
  const std::function<bool()>* gives_up = nullptr;  ///< as SimulateOptions has it; null: never

  bool compares() const { return program.machine.states != 0; }
};

/// The words begin, .., end - 1, of the chosen ones if some are, by vectors of the width in the
/// name; only where the processor has them.
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
                                  const Words& words, const SimulateOptions& options,
                                  const ExactReadout& exact);

/// A backend with its tables in place.
class SimulateBackend {
 public:
  virtual ~SimulateBackend() = default;
  virtual SimulateResult run(const Words& words, const SimulateOptions& options) const = 0;
};

/// One that reads single words, too.
class SimulateChosen : public SimulateBackend {
 public:
  /// Words chosen[0] < chosen[1] < .. only, which are the words 0, 1, .. of the result.
  virtual SimulateResult run_chosen(const Words& words, std::span<const std::uint64_t> chosen,
                                    const SimulateOptions& options) const = 0;
};

/// `exact`: see Simulator; the format of the network's readout is fp64 then.
std::unique_ptr<SimulateChosen> make_simulate_cpu(const Network& network, const Machine* machine,
                                                  const ExactReadout& exact);
/// Only where resolve() says cuda. `devices`: see devices.hpp.
std::unique_ptr<SimulateBackend> make_simulate_cuda(const Network& network, const Machine* machine,
                                                    const ExactReadout& exact,
                                                    const std::vector<int>& devices);

/// For exact readouts, whose scores are computed in the carrier: the network as it is planned in
/// floats.
Network with_carried_readout(Network network);
/// What a plan of doubles needs besides the drawn one: how scores round that are not drawn.
inline Plan<double> undrawn_plan(const DrawnPlan& plan) {
  return {plan.accumulate.rounds, plan.state.rounds, plan.readout.rounds};
}
/// Whether no finite weight of a readout is beyond float.
bool weights_fit_float(const Network& network);

/// The words begin, .., end - 1 of a run.
Words part_of(const Words& words, std::uint64_t begin, std::uint64_t end);

/// As Simulator::run's. Errors: Error{shape}, Error{range}.
void check_words(const Words& words, std::uint32_t letters);

/// A result for so many words with arrays of the size that `options` asks for.
SimulateResult make_result(const Words& words, std::uint64_t count, const SimulateOptions& options,
                           std::size_t width);

/// Letter t of word w of packed ones.
inline std::uint32_t packed_letter(const Words& words, std::uint64_t row_size, std::uint64_t word,
                                   std::uint64_t t) {
  const std::uint64_t per = 32 / words.bits;
  const std::uint32_t number = words.packed[word * row_size + t / per];
  const std::uint32_t mask = words.bits == 32 ? ~0U : (1U << words.bits) - 1;
  return number >> (t % per * words.bits) & mask;
}

}  // namespace statewright::kernels
