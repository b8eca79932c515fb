// Swaps and copies: the product is the map, and its length is the least, against a breadth-first
// search of all products, the formula for permutations, and the bound n - 1.

#include "automata/compile/elementary.hpp"

#include <deque>
#include <map>
#include <numeric>

#include "automata/language/random_dfa.hpp"
#include "core/linalg/householder.hpp"
#include "core/linalg/matrix.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using automata::Elementary;
using automata::Transformation;

namespace {

Transformation product(const std::vector<Elementary>& factors, std::size_t n) {
  Transformation f(n);
  std::iota(f.begin(), f.end(), 0U);
  for (const Elementary& factor : factors) {
    for (std::uint32_t& value : f) value = automata::apply(factor, value);
  }
  return f;
}

/// The map of number `code` in base n.
Transformation map_number(std::size_t code, std::size_t n) {
  Transformation f(n);
  for (std::uint32_t& value : f) {
    value = static_cast<std::uint32_t>(code % n);
    code /= n;
  }
  return f;
}

/// The length of the shortest product for every map of n points that has one, by search.
std::map<Transformation, std::size_t> shortest_lengths(std::uint32_t n) {
  Transformation identity(n);
  std::iota(identity.begin(), identity.end(), 0U);
  std::map<Transformation, std::size_t> length = {{identity, 0}};
  std::deque<Transformation> queue = {identity};
  while (!queue.empty()) {
    const Transformation f = queue.front();
    queue.pop_front();
    for (std::uint32_t x = 0; x < n; ++x) {
      for (std::uint32_t y = 0; y < n; ++y) {
        for (const auto kind : {Elementary::Kind::swap, Elementary::Kind::copy}) {
          if (x == y) continue;
          Transformation g = f;
          for (std::uint32_t& value : g) value = automata::apply({kind, x, y}, value);
          if (length.emplace(g, length[f] + 1).second) queue.push_back(g);
        }
      }
    }
  }
  return length;
}

Transformation random_map(std::size_t n, automata::SplitMix64& random) {
  Transformation f(n);
  for (std::uint32_t& value : f) value = static_cast<std::uint32_t>(random() % n);
  return f;
}

}  // namespace

TEST_CASE("elementary: all maps of up to five points, in the fewest factors", "[automata][quick]") {
  std::size_t count = 1;
  for (std::uint32_t n = 1; n <= 5; ++n) {
    count = 1;
    for (std::uint32_t i = 0; i < n; ++i) count *= n;
    const auto shortest = shortest_lengths(n);
    REQUIRE(shortest.size() == count);  // every map is a product
    for (std::size_t code = 0; code < count; ++code) {
      const Transformation f = map_number(code, n);
      const auto factors = automata::elementary_factors(f);
      CAPTURE(n, f);
      REQUIRE(product(factors, n) == f);
      REQUIRE(factors.size() == shortest.at(f));
      REQUIRE(factors.size() == automata::elementary_length(f));
      REQUIRE(factors.size() < n);
    }
  }
  CHECK(count == 3125);
}

TEST_CASE("elementary: permutations take n - #cycles swaps and no copy", "[automata][quick]") {
  const std::uint64_t seed = 11;
  automata::SplitMix64 random(seed);
  for (std::size_t n = 1; n <= 64; n += 3) {
    Transformation p(n);
    std::iota(p.begin(), p.end(), 0U);
    for (std::size_t i = n; i-- > 1;) std::swap(p[i], p[random() % (i + 1)]);
    const auto factors = automata::elementary_factors(p);
    CAPTURE(seed, n);
    REQUIRE(product(factors, n) == p);
    REQUIRE(factors.size() == n - core::cycle_count(p));
    for (const Elementary& factor : factors) REQUIRE(factor.kind == Elementary::Kind::swap);
  }
}

TEST_CASE("elementary: random maps of up to 64 points", "[automata][quick]") {
  const std::uint64_t seed = 12;
  automata::SplitMix64 random(seed);
  for (std::size_t n = 1; n <= 64; ++n) {
    for (int round = 0; round < 20; ++round) {
      const Transformation f = random_map(n, random);
      const auto factors = automata::elementary_factors(f);
      CAPTURE(seed, n, round);
      REQUIRE(product(factors, n) == f);
      REQUIRE(factors.size() == automata::elementary_length(f));
      REQUIRE(factors.size() < n);
      // Copies come first, one for each point that shares its image with a chosen one.
      bool swapped = false;
      for (const Elementary& factor : factors) {
        swapped = swapped || factor.kind == Elementary::Kind::swap;
        REQUIRE((!swapped || factor.kind == Elementary::Kind::swap));
      }
    }
  }
}

TEST_CASE("elementary: as matrices, factors multiply to the matrix of the map",
          "[automata][quick]") {
  // M e_q = e_{f(q)}; the first factor is the rightmost. The matrices are written out from the
  // formulas I - (e_x - e_y)(e_x - e_y)^T and I - (e_x - e_y) e_x^T.
  const Transformation f = {3, 3, 0, 1, 2, 2};
  const auto n = f.size();
  auto M = core::Matrix<int>::identity(n);
  for (const Elementary& factor : automata::elementary_factors(f)) {
    auto E = core::Matrix<int>::identity(n);
    E(factor.x, factor.x) -= 1;
    E(factor.y, factor.x) += 1;
    if (factor.kind == Elementary::Kind::swap) {
      E(factor.x, factor.y) += 1;
      E(factor.y, factor.y) -= 1;
    }
    M = E * M;
  }
  core::Matrix<int> expected(n, n);
  for (std::size_t q = 0; q < n; ++q) expected(f[q], q) = 1;
  CHECK(M == expected);
}

TEST_CASE("elementary: choosing a preimage off the cycle costs more", "[automata][quick]") {
  // 0 and 1 change places and 2 joins them at 1. With preimage 0 of 1: a copy and a swap. With
  // preimage 2 of 1 the arrows 2 -> 1 -> 0 are a path of two swaps, after the copy of 0 to 2.
  const Transformation f = {1, 0, 1};
  CHECK(automata::elementary_factors(f).size() == 2);
  const std::vector<Elementary> other = {{Elementary::Kind::copy, 0, 2},
                                         {Elementary::Kind::swap, 1, 0},
                                         {Elementary::Kind::swap, 2, 1}};
  CHECK(product(other, 3) == f);
}

TEST_CASE("elementary: no points and one point need no factor", "[automata][quick]") {
  CHECK(automata::elementary_factors(Transformation{}).empty());
  CHECK(automata::elementary_factors(Transformation{0}).empty());
}
