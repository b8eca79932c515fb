#include "automata/algebra/green.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "automata/algebra/egg_box.hpp"
#include "automata/algebra/monoid.hpp"
#include "core/error.hpp"
#include "tests/automata/transformations.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using namespace statewright::automata::transformations;
using statewright::core::Error;
using statewright::core::Integer;
using statewright::core::Limits;

namespace {

TransitionMonoid listed(std::size_t degree, const std::vector<Transformation>& maps) {
  return std::get<TransitionMonoid>(enumerate_monoid(degree, maps));
}

GreenStructure structure(std::size_t degree, const std::vector<Transformation>& maps) {
  GreenOptions options;
  options.order = true;
  GreenStructure green = green_structure(degree, maps, {}, options);
  REQUIRE(green.complete);
  REQUIRE_FALSE(green.unknown);
  return green;
}

Integer power(std::size_t base, std::size_t exponent) {
  Integer result = 1;
  while (exponent-- > 0) result *= base;
  return result;
}

Integer factorial(std::size_t n) { return n == 0 ? Integer(1) : factorial(n - 1) * n; }

Integer binomial(std::size_t n, std::size_t k) {
  return factorial(n) / factorial(k) / factorial(n - k);
}

/// Partitions of n things into k classes.
Integer stirling(std::size_t n, std::size_t k) {
  if (n == 0 || k == 0) return n == k ? 1 : 0;
  return stirling(n - 1, k - 1) + k * stirling(n - 1, k);
}

Transformation along(std::size_t degree, const std::vector<Transformation>& maps,
                     const Word& word) {
  Transformation map = identity_transformation(degree);
  for (const Letter a : word) map = then(map, maps[a]);
  return map;
}

/// What is left below each D-class when it is multiplied by letters from both sides.
std::vector<std::vector<bool>> j_order(const TransitionMonoid& monoid,
                                       const GreenClasses& classes) {
  const std::size_t count = classes.d.size();
  std::vector<std::vector<bool>> above(count, std::vector<bool>(count));
  for (std::uint32_t d = 0; d < count; ++d) {
    std::vector<MonoidElement> stack = {classes.d.root(d)};
    std::vector<bool> seen(monoid.size());
    seen[stack[0]] = true;
    while (!stack.empty()) {
      const MonoidElement i = stack.back();
      stack.pop_back();
      above[d][classes.d.of[i]] = true;
      for (Letter a = 0; a < monoid.letters(); ++a) {
        for (const MonoidElement j : {monoid.right(i, a), monoid.left(a, i)}) {
          if (seen[j]) continue;
          seen[j] = true;
          stack.push_back(j);
        }
      }
    }
  }
  return above;
}

/// Compares the orbits' answer with the strongly connected components of the Cayley graphs. Returns
/// how many classes were not regular and had more L-classes than images.
std::size_t check_against_graphs(std::size_t degree, const std::vector<Transformation>& maps) {
  const TransitionMonoid monoid = listed(degree, maps);
  const GreenClasses classes = green_classes(monoid);
  const GreenStructure green = structure(degree, maps);
  REQUIRE(*green.size == monoid.size());
  REQUIRE(green.d_classes.size() == classes.d.size());
  REQUIRE(*green.idempotents == monoid.idempotents().size());
  std::size_t split = 0;
  std::vector<std::uint32_t> number;  // of each class of `green` among `classes`
  for (const DClass& d_class : green.d_classes) {
    REQUIRE(along(degree, maps, d_class.word) == d_class.representative);
    const auto element = monoid.find(d_class.representative);
    REQUIRE(element);
    number.push_back(classes.d.of[*element]);
    const EggBox box = egg_box(monoid, classes, number.back());
    std::size_t idempotents = 0;
    for (const auto& cell : box.cells) idempotents += cell.idempotent ? 1U : 0U;
    REQUIRE(d_class.rank == box.rank);
    REQUIRE(d_class.regular == box.regular());
    REQUIRE(d_class.r_classes == box.rows);
    REQUIRE(d_class.l_classes == box.columns);
    REQUIRE(d_class.h_order == box.h_order);
    REQUIRE(*d_class.idempotents == idempotents);
    if (d_class.group) REQUIRE(green.groups[*d_class.group].group.order() == box.h_order);
    if (!d_class.group && d_class.regular) REQUIRE(box.h_order == 1);
    const auto& images = green.images->components();
    if (d_class.l_classes > images.size(images.of[d_class.image])) ++split;
  }
  std::vector<std::uint32_t> sorted = number;
  std::sort(sorted.begin(), sorted.end());
  REQUIRE(std::unique(sorted.begin(), sorted.end()) == sorted.end());

  const auto above = j_order(monoid, classes);
  REQUIRE(green.covers);
  for (std::uint32_t d = 0; d < number.size(); ++d) {
    std::vector<std::uint32_t> covers;
    for (std::uint32_t e = 0; e < number.size(); ++e) {
      if (e == d || !above[number[d]][number[e]]) continue;
      bool between = false;
      for (std::uint32_t m = 0; m < number.size(); ++m) {
        between = between ||
                  (m != d && m != e && above[number[d]][number[m]] && above[number[m]][number[e]]);
      }
      if (!between) covers.push_back(e);
    }
    REQUIRE((*green.covers)[d] == covers);
  }
  return split;
}

}  // namespace

TEST_CASE("D-classes of T_n: one for each rank", "[automata][algebra][green][quick]") {
  for (std::size_t n = 2; n <= 7; ++n) {
    CAPTURE(n);
    const GreenStructure green = structure(n, full(n));
    CHECK(*green.size == power(n, n));
    REQUIRE(green.d_classes.size() == n);
    Integer idempotents = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const DClass& d_class = green.d_classes[i];
      const std::size_t rank = n - i;
      CHECK(d_class.rank == rank);
      CHECK(d_class.regular);
      CHECK(d_class.r_classes == stirling(n, rank));
      CHECK(d_class.l_classes == binomial(n, rank));
      CHECK(d_class.h_order == factorial(rank));
      CHECK(*d_class.idempotents == binomial(n, rank) * power(rank, i));
      idempotents += *d_class.idempotents;
      CHECK((*green.covers)[i] ==
            (i + 1 < n ? std::vector<std::uint32_t>{static_cast<std::uint32_t>(i + 1)}
                       : std::vector<std::uint32_t>{}));
    }
    CHECK(*green.idempotents == idempotents);
  }
  CHECK(*structure(8, full(8)).size == power(8, 8));
}

TEST_CASE("D-classes of S_n, PT_n and the symmetric inverse monoid",
          "[automata][algebra][green][quick]") {
  for (std::size_t n = 2; n <= 6; ++n) {
    CAPTURE(n);
    const GreenStructure group = structure(2 * n, symmetric(2 * n));
    CHECK(group.d_classes.size() == 1);
    CHECK(*group.size == factorial(2 * n));
    CHECK(*group.idempotents == 1);

    CHECK(*structure(n + 1, partial_maps(n)).size == power(n + 1, n));

    const GreenStructure inverse = structure(n + 1, partial_injections(n));
    REQUIRE(inverse.d_classes.size() == n + 1);
    CHECK(*inverse.idempotents == power(2, n));
    Integer size = 0;
    for (std::size_t i = 0; i <= n; ++i) {  // partial bijections of k = n - i points
      const DClass& d_class = inverse.d_classes[i];
      CHECK(d_class.rank == n - i + 1);
      CHECK(d_class.r_classes == binomial(n, i));
      CHECK(d_class.l_classes == binomial(n, i));
      CHECK(d_class.h_order == factorial(n - i));
      size += binomial(n, i) * binomial(n, i) * factorial(n - i);
    }
    CHECK(*inverse.size == size);
  }
  CHECK(*structure(5, partial_injections(4)).size == 209);
}

TEST_CASE("random monoids on which several systems agree", "[automata][algebra][green][quick]") {
  for (const RandomMonoid& family : kRandomMonoids) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      CAPTURE(family.n, seed);
      const auto maps = random_maps(family.n, seed);
      const GreenStructure green = structure(family.n, maps);
      // The table counts words with letters. The empty word is an element and a D-class more unless
      // some letter is a permutation.
      const auto is_permutation = [](Transformation map) {
        std::sort(map.begin(), map.end());
        return map == identity_transformation(map.size());
      };
      const std::size_t more = is_permutation(maps[0]) || is_permutation(maps[1]) ? 0 : 1;
      CHECK(*green.size == family.sizes[seed - 1] + more);
      if (family.d_classes[seed - 1] != 0) {
        CHECK(green.d_classes.size() == family.d_classes[seed - 1] + more);
      }
    }
  }
}

TEST_CASE("orbits give the components of the Cayley graphs and their order",
          "[automata][algebra][green][oracle][quick]") {
  std::size_t split = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SplitMix64 draw(seed);
    const std::size_t degree = 1 + draw() % 6, letters = draw() % 4;
    CAPTURE(seed, degree, letters);
    const auto maps = random_maps(degree, letters, 1 + draw() % degree, draw);
    if (degree == 6 && letters == 3) continue;  // up to 46,656 elements
    split += check_against_graphs(degree, maps);
  }
  // Classes without idempotents that have several L-classes for an image are rare: here are some.
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    CAPTURE(seed);
    split += check_against_graphs(8, random_maps(8, seed));
  }
  CHECK(split > 20);
}

TEST_CASE("a class without idempotents and two L-classes for one image",
          "[automata][algebra][green][quick]") {
  // a swaps 2 and 3, b takes 0, 1 to 2, 3 and those to 4. Then b and b a differ on 0 and 1, have
  // one image {2, 3, 4} and are R-equivalent; nothing but the identity acts from the left, so each
  // is alone in its L-class. Elements: 1, a, b, b a, and the constant b b.
  const std::vector<Transformation> maps = {{0, 1, 3, 2, 4}, {2, 3, 4, 4, 4}};
  const GreenStructure green = structure(5, maps);
  CHECK(*green.size == 5);
  REQUIRE(green.d_classes.size() == 3);
  const DClass& d_class = green.d_classes[1];
  CHECK(d_class.rank == 3);
  CHECK_FALSE(d_class.regular);
  CHECK(d_class.r_classes == 1);
  CHECK(d_class.l_classes == 2);
  CHECK(d_class.h_order == 1);
  const auto& images = green.images->components();
  CHECK(images.size(images.of[d_class.image]) == 1);
  CHECK(check_against_graphs(5, maps) == 1);
}

TEST_CASE("many ways down hide no class", "[automata][algebra][green][quick]") {
  // 5,000 letters to 0, then an idempotent of rank 2, which is between them and the identity.
  std::vector<Transformation> maps(5000, Transformation{0, 0, 0});
  maps.push_back({0, 1, 0});
  const GreenStructure green = structure(3, maps);
  REQUIRE(green.d_classes.size() == 3);
  CHECK(*green.covers == std::vector<std::vector<std::uint32_t>>{{1}, {2}, {}});
}

TEST_CASE("more states than bits in a word", "[automata][algebra][green][quick]") {
  // Copies of T_3 and of S_4 that act on many blocks at once are the same monoids.
  std::vector<Transformation> blocks = full(3);
  for (Transformation& map : blocks) {
    for (State q = 3; q < 150; ++q) map.push_back(map[q % 3] + q / 3 * 3);
  }
  const GreenStructure green = structure(150, blocks);
  CHECK(*green.size == 27);
  CHECK(green.d_classes.size() == 3);
  CHECK(*green.idempotents == 10);
  CHECK(green.d_classes[1].rank == 100);
  CHECK(green.d_classes[1].h_order == 2);
}

TEST_CASE("degenerate structures", "[automata][algebra][green][quick]") {
  for (const std::size_t degree : {1U, 5U}) {
    const GreenStructure green = structure(degree, {});
    CHECK(*green.size == 1);
    CHECK(green.d_classes.size() == 1);
    CHECK(green.groups.empty());
    CHECK(*green.idempotents == 1);
  }
  CHECK_THROWS_AS(green_structure(2, {{0, 2}}), Error);
  CHECK_THROWS_AS(green_structure(2, {{0}}), Error);
  // With no state there is one map, the empty one.
  CHECK(*structure(0, {{}, {}}).size == 1);
}

TEST_CASE("limits leave parts of the structure unknown, never wrong",
          "[automata][algebra][green][quick]") {
  const auto maps = random_maps(8, 2);
  const GreenStructure whole = structure(8, maps);
  std::size_t stopped = 0, without_images = 0;
  for (std::uint64_t most = 0; most < 300; most += 7) {
    CAPTURE(most);
    Limits limits;
    limits.max_states = most;
    const GreenStructure part = green_structure(8, maps, limits);
    if (part.images) CHECK(part.images->size() == whole.images->size());
    if (!part.images) ++without_images;
    if (part.groups_complete) CHECK(part.groups.size() == whole.groups.size());
    if (part.kernels) CHECK(part.kernels->size() == whole.kernels->size());
    CHECK(part.complete == part.size.has_value());
    if (part.complete) {
      CHECK(*part.size == *whole.size);
      CHECK(part.d_classes.size() == whole.d_classes.size());
      continue;
    }
    ++stopped;
    REQUIRE(part.unknown);
    CHECK(part.unknown->hit.raise == "--max-states");
    CHECK_FALSE(part.covers);
    for (const DClass& d_class : part.d_classes) {
      CHECK(std::any_of(whole.d_classes.begin(), whole.d_classes.end(), [&](const DClass& other) {
        return other.representative == d_class.representative;
      }));
    }
  }
  CHECK(stopped > 0);
  CHECK(stopped < 43);
  CHECK(without_images > 0);
  Limits late;
  late.deadline = std::chrono::steady_clock::now();
  CHECK_FALSE(green_structure(8, maps, late).complete);
}

TEST_CASE("the egg box of rank 2 in T_3", "[automata][algebra][green][quick]") {
  const TransitionMonoid monoid = listed(3, full(3));
  const GreenClasses classes = green_classes(monoid);
  REQUIRE(classes.d.size() == 3);
  const std::uint32_t d = classes.d.of[monoid.at({2})];
  const EggBox box = egg_box(monoid, classes, d, true);
  CHECK(box.rank == 2);
  CHECK(box.rows == 3);
  CHECK(box.columns == 3);
  CHECK(box.h_order == 2);
  const auto image = [](Transformation map) {
    std::sort(map.begin(), map.end());
    map.erase(std::unique(map.begin(), map.end()), map.end());
    return map;
  };
  const auto kernel = [](const Transformation& map) {
    return std::tuple(map[0] == map[1], map[0] == map[2], map[1] == map[2]);
  };
  std::size_t idempotents = 0;
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      const EggBox::Cell& cell = box.cell(row, column);
      const Transformation map = monoid.element(cell.element);
      CHECK(along(3, full(3), cell.word) == map);
      CHECK(kernel(map) == kernel(monoid.element(box.cell(row, 0).element)));
      CHECK(image(map) == image(monoid.element(box.cell(0, column).element)));
      if (!cell.idempotent) continue;
      ++idempotents;
      const Transformation e = monoid.element(*cell.idempotent);
      CHECK(then(e, e) == e);
      CHECK(kernel(e) == kernel(map));
      CHECK(image(e) == image(map));
    }
  }
  CHECK(idempotents == 6);  // 9 pairs of a kernel and an image, less the 3 that do not meet
  const EggBox units = egg_box(monoid, classes, 0);
  CHECK(units.cells.size() == 1);
  CHECK(units.cells[0].idempotent == MonoidElement{0});
  CHECK(units.h_order == 6);
  CHECK(units.cells[0].word.empty());
  CHECK_THROWS_AS(egg_box(monoid, classes, 3), Error);
}
