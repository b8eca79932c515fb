#include "automata/language/groups.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"

// Every group is compared with a second definition that shares nothing with the library:
// composition of strings of digits, maps of Z_n, integer quaternions, sums.

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;

namespace {

std::vector<std::string> names_of(const Group& group) {
  std::vector<std::string> names;
  for (Element a = 0; a < group.order(); ++a) names.push_back(group.name(a));
  return names;
}

/// (a b)(i) = a(b(i)) on one-line notation.
std::string compose(const std::string& a, const std::string& b) {
  std::string c;
  for (const char i : b) c += a[static_cast<std::size_t>(i - '1')];
  return c;
}

struct Expected {
  const char* name;
  std::uint32_t order, points;
};

const std::vector<Expected>& small_groups() {
  static const std::vector<Expected> list = {
      {"S1", 1, 1},    {"S2", 2, 2},     {"S3", 6, 3},        {"S4", 24, 4},       {"S5", 120, 5},
      {"A1", 1, 1},    {"A2", 1, 2},     {"A3", 3, 3},        {"A4", 12, 4},       {"A5", 60, 5},
      {"Z1", 1, 1},    {"Z2", 2, 2},     {"Z7", 7, 7},        {"Z8", 8, 8},        {"Z12", 12, 7},
      {"Z30", 30, 10}, {"Z60", 60, 12},  {"D1", 2, 2},        {"D2", 4, 4},        {"D3", 6, 3},
      {"D4", 8, 4},    {"D5", 10, 5},    {"D6", 12, 6},       {"Q8", 8, 8},        {"A4xZ5", 60, 9},
      {"Z2xZ2", 4, 4}, {"D4xZ3", 24, 7}, {"Q8_x_Z3", 24, 11}, {"Z2xZ2xS3", 24, 7}, {"Z1xZ3", 3, 4},
  };
  return list;
}

}  // namespace

TEST_CASE("groups: orders, points and the group axioms", "[automata][quick]") {
  for (const Expected& expected : small_groups()) {
    CAPTURE(expected.name);
    const auto group = parse_group(expected.name, "test");
    const Element n = group->order();
    REQUIRE(n == expected.order);
    REQUIRE(group->points() == expected.points);
    const auto names = names_of(*group);
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == n);

    bool identity = true, inverses = true, associative = true;
    for (Element a = 0; a < n; ++a) {
      identity = identity && group->product(0, a) == a && group->product(a, 0) == a;
      std::set<Element> row;
      for (Element b = 0; b < n; ++b) row.insert(group->product(a, b));
      inverses = inverses && row.size() == n && *row.rbegin() == n - 1;
      for (Element b = 0; b < n; ++b) {
        for (Element c = 0; c < n; ++c) {
          associative = associative && group->product(group->product(a, b), c) ==
                                           group->product(a, group->product(b, c));
        }
      }
    }
    CHECK(identity);
    CHECK(inverses);
    CHECK(associative);
  }
}

TEST_CASE("groups: the points are a faithful action and the base tells elements apart",
          "[automata][quick]") {
  for (const Expected& expected : small_groups()) {
    CAPTURE(expected.name);
    const auto group = parse_group(expected.name, "test");
    const Element n = group->order();
    bool homomorphism = true;
    std::set<std::vector<std::uint32_t>> permutations;
    std::set<std::vector<std::int64_t>> orbit;
    const auto base = group->base();
    REQUIRE(base.size() == group->points());
    CHECK(std::any_of(base.begin(), base.end(), [](std::int64_t value) { return value != 0; }));
    for (Element a = 0; a < n; ++a) {
      std::vector<std::uint32_t> p(group->points());
      std::vector<std::int64_t> moved(group->points());
      for (std::uint32_t i = 0; i < group->points(); ++i) {
        p[i] = group->image(a, i);
        REQUIRE(p[i] < group->points());
        moved[i] = base[p[i]];
        for (Element b = 0; b < n; ++b) {
          homomorphism = homomorphism && group->image(group->product(a, b), i) ==
                                             group->image(a, group->image(b, i));
        }
      }
      permutations.insert(p);
      orbit.insert(moved);
      CHECK(std::set<std::uint32_t>(p.begin(), p.end()).size() == group->points());
    }
    CHECK(homomorphism);
    CHECK(permutations.size() == n);
    CHECK(orbit.size() == n);
  }
}

TEST_CASE("groups: the standard generators generate", "[automata][quick]") {
  for (const Expected& expected : small_groups()) {
    CAPTURE(expected.name);
    const auto group = parse_group(expected.name, "test");
    std::set<Element> reached = {0};
    std::deque<Element> waiting = {0};
    while (!waiting.empty()) {
      const Element a = waiting.front();
      waiting.pop_front();
      for (const Element g : group->generators()) {
        const Element b = group->product(a, g);
        if (reached.insert(b).second) waiting.push_back(b);
      }
    }
    CHECK(reached.size() == group->order());
  }
  const auto generators = [](const char* name) {
    const auto group = parse_group(name, "test");
    std::vector<std::string> names;
    for (const Element g : group->generators()) names.push_back(group->name(g));
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(generators("S1") == Names{});
  CHECK(generators("S2") == Names{"21"});
  CHECK(generators("S5") == Names{"23451", "21345"});
  CHECK(generators("A3") == Names{"231"});
  CHECK(generators("A5") == Names{"23145", "24315", "25341"});
  CHECK(generators("Z60") == Names{"1"});
  CHECK(generators("D1") == Names{"sr0"});
  CHECK(generators("D4") == Names{"r1", "sr0"});
  CHECK(generators("Q8") == Names{"i", "j"});
  CHECK(generators("A4xZ5") == Names{"(2314,0)", "(2431,0)", "(1234,1)"});
}

TEST_CASE("groups: permutations in the order of itertools.permutations", "[automata][quick]") {
  using Names = std::vector<std::string>;
  CHECK(names_of(*symmetric_group(3)) == Names{"123", "132", "213", "231", "312", "321"});
  CHECK(names_of(*alternating_group(4)) == Names{"1234", "1342", "1423", "2143", "2314", "2431",
                                                 "3124", "3241", "3412", "4132", "4213", "4321"});
  for (const char* name : {"S4", "S5", "A4", "A5"}) {
    CAPTURE(name);
    const auto group = parse_group(name, "test");
    const auto names = names_of(*group);
    CHECK(std::is_sorted(names.begin(), names.end()));
    bool agree = true;
    for (Element a = 0; a < group->order(); ++a) {
      for (Element b = 0; b < group->order(); ++b) {
        agree = agree && names[group->product(a, b)] == compose(names[a], names[b]);
      }
      for (std::uint32_t i = 0; i < group->points(); ++i) {
        agree = agree && names[a][i] == static_cast<char>('1' + group->image(a, i));
      }
    }
    CHECK(agree);
  }
}

TEST_CASE("groups: 9 points", "[automata][standard]") {
  const auto symmetric = symmetric_group(9);
  const auto alternating = alternating_group(9);
  REQUIRE(symmetric->order() == 362880);
  REQUIRE(alternating->order() == 181440);
  CHECK(symmetric->name(362879) == "987654321");
  CHECK(alternating->name(181439) == "987654321");  // 4 swaps: even
  bool agree = true;
  for (Element a = 0; a < alternating->order(); a += 1009) {
    for (Element b = 0; b < alternating->order(); b += 1013) {
      agree = agree && alternating->name(alternating->product(a, b)) ==
                           compose(alternating->name(a), alternating->name(b));
      agree = agree && symmetric->name(symmetric->product(2 * a, 2 * b + 1)) ==
                           compose(symmetric->name(2 * a), symmetric->name(2 * b + 1));
    }
  }
  CHECK(agree);
}

TEST_CASE("groups: cyclic groups add", "[automata][quick]") {
  for (const std::uint32_t m : {1U, 2U, 12U, 60U}) {
    CAPTURE(m);
    const auto group = cyclic_group(m);
    bool agree = true;
    for (Element a = 0; a < m; ++a) {
      agree = agree && group->name(a) == std::to_string(a);
      for (Element b = 0; b < m; ++b) agree = agree && group->product(a, b) == (a + b) % m;
    }
    CHECK(agree);
  }
  // The cycles of the generator of Z60 have lengths 4, 3, 5, each marked once.
  const auto group = cyclic_group(60);
  CHECK(group->base() == std::vector<std::int64_t>{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0});
}

TEST_CASE("groups: dihedral groups are maps i -> i + k, then -i", "[automata][quick]") {
  for (const std::uint32_t n : {3U, 4U, 5U, 8U}) {
    CAPTURE(n);
    const auto group = dihedral_group(n);
    const auto map_of = [n](const std::string& name) {
      const bool flip = name[0] == 's';
      const auto k = static_cast<std::uint32_t>(std::stoul(name.substr(flip ? 2 : 1)));
      std::vector<std::uint32_t> map(n);
      for (std::uint32_t i = 0; i < n; ++i) {
        map[i] = flip ? (2 * n - i - k) % n : (i + k) % n;
      }
      return map;
    };
    bool agree = true;
    for (Element a = 0; a < 2 * n; ++a) {
      const auto outer = map_of(group->name(a));
      for (std::uint32_t i = 0; i < n; ++i) agree = agree && group->image(a, i) == outer[i];
      for (Element b = 0; b < 2 * n; ++b) {
        const auto inner = map_of(group->name(b));
        const auto both = map_of(group->name(group->product(a, b)));
        for (std::uint32_t i = 0; i < n; ++i) agree = agree && both[i] == outer[inner[i]];
      }
    }
    CHECK(agree);
  }
  // D1 and D2 are commutative, and every element is its own inverse.
  for (const std::uint32_t n : {1U, 2U}) {
    const auto group = dihedral_group(n);
    for (Element a = 0; a < group->order(); ++a) CHECK(group->product(a, a) == 0);
  }
}

TEST_CASE("groups: Q8 multiplies as integer quaternions", "[automata][quick]") {
  using Quaternion = std::array<int, 4>;
  const auto multiply = [](const Quaternion& p, const Quaternion& q) {  // Hamilton 1843
    return Quaternion{p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3],
                      p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2],
                      p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1],
                      p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0]};
  };
  const std::map<std::string, Quaternion> value = {
      {"1", {1, 0, 0, 0}}, {"-1", {-1, 0, 0, 0}}, {"i", {0, 1, 0, 0}}, {"-i", {0, -1, 0, 0}},
      {"j", {0, 0, 1, 0}}, {"-j", {0, 0, -1, 0}}, {"k", {0, 0, 0, 1}}, {"-k", {0, 0, 0, -1}}};
  const auto group = quaternion_group();
  CHECK(names_of(*group) == std::vector<std::string>{"1", "-1", "i", "-i", "j", "-j", "k", "-k"});
  for (Element a = 0; a < 8; ++a) {
    for (Element b = 0; b < 8; ++b) {
      CAPTURE(a, b);
      CHECK(value.at(group->name(group->product(a, b))) ==
            multiply(value.at(group->name(a)), value.at(group->name(b))));
    }
  }
}

TEST_CASE("groups: products work part by part", "[automata][quick]") {
  const auto group = parse_group("S3xZ4", "test");
  const auto left = symmetric_group(3);
  const auto right = cyclic_group(4);
  REQUIRE(group->order() == 24);
  bool agree = true;
  for (Element a = 0; a < 24; ++a) {
    agree = agree && group->name(a) == "(" + left->name(a / 4) + "," + right->name(a % 4) + ")";
    for (Element b = 0; b < 24; ++b) {
      agree = agree && group->product(a, b) ==
                           4 * left->product(a / 4, b / 4) + right->product(a % 4, b % 4);
    }
  }
  CHECK(agree);
  CHECK(group->base() == std::vector<std::int64_t>{1, 2, 3, 1, 0, 0, 0});
  CHECK(names_of(*parse_group("A4_x_Z5", "test")) == names_of(*parse_group("A4xZ5", "test")));
  CHECK(direct_product({})->order() == 1);
}

TEST_CASE("groups: names that are refused", "[automata][quick]") {
  const std::vector<std::pair<const char*, Fault>> bad = {
      {"S0", Fault::range},      {"S10", Fault::range},          {"A0", Fault::range},
      {"A10", Fault::range},     {"Z0", Fault::range},           {"Z134217729", Fault::range},
      {"D0", Fault::range},      {"D67108865", Fault::range},    {"Q7", Fault::range},
      {"Q80", Fault::range},     {"Z99999999999", Fault::range}, {"S9xS9", Fault::range},
      {"S05", Fault::syntax},    {"A2x", Fault::syntax},         {"A2xx", Fault::syntax},
      {"A2_x_", Fault::syntax},  {"A2_Z2", Fault::syntax},       {"A2xB3", Fault::syntax},
      {"A2 xZ3", Fault::syntax}, {"A-2", Fault::syntax},         {"", Fault::syntax},
      {"S", Fault::syntax},      {"xS3", Fault::syntax},         {"S3X", Fault::syntax},
  };
  for (const auto& [name, fault] : bad) {
    CAPTURE(name);
    try {
      parse_group(name, "here");
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.facts().fault == fault);
      CHECK(error.facts().where == "here");
      CHECK_FALSE(error.facts().expected.empty());
    }
  }
  CHECK_THROWS_AS(symmetric_group(0), Error);
  CHECK_THROWS_AS(symmetric_group(10), Error);
  CHECK_THROWS_AS(cyclic_group(0), Error);
  CHECK_THROWS_AS(dihedral_group(0), Error);
}
