#include "proofs_check/kernel_machine.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace statewright::proofs {

kernels::Machine kernel_machine(const core::Model& model, const automata::Dfa& automaton) {
  const auto differ = [](const std::string& letter, const char* where) {
    return core::Error({core::Fault::shape, "alphabet",
                        "model and language to have the same letters",
                        "letter " + core::quoted(letter) + " only in the " + where});
  };
  std::vector<core::Letter> letters;
  for (const std::string& name : model.letters.names()) {
    const auto found = automaton.letters.find(name);
    if (!found) throw differ(name, "model");
    letters.push_back(*found);
  }
  for (const std::string& name : automaton.letters.names()) {
    if (!model.letters.find(name)) throw differ(name, "language");
  }
  std::vector<std::uint32_t> outputs;
  for (const std::string& label : automaton.labels) {
    const auto at = std::find(model.labels.begin(), model.labels.end(), label);
    outputs.push_back(static_cast<std::uint32_t>(at - model.labels.begin()));
  }
  kernels::Machine machine;
  machine.start = automaton.start;
  for (automata::State q = 0; q < automaton.size(); ++q) {
    for (const core::Letter letter : letters) machine.next.push_back(automaton.step(q, letter));
    machine.output.push_back(outputs[automaton.output[q]]);
  }
  return machine;
}

}  // namespace statewright::proofs
