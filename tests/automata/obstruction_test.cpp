// Obstructions to one layer: languages that have one for a reason that can be told, and none where
// a layer is known. The oracle enumerates the transition monoid as a set of maps.

#include "automata/compile/obstruction.hpp"

#include <set>

#include "automata/language/language.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::automata;

namespace {

using Map = std::vector<State>;

Map then(const Map& x, const Map& y) {
  Map product(x.size());
  for (std::size_t q = 0; q < x.size(); ++q) product[q] = y[x[q]];
  return product;
}

/// Whether x y x = y x for all idempotents of the transition monoid of a minimal automaton.
bool identity_holds(const Dfa& dfa) {
  std::set<Map> monoid;
  std::vector<Map> queue(1);
  for (State q = 0; q < dfa.size(); ++q) queue[0].push_back(q);
  monoid.insert(queue[0]);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      Map next(dfa.size());
      for (State q = 0; q < dfa.size(); ++q) next[q] = dfa.step(queue[i][q], a);
      if (monoid.insert(next).second) queue.push_back(next);
    }
  }
  std::vector<Map> idempotents;
  for (const Map& x : monoid) {
    if (then(x, x) == x) idempotents.push_back(x);
  }
  for (const Map& x : idempotents) {
    for (const Map& y : idempotents) {
      if (then(then(x, y), x) != then(y, x)) return false;
    }
  }
  return true;
}

Dfa minimal(const std::string& name) { return minimize(load_language(name).dfa); }

}  // namespace

TEST_CASE("obstruction: first:e,f, the words e and f", "[automata][golden][quick]") {
  const Dfa dfa = minimal("first:e,f");
  const auto answer = find_obstruction(dfa);
  REQUIRE(std::holds_alternative<Obstruction>(answer));
  CHECK(std::get<Obstruction>(answer) == Obstruction{{}, {0}, {1}, {}});
  CHECK(is_obstruction(dfa, {{}, {0}, {1}, {}}));
  CHECK(is_obstruction(dfa, {{}, {0, 0, 1}, {1, 0}, {1}}));
  CHECK_FALSE(is_obstruction(dfa, {{0}, {0}, {1}, {}}));  // e came first anyway
  CHECK_FALSE(is_obstruction(dfa, {{}, {0}, {}, {}}));
  CHECK_FALSE(is_obstruction(minimal("parity"), {{}, {1}, {0}, {}}));  // 1 is not idempotent
}

TEST_CASE("obstruction: languages that remember what came first have one", "[automata][quick]") {
  // Two-sided or prefix conditions: the first letter, a factor, 0*1*0*1*.
  for (const char* name : {"first:a,b,c", "evenpairs", "regex:.*abba.*", "tomita:4", "tomita:7",
                           "regex:(a|b)(a|b)*a|a(a|b)*", "modarith:5"}) {
    CAPTURE(name);
    const Dfa dfa = minimal(name);
    const auto answer = find_obstruction(dfa);
    REQUIRE(std::holds_alternative<Obstruction>(answer));
    CHECK(is_obstruction(dfa, std::get<Obstruction>(answer)));
  }
}

TEST_CASE("obstruction: groups, commuting idempotents, resets and walls have none",
          "[automata][quick]") {
  for (const char* name : {"S4", "parity", "dyck:2,3", "flipflop", "gridworld:9", "tomita:1",
                           "tomita:2", "tomita:5", "regex:(a|b)*abb", "regex:abba"}) {
    CAPTURE(name);
    CHECK(std::holds_alternative<NoObstruction>(find_obstruction(minimal(name))));
  }
}

TEST_CASE("obstruction: found exactly where the identity x y x = y x fails",
          "[automata][oracle][quick]") {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = minimize(random_dfa(3 + seed % 2, 2, seed));
    const auto answer = find_obstruction(dfa);
    const auto* obstruction = std::get_if<Obstruction>(&answer);
    REQUIRE((obstruction == nullptr) == identity_holds(dfa));
    if (obstruction == nullptr) continue;
    REQUIRE(is_obstruction(dfa, *obstruction));
    ++found;
  }
  CHECK(found > 20);
}

TEST_CASE("obstruction: a limit makes the answer unknown, not none", "[automata][quick]") {
  core::Limits limits;
  limits.max_states = 3;
  const auto answer = find_obstruction(minimal("S4"), limits);
  REQUIRE(std::holds_alternative<ObstructionUnknown>(answer));
  CHECK(std::get<ObstructionUnknown>(answer).limit.raise == "--max-states");
}
