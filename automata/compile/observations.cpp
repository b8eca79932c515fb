#include "automata/compile/observations.hpp"

#include <algorithm>
#include <map>

namespace statewright::automata {
namespace {

/// The questions that tell which of the outputs `used` it is, ordered or not, and all that follow.
std::optional<Observations> closed(const Dfa& dfa, const std::vector<Output>& used, bool ordered,
                                   std::size_t most) {
  Observations found;
  std::map<std::vector<bool>, std::uint32_t> index;
  const auto number = [&](std::vector<bool> answers) {
    const auto next = static_cast<std::uint32_t>(found.answers.size());
    const auto [at, is_new] = index.emplace(std::move(answers), next);
    if (is_new) found.answers.push_back(at->first);
    return at->second;
  };

  found.asked = used;
  if (ordered) {
    found.otherwise = used.front();
    found.asked.erase(found.asked.begin());
  }
  for (const Output k : found.asked) {
    std::vector<bool> answers(dfa.size());
    for (State q = 0; q < dfa.size(); ++q) {
      answers[q] = ordered ? dfa.output[q] >= k : dfa.output[q] == k;
    }
    found.base.push_back(number(std::move(answers)));
  }
  if (found.base.empty()) number(std::vector<bool>(dfa.size(), true));

  found.pull.resize(dfa.letters.size());
  for (std::size_t f = 0; f < found.answers.size(); ++f) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      std::vector<bool> after(dfa.size());
      for (State q = 0; q < dfa.size(); ++q) after[q] = found.answers[f][dfa.step(q, a)];
      found.pull[a].push_back(number(std::move(after)));
    }
    if (found.answers.size() > most) return {};
  }
  return found;
}

}  // namespace

std::optional<Observations> observations(const Dfa& dfa, std::size_t most) {
  std::vector<Output> used = dfa.output;
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  auto best = closed(dfa, used, true, most);
  if (used.size() <= 2) return best;
  auto other = closed(dfa, used, false, best ? best->size() : most);
  return other && (!best || other->size() < best->size()) ? other : best;
}

}  // namespace statewright::automata
