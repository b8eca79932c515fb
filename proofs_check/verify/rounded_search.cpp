#include "proofs_check/verify/rounded_search.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/error.hpp"
#include "core/lrnn/mpfr_replay.hpp"

namespace statewright::proofs {
namespace {

/// Whether every state is a number of the format. Without infinities and NaN among the operands
/// there are none among the results, if the format of the results has neither.
bool is_always_a_number(const core::Semantics& semantics) {
  const core::Format& state = semantics.state;
  if (semantics.kind != core::Semantics::Kind::stepwise || state.infinities ||
      state.nans != core::Nans::none) {
    return false;
  }
  const auto* accumulate = std::get_if<core::Format>(&semantics.accumulate);
  return accumulate != nullptr && *accumulate == state && semantics.io == state;
}

}  // namespace

void check_has_steps(const core::Semantics& semantics) {
  using Kind = core::Semantics::Kind;
  if (semantics.kind != Kind::ball && semantics.kind != Kind::mpfr) return;
  throw core::Error({core::Fault::unsupported, "arithmetic",
                     "a semantics with finitely many states", core::quoted(semantics.id()),
                     "number formats such as `bf16` and `exact` can be verified"});
}

Counterexample refute(const Question& question, Word word) {
  const auto& [model, automaton, semantics, limits, names] = question;
  Counterexample found;
  std::uint32_t output = 0;
  if (word.size() <= Counterexample::kLongestReplay) {
    found.rounded_replay = semantics.oracle
                               ? core::simulate_mpfr(model, semantics, word)
                               : core::simulate(core::RoundedModel(model, semantics), word);
    output = found.rounded_replay.back().output;
  } else {
    const core::RoundedModel network(model, semantics);
    core::RoundedStep step = network.start();
    for (const Letter letter : word) step = network.next(step, letter);
    output = step.output;
  }
  State q = automaton.start;
  for (const Letter letter : word) q = automaton.step(q, names.letter[letter]);
  if (names.label[output] == automaton.output[q]) {
    throw std::logic_error("verification in " + semantics.id() +
                           " found a counterexample that its specification does not confirm");
  }
  found.word = std::move(word);
  found.network_label = model.labels[output];
  found.automaton_label = automaton.labels[automaton.output[q]];
  return found;
}

std::string agreement_up_to(std::uint64_t letters) {
  return "network and language agree on every word of at most " + std::to_string(letters) +
         " letters";
}

StateCodes::StateCodes(const core::Semantics& semantics)
    : coder_(semantics.state), bits_(static_cast<unsigned>(semantics.state.width())) {
  if (semantics.state.nans == core::Nans::none && !is_always_a_number(semantics)) ++bits_;
}

StateTable StateCodes::table(std::vector<std::uint64_t> codes, std::size_t width) const {
  StateTable table;
  table.width = width;
  if (bits_ <= 16) {
    table.entries = std::vector<std::uint16_t>(codes.begin(), codes.end());
  } else {
    table.entries = std::move(codes);
  }
  return table;
}

core::Limits only_if_set(const core::Limits& limits) {
  core::Limits result = limits;
  if (!result.max_states) result.max_states = std::numeric_limits<std::uint64_t>::max();
  return result;
}

}  // namespace statewright::proofs
