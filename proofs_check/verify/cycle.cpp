// Pairs over one letter are x_0, x_1 = f(x_0), ..: a path into a cycle, or an endless path.
//
// Brent's algorithm (1980): a hare runs ahead, a tortoise waits at the positions 2^k - 1 and jumps
// to the hare when the hare has run 2^k further. Once the tortoise waits on the cycle and the
// period is at most 2^k, the hare comes back to it after exactly one period. Then two that walk one
// period apart from the start meet at the first pair of the cycle. The hare meets every pair for
// the first time in the order of words, so the first disagreement that it sees is the shortest, and
// none is left when it comes back.

#include "proofs_check/verify/cycle.hpp"

#include <string>
#include <utility>

namespace statewright::proofs {
namespace {

constexpr std::uint64_t kLongestWord = std::uint64_t{1} << 28U;  // 1 GiB of letters

/// Pairs as packed words.
class PackedWalk {
 public:
  using Pair = std::vector<std::uint64_t>;

  explicit PackedWalk(const BlockMachine& machine) : machine_(machine) {}

  Pair start() const { return machine_.start(); }
  bool agrees(const Pair& pair) {
    return machine_.judge(pair.data(), 1, scratch_) == BlockMachine::kNone;
  }
  /// One letter on; whether the pair there agrees.
  bool advance(Pair& pair) {
    next_.resize(pair.size());
    const bool agrees =
        machine_.expand_and_judge(pair.data(), 1, next_.data(), scratch_) == BlockMachine::kNone;
    pair.swap(next_);
    return agrees;
  }
  static bool equal(const Pair& a, const Pair& b) { return a == b; }

 private:
  const BlockMachine& machine_;
  BlockMachine::Scratch scratch_;
  Pair next_;
};

/// Pairs as the specification has them.
class SteppedWalk {
 public:
  struct Pair {
    core::RoundedStep step;
    State q = 0;
    std::string key;
  };

  explicit SteppedWalk(const Question& question)
      : question_(question), network_(question.model, question.semantics) {}

  Pair start() const { return make(network_.start(), question_.automaton.start); }
  bool agrees(const Pair& pair) const {
    return question_.names.label[pair.step.output] == question_.automaton.output[pair.q];
  }
  bool advance(Pair& pair) const {
    pair = make(network_.next(pair.step, 0),
                question_.automaton.step(pair.q, question_.names.letter[0]));
    return agrees(pair);
  }
  static bool equal(const Pair& a, const Pair& b) { return a.q == b.q && a.key == b.key; }

 private:
  Pair make(core::RoundedStep step, State q) const {
    std::string key = network_.key(step);
    return {std::move(step), q, std::move(key)};
  }

  const Question& question_;
  core::RoundedModel network_;
};

template <class Walk>
Verdict search(const Question& question, Walk walk) {
  const core::Limits limits = only_if_set(question.limits);
  core::Meter meter(limits, "letters");
  const typename Walk::Pair start = walk.start();
  if (!walk.agrees(start)) return refute(question, {});

  typename Walk::Pair tortoise = start, hare = start;
  std::uint64_t period = 0, patience = 1;
  for (std::uint64_t length = 1;; ++length) {
    if (auto hit = meter.check(length)) {
      return core::Unknown{*std::move(hit), agreement_up_to(length - 1)};
    }
    if (!walk.advance(hare)) {
      if (length <= kLongestWord) return refute(question, Word(length, 0));
      return core::Unknown{{"counterexamples of at most " + std::to_string(kLongestWord) +
                                " letters; the shortest has " + std::to_string(length),
                            ""},
                           agreement_up_to(length - 1)};
    }
    ++period;
    if (Walk::equal(hare, tortoise)) break;
    if (period == patience) {
      tortoise = hare;
      patience *= 2;
      period = 0;
    }
  }

  Cycle cycle{0, period};
  typename Walk::Pair behind = start, ahead = start;
  for (std::uint64_t i = 0; i < period; ++i) walk.advance(ahead);
  for (; !Walk::equal(behind, ahead); ++cycle.preperiod) {
    // Nothing is met here for the first time: only limits of time apply.
    if (auto hit = meter.check(0)) {
      return core::Unknown{
          *std::move(hit),
          "network and language agree on every word, but their cycle was not measured"};
    }
    walk.advance(behind);
    walk.advance(ahead);
  }
  Proof proof;
  proof.states = cycle.preperiod + cycle.period;
  proof.cycle = cycle;
  return proof;
}

}  // namespace

Verdict search_cycle(const Question& question, const BlockMachine* machine) {
  if (machine != nullptr) return search(question, PackedWalk(*machine));
  return search(question, SteppedWalk(question));
}

}  // namespace statewright::proofs
