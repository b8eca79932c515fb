#include "automata/language/dfa.hpp"

#include "core/error.hpp"

namespace statewright::automata {

using core::Error;
using core::Fault;

const std::vector<std::string>& acceptor_labels() {
  static const std::vector<std::string> labels = {"reject", "accept"};
  return labels;
}

bool is_acceptor(const Dfa& dfa) { return dfa.labels == acceptor_labels(); }

void validate(const Dfa& dfa, std::string_view where) {
  const std::string place(where);
  const std::size_t n = dfa.size();
  if (n == 0) throw Error({Fault::shape, place, "at least one state", "none"});
  if (dfa.next.size() != n * dfa.letters.size()) {
    throw Error({Fault::shape, place,
                 "a successor for each of " + std::to_string(n) + " states and " +
                     std::to_string(dfa.letters.size()) + " letters",
                 std::to_string(dfa.next.size()) + " successors"});
  }
  if (dfa.start >= n) {
    throw Error({Fault::range, place + ": start", "a state below " + std::to_string(n),
                 std::to_string(dfa.start)});
  }
  if (!dfa.state_names.empty() && dfa.state_names.size() != n) {
    throw Error({Fault::shape, place, std::to_string(n) + " state names",
                 std::to_string(dfa.state_names.size())});
  }
  for (State q = 0; q < n; ++q) {
    if (dfa.output[q] >= dfa.labels.size()) {
      throw Error({Fault::range, place + ": state " + dfa.state_name(q),
                   "an output below " + std::to_string(dfa.labels.size()),
                   std::to_string(dfa.output[q])});
    }
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      if (dfa.step(q, a) >= n) {
        throw Error({Fault::range,
                     place + ": state " + dfa.state_name(q) + ", letter " +
                         core::quoted(dfa.letters.name(a)),
                     "a successor below " + std::to_string(n), std::to_string(dfa.step(q, a))});
      }
    }
  }
}

}  // namespace statewright::automata
