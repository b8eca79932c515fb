#include "automata/algebra/subgroup_lattice.hpp"

#include <algorithm>
#include <set>

namespace statewright::automata {

namespace {

bool is_prime_power(std::uint32_t n) {
  for (std::uint32_t p = 2; p <= n; ++p) {
    if (n % p != 0) continue;
    while (n % p == 0) n /= p;
    return n == 1;
  }
  return false;
}

/// One generator for each cyclic subgroup of prime power order.
std::vector<Element> cyclic_generators(const SmallGroup& group) {
  std::vector<Element> found;
  std::set<ElementSet> seen;
  for (Element a = 1; a < group.order(); ++a) {
    if (!is_prime_power(group.element_order(a))) continue;
    if (seen.insert(group.generated_by({a}).set).second) found.push_back(a);
  }
  return found;
}

Subgroup conjugate_of(const SmallGroup& group, const Subgroup& subgroup, Element by) {
  Subgroup result{{}, {}, ElementSet(group.order())};
  for (const Element a : subgroup.elements) {
    result.elements.push_back(group.conjugate(a, by));
    result.set.insert(result.elements.back());
  }
  for (const Element a : subgroup.generators) {
    result.generators.push_back(group.conjugate(a, by));
  }
  return result;
}

void sort_by_order(std::vector<Subgroup>& subgroups) {
  std::stable_sort(subgroups.begin(), subgroups.end(),
                   [](const auto& x, const auto& y) { return x.order() < y.order(); });
}

}  // namespace

std::optional<std::vector<Subgroup>> normal_subgroups(const SmallGroup& group, std::size_t limit) {
  std::set<ElementSet> seen;
  std::vector<Subgroup> atoms;
  for (const auto& members : group.classes()) {
    Subgroup closure = group.normal_closure({members.front()});
    if (seen.insert(closure.set).second) atoms.push_back(std::move(closure));
  }
  std::vector<Subgroup> found = atoms;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const Subgroup& atom : atoms) {
      if (found[i].set.includes(atom.set)) continue;
      Subgroup join = found[i];
      for (const Element a : atom.generators) join = group.extended(join, a);
      if (!seen.insert(join.set).second) continue;
      if (found.size() == limit) return std::nullopt;
      found.push_back(std::move(join));
    }
  }
  sort_by_order(found);
  return found;
}

std::optional<std::vector<SubgroupClass>> subgroup_classes(const SmallGroup& group,
                                                           std::size_t limit) {
  const std::vector<Element> cyclic = cyclic_generators(group);
  std::vector<SubgroupClass> found;
  std::set<ElementSet> seen;
  bool over = false;
  const auto take_in = [&](const Subgroup& subgroup) {
    if (seen.count(subgroup.set) == 1) return;
    SubgroupClass entry{subgroup, subgroup, 1};
    ElementSet core = subgroup.set;
    seen.insert(subgroup.set);
    std::vector<Subgroup> conjugates = {subgroup};
    for (std::size_t i = 0; i < conjugates.size(); ++i) {
      for (const Element s : group.generators()) {
        Subgroup next = conjugate_of(group, conjugates[i], s);
        if (!seen.insert(next.set).second) continue;
        if (seen.size() > limit) {
          over = true;
          return;
        }
        core &= next.set;
        conjugates.push_back(std::move(next));
      }
    }
    entry.size = conjugates.size();
    if (entry.size > 1) {
      std::vector<Element> kept;
      for (const Element a : subgroup.elements) {
        if (core.contains(a)) kept.push_back(a);
      }
      entry.core = group.generated_by(kept);
    }
    found.push_back(std::move(entry));
  };
  take_in(group.generated_by({}));
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const Element a : cyclic) {
      if (found[i].representative.set.contains(a)) continue;
      take_in(group.extended(found[i].representative, a));
      if (over) return std::nullopt;
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) {
    return x.representative.order() < y.representative.order();
  });
  return found;
}

}  // namespace statewright::automata
