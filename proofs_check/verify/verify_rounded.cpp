// Which method decides a question in rounded semantics.

#include <algorithm>
#include <limits>

#include "proofs_check/verify/block_machine.hpp"
#include "proofs_check/verify/cycle.hpp"
#include "proofs_check/verify/dense_search.hpp"
#include "proofs_check/verify/order_free.hpp"
#include "proofs_check/verify/rounded_search.hpp"
#include "proofs_check/verify/row_search.hpp"

namespace statewright::proofs {
namespace {

constexpr std::uint64_t kMostRows = 0xffff'fff0U;  // indices have 32 bits

/// One letter: the cycle, then rows if they are few.
Verdict decide_cycle(const Question& question, const BlockMachine* machine, Workers& workers,
                     const SearchOptions& options) {
  Verdict verdict = search_cycle(question, machine);
  const Proof* proof = verdict.proof();
  const Counterexample* found = verdict.witness();
  if (verdict.unknown() != nullptr) return verdict;
  const std::uint64_t states = proof != nullptr ? proof->states : found->word.size();
  if (states > options.kept_rows_of_cycles) return verdict;
  core::Limits limits = question.limits;
  limits.max_states = std::numeric_limits<std::uint64_t>::max();
  std::optional<Verdict> rows;
  if (machine != nullptr) {
    rows = search_rows(question, *machine, workers, limits, kMostRows, kMostRows);
  } else {
    rows = verify_reference(question.model, question.automaton, question.semantics, limits);
  }
  if (!rows || rows->unknown() != nullptr) return verdict;
  if (proof == nullptr) return *std::move(rows);
  Proof whole = *rows->proof();
  whole.cycle = proof->cycle;
  return whole;
}

Verdict decide_blocks(const Question& question, const BlockMachine& machine, Workers& workers,
                      const SearchOptions& options) {
  const bool dense = dense_bits(question, machine).has_value();
  const std::uint64_t most = dense ? options.rows_before_dense : kMostRows;
  core::Limits limits = question.limits;
  if (dense) limits = only_if_set(limits);
  if (!dense || most > 0) {
    if (auto verdict = search_rows(question, machine, workers, limits, options.kept_rows, most)) {
      return *std::move(verdict);
    }
  }
  if (!dense) {
    return core::Unknown{{std::to_string(kMostRows) + " product states", ""}, "no word was wrong"};
  }
  return search_dense(question, machine, workers, options.window_bytes);
}

Verdict decide(const Question& question, const SearchOptions& options) {
  const std::optional<BlockMachine> machine = BlockMachine::make(question);
  Workers workers(machine ? options.threads : 1);
  if (question.model.letters.size() == 1) {
    return decide_cycle(question, machine ? &*machine : nullptr, workers, options);
  }
  if (machine) return decide_blocks(question, *machine, workers, options);
  return verify_reference(question.model, question.automaton, question.semantics, question.limits);
}

}  // namespace

Verdict verify_rounded(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                       const core::Limits& limits, const SearchOptions& options) {
  if (semantics.kind == core::Semantics::Kind::exact) return verify(model, automaton, limits);
  check_has_steps(semantics);
  const Correspondence names(model, automaton);
  const auto pairs = order_free_pairs({model, automaton, semantics, limits, names});

  // Rows of codes are more than pairs of values only by signs of zero. Should they be many more,
  // the proof goes without them.
  core::Limits within = limits;
  if (pairs) within.max_states = std::min(limits.states(), 8 * *pairs + 1024);
  Verdict verdict = decide({model, automaton, semantics, within, names}, options);
  if (!pairs || verdict.witness() != nullptr) return verdict;
  Proof proof;
  if (verdict.proof() != nullptr) {
    proof = *verdict.proof();
  } else {
    proof.states = *pairs;
  }
  proof.order_free = true;
  return proof;
}

Verdict verify(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
               const core::Limits& limits) {
  return verify_rounded(model, automaton, semantics, limits, {});
}

}  // namespace statewright::proofs
