#include "automata/algebra/composite_name.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "automata/algebra/automorphisms.hpp"
#include "automata/algebra/block_system.hpp"

namespace statewright::automata {

namespace {

using core::Integer;

std::string parenthesised(const std::string& name) {
  return name.find_first_of("x:wo ") == std::string::npos ? name : "(" + name + ")";
}

/// The outer group of a wreath product by its action on k blocks, if that determines it.
std::optional<std::string> outer_name(const PermutationGroup& outer) {
  const std::size_t k = outer.degree();
  const Integer order = outer.order();
  Integer all = 1;
  for (std::size_t i = 2; i <= k; ++i) all *= i;
  const std::string number = std::to_string(k);
  if (k <= 3 || (order == k && outer.is_abelian())) {
    if (order == 6) return "S3";
    // A transitive abelian group is regular; it is cyclic iff some product of generators is one
    // cycle, and then a generator has that order or the group is named by its type elsewhere.
    const SmallGroup small(outer);
    return small.exponent() == k ? std::optional("Z" + number) : std::nullopt;
  }
  if (order == all) return "S" + number;
  if (2 * order == all) return "A" + number;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> wreath_name(
    const PermutationGroup& transitive,
    const std::function<GroupName(const PermutationGroup&)>& name_inner) {
  std::optional<std::string> best;
  const Integer order = transitive.order();
  for (const BlockSystem& blocks : block_systems(transitive)) {
    const WreathParts parts = wreath_parts(transitive, blocks);
    const Integer inner_order = parts.inner.order();
    Integer full = parts.outer.order();
    for (std::size_t i = 0; i < parts.outer.degree() && full <= order; ++i) full *= inner_order;
    if (full != order) continue;
    const auto outer = outer_name(parts.outer);
    if (!outer) continue;
    const GroupName inner = name_inner(parts.inner);
    if (!inner.isomorphism) continue;
    const std::string name = parenthesised(inner.name) + "wr" + *outer;
    if (!best || std::tuple(name.size(), name) < std::tuple(best->size(), *best)) best = name;
  }
  return best;
}

std::optional<GroupName> semidirect_name(const SmallGroup& group,
                                         const std::vector<Subgroup>& normal,
                                         const std::vector<SubgroupClass>& subgroups,
                                         const NamePart& name_part) {
  struct Pair {
    int tier;
    const Subgroup *normal, *other;
  };
  std::vector<Pair> pairs;
  const auto is_cyclic = [&](const Subgroup& s) {
    return std::any_of(s.elements.begin(), s.elements.end(),
                       [&](Element a) { return group.element_order(a) == s.order(); });
  };
  const auto is_abelian = [&](const Subgroup& s) {
    return std::all_of(s.generators.begin(), s.generators.end(), [&](Element a) {
      return std::all_of(s.generators.begin(), s.generators.end(),
                         [&](Element b) { return group.product(a, b) == group.product(b, a); });
    });
  };
  for (const Subgroup& n : normal) {
    if (n.order() == 1 || n.order() == group.order()) continue;
    const int shape = is_cyclic(n) ? 0 : is_abelian(n) ? 2 : 4;
    for (const SubgroupClass& entry : subgroups) {
      const Subgroup& h = entry.representative;
      if (n.order() * h.order() != group.order()) continue;
      ElementSet common = n.set;
      common &= h.set;
      if (common.size() == 1) pairs.push_back({shape + (is_cyclic(h) ? 0 : 1), &n, &h});
    }
  }
  std::optional<GroupName> best;
  std::tuple<int, std::size_t, std::string> best_rank;
  for (int tier = 0; tier < 6; ++tier) {
    for (const Pair& pair : pairs) {
      if (pair.tier != tier) continue;
      const SmallGroup n = group.as_group(*pair.normal), h = group.as_group(*pair.other);
      const GroupName n_name = name_part(n), h_name = name_part(h);
      if (!n_name.isomorphism || !h_name.isomorphism) continue;
      const auto trivial =
          std::count_if(pair.other->elements.begin(), pair.other->elements.end(), [&](Element a) {
            return std::all_of(
                pair.normal->generators.begin(), pair.normal->generators.end(),
                [&](Element b) { return group.product(a, b) == group.product(b, a); });
          });
      const std::size_t image = h.order() / static_cast<std::size_t>(trivial);
      GroupName name{parenthesised(n_name.name) + ":" + parenthesised(h_name.name), false};
      if (const auto count = count_semidirect(n, h, image)) {
        name.isomorphism = count->of_this_order == 1;
        if (name.isomorphism && count->in_all > 1) {
          name.name += " (action of order " + std::to_string(image) + ")";
        }
      }
      // Determined first, then a large normal subgroup, then alphabetical.
      const std::tuple rank{name.isomorphism ? 0 : 1, group.order() - n.order(), name.name};
      if (!best || rank < best_rank) {
        best = name;
        best_rank = rank;
      }
    }
    if (best && best->isomorphism) break;
  }
  return best;
}

}  // namespace statewright::automata
