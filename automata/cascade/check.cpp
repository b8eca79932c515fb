// The proof that a cascade covers an automaton.
//
// By levels. Let T_0 = {(0, 0, a)}, and at level l let R_l be the least set of pairs (context,
// coordinate) that has the start and, with (P, c) and (P, Q, a) in T_l, also (Q, action(c)); let
// T_{l+1} hold (below(P, c), below(Q, action(c)), a) for all such. By induction on l, and within a
// level on the length of the word, every reachable tuple of coordinates has its (context,
// coordinate) in R_l and its steps in T_l, although not all of R_l x R_{l+1} need be reachable. So
// it is enough that state[Q] = delta(state[P], a) for all (P, Q, a) below the last level.
//
// By tuples. Where that fails, a breadth-first search visits the tuples themselves. All tuples that
// come before a mismatch decode to the automaton's state, hence the first mismatch is a shortest.

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "automata/cascade/cascade.hpp"

namespace statewright::automata {
namespace {

struct Triple {
  std::uint32_t before, after;
  Letter letter;
  bool operator==(const Triple&) const = default;
  bool operator<(const Triple& other) const {
    return std::tie(before, after, letter) < std::tie(other.before, other.after, other.letter);
  }
};

void sort_unique(std::vector<Triple>& triples) {
  std::sort(triples.begin(), triples.end());
  triples.erase(std::unique(triples.begin(), triples.end()), triples.end());
}

/// The triples of the next level, or nothing if something that the argument needs is missing.
/// `context` is the start's and becomes the start's one level below.
std::optional<std::vector<Triple>> pass_level(const CascadeLevel& level,
                                              const std::vector<Triple>& triples,
                                              std::uint32_t& context) {
  std::vector<const LevelAction*> actions;
  for (const Triple& t : triples) {
    actions.push_back(level.find(t.before, t.after, t.letter));
    if (actions.back() == nullptr) return {};
  }
  std::vector<Triple> next;
  std::vector<bool> seen(std::size_t{level.contexts} * level.size, false);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> queue = {{context, level.start}};
  seen[std::size_t{context} * level.size + level.start] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto [before, c] = queue[i];
    const std::uint32_t below = level.below_at(before, c);
    if (below == kNoContext) return {};
    auto t = std::lower_bound(triples.begin(), triples.end(), Triple{before, 0, 0});
    for (; t != triples.end() && t->before == before; ++t) {
      const std::uint32_t image = (*actions[static_cast<std::size_t>(t - triples.begin())])(c);
      const std::uint32_t below_after = level.below_at(t->after, image);
      if (below_after == kNoContext) return {};
      next.push_back({below, below_after, t->letter});
      if (next.size() > 2 * triples.size() + 4096 && next.size() == next.capacity()) {
        sort_unique(next);
      }
      const std::size_t at = std::size_t{t->after} * level.size + image;
      if (!seen[at]) {
        seen[at] = true;
        queue.emplace_back(t->after, image);
      }
    }
  }
  sort_unique(next);
  context = level.below_at(context, level.start);
  return next;
}

std::optional<CascadeProof> prove_by_levels(const Dfa& dfa, const Cascade& cascade) {
  CascadeProof proof;
  std::vector<Triple> triples;
  for (Letter a = 0; a < dfa.letters.size(); ++a) triples.push_back({0, 0, a});
  std::uint32_t context = 0;
  for (const CascadeLevel& level : cascade.levels) {
    proof.checked += triples.size();
    auto next = pass_level(level, triples, context);
    if (!next) return {};
    triples = std::move(*next);
  }
  if (cascade.state[context] != dfa.start) return {};
  for (const Triple& t : triples) {
    if (cascade.state[t.after] != dfa.step(cascade.state[t.before], t.letter)) return {};
  }
  proof.checked += triples.size();
  return proof;
}

/// One letter without exceptions: the state that the result decodes to, or what is missing.
struct Step {
  Coordinates coordinates;
  State state = 0;
  std::string missing;
};

Step try_step(const Cascade& cascade, const Coordinates& from, Letter letter,
              const std::string& letter_name) {
  Step result;
  std::uint32_t before = 0, after = 0;
  for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
    const CascadeLevel& level = cascade.levels[l];
    const std::string where = "level " + std::to_string(l) + ": no ";
    const LevelAction* action = level.find(before, after, letter);
    if (action == nullptr) {
      result.missing = where + "entry for contexts " + std::to_string(before) + " -> " +
                       std::to_string(after) + " and letter " + letter_name;
      return result;
    }
    const std::uint32_t image = (*action)(from[l]);
    result.coordinates.push_back(image);
    if (level.below_at(after, image) == kNoContext) {
      result.missing = where + "context below coordinate " + std::to_string(image) +
                       " in context " + std::to_string(after);
      return result;
    }
    before = level.below_at(before, from[l]);
    after = level.below_at(after, image);
  }
  result.state = cascade.state[after];
  return result;
}

}  // namespace

core::Verdict<CascadeProof, CascadeMismatch> check_cascade(const Dfa& dfa, const Cascade& cascade,
                                                           const core::Limits& limits) {
  validate(cascade, dfa);
  if (const auto proof = prove_by_levels(dfa, cascade)) return *proof;

  struct Node {
    const Coordinates* coordinates;
    State state;
    std::size_t parent;
    Letter letter;
  };
  std::unordered_map<Coordinates, std::size_t, CoordinatesHash> numbers;
  std::vector<Node> nodes;
  const auto word_of = [&](std::size_t node) {
    Word word;
    for (; node != 0; node = nodes[node].parent) word.push_back(nodes[node].letter);
    std::reverse(word.begin(), word.end());
    return word;
  };
  const auto found = [&](const Step& s) {
    return s.missing.empty() ? "state " + dfa.state_name(s.state) : s.missing;
  };

  // The start is decoded like the result of a step.
  Step start;
  std::uint32_t context = 0;
  for (std::size_t l = 0; l < cascade.levels.size() && start.missing.empty(); ++l) {
    context = cascade.levels[l].below_at(context, cascade.levels[l].start);
    if (context == kNoContext) start.missing = "level " + std::to_string(l) + ": no start context";
  }
  if (start.missing.empty()) start.state = cascade.state[context];
  if (!start.missing.empty() || start.state != dfa.start) {
    return CascadeMismatch{{}, dfa.start, found(start)};
  }
  const auto first = numbers.emplace(start_of(cascade), 0).first;
  nodes.push_back({&first->first, dfa.start, 0, 0});
  core::Meter meter(limits, "tuples of coordinates");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (auto hit = meter.check(nodes.size())) {
      return core::Unknown{
          std::move(*hit),
          "all words of at most " + std::to_string(word_of(i).size()) + " letters agree"};
    }
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      Step next = try_step(cascade, *nodes[i].coordinates, a, dfa.letters.name(a));
      const State expected = dfa.step(nodes[i].state, a);
      if (!next.missing.empty() || next.state != expected) {
        Word word = word_of(i);
        word.push_back(a);
        return CascadeMismatch{std::move(word), expected, found(next)};
      }
      const auto [at, inserted] = numbers.emplace(std::move(next.coordinates), nodes.size());
      if (inserted) nodes.push_back({&at->first, expected, i, a});
    }
  }
  return CascadeProof{false, nodes.size() * dfa.letters.size()};
}

}  // namespace statewright::automata
