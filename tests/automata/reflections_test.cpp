#include "automata/algebra/reflections.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "automata/algebra/character_table.hpp"
#include "automata/algebra/permutation.hpp"
#include "automata/algebra/real_representation.hpp"
#include "core/error.hpp"
#include "tests/automata/known_groups.hpp"
#include "tests/catch.hpp"

// Character tables by the orthogonality relations and against the tables in books; numbers of
// reflections against the values in "How many reflections per token?" and simple geometry.

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Limits;

namespace {

PermutationGroup group_of(const Permutations& generators) {
  return PermutationGroup(generators.front().size(), generators);
}

Permutations all_of(const Permutations& generators) {
  return brute_force_elements(generators.front().size(), generators);
}

Permutations involutions_of(const Permutations& generators) {
  Permutations found;
  for (const auto& x : all_of(generators)) {
    if (!is_identity(x) && is_identity(after(x, x))) found.push_back(x);
  }
  return found;
}

ReflectionBound bound_of(const Permutations& letters) {
  return least_reflections(group_of(letters), letters);
}

/// A published table: rows of integers, columns named by the order and the size of the class.
struct Published {
  const char* name;
  Permutations generators;
  std::vector<std::pair<std::uint32_t, std::size_t>> classes;  // order, size
  std::vector<std::vector<std::int64_t>> rows;
};

}  // namespace

TEST_CASE("character table: orthogonality", "[automata][algebra][quick]") {
  for (const KnownGroup& known : known_groups()) {
    if (known.order > 120) continue;
    CAPTURE(known.name);
    const SmallGroup group(group_of(known.generators));
    const CharacterTable table(group);
    const PrimeField& field = table.field();
    const std::size_t r = table.classes().size();
    REQUIRE(r == group.classes().size());
    std::size_t squares = 0, involutions = 1;
    for (const Element a : group.whole().elements) involutions += group.element_order(a) == 2;
    std::int64_t frobenius_schur = 0;
    for (std::size_t x = 0; x < r; ++x) {
      squares += std::size_t{table.degree(x)} * table.degree(x);
      CHECK(known.order % table.degree(x) == 0);
      frobenius_schur += table.indicator(x) * static_cast<std::int64_t>(table.degree(x));
      for (std::size_t y = 0; y < r; ++y) {  // <x, y> = [x = y], modulo the prime
        std::uint32_t sum = 0;
        for (std::size_t k = 0; k < r; ++k) {
          const auto& entry = table.classes()[k];
          const std::uint32_t product =
              field.multiply(table.residue(x, k), table.residue(y, entry.powers[entry.order - 1]));
          sum = field.add(sum, field.multiply(static_cast<std::uint32_t>(entry.size), product));
        }
        CHECK(sum == (x == y ? known.order % field.modulus() : 0));
      }
      for (std::size_t k = 0; k < r; ++k) {  // eigenvalues: as many as the degree
        std::uint32_t count = 0;
        for (const std::uint32_t m : table.multiplicities(x, k)) {
          CHECK(m <= table.degree(x));
          count += m;
        }
        CHECK(count == table.degree(x));
      }
    }
    CHECK(squares == known.order);
    CHECK(frobenius_schur == static_cast<std::int64_t>(involutions));  // roots of x^2 = 1
  }
}

TEST_CASE("character table: tables in books", "[automata][algebra][quick]") {
  const std::vector<Published> list = {
      {"S3",
       symmetric_generators(3),
       {{1, 1}, {2, 3}, {3, 2}},
       {{1, 1, 1}, {1, -1, 1}, {2, 0, -1}}},
      {"S4",
       symmetric_generators(4),
       {{1, 1}, {2, 3}, {2, 6}, {3, 8}, {4, 6}},
       {{1, 1, 1, 1, 1},
        {1, 1, -1, 1, -1},
        {2, 2, 0, -1, 0},
        {3, -1, -1, 0, 1},
        {3, -1, 1, 0, -1}}},
      {"S5",
       symmetric_generators(5),
       {{1, 1}, {2, 10}, {2, 15}, {3, 20}, {4, 30}, {5, 24}, {6, 20}},
       {{1, 1, 1, 1, 1, 1, 1},
        {1, -1, 1, 1, -1, 1, -1},
        {4, 2, 0, 1, 0, -1, -1},
        {4, -2, 0, 1, 0, -1, 1},
        {5, 1, 1, -1, -1, 0, 1},
        {5, -1, 1, -1, 1, 0, -1},
        {6, 0, -2, 0, 0, 1, 0}}},
      {"Z2^2",
       {cycles(4, "(1 2)"), cycles(4, "(3 4)")},
       {{1, 1}, {2, 1}, {2, 1}, {2, 1}},
       {{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, 1, -1}, {1, -1, -1, 1}}},
  };
  for (const Published& published : list) {
    CAPTURE(published.name);
    const CharacterTable table = character_table(group_of(published.generators));
    REQUIRE(table.classes().size() == published.classes.size());
    for (std::size_t k = 0; k < published.classes.size(); ++k) {
      CHECK(table.classes()[k].order == published.classes[k].first);
      CHECK(table.classes()[k].size == published.classes[k].second);
    }
    std::vector<std::vector<std::int64_t>> rows;
    for (std::size_t x = 0; x < table.classes().size(); ++x) {
      rows.emplace_back();
      for (std::size_t k = 0; k < table.classes().size(); ++k) {
        REQUIRE(table.integer(x, k).has_value());
        rows.back().push_back(*table.integer(x, k));
      }
      CHECK(table.indicator(x) == 1);
    }
    auto wanted = published.rows;
    std::sort(rows.begin(), rows.end());
    std::sort(wanted.begin(), wanted.end());
    CHECK(rows == wanted);
  }
  // D4 and Q8 have the same table; what tells them apart is the indicator of the plane.
  const CharacterTable d4 = character_table(group_of(dihedral_generators(4)));
  const CharacterTable q8 = character_table(group_of(metacyclic(4, 2, 3, 2)));
  CHECK(d4.degree(4) == 2);
  CHECK(q8.degree(4) == 2);
  CHECK(d4.indicator(4) == 1);
  CHECK(q8.indicator(4) == -1);
  for (std::size_t k = 0; k < 5; ++k) {  // 2, -2 at the centre, 0 elsewhere
    const bool central = q8.classes()[k].size == 1;
    CHECK(q8.integer(4, k) == (k == 0 ? 2 : central ? -2 : 0));
  }
}

TEST_CASE("character table: values that are not rational", "[automata][algebra][quick]") {
  // A4: 1, w, w^2 on the 3-cycles. A5: the golden ratio on the 5-cycles. Z_m: all roots of unity.
  const CharacterTable a4 = character_table(group_of(alternating_generators(4)));
  std::vector<int> indicators;
  for (std::size_t x = 0; x < 4; ++x) indicators.push_back(a4.indicator(x));
  CHECK(indicators == std::vector<int>{1, 0, 0, 1});
  CHECK(a4.complex_conjugate(1) == 2);
  CHECK(a4.multiplicity(1, 2, 1) + a4.multiplicity(1, 2, 2) == 1);
  CHECK_FALSE(a4.integer(1, 2).has_value());
  CHECK(a4.integer(3, 1) == -1);

  const CharacterTable a5 = character_table(group_of(alternating_generators(5)));
  std::vector<std::uint32_t> degrees;
  for (std::size_t x = 0; x < 5; ++x) degrees.push_back(a5.degree(x));
  CHECK(degrees == std::vector<std::uint32_t>{1, 3, 3, 4, 5});
  const double golden = (1 + std::sqrt(5.0)) / 2;
  for (const std::size_t x : {1U, 2U}) {
    std::array<double, 2> values{};
    for (const std::size_t k : {3U, 4U}) {
      REQUIRE(a5.classes()[k].order == 5);
      CHECK_FALSE(a5.integer(x, k).has_value());
      CHECK(std::abs(a5.approximate(x, k).imag()) < 1e-12);
      values[k - 3] = a5.approximate(x, k).real();
    }
    CHECK(std::max(values[0], values[1]) == Approx(golden));
    CHECK(std::min(values[0], values[1]) == Approx(1 - golden));
  }
  const std::size_t m = 12;
  const CharacterTable z12 = character_table(group_of({full_cycle(m)}));
  for (std::size_t x = 0; x < m; ++x) {
    for (std::size_t k = 0; k < m; ++k) CHECK(std::norm(z12.approximate(x, k)) == Approx(1.0));
  }
  // SL(2,3): degrees 1 1 1 2 2 2 3, the first plane quaternionic, the other two a pair.
  const CharacterTable sl =
      character_table(group_of(linear_group(3, {{{1, 1}, {0, 1}}, {{1, 0}, {1, 1}}})));
  std::vector<int> planes;
  for (std::size_t x = 0; x < 7; ++x) {
    if (sl.degree(x) == 2) planes.push_back(sl.indicator(x));
  }
  std::sort(planes.begin(), planes.end());
  CHECK(planes == std::vector<int>{-1, 0, 0});
  CHECK(sl.degree(6) == 3);
  CHECK_THROWS_AS(character_table(group_of(symmetric_generators(5)), 100), Error);
}

TEST_CASE("reflections: known numbers per token", "[automata][algebra][quick]") {
  struct Case {
    const char* name;
    Permutations letters;
    std::size_t lower, upper, own, own_dimension;
  };
  const Permutations z2_3 = {cycles(6, "(1 2)"), cycles(6, "(3 4)"), cycles(6, "(5 6)")};
  const std::vector<Case> cases = {
      {"nothing", {cycles(3, "")}, 0, 0, 0, 0},
      {"parity", {cycles(2, "(1 2)")}, 1, 1, 1, 1},
      {"Z3", {full_cycle(3)}, 2, 2, 2, 2},
      {"Z7, all", all_of({full_cycle(7)}), 2, 2, 2, 2},
      {"Z12", {full_cycle(12)}, 2, 2, 2, 2},
      {"Z2^3, generators", z2_3, 1, 1, 1, 3},
      // The letter that negates all three signs of the group's own best representation.
      {"Z2^3, all", all_of(z2_3), 1, 1, 3, 3},
      {"S3, swaps", {cycles(3, "(1 2)"), cycles(3, "(2 3)")}, 1, 1, 1, 2},
      {"S5, swaps",
       {cycles(5, "(1 2)"), cycles(5, "(2 3)"), cycles(5, "(3 4)"), cycles(5, "(4 5)")},
       1,
       1,
       1,
       4},
      {"S3, all", all_of(symmetric_generators(3)), 2, 2, 2, 2},
      {"D5, all", all_of(dihedral_generators(5)), 2, 2, 2, 2},
      {"A4, all", all_of(alternating_generators(4)), 2, 2, 2, 3},
      {"S4, all", all_of(symmetric_generators(4)), 2, 2, 2, 3},
      {"A5, all", all_of(alternating_generators(5)), 2, 2, 2, 3},
      // Half turns of the icosahedron; negated they are the reflections of H3.
      {"A5, involutions", involutions_of(alternating_generators(5)), 1, 1, 2, 3},
      {"S5, all", all_of(symmetric_generators(5)), 4, 4, 4, 4},
      // No eigenvalue 1 in the only faithful irreducible; Z4:Z4 covers Q8 with 3.
      {"Q8, i and j", metacyclic(4, 2, 3, 2), 2, 3, 4, 4},
      {"Q8, all", all_of(metacyclic(4, 2, 3, 2)), 2, 3, 4, 4},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const ReflectionBound bound = bound_of(c.letters);
    INFO(bound.lower_reason << "; " << bound.upper.description);
    CHECK(bound.lower == c.lower);
    CHECK(bound.upper.factors == c.upper);
    REQUIRE(bound.own.has_value());
    CHECK(bound.own->factors == c.own);
    CHECK(bound.own->dimension == c.own_dimension);
    CHECK(bound.upper.per_letter.size() == c.letters.size());
    CHECK(*std::max_element(bound.upper.per_letter.begin(), bound.upper.per_letter.end()) ==
          bound.upper.factors);
  }
}

TEST_CASE("reflections: ranks are those of matrices", "[automata][algebra][quick]") {
  // Generators of S_n act on R^n minus the line (1, .., 1): n - #cycles each. For n = 5 no other
  // faithful representation needs fewer for a full cycle and a swap.
  const ReflectionBound bound = bound_of(symmetric_generators(5));
  REQUIRE(bound.own.has_value());
  CHECK(bound.own->per_letter == std::vector<std::size_t>{4, 1});
  // Too large for a table: the permutations as they are.
  const ReflectionBound large = bound_of(symmetric_generators(9));
  CHECK(large.upper.per_letter == std::vector<std::size_t>{8, 1});
  CHECK(large.lower == 2);
  CHECK_FALSE(large.own.has_value());
  CHECK_FALSE(large.complete);
  // Z_5000 needs no table.
  const ReflectionBound cyclic = bound_of({full_cycle(5000)});
  CHECK(cyclic.upper.factors == 2);
  CHECK(cyclic.upper.dimension == 2);
  CHECK(cyclic.complete);
}

TEST_CASE("reflections: ranks of irreducibles add up to degree minus cycles",
          "[automata][algebra][law][quick]") {
  // The permutation representation contains each irreducible as often as the scalar product of
  // characters says, and the rank of P - I is the degree minus the number of cycles.
  for (const KnownGroup& known : known_groups()) {
    if (known.order > 60) continue;
    CAPTURE(known.name);
    const std::size_t degree = known.generators.front().size();
    const SmallGroup group(group_of(known.generators));
    const CharacterTable table(group);
    const auto elements = all_of(known.generators);
    std::vector<std::size_t> fixed(table.classes().size()), cycles_of(table.classes().size());
    for (const auto& x : elements) {
      const std::size_t k = group.class_of(*group.find(x));
      fixed[k] = 0;
      for (std::size_t q = 0; q < degree; ++q) fixed[k] += x[q] == q;
      cycles_of[k] = cycle_lengths(x).size();
    }
    std::vector<std::size_t> rank(fixed.size(), 0);
    std::size_t dimension = 0;
    for (const RealIrreducible& irreducible : real_irreducibles(table)) {
      double sum = 0;  // <pi, chi>, a small integer
      for (std::size_t k = 0; k < fixed.size(); ++k) {
        sum += static_cast<double>(fixed[k] * table.classes()[k].size) *
               table.approximate(irreducible.character, k).real();
      }
      const auto times =
          static_cast<std::size_t>(std::lround(sum / static_cast<double>(known.order)));
      // A quaternionic character occurs an even number of times, two for one real irreducible.
      const std::size_t copies = table.indicator(irreducible.character) == -1 ? times / 2 : times;
      dimension += copies * irreducible.dimension;
      for (std::size_t k = 0; k < fixed.size(); ++k) {
        rank[k] += copies * moved_dimension(table, irreducible, k);
      }
    }
    CHECK(dimension == degree);
    for (std::size_t k = 0; k < fixed.size(); ++k) CHECK(rank[k] == degree - cycles_of[k]);
  }
}

TEST_CASE("reflections: letters must generate the group", "[automata][algebra][quick]") {
  CHECK_THROWS_AS(least_reflections(group_of(symmetric_generators(3)), {full_cycle(3)}), Error);
  CHECK_THROWS_AS(least_reflections(group_of({full_cycle(3)}), symmetric_generators(3)), Error);
  CHECK_THROWS_AS(least_reflections(group_of({full_cycle(3)}), {{0, 0, 1}}), Error);
}
