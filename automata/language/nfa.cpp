#include "automata/language/nfa.hpp"

#include <algorithm>

#include "automata/language/fresh_name.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr State kNone = 0xffffffffU;

/// The states that a path from `sources` reaches.
std::vector<bool> reached(const Nfa& nfa, const std::vector<State>& sources) {
  std::vector<bool> seen(nfa.size());
  std::vector<State> stack;
  const auto visit = [&](State q) {
    if (!seen[q]) {
      seen[q] = true;
      stack.push_back(q);
    }
  };
  for (const State q : sources) visit(q);
  while (!stack.empty()) {
    const State q = stack.back();
    stack.pop_back();
    for (const Nfa::Edge& edge : nfa.edges[q]) visit(edge.target);
  }
  return seen;
}

std::string state_name(const Nfa& nfa, State q) {
  return nfa.state_names.empty() ? std::to_string(q) : nfa.state_names[q];
}

}  // namespace

Nfa reverse(const Nfa& nfa) {
  Nfa result;
  result.letters = nfa.letters;
  result.state_names = nfa.state_names;
  result.edges.resize(nfa.size());
  result.accepting.resize(nfa.size());
  for (State q = 0; q < nfa.size(); ++q) {
    for (const Nfa::Edge& edge : nfa.edges[q]) {
      result.edges[edge.target].push_back({edge.letter, q});
    }
    if (nfa.accepting[q]) result.initial.push_back(q);
  }
  for (const State q : nfa.initial) result.accepting[q] = true;
  return result;
}

Nfa to_nfa(const Dfa& acceptor) {
  if (!is_acceptor(acceptor)) {
    throw Error({Fault::unsupported, "to_nfa", "an acceptor, with the outputs reject and accept",
                 "a Moore machine with " + std::to_string(acceptor.labels.size()) + " outputs"});
  }
  Nfa result;
  result.letters = acceptor.letters;
  result.state_names = acceptor.state_names;
  result.initial = {acceptor.start};
  result.edges.resize(acceptor.size());
  result.accepting.resize(acceptor.size());
  for (State q = 0; q < acceptor.size(); ++q) {
    result.edges[q].reserve(acceptor.letters.size());
    for (Letter a = 0; a < acceptor.letters.size(); ++a) {
      result.edges[q].push_back({a, acceptor.step(q, a)});
    }
    result.accepting[q] = acceptor.output[q] == kAccept;
  }
  return result;
}

Nfa trim(const Nfa& nfa) {
  const std::vector<bool> forward = reached(nfa, nfa.initial);
  const Nfa backward = reverse(nfa);
  const std::vector<bool> alive = reached(backward, backward.initial);

  Nfa result;
  result.letters = nfa.letters;
  std::vector<State> number(nfa.size(), kNone);
  State kept = 0;
  for (State q = 0; q < nfa.size(); ++q) {
    if (forward[q] && alive[q]) number[q] = kept++;
  }
  for (State q = 0; q < nfa.size(); ++q) {
    if (number[q] == kNone) continue;
    std::vector<Nfa::Edge>& edges = result.edges.emplace_back();
    for (const Nfa::Edge& edge : nfa.edges[q]) {
      if (number[edge.target] != kNone) edges.push_back({edge.letter, number[edge.target]});
    }
    result.accepting.push_back(nfa.accepting[q]);
    if (!nfa.state_names.empty()) result.state_names.push_back(nfa.state_names[q]);
  }
  for (const State q : nfa.initial) {
    if (number[q] != kNone) result.initial.push_back(number[q]);
  }
  return result;
}

Dfa complete(const Nfa& nfa) {
  static constexpr const char* kHint = "use determinize";
  if (nfa.initial.size() != 1) {
    throw Error({Fault::unsupported, "complete", "exactly one initial state",
                 std::to_string(nfa.initial.size()), kHint});
  }
  const std::size_t n = nfa.size();
  const std::size_t k = nfa.letters.size();
  Dfa dfa;
  dfa.letters = nfa.letters;
  dfa.labels = acceptor_labels();
  dfa.start = nfa.initial.front();
  dfa.next.assign(n * k, kNone);
  dfa.output.resize(n);
  dfa.state_names = nfa.state_names;
  for (State q = 0; q < n; ++q) {
    for (const Nfa::Edge& edge : nfa.edges[q]) {
      State& successor = dfa.next[std::size_t{q} * k + edge.letter];
      if (successor != kNone) {
        throw Error({Fault::unsupported, "complete: state " + core::quoted(state_name(nfa, q)),
                     "at most one edge for each letter",
                     "two for " + core::quoted(nfa.letters.name(edge.letter)), kHint});
      }
      successor = edge.target;
    }
    dfa.output[q] = nfa.accepting[q] ? kAccept : kReject;
  }
  if (std::find(dfa.next.begin(), dfa.next.end(), kNone) != dfa.next.end()) {
    const auto sink = static_cast<State>(n);
    std::replace(dfa.next.begin(), dfa.next.end(), kNone, sink);
    dfa.next.insert(dfa.next.end(), k, sink);
    dfa.output.push_back(kReject);
    if (!dfa.state_names.empty()) dfa.state_names.push_back(fresh_name(nfa.state_names, "sink"));
  }
  return dfa;
}

bool accepts(const Nfa& nfa, std::span<const Letter> word) {
  std::vector<State> now;
  std::vector<State> then;
  std::vector<std::size_t> seen(nfa.size(), 0);  // 1 + the last position at which a state was added
  for (const State q : nfa.initial) {
    if (seen[q] == 0) now.push_back(q);
    seen[q] = 1;
  }
  std::size_t position = 1;
  for (const Letter a : word) {
    ++position;
    then.clear();
    for (const State q : now) {
      for (const Nfa::Edge& edge : nfa.edges[q]) {
        if (edge.letter != a || seen[edge.target] == position) continue;
        seen[edge.target] = position;
        then.push_back(edge.target);
      }
    }
    now.swap(then);
  }
  return std::any_of(now.begin(), now.end(), [&](State q) { return nfa.accepting[q]; });
}

}  // namespace statewright::automata
