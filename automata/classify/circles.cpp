#include "automata/classify/circles.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace statewright::automata {
namespace {

bool is_power_of_two(std::size_t n) { return (n & (n - 1)) == 0; }

/// Takes over what a word shows, the first of several. True when all is found.
bool take(Circles& found, const Word& word, const Transformation& map) {
  for (std::vector<State>& circle : circles_of(map)) {
    const bool odd = !is_power_of_two(circle.size());
    if (word.size() == 1 && (!found.letter || circle.size() > found.letter->states.size())) {
      found.letter = Circle{word, circle};
    }
    if (word.size() <= 2 && !found.brief) found.brief = Circle{word, circle};
    if (odd && !found.odd) found.odd = Circle{word, circle};
    if (!found.any) found.any = Circle{word, std::move(circle)};
  }
  return found.any && found.odd;
}

}  // namespace

std::vector<std::vector<State>> circles_of(const Transformation& map) {
  const std::size_t n = map.size();
  std::vector<std::uint32_t> into(n, 0);  // arrows into each state; leaves are peeled off
  for (const State to : map) ++into[to];
  std::vector<State> leaves;
  for (State q = 0; q < n; ++q) {
    if (into[q] == 0) leaves.push_back(q);
  }
  std::vector<bool> done(n, false);
  while (!leaves.empty()) {
    const State q = leaves.back();
    leaves.pop_back();
    done[q] = true;
    if (--into[map[q]] == 0) leaves.push_back(map[q]);
  }
  std::vector<std::vector<State>> out;
  for (State q = 0; q < n; ++q) {
    if (done[q]) continue;
    std::vector<State> circle;
    for (State at = q; !done[at]; at = map[at]) {
      done[at] = true;
      circle.push_back(at);
    }
    if (circle.size() > 1) out.push_back(std::move(circle));
  }
  return out;
}

Circles find_circles(const Dfa& dfa, std::size_t max_work) {
  Circles found;
  const std::vector<Transformation> letters = letter_maps(dfa);
  const std::size_t n = dfa.size(), k = letters.size();
  for (Letter a = 0; a < k; ++a) take(found, {a}, letters[a]);
  std::size_t work = k * n;
  // Pairs matter of themselves: theorems about the cast model are about words of two letters.
  for (Letter a = 0; a < k && !(found.brief && found.odd); ++a) {
    for (Letter b = 0; b < k && work < max_work; ++b, work += n) {
      take(found, {a, b}, then(letters[a], letters[b]));
    }
  }
  if (found.any && found.odd) return found;

  std::set<Transformation> seen = {identity_transformation(n)};
  std::vector<std::pair<Word, Transformation>> queue = {{Word{}, identity_transformation(n)}};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < k; ++a) {
      if ((work += 4 * n + queue[i].first.size()) > max_work) return found;
      Transformation map = then(queue[i].second, letters[a]);
      if (!seen.insert(map).second) continue;
      Word word = queue[i].first;
      word.push_back(a);
      if (take(found, word, map)) return found;
      queue.emplace_back(std::move(word), std::move(map));
    }
  }
  return found;
}

}  // namespace statewright::automata
