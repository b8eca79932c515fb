#include "automata/language/draft.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/text/utf8.hpp"

namespace statewright::automata::formats {

std::uint32_t NameList::intern(std::string_view name, At at) {
  if (const auto it = index_.find(name); it != index_.end()) return it->second;
  const auto number = static_cast<std::uint32_t>(names_.size());
  names_.emplace_back(name);
  at_.push_back(at);
  index_.emplace(names_.back(), number);
  return number;
}

std::optional<std::uint32_t> NameList::find(std::string_view name) const {
  const auto it = index_.find(name);
  return it == index_.end() ? std::nullopt : std::optional(it->second);
}

std::uint32_t Draft::declare(NameList& list, std::string_view what, std::string_view name, At at) {
  const std::string kind(what);
  if (name.empty()) source_.fail(at, Fault::syntax, "a " + kind + " with a name", "an empty name");
  if (&list == &letters && (has_control(name) || !core::is_utf8(name))) {
    source_.fail(at, Fault::syntax, "a letter of UTF-8 text without control characters",
                 core::quoted(name));
  }
  if (list.find(name)) {
    source_.fail(at, Fault::range, "each " + kind + " once", "a second " + core::quoted(name));
  }
  return list.intern(name, at);
}

Letter Draft::letter(std::string_view name, At at) {
  if (const auto found = letters.find(name)) return *found;
  if (letters_declared) {
    source_.fail(at, Fault::range, "a declared letter", core::quoted(name),
                 suggestion(name, letters.names()));
  }
  return declare(letters, "letter", name, at);
}

State Draft::known_state(std::string_view name, At at, std::string hint) const {
  if (const auto found = states.find(name)) return *found;
  if (std::string near = suggestion(name, states.names()); !near.empty()) hint = std::move(near);
  source_.fail(at, Fault::range, "a declared state", core::quoted(name), std::move(hint));
}

void Draft::set_output(State q, Output output) {
  if (q >= output_.size()) output_.resize(std::max<std::size_t>(states.size(), q + 1), kNone);
  output_[q] = output;
}

void Draft::order_letters() {
  std::vector<Letter> order(letters.size());
  std::iota(order.begin(), order.end(), Letter{0});
  std::sort(order.begin(), order.end(),
            [&](Letter a, Letter b) { return letters.name(a) < letters.name(b); });
  std::vector<Letter> position(order.size());
  NameList ordered;
  for (Letter i = 0; i < order.size(); ++i) {
    position[order[i]] = i;
    ordered.intern(letters.name(order[i]), letters.at(order[i]));
  }
  letters = std::move(ordered);
  for (Edge& edge : edges_) {
    if (edge.letter != kEmptyMove) edge.letter = position[edge.letter];
  }
}

void Draft::sort_edges() {
  const auto key = [](const Edge& e) { return std::tuple(e.from, e.letter, e.to, e.at); };
  const auto less = [&](const Edge& a, const Edge& b) { return key(a) < key(b); };
  if (!std::is_sorted(edges_.begin(), edges_.end(), less)) {
    std::sort(edges_.begin(), edges_.end(), less);
  }
}

void Draft::require_deterministic() {
  sort_edges();
  const Edge* worst = nullptr;  // the earliest in the file, for a stable message
  for (std::size_t i = 1; i < edges_.size(); ++i) {
    const Edge &a = edges_[i - 1], &b = edges_[i];
    if (a.from != b.from || a.letter != b.letter) continue;
    const Edge& second = a.at < b.at ? b : a;
    if (worst == nullptr || second.at < worst->at) worst = &second;
  }
  if (worst != nullptr) {
    source_.fail(worst->at, Fault::range,
                 "one successor of state " + core::quoted(states.name(worst->from)) +
                     " for letter " + core::quoted(letters.name(worst->letter)),
                 "a second one");
  }
}

std::vector<std::string> Draft::state_names() const {
  for (State q = 0; q < states.size(); ++q) {
    if (states.name(q) != std::to_string(q)) return states.names();
  }
  return {};
}

ParsedAutomaton Draft::finish(bool keep_letter_order) {
  if (states.size() == 0) source_.fail(source_.end(), Fault::range, "at least one state", "none");
  if (initial_.empty()) source_.fail(source_.end(), Fault::range, "a start state", "none");
  if (!letters_declared && !keep_letter_order) order_letters();
  output_.resize(states.size(), moore ? kNone : kReject);
  if (!moore) {
    for (Output& output : output_) output = output == kAccept ? kAccept : kReject;
    return acceptor();
  }
  for (State q = 0; q < states.size(); ++q) {
    if (output_[q] == kNone) {
      source_.fail(states.at(q), Fault::range, "an output of state " + core::quoted(states.name(q)),
                   "none");
    }
  }
  if (labels.names() == acceptor_labels()) return acceptor();
  return machine();
}

Dfa Draft::machine() {
  for (const Edge& edge : edges_) {
    if (edge.letter == kEmptyMove) {
      source_.fail(edge.at, Fault::unsupported, "a letter on every move of a Moore machine",
                   "an empty move");
    }
  }
  if (initial_.size() > 1) {
    source_.fail(states.at(initial_[1]), Fault::range, "one start state of a Moore machine",
                 "also " + core::quoted(states.name(initial_[1])));
  }
  require_deterministic();
  const std::size_t n = states.size(), k = letters.size();
  std::size_t i = 0;
  for (State q = 0; q < n; ++q) {
    for (Letter a = 0; a < k; ++a, ++i) {
      if (i < edges_.size() && edges_[i].from == q && edges_[i].letter == a) continue;
      source_.fail(states.at(q), Fault::range,
                   "a successor of state " + core::quoted(states.name(q)) + " for letter " +
                       core::quoted(letters.name(a)) + ", since a Moore machine is complete",
                   "none");
    }
  }
  Dfa dfa;
  dfa.letters = Alphabet(letters.names());
  dfa.labels = labels.names();
  dfa.start = initial_[0];
  dfa.next.reserve(edges_.size());
  for (const Edge& edge : edges_) dfa.next.push_back(edge.to);
  dfa.output = output_;
  dfa.state_names = state_names();
  return dfa;
}

Nfa Draft::acceptor() {
  Nfa nfa;
  nfa.letters = Alphabet(letters.names());
  nfa.state_names = state_names();
  nfa.initial = initial_;
  std::sort(nfa.initial.begin(), nfa.initial.end());
  nfa.initial.erase(std::unique(nfa.initial.begin(), nfa.initial.end()), nfa.initial.end());
  nfa.accepting.resize(states.size());
  for (State q = 0; q < states.size(); ++q) nfa.accepting[q] = output_[q] == kAccept;
  nfa.edges.resize(states.size());
  std::vector<std::vector<State>> empty;
  for (const Edge& edge : edges_) {
    if (edge.letter != kEmptyMove) {
      nfa.edges[edge.from].push_back({edge.letter, edge.to});
    } else {
      empty.resize(states.size());
      empty[edge.from].push_back(edge.to);
    }
  }
  if (!empty.empty()) remove_empty_moves(nfa, empty);
  for (auto& edges : nfa.edges) {
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  }
  return nfa;
}

// Backward removal: a state takes over the moves and the acceptance of every state that empty moves
// lead it to. The number of states and their names stay. Quadratic in chains of empty moves, hence
// the limit.
void Draft::remove_empty_moves(Nfa& nfa, const std::vector<std::vector<State>>& empty) const {
  constexpr std::size_t kMostSteps = 20'000'000;
  const std::vector<std::vector<Nfa::Edge>> own = nfa.edges;
  const std::vector<bool> own_accepting = nfa.accepting;
  std::vector<State> seen_by(states.size(), kNone), queue;
  std::size_t steps = 0;
  for (State p = 0; p < states.size(); ++p) {
    if (empty[p].empty()) continue;
    queue.assign(1, p);
    seen_by[p] = p;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const State q = queue[i];
      steps += 1 + own[q].size() + empty[q].size();
      if (steps > kMostSteps) {
        source_.fail(states.at(p), Fault::unsupported,
                     "empty moves that 20 million steps suffice to remove",
                     "longer chains of them");
      }
      if (q != p) {
        nfa.edges[p].insert(nfa.edges[p].end(), own[q].begin(), own[q].end());
        if (own_accepting[q]) nfa.accepting[p] = true;
      }
      for (const State next : empty[q]) {
        if (seen_by[next] == p) continue;
        seen_by[next] = p;
        queue.push_back(next);
      }
    }
  }
}

}  // namespace statewright::automata::formats
