#include "automata/compile/suffix_trie.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/linalg/factorise.hpp"

namespace statewright::automata {
namespace {

/// A coordinate of the trie: "the last letters are `word`", or "they are all the letters there
/// were".
struct Place {
  bool whole = false;
  Word word;
  auto operator<=>(const Place&) const = default;
};

}  // namespace

std::optional<PartialAction> suffix_trie(const Dfa& dfa, std::size_t limit) {
  // Words are extended to the left until they lead all states to one. A definite automaton with n
  // states is decided by n - 1 letters.
  struct Suffix {
    Word word;
    std::vector<State> map;
  };
  std::vector<Suffix> queue(1);
  for (State q = 0; q < dfa.size(); ++q) queue[0].map.push_back(q);
  std::vector<std::pair<Place, Output>> decided;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Suffix suffix = std::move(queue[i]);
    const auto& map = suffix.map;
    if (std::all_of(map.begin(), map.end(), [&](State q) { return q == map[0]; })) {
      decided.push_back({{false, suffix.word}, dfa.output[map[0]]});
      continue;
    }
    if (suffix.word.size() + 1 > dfa.size() || queue.size() > limit) return {};
    decided.push_back({{true, suffix.word}, dfa.output[map[dfa.start]]});
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      Suffix longer{{a}, std::vector<State>(dfa.size())};
      longer.word.insert(longer.word.end(), suffix.word.begin(), suffix.word.end());
      for (State q = 0; q < dfa.size(); ++q) longer.map[q] = map[dfa.step(q, a)];
      queue.push_back(std::move(longer));
    }
  }

  std::vector<std::size_t> uses(dfa.labels.size());
  for (const auto& [place, output] : decided) ++uses[output];
  const auto commonest =
      static_cast<Output>(std::max_element(uses.begin(), uses.end()) - uses.begin());
  PartialAction action(dfa.letters.size());
  std::map<Place, std::uint32_t> coordinate;
  for (auto& [place, output] : decided) {
    if (output == commonest) continue;
    // The place with all its prefixes; the empty one exists for whole words only.
    Place prefix{place.whole, {}};
    std::uint32_t before = core::kNothing;
    if (place.whole) {
      const auto [at, is_new] = coordinate.try_emplace(prefix, 0);
      if (is_new) at->second = action.add_coordinate(1);
      before = at->second;
    }
    for (const Letter a : place.word) {
      prefix.word.push_back(a);
      const auto [at, is_new] = coordinate.try_emplace(prefix, 0);
      if (is_new) {
        at->second = action.add_coordinate(0);
        action.pull[a][at->second] = before;
        if (before == core::kNothing) action.add[a][at->second] = 1;
      }
      before = at->second;
    }
  }
  if (action.n == 0) action.add_coordinate(0);
  return action;
}

}  // namespace statewright::automata
