#include "automata/algebra/properties.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "automata/algebra/egg_box.hpp"
#include "automata/algebra/idempotents.hpp"
#include "automata/algebra/monoid.hpp"
#include "automata/algebra/subgroups.hpp"
#include "automata/compile/obstruction.hpp"
#include "automata/language/language.hpp"
#include "automata/language/minimize.hpp"
#include "tests/automata/transformations.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using namespace statewright::automata::transformations;
using statewright::core::Limits;
using statewright::core::Outcome;

namespace {

struct Monoid {
  std::size_t degree;
  std::vector<Transformation> maps;
  TransitionMonoid elements;
  GreenClasses classes;
  GreenStructure green;

  Monoid(std::size_t n, std::vector<Transformation> letters)
      : degree(n),
        maps(std::move(letters)),
        elements(std::get<TransitionMonoid>(enumerate_monoid(n, maps))),
        classes(green_classes(elements)),
        green(green_structure(n, maps)) {}
  Transformation along(const Word& word) const { return elements.element(elements.at(word)); }
  MonoidElement at(const IdempotentWord& idempotent) const {
    MonoidElement i = 0;
    for (statewright::core::Integer k = 0; k < idempotent.power; ++k) {
      i = elements.product(i, elements.at(idempotent.word));
    }
    return i;
  }
};

template <class Verdict>
bool holds(const Verdict& verdict) {
  REQUIRE(verdict.outcome() != Outcome::unknown);
  return verdict.outcome() == Outcome::proved;
}

/// The powers of each element end in one element, not in a longer cycle.
bool all_periods_are_one(const TransitionMonoid& monoid) {
  for (MonoidElement i = 0; i < monoid.size(); ++i) {
    MonoidElement power = i;
    for (std::size_t n = 1; n < monoid.size(); ++n) power = monoid.product(power, i);
    if (monoid.product(power, i) != power) return false;
  }
  return true;
}

bool all_single(const statewright::automata::detail::Components& classes,
                const TransitionMonoid& monoid) {
  return classes.size() == monoid.size();
}

/// Inverses of x: y with x y x = x and y x y = y. One each.
bool inverses_are_unique(const TransitionMonoid& monoid) {
  for (MonoidElement x = 0; x < monoid.size(); ++x) {
    std::size_t count = 0;
    for (MonoidElement y = 0; y < monoid.size(); ++y) {
      const MonoidElement xy = monoid.product(x, y), yx = monoid.product(y, x);
      count += monoid.product(xy, x) == x && monoid.product(yx, y) == y ? 1U : 0U;
    }
    if (count != 1) return false;
  }
  return true;
}

bool right_regular(const TransitionMonoid& monoid) {
  const auto idempotents = monoid.idempotents();
  for (const MonoidElement x : idempotents) {
    for (const MonoidElement y : idempotents) {
      const MonoidElement yx = monoid.product(y, x);
      if (monoid.product(x, yx) != yx) return false;
    }
  }
  return true;
}

/// By definition: a state that may be left out, fixed by all letters, or none.
bool partial_injections_by_trying(const Monoid& m) {
  for (State sink = 0; sink <= m.degree; ++sink) {
    bool works = true;
    for (const Transformation& map : m.maps) {
      if (sink < m.degree && map[sink] != sink) works = false;
      std::set<State> images;
      for (const State q : map) works = works && (q == sink || images.insert(q).second);
    }
    if (works) return true;
  }
  return false;
}

/// All words with as many letters as there are elements act as constant maps.
bool long_words_are_constant(const TransitionMonoid& monoid) {
  std::set<MonoidElement> now = {0};
  for (std::size_t length = 0; length < monoid.size(); ++length) {
    std::set<MonoidElement> next;
    for (const MonoidElement i : now) {
      for (Letter a = 0; a < monoid.letters(); ++a) next.insert(monoid.right(i, a));
    }
    now = std::move(next);
  }
  return std::all_of(now.begin(), now.end(), [&](MonoidElement i) {
    for (State q = 1; q < monoid.degree(); ++q) {
      if (monoid.image(i, q) != monoid.image(i, 0)) return false;
    }
    return true;
  });
}

void check_witnesses(const Monoid& m) {
  const auto group = is_group(m.green);
  if (const Merge* merge = group.witness()) {
    REQUIRE(merge->p != merge->q);
    REQUIRE(m.maps[merge->letter][merge->p] == m.maps[merge->letter][merge->q]);
  }
  const auto aperiodic = is_aperiodic(m.green);
  if (const StateCycle* found = aperiodic.witness()) {
    REQUIRE(found->cycle.size() > 1);
    const Transformation map = m.along(found->word);
    for (std::size_t i = 0; i < found->cycle.size(); ++i) {
      REQUIRE(map[found->cycle[i]] == found->cycle[(i + 1) % found->cycle.size()]);
    }
    REQUIRE(found->cycle[0] != found->cycle[1]);
  }
  const auto commutative = is_commutative(m.green);
  if (const NotCommuting* found = commutative.witness()) {
    const Transformation &a = m.maps[found->a], &b = m.maps[found->b];
    REQUIRE(b[a[found->state]] != a[b[found->state]]);
  }
  const auto check_pair = [&](const auto& verdict, const auto& classes) {
    if (const SameClass* found = verdict.witness()) {
      const MonoidElement x = m.elements.at(found->x), y = m.elements.at(found->y);
      REQUIRE(x != y);
      REQUIRE(classes.of[x] == classes.of[y]);
    }
  };
  check_pair(is_r_trivial(m.green), m.classes.r);
  check_pair(is_l_trivial(m.green), m.classes.l);
  check_pair(is_j_trivial(m.green), m.classes.d);
  const auto injections = are_partial_injections(m.green);
  if (const NotInjective* found = injections.witness()) {
    const auto image = [&](const Merge& merge) {
      REQUIRE(merge.p != merge.q);
      REQUIRE(m.maps[merge.letter][merge.p] == m.maps[merge.letter][merge.q]);
      return m.maps[merge.letter][merge.p];
    };
    const State sink = image(found->first);
    if (found->second) {
      REQUIRE(image(*found->second) != sink);
    } else {
      REQUIRE(std::any_of(m.maps.begin(), m.maps.end(),
                          [&](const Transformation& map) { return map[sink] != sink; }));
    }
  }
  const auto definite = is_definite(m.green);
  if (const NoReset* found = definite.witness()) {
    REQUIRE(found->states.size() > 1);
    REQUIRE_FALSE(found->word.empty());
    const Transformation map = m.along(found->word);
    std::vector<State> image;
    for (const State q : found->states) image.push_back(map[q]);
    std::sort(image.begin(), image.end());
    REQUIRE(image == found->states);
  }
  const auto check_idempotents = [&](const IdempotentPair& pair) {
    for (const IdempotentWord* word : {&pair.x, &pair.y}) {
      REQUIRE(m.elements.is_idempotent(m.at(*word)));
      REQUIRE(m.elements.element(m.at(*word)) == word->map);
    }
    return std::pair(m.at(pair.x), m.at(pair.y));
  };
  const auto inverse = is_inverse(m.green);
  if (const auto* found = inverse.witness()) {
    if (const auto* irregular = std::get_if<NotRegular>(found)) {
      const MonoidElement w = m.elements.at(irregular->word);
      for (MonoidElement v = 0; v < m.elements.size(); ++v) {
        REQUIRE(m.elements.product(m.elements.product(w, v), w) != w);
      }
    } else {
      const auto [x, y] = check_idempotents(std::get<IdempotentPair>(*found));
      REQUIRE(m.elements.product(x, y) != m.elements.product(y, x));
    }
  }
  const auto band = idempotents_are_right_regular(m.green);
  if (const IdempotentPair* found = band.witness()) {
    const auto [x, y] = check_idempotents(*found);
    const MonoidElement yx = m.elements.product(y, x);
    REQUIRE(m.elements.product(x, yx) != yx);
  }
  const auto solvable = is_solvable(m.green);
  if (const NotSolvable* found = solvable.witness()) {
    REQUIRE_FALSE(found->group.is_solvable());
    REQUIRE(found->words.size() == found->group.generators().size());
    for (std::size_t i = 0; i < found->words.size(); ++i) {
      const Transformation map = m.along(found->words[i]);
      for (std::size_t p = 0; p < found->points.size(); ++p) {
        REQUIRE(map[found->points[p]] == found->points[found->group.generators()[i][p]]);
      }
    }
  }
}

GreenStructure of(const std::string& language) {
  return green_structure(load_language(language).dfa);
}

std::vector<std::string> group_names(const GreenStructure& green) {
  std::vector<std::string> names;
  const auto groups = maximal_subgroups(green);
  REQUIRE(groups.index() == 0);
  for (const auto& group : std::get<0>(groups)) names.push_back(group.name.name);
  return names;
}

}  // namespace

TEST_CASE("properties equal their definitions on listed monoids",
          "[automata][algebra][properties][oracle][quick]") {
  std::size_t seen[9][2] = {};
  std::size_t tried = 0;
  const auto check = [&](const Monoid& m) {
    if (m.elements.size() > 120) return;
    ++tried;
    const bool group = std::all_of(m.maps.begin(), m.maps.end(), [](Transformation map) {
      std::sort(map.begin(), map.end());
      return map == identity_transformation(map.size());
    });
    bool commutative = true;
    for (MonoidElement i = 0; i < m.elements.size(); ++i) {
      for (MonoidElement j = 0; j < m.elements.size(); ++j) {
        commutative = commutative && m.elements.product(i, j) == m.elements.product(j, i);
      }
    }
    const bool expected[9] = {group,
                              all_periods_are_one(m.elements),
                              commutative,
                              all_single(m.classes.r, m.elements),
                              all_single(m.classes.l, m.elements),
                              all_single(m.classes.d, m.elements),
                              inverses_are_unique(m.elements),
                              right_regular(m.elements),
                              long_words_are_constant(m.elements)};
    const bool found[9] = {
        holds(is_group(m.green)),       holds(is_aperiodic(m.green)),
        holds(is_commutative(m.green)), holds(is_r_trivial(m.green)),
        holds(is_l_trivial(m.green)),   holds(is_j_trivial(m.green)),
        holds(is_inverse(m.green)),     holds(idempotents_are_right_regular(m.green)),
        holds(is_definite(m.green))};
    for (std::size_t p = 0; p < 9; ++p) {
      CAPTURE(p);
      REQUIRE(found[p] == expected[p]);
      ++seen[p][found[p] ? 1 : 0];
    }
    REQUIRE(holds(are_partial_injections(m.green)) == partial_injections_by_trying(m));
    check_witnesses(m);
  };
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SplitMix64 draw(seed);
    const std::size_t degree = 1 + draw() % 5, letters = draw() % 4;
    CAPTURE(seed, degree, letters);
    auto maps = random_maps(degree, letters, 1 + draw() % degree, draw);
    if (seed % 3 == 0) {  // order-preserving downwards: R-trivial, often J-trivial
      for (Transformation& map : maps) {
        for (State q = 0; q < degree; ++q) map[q] = std::min(map[q], q);
      }
    }
    check(Monoid(degree, std::move(maps)));
  }
  for (std::size_t n = 2; n <= 3; ++n) check(Monoid(n + 1, partial_injections(n)));
  check(Monoid(3, {{1, 1, 2}, {0, 2, 2}}));
  CHECK(tried > 200);
  for (std::size_t p = 0; p < 9; ++p) {
    CAPTURE(p);
    CHECK(seen[p][0] > 3);
    CHECK(seen[p][1] > 3);
  }
}

TEST_CASE("star-free languages", "[automata][algebra][properties][quick]") {
  // Known from the theory: Schuetzenberger 1965; McNaughton and Papert 1971. (Tomita 3, 5, 6 and
  // the last one count modulo 2 or 3; (ab)* does not count.)
  for (const std::string language :
       {"tomita:1", "tomita:2", "tomita:4", "tomita:7", "dyck:2,3", "first:e,f", "flipflop",
        "regex:(a|b)*abba(a|b)*", "gridworld:9", "regex:(ab)*", "regex:(ab|ba)*", "regex:~[]"}) {
    CAPTURE(language);
    CHECK(holds(is_aperiodic(of(language))));
  }
  const auto comments = load_language("regex:'/''*'~(.*'*''/'.*)'*''/'",
                                      statewright::core::Alphabet({"/", "*", "x"}));
  CHECK(holds(is_aperiodic(green_structure(comments.dfa))));
  for (const std::string language : {"parity", "mod:3", "S5", "regex:(aa)*", "tomita:3", "tomita:5",
                                     "tomita:6", "Q8", "regex:(abab)*"}) {
    CAPTURE(language);
    const GreenStructure green = of(language);
    CHECK_FALSE(holds(is_aperiodic(green)));
  }
}

TEST_CASE("groups and solvability", "[automata][algebra][properties][quick]") {
  for (const std::string language : {"parity", "mod:12", "S4", "Q8", "D4", "S5", "A5"}) {
    CAPTURE(language);
    const bool solvable = language != "S5" && language != "A5";
    CHECK(holds(is_group(of(language))));
    CHECK(holds(is_inverse(of(language))));
    CHECK(holds(idempotents_are_right_regular(of(language))));
    CHECK(holds(is_solvable(of(language))) == solvable);
  }
  CHECK(group_names(of("parity")) == std::vector<std::string>{"Z2"});
  CHECK(group_names(of("A5")) == std::vector<std::string>{"A5"});
  CHECK(group_names(of("flipflop")) == std::vector<std::string>{"1"});

  // What GAP calls the maximal subgroups of random monoids, besides the trivial one of the
  // identity.
  const auto random = [](std::size_t n, std::uint64_t seed) {
    return group_names(green_structure(n, random_maps(n, seed)));
  };
  using Names = std::vector<std::string>;
  CHECK(random(6, 2) == Names{"1", "Z2", "S3", "S4", "A5"});
  CHECK(random(6, 4) == Names{"1", "Z2", "S3", "Z6", "S4", "S5"});
  CHECK(random(8, 5) == Names{"1", "Z2", "S3", "Z6"});
  CHECK(random(10, 2) == Names{"1", "Z2", "Z3", "S3", "A4"});
  CHECK(random(15, 1) == Names{"1", "Z2", "Z4", "S3"});
  const Monoid smallest(6, random_maps(6, 2));
  CHECK_FALSE(holds(is_solvable(smallest.green)));
  check_witnesses(smallest);

  // T_6: S_1 to S_6, one D-class each.
  const auto subgroups = std::get<0>(maximal_subgroups(green_structure(6, full(6))));
  REQUIRE(subgroups.size() == 6);
  for (const MaximalSubgroup& subgroup : subgroups) CHECK(subgroup.d_classes == 1);
  CHECK(subgroups[5].order == 720);
}

TEST_CASE("right regular idempotents: the same answer as the search for an obstruction",
          "[automata][algebra][properties][oracle][quick]") {
  std::size_t seen[2] = {};
  for (std::uint64_t seed = 1; seed <= 250; ++seed) {
    SplitMix64 draw(seed);
    const std::size_t states = 2 + draw() % 4, letters = 1 + draw() % 3;
    Dfa dfa = random_dfa(states, letters, seed);
    if (seed % 2 == 0) {
      for (std::size_t i = 0; i < dfa.next.size();
           ++i) {  // towards higher states: few obstructions
        dfa.next[i] = std::max(dfa.next[i], static_cast<State>(i / letters));
      }
    }
    dfa = minimize(dfa);
    CAPTURE(seed);
    const GreenStructure green = green_structure(dfa);
    if (*green.size > 400) continue;
    const bool expected = std::holds_alternative<NoObstruction>(find_obstruction(dfa));
    REQUIRE(holds(idempotents_are_right_regular(green)) == expected);
    ++seen[expected ? 1 : 0];
  }
  CHECK(seen[0] > 20);
  CHECK(seen[1] > 20);
  CHECK_FALSE(holds(idempotents_are_right_regular(of("first:e,f"))));
  CHECK(holds(idempotents_are_right_regular(of("flipflop"))));
}

TEST_CASE("what is decided of a monoid that is far too large to list",
          "[automata][algebra][properties][quick]") {
  // T_12 has 12^12 elements and 4,213,597 kernels, but only 4,095 images.
  const GreenStructure small = green_structure(12, full(12), Limits{{}, 5000, {}, {}});
  REQUIRE(small.groups_complete);
  REQUIRE_FALSE(small.complete);
  CHECK_FALSE(holds(is_group(small)));
  CHECK_FALSE(holds(is_aperiodic(small)));
  CHECK_FALSE(holds(is_solvable(small)));
  CHECK_FALSE(holds(is_r_trivial(small)));
  CHECK_FALSE(holds(is_j_trivial(small)));
  CHECK(is_l_trivial(small).outcome() == Outcome::unknown);
  CHECK(is_inverse(small).outcome() == Outcome::unknown);
  CHECK(idempotents_are_right_regular(small).outcome() == Outcome::unknown);
  const auto names = group_names(small);
  REQUIRE(names.size() == 12);
  CHECK(names[0] == "1");
  CHECK(names[11] == "S12");
}

TEST_CASE("properties under limits are unknown, never wrong",
          "[automata][algebra][properties][quick]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto maps = random_maps(6, seed);
    const GreenStructure whole = green_structure(6, maps);
    for (std::uint64_t most = 0; most < 60; most += 3) {
      CAPTURE(seed, most);
      Limits limits;
      limits.max_states = most;
      const GreenStructure part = green_structure(6, maps, limits);
      const auto same = [](const auto& some, const auto& all) {
        REQUIRE(all.outcome() != Outcome::unknown);
        CHECK((some.outcome() == Outcome::unknown || some.outcome() == all.outcome()));
      };
      same(is_aperiodic(part), is_aperiodic(whole));
      same(is_solvable(part, limits), is_solvable(whole));
      same(is_r_trivial(part), is_r_trivial(whole));
      same(is_l_trivial(part), is_l_trivial(whole));
      same(is_j_trivial(part), is_j_trivial(whole));
      same(is_definite(part), is_definite(whole));
      same(is_inverse(part, limits), is_inverse(whole));
      same(idempotents_are_right_regular(part, limits), idempotents_are_right_regular(whole));
      const auto groups = maximal_subgroups(part, limits);
      if (groups.index() == 0) {
        const auto all = std::get<0>(maximal_subgroups(whole));
        REQUIRE(std::get<0>(groups).size() == all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
          CHECK(std::get<0>(groups)[i].name == all[i].name);
        }
      }
    }
  }
}
