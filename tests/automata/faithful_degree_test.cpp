#include "automata/algebra/faithful_degree.hpp"

#include <map>
#include <string>

#include "automata/algebra/abelian_type.hpp"
#include "automata/algebra/subgroup_lattice.hpp"
#include "tests/automata/known_groups.hpp"
#include "tests/catch.hpp"

// Degrees from the literature: abelian groups and p-groups (Johnson 1971), dihedral and metacyclic
// ones by their Sylow subgroups (Karpilovsky 1970; Lemieux 2004), linear groups by their action on
// vectors or lines. Numbers of subgroups from the Small Groups tables.

using namespace statewright::automata;
using statewright::core::LimitHit;
using statewright::core::Limits;

namespace {

SmallGroup small(const Permutations& generators) {
  return SmallGroup(PermutationGroup(generators.front().size(), generators));
}

FaithfulDegree degree_of(const SmallGroup& group) {
  return std::get<FaithfulDegree>(least_faithful_degree(group));
}

std::pair<std::size_t, std::size_t> subgroups_of(const SmallGroup& group) {
  const auto lattice = subgroup_classes(group);
  const auto& classes = std::get<std::vector<SubgroupClass>>(lattice);
  std::size_t all = 0;
  for (const auto& entry : classes) all += entry.size;
  return {all, classes.size()};
}

}  // namespace

TEST_CASE("subgroups: numbers known from the literature", "[automata][algebra][quick]") {
  using Pair = std::pair<std::size_t, std::size_t>;  // subgroups, classes
  CHECK(subgroups_of(small(symmetric_generators(3))) == Pair{6, 4});
  CHECK(subgroups_of(small(symmetric_generators(4))) == Pair{30, 11});
  CHECK(subgroups_of(small(symmetric_generators(5))) == Pair{156, 19});
  CHECK(subgroups_of(small(symmetric_generators(6))) == Pair{1455, 56});
  CHECK(subgroups_of(small(alternating_generators(5))) == Pair{59, 9});
  CHECK(subgroups_of(small(dihedral_generators(4))) == Pair{10, 8});
  CHECK(subgroups_of(small(metacyclic(4, 2, 3, 2))) == Pair{6, 6});
  CHECK(subgroups_of(small(projective_group(7, 2))) == Pair{179, 15});
  // Z2^4: 1 + 15 + 35 + 15 + 1.
  const Permutations z2_4 = {cycles(8, "(1 2)"), cycles(8, "(3 4)"), cycles(8, "(5 6)"),
                             cycles(8, "(7 8)")};
  CHECK(subgroups_of(small(z2_4)) == Pair{67, 67});
  CHECK(normal_subgroups(small(z2_4))->size() == 67);
  CHECK(normal_subgroups(small(symmetric_generators(4)))->size() == 4);
  CHECK(normal_subgroups(small(alternating_generators(5)))->size() == 2);
  CHECK_FALSE(normal_subgroups(small(z2_4), 66).has_value());
  Limits few;
  few.max_states = 60;
  CHECK(std::holds_alternative<LimitHit>(subgroup_classes(small(z2_4), few)));
}

TEST_CASE("faithful degree: known answers", "[automata][algebra][quick]") {
  const std::map<std::string, std::size_t> known = {
      {"1", 1},      {"Z2", 2},       {"Z3", 3},       {"Z4", 4},       {"Z5", 5},
      {"Z6", 5},     {"Z7", 7},       {"Z8", 8},       {"Z9", 9},       {"Z10", 7},
      {"Z12", 7},    {"Z16", 16},     {"Z30", 10},     {"Z60", 12},     {"Z2^2", 4},
      {"Z4xZ2", 6},  {"Z2^3", 6},     {"Z3^2", 6},     {"Z6xZ2", 7},    {"Z8xZ2", 10},
      {"Z4^2", 8},   {"Z2^4", 8},     {"Z3^3", 9},     {"Z6^2", 10},    {"S3", 3},
      {"D4", 4},     {"D5", 5},       {"D6", 5},       {"D7", 7},       {"D8", 8},
      {"D9", 9},     {"D10", 7},      {"D12", 7},      {"D15", 8},      {"D30", 10},
      {"Q8", 8},     {"Q16", 16},     {"Q32", 32},     {"Dic3", 7},     {"Dic5", 9},
      {"Dic6", 11},  {"Dic7", 11},    {"Dic15", 12},   {"A4", 4},       {"S4", 4},
      {"A5", 5},     {"S5", 5},       {"A6", 6},       {"S6", 6},       {"SD16", 8},
      {"M16", 8},    {"M27", 9},      {"He3", 9},      {"D4xZ2", 6},    {"Q8xZ2", 10},
      {"D4oZ4", 8},  {"S3xZ3", 6},    {"F20", 5},      {"F21", 7},      {"F42", 7},
      {"F39", 13},   {"F55", 11},     {"SL(2,3)", 8},  {"A4xZ2", 6},    {"D4xZ3", 7},
      {"Q8xZ3", 11}, {"S3xZ4", 7},    {"S3xZ2^2", 7},  {"Dic3xZ2", 9},  {"S3^2", 6},
      {"S4xZ2", 6},  {"GL(2,3)", 8},  {"2O", 16},      {"AGL(1,8)", 8}, {"A4xZ5", 9},
      {"S3wrZ2", 6}, {"AGL(1,9)", 9}, {"Z3wrZ3", 9},   {"SL(2,5)", 24}, {"A5xZ2", 7},
      {"Z4wrZ2", 8}, {"PSL(2,7)", 7}, {"PGL(2,7)", 8}, {"Z3:S3", 6},
  };
  std::size_t tested = 0;
  for (const KnownGroup& group : known_groups()) {
    const auto at = known.find(group.name);
    if (at == known.end()) continue;
    CAPTURE(group.name);
    ++tested;
    const SmallGroup table = small(group.generators);
    const FaithfulDegree found = degree_of(table);
    CHECK(found.degree == at->second);
    // The action is what it claims to be.
    const auto maps = action_on_cosets(table, found.stabilisers);
    REQUIRE(maps.size() == table.generators().size());
    CHECK(PermutationGroup(found.degree, maps).order() == group.order);
  }
  CHECK(tested == known.size());
}

TEST_CASE("faithful degree: large groups", "[automata][algebra][quick]") {
  const auto degree = [](const Permutations& generators) {
    return std::get<FaithfulDegree>(
               least_faithful_degree(PermutationGroup(generators.front().size(), generators)))
        .degree;
  };
  CHECK(degree(symmetric_generators(12)) == 12);
  CHECK(degree(alternating_generators(9)) == 9);
  CHECK(degree({full_cycle(3600)}) == 16 + 9 + 25);
  CHECK(std::holds_alternative<LimitHit>(least_faithful_degree(
      PermutationGroup(20, wreath_generators(symmetric_generators(5), symmetric_generators(4))))));
}
