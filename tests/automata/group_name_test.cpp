#include "automata/algebra/group_name.hpp"

#include <map>
#include <set>

#include "tests/automata/known_groups.hpp"
#include "tests/catch.hpp"

// Every known group is handed over as different actions and generators; names must be the expected
// ones, and so differ for groups that are not isomorphic.

using namespace statewright::automata;
using statewright::core::Integer;

namespace {

GroupName name_of(const Permutations& generators) {
  return name_group(PermutationGroup(generators.front().size(), generators));
}

}  // namespace

TEST_CASE("group name: known groups, however they act", "[automata][algebra][quick]") {
  const std::uint64_t seed = 4711;
  SplitMix64 draw(seed);
  std::set<std::string> names;
  for (const KnownGroup& known : known_groups()) {
    CAPTURE(known.name, seed);
    const std::size_t degree = known.generators.front().size();
    const PermutationGroup group(degree, known.generators);
    REQUIRE(group.order() == known.order);
    CHECK(names.insert(known.name).second);
    const GroupName expected{known.name, true};
    CHECK(name_group(group) == expected);
    if (known.order > 200) continue;  // the same code on larger tables
    CHECK(name_of(renamed(known.generators, draw)) == expected);
    const Permutations regular = regular_generators(known.generators);
    Permutations sum;
    for (std::size_t s = 0; s < regular.size(); ++s) {
      sum.push_back(beside(known.generators[s], regular[s]));
    }
    CHECK(name_of(sum) == expected);
    Permutations more = renamed(regular, draw);  // other generators: products of the old
    for (int k = 0; k < 3; ++k) more.push_back(after(more[draw() % more.size()], more.front()));
    std::swap(more.front(), more.back());
    CHECK(name_of(more) == expected);
  }
}

TEST_CASE("group name: groups without a usual name", "[automata][algebra][quick]") {
  // Z5:Z8 comes in two kinds, which the orders of the actions tell apart.
  CHECK(name_of(metacyclic(5, 8, 2)) == GroupName{"Z5:Z8 (action of order 4)", true});
  CHECK(name_of(metacyclic(5, 8, 4)) == GroupName{"Z5:Z8 (action of order 2)", true});
  CHECK(name_of(metacyclic(15, 4, 2)) == name_of(metacyclic(15, 4, 8)));
  CHECK(name_of(metacyclic(15, 4, 2)).isomorphism);
  // No complement, no list: x^8, y^4 = x^4, x^y = x^-1. The centre is <y^2> and G' = <x^2>.
  CHECK(name_of(metacyclic(8, 4, 7, 4)) ==
        GroupName{
            "order 32, derived length 2, centre Z4, abelianisation Z4xZ2, exponent 8, 14 classes",
            false});
}

TEST_CASE("group name: large groups by their action", "[automata][algebra][quick]") {
  CHECK(name_of(symmetric_generators(20)) == GroupName{"S20", true});
  CHECK(name_of(alternating_generators(25)) == GroupName{"A25", true});
  CHECK(name_of(symmetric_generators(8)) == GroupName{"S8", true});
  CHECK(name_of(alternating_generators(7)) == GroupName{"A7", true});
  CHECK(name_of(symmetric_generators(200)).name == "S200");
  CHECK(name_of(product_generators(symmetric_generators(9), alternating_generators(8))) ==
        GroupName{"S9xA8", true});
  CHECK(name_of(product_generators(symmetric_generators(8), dihedral_generators(6))) ==
        GroupName{"S8xS3xZ2", true});
  const auto s9 = symmetric_generators(9);
  CHECK(name_of({beside(s9[0], s9[0]), beside(s9[1], s9[1])}) == GroupName{"S9", true});
  // S_8 beside its sign: a full cycle of 8 points is odd.
  const auto s8 = symmetric_generators(8);
  CHECK(name_of({beside(s8[0], {1, 0}), beside(s8[1], {1, 0})}) == GroupName{"S8", true});
  CHECK(name_of(wreath_generators(symmetric_generators(4), symmetric_generators(3))) ==
        GroupName{"S4wrS3", true});
  CHECK(name_of(wreath_generators({full_cycle(2)}, symmetric_generators(7))) ==
        GroupName{"Z2wrS7", true});
  CHECK(name_of({full_cycle(100'000)}) == GroupName{"Z100000", true});
}
