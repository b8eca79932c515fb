#include "automata/language/boolean.hpp"

#include <chrono>

#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "tests/automata/regex_oracle.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::automata;

namespace {

bool accepts_word(const Dfa& dfa, const Word& word) { return dfa.output[dfa.run(word)] == kAccept; }

core::Error::Facts facts_of(const Dfa& left, const Dfa& right, const core::Limits& limits = {}) {
  try {
    combine(BooleanOp::intersection, left, right, limits);
  } catch (const core::Error& error) {
    return error.facts();
  }
  return {core::Fault::io, "no error", "", ""};
}

}  // namespace

TEST_CASE("boolean: every word gets the combination of its two answers", "[automata][quick]") {
  const oracle::Universe all(2, 7);
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const Dfa left = random_dfa(1 + seed % 7, 2, seed);
    const Dfa right = random_dfa(1 + seed % 5, 2, seed + 1000);
    const Dfa both = combine(BooleanOp::intersection, left, right);
    const Dfa either = combine(BooleanOp::union_, left, right);
    const Dfa only_left = combine(BooleanOp::difference, left, right);
    const Dfa one = combine(BooleanOp::symmetric_difference, left, right);
    const Dfa not_left = complement(left);
    std::size_t wrong = 0;
    for (const Word& word : all.words()) {
      const bool l = accepts_word(left, word), r = accepts_word(right, word);
      wrong += accepts_word(both, word) != (l && r);
      wrong += accepts_word(either, word) != (l || r);
      wrong += accepts_word(only_left, word) != (l && !r);
      wrong += accepts_word(one, word) != (l != r);
      wrong += accepts_word(not_left, word) == l;
    }
    CHECK(wrong == 0);
    validate(both);
    CHECK(reachable(both) == both);  // only reachable pairs, numbered breadth-first
    CHECK(complement(not_left) == left);
  }
}

TEST_CASE("boolean: laws", "[automata][law][quick]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    const Dfa a = random_dfa(6, 3, seed), b = random_dfa(5, 3, seed + 1),
              c = random_dfa(4, 3, ~seed);
    const auto op = [](BooleanOp which, const Dfa& x, const Dfa& y) {
      return minimize(combine(which, x, y));
    };
    using enum BooleanOp;
    CHECK(op(intersection, a, b) == op(intersection, b, a));
    CHECK(op(union_, a, a) == minimize(a));
    CHECK(minimize(complement(combine(union_, a, b))) ==
          op(intersection, complement(a), complement(b)));
    CHECK(op(difference, a, b) == op(intersection, a, complement(b)));
    CHECK(op(symmetric_difference, a, op(symmetric_difference, b, c)) ==
          op(symmetric_difference, op(symmetric_difference, a, b), c));
    CHECK(op(intersection, a, op(union_, b, c)) ==
          op(union_, op(intersection, a, b), op(intersection, a, c)));
    CHECK(op(symmetric_difference, a, a).size() == 1);
  }
}

TEST_CASE("boolean: sizes by hand", "[automata][quick]") {
  const Dfa three = cycle_dfa(3, 2), five = cycle_dfa(5, 2);
  const Dfa fifteen = combine(BooleanOp::intersection, three, five);
  CHECK(fifteen.size() == 15);
  CHECK(minimize(fifteen) == minimize(cycle_dfa(15, 2)));
  CHECK(combine(BooleanOp::union_, three, three).size() == 3);  // the diagonal
  // 9,000,000 pairs, of which 3,000 are reachable: the lookup that is not a table.
  const Dfa long_cycle = cycle_dfa(3000, 2);
  CHECK(combine(BooleanOp::union_, long_cycle, long_cycle) == long_cycle);
}

TEST_CASE("boolean: complement keeps the names of states", "[automata][quick]") {
  Dfa dfa = cycle_dfa(2, 1);
  dfa.state_names = {"even", "odd"};
  CHECK(complement(dfa).state_names == dfa.state_names);
  CHECK(complement(dfa).output == std::vector<Output>{kReject, kAccept});
}

TEST_CASE("boolean: errors", "[automata][quick]") {
  const Dfa dfa = cycle_dfa(3, 2);
  Dfa other = dfa;
  other.letters = Alphabet({"b", "a"});
  CHECK(facts_of(dfa, other).fault == core::Fault::shape);
  CHECK(facts_of(dfa, other).expected == "the letters `ab` on both sides");
  CHECK(facts_of(dfa, other).found == "`ba` on the right");

  Dfa moore = dfa;
  moore.labels = {"reject", "accept", "maybe"};
  CHECK(facts_of(moore, dfa).fault == core::Fault::unsupported);
  CHECK(facts_of(dfa, moore).fault == core::Fault::unsupported);
  CHECK_THROWS_AS(complement(moore), core::Error);
  moore.labels = {"accept", "reject"};
  CHECK_THROWS_AS(complement(moore), core::Error);

  core::Limits limits;
  limits.max_states = 14;
  CHECK(facts_of(dfa, cycle_dfa(5, 2), limits).fault == core::Fault::limit);
  CHECK(facts_of(dfa, cycle_dfa(5, 2), limits).hint == "raise --max-states");
  limits.max_states = 15;
  CHECK(facts_of(dfa, cycle_dfa(5, 2), limits).where == "no error");
  limits.deadline = std::chrono::steady_clock::now();
  CHECK(facts_of(dfa, dfa, limits).hint == "raise --timeout");
}

TEST_CASE("boolean: over no letters", "[automata][quick]") {
  const Dfa nothing = {Alphabet(), acceptor_labels(), 0, {}, {kReject}, {}};
  CHECK(combine(BooleanOp::union_, nothing, complement(nothing)) == complement(nothing));
}
