#include "automata/algebra/permutation_group.hpp"

#include <algorithm>
#include <set>

#include "automata/algebra/permutation.hpp"
#include "core/error.hpp"
#include "tests/automata/permutations.hpp"
#include "tests/catch.hpp"

// Orders known from mathematics, and groups listed by brute force.

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Integer;

namespace {

PermutationGroup group_of(const Permutations& generators) {
  return PermutationGroup(generators.front().size(), generators);
}

Integer factorial(unsigned n) {
  Integer value = 1;
  for (unsigned i = 2; i <= n; ++i) value *= i;
  return value;
}

/// Mathieu groups: M12 with its generators of the ATLAS tradition, M24 by Conway's: t + 1, -1/t and
/// t^3/9 or 9 t^3 on the projective line over F_23 (point 23 is infinity).
Permutations mathieu_11() { return {full_cycle(11), cycles(11, "(3 7 11 8)(4 10 5 6)")}; }

Permutations mathieu_12() {
  return {beside(full_cycle(11), {0}), cycles(12, "(3 7 11 8)(4 10 5 6)"),
          cycles(12, "(1 12)(2 11)(3 6)(4 8)(5 9)(7 10)")};
}

Permutations mathieu_24() {
  const auto power = [](unsigned t, unsigned k) {
    unsigned value = 1;
    for (unsigned i = 0; i < k; ++i) value = value * t % 23;
    return value;
  };
  Transformation shift(24), invert(24), cube(24);
  for (unsigned t = 0; t < 23; ++t) {
    shift[t] = (t + 1) % 23;
    invert[t] = t == 0 ? 23 : (23 - power(t, 21)) % 23;
    const bool residue = t == 0 || power(t, 11) == 1;
    cube[t] = power(t, 3) * (residue ? power(9, 21) : 9) % 23;
  }
  shift[23] = 23;
  invert[23] = 0;
  cube[23] = 23;
  return {shift, invert, cube};
}

/// Faces 1..48 of the cube, quarter turns of its six sides.
Permutations rubik() {
  return {
      cycles(48, "(1 3 8 6)(2 5 7 4)(9 33 25 17)(10 34 26 18)(11 35 27 19)"),
      cycles(48, "(9 11 16 14)(10 13 15 12)(1 17 41 40)(4 20 44 37)(6 22 46 35)"),
      cycles(48, "(17 19 24 22)(18 21 23 20)(6 25 43 16)(7 28 42 13)(8 30 41 11)"),
      cycles(48, "(25 27 32 30)(26 29 31 28)(3 38 43 19)(5 36 45 21)(8 33 48 24)"),
      cycles(48, "(33 35 40 38)(34 37 39 36)(3 9 46 32)(2 12 47 29)(1 14 48 27)"),
      cycles(48, "(41 43 48 46)(42 45 47 44)(14 22 30 38)(15 23 31 39)(16 24 32 40)"),
  };
}

}  // namespace

TEST_CASE("permutation group: orders known from mathematics", "[automata][algebra][quick]") {
  for (unsigned n = 1; n <= 20; ++n) {
    CAPTURE(n);
    CHECK(group_of(symmetric_generators(n)).order() == factorial(n));
    if (n >= 3) {
      CHECK(group_of(alternating_generators(n)).order() == factorial(n) / 2);
      CHECK(group_of(dihedral_generators(n)).order() == 2 * n);
    }
    CHECK(group_of({full_cycle(n)}).order() == n);
  }
  CHECK(group_of(mathieu_11()).order() == 7920);
  CHECK(group_of(mathieu_12()).order() == 95040);
  CHECK(group_of(mathieu_24()).order() == 244823040);
  CHECK(group_of(rubik()).order() == Integer("43252003274489856000"));
}

TEST_CASE("permutation group: nothing to generate", "[automata][algebra][quick]") {
  for (const std::size_t degree : {0U, 1U, 5U}) {
    const PermutationGroup group(degree, {cycles(degree, "")});
    CHECK(group.order() == 1);
    CHECK(group.is_trivial());
    CHECK(group.is_abelian());
    CHECK(group.is_solvable());
    CHECK(group.orbits().size() == degree);
    CHECK(group.derived_subgroup().is_trivial());
    CHECK(group.elements(1) == Permutations{cycles(degree, "")});
    CHECK(group.contains(cycles(degree, "")));
  }
  CHECK_FALSE(PermutationGroup(3, {}).contains(full_cycle(3)));
  CHECK_FALSE(PermutationGroup(3, {}).contains({0, 1}));
  CHECK_THROWS_AS(PermutationGroup(3, {{0, 0, 1}}), Error);
  CHECK_THROWS_AS(PermutationGroup(3, {{0, 1}}), Error);
  CHECK_THROWS_AS(PermutationGroup(2, {{0, 2}}), Error);
}

TEST_CASE("permutation group: random groups equal those found by brute force",
          "[automata][algebra][quick]") {
  const std::uint64_t seed = 20250301;
  SplitMix64 draw(seed);
  for (int trial = 0; trial < 60; ++trial) {
    CAPTURE(seed, trial);
    // Permutations of few points beside each other: many orbits, many subdirect products.
    Permutations generators;
    const std::size_t parts = 1 + draw() % 3, count = 1 + draw() % 3;
    std::vector<std::size_t> sizes;
    for (std::size_t k = 0; k < parts; ++k) sizes.push_back(1 + draw() % (parts == 1 ? 6 : 4));
    for (std::size_t s = 0; s < count; ++s) {
      Transformation map;
      for (const std::size_t size : sizes) map = beside(map, random_permutation(size, draw));
      generators.push_back(map);
    }
    generators = renamed(generators, draw);
    const std::size_t degree = generators.front().size();
    const auto wanted = brute_force_elements(degree, generators);
    const PermutationGroup group(degree, generators);
    REQUIRE(group.order() == wanted.size());
    auto listed = group.elements(wanted.size());
    CHECK(is_identity(listed.front()));
    const std::set<Transformation> wanted_set(wanted.begin(), wanted.end());
    CHECK(std::set<Transformation>(listed.begin(), listed.end()) == wanted_set);
    CHECK(listed.size() == wanted.size());
    if (wanted.size() > 1) CHECK_THROWS_AS(group.elements(wanted.size() - 1), Error);
    const PermutationGroup few = PermutationGroup(degree, wanted).with_few_generators();
    CHECK(few.order() == wanted.size());
    CHECK((std::size_t{1} << few.generators().size()) <= wanted.size());  // each doubles at least
    for (int k = 0; k < 30; ++k) {
      const Transformation x = random_permutation(degree, draw);
      CHECK(group.contains(x) == (wanted_set.count(x) == 1));
    }
    // The derived subgroup by definition: all commutators of all elements.
    if (wanted.size() > 100) continue;
    Permutations commutators;
    for (const auto& x : wanted) {
      for (const auto& y : wanted) {
        commutators.push_back(
            after(after(inverse_permutation(x), inverse_permutation(y)), after(x, y)));
      }
    }
    std::sort(commutators.begin(), commutators.end());
    commutators.erase(std::unique(commutators.begin(), commutators.end()), commutators.end());
    CHECK(group.derived_subgroup().order() == brute_force_elements(degree, commutators).size());
    CHECK(group.is_abelian() == (commutators.size() == 1));
  }
}

TEST_CASE("permutation group: regular actions", "[automata][algebra][quick]") {
  // A5 and D6 on themselves, with two points that never move.
  for (const auto& generators : {alternating_generators(5), dihedral_generators(6)}) {
    Permutations regular;
    for (const auto& s : regular_generators(generators)) regular.push_back(beside(s, {0, 1}));
    const PermutationGroup group = group_of(regular);
    const auto wanted = brute_force_elements(regular.front().size(), regular);
    CHECK(group.order() == wanted.size());
    const auto listed = group.elements(100);
    CHECK(std::set<Transformation>(listed.begin(), listed.end()) ==
          std::set<Transformation>(wanted.begin(), wanted.end()));
    for (const auto& x : wanted) CHECK(group.contains(x));
    SplitMix64 draw(7);
    for (int k = 0; k < 20; ++k) CHECK_FALSE(group.contains(random_permutation(62, draw)));
    Transformation moves_a_fixed_point = wanted[1];
    std::swap(moves_a_fixed_point[wanted.size()], moves_a_fixed_point[wanted.size() + 1]);
    CHECK_FALSE(group.contains(moves_a_fixed_point));
  }
  CHECK(group_of({full_cycle(1'000'000)}).order() == 1'000'000);
  // Z6 on itself decides its quotients Z3 and Z2: orbits of 6, 3 and 2 points.
  const Permutations z6 = {cycles(11, "(1 2 3 4 5 6)(7 8 9)(10 11)")};
  const PermutationGroup group = group_of(z6);
  CHECK(group.order() == 6);
  const auto wanted = brute_force_elements(11, z6);
  const auto listed = group.elements(6);
  CHECK(std::set<Transformation>(listed.begin(), listed.end()) ==
        std::set<Transformation>(wanted.begin(), wanted.end()));
  for (const auto& x : wanted) CHECK(group.contains(x));
  CHECK_FALSE(group.contains(cycles(11, "(1 2 3 4 5 6)(7 8 9)")));
  CHECK_FALSE(group.contains(cycles(11, "(1 2 3 4 5 6)(7 9 8)(10 11)")));
}

TEST_CASE("permutation group: many points", "[automata][algebra][quick]") {
  CHECK(group_of(symmetric_generators(300)).order() == factorial(300));
  const PermutationGroup alternating = group_of(alternating_generators(60));
  CHECK(alternating.order() == factorial(60) / 2);
  CHECK(alternating.contains(cycles(60, "(1 2)(59 60)")));
  CHECK_FALSE(alternating.contains(cycles(60, "(1 60)")));
  CHECK(group_of(symmetric_generators(60)).derived_series_orders() ==
        std::vector<Integer>{factorial(60), factorial(60) / 2});
  // S_60 twice at once, then with its sign beside it, then independent copies.
  const auto s60 = symmetric_generators(60);
  CHECK(group_of({beside(s60[0], s60[0]), beside(s60[1], s60[1])}).order() == factorial(60));
  CHECK(group_of({beside(s60[0], {1, 0}), beside(s60[1], {1, 0})}).order() == factorial(60));
  const PermutationGroup diagonal = group_of({beside(s60[0], s60[0]), beside(s60[1], s60[1])});
  CHECK(diagonal.contains(beside(cycles(60, "(7 9)"), cycles(60, "(7 9)"))));
  CHECK_FALSE(diagonal.contains(beside(cycles(60, "(7 9)"), cycles(60, "(7 8)"))));
  CHECK(group_of(product_generators(s60, s60)).order() == factorial(60) * factorial(60));
  // S_10 wr S_10 on 100 points: a full cycle of blocks, a swap of two blocks, S_10 in one block.
  Transformation turn(100), swap = cycles(100, "");
  for (std::size_t q = 0; q < 100; ++q) turn[q] = static_cast<State>((q + 10) % 100);
  for (State q = 0; q < 10; ++q) {
    swap[q] = q + 10;
    swap[q + 10] = q;
  }
  Integer wreath = factorial(10);
  for (int i = 0; i < 10; ++i) wreath *= factorial(10);
  CHECK(
      group_of({turn, swap, cycles(100, "(1 2)"), cycles(100, "(1 2 3 4 5 6 7 8 9 10)")}).order() ==
      wreath);
}

TEST_CASE("permutation group: derived series", "[automata][algebra][quick]") {
  CHECK(group_of(symmetric_generators(4)).derived_series_orders() ==
        std::vector<Integer>{24, 12, 4, 1});
  CHECK(group_of(symmetric_generators(5)).derived_series_orders() == std::vector<Integer>{120, 60});
  CHECK(group_of(dihedral_generators(8)).derived_series_orders() == std::vector<Integer>{16, 4, 1});
  CHECK(group_of({full_cycle(6)}).derived_series_orders() == std::vector<Integer>{6, 1});
  CHECK(group_of(symmetric_generators(4)).is_solvable());
  CHECK_FALSE(group_of(alternating_generators(5)).is_solvable());
  CHECK(group_of(mathieu_12()).derived_series_orders() == std::vector<Integer>{95040});
  // The cube's even positions: index 2.
  CHECK(group_of(rubik()).derived_series_orders()[1] == Integer("21626001637244928000"));
}

TEST_CASE("permutation group: orbits and restriction", "[automata][algebra][quick]") {
  const PermutationGroup group = group_of({cycles(7, "(1 3)(5 6 7)"), cycles(7, "(3 4)")});
  CHECK(group.orbits() == std::vector<std::vector<State>>{{0, 2, 3}, {1}, {4, 5, 6}});
  CHECK(group.order() == 18);
  CHECK(group.restricted_to({0, 2, 3}).order() == 6);
  CHECK(group.restricted_to({6, 5, 4}).order() == 3);
  CHECK_THROWS_AS(group.restricted_to({0, 2}), Error);
}
