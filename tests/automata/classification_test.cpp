// What languages need, against the literature's table and against brute force: rows that theorems
// fix, laws of the table on random automata, and no "cannot" where a network was built.

#include "automata/classify/classification.hpp"

#include <map>
#include <numeric>
#include <set>
#include <string>

#include "automata/classify/circles.hpp"
#include "automata/classify/explain.hpp"
#include "automata/compile/compile.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::automata;

namespace {

using enum Family;

Language random_language(std::size_t states, std::size_t letters, std::uint64_t seed) {
  Language language;
  language.name = "random automaton " + std::to_string(seed);
  language.dfa = minimize(random_dfa(states, letters, seed));
  return language;
}

const FamilyAnswer& row(const Classification& c, Family family) {
  return c.families.at(static_cast<std::size_t>(family));
}

std::string answer(const Classification& c, Family family) {
  return to_string(row(c, family).answer);
}

std::vector<std::string> group_names(const Classification& c) {
  std::vector<std::string> names;
  for (const GroupFact& group : c.facts.groups.value()) names.push_back(group.name.name);
  return names;
}

Classification by_theorems(const std::string& name) {
  return classify(load_language(name), {.limits = {}, .compile = false});
}

}  // namespace

TEST_CASE("classify: which named languages are star-free, solvable, and of which groups",
          "[automata][classify][quick]") {
  struct Row {
    const char* language;
    std::size_t monoid;               ///< elements, counted by hand
    std::vector<std::string> groups;  ///< nontrivial maximal subgroups
    const char *non_negative, *real, *complex, *positive, *kda;
  };
  // (aa)* and friends: [P] Theorems 1 and 2; star-free list: McNaughton and Papert; groups: by
  // construction of the languages.
  const std::vector<Row> rows = {
      {"parity", 2, {"Z2"}, "cannot", "can", "can", "cannot", "cannot"},
      {"mod:3", 3, {"Z3"}, "cannot", "cannot", "can", "cannot", "cannot"},
      {"mod:4", 4, {"Z4"}, "cannot", "can", "can", "cannot", "cannot"},
      {"mod:6", 6, {"Z6"}, "cannot", "cannot", "can", "cannot", "cannot"},
      {"D4", 8, {"D4"}, "cannot", "can", "can", "cannot", "cannot"},
      {"Q8", 8, {"Q8"}, "cannot", "can", "can", "cannot", "cannot"},
      {"S3", 6, {"S3"}, "cannot", "cannot", "can", "cannot", "cannot"},
      {"S4", 24, {"S4"}, "cannot", "cannot", "can", "cannot", "cannot"},
      {"A5", 60, {"A5"}, "cannot", "cannot", "cannot", "cannot", "cannot"},
      {"S5", 120, {"S5"}, "cannot", "cannot", "cannot", "cannot", "cannot"},
      {"flipflop", 3, {}, "can", "can", "can", "can", "can"},
      {"first:e,f", 3, {}, "can", "can", "can", "can", "can"},
      {"T2", 4, {"Z2"}, "cannot", "can", "can", "cannot", "cannot"},
      {"T3", 27, {"Z2", "S3"}, "cannot", "cannot", "can", "cannot", "cannot"},
      {"tomita:1", 2, {}, "can", "can", "can", "can", "can"},
      {"regex:(a|b)*abba(a|b)*", 0, {}, "can", "can", "can", "can", "can"},
      {"gridworld:9", 0, {}, "can", "can", "can", "can", "can"},
      {"dyck:2,3", 0, {}, "can", "can", "can", "can", "can"},
  };
  for (const Row& want : rows) {
    CAPTURE(want.language);
    const Classification c = by_theorems(want.language);
    REQUIRE(c.monoid_size.known());
    if (want.monoid > 0) CHECK(c.monoid_size.value() == want.monoid);
    CHECK(group_names(c) == want.groups);
    CHECK(c.property("star-free").holds.is(want.groups.empty()));
    CHECK(answer(c, non_negative_diagonal) == want.non_negative);
    CHECK(answer(c, real_diagonal) == want.real);
    CHECK(answer(c, complex_diagonal) == want.complex);
    CHECK(answer(c, deltanet_positive) == want.positive);
    CHECK(answer(c, kda) == want.kda);
    for (const Family family :
         {deltanet_signed, complex_kda, delta_product_2, delta_product_3, delta_product_4,
          householder_products, rwkv7, pd_ssm, dense, nonlinear}) {
      CHECK(answer(c, family) == "can");
    }
  }
}

TEST_CASE("classify: numbers of layers that theorems fix", "[automata][classify][quick]") {
  struct Row {
    const char* language;
    Family family;
    std::size_t least;
    std::optional<std::size_t> most;
  };
  const std::vector<Row> rows = {
      // L layers of signs count modulo 2^L, tight.
      {"parity", real_diagonal, 1, 1},
      {"mod:4", real_diagonal, 2, 2},
      {"mod:8", real_diagonal, 3, 3},
      {"Q8", real_diagonal, 2, 2},
      {"Z2xZ2", real_diagonal, 1, 1},
      // Derived length: abelian 1, S3 2, S4 3 (Shakerinava et al.).
      {"mod:12", complex_diagonal, 1, 1},
      {"S3", complex_diagonal, 2, 2},
      {"S4", complex_diagonal, 3, 3},
      {"D4", complex_diagonal, 2, 2},
      // One symmetric matrix per letter counts modulo 2 only; two layers count modulo m.
      {"mod:3", deltanet_signed, 2, 2},
      {"mod:4", deltanet_signed, 2, 2},
      {"S3", deltanet_signed, 2, 2},
      {"A5", deltanet_signed, 2, 4},
      {"mod:5", delta_product_2, 1, 1},
      {"S4", delta_product_2, 1, 1},
      {"A5", delta_product_2, 1, 1},
      {"S4", complex_kda, 1, 1},
      {"A5", complex_kda, 1, 1},
      // S5 over all its elements: one layer takes four factors.
      {"S5", complex_kda, 2, 3},
      {"S5", delta_product_2, 2, 3},
      {"S5", delta_product_3, 2, 3},
      {"S5", deltanet_signed, 2, 4},
      {"S5", householder_products, 1, 1},
      {"S5", rwkv7, 1, 4},
      // Of S5 from swaps the barrier says nothing.
      {"S5:gens", delta_product_3, 1, 3},
      // No layer that expands nothing, obstruction.cpp.
      {"first:e,f", householder_products, 2, {}},
      {"first:e,f", deltanet_signed, 2, {}},
      {"first:e,f", rwkv7, 1, 4},
      {"first:e,f", pd_ssm, 1, 1},
      {"flipflop", non_negative_diagonal, 1, 1},
  };
  for (const Row& want : rows) {
    CAPTURE(want.language, static_cast<int>(want.family));
    const Classification c = by_theorems(want.language);
    const FamilyAnswer& got = row(c, want.family);
    CHECK(got.layers_least == want.least);
    CHECK(got.layers_most == want.most);
  }
}

TEST_CASE("classify: compiled networks give numbers and commands", "[automata][classify][quick]") {
  const Classification parity = classify(load_language("parity"));
  const FamilyAnswer& signs = row(parity, real_diagonal);
  REQUIRE(signs.compiled);
  CHECK(parity.facts.compiled.at(*signs.compiled).flags.empty());
  CHECK(signs.dimension == 1U);
  CHECK_FALSE(row(parity, non_negative_diagonal).compiled);
  CHECK_FALSE(row(parity, nonlinear).compiled);

  const Classification mod3 = classify(load_language("mod:3"));
  CHECK_FALSE(row(mod3, real_diagonal).compiled);
  const FamilyAnswer& deltanet = row(mod3, deltanet_signed);
  REQUIRE(deltanet.compiled);
  CHECK(mod3.facts.compiled.at(*deltanet.compiled).flags == "--code reflections");

  const Classification first = classify(load_language("first:e,f"));
  CHECK(row(first, householder_products).layers_least == 2);
  CHECK(row(first, householder_products).layers_most == 2U);

  const Classification s5 = classify(load_language("S5"));
  CHECK_FALSE(row(s5, delta_product_3).compiled);
  REQUIRE(row(s5, delta_product_4).compiled);
  CHECK(row(s5, delta_product_4).factors == 4U);
}

TEST_CASE("classify: degenerate languages", "[automata][classify][quick]") {
  const std::pair<const char*, const char*> cases[] = {{"regex:[]", "a"}, {"regex:(a|b)*", "a,b"}};
  for (const auto& one : cases) {
    CAPTURE(one.first);
    Language language;
    try {
      language = load_language(one.first);
    } catch (const core::Error&) {
      continue;  // not a spelling of this version's regexes
    }
    const Classification c = classify(language);
    CHECK(c.facts.states == 1);
    CHECK(c.monoid_size.is(core::Integer(1)));
    for (const FamilyAnswer& family : c.families) CHECK(family.answer == Answer::can);
  }
  Language unary;
  unary.name = "one state, one letter";
  unary.dfa = cycle_dfa(1, 1);
  const Classification c = classify(unary);
  CHECK(c.property("group").holds.is(true));
  CHECK(c.property("star-free").holds.is(true));
  CHECK_FALSE(explain(c).empty());

  Language empty_alphabet;
  empty_alphabet.name = "no letters";
  empty_alphabet.dfa.labels = acceptor_labels();
  empty_alphabet.dfa.output = {kAccept};
  const Classification none = classify(empty_alphabet);
  CHECK(none.monoid_size.is(core::Integer(1)));
  CHECK(answer(none, non_negative_diagonal) == "can");
}

namespace {

void require_consistent_tables(std::uint64_t first_seed, std::uint64_t last_seed) {
  for (std::uint64_t seed = first_seed; seed <= last_seed; ++seed) {
    const std::size_t states = 2 + seed % 4, letters = 1 + seed % 3;
    CAPTURE(states, letters, seed);
    const Language language = random_language(states, letters, seed);
    const Classification with = classify(language);
    const Classification without = classify(language, {.limits = {}, .compile = false});
    for (std::size_t i = 0; i < with.families.size(); ++i) {
      const FamilyAnswer& one = with.families[i];
      CAPTURE(one.id);
      // Theorems alone never contradict a network.
      for (const CompiledNetwork& network : with.facts.compiled) {
        if (!fits(network, one.family)) continue;
        CHECK(without.families[i].answer != Answer::cannot);
        CHECK(without.families[i].layers_least <= network.shape.layers);
      }
      if (one.answer == Answer::can && one.layers_most) {
        CHECK(one.layers_least <= *one.layers_most);
      }
      CHECK(one.answer != Answer::unknown);
      for (const FamilyAnswer& other : with.families) {
        if (!is_part_of(one.family, other.family)) continue;
        CAPTURE(other.id);
        if (one.answer == Answer::can) CHECK(other.answer == Answer::can);
        if (one.answer == Answer::can && one.layers_most) {
          REQUIRE(other.layers_most);
          CHECK(*other.layers_most <= *one.layers_most);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("classify: the table is consistent and never denies a network that was built",
          "[automata][classify][law]") {
  require_consistent_tables(1, 30);
}

TEST_CASE("classify: the table is consistent, more automata", "[.long][classify][law]") {
  require_consistent_tables(31, 400);
}

TEST_CASE("classify: star-free, solvable and circles agree with the listed monoid",
          "[automata][classify][oracle]") {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const std::size_t states = 1 + seed % 5, letters = 1 + seed % 2;
    CAPTURE(states, letters, seed);
    const Language language = random_language(states, letters, seed);
    const Classification c = classify(language, {.limits = {}, .compile = false});
    const Dfa& dfa = c.minimal.dfa;

    // All maps of words, by brute force, and the lengths of their circles by definition.
    std::set<Transformation> maps = {identity_transformation(dfa.size())};
    std::vector<Transformation> queue(maps.begin(), maps.end());
    for (std::size_t i = 0; i < queue.size(); ++i) {
      for (const Transformation& letter : letter_maps(dfa)) {
        Transformation next = then(queue[i], letter);
        if (maps.insert(next).second) queue.push_back(next);
      }
    }
    bool circle = false, odd = false;
    for (const Transformation& map : maps) {
      for (State q = 0; q < dfa.size(); ++q) {
        State at = map[q];
        std::size_t steps = 1;
        while (at != q && steps <= dfa.size()) at = map[at], ++steps;
        if (at != q || steps == 1) continue;
        circle = true;
        odd = odd || (steps & (steps - 1)) != 0;
      }
    }
    CHECK(c.monoid_size.is(core::Integer(maps.size())));
    CHECK(c.property("star-free").holds.is(!circle));
    CHECK(c.facts.odd() == odd);
    CHECK(answer(c, non_negative_diagonal) == (circle ? "cannot" : "can"));
    CHECK(answer(c, real_diagonal) == (odd ? "cannot" : "can"));
    if (circle) {
      REQUIRE(c.facts.circle);
      const Circle& found = *c.facts.circle;
      for (std::size_t i = 0; i < found.states.size(); ++i) {
        State q = found.states[i];
        for (const Letter a : found.word) q = dfa.step(q, a);
        CHECK(q == found.states[(i + 1) % found.states.size()]);
      }
    }
    core::Integer elements = 0;
    for (const DClassFact& d : c.d_classes.value()) {
      elements += d.r_classes * d.l_classes * d.h_order;
    }
    CHECK(elements == c.monoid_size.value());
  }
}

TEST_CASE("classify: a monoid too large leaves its size unknown and answers the rest",
          "[automata][classify][limits]") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const Classification c =
        classify(random_language(20, 2, seed), {.limits = {}, .compile = false});
    REQUIRE(c.facts.groups.known());
    CHECK(c.property("star-free").holds.known());
    for (const FamilyAnswer& family : c.families) CHECK(family.answer != Answer::unknown);
    if (!c.d_classes.known()) CHECK(c.d_classes.limit().raise == "--max-states");
  }
  // With next to nothing allowed, what depends on groups is unknown, and nothing is wrong.
  core::Limits few;
  few.max_states = 3;
  const Language language = random_language(20, 2, 1);
  const Classification c = classify(language, {.limits = few, .compile = false});
  CHECK_FALSE(c.monoid_size.known());
  CHECK_FALSE(c.facts.groups.known());
  CHECK(answer(c, pd_ssm) == "can");
  const Classification full = classify(language, {.limits = {}, .compile = false});
  for (std::size_t i = 0; i < c.families.size(); ++i) {
    if (c.families[i].answer != Answer::unknown) {
      CHECK(c.families[i].answer == full.families[i].answer);
    }
  }
}

TEST_CASE("classify: shapes of networks by hand", "[automata][classify][quick]") {
  using core::Householder;
  using core::Real;
  core::Model model;
  model.letters = core::Alphabet(std::vector<std::string>{"a"});
  model.labels = {"x"};
  core::Layer layer;
  layer.n = 2;
  layer.reads = {core::Source{}};
  layer.start = core::Matrix<Real>::column({Real(1), Real(0)});
  core::Transition rotation;
  rotation.A = core::GhProduct{
      {Householder{Real(2), {Real(1), Real(0)}}, Householder{Real(2), {Real(1), Real(1)}}}};
  layer.table = {rotation};
  layer.readout = {core::Matrix<Real>(1, 2), {Real(0)}};
  model.layers = {layer};
  NetworkShape shape = shape_of(model);
  CHECK(shape.factors == 2U);
  CHECK(shape.factors_per_head == 2U);  // (1,1) joins the coordinates
  CHECK_FALSE(shape.diagonal);
  CHECK_FALSE(shape.non_negative);

  // Two resets on axes: two heads of one factor each; B lies along the keys.
  core::Transition reset;
  reset.A = core::GhProduct{
      {Householder{Real(1), {Real(1), Real(0)}}, Householder{Real(1), {Real(0), Real(3)}}}};
  reset.B = core::Matrix<Real>::column({Real(1), Real(-1)});
  model.layers[0].table = {reset};
  shape = shape_of(model);
  CHECK(shape.factors == 2U);
  CHECK(shape.factors_per_head == 1U);
  CHECK(shape.diagonal);
  CHECK(shape.non_negative);

  // Nothing is erased in the second coordinate, so no key writes there.
  reset.A = core::GhProduct{{Householder{Real(1), {Real(1), Real(0)}}}};
  model.layers[0].table = {reset};
  shape = shape_of(model);
  CHECK_FALSE(shape.factors_per_head);
  CHECK(shape.factors == 1U);

  core::Transition dense;
  dense.A = core::Dense{core::Matrix<Real>::identity(2)};
  model.layers[0].table = {dense};
  CHECK_FALSE(shape_of(model).factors);
}

TEST_CASE("classify: circles of a map", "[automata][classify][quick]") {
  using Circles_ = std::vector<std::vector<State>>;
  CHECK(circles_of({1, 2, 0, 0, 3}) == Circles_{{0, 1, 2}});
  CHECK(circles_of({0, 2, 1, 4, 3, 1}) == Circles_{{1, 2}, {3, 4}});
  CHECK(circles_of({0, 0, 1}).empty());
}

TEST_CASE("classify: explanations name the words that they rest on",
          "[automata][classify][quick]") {
  const auto text_of = [](const std::string& name, const std::string& heading) {
    for (const Explanation& part : explain(classify(load_language(name)))) {
      if (part.heading == heading) return part.text;
    }
    return std::string("no such heading");
  };
  CHECK_THAT(text_of("parity", "what it counts"),
             Catch::Contains("`1` leads around a circle of 2"));
  CHECK_THAT(text_of("parity", "what it counts"), Catch::Contains("`reject`, `accept`, `reject`"));
  CHECK_THAT(text_of("mod:3", "what it counts"), Catch::Contains("in 3 steps"));
  CHECK_THAT(text_of("first:e,f", "why one layer is not enough"),
             Catch::Contains("`efe` gets the label `accept` and `fe` gets the label `reject`"));
  CHECK_THAT(text_of("A5", "its groups"), Catch::Contains("A5 is not solvable"));
}
