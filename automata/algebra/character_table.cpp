#include "automata/algebra/character_table.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>

#include "core/error.hpp"

// Dixon's algorithm. For classes C_j, C_k, C_l let a_jkl be the number of pairs in C_j x C_k with a
// given product in C_l. For a character chi the numbers w_k = |C_k| chi(C_k)/chi(1) satisfy
// sum_l a_jkl w_l = w_j w_k: w is an eigenvector of every matrix M_j = (a_jkl)_kl, and the only one
// up to a factor for its eigenvalues. All that is true modulo a prime p with p = 1 modulo the
// exponent, where the eigenvalues lie in F_p. Eigenspaces are split by one M_j after the other
// until all are lines. The degree d follows from d^2 = |G| / sum_k w_k w_k' / |C_k| (k' the inverse
// class) because d <= sqrt|G| < p/2. The multiplicity of an eigenvalue z of chi(g) is (1/n) sum_j
// chi(g^j) z^-j, an integer in 0..d, hence known from its residue.
//
// Source: J. Dixon, "High speed computation of group characters", Numer. Math. 10 (1967).

namespace statewright::automata {

using core::Error;
using core::Fault;

namespace {

bool is_prime(std::uint32_t n) {
  for (std::uint32_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) return false;
  }
  return n > 1;
}

/// The least prime that is 1 modulo the exponent and above 2 sqrt(order). It does not divide the
/// order, because it is above the exponent.
std::uint32_t dixon_prime(std::size_t order, std::uint32_t exponent) {
  std::uint32_t p = exponent + 1;
  while (std::uint64_t{p} * p <= 4 * std::uint64_t{order} || !is_prime(p)) p += exponent;
  return p;
}

std::uint32_t root_of_unity(const PrimeField& field, std::uint32_t exponent) {
  for (std::uint32_t g = 1;; ++g) {
    const std::uint32_t z = field.power(g, (field.modulus() - 1) / exponent);
    bool primitive = true;
    std::uint32_t rest = exponent;
    for (std::uint32_t q = 2; q <= rest; ++q) {
      if (rest % q != 0) continue;
      while (rest % q == 0) rest /= q;
      primitive = primitive && field.power(z, exponent / q) != 1;
    }
    if (primitive) return z;
  }
}

/// M_j of the essay, [k][l].
ModularMatrix class_matrix(const SmallGroup& group, std::size_t j, const PrimeField& field) {
  const auto& classes = group.classes();
  ModularMatrix m(classes.size(), std::vector<std::uint32_t>(classes.size(), 0));
  for (std::size_t l = 0; l < classes.size(); ++l) {
    for (const Element x : classes[j]) {
      const Element y = group.product(group.inverse(x), classes[l].front());
      std::uint32_t& entry = m[group.class_of(y)][l];
      entry = field.add(entry, 1);
    }
  }
  return m;
}

/// The parts of a space (rows in reduced echelon form) on which m is a scalar.
std::vector<ModularMatrix> split(const PrimeField& field, ModularMatrix space,
                                 const ModularMatrix& m) {
  const std::vector<std::size_t> pivots = reduce_rows(field, space);
  const std::size_t d = space.size();
  // Column b of `action` are the coordinates of m applied to basis vector b: its pivot entries.
  ModularMatrix action(d, std::vector<std::uint32_t>(d, 0));
  for (std::size_t b = 0; b < d; ++b) {
    for (std::size_t r = 0; r < d; ++r) {
      std::uint32_t sum = 0;
      for (std::size_t l = 0; l < m.size(); ++l) {
        if (space[b][l] != 0) {
          sum = field.add(sum, field.multiply(m[pivots[r]][l], space[b][l]));
        }
      }
      action[r][b] = sum;
    }
  }
  std::vector<ModularMatrix> parts;
  for (const std::uint32_t root : roots(field, characteristic_polynomial(field, action))) {
    ModularMatrix shifted = action;
    for (std::size_t i = 0; i < d; ++i) shifted[i][i] = field.subtract(shifted[i][i], root);
    ModularMatrix part;
    for (const auto& coordinates : null_space(field, std::move(shifted))) {
      std::vector<std::uint32_t> vector(m.size(), 0);
      for (std::size_t b = 0; b < d; ++b) {
        if (coordinates[b] == 0) continue;
        for (std::size_t l = 0; l < m.size(); ++l) {
          vector[l] = field.add(vector[l], field.multiply(coordinates[b], space[b][l]));
        }
      }
      part.push_back(std::move(vector));
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

CharacterTable::CharacterTable(const SmallGroup& group)
    : field_(dixon_prime(group.order(), group.exponent())),
      exponent_(group.exponent()),
      root_(root_of_unity(field_, exponent_)) {
  const std::size_t r = group.classes().size();
  if (r > kMostClasses) {
    throw Error({Fault::limit, "character table",
                 "at most " + std::to_string(kMostClasses) + " conjugacy classes",
                 std::to_string(r)});
  }
  for (const auto& members : group.classes()) {
    Class entry{members.front(), members.size(), group.element_order(members.front()), {}};
    Element power = 0;
    for (std::uint32_t j = 0; j < entry.order; ++j) {
      entry.powers.push_back(static_cast<std::uint32_t>(group.class_of(power)));
      power = group.product(power, entry.representative);
    }
    classes_.push_back(std::move(entry));
  }
  ModularMatrix everything(r, std::vector<std::uint32_t>(r, 0));
  for (std::size_t k = 0; k < r; ++k) everything[k][k] = 1;
  std::vector<ModularMatrix> spaces = {everything};
  for (std::size_t j = 1; j < r && spaces.size() < r; ++j) {
    const ModularMatrix m = class_matrix(group, j, field_);
    std::vector<ModularMatrix> next;
    for (ModularMatrix& space : spaces) {
      if (space.size() == 1) {
        next.push_back(std::move(space));
        continue;
      }
      for (ModularMatrix& part : split(field_, std::move(space), m))
        next.push_back(std::move(part));
    }
    spaces = std::move(next);
  }
  const auto inverse_class = [&](std::size_t k) {
    return classes_[k].powers[classes_[k].order - 1];
  };
  const auto order = static_cast<std::uint32_t>(group.order() % field_.modulus());
  for (const ModularMatrix& space : spaces) {
    std::vector<std::uint32_t> w = space.front();
    const std::uint32_t scale = field_.inverse(w[0]);
    std::uint32_t norm = 0;
    for (std::size_t k = 0; k < r; ++k) w[k] = field_.multiply(w[k], scale);
    std::vector<std::uint32_t> inverse_sizes;
    for (const Class& entry : classes_) {
      inverse_sizes.push_back(
          field_.inverse(static_cast<std::uint32_t>(entry.size % field_.modulus())));
    }
    for (std::size_t k = 0; k < r; ++k) {
      norm = field_.add(
          norm, field_.multiply(field_.multiply(w[k], w[inverse_class(k)]), inverse_sizes[k]));
    }
    const std::uint32_t square = field_.multiply(order, field_.inverse(norm));
    std::uint32_t degree = 1;
    while (field_.multiply(degree, degree) != square) ++degree;
    std::vector<std::uint32_t> values;
    for (std::size_t k = 0; k < r; ++k) {
      values.push_back(field_.multiply(degree, field_.multiply(w[k], inverse_sizes[k])));
    }
    values_.push_back(std::move(values));
  }
  const auto is_trivial = [](const std::vector<std::uint32_t>& values) {
    return std::all_of(values.begin(), values.end(), [](std::uint32_t v) { return v == 1; });
  };
  std::sort(values_.begin(), values_.end(), [&](const auto& x, const auto& y) {
    return std::tuple(x[0], !is_trivial(x), x) < std::tuple(y[0], !is_trivial(y), y);
  });
  for (const auto& values : values_) {
    degrees_.push_back(values[0]);
    std::uint32_t sum = 0;
    std::vector<std::uint32_t> conjugate;
    for (std::size_t k = 0; k < r; ++k) {
      const std::uint32_t square_class = classes_[k].powers[2 % classes_[k].order];
      const auto size = static_cast<std::uint32_t>(classes_[k].size % field_.modulus());
      sum = field_.add(sum, field_.multiply(size, values[square_class]));
      conjugate.push_back(values[inverse_class(k)]);
    }
    sum = field_.multiply(sum, field_.inverse(order));
    indicators_.push_back(sum == 0 ? 0 : sum == 1 ? 1 : -1);
    conjugates_.push_back(static_cast<std::size_t>(
        std::find(values_.begin(), values_.end(), conjugate) - values_.begin()));
  }
}

std::uint32_t CharacterTable::multiplicity(std::size_t character, std::size_t of_class,
                                           std::uint32_t j) const {
  const Class& entry = classes_[of_class];
  const std::uint32_t n = entry.order;
  const std::uint32_t inverse_root =
      field_.power(root_, std::uint64_t{exponent_ / n} * ((n - j % n) % n));
  std::uint32_t sum = 0, z = 1;
  for (std::uint32_t k = 0; k < n; ++k) {
    sum = field_.add(sum, field_.multiply(values_[character][entry.powers[k]], z));
    z = field_.multiply(z, inverse_root);
  }
  return field_.multiply(sum, field_.inverse(n));
}

std::vector<std::uint32_t> CharacterTable::multiplicities(std::size_t character,
                                                          std::size_t of_class) const {
  std::vector<std::uint32_t> all;
  for (std::uint32_t j = 0; j < classes_[of_class].order; ++j) {
    all.push_back(multiplicity(character, of_class, j));
  }
  return all;
}

std::optional<std::int64_t> CharacterTable::integer(std::size_t character,
                                                    std::size_t of_class) const {
  // Rational iff primitive n/g-th roots of unity all have the same multiplicity, for every divisor
  // g; they add up to the Moebius function of n/g.
  const auto all = multiplicities(character, of_class);
  const std::size_t n = all.size();
  std::int64_t value = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t g = std::gcd(j, n);  // n for j = 0
    if (all[j] != all[g % n]) return std::nullopt;
    if (j != g % n) continue;
    std::size_t rest = n / g;
    std::int64_t moebius = 1;
    for (std::size_t q = 2; q <= rest; ++q) {
      if (rest % q != 0) continue;
      rest /= q;
      moebius = rest % q == 0 ? 0 : -moebius;
    }
    value += moebius * all[j];
  }
  return value;
}

std::complex<double> CharacterTable::approximate(std::size_t character,
                                                 std::size_t of_class) const {
  const auto all = multiplicities(character, of_class);
  std::complex<double> value = 0;
  for (std::size_t j = 0; j < all.size(); ++j) {
    value += static_cast<double>(all[j]) *
             std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(j) /
                                 static_cast<double>(all.size()));
  }
  return value;
}

CharacterTable character_table(const PermutationGroup& group, std::size_t limit) {
  if (group.order() > limit) {
    throw Error({Fault::limit, "character table", "at most " + std::to_string(limit) + " elements",
                 core::to_string(group.order())});
  }
  return CharacterTable(SmallGroup(group));
}

}  // namespace statewright::automata
