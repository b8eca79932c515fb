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

/// Cyclic subgroups of prime power order: one generator each, and the number of the subgroup that
/// an element generates (or kNone).
struct CyclicSubgroups {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::vector<Element> generators;
  std::vector<std::uint32_t> number;  // [order]
};

CyclicSubgroups cyclic_subgroups(const SmallGroup& group) {
  CyclicSubgroups found;
  found.number.assign(group.order(), CyclicSubgroups::kNone);
  for (Element a = 1; a < group.order(); ++a) {
    const std::uint32_t order = group.element_order(a);
    if (found.number[a] != CyclicSubgroups::kNone || !is_prime_power(order)) continue;
    Element power = a;
    for (std::uint32_t k = 1; k < order; ++k, power = group.product(power, a)) {
      if (group.element_order(power) == order) {
        found.number[power] = static_cast<std::uint32_t>(found.generators.size());
      }
    }
    found.generators.push_back(a);
  }
  return found;
}

/// Few generators of the normaliser of a subgroup that has `conjugates` conjugates.
std::vector<Element> normaliser_generators(const SmallGroup& group, const Subgroup& subgroup,
                                           std::size_t conjugates) {
  if (conjugates == 1) return group.generators();
  Subgroup normaliser = subgroup;
  const std::size_t order = group.order() / conjugates;
  for (Element g = 0; normaliser.order() < order; ++g) {
    if (normaliser.set.contains(g)) continue;
    if (std::all_of(subgroup.generators.begin(), subgroup.generators.end(),
                    [&](Element a) { return subgroup.set.contains(group.conjugate(a, g)); })) {
      normaliser = group.extended(normaliser, g);
    }
  }
  return normaliser.generators;
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
  const CyclicSubgroups cyclic = cyclic_subgroups(group);
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
    // Conjugates under the normaliser make conjugate joins: one of each orbit is enough.
    const auto normaliser = normaliser_generators(group, found[i].representative, found[i].size);
    std::vector<bool> done(cyclic.generators.size(), false);
    for (std::uint32_t c = 0; c < done.size(); ++c) {
      if (done[c]) continue;
      done[c] = true;
      if (found[i].representative.set.contains(cyclic.generators[c])) continue;
      std::vector<std::uint32_t> orbit = {c};
      for (std::size_t k = 0; k < orbit.size(); ++k) {
        for (const Element s : normaliser) {
          const Element image = group.conjugate(cyclic.generators[orbit[k]], s);
          if (done[cyclic.number[image]]) continue;
          done[cyclic.number[image]] = true;
          orbit.push_back(cyclic.number[image]);
        }
      }
      take_in(group.extended(found[i].representative, cyclic.generators[c]));
      if (over) return std::nullopt;
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) {
    return x.representative.order() < y.representative.order();
  });
  return found;
}

}  // namespace statewright::automata
