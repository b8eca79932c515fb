#include "automata/compile/partial_isometry.hpp"

#include <map>
#include <string>
#include <utility>

#include "automata/compile/cuts.hpp"
#include "automata/compile/suffix_trie.hpp"
#include "automata/language/minimize.hpp"
#include "core/linalg/factorise.hpp"

namespace statewright::automata {
namespace {

constexpr const char* kSource =
    "Grazzi et al., Unlocking State-Tracking in Linear RNNs Through Negative Eigenvalues, ICLR "
    "2025, Proposition 1 (contractions as products of generalised Householder matrices)";

std::string plural(std::size_t n, const std::string& thing, const char* ending = "s") {
  return std::to_string(n) + " " + thing + (n == 1 ? "" : ending);
}

core::Model named(core::Model model, const Language& language, std::string construction,
                  std::string note) {
  if (model.layers.size() > 1) construction += ", and a layer without memory that decodes them";
  model.about = {language.name, std::move(construction), kSource, std::move(note)};
  return model;
}

}  // namespace

std::optional<PartialAction> one_hot_partial_action(const Dfa& dfa) {
  const std::size_t n = dfa.size(), letters = dfa.letters.size();
  std::vector<bool> constant(letters, true);
  std::optional<State> zero;
  for (Letter a = 0; a < letters; ++a) {
    for (State q = 0; q < n; ++q) constant[a] = constant[a] && dfa.step(q, a) == dfa.step(0, a);
  }
  // The only state that a letter may merge others into, apart from constant letters.
  for (Letter a = 0; a < letters; ++a) {
    if (constant[a]) continue;
    std::vector<bool> reached(n);
    for (State q = 0; q < n; ++q) {
      const State next = dfa.step(q, a);
      if (reached[next]) {
        if (zero && *zero != next) return {};
        zero = next;
      }
      reached[next] = true;
    }
  }
  for (Letter a = 0; a < letters; ++a) {
    if (zero && !constant[a] && dfa.step(*zero, a) != *zero) return {};
  }
  PartialAction action(letters);
  std::vector<std::uint32_t> place(n, core::kNothing);
  for (State q = 0; q < n; ++q) {
    if (zero != q) place[q] = action.add_coordinate(q == dfa.start ? 1 : 0);
  }
  if (action.n == 0) action.add_coordinate(0);
  for (Letter a = 0; a < letters; ++a) {
    for (State q = 0; q < n; ++q) {
      const std::uint32_t to = place[dfa.step(q, a)];
      if (to == core::kNothing) continue;
      if (constant[a]) {
        action.add[a][to] = 1;
      } else if (place[q] != core::kNothing) {
        action.pull[a][to] = place[q];
      }
    }
  }
  return action;
}

std::optional<Dfa> monoid_automaton(const Dfa& dfa, std::size_t limit) {
  std::vector<State> identity(dfa.size());
  for (State q = 0; q < dfa.size(); ++q) identity[q] = q;
  std::map<std::vector<State>, State> number = {{identity, 0}};
  std::vector<std::vector<State>> elements = {identity};
  Dfa out;
  out.letters = dfa.letters;
  out.labels = dfa.labels;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    out.output.push_back(dfa.output[elements[i][dfa.start]]);
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      std::vector<State> product(dfa.size());
      for (State q = 0; q < dfa.size(); ++q) product[q] = dfa.step(elements[i][q], a);
      const auto [at, is_new] =
          number.try_emplace(std::move(product), static_cast<State>(elements.size()));
      if (is_new) {
        if (elements.size() == limit) return {};
        elements.push_back(at->first);
      }
      out.next.push_back(at->second);
    }
  }
  return out;
}

Dfa with_component(const Dfa& dfa, const std::vector<std::vector<State>>& maps, State start) {
  const std::size_t size = maps.empty() ? 1 : maps[0].size();
  Dfa pairs;
  pairs.letters = dfa.letters;
  pairs.labels = dfa.labels;
  for (State q = 0; q < dfa.size(); ++q) {
    for (State c = 0; c < size; ++c) {
      pairs.output.push_back(dfa.output[q]);
      for (Letter a = 0; a < dfa.letters.size(); ++a) {
        pairs.next.push_back(static_cast<State>(dfa.step(q, a) * size + maps[a][c]));
      }
    }
  }
  pairs.start = static_cast<State>(dfa.start * size + start);
  return reachable(pairs);
}

Dfa with_bit(const Dfa& dfa, const std::vector<BitAction>& bit) {
  std::vector<std::vector<State>> maps;
  for (const BitAction action : bit) {
    switch (action) {
      case BitAction::keep:
        maps.push_back({0, 1});
        break;
      case BitAction::flip:
        maps.push_back({1, 0});
        break;
      case BitAction::clear:
        maps.push_back({0, 0});
        break;
      case BitAction::set:
        maps.push_back({1, 1});
        break;
    }
  }
  return with_component(dfa, maps, 0);
}

std::optional<Dfa> with_subset(const Dfa& dfa, const std::vector<State>& subset) {
  std::vector<State> place(dfa.size(), core::kNothing);
  for (State c = 0; c < subset.size(); ++c) place[subset[c]] = c;
  std::vector<std::vector<State>> maps;
  bool moves = false;
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    std::vector<State> map;
    std::vector<bool> reached(subset.size());
    for (const State q : subset) {
      const State to = place[dfa.step(q, a)];
      if (to == core::kNothing || reached[to]) break;
      reached[to] = true;
      moves = moves || to != map.size();
      map.push_back(to);
    }
    if (map.size() < subset.size()) {  // no permutation: where it comes in from outside, or nothing
      State entry = core::kNothing;
      for (State q = 0; q < dfa.size(); ++q) {
        const State to = place[dfa.step(q, a)];
        if (place[q] != core::kNothing || to == core::kNothing) continue;
        if (entry != core::kNothing && entry != to) return {};
        entry = to;
      }
      map.clear();
      for (State c = 0; c < subset.size(); ++c) map.push_back(entry == core::kNothing ? c : entry);
    }
    maps.push_back(std::move(map));
  }
  if (!moves) return {};
  const State start = place[dfa.start];
  return with_component(dfa, maps, start == core::kNothing ? 0 : start);
}

std::optional<core::Model> compile_partial_isometry(const Language& minimal, Decoder decoder,
                                                    const core::Limits& limits) {
  constexpr std::size_t kMostStates = 512, kMostElements = 256;
  constexpr std::size_t kMostStatesWithBit = 24, kMostLettersWithBit = 4, kMostStatesForSubsets = 8;
  const Dfa& dfa = minimal.dfa;
  if (dfa.size() == 1) {
    PartialAction still(dfa.letters.size());
    still.add_coordinate(0);
    auto model = model_of(dfa, still);
    return named(std::move(*model), minimal, "one constant coordinate", "");
  }
  const std::string signs =
      "each letter copies coordinates, changes signs and sets constants; no two copies of one";
  if (dfa.size() <= kMostStates) {
    if (auto model = compile_cuts(dfa, decoder)) {
      const std::size_t n = model->layers[0].n;
      return named(std::move(*model), minimal,
                   plural(n, "cut") + " of the " + plural(dfa.size(), "state") +
                       " as coordinates, letters as partial isometries",
                   signs);
    }
    if (limits.is_over()) return {};
    if (const auto elements = monoid_automaton(dfa, kMostElements);
        elements && elements->size() > dfa.size()) {
      if (auto model = compile_cuts(*elements, decoder)) {
        const std::size_t n = model->layers[0].n;
        return named(std::move(*model), minimal,
                     plural(n, "cut") + " of the " + plural(elements->size(), "element") +
                         " of the transition monoid as coordinates, letters as partial isometries",
                     signs);
      }
    }
    if (limits.is_over()) return {};
  }
  if (const auto trie = suffix_trie(dfa)) {
    if (auto model = model_of(dfa, *trie)) {
      return named(std::move(*model), minimal,
                   "a shift register of the last letters, " + plural(trie->n, "suffix", "es") +
                       " as coordinates",
                   "the last letters decide the output (a definite language)");
    }
  }
  if (limits.is_over()) return {};
  if (dfa.size() <= kMostStatesWithBit && dfa.letters.size() <= kMostLettersWithBit) {
    const std::size_t bits = std::size_t{1} << (2 * dfa.letters.size());
    for (std::size_t code = 1; code < bits && !limits.is_over(); ++code) {
      std::vector<BitAction> bit;
      for (Letter a = 0; a < dfa.letters.size(); ++a) {
        bit.push_back(static_cast<BitAction>((code >> (2 * a)) & 3U));
      }
      const Dfa pairs = with_bit(dfa, bit);
      if (pairs.size() == dfa.size()) continue;  // the state knows the bit
      if (auto model = compile_cuts(pairs, decoder)) {
        const std::size_t n = model->layers[0].n;
        return named(std::move(*model), minimal,
                     plural(n, "cut") + " of the " + plural(dfa.size(), "state") +
                         " with a bit as coordinates, letters as partial isometries",
                     signs);
      }
    }
  }
  if (dfa.size() <= kMostStatesForSubsets) {
    for (std::uint32_t bits = 0; bits < 1U << dfa.size() && !limits.is_over(); ++bits) {
      std::vector<State> subset;
      for (State q = 0; q < dfa.size(); ++q) {
        if (((bits >> q) & 1U) != 0) subset.push_back(q);
      }
      if (subset.size() < 3) continue;  // two states are a bit
      const auto pairs = with_subset(dfa, subset);
      if (!pairs || pairs->size() == dfa.size()) continue;
      if (auto model = compile_cuts(*pairs, decoder)) {
        const std::size_t n = model->layers[0].n;
        return named(std::move(*model), minimal,
                     plural(n, "cut") + " of the " + plural(dfa.size(), "state") +
                         " with a permutation-reset component as coordinates, letters as partial "
                         "isometries",
                     signs);
      }
    }
  }
  if (const auto one_hot = one_hot_partial_action(dfa)) {
    if (auto model = model_of(dfa, *one_hot)) {
      return named(std::move(*model), minimal,
                   "one-hot on " + plural(one_hot->n, "state") +
                       ", letters as partial isometries and resets",
                   one_hot->n < dfa.size() ? "the absorbing state is the vector 0" : "");
    }
  }
  return {};
}

}  // namespace statewright::automata
