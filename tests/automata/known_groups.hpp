#pragma once

// Groups that books know, by generators written down independently of the library: arithmetic
// modulo n, matrices over small fields, phases. Names as in automata/algebra/group_name.hpp.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/automata/permutations.hpp"

namespace statewright::automata {

/// <x, y | x^n, y^k = x^s, x^y = x^u> on itself, pairs (a, b) for x^a y^b; u^k = 1, u s = s mod n.
inline Permutations metacyclic(std::uint32_t n, std::uint32_t k, std::uint32_t u,
                               std::uint32_t s = 0) {
  Transformation x, y;
  std::uint32_t power = 1;  // u^-b; u^k = 1 makes u^(k-b) the same
  std::vector<std::uint32_t> back(k, 1);
  for (std::uint32_t b = 0; b < k; ++b) {
    back[(k - b) % k] = power;
    power = power * u % n;
  }
  // (x^a y^b) x = x^(a + u^-b) y^b, because y^b x y^-b = x^(u^-b).
  const auto at = [&](std::uint32_t a, std::uint32_t b) { return (a % n) * k + b; };
  for (std::uint32_t a = 0; a < n; ++a) {
    for (std::uint32_t b = 0; b < k; ++b) {
      x.push_back(at(a + back[b], b));
      y.push_back(b + 1 < k ? at(a, b + 1) : at(a + s, 0));
    }
  }
  return {x, y};
}

using SquareMatrix = std::vector<std::vector<std::uint32_t>>;

/// v -> v m + shift on the vectors of F_p^d; without the zero vector if `linear`.
inline Transformation affine(std::uint32_t p, const SquareMatrix& m,
                             const std::vector<std::uint32_t>& shift, bool linear = false) {
  const std::size_t d = m.size();
  std::uint32_t count = 1;
  for (std::size_t i = 0; i < d; ++i) count *= p;
  Transformation map;
  for (std::uint32_t code = linear ? 1 : 0; code < count; ++code) {
    std::vector<std::uint32_t> v;
    for (std::uint32_t rest = code, i = 0; i < d; ++i, rest /= p) v.push_back(rest % p);
    std::uint32_t image = 0;
    for (std::size_t j = d; j-- > 0;) {
      std::uint32_t sum = shift[j];
      for (std::size_t i = 0; i < d; ++i) sum += v[i] * m[i][j];
      image = image * p + sum % p;
    }
    map.push_back(linear ? image - 1 : image);
  }
  return map;
}

inline Permutations linear_group(std::uint32_t p, const std::vector<SquareMatrix>& matrices) {
  Permutations found;
  for (const auto& m : matrices) {
    found.push_back(affine(p, m, std::vector<std::uint32_t>(m.size(), 0), true));
  }
  return found;
}

/// Translations and the given matrices, on all vectors.
inline Permutations affine_group(std::uint32_t p, const std::vector<SquareMatrix>& matrices) {
  Permutations found;
  const std::size_t d = matrices.front().size();
  SquareMatrix one(d, std::vector<std::uint32_t>(d, 0));
  for (std::size_t i = 0; i < d; ++i) one[i][i] = 1;
  for (const auto& m : matrices) found.push_back(affine(p, m, std::vector<std::uint32_t>(d, 0)));
  for (std::size_t i = 0; i < d; ++i) {
    std::vector<std::uint32_t> shift(d, 0);
    shift[i] = 1;
    found.push_back(affine(p, one, shift));
  }
  return found;
}

/// x -> x + 1, multiplier * x, -1/x on the projective line over F_p; point p is infinity.
inline Permutations projective_group(std::uint32_t p, std::uint32_t multiplier) {
  Transformation shift(p + 1), scale(p + 1), invert(p + 1);
  for (std::uint32_t x = 0; x < p; ++x) {
    shift[x] = (x + 1) % p;
    scale[x] = multiplier * x % p;
    for (std::uint32_t y = 0; y < p; ++y) {
      if (x * y % p == p - 1) invert[x] = y;
    }
  }
  shift[p] = scale[p] = p;
  invert[0] = p;
  invert[p] = 0;
  return {shift, scale, invert};
}

/// A monomial matrix with powers of i as entries, on the vectors i^k e_c: e_c -> i^phase[c]
/// e_to[c].
inline Transformation monomial(const std::vector<std::uint32_t>& to,
                               const std::vector<std::uint32_t>& phase) {
  Transformation map;
  for (std::uint32_t c = 0; c < to.size(); ++c) {
    for (std::uint32_t k = 0; k < 4; ++k) map.push_back(to[c] * 4 + (k + phase[c]) % 4);
  }
  return map;
}

/// H wr K on blocks: H in the first block, K on the blocks.
inline Permutations wreath_generators(const Permutations& inner, const Permutations& outer) {
  const std::size_t m = inner.front().size(), k = outer.front().size();
  Permutations found;
  for (const auto& h : inner) {
    Transformation map = cycles(m * k, "");
    for (std::size_t q = 0; q < m; ++q) map[q] = h[q];
    found.push_back(map);
  }
  for (const auto& x : outer) {
    Transformation map(m * k);
    for (std::size_t q = 0; q < m * k; ++q) map[q] = static_cast<State>(x[q / m] * m + q % m);
    found.push_back(map);
  }
  return found;
}

struct KnownGroup {
  std::string name;
  std::size_t order;
  Permutations generators;
};

inline const std::vector<KnownGroup>& known_groups() {
  static const std::vector<KnownGroup> list = [] {
    std::vector<KnownGroup> found;
    const auto add = [&](const char* name, std::size_t order, Permutations generators) {
      found.push_back({name, order, std::move(generators)});
    };
    const auto z = [](std::size_t n) { return Permutations{full_cycle(n)}; };
    const auto times = [](const Permutations& x, const Permutations& y) {
      return product_generators(x, y);
    };
    const auto s = [](std::size_t n) { return symmetric_generators(n); };
    const auto a = [](std::size_t n) { return alternating_generators(n); };
    const auto d = [](std::size_t n) { return dihedral_generators(n); };
    const auto dic = [](std::uint32_t n) { return metacyclic(2 * n, 2, 2 * n - 1, n); };
    const auto f = [](std::uint32_t p, std::uint32_t u) { return affine_group(p, {{{u}}}); };
    const auto q8 = dic(2);
    add("1", 1, {{0}});
    for (const std::size_t n : {2U, 3U, 4U, 5U, 7U, 8U, 9U, 11U, 13U, 16U, 25U, 27U, 32U}) {
      found.push_back({"Z" + std::to_string(n), n, z(n)});
    }
    add("Z6", 6, times(z(2), z(3)));
    add("Z10", 10, times(z(2), z(5)));
    add("Z12", 12, times(z(4), z(3)));
    add("Z30", 30, times(times(z(2), z(3)), z(5)));
    add("Z60", 60, times(times(z(4), z(3)), z(5)));
    add("Z2^2", 4, times(z(2), z(2)));
    add("Z4xZ2", 8, times(z(4), z(2)));
    add("Z2^3", 8, times(times(z(2), z(2)), z(2)));
    add("Z3^2", 9, times(z(3), z(3)));
    add("Z6xZ2", 12, times(z(6), z(2)));
    add("Z8xZ2", 16, times(z(8), z(2)));
    add("Z4^2", 16, times(z(4), z(4)));
    add("Z4xZ2^2", 16, times(times(z(2), z(4)), z(2)));
    add("Z2^4", 16, times(times(z(2), z(2)), times(z(2), z(2))));
    add("Z6xZ3", 18, times(z(3), z(6)));
    add("Z10xZ2", 20, times(z(2), z(10)));
    add("Z12xZ2", 24, times(z(4), z(6)));
    add("Z6xZ2^2", 24, times(times(z(2), z(6)), z(2)));
    add("Z9xZ3", 27, times(z(3), z(9)));
    add("Z3^3", 27, times(times(z(3), z(3)), z(3)));
    add("Z6^2", 36, times(z(6), z(6)));
    add("S3", 6, s(3));
    for (const std::size_t n : {4U, 5U, 6U, 7U, 8U, 9U, 10U, 12U, 15U, 30U}) {
      found.push_back({"D" + std::to_string(n), 2 * n, d(n)});
    }
    add("Q8", 8, q8);
    add("Q16", 16, dic(4));
    add("Q32", 32, dic(8));
    add("Dic3", 12, dic(3));
    add("Dic5", 20, dic(5));
    add("Dic6", 24, dic(6));
    add("Dic7", 28, dic(7));
    add("Dic15", 60, dic(15));
    add("A4", 12, a(4));
    add("S4", 24, s(4));
    add("A5", 60, a(5));
    add("S5", 120, s(5));
    add("A6", 360, a(6));
    add("S6", 720, s(6));
    add("SD16", 16, metacyclic(8, 2, 3));
    add("SD32", 32, metacyclic(16, 2, 7));
    add("M16", 16, metacyclic(8, 2, 5));
    add("M32", 32, metacyclic(16, 2, 9));
    add("M27", 27, metacyclic(9, 3, 4));
    add("He3", 27,
        linear_group(3, {{{1, 1, 0}, {0, 1, 0}, {0, 0, 1}}, {{1, 0, 0}, {0, 1, 1}, {0, 0, 1}}}));
    add("D4xZ2", 16, times(d(4), z(2)));
    add("Q8xZ2", 16, times(q8, z(2)));
    add("D4oZ4", 16,
        {monomial({0, 1}, {1, 1}), monomial({1, 0}, {0, 0}), monomial({0, 1}, {0, 2})});
    add("Z2^2:Z4", 16, {cycles(8, "(1 2)"), cycles(8, "(1 3)(2 4)(5 6 7 8)")});
    add("Z4:Z4", 16, metacyclic(4, 4, 3));
    add("D4oD4", 32,
        {monomial({2, 3, 0, 1}, {0, 0, 0, 0}), monomial({0, 1, 2, 3}, {0, 0, 2, 2}),
         monomial({1, 0, 3, 2}, {0, 0, 0, 0}), monomial({0, 1, 2, 3}, {0, 2, 0, 2})});
    add("D4oQ8", 32,
        {monomial({2, 3, 0, 1}, {0, 0, 0, 0}), monomial({0, 1, 2, 3}, {0, 0, 2, 2}),
         monomial({1, 0, 3, 2}, {1, 1, 1, 1}), monomial({0, 1, 2, 3}, {1, 3, 1, 3})});
    add("Z4wrZ2", 32, wreath_generators(z(4), z(2)));
    add("S3xZ3", 18, times(s(3), z(3)));
    add("Z3:S3", 18, affine_group(3, {{{2, 0}, {0, 2}}}));
    add("F20", 20, f(5, 2));
    add("F21", 21, f(7, 2));
    add("F42", 42, f(7, 3));
    add("F39", 39, f(13, 3));
    add("F52", 52, f(13, 5));
    add("F55", 55, f(11, 3));
    add("F57", 57, f(19, 7));
    add("Z3:Z8", 24, metacyclic(3, 8, 2));
    add("SL(2,3)", 24, linear_group(3, {{{1, 1}, {0, 1}}, {{1, 0}, {1, 1}}}));
    add("A4xZ2", 24, times(a(4), z(2)));
    add("D4xZ3", 24, times(d(4), z(3)));
    add("Q8xZ3", 24, times(q8, z(3)));
    add("S3xZ4", 24, times(s(3), z(4)));
    add("S3xZ2^2", 24, times(d(6), z(2)));
    add("Dic3xZ2", 24, times(dic(3), z(2)));
    add("Z2^2:S3 (action of order 2)", 24,  // also Z3:D4, its centre is Z2
        {cycles(7, "(1 2 3)"), cycles(7, "(4 5 6 7)(2 3)"), cycles(7, "(4 6)")});
    add("D5xZ3", 30, times(d(5), z(3)));
    add("S3xZ5", 30, times(s(3), z(5)));
    add("S3^2", 36, times(s(3), s(3)));
    add("A4xZ3", 36, times(a(4), z(3)));
    add("S3xZ6", 36, times(s(3), z(6)));
    add("S4xZ2", 48, wreath_generators(z(2), s(3)));
    add("A4xZ4", 48, times(a(4), z(4)));
    add("GL(2,3)", 48, linear_group(3, {{{1, 1}, {0, 1}}, {{1, 0}, {1, 1}}, {{2, 0}, {0, 1}}}));
    // (1 + i)/sqrt 2 and (1 + i + j + k)/2 with i = (0 -1; 1 0), j = (2 3; 3 -2), sqrt 2 = 3 in
    // F_7.
    add("2O", 48, linear_group(7, {{{5, 2}, {5, 5}}, {{0, 2}, {3, 1}}}));
    add("AGL(1,8)", 56, affine_group(2, {{{0, 1, 0}, {0, 0, 1}, {1, 1, 0}}}));
    add("A4xZ5", 60, times(a(4), z(5)));
    add("F20xZ3", 60, times(f(5, 2), z(3)));
    add("S3xD5", 60, times(s(3), d(5)));
    add("S3wrZ2", 72, wreath_generators(s(3), z(2)));
    add("AGL(1,9)", 72, affine_group(3, {{{0, 1}, {1, 2}}}));
    add("Z3^2:Q8 (action of order 8)", 72, affine_group(3, {{{0, 2}, {1, 0}}, {{1, 1}, {1, 2}}}));
    add("Z3wrZ3", 81, wreath_generators(z(3), z(3)));
    add("SL(2,5)", 120, linear_group(5, {{{1, 1}, {0, 1}}, {{1, 0}, {1, 1}}}));
    add("A5xZ2", 120, times(a(5), z(2)));
    add("PSL(2,7)", 168, projective_group(7, 2));
    add("PGL(2,7)", 336, projective_group(7, 3));
    return found;
  }();
  return list;
}

}  // namespace statewright::automata
