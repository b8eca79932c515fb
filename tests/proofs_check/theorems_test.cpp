// Theorems 3, 4 and 6 and the number of reflections, against the numbers in the literature; and
// certificates of factors.

#include <algorithm>

#include "automata/algebra/transformation.hpp"
#include "automata/language/canonical.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/digest.hpp"
#include "proofs_check/theorems/group.hpp"
#include "proofs_check/theorems/householder_certificate.hpp"
#include "proofs_check/theorems/reflections.hpp"
#include "proofs_check/theorems/regular.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using automata::load_language;
using core::Matrix;
using core::Real;

TEST_CASE("theorem group: points and factors of known groups", "[theorems][group][quick]") {
  struct Case {
    const char* language;
    const char* group;
    std::size_t points, moved_states, moved_points, swaps;
  };
  // Least degrees: n for S_n and A_n (n >= 4), 8 for Q_8, the sum of prime powers for abelian
  // groups (Johnson 1971). An element other than 1 moves every state of a word problem.
  const std::vector<Case> cases = {
      {"parity", "Z2", 2, 2, 2, 1},      {"S3", "S3", 3, 6, 3, 2},
      {"S4", "S4", 4, 24, 4, 3},         {"A5", "A5", 5, 60, 5, 4},
      {"S4:swaps", "S4", 4, 24, 2, 1},   {"Q8", "Q8", 8, 8, 8, 6},
      {"mod:6", "Z6", 5, 6, 5, 3},       {"mod:7", "Z7", 7, 7, 7, 6},
      {"S7:swaps", "S7", 7, 5040, 2, 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.language);
    const GroupTheorem t = check_group_theorem(load_language(c.language));
    CHECK(t.group == c.group);
    CHECK(t.points == c.points);
    CHECK(t.most_moved_states() == c.moved_states);
    CHECK(t.most_moved_points() == c.moved_points);
    CHECK(t.most_swaps() == c.swaps);
    CHECK(t.network.verdict.proof() != nullptr);
    CHECK(t.network.cost.layers == 1);
    // The theorem's bounds: size n, k - 1 factors.
    CHECK(t.network.cost.dimension <= *t.points);
    CHECK(t.network.cost.factors_per_token.value() <= t.most_moved_states() - 1);
    for (const LetterCost& letter : t.letters) {
      CHECK(letter.swaps <= letter.moved_points);
      if (letter.moved_points > 0) CHECK(letter.swaps <= letter.moved_points - 1);
    }
  }
}

TEST_CASE("theorem group: Theorem 6, one reflection per token", "[theorems][group][quick]") {
  for (const char* name : {"mod:3", "mod:5", "Z4", "cyclenav:5"}) {
    CAPTURE(name);
    const GroupTheorem t = check_group_theorem(load_language(name));
    REQUIRE(t.reflections);
    CHECK(t.reflections->verdict.proof() != nullptr);
    CHECK(t.reflections->cost.factors_per_token == 1U);
  }
  CHECK_FALSE(check_group_theorem(load_language("Z2xZ2")).reflections);  // abelian, not cyclic
  CHECK_FALSE(check_group_theorem(load_language("S3")).reflections);
  CHECK_THROWS_AS(check_group_theorem(load_language("first:e,f")), core::Error);
}

TEST_CASE("theorem regular: the printed wiring is refuted, the repaired one proved",
          "[theorems][regular][quick]") {
  for (const char* name : {"first:e,f", "tomita:3", "tomita:7", "dyck:1,3"}) {
    CAPTURE(name);
    const RegularTheorem t = check_regular_theorem(load_language(name));
    CHECK(t.shows_defect());
    CHECK(t.repaired.cost.layers <= 2 * t.levels() + 1);
    CHECK(t.levels() + 1 <= t.states());
    CHECK(t.largest_level() <= t.states());
  }
  // first:e,f: the state after the letter is all that the second level sees, and one letter tells.
  const RegularTheorem t = check_regular_theorem(load_language("first:e,f"));
  REQUIRE(t.printed.verdict.witness() != nullptr);
  CHECK(t.printed.verdict.witness()->word.size() == 1);
  // A group is one level, with nothing above it to mistake.
  const RegularTheorem group = check_regular_theorem(load_language("S3"));
  CHECK(group.levels() == 1);
  CHECK(group.printed.verdict.proof() != nullptr);
  CHECK_FALSE(group.shows_defect());
}

TEST_CASE("theorem regular: an automaton of one state has no level", "[theorems][regular][quick]") {
  for (const char* name : {"regex:()", "regex:(a|b)*", "regex:~((a|b)*)"}) {
    CAPTURE(name);
    const RegularTheorem t = check_regular_theorem(load_language(name));
    CHECK(t.levels() == 0);
    CHECK(t.repaired.cost.layers == 1);
    CHECK(t.repaired.verdict.proof() != nullptr);
    CHECK(t.printed.verdict.proof() != nullptr);
  }
}

TEST_CASE("theorem reflections: the published table", "[theorems][reflections][quick]") {
  for (const PublishedReflections& row : published_reflections()) {
    CAPTURE(row.group, row.letters);
    CHECK(row.agrees());
  }
}

TEST_CASE("theorem reflections: languages", "[theorems][reflections][quick]") {
  struct Case {
    const char* language;
    std::size_t lower, upper, compiled;
  };
  // compiled: reflections of the permutations, or of a plane for cyclic groups
  for (const Case& c : std::vector<Case>{{"parity", 1, 1, 1},
                                         {"mod:7", 2, 2, 2},
                                         {"S3", 2, 2, 2},
                                         {"S5:swaps", 1, 1, 1},
                                         {"A4", 2, 2, 2},
                                         {"Q8", 2, 3, 6}}) {
    CAPTURE(c.language);
    const ReflectionsReport r = count_reflections(load_language(c.language));
    CHECK(r.bound.lower == c.lower);
    CHECK(r.bound.upper.factors == c.upper);
    CHECK(r.compiled == c.compiled);
    CHECK(r.no_single.has_value() == (c.lower >= 2));
    if (r.no_single) CHECK(is_no_single_factor(r.minimal.dfa, *r.no_single));
  }
  CHECK_THROWS_AS(count_reflections(load_language("tomita:3")), core::Error);
}

TEST_CASE("theorem reflections: letters that a single factor can be have no words",
          "[theorems][reflections][law][quick]") {
  // A reflection undoes itself, a projection and a reset do nothing new the second time.
  for (const char* name : {"parity", "flipflop", "first:e,f", "S4:swaps", "Z2xZ2"}) {
    CAPTURE(name);
    CHECK_FALSE(find_no_single_factor(load_language(name).dfa));
  }
  // tomita:3 and mod:3 have a letter that is neither; brute force over all short words agrees.
  for (const char* name : {"mod:3", "mod:4", "cyclenav:5", "A4"}) {
    CAPTURE(name);
    const Dfa dfa = load_language(name).dfa;
    const auto found = find_no_single_factor(dfa);
    REQUIRE(found);
    const auto maps = automata::letter_maps(dfa);
    const auto twice = automata::then(maps[found->letter], maps[found->letter]);
    CHECK(twice != automata::identity_transformation(dfa.size()));
    CHECK(twice != maps[found->letter]);
    NoSingleFactor other = *found;
    other.x.clear();
    CHECK_FALSE(is_no_single_factor(dfa, other));
    CHECK_THROWS_AS(write_no_single_factor_certificate(dfa, other), core::Error);
  }
}

TEST_CASE("certificate: factors, line by line", "[theorems][householder][golden][quick]") {
  Matrix<Real> swap(2, 2);
  swap(0, 1) = swap(1, 0) = 1;
  const core::Model model = matrix_model(swap);
  core::validate(model);
  const std::string text = write_factor_certificate(model, factorise_inputs(model));
  CHECK(text ==
        "statewright-certificate 1\nclaim factors\narithmetic exact\nmodel " +
            core::sha256(core::write_model_canonical(model)) +
            "\nmatrices 1\nmatrix 0 0\nproduct 1 1 0 1\nfactor 2 1 1 1 -1\nminor 1\nrows 0\n"
            "columns 0\npencil 0\nnorm 1 1 0 0\nlower 1 1 0 0 1\nend\n");
  CHECK(is_network_certificate(text));
  Matrix<Real> shear = Matrix<Real>::identity(2);
  shear(0, 1) = 1;
  const core::Model expanding = matrix_model(shear);
  CHECK(write_factor_certificate(expanding, factorise_inputs(expanding)).find("\nexpanding ") !=
        std::string::npos);
}
