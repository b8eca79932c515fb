// What compiles to one layer has no obstruction to it: the theorem of
// automata/compile/obstruction.cpp against the networks of partial_isometry.cpp, which know nothing
// of each other.

#include "automata/compile/obstruction.hpp"
#include "automata/compile/partial_isometry.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::automata;

namespace {

void one_layer_or_obstruction(std::uint64_t from, std::uint64_t to) {
  std::size_t compiled = 0, obstructed = 0;
  for (std::uint64_t seed = from; seed < to; ++seed) {
    CAPTURE(seed);
    Language language;
    language.dfa = minimize(random_dfa(2 + seed % 4, 1 + seed % 3, seed));
    const auto answer = find_obstruction(language.dfa);
    const bool has_obstruction = std::holds_alternative<Obstruction>(answer);
    const auto model = compile_partial_isometry(language);
    obstructed += has_obstruction ? 1 : 0;
    if (!model) continue;
    REQUIRE_FALSE(has_obstruction);
    REQUIRE(proofs::verify(*model, language.dfa).outcome() == core::Outcome::proved);
    compiled += language.dfa.size() > 1 ? 1 : 0;
  }
  CHECK(compiled > (to - from) / 10);
  CHECK(obstructed > (to - from) / 10);
}

}  // namespace

TEST_CASE("one layer: never both a network and an obstruction", "[laws][quick]") {
  one_layer_or_obstruction(0, 120);
}

TEST_CASE("one layer: never both, many automata", "[laws][.long]") {
  one_layer_or_obstruction(120, 3000);
}
