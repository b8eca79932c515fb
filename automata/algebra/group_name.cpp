#include "automata/algebra/group_name.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "automata/algebra/abelian_type.hpp"
#include "automata/algebra/block_system.hpp"
#include "automata/algebra/composite_name.hpp"
#include "automata/algebra/direct_factors.hpp"
#include "automata/algebra/equivariant_map.hpp"
#include "automata/algebra/indecomposable_name.hpp"
#include "automata/algebra/subgroup_lattice.hpp"

// A small group is named by what it is, not by how it acts: abelian type, dihedral and dicyclic
// groups, direct products (split by normal subgroups, factor by factor), well-known groups by
// invariants, wreath products (through the actions on cosets of subgroups without a normal part),
// semidirect products, and invariants alone. Every choice among several depends on names and orders
// only, so that isomorphic groups get the same name.
//
// A large group is named by how it acts: that is enough for what automata produce.

namespace statewright::automata {

namespace {

using core::Integer;

constexpr std::size_t kMostNormal = 1000;     // normal subgroups; beyond, only invariants are given
constexpr std::size_t kMostSubgroups = 6000;  // likewise
constexpr std::size_t kMostPoints = 24;       // of an action searched for wreath products
constexpr int kDeepest = 2;                   // semidirect products of semidirect products
constexpr std::size_t kMostOrbits = 10;       // all splits of the orbits are tried up to here

std::string order_text(const std::vector<Integer>& derived_series) {
  std::string text = "order " + core::to_string(derived_series.front());
  if (derived_series.back() == 1) {
    return text + ", derived length " + std::to_string(derived_series.size() - 1);
  }
  if (derived_series.size() == 1) return text + ", perfect";
  return text + ", insoluble with residual of order " + core::to_string(derived_series.back());
}

std::string by_invariants(const SmallGroup& group) {
  std::vector<Integer> series = {group.order()};
  SmallGroup term = group;
  while (term.order() > 1) {
    const Subgroup derived = term.derived_subgroup();
    if (derived.order() == term.order()) break;
    term = term.as_group(derived);
    series.emplace_back(term.order());
  }
  const SmallGroup centre = group.as_group(group.centre());
  const SmallGroup abelianisation = group.quotient(group.derived_subgroup());
  return order_text(series) + ", centre " + abelian_name(abelian_type(centre)) +
         ", abelianisation " + abelian_name(abelian_type(abelianisation)) + ", exponent " +
         std::to_string(group.exponent()) + ", " + std::to_string(group.classes().size()) +
         " classes";
}

DirectFactors factors_of(const SmallGroup& group, int depth);

/// "D6" stays D6, though it is S3 x Z2, unless it is a factor of something larger.
GroupName name_small(const SmallGroup& group, int depth) {
  if (const auto name = dihedral_or_dicyclic_name(group)) return {*name, true};
  return factors_of(group, depth).name();
}

std::optional<std::string> wreath_name_of_small(const SmallGroup& group,
                                                const std::vector<SubgroupClass>& subgroups,
                                                int depth) {
  std::optional<std::string> best;
  for (const SubgroupClass& entry : subgroups) {
    const std::size_t index = group.order() / entry.representative.order();
    if (index > kMostPoints || entry.core.order() > 1) continue;
    const auto name = wreath_name(
        PermutationGroup(index, group.coset_action(entry.representative)),
        [&](const PermutationGroup& inner) { return name_small(SmallGroup(inner), depth + 1); });
    if (!name) continue;
    if (!best || std::tuple(name->size(), *name) < std::tuple(best->size(), *best)) best = name;
  }
  return best;
}

DirectFactors factors_of(const SmallGroup& group, int depth) {
  if (group.is_abelian()) return {{}, abelian_type(group), true};
  if (const auto name = dihedral_or_dicyclic_name(group)) {
    const std::size_t half = group.order() / 4;
    const bool product = (*name)[0] == 'D' && (*name)[1] != 'i' && group.order() % 8 == 4;
    if (product) return {{half == 3 ? "S3" : "D" + std::to_string(half)}, {2}, true};
    return {{*name}, {}, true};
  }
  const auto normal = normal_subgroups(group, kMostNormal);
  if (!normal) return {{by_invariants(group)}, {}, false};
  if (const auto parts = direct_decomposition(group, *normal)) {
    DirectFactors factors = factors_of(group.as_group(parts->first), depth);
    factors.add(factors_of(group.as_group(parts->second), depth));
    return factors;
  }
  if (auto name = well_known_name(group, *normal)) return {{*name}, {}, true};
  const auto subgroups = subgroup_classes(group, kMostSubgroups);
  if (!subgroups) return {{by_invariants(group)}, {}, false};
  if (auto wreath = wreath_name_of_small(group, *subgroups, depth)) return {{*wreath}, {}, true};
  if (depth < kDeepest) {
    const auto semidirect =
        semidirect_name(group, *normal, *subgroups,
                        [&](const SmallGroup& part) { return name_small(part, depth + 1); });
    if (semidirect) return {{semidirect->name}, {}, semidirect->isomorphism};
  }
  return {{by_invariants(group)}, {}, false};
}

/// Mathieu groups by degree and order: no other primitive group has both (Dixon and Mortimer,
/// "Permutation Groups", appendix B).
std::optional<std::string> mathieu_name(std::size_t degree, const Integer& order) {
  struct Entry {
    std::size_t degree;
    std::uint64_t order;
    const char* name;
  };
  static constexpr std::array<Entry, 6> kMathieu = {{{11, 7920, "M11"},
                                                     {12, 7920, "M11"},
                                                     {12, 95040, "M12"},
                                                     {22, 443520, "M22"},
                                                     {23, 10200960, "M23"},
                                                     {24, 244823040, "M24"}}};
  for (const Entry& entry : kMathieu) {
    if (entry.degree == degree && order == entry.order) return entry.name;
  }
  return std::nullopt;
}

DirectFactors factors_by_action(const PermutationGroup& group);

std::optional<std::string> transitive_name(const PermutationGroup& group) {
  const std::size_t n = group.degree();
  const Integer order = group.order();
  Integer all = 1;
  for (std::size_t i = 2; i <= n && all <= 2 * order; ++i) all *= i;
  if (all == order) return "S" + std::to_string(n);
  if (all == 2 * order) return "A" + std::to_string(n);
  if (const auto mathieu = mathieu_name(n, order); mathieu && block_systems(group).empty()) {
    return mathieu;
  }
  return wreath_name(group, [](const PermutationGroup& inner) { return name_group(inner); });
}

/// Either fewer orbits on which the group is faithful, or orbits in two parts that it moves
/// independently.
std::optional<DirectFactors> factors_by_orbits(const PermutationGroup& group,
                                               const std::vector<std::vector<State>>& orbits) {
  const std::size_t k = orbits.size();
  const std::size_t masks = k <= kMostOrbits ? std::size_t{1} << (k - 1) : k;
  for (std::size_t m = 1; m < masks; ++m) {
    const std::size_t mask = k <= kMostOrbits ? m : std::size_t{1} << (m % 64);  // never all
    std::vector<State> inside, outside;
    for (std::size_t o = 0; o < k; ++o) {
      auto& part = o < 64 && ((mask >> o) & 1U) != 0 ? inside : outside;
      part.insert(part.end(), orbits[o].begin(), orbits[o].end());
    }
    const PermutationGroup on_inside = group.restricted_to(inside);
    const PermutationGroup on_outside = group.restricted_to(outside);
    const Integer left = on_inside.order(), right = on_outside.order();
    if (left == group.order()) return factors_by_action(on_inside);
    if (right == group.order()) return factors_by_action(on_outside);
    if (left * right != group.order()) continue;
    DirectFactors factors = factors_by_action(on_inside);
    factors.add(factors_by_action(on_outside));
    return factors;
  }
  return std::nullopt;
}

DirectFactors factors_by_action(const PermutationGroup& group) {
  if (group.is_abelian()) return {{}, abelian_type(group), true};
  if (group.order() <= SmallGroup::kMaxOrder) return factors_of(SmallGroup(group), 0);
  const auto all_orbits = group.orbits();
  std::vector<std::vector<State>> orbits;
  std::vector<State> points;
  for (const std::size_t o : deciding_orbits(group.degree(), group.generators(), all_orbits).kept) {
    orbits.push_back(all_orbits[o]);
    points.insert(points.end(), all_orbits[o].begin(), all_orbits[o].end());
  }
  if (orbits.size() == 1) {
    const auto name = transitive_name(group.restricted_to(points));
    if (name) return {{*name}, {}, true};
  } else if (auto factors = factors_by_orbits(group, orbits)) {
    return *factors;
  }
  return {{order_text(group.derived_series_orders())}, {}, false};
}

}  // namespace

GroupName name_group(const SmallGroup& group) { return name_small(group, 0); }

GroupName name_group(const PermutationGroup& group) {
  if (!group.is_abelian() && group.order() <= SmallGroup::kMaxOrder) {
    return name_group(SmallGroup(group));
  }
  return factors_by_action(group).name();
}

}  // namespace statewright::automata
