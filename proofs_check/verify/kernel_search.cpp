// Exact readouts. kernels/ has no numbers beyond double, so W and c reach it rounded to fp64, and
// where scores are closer than that can decide, it asks back for what the layer emits: LaneLayer
// answers, which encloses scores in double and decides exactly where enclosures overlap.

#include "proofs_check/verify/kernel_search.hpp"

#include <utility>

#include "core/error.hpp"
#include "kernels/from_model.hpp"
#include "kernels/reach.hpp"
#include "kernels/whole_plan.hpp"
#include "proofs_check/kernel_machine.hpp"

namespace statewright::proofs {
namespace {

/// The network, with the exact readout if there is one. Draws nothing, as the search needs it, and
/// every operation is rounded by itself.
kernels::ReadableNetwork network_for(const Question& question) {
  kernels::ReadableNetwork readable =
      kernels::readable_network_of(question.model, question.semantics);
  if (kernels::draws(readable.network.formats)) {
    throw core::Error({core::Fault::unsupported, "arithmetic", "roundings that draw nothing",
                       core::quoted(question.semantics.id())});
  }
  if (kernels::needs_whole(readable.network) || readable.network.formats.tensor.group != 0) {
    throw core::Error({core::Fault::unsupported, "arithmetic",
                       "every operation rounded to a format",
                       core::quoted(question.semantics.id())});
  }
  return readable;
}

/// Kernels tell outputs apart by number; here two numbers with one name would be one output.
bool has_distinct_labels(const Question& question) {
  for (std::size_t i = 0; i < question.names.label.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (question.names.label[i] && question.names.label[i] == question.names.label[k]) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

bool kernels_take(const Question& question) try {
  const kernels::Network network = network_for(question).network;
  return has_distinct_labels(question) && question.model.letters.size() < (std::size_t{1} << 15U) &&
         question.automaton.size() < (1U << 12U) &&
         kernels::reach_pairs(network, kernel_machine(question.model, question.automaton)) <=
             kernels::kMostReachPairs;
} catch (const core::Error& error) {
  if (error.facts().fault != core::Fault::unsupported) throw;
  return false;
}

Verdict search_with_kernels(const Question& question, kernels::Backend backend) {
  if (!has_distinct_labels(question)) {
    throw core::Error({core::Fault::unsupported, "labels", "a network with distinct labels",
                       "two that are alike"});
  }
  const auto [network, exact] = network_for(question);
  const core::Limits limits = only_if_set(question.limits);
  core::Meter meter(limits, "product states");
  std::optional<core::LimitHit> hit;
  kernels::ReachOptions options;
  options.proceed = [&](std::uint64_t states) {
    hit = meter.check(states);
    return !hit;
  };
  options.exact = exact;
  kernels::ReachResult result;
  try {
    result = kernels::reach(network, kernel_machine(question.model, question.automaton), backend,
                            options);
  } catch (const core::Error& error) {
    if (error.facts().fault != core::Fault::limit) throw;
    return core::Unknown{{error.facts().expected + "; there are " + error.facts().found, ""},
                         "no word was wrong"};
  }
  switch (result.end) {
    case kernels::ReachResult::End::wrong:
      return refute(question, Word(result.word.begin(), result.word.end()));
    case kernels::ReachResult::End::stopped:
      return core::Unknown{hit.value(), agreement_up_to(result.length)};
    case kernels::ReachResult::End::closed:
      break;
  }
  Proof proof;
  proof.states = result.states;
  return proof;
}

}  // namespace statewright::proofs
