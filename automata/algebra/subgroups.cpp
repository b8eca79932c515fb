// The groups in a monoid. The H-class of an idempotent is a group that acts faithfully on the
// idempotent's image, and its action is the group of loops at that image (image_orbit.hpp), the
// same for all images of a strongly connected component up to renaming of points. So the maximal
// subgroups are the groups of those components that hold the image of an idempotent. Groups of
// other components are quotients of subgroups: they matter to solvability only as evidence.

#include "automata/algebra/subgroups.hpp"

#include <algorithm>
#include <map>

#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::LimitHit;
using core::Limits;
using core::Unknown;

Unknown missing(const GreenStructure& green) {
  return green.unknown.value_or(Unknown{{"the groups, which were not asked for", ""}, ""});
}

/// PermutationGroup refuses what is too large with Error{limit}; other errors are passed on.
Unknown too_large(const core::Error& error) {
  if (error.facts().fault != core::Fault::limit) throw error;
  return {{error.facts().expected, error.facts().hint}, ""};
}

/// A component that holds idempotents, and of how many D-classes.
struct Regular {
  std::uint32_t component;
  std::size_t d_classes;
};

/// By D-classes if these are known, otherwise by searches in the orbit of images. Of components
/// with the trivial group only the last is listed by the second way: one is enough.
std::variant<std::vector<Regular>, Unknown> regular_components(const GreenStructure& green,
                                                               const Limits& limits) {
  const auto& components = green.images->components();
  std::vector<Regular> result;
  if (green.complete) {
    std::map<std::uint32_t, std::size_t> count;
    for (const DClass& d_class : green.d_classes) {
      if (d_class.regular) ++count[components.of[d_class.image]];
    }
    for (const auto& [component, classes] : count) result.push_back({component, classes});
    return result;
  }
  bool trivial = false;
  for (std::uint32_t c = static_cast<std::uint32_t>(components.size()); c-- > 0;) {
    const bool has_group = green.group_of(c).has_value();
    if (!has_group && trivial) continue;
    auto regular = green.images->regular(c, limits);
    if (auto* unknown = std::get_if<Unknown>(&regular)) return std::move(*unknown);
    if (!std::get<bool>(regular)) continue;
    trivial = trivial || !has_group;
    result.push_back({c, has_group ? std::size_t{1} : std::size_t{0}});
  }
  std::reverse(result.begin(), result.end());
  return result;
}

}  // namespace

core::Verdict<Holds, NotSolvable> is_solvable(const GreenStructure& green, const Limits& limits) {
  core::Meter meter(limits, "groups");
  std::map<std::vector<Transformation>, bool> solvable;
  std::optional<Unknown> unknown;
  for (std::size_t i = 0; i < green.groups.size(); ++i) {
    const ImageGroup& found = green.groups[i];
    const auto [it, is_new] = solvable.try_emplace(found.group.generators(), true);
    if (!is_new) continue;
    try {
      it->second = found.group.is_solvable();
    } catch (const core::Error& error) {
      unknown = too_large(error);
    }
    if (!it->second) return NotSolvable{found.points, found.words, found.group};
    if (auto hit = meter.check_time(i, green.groups.size())) return Unknown{std::move(*hit), ""};
  }
  if (unknown) return std::move(*unknown);
  if (!green.groups_complete) return missing(green);
  return Holds{};
}

std::variant<std::vector<MaximalSubgroup>, Unknown> maximal_subgroups(const GreenStructure& green,
                                                                      const Limits& limits) {
  if (!green.groups_complete) return missing(green);
  auto regular = regular_components(green, limits);
  if (auto* unknown = std::get_if<Unknown>(&regular)) return std::move(*unknown);
  core::Meter meter(limits, "groups");
  std::vector<MaximalSubgroup> result;
  std::map<std::vector<Transformation>, std::size_t> same_generators;  // of generators in `result`
  std::map<std::string, std::size_t> same_name;
  for (const Regular& component : std::get<std::vector<Regular>>(regular)) {
    if (auto hit = meter.check_time(result.size())) return Unknown{std::move(*hit), ""};
    const ImageSet root = green.images->components().root(component.component);
    const auto which = green.group_of(component.component);
    const PermutationGroup trivial(green.images->rank(root), {});
    const PermutationGroup& group = which ? green.groups[*which].group : trivial;
    const auto [known, is_new] = same_generators.try_emplace(group.generators(), result.size());
    if (!is_new) {
      result[known->second].d_classes += component.d_classes;
      continue;
    }
    try {
      GroupName name = name_group(group);
      if (name.isomorphism) {
        const auto [named, is_new_name] = same_name.try_emplace(name.name, result.size());
        known->second = named->second;
        if (!is_new_name) {
          result[named->second].d_classes += component.d_classes;
          continue;
        }
      }
      result.push_back({std::move(name), group.order(), group,
                        which ? green.groups[*which].points : green.images->points(root),
                        which ? green.groups[*which].words : std::vector<Word>{},
                        component.d_classes});
    } catch (const core::Error& error) {
      return too_large(error);
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const auto& x, const auto& y) {
    return x.order != y.order ? x.order < y.order : x.name.name < y.name.name;
  });
  return result;
}

}  // namespace statewright::automata
