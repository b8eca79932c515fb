// Which method decides a question in rounded semantics.

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "proofs_check/verify/block_machine.hpp"
#include "proofs_check/verify/cast_rays.hpp"
#include "proofs_check/verify/cycle.hpp"
#include "proofs_check/verify/dense_search.hpp"
#include "proofs_check/verify/kernel_search.hpp"
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
  // A GPU's bitset is larger. Whether there is one is asked when it is needed: that takes long.
  const bool gpu =
      options.rows_before_dense > 0 && kernels::built_with_cuda() && kernels_take(question);
  core::Limits limits = question.limits;
  if (dense || gpu) limits = only_if_set(limits);
  const auto by_rows = [&](std::uint64_t most) {
    return search_rows(question, machine, workers, limits, options.kept_rows, most);
  };
  if (dense || gpu) {
    if (options.rows_before_dense > 0) {
      if (auto verdict = by_rows(options.rows_before_dense)) return *std::move(verdict);
    }
    if (gpu && !kernels::cuda_devices().empty()) {
      Verdict verdict = search_with_kernels(question, kernels::Backend::cuda);
      const core::Unknown* unknown = verdict.unknown();
      if (!dense || unknown == nullptr || !unknown->hit.raise.empty()) return verdict;
    }
    if (dense) return search_dense(question, machine, workers, options.window_bytes);
    limits = question.limits;
  }
  if (auto verdict = by_rows(kMostRows)) return *std::move(verdict);
  return core::Unknown{{std::to_string(kMostRows) + " product states", ""}, "no word was wrong"};
}

/// All of it by kernels/, as asked.
Verdict decide_by_kernels(const Question& question, kernels::Backend backend) try {
  return search_with_kernels(question, backend);
} catch (const core::Error& error) {
  core::Error::Facts facts = error.facts();
  if (facts.fault != core::Fault::unsupported) throw;
  facts.hint = "without `--backend` rows are searched, of any number of bits";
  throw core::Error(std::move(facts));
}

/// Rows where exact states recur soon, rays where they do not, then as many rows as limits allow.
Verdict decide_cast(const Question& question) {
  const auto by_rows = [&](const core::Limits& limits) {
    return verify_reference(question.model, question.automaton, question.semantics, limits);
  };
  core::Limits few = question.limits;
  few.max_states = std::min<std::uint64_t>(question.limits.states(), 100);
  Verdict verdict = by_rows(few);
  if (verdict.unknown() == nullptr) return verdict;
  if (auto proof = cast_rays(question)) return *std::move(proof);
  return by_rows(question.limits);
}

bool is_kernel(kernels::Backend backend) {
  return backend == kernels::Backend::cpu || backend == kernels::Backend::cuda;
}

Verdict decide(const Question& question, const SearchOptions& options) {
  const bool by_kernels = is_kernel(options.backend);
  if (by_kernels && question.model.letters.size() != 1) {
    return decide_by_kernels(question, options.backend);
  }
  const std::optional<BlockMachine> machine = BlockMachine::make(question);
  Workers workers(machine ? options.threads : 1);
  if (question.model.letters.size() == 1) {
    return decide_cycle(question, machine ? &*machine : nullptr, workers, options);
  }
  if (machine) return decide_blocks(question, *machine, workers, options);
  if (question.semantics.kind == core::Semantics::Kind::cast) return decide_cast(question);
  return verify_reference(question.model, question.automaton, question.semantics, question.limits);
}

}  // namespace

Verdict verify_rounded(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                       const core::Limits& limits, const SearchOptions& options) {
  if (options.backend == kernels::Backend::reference) {
    return verify_reference(model, automaton, semantics, limits);
  }
  kernels::resolve(options.backend);
  if (semantics.kind == core::Semantics::Kind::exact) {
    if (is_kernel(options.backend)) {
      throw core::Error({core::Fault::unsupported, "backend",
                         "auto or reference in exact arithmetic",
                         std::string(kernels::name_of(options.backend)),
                         "`--arith bf16` and other formats have the others"});
    }
    return verify(model, automaton, limits);
  }
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

Verdict verify(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
               const core::Limits& limits, kernels::Backend backend) {
  SearchOptions options;
  options.backend = backend;
  return verify_rounded(model, automaton, semantics, limits, options);
}

}  // namespace statewright::proofs
