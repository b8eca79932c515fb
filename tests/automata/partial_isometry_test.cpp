// One layer beyond group languages. Every model is proved equal to its automaton, for words of
// every length, by proofs::verify in exact arithmetic; dimensions are those of the constructions
// that one would write by hand.

#include "automata/compile/partial_isometry.hpp"

#include "automata/compile/cuts.hpp"
#include "automata/compile/suffix_trie.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/linalg/exact.hpp"
#include "core/linalg/factorise.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::automata;

namespace {

Language minimal(const std::string& name) {
  Language language = load_language(name);
  language.dfa = minimize(language.dfa);
  return language;
}

core::Matrix<core::Rational> rational(const core::Matrix<core::Real>& m) {
  core::Matrix<core::Rational> out(m.rows(), m.columns());
  for (std::size_t i = 0; i < m.entries().size(); ++i) out.entries()[i] = m.entries()[i].rational();
  return out;
}

/// Proves the model, and that every letter is a contraction of rank(A - I) factors.
void require_proved(const core::Model& model, const Dfa& dfa) {
  core::validate(model);
  REQUIRE(model.layers.size() == 1);
  REQUIRE(proofs::verify(model, dfa).outcome() == core::Outcome::proved);
  for (const core::Transition& transition : model.layers[0].table) {
    auto a = rational(core::to_matrix(transition, model.layers[0].n));
    REQUIRE(core::is_contraction(a));
    for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) -= 1;
    REQUIRE(core::factor_count(transition) == std::optional<std::size_t>(core::rank(a)));
  }
}

/// Counts +1 and -1 from 0, output "low", "high" or "over": beyond +-limit it stays "over".
Dfa counter_with_overflow(State limit) {
  Dfa dfa;
  dfa.letters = core::Alphabet({"+", "-"});
  dfa.labels = {"low", "high", "over"};
  const State over = 2 * limit + 1;
  for (State q = 0; q < over; ++q) {
    dfa.next.push_back(q + 1 == over ? over : q + 1);
    dfa.next.push_back(q == 0 ? over : q - 1);
    dfa.output.push_back(q < limit ? 0 : 1);
  }
  dfa.next.insert(dfa.next.end(), {over, over});
  dfa.output.push_back(2);
  dfa.start = limit;
  return dfa;
}

/// Which of k letters were seen: 2^k states, each with its own label.
Dfa letters_seen(std::size_t k) {
  Dfa dfa;
  dfa.letters = plain_alphabet(k);
  for (State q = 0; q < State{1} << k; ++q) {
    dfa.labels.push_back("set " + std::to_string(q));
    dfa.output.push_back(q);
    for (Letter a = 0; a < k; ++a) dfa.next.push_back(q | State{1} << a);
  }
  return dfa;
}

}  // namespace

TEST_CASE("partial isometry: known languages in the dimension of the hand-written layer",
          "[automata][quick]") {
  struct Row {
    const char* language;
    std::size_t dimension;
  };
  const Row rows[] = {
      {"flipflop", 1},                      // a reset bit
      {"parity", 1},                        // +-1
      {"dyck:1,5", 6},                      // one-hot on the depth, too deep is 0
      {"dyck:2,3", 15},                     // one-hot on 1 + 2 + 4 + 8 stacks
      {"gridworld:9", 8},                   // thermometer code
      {"regex:(a|b)*abb", 3},               // a, ab, abb
      {"regex:abb", 4},                     // one-hot on the prefixes
      {"tomita:1", 1},                      // no 0 yet
      {"regex:(b|ab*a)*b|(b|ab*a)*bb", 2},  // even number of a and last letter b
      {"regex:(a|b)*a(a|b)*", 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.language);
    const Language language = minimal(row.language);
    const auto model = compile_partial_isometry(language);
    REQUIRE(model);
    require_proved(*model, language.dfa);
    CHECK(model->layers[0].n == row.dimension);
    CHECK_FALSE(model->about.construction.empty());
    CHECK_FALSE(model->about.source.empty());
  }
}

TEST_CASE("partial isometry: counters with overflow and sets of letters seen",
          "[automata][quick]") {
  for (const Dfa& automaton : {counter_with_overflow(3), letters_seen(3), letters_seen(4)}) {
    Language language;
    language.dfa = minimize(automaton);
    CAPTURE(language.dfa.size());
    const auto model = compile_partial_isometry(language);
    REQUIRE(model);
    require_proved(*model, language.dfa);
    const bool counter = automaton.labels.size() == 3;
    CHECK(model->layers[0].n == (counter ? 7 : automaton.letters.size()));
  }
}

TEST_CASE("partial isometry: the last letters, whatever is asked about them", "[automata][quick]") {
  // The last two letters differ; the last three are a palindrome; a finite and a cofinite language.
  for (const char* name : {"regex:(a|b)*(ab|ba)", "regex:(a|b)*(aaa|aba|bab|bbb)",
                           "regex:abba|a|bb|bab", "regex:(a|b)*(abba|aab|bb)"}) {
    CAPTURE(name);
    const Language language = minimal(name);
    const auto trie = suffix_trie(language.dfa);
    REQUIRE(trie);
    const auto by_trie = model_of(language.dfa, *trie);
    REQUIRE(by_trie);
    require_proved(*by_trie, language.dfa);
    const auto model = compile_partial_isometry(language);
    REQUIRE(model);
    require_proved(*model, language.dfa);
    CHECK(model->layers[0].n <= by_trie->layers[0].n);
  }
  CHECK_FALSE(suffix_trie(minimal("parity").dfa));
  CHECK_FALSE(suffix_trie(minimal("regex:(a|b)*a(a|b)*").dfa));
}

TEST_CASE("partial isometry: a large stack is one-hot", "[automata][quick]") {
  const Language language = minimal("dyck:1,600");
  const auto action = one_hot_partial_action(language.dfa);
  REQUIRE(action);
  CHECK(action->n + 1 == language.dfa.size());
  CHECK_FALSE(one_hot_partial_action(minimal("gridworld:4").dfa));
  CHECK_FALSE(one_hot_partial_action(minimal("first:e,f").dfa));
}

TEST_CASE("partial isometry: one state, one letter, a label that never occurs",
          "[automata][quick]") {
  for (const char* name : {"regex:(a|b)*", "regex:(aaa)*", "regex:a", "regex:aa*"}) {
    CAPTURE(name);
    const Language language = minimal(name);
    const auto model = compile_partial_isometry(language);
    REQUIRE(model);
    require_proved(*model, language.dfa);
  }
  Language three;
  three.dfa = minimal("flipflop").dfa;
  three.dfa.labels.push_back("never");
  const auto model = compile_partial_isometry(three);
  REQUIRE(model);
  require_proved(*model, three.dfa);
}

TEST_CASE("cuts: preimages are what letters do to a cut", "[automata][law][quick]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = minimize(random_dfa(6, 2, seed));
    CutTable table(dfa);
    for (State s = 0; s < dfa.size(); ++s) {
      std::vector<bool> single(dfa.size());
      single[s] = true;
      const auto cut = table.cut_of(single);
      if (!cut) continue;  // one state only
      for (Letter a = 0; a < 2; ++a) {
        const CutTable::Image image = table.preimage(*cut, a);
        for (State q = 0; q < dfa.size(); ++q) {
          const bool inside = image.cut != core::kNothing && table.contains(image.cut, q);
          CHECK(table.contains(*cut, dfa.step(q, a)) == (inside != image.complement));
        }
      }
    }
  }
}

TEST_CASE("cuts: action_of follows the automaton's cuts along every word",
          "[automata][law][quick]") {
  const Dfa dfa = minimal("gridworld:5").dfa;
  CutTable table(dfa);
  std::vector<std::vector<std::uint32_t>> sets;
  for (State s = 1; s < dfa.size(); ++s) {
    std::vector<bool> at_least(dfa.size());
    for (State q = s; q < dfa.size(); ++q) at_least[q] = true;
    const auto closure = table.injective_closure(*table.cut_of(at_least), 64);
    REQUIRE(closure);
    CHECK(closure->size() == 4);  // thermometer code: all four
    sets.push_back(*closure);
  }
  const PartialAction action = action_of(table, dfa, sets);
  CHECK(action.n == 4);  // shared
  CHECK_FALSE(table.injective_closure(*table.cut_of({false, false, true, false, false}), 64));
}

TEST_CASE("with_bit and monoid_automaton change nothing about the outputs",
          "[automata][law][quick]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = minimize(random_dfa(4, 2, seed));
    const Dfa pairs = with_bit(dfa, {BitAction::flip, BitAction::clear});
    CHECK(minimize(pairs) == dfa);
    const auto elements = monoid_automaton(dfa, 1000);
    REQUIRE(elements);
    CHECK(minimize(*elements) == dfa);
  }
  CHECK_FALSE(monoid_automaton(minimal("S4").dfa, 23));
  CHECK(monoid_automaton(minimal("S4").dfa, 24)->size() == 24);
}
