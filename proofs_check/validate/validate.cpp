// Blocks of words, one after another: each large enough to keep every processor busy, and short
// enough that little is lost when a stop ends one in the middle, which does not count then. Blocks
// are in the order of their numbers, so that the first mismatch found is the least one.

#include "proofs_check/validate/validate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"
#include "kernels/chunk.hpp"
#include "kernels/from_model.hpp"
#include "kernels/generator.hpp"
#include "kernels/shrink.hpp"
#include "kernels/shrinking.hpp"
#include "kernels/simulate.hpp"
#include "proofs_check/kernel_machine.hpp"
#include "proofs_check/verify/workers.hpp"

namespace statewright::proofs {
namespace {

using core::Error;
using core::Fault;
using core::Semantics;
using kernels::Backend;
using Clock = std::chrono::steady_clock;

constexpr double kShortBlock = 0.15, kLongBlock = 0.5;  // seconds

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

using GivesUp = std::function<bool()>;

/// Compares words, and makes a wrong one short.
class Comparison {
 public:
  virtual ~Comparison() = default;
  /// `gives_up`: as kernels::SimulateOptions has it.
  virtual kernels::SimulateResult run(const kernels::Words& words, const GivesUp& gives_up) = 0;
  virtual std::optional<kernels::Shrunk> shorten(std::vector<std::uint32_t> word) = 0;
  virtual std::uint64_t least_words() const = 0;  ///< of a block
  virtual double steps_at_first() const = 0;      ///< of the first block, about
  virtual std::string name() const = 0;
};

/// What is the same for all operations of kernels.
class OnBackend : public Comparison {
 public:
  std::uint64_t least_words() const override {
    switch (backend_) {
      case Backend::cuda:
        return std::uint64_t{1} << 18U;  // a thread each, of one GPU
      case Backend::cpu:
        return 64 * std::uint64_t{kernels::thread_count(threads_)};
      default:
        return 1;
    }
  }
  double steps_at_first() const override {
    return backend_ == Backend::cuda ? 1e9 : backend_ == Backend::cpu ? 1e6 : 1e4;
  }
  std::string name() const override {
    std::string backend(kernels::name_of(backend_));
    const auto with = [&](std::size_t count, const char* what) {
      return backend + ", " + std::to_string(count) + " " + what + (count == 1 ? "" : "s");
    };
    if (backend_ == Backend::cuda) return with(kernels::cuda_devices().size(), "GPU");
    if (backend_ == Backend::cpu) return with(kernels::thread_count(threads_), "thread");
    return backend;
  }

 protected:
  static constexpr std::uint64_t kProducts = 200'000'000;  // of shrinking, a second or two

  OnBackend(Backend backend, unsigned threads) : backend_(backend), threads_(threads) {}
  unsigned threads() const { return threads_; }

 private:
  Backend backend_;
  unsigned threads_;
};

class ByKernels final : public OnBackend {
 public:
  ByKernels(kernels::ReadableNetwork network, kernels::Machine machine, Backend backend,
            unsigned threads)
      : OnBackend(kernels::resolve(backend), threads),
        network_(std::move(network)),
        machine_(std::move(machine)),
        simulator_(network_.network, machine_, backend, network_.exact) {}

  kernels::SimulateResult run(const kernels::Words& words, const GivesUp& gives_up) override {
    return simulator_.run(words, {kernels::Emit::nothing, false, threads(), gives_up});
  }
  std::optional<kernels::Shrunk> shorten(std::vector<std::uint32_t> word) override {
    return shrink(network_.network, machine_, std::move(word), kProducts, network_.exact);
  }

 private:
  kernels::ReadableNetwork network_;
  kernels::Machine machine_;
  kernels::Simulator simulator_;
};

/// In chunks.
class ByChunks final : public OnBackend {
 public:
  ByChunks(kernels::ChunkedNetwork network, kernels::Machine machine, Backend backend,
           unsigned threads)
      : OnBackend(kernels::resolve(backend), threads),
        network_(std::move(network)),
        machine_(std::move(machine)),
        comparer_(network_, backend, machine_) {}

  kernels::SimulateResult run(const kernels::Words& words, const GivesUp& gives_up) override {
    const kernels::ChunkResult found = comparer_.run(words, {false, false, threads(), gives_up});
    kernels::SimulateResult result;
    result.wrong_words = found.different_words;
    for (std::uint64_t w = 0; w < words.count && !result.first; ++w) {
      if (found.first[w] == kernels::kNeverDiffers) continue;
      result.first = kernels::Mismatch{w, found.first[w]};
    }
    return result;
  }
  std::optional<kernels::Shrunk> shorten(std::vector<std::uint32_t> word) override {
    return shrink(network_, machine_, std::move(word), kProducts);
  }

 private:
  kernels::ChunkedNetwork network_;
  kernels::Machine machine_;
  kernels::ChunkComparer comparer_;
};

std::unique_ptr<Comparison> by_kernels(const Model& model, kernels::Machine machine,
                                       const Semantics& semantics, Backend backend,
                                       unsigned threads) {
  if (semantics.kind == Semantics::Kind::chunk) {
    return std::make_unique<ByChunks>(kernels::chunked_network_of(model, semantics),
                                      std::move(machine), backend, threads);
  }
  return std::make_unique<ByKernels>(kernels::readable_network_of(model, semantics),
                                     std::move(machine), backend, threads);
}

/// core's exact evaluation.
struct ExactEvaluation {
  const Model& model;
  using State = core::Step;
  State start() const { return core::initial_step(model); }
  State next(const State& state, core::Letter letter) const {
    return core::next_step(model, state, letter);
  }
};

/// core's evaluation of all other semantics.
struct RoundedEvaluation {
  core::RoundedModel model;
  using State = core::RoundedStep;
  State start() const { return model.start(); }
  State next(const State& state, core::Letter letter) const { return model.next(state, letter); }
};

template <class Evaluation>
class WordByWord final : public Comparison {
 public:
  WordByWord(Evaluation evaluation, kernels::Machine machine, std::size_t letters, unsigned threads)
      : evaluation_(std::move(evaluation)),
        machine_(std::move(machine)),
        letters_(static_cast<std::uint32_t>(letters)),
        threads_(kernels::thread_count(threads)),
        workers_(threads_) {}

  struct State {
    typename Evaluation::State network;
    std::uint32_t q = 0;
  };
  State start() const { return {evaluation_.start(), machine_.start}; }
  void read(State& state, std::uint32_t letter) const {
    state.network = evaluation_.next(state.network, letter);
    state.q = machine_.next[std::size_t{state.q} * letters_ + letter];
  }
  bool is_wrong(const State& state) const {
    return state.network.output != machine_.output[state.q];
  }

  kernels::SimulateResult run(const kernels::Words& words, const GivesUp& gives_up) override {
    // Parts in the order of their words, small ones so that no thread is long without.
    const std::uint64_t parts = std::min<std::uint64_t>(words.count, std::uint64_t{threads_} * 8);
    std::vector<kernels::SimulateResult> results(parts);
    const auto begin_of = [&](std::uint64_t part) {  // count part / parts without overflow
      return words.count / parts * part + std::min(part, words.count % parts);
    };
    workers_.begin(parts, [&](std::size_t part, std::size_t) {
      results[part] = run_part(words, begin_of(part), begin_of(part + 1), gives_up);
    });
    workers_.finish();
    kernels::SimulateResult result;
    for (const kernels::SimulateResult& part : results) {
      result.wrong_words += part.wrong_words;
      if (!result.first) result.first = part.first;
    }
    return result;
  }
  std::optional<kernels::Shrunk> shorten(std::vector<std::uint32_t> word) override {
    constexpr std::uint64_t kSteps = 50'000;  // some seconds at most, for small networks
    auto result = kernels::Shrinking<WordByWord>(*this, kSteps).run(std::move(word));
    if (!result) return {};
    const State& last = result->last;
    return kernels::Shrunk{std::move(result->word), last.network.output, machine_.output[last.q],
                           result->minimal};
  }
  std::uint64_t least_words() const override { return threads_; }
  double steps_at_first() const override { return 1e3; }
  std::string name() const override {
    return "word by word, " + std::to_string(threads_) + (threads_ == 1 ? " thread" : " threads");
  }

 private:
  kernels::SimulateResult run_part(const kernels::Words& words, std::uint64_t begin,
                                   std::uint64_t end, const GivesUp& gives_up) const {
    constexpr std::uint64_t kBetweenQuestions = 16;  // letters, which can be slow here
    kernels::SimulateResult result;
    for (std::uint64_t w = begin; w < end; ++w) {
      const kernels::WordKeys keys = kernels::word_keys(words.seed, words.first + w);
      State state = start();
      std::uint64_t t = 0;
      while (!is_wrong(state) && t < words.length) {
        if (t % kBetweenQuestions == 0 && gives_up()) return result;
        read(state, kernels::letter_at(keys, t, letters_));
        ++t;
      }
      if (!is_wrong(state)) continue;
      ++result.wrong_words;
      if (!result.first) result.first = kernels::Mismatch{w, t};
    }
    return result;
  }

  Evaluation evaluation_;
  kernels::Machine machine_;
  std::uint32_t letters_;
  unsigned threads_;
  Workers workers_;
};

std::unique_ptr<Comparison> word_by_word(const Model& model, kernels::Machine machine,
                                         const Semantics& semantics, unsigned threads) {
  const std::size_t letters = model.letters.size();
  if (semantics.kind == Semantics::Kind::exact) {
    return std::make_unique<WordByWord<ExactEvaluation>>(ExactEvaluation{model}, std::move(machine),
                                                         letters, threads);
  }
  return std::make_unique<WordByWord<RoundedEvaluation>>(
      RoundedEvaluation{core::RoundedModel(model, semantics)}, std::move(machine), letters,
      threads);
}

/// The kernels if they can; else, where that is allowed, the slow way and `reason`.
std::unique_ptr<Comparison> comparison_for(const Model& model, const Dfa& automaton,
                                           const Semantics& semantics,
                                           const ValidateOptions& options, std::string& reason) {
  kernels::Machine machine = kernel_machine(model, automaton);
  const Backend backend = options.backend.value_or(Backend::automatic);
  kernels::resolve(backend);
  try {
    return by_kernels(model, machine, semantics, backend, options.threads);
  } catch (const Error& error) {
    Error::Facts facts = error.facts();
    if (facts.fault != Fault::unsupported && facts.fault != Fault::limit) throw;
    if (options.backend) {
      facts.hint = "without a backend such words are evaluated one by one";
      throw Error(std::move(facts));
    }
    reason = "the kernels need " + facts.expected;
  }
  return word_by_word(model, std::move(machine), semantics, options.threads);
}

/// "words, 2.1e+08 letters/s, 12 s left"
std::string progress_text(std::uint64_t done, const ValidateOptions& options, double seconds) {
  char text[96];
  const double letters = static_cast<double>(done) * static_cast<double>(options.length);
  const double left =
      seconds / static_cast<double>(done) * static_cast<double>(options.words - done);
  std::snprintf(text, sizeof text, "words, %.2g letters/s, %.0f s left",
                letters / std::max(seconds, 1e-9), left);
  return text;
}

std::optional<core::LimitHit> hit(const core::Limits& limits) {
  if (limits.stop.stop_requested()) return core::LimitHit{"interrupted", ""};
  if (limits.deadline && Clock::now() >= *limits.deadline) {
    return core::LimitHit{"the time limit", "--timeout"};
  }
  return {};
}

}  // namespace

Validation validate(const Model& model, const Dfa& automaton, const Semantics& semantics,
                    const ValidateOptions& options) {
  if (options.first > std::numeric_limits<std::uint64_t>::max() - options.words) {
    throw Error({Fault::range, "words", "numbers below 2^64",
                 std::to_string(options.words) + " words from " + std::to_string(options.first)});
  }
  Validation result;
  const std::unique_ptr<Comparison> comparison =
      comparison_for(model, automaton, semantics, options, result.slow_because);
  result.evaluation = comparison->name();
  const auto words_at = [&](std::uint64_t number, std::uint64_t count) {
    kernels::Words words;
    words.count = count;
    words.length = options.length;
    words.first = number;
    words.seed = options.seed;
    return words;
  };
  const std::uint64_t least = comparison->least_words();
  std::uint64_t block = std::max<std::uint64_t>(
      least, static_cast<std::uint64_t>(comparison->steps_at_first() /
                                        (static_cast<double>(options.length) + 1)));
  std::atomic<bool> gave_up = false;
  const GivesUp gives_up = [&] {
    if (options.limits.is_over()) gave_up = true;
    return gave_up.load();
  };
  const Clock::time_point begin = Clock::now();
  auto last_report = begin;
  while (result.words < options.words) {
    if ((result.stopped = hit(options.limits))) break;
    const std::uint64_t count = std::min(block, options.words - result.words);
    const std::uint64_t number = options.first + result.words;
    const Clock::time_point before = Clock::now();
    const kernels::SimulateResult part = comparison->run(words_at(number, count), gives_up);
    if (gave_up) {
      result.stopped = hit(options.limits);
      break;
    }
    const double took = seconds_since(before);
    result.words += count;
    result.wrong += part.wrong_words;
    if (part.first && !result.first) {
      result.first = Validation::First{number + part.first->word, part.first->position};
    }
    if (took < kShortBlock && block <= std::numeric_limits<std::uint64_t>::max() / 4) block *= 2;
    if (took > kLongBlock) block = std::max(least, block / 2);
    const auto now = Clock::now();
    if (options.limits.progress && now - last_report >= std::chrono::milliseconds(100)) {
      last_report = now;
      const std::string what = progress_text(result.words, options, seconds_since(begin));
      options.limits.progress({what, result.words, options.words});
    }
  }
  result.seconds = seconds_since(begin);
  if (!result.first) return result;
  kernels::Words first = words_at(result.first->word, 1);
  first.length = result.first->position;
  const auto shrunk = comparison->shorten(
      kernels::letters_of(first, 0, static_cast<std::uint32_t>(model.letters.size())));
  if (!shrunk) {
    throw std::logic_error("validate: the reference does not see the mismatch of word " +
                           std::to_string(result.first->word));
  }
  ShortenedWord shortened;
  shortened.word.assign(shrunk->word.begin(), shrunk->word.end());
  shortened.network_label = model.labels[shrunk->network_output];
  automata::State q = automaton.start;
  for (const core::Letter letter : shortened.word) {
    q = automaton.step(q, *automaton.letters.find(model.letters.name(letter)));
  }
  shortened.automaton_label = automaton.labels[automaton.output[q]];
  shortened.minimal = shrunk->minimal;
  result.shortened = std::move(shortened);
  return result;
}

}  // namespace statewright::proofs
