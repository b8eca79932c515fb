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

bool stopped(const core::Limits& limits) {
  return limits.stop.stop_requested() ||
         (limits.deadline && std::chrono::steady_clock::now() >= *limits.deadline);
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

Dfa with_bit(const Dfa& dfa, const std::vector<BitAction>& bit) {
  Dfa pairs;
  pairs.letters = dfa.letters;
  pairs.labels = dfa.labels;
  for (State q = 0; q < dfa.size(); ++q) {
    for (const State b : {State{0}, State{1}}) {
      pairs.output.push_back(dfa.output[q]);
      for (Letter a = 0; a < dfa.letters.size(); ++a) {
        const State after = bit[a] == BitAction::keep   ? b
                            : bit[a] == BitAction::flip ? 1 - b
                            : bit[a] == BitAction::set  ? 1
                                                        : 0;
        pairs.next.push_back(2 * dfa.step(q, a) + after);
      }
    }
  }
  pairs.start = 2 * dfa.start;
  return reachable(pairs);
}

std::optional<core::Model> compile_partial_isometry(const Language& minimal, Decoder decoder,
                                                    const core::Limits& limits) {
  constexpr std::size_t kMostStates = 512, kMostElements = 256;
  constexpr std::size_t kMostStatesWithBit = 24, kMostLettersWithBit = 4;
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
    if (stopped(limits)) return {};
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
    if (stopped(limits)) return {};
  }
  if (const auto trie = suffix_trie(dfa)) {
    if (auto model = model_of(dfa, *trie)) {
      return named(std::move(*model), minimal,
                   "a shift register of the last letters, " + plural(trie->n, "suffix", "es") +
                       " as coordinates",
                   "the last letters decide the output (a definite language)");
    }
  }
  if (stopped(limits)) return {};
  if (dfa.size() <= kMostStatesWithBit && dfa.letters.size() <= kMostLettersWithBit) {
    const std::size_t bits = std::size_t{1} << (2 * dfa.letters.size());
    for (std::size_t code = 1; code < bits && !stopped(limits); ++code) {
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
