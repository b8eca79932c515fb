#include "automata/algebra/indecomposable_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

// Names by a few invariants each. Facts about groups of given order used below are classical and
// can be read off the Small Groups library (Besche, Eick, O'Brien 2002) or the ATLAS (Conway et al.
// 1985).

namespace statewright::automata {

namespace {

/// p if n is a power of the prime p, else 0.
std::size_t prime_of_power(std::size_t n) {
  if (n < 2) return 0;
  std::size_t p = 2;
  while (n % p != 0) ++p;
  while (n % p == 0) n /= p;
  return n == 1 ? p : 0;
}

bool is_prime(std::size_t n) { return n > 1 && prime_of_power(n) == n; }

std::size_t involutions(const SmallGroup& group) {
  return group.exponent() % 2 == 0 ? group.order_counts()[2] : 0;
}

bool is_elementary_abelian(const SmallGroup& group) {
  return group.is_abelian() && is_prime(group.exponent());
}

/// No proper normal subgroup but the trivial one.
bool is_simple(const std::vector<Subgroup>& normal) { return normal.size() == 2; }

/// The simple groups of at most kMaxOrder elements; each is the only one of its order.
const char* simple_name(std::size_t order) {
  static constexpr std::array<std::pair<std::size_t, const char*>, 6> kSimple = {{
      {60, "A5"},
      {168, "PSL(2,7)"},
      {360, "A6"},
      {504, "PSL(2,8)"},
      {660, "PSL(2,11)"},
      {1092, "PSL(2,13)"},
  }};
  for (const auto& [n, name] : kSimple) {
    if (n == order) return name;
  }
  return nullptr;
}

bool simple_group(const SmallGroup& group) {
  const std::size_t n = group.order();
  if (simple_name(n) == nullptr) return false;
  return std::all_of(group.classes().begin() + 1, group.classes().end(), [&](const auto& members) {
    return group.normal_closure({members.front()}).order() == n;
  });
}

std::optional<std::string> p_group_name(const SmallGroup& group, std::size_t p) {
  const std::size_t n = group.order();
  const Subgroup derived = group.derived_subgroup();
  const std::string order = std::to_string(n);
  if (group.exponent() == n / p) {
    // A cyclic maximal subgroup: dihedral, quaternion, semidihedral or modular, where only the
    // modular one has a derived subgroup of p elements (order 8 is dihedral or quaternion).
    return (derived.order() == p ? "M" : "SD") + order;
  }
  if (n == p * p * p) return "He" + std::to_string(p);  // not abelian, no element of order p^2
  if (p != 2) return std::nullopt;
  const Subgroup centre = group.centre();
  const bool elementary_quotient = is_elementary_abelian(group.quotient(derived));
  if (n == 16 && centre.order() == 4 && derived.order() == 2 && elementary_quotient) {
    return "D4oZ4";  // D4xZ2 and Q8xZ2 are products
  }
  if (n == 32 && centre.order() == 2 && derived.order() == 2 && elementary_quotient) {
    return involutions(group) == 19 ? "D4oD4" : "D4oQ8";  // the two extraspecial groups
  }
  return std::nullopt;
}

std::optional<std::string> affine_name(const SmallGroup& group,
                                       const std::vector<Subgroup>& normal) {
  for (const Subgroup& n : normal) {
    const std::size_t q = n.order();
    const std::size_t p = prime_of_power(q);
    if (p == 0 || !is_elementary_abelian(group.as_group(n))) continue;
    if (group.centraliser(n.generators).order() != q) continue;
    if (p == q) return "F" + std::to_string(group.order());  // Aut(Z_p) is cyclic
    // q - 1 elements of a cyclic group permute the rest of N transitively: a Singer cycle, and all
    // cyclic subgroups of that order in GL(N) are conjugate.
    const SmallGroup quotient = group.quotient(n);
    const std::size_t members = group.classes()[group.class_of(n.elements[1])].size();
    if (quotient.order() == q - 1 && quotient.exponent() == q - 1 && members == q - 1) {
      return "AGL(1," + std::to_string(q) + ")";
    }
  }
  return std::nullopt;
}

std::optional<std::string> insoluble_name(const SmallGroup& group,
                                          const std::vector<Subgroup>& normal,
                                          const Subgroup& derived) {
  const std::size_t n = group.order();
  if (is_simple(normal)) return simple_name(n);
  const Subgroup centre = group.centre();
  if (derived.order() == n && centre.order() == 2) {
    // The Schur multiplier of a simple group of this size is cyclic of even order (Z2, or Z6 for
    // A6), so it has one perfect double cover; PSL(2,8) has none.
    const SmallGroup quotient = group.quotient(centre);
    if (!simple_group(quotient)) return std::nullopt;
    switch (n / 2) {
      case 60:
        return "SL(2,5)";
      case 168:
        return "SL(2,7)";
      case 360:
        return "SL(2,9)";
      case 660:
        return "SL(2,11)";
      default:
        return std::nullopt;
    }
  }
  if (centre.order() == 1 && derived.order() < n && simple_group(group.as_group(derived))) {
    // The centraliser C of T = G' meets T trivially, so [C, G] is trivial and C is central, hence
    // trivial: T < G <= Aut(T).
    switch (n) {
      case 120:
        return "S5";
      case 336:
        return "PGL(2,7)";
      case 720:  // three subgroups of index 2 in Aut(A6)
        if (group.classes().size() == 8) return "M10";
        return involutions(group) == 75 ? "S6" : "PGL(2,9)";
      case 1320:
        return "PGL(2,11)";
      case 1440:
        return "Aut(A6)";
      case 1512:
        return "PGammaL(2,8)";
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> dihedral_or_dicyclic_name(const SmallGroup& group) {
  const std::size_t n = group.order();
  if (n < 6 || n % 2 != 0) return std::nullopt;
  for (const auto& members : group.classes()) {
    const Element r = members.front();
    if (group.element_order(r) != n / 2) continue;
    const Subgroup rotations = group.generated_by({r});
    const auto all_outside_have_order = [&](std::uint32_t order) {
      for (Element a = 0; a < n; ++a) {
        if (!rotations.set.contains(a) && group.element_order(a) != order) return false;
      }
      return true;
    };
    // Involutions outside: s r s^-1 = s r s = r^-1 (s r)^2 = r^-1. Order 4 outside: squares are the
    // involution of <r>, and again s^-1 r s = r^-1.
    if (all_outside_have_order(2)) return n == 6 ? "S3" : "D" + std::to_string(n / 2);
    if (n % 4 == 0 && n >= 8 && all_outside_have_order(4)) {
      return prime_of_power(n) == 2 ? "Q" + std::to_string(n) : "Dic" + std::to_string(n / 4);
    }
  }
  return std::nullopt;
}

std::optional<std::string> well_known_name(const SmallGroup& group,
                                           const std::vector<Subgroup>& normal) {
  const std::size_t n = group.order();
  if (const std::size_t p = prime_of_power(n); p != 0) return p_group_name(group, p);
  const Subgroup derived = group.derived_subgroup();
  const std::size_t centre = group.centre().order();
  if (n == 12 && derived.order() == 4) return "A4";       // the others have 3
  if (n == 24 && centre == 1) return "S4";                // the only one
  if (n == 24 && derived.order() == 8) return "SL(2,3)";  // the only one
  if (n == 48 && derived.order() == 24) {
    // The only two; both have the derived subgroup SL(2,3).
    return involutions(group) == 1 ? "2O" : "GL(2,3)";
  }
  if (auto affine = affine_name(group, normal)) return affine;
  return insoluble_name(group, normal, derived);
}

}  // namespace statewright::automata
