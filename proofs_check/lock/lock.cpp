// Phase locking. A rounded rotation is a map of a finite set into itself, which may have small
// closed subsets on which it decodes right; the states a network can reach are one such subset or
// they are not. Scaling the start by a power of two changes nothing as long as nothing underflows,
// which is why scales are taken from [1, 2). On a uniform grid (subnormal numbers, fixed point) the
// m rounded points of a circle of radius r map exactly onto each other if all of them lie close
// enough to the grid, which happens for some r of a few hundred units for any small m.

#include "proofs_check/lock/lock.hpp"

#include <chrono>

#include "proofs_check/lock/candidates.hpp"
#include "proofs_check/verify/rounded_search.hpp"

namespace statewright::proofs {
namespace {

/// The network as compiled deserves more patience than its neighbours, where pairs are cheap.
constexpr std::uint64_t kPatience = 64, kPatienceIfSlow = 4;

core::Limits without_progress(const core::Limits& limits, std::uint64_t states) {
  core::Limits own = limits;
  own.max_states = std::min(states, limits.max_states.value_or(states));
  own.progress = nullptr;
  return own;
}

/// Small searches, many of them: threads would cost more than they help, and rows are not kept.
Verdict verify_candidate(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                         const core::Limits& limits, std::uint64_t states) {
  SearchOptions search;
  search.threads = 1;
  search.kept_rows = 0;
  search.kept_rows_of_cycles = 0;
  return verify_rounded(model, automaton, semantics, without_progress(limits, states), search);
}

bool is_count(const core::LimitHit& hit) { return hit.raise == "--max-states"; }

Lock locked(LockCandidate candidate, std::string change, Model model, std::uint64_t states,
            const core::Semantics& semantics) {
  std::string& note = model.about.note;
  note += (note.empty() ? "" : "; ") + std::string("proved in ") + semantics.id() +
          " for words of every length (" + change + ")";
  return {std::move(candidate), std::move(change), std::move(model), states};
}

}  // namespace

LockResult lock(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                const LockOptions& options) {
  LockResult result;
  std::optional<Perturbation> perturbation;
  if (semantics.has_format()) perturbation.emplace(model, semantics);
  std::vector<LockCandidate> plan = {{}};
  if (perturbation) {
    plan = perturbation->plan(options);
    result.constants = perturbation->constants();
  }
  result.planned = plan.size();

  const bool fast = semantics.kind == core::Semantics::Kind::stepwise;
  const std::uint64_t patience = fast ? kPatience : kPatienceIfSlow;
  auto last_report = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < plan.size() && result.found.size() < options.wanted; ++i) {
    std::optional<Model> candidate =
        perturbation ? perturbation->apply(plan[i]) : std::optional<Model>(model);
    if (!candidate) {
      --result.planned;
      continue;
    }
    const bool alone = plan.size() == 1;
    const auto now = std::chrono::steady_clock::now();
    if (!alone && options.limits.progress && now - last_report >= std::chrono::milliseconds(100)) {
      last_report = now;
      options.limits.progress({"candidates", i, plan.size()});
    }
    const Verdict verdict =
        alone ? verify(*candidate, automaton, semantics, options.limits)
              : verify_candidate(*candidate, automaton, semantics, options.limits,
                                 i == 0 ? patience * options.states : options.states);
    if (i == 0) {
      result.as_compiled = verdict.outcome();
      if (verdict.witness() != nullptr) result.witness = verdict.witness()->word;
    }
    if (const Proof* proof = verdict.proof()) {
      std::string change = perturbation ? perturbation->describe(plan[i]) : "as compiled";
      result.found.push_back(locked(std::move(plan[i]), std::move(change), std::move(*candidate),
                                    proof->states, semantics));
    } else if (verdict.witness() != nullptr) {
      ++result.refuted;
    } else {
      const core::LimitHit& hit = verdict.unknown()->hit;
      if (alone || !is_count(hit)) {
        result.stopped = hit;
        ++result.undecided;
        break;
      }
      ++result.undecided;
    }
  }
  return result;
}

}  // namespace statewright::proofs
