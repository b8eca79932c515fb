// Properties of a transition monoid that follow from its letters or from orbits, so that monoids
// far too large to list are decided.
//
//   aperiodic   A word that permutes a cycle of states has a power that is in a group of the monoid
//               and permutes a set of states non-trivially; that set is the image of an idempotent.
//               Conversely every group of the image orbit is made by words. So: all are trivial.
//   R-trivial   x and x w are R-equivalent iff their images lie in one strongly connected component
//               (image_orbit.hpp). Different elements x, x w in one class thus have different
//               images in a component, or one image that w permutes non-trivially; in a component
//               of one set, w is then a word over the letters that fix the set, one of which moves
//               a point of it.
//   L-trivial   The same with kernels, on which letters act from the left.
//   definite    A long word walks along a path of the image orbit. If no cycle passes a set of two
//               or more states, it must end in single states.

#include "automata/algebra/properties.hpp"

#include <algorithm>

namespace statewright::automata {
namespace {

using core::Unknown;

/// Why a part of the structure is missing.
Unknown missing(const GreenStructure& green) {
  return green.unknown.value_or(
      Unknown{{"the parts of the structure that were asked for", ""}, ""});
}

std::optional<Merge> merge_of(const Transformation& map, Letter letter) {
  std::vector<State> from(map.size(), static_cast<State>(map.size()));
  for (State q = 0; q < map.size(); ++q) {
    State& p = from[map[q]];
    if (p != map.size()) return Merge{letter, p, q};
    p = q;
  }
  return {};
}

/// The shortest cycle of at least two positions.
std::vector<State> shortest_cycle(const Transformation& permutation) {
  std::vector<State> best;
  std::vector<bool> seen(permutation.size());
  for (State start = 0; start < permutation.size(); ++start) {
    std::vector<State> cycle;
    for (State q = start; !seen[q]; q = permutation[q]) {
      seen[q] = true;
      cycle.push_back(q);
    }
    if (cycle.size() > 1 && (best.empty() || cycle.size() < best.size())) best = std::move(cycle);
  }
  return best;
}

bool moves_a_point(const Transformation& map, const std::vector<State>& points) {
  return std::any_of(points.begin(), points.end(), [&](State q) { return map[q] != q; });
}

/// Whether letter a, whose product with the words of this kernel has it again, permutes its
/// classes.
bool moves_a_class(const Transformation& map, const KernelOrbit::Class* classes) {
  for (std::size_t q = 0; q < map.size(); ++q) {
    if (classes[q] != classes[map[q]]) return true;
  }
  return false;
}

}  // namespace

core::Verdict<Holds, Merge> is_group(const GreenStructure& green) {
  for (Letter a = 0; a < green.letters.size(); ++a) {
    if (auto merge = merge_of(green.letters[a], a)) return std::move(*merge);
  }
  return Holds{};
}

core::Verdict<Holds, StateCycle> is_aperiodic(const GreenStructure& green) {
  const ImageGroup* best = nullptr;
  std::size_t which = 0;
  for (const ImageGroup& group : green.groups) {
    for (std::size_t i = 0; i < group.words.size(); ++i) {
      if (best != nullptr && group.words[i].size() >= best->words[which].size()) continue;
      best = &group;
      which = i;
    }
  }
  if (best == nullptr) {
    if (!green.groups_complete) return missing(green);
    return Holds{};
  }
  StateCycle witness{best->words[which], shortest_cycle(best->group.generators()[which])};
  for (State& q : witness.cycle) q = best->points[q];
  return witness;
}

core::Verdict<Holds, NotCommuting> is_commutative(const GreenStructure& green) {
  for (Letter b = 0; b < green.letters.size(); ++b) {
    for (Letter a = 0; a < b; ++a) {
      const Transformation &f = green.letters[a], &g = green.letters[b];
      for (State q = 0; q < green.degree; ++q) {
        if (g[f[q]] != f[g[q]]) return NotCommuting{a, b, q};
      }
    }
  }
  return Holds{};
}

core::Verdict<Holds, SameClass> is_r_trivial(const GreenStructure& green) {
  if (!green.images) return missing(green);
  const ImageOrbit& images = *green.images;
  const auto& component = images.components().of;
  for (ImageSet set = 0; set < images.size(); ++set) {
    for (Letter a = 0; a < green.letters.size(); ++a) {
      const ImageSet next = images.next(set, a);
      if (component[next] != component[set]) continue;
      if (next == set && !moves_a_point(green.letters[a], images.points(set))) continue;
      SameClass witness{images.word(set), images.word(set)};
      witness.y.push_back(a);
      return witness;
    }
  }
  return Holds{};
}

core::Verdict<Holds, SameClass> is_l_trivial(const GreenStructure& green) {
  if (!green.kernels) return missing(green);
  const KernelOrbit& kernels = *green.kernels;
  const auto& component = kernels.components().of;
  for (Kernel kernel = 0; kernel < kernels.size(); ++kernel) {
    for (Letter a = 0; a < green.letters.size(); ++a) {
      const Kernel next = kernels.next(kernel, a);
      if (component[next] != component[kernel]) continue;
      if (next == kernel && !moves_a_class(green.letters[a], kernels.classes(kernel))) continue;
      SameClass witness{kernels.word(kernel), kernels.word(kernel)};
      witness.y.insert(witness.y.begin(), a);
      return witness;
    }
  }
  return Holds{};
}

core::Verdict<Holds, SameClass> is_j_trivial(const GreenStructure& green) {
  auto r = is_r_trivial(green);
  if (r.outcome() == core::Outcome::refuted) return r;
  auto l = is_l_trivial(green);
  if (l.outcome() == core::Outcome::refuted || r.outcome() == core::Outcome::proved) return l;
  return r;
}

core::Verdict<Holds, NotInjective> are_partial_injections(const GreenStructure& green) {
  std::optional<Merge> first;
  State sink = 0;
  for (Letter a = 0; a < green.letters.size(); ++a) {
    const Transformation& map = green.letters[a];
    std::vector<State> from(map.size(), static_cast<State>(map.size()));
    for (State q = 0; q < map.size(); ++q) {
      State& p = from[map[q]];
      if (p == map.size()) {
        p = q;
        continue;
      }
      const Merge merge{a, p, q};
      if (first) {
        if (map[q] != sink) return NotInjective{*first, merge};
        continue;
      }
      first = merge;
      sink = map[q];
      for (const Transformation& letter : green.letters) {
        if (letter[sink] != sink) return NotInjective{merge, {}};
      }
    }
  }
  return Holds{};
}

core::Verdict<Holds, NoReset> is_definite(const GreenStructure& green) {
  if (!green.images) return missing(green);
  const ImageOrbit& images = *green.images;
  const auto& components = images.components();
  for (ImageSet set = 0; set < images.size(); ++set) {
    if (images.rank(set) < 2) continue;
    for (Letter a = 0; a < green.letters.size(); ++a) {
      const ImageSet next = images.next(set, a);
      if (components.of[next] != components.of[set]) continue;
      // Back from `next` by a shortest way.
      std::vector<std::pair<ImageSet, std::pair<std::size_t, Letter>>> queue = {{next, {0, a}}};
      std::vector<bool> seen(components.size(components.of[set]));
      const auto* members = components.members.data() + components.begin[components.of[set]];
      const auto place = [&](ImageSet s) {
        return static_cast<std::size_t>(std::lower_bound(members, members + seen.size(), s) -
                                        members);
      };
      seen[place(next)] = true;
      std::size_t at = 0;
      for (; queue[at].first != set; ++at) {
        for (Letter b = 0; b < green.letters.size(); ++b) {
          const ImageSet to = images.next(queue[at].first, b);
          if (components.of[to] != components.of[set] || seen[place(to)]) continue;
          seen[place(to)] = true;
          queue.push_back({to, {at, b}});
        }
      }
      NoReset witness{{}, images.points(set)};
      for (; at != 0; at = queue[at].second.first) witness.word.push_back(queue[at].second.second);
      witness.word.push_back(a);
      std::reverse(witness.word.begin(), witness.word.end());
      return witness;
    }
  }
  return Holds{};
}

}  // namespace statewright::automata
