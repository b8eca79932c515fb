#include "automata/algebra/automorphisms.hpp"

#include <algorithm>
#include <set>

namespace statewright::automata {

std::vector<Element> few_generators(const SmallGroup& group) {
  std::vector<Element> generators;
  Subgroup subgroup = group.generated_by({});
  while (subgroup.order() < group.order()) {
    Subgroup best = subgroup;
    Element chosen = 0;
    for (Element a = 0; a < group.order() && best.order() < group.order(); ++a) {
      if (subgroup.set.contains(a)) continue;
      Subgroup larger = group.extended(subgroup, a);
      if (larger.order() <= best.order()) continue;
      best = std::move(larger);
      chosen = a;
    }
    generators.push_back(chosen);
    subgroup = std::move(best);
  }
  return generators;
}

std::optional<std::vector<Element>> homomorphism(const SmallGroup& group,
                                                 const std::vector<Element>& generators,
                                                 const SmallGroup& target,
                                                 const std::vector<Element>& images) {
  // Consistency along every edge of the Cayley graph is enough: then the map respects right
  // multiplication by generators, hence by words.
  std::vector<Element> map(group.order(), 0);
  std::vector<bool> known(group.order(), false);
  std::vector<Element> queue = {0};
  known[0] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (std::size_t s = 0; s < generators.size(); ++s) {
      const Element next = group.product(queue[i], generators[s]);
      const Element image = target.product(map[queue[i]], images[s]);
      if (!known[next]) {
        known[next] = true;
        map[next] = image;
        queue.push_back(next);
      } else if (map[next] != image) {
        return std::nullopt;
      }
    }
  }
  return map;
}

namespace {

/// Calls `found` with every homomorphism group -> target; false if there is too much to try.
template <class Found>
bool for_homomorphisms(const SmallGroup& group, const SmallGroup& target, bool injective,
                       std::size_t trials, const Found& found) {
  const std::vector<Element> generators = few_generators(group);
  std::vector<Element> images;
  const auto place = [&](const auto& self) -> bool {
    const std::vector<Element> so_far(
        generators.begin(), generators.begin() + static_cast<std::ptrdiff_t>(images.size()));
    const auto map = homomorphism(group, so_far, target, images);
    if (!map) return true;
    if (images.size() == generators.size()) {
      found(*map);
      return true;
    }
    const std::uint32_t order = group.element_order(generators[images.size()]);
    for (Element image = 0; image < target.order(); ++image) {
      const std::uint32_t other = target.element_order(image);
      if (injective ? other != order : order % other != 0) continue;
      if (trials-- == 0) return false;
      images.push_back(image);
      const bool finished = self(self);
      images.pop_back();
      if (!finished) return false;
    }
    return true;
  };
  return place(place);
}

}  // namespace

std::optional<std::vector<Transformation>> automorphisms(const SmallGroup& group,
                                                         std::size_t trials) {
  std::vector<Transformation> all;
  const bool finished =
      for_homomorphisms(group, group, true, trials, [&](const std::vector<Element>& map) {
        if (std::count(map.begin(), map.end(), Element{0}) == 1) all.push_back(map);
      });
  if (!finished) return std::nullopt;
  return all;
}

std::optional<SemidirectCount> count_semidirect(const SmallGroup& normal, const SmallGroup& other,
                                                std::size_t image_order) {
  constexpr std::size_t kTrials = 20000;
  const auto of_normal = automorphisms(normal);
  const auto of_other = automorphisms(other);
  if (!of_normal || !of_other || of_normal->size() > SmallGroup::kMaxOrder) return std::nullopt;
  const SmallGroup target(PermutationGroup(normal.order(), *of_normal).with_few_generators());
  std::set<std::vector<Element>> all;
  if (!for_homomorphisms(other, target, false, kTrials,
                         [&](const std::vector<Element>& map) { all.insert(map); })) {
    return std::nullopt;
  }
  const std::vector<Element> few = few_generators(target);
  SemidirectCount count;
  while (!all.empty()) {
    std::vector<std::vector<Element>> orbit = {*all.begin()};
    all.erase(all.begin());
    const std::set<Element> image(orbit.front().begin(), orbit.front().end());
    if (image.size() > 1) ++count.in_all;
    if (image.size() > 1 && image.size() == image_order) ++count.of_this_order;
    for (std::size_t i = 0; i < orbit.size(); ++i) {
      const auto visit = [&](std::vector<Element> map) {
        if (all.erase(map) == 1) orbit.push_back(std::move(map));
      };
      for (const Element a : few) {
        std::vector<Element> map = orbit[i];
        for (Element& x : map) x = target.conjugate(x, a);
        visit(std::move(map));
      }
      for (const Transformation& automorphism : *of_other) {
        std::vector<Element> map(other.order());
        for (Element h = 0; h < other.order(); ++h) map[h] = orbit[i][automorphism[h]];
        visit(std::move(map));
      }
    }
  }
  return count;
}

}  // namespace statewright::automata
