#pragma once

// Permutations for the tests: cycles as in books, standard generators, and a group by brute force.

#include <cctype>
#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "automata/algebra/permutation_group.hpp"
#include "automata/language/random_dfa.hpp"

namespace statewright::automata {

using Permutations = std::vector<Transformation>;

/// "(1 2 3)(4 5)" on points 1..degree, stored from 0.
inline Transformation cycles(std::size_t degree, const std::string& text) {
  Transformation map(degree);
  for (std::size_t q = 0; q < degree; ++q) map[q] = static_cast<State>(q);
  std::vector<State> cycle;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) != 0) {
      std::size_t end = 0;
      cycle.push_back(static_cast<State>(std::stoul(text.substr(i), &end) - 1));
      i += end - 1;
    } else if (text[i] == ')') {
      for (std::size_t k = 0; k < cycle.size(); ++k) map[cycle[k]] = cycle[(k + 1) % cycle.size()];
      cycle.clear();
    }
  }
  return map;
}

/// First x, then y.
inline Transformation after(const Transformation& x, const Transformation& y) {
  Transformation z(x.size());
  for (std::size_t q = 0; q < x.size(); ++q) z[q] = y[x[q]];
  return z;
}

inline Transformation full_cycle(std::size_t n) {
  Transformation map(n);
  for (std::size_t q = 0; q < n; ++q) map[q] = static_cast<State>((q + 1) % n);
  return map;
}

inline Permutations symmetric_generators(std::size_t n) {
  return {full_cycle(n), cycles(n, n < 2 ? "" : "(1 2)")};
}

inline Permutations alternating_generators(std::size_t n) {
  Permutations found;
  for (std::size_t x = 3; x <= n; ++x)
    found.push_back(cycles(n, "(1 2 " + std::to_string(x) + ")"));
  return found;
}

/// Of order 2n on n >= 3 points.
inline Permutations dihedral_generators(std::size_t n) {
  Transformation flip(n);
  for (std::size_t q = 0; q < n; ++q) flip[q] = static_cast<State>((n - q) % n);
  return {full_cycle(n), flip};
}

/// x then y on disjoint points.
inline Transformation beside(const Transformation& x, const Transformation& y) {
  Transformation map = x;
  for (const State q : y) map.push_back(static_cast<State>(q + x.size()));
  return map;
}

/// The direct product, on disjoint points.
inline Permutations product_generators(const Permutations& left, const Permutations& right) {
  const std::size_t m = left.empty() ? 1 : left.front().size();
  const std::size_t n = right.empty() ? 1 : right.front().size();
  Permutations found;
  for (const auto& x : left) found.push_back(beside(x, cycles(n, "")));
  for (const auto& y : right) found.push_back(beside(cycles(m, ""), y));
  return found;
}

/// All elements by breadth-first search, the identity first.
inline Permutations brute_force_elements(std::size_t degree, const Permutations& generators) {
  Permutations found = {cycles(degree, "")};
  std::set<Transformation> seen(found.begin(), found.end());
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& s : generators) {
      Transformation next = after(found[i], s);
      if (seen.insert(next).second) found.push_back(std::move(next));
    }
  }
  return found;
}

/// The regular action: the group's elements, in the order found, multiplied by each generator.
inline Permutations regular_generators(const Permutations& generators) {
  const std::size_t degree = generators.front().size();
  const Permutations elements = brute_force_elements(degree, generators);
  Permutations found;
  for (const auto& s : generators) {
    Transformation map;
    for (const auto& x : elements) {
      const Transformation y = after(x, s);
      for (std::size_t k = 0; k < elements.size(); ++k) {
        if (elements[k] == y) map.push_back(static_cast<State>(k));
      }
    }
    found.push_back(std::move(map));
  }
  return found;
}

inline Transformation random_permutation(std::size_t degree, SplitMix64& draw) {
  Transformation map = cycles(degree, "");
  for (std::size_t i = degree; i-- > 1;) std::swap(map[i], map[draw() % (i + 1)]);
  return map;
}

/// The same group with its points renamed at random.
inline Permutations renamed(const Permutations& generators, SplitMix64& draw) {
  const std::size_t degree = generators.front().size();
  const Transformation name = random_permutation(degree, draw);
  Permutations found;
  for (const auto& s : generators) {
    Transformation map(degree);
    for (std::size_t q = 0; q < degree; ++q) map[name[q]] = name[s[q]];
    found.push_back(std::move(map));
  }
  return found;
}

}  // namespace statewright::automata
