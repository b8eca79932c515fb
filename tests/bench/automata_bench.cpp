// Minimisation, determinisation and equivalence beside OpenFst on the same machine and inputs. The
// inputs are seeded (automata/language/random_dfa.hpp), their answers known; see README.md.

#include <algorithm>

#include "automata/language/compare.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/nfa.hpp"
#include "automata/language/random_dfa.hpp"
#include "tests/automata/machines.hpp"
#include "tests/bench/openfst_peer.hpp"
#include "tests/bench/table.hpp"

namespace {

using namespace statewright::automata;
using namespace statewright::bench;

const std::string kPeer = openfst::version() ? "OpenFst " + *openfst::version() : "OpenFst";
constexpr const char* kAbsent = "not installed";

std::unique_ptr<openfst::Acceptor> peer_of(const Dfa& dfa) {
  return std::make_unique<openfst::Acceptor>(
      dfa.start, static_cast<std::uint32_t>(dfa.letters.size()), dfa.next, dfa.output);
}

std::unique_ptr<openfst::Acceptor> peer_of(const Nfa& nfa) {
  std::vector<openfst::Acceptor::Edge> edges;
  std::vector<std::uint32_t> accepting;
  for (State q = 0; q < nfa.size(); ++q) {
    for (const Nfa::Edge& edge : nfa.edges[q]) edges.push_back({q, edge.letter, edge.target});
    accepting.push_back(nfa.accepting[q] ? 1 : 0);
  }
  return std::make_unique<openfst::Acceptor>(static_cast<std::uint32_t>(nfa.size()),
                                             nfa.initial.front(), edges, accepting);
}

/// Times both, ours first; `peer` may be empty. Appends times and ratio to `row`.
void time_both(std::vector<std::string>& row, std::size_t runs, const std::function<void()>& ours,
               const std::function<void()>& peer) {
  std::vector<std::function<void()>> contestants = {ours};
  if (peer) contestants.push_back(peer);
  const std::vector<double> times = interleaved(runs, contestants);
  row.push_back(number(times[0]));
  row.push_back(peer ? number(times[1]) : kAbsent);
  row.push_back(peer ? ratio(times[1], times[0]) : "");
}

struct Input {
  char family;
  std::size_t states, letters, minimal;
  bool in_smoke;

  std::string name() const {
    return std::string(1, family) + "(" + std::to_string(states) + ", " + std::to_string(letters) +
           ")";
  }
  Dfa make() const {
    switch (family) {
      case 'R':
        return random_dfa(states, letters, 1);
      case 'D':
        return random_dfa_with_copies(states, letters, 1);
      default:
        return cycle_dfa(states, letters);
    }
  }
};

constexpr Input kInputs[] = {
    {'R', 1'000, 2, 779, true},         {'R', 10'000, 2, 7'980, true},
    {'R', 100'000, 2, 79'746, true},    {'R', 1'000'000, 2, 796'323, false},
    {'R', 1'000, 10, 1'000, true},      {'R', 10'000, 10, 10'000, true},
    {'R', 100'000, 10, 99'994, false},  {'D', 10'000, 2, 779, true},
    {'D', 100'000, 2, 7'980, false},    {'D', 1'000'000, 2, 79'746, false},
    {'D', 100'000, 10, 10'000, false},  {'C', 10'000, 2, 10'000, true},
    {'C', 100'000, 2, 100'000, false},  {'C', 1'000'000, 2, 1'000'000, false},
    {'C', 100'000, 10, 100'000, false},
};

void peaks(bool smoke) {
  Table table("Minimise: peak memory of a process that makes the input and minimises it, MiB",
              {"input", "states", "letters", "statewright", kPeer, "ratio"});
  const auto idle = peak_mib([] {});
  table.add({"(idle process)", "", "", idle ? number(*idle) : "failed"});
  for (const Input& input : kInputs) {
    if (smoke ? !input.in_smoke || input.states < 100'000
              : input.states * input.letters < 1'000'000)
      continue;
    const auto ours = peak_mib([&] {
      const Dfa dfa = input.make();
      verify(minimize(dfa).size() == input.minimal, input.name());
    });
    verify(ours.has_value(), input.name() + " in a child process");
    std::vector<std::string> row = {input.name(), std::to_string(input.states),
                                    std::to_string(input.letters), number(*ours)};
    if (openfst::version()) {
      const auto peer = peak_mib([&] {
        auto acceptor = [&] { return peer_of(input.make()); }();  // our input is gone by now
        acceptor->minimized_size();
      });
      row.push_back(peer ? number(*peer) : "failed");
      row.push_back(peer ? ratio(*peer, *ours) : "");
    } else {
      row.push_back(kAbsent);
    }
    table.add(std::move(row));
  }
  table.print();
}

void minimisation(bool smoke) {
  Table table("Minimise: CPU milliseconds (reachable part, minimal, breadth-first numbers)",
              {"input", "states", "letters", "minimal", "statewright", kPeer, "ratio"});
  for (const Input& input : kInputs) {
    if (smoke && !input.in_smoke) continue;
    const Dfa dfa = input.make();
    const Dfa least = minimize(dfa);
    verify(least.size() == input.minimal, input.name() + ": minimal size");
    verify(!find_difference(dfa, least), input.name() + ": same language");
    verify(minimize(least) == least, input.name() + ": idempotent");
    std::unique_ptr<openfst::Acceptor> peer;
    if (openfst::version()) {
      peer = peer_of(dfa);
      verify(peer->minimized_size() == least.size(), input.name() + ": OpenFst agrees");
    }
    std::vector<std::string> row = {input.name(), std::to_string(input.states),
                                    std::to_string(input.letters), std::to_string(least.size())};
    time_both(
        row, smoke || input.states >= 1'000'000 ? 3 : 5, [&] { minimize(dfa); },
        peer ? std::function<void()>([&] { peer->minimized_size(); }) : nullptr);
    table.add(std::move(row));
  }
  table.print();
}

void determinisation(bool smoke) {
  Table table("Determinise (a|b)*a(a|b)^k: CPU milliseconds",
              {"k", "NFA states", "DFA states", "statewright", kPeer, "ratio"});
  for (const State k : {10U, 12U, 14U, 15U, 16U, 18U}) {
    if (smoke && k > 12) continue;
    const Nfa nfa = machines::letter_from_the_end(k);
    const Dfa dfa = determinize(nfa);
    verify(dfa.size() == std::size_t{2} << k, "determinise: number of states");
    verify(minimize(dfa) == dfa, "determinise: minimal and in breadth-first order");
    SplitMix64 draw(k);
    for (int i = 0; i < 1'000; ++i) {
      Word word(draw() % (3 * k));
      for (Letter& a : word) a = static_cast<Letter>(draw() % 2);
      const bool member = word.size() > k && word[word.size() - 1 - k] == 0;
      verify((dfa.output[dfa.run(word)] == kAccept) == member, "determinise: language");
    }
    std::unique_ptr<openfst::Acceptor> peer;
    if (openfst::version()) {
      peer = peer_of(nfa);
      verify(peer->determinized_size() == dfa.size(), "determinise: OpenFst agrees");
    }
    std::vector<std::string> row = {std::to_string(k), std::to_string(nfa.size()),
                                    std::to_string(dfa.size())};
    time_both(
        row, k >= 18 ? 3 : 5, [&] { determinize(nfa); },
        peer ? std::function<void()>([&] { peer->determinized_size(); }) : nullptr);
    table.add(std::move(row));
  }
  table.print();
}

void equivalence(bool smoke) {
  Table table(
      "Equivalence of R(n, 2), reachable part, with a shuffled copy: CPU milliseconds (OpenFst "
      "says "
      "yes or no, statewright also a shortest word)",
      {"input", "n", "states each", "shortest word", "statewright", kPeer, "ratio"});
  struct Size {
    std::size_t states, word;
  };
  for (const auto& [states, length] :
       {Size{1'000, 19}, Size{10'000, 21}, Size{100'000, 27}, Size{1'000'000, 33}}) {
    if (smoke && states > 10'000) continue;
    const Dfa dfa = reachable(random_dfa(states, 2, 1));
    for (const bool equal : {true, false}) {
      Dfa copy = dfa;
      if (!equal) copy.output.back() ^= 1U;
      copy = machines::shuffled(copy, 7);
      const std::string name = equal ? "eq" : "neq";
      const auto difference = find_difference(dfa, copy);
      verify(difference.has_value() == !equal, name);
      if (difference) {
        verify(difference->word.size() == length, name + ": length of the shortest word");
        verify(dfa.label(difference->word) != copy.label(difference->word), name + ": replay");
      }
      std::unique_ptr<openfst::Acceptor> peer;
      std::unique_ptr<openfst::Acceptor> peer_copy;
      if (openfst::version()) {
        peer = peer_of(dfa);
        peer_copy = peer_of(copy);
        verify(peer->equivalent_to(*peer_copy) == equal, name + ": OpenFst agrees");
      }
      std::vector<std::string> row = {
          name, std::to_string(states), std::to_string(dfa.size()),
          difference ? std::to_string(difference->word.size()) + " letters" : "none"};
      time_both(
          row, 5, [&] { find_difference(dfa, copy); },
          peer ? std::function<void()>([&] { peer->equivalent_to(*peer_copy); }) : nullptr);
      table.add(std::move(row));
    }
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  std::cout << "## Automata\n\n";
  print_machine(smoke);
  peaks(smoke);  // first: child processes start with what the parent holds
  minimisation(smoke);
  determinisation(smoke);
  equivalence(smoke);
}
