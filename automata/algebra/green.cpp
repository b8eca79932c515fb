// Green's relations of a transformation monoid from two orbits, after Lallement and McFadden (1990)
// and Konieczny (1994). Words act on images from the right and on kernels from the left. Inside a
// strongly connected component of either graph multiplication can be undone: x and x w are
// R-equivalent iff their images lie in one component, x and w x are L-equivalent iff their kernels
// do. So a D-class lives in a *box*, a component of kernels times a component of images, and an
// element of it, moved along the components to a kernel and an image fixed for the box, is a
// permutation sigma of `rank` positions.
//
// A box holds an idempotent iff some image in it is a transversal of some kernel in it. Then it is
// one D-class, regular, its H-classes are groups isomorphic to the group G that loops induce on an
// image, and there is one for each pair of kernel and image.
//
// Otherwise D-classes of the box are the double cosets K sigma G that occur, K being the group of
// loops on a kernel: multiplying x from the right by loops gives x G, all R-equivalent, from the
// left K x, all L-equivalent. |H| = |K| |G| / |K sigma G|, there are |images| |G| / |H| L-classes
// and |kernels| |K| / |H| R-classes. The cosets are listed, which is all right because they are
// small where there are many.
//
// All D-classes are found from the identity's by multiplying, from the right by a letter, one
// element of each L-class in the R-class of a representative, and likewise from the left. That is
// enough: every element of the class is e = z x w with x the representative, e a = z (x w a), and
// multiplying what is found (x w a) by the letters of z leads, by induction down the J-order, to
// classes that are found too.

#include "automata/algebra/green.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "automata/language/minimize.hpp"

namespace statewright::automata {
namespace {

using core::Integer;
using core::LimitHit;
using core::Unknown;
using detail::ComponentTree;

/// A component with the group of its loops.
struct Side {
  ComponentTree tree;
  std::vector<Transformation> generators;
  Integer order = 1;
};

/// What is known of a box without idempotents: the permutations listed so far, by the cosets that
/// they lie in.
struct Cosets {
  std::map<Transformation, std::size_t> index;
  std::vector<std::uint32_t> d_class;  // [listed]
  std::vector<std::uint32_t> left;     // [listed] number of the orbit under K
  std::vector<std::uint32_t> right;    // [listed] number of the orbit under G
};

/// first p, then q, as maps of positions.
Transformation composed(const Transformation& p, const Transformation& q) {
  Transformation out(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) out[i] = q[p[i]];
  return out;
}

class Search {
 public:
  Search(GreenStructure& result, const core::Limits& limits)
      : result_(result),
        limits_(limits),
        meter_(limits, "D-classes"),
        images_(*result.images),
        kernels_(*result.kernels) {}

  std::optional<LimitHit> run() {
    found(identity_transformation(result_.degree), {});
    for (std::uint32_t d = 0; d < result_.d_classes.size() && !stopped_; ++d) {
      stopped_ = meter_.check(result_.d_classes.size());
      if (!stopped_) expand(d, true);
      if (!stopped_) expand(d, false);
    }
    return stopped_;
  }

  std::vector<std::vector<std::uint32_t>>& below() { return below_; }

 private:
  Kernel kernel_of(const Transformation& map) const {
    std::vector<KernelOrbit::Class> classes(map.size());
    std::vector<std::uint32_t> class_of_image(map.size(), 0xffffffffU);
    KernelOrbit::Class next = 0;
    for (std::size_t q = 0; q < map.size(); ++q) {
      std::uint32_t& known = class_of_image[map[q]];
      if (known == 0xffffffffU) known = next++;
      classes[q] = static_cast<KernelOrbit::Class>(known);
    }
    return kernels_.find(classes.data()).value();
  }

  ImageSet image_of(const Transformation& map) const {
    Transformation points = map;
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    return images_.find(points).value();
  }

  const Side& image_side(std::uint32_t component) {
    auto [it, is_new] = image_sides_.try_emplace(component);
    if (is_new) {
      it->second.tree = images_.tree(component);
      if (const auto group = result_.group_of(component)) {
        it->second.generators = result_.groups[*group].group.generators();
        it->second.order = result_.groups[*group].group.order();
      }
    }
    return it->second;
  }

  const Side& kernel_side(std::uint32_t component) {
    auto [it, is_new] = kernel_sides_.try_emplace(component);
    if (is_new) {
      Side& side = it->second;
      side.tree = kernels_.tree(component);
      auto loops = kernels_.group(side.tree, limits_);
      if (auto* hit = std::get_if<Unknown>(&loops)) {
        stopped_ = std::move(hit->hit);
      } else {
        const PermutationGroup& group = std::get<detail::LoopGroup>(loops).group;
        side.generators = group.generators();
        side.order = group.order();
      }
    }
    return it->second;
  }

  bool is_transversal(Kernel kernel, const std::vector<State>& points) const {
    const KernelOrbit::Class* classes = kernels_.classes(kernel);
    std::vector<bool> seen(kernels_.rank(kernel));
    for (const State q : points) {
      if (seen[classes[q]]) return false;
      seen[classes[q]] = true;
    }
    return true;
  }

  /// How many pairs of kernel and image in the box are transversal; with `any`, at most 1.
  std::uint64_t transversals(std::uint32_t kernels, std::uint32_t images, bool any) {
    const auto& k = kernels_.components();
    const auto& i = images_.components();
    std::uint64_t count = 0;
    for (std::uint32_t m = i.begin[images]; m < i.begin[images + 1]; ++m) {
      const std::vector<State> points = images_.points(i.members[m]);
      for (std::uint32_t l = k.begin[kernels]; l < k.begin[kernels + 1]; ++l) {
        if (!is_transversal(k.members[l], points)) continue;
        ++count;
        if (any) return count;
      }
      if (stopped_ || (stopped_ = meter_.check(result_.d_classes.size()))) break;
    }
    return count;
  }

  /// The element between the fixed kernel and image of its box.
  Transformation between_roots(const Transformation& map, Kernel kernel, ImageSet image) {
    const ComponentTree& left = kernel_side(kernels_.components().of[kernel]).tree;
    const ComponentTree& right = image_side(images_.components().of[image]).tree;
    const std::size_t rank = kernels_.rank(kernel);
    Transformation value(rank);  // of each class of the kernel
    const KernelOrbit::Class* classes = kernels_.classes(kernel);
    for (std::size_t q = 0; q < map.size(); ++q) value[classes[q]] = map[q];
    const std::size_t at_left = left.place(kernel) * rank, at_right = right.place(image) * rank;
    Transformation sigma(rank);
    for (std::size_t i = 0; i < rank; ++i) {
      const State point = value[left.to[at_left + i]];
      sigma[i] = right.from[at_right + images_.place(image, point)];
    }
    return sigma;
  }

  static std::uint64_t box_of(std::uint32_t kernels, std::uint32_t images) {
    return std::uint64_t{kernels} << 32U | images;
  }

  /// The class of an element, which is new or known.
  std::uint32_t found(Transformation map, Word word) {
    const Kernel kernel = kernel_of(map);
    const ImageSet image = image_of(map);
    const std::uint32_t kernels = kernels_.components().of[kernel];
    const std::uint32_t images = images_.components().of[image];
    const auto [regular, is_new] = regular_class_.try_emplace(box_of(kernels, images), kNone);
    if (is_new && transversals(kernels, images, true) == 0) regular->second = kIrregular;
    if (regular->second == kIrregular) {
      const Transformation sigma = between_roots(map, kernel, image);
      Cosets& cosets = cosets_[box_of(kernels, images)];
      const auto listed = cosets.index.find(sigma);
      if (listed != cosets.index.end()) return cosets.d_class[listed->second];
      const std::uint32_t d = add(std::move(map), std::move(word), kernel, image);
      list(cosets, sigma, d, kernel_side(kernels), image_side(images));
      return d;
    }
    if (regular->second == kNone) {
      regular->second = add(std::move(map), std::move(word), kernel, image);
      DClass& the_class = result_.d_classes.back();
      the_class.regular = true;
      the_class.r_classes = kernels_.components().size(kernels);
      the_class.l_classes = images_.components().size(images);
      the_class.group = result_.group_of(images);
      the_class.h_order = the_class.group ? result_.groups[*the_class.group].group.order() : 1;
    }
    return regular->second;
  }

  std::uint32_t add(Transformation map, Word word, Kernel kernel, ImageSet image) {
    DClass the_class;
    the_class.rank = images_.rank(image);
    the_class.representative = std::move(map);
    the_class.word = std::move(word);
    the_class.image = image;
    the_class.kernel = kernel;
    the_class.idempotents = 0;
    result_.d_classes.push_back(std::move(the_class));
    below_.emplace_back();
    return static_cast<std::uint32_t>(result_.d_classes.size() - 1);
  }

  /// Lists the double coset of sigma and what follows for the class.
  void list(Cosets& cosets, const Transformation& sigma, std::uint32_t d, const Side& kernels,
            const Side& images) {
    const std::size_t first = cosets.d_class.size();
    std::vector<Transformation> queue = {sigma};
    const auto insert = [&](const Transformation& permutation) {
      const auto [it, is_new] = cosets.index.emplace(permutation, cosets.d_class.size());
      if (is_new) {
        cosets.d_class.push_back(d);
        cosets.left.push_back(0);
        cosets.right.push_back(0);
        if (++listed_ > kMaxListedPermutations) {
          stopped_ = LimitHit{std::to_string(kMaxListedPermutations) + " listed permutations", ""};
        }
      }
      return is_new;
    };
    insert(sigma);
    for (std::size_t i = 0; i < queue.size() && !stopped_; ++i) {
      for (const Transformation& p : kernels.generators) {
        Transformation next = composed(p, queue[i]);
        if (insert(next)) queue.push_back(std::move(next));
      }
      for (const Transformation& g : images.generators) {
        Transformation next = composed(queue[i], g);
        if (insert(next)) queue.push_back(std::move(next));
      }
    }
    if (stopped_) return;
    number_orbits(cosets, queue, first, kernels.generators, true);
    number_orbits(cosets, queue, first, images.generators, false);
    DClass& the_class = result_.d_classes[d];
    const Integer listed = queue.size();
    the_class.h_order = kernels.order * images.order / listed;
    the_class.l_classes =
        Integer(images_.components().size(images_.components().of[the_class.image])) *
        images.order / the_class.h_order;
    the_class.r_classes =
        Integer(kernels_.components().size(kernels_.components().of[the_class.kernel])) *
        kernels.order / the_class.h_order;
  }

  static void number_orbits(Cosets& cosets, const std::vector<Transformation>& members,
                            std::size_t first, const std::vector<Transformation>& generators,
                            bool from_left) {
    std::vector<std::uint32_t>& number = from_left ? cosets.left : cosets.right;
    std::vector<bool> seen(members.size());
    for (std::size_t start = 0; start < members.size(); ++start) {
      if (seen[start]) continue;
      std::vector<std::size_t> open = {start};
      seen[start] = true;
      while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        number[first + at] = static_cast<std::uint32_t>(first + start);
        for (const Transformation& g : generators) {
          const Transformation next =
              from_left ? composed(g, members[at]) : composed(members[at], g);
          const std::size_t to = cosets.index.at(next) - first;
          if (!seen[to]) {
            seen[to] = true;
            open.push_back(to);
          }
        }
      }
    }
  }

  /// One element for each L-class of the representative's R-class (from the right), or for each
  /// R-class of its L-class, and its products with letters on that side.
  void expand(std::uint32_t d, bool from_right) {
    struct Member {
      Transformation map;
      Word word;  // the multiplier
    };
    const Kernel kernel = result_.d_classes[d].kernel;
    const ImageSet image = result_.d_classes[d].image;
    const std::uint32_t kernels = kernels_.components().of[kernel];
    const std::uint32_t images = images_.components().of[image];
    const bool regular = result_.d_classes[d].regular;
    // A member's key: its image or kernel, and without idempotents the orbit of its permutation.
    std::map<std::pair<std::uint32_t, std::uint32_t>, bool> seen;
    const auto key = [&](const Transformation& map) {
      const Kernel k = from_right ? kernel : kernel_of(map);
      const ImageSet i = from_right ? image_of(map) : image;
      std::uint32_t orbit = 0;
      if (!regular) {
        const Cosets& cosets = cosets_.at(box_of(kernels, images));
        const std::size_t at = cosets.index.at(between_roots(map, k, i));
        orbit = from_right ? cosets.left[at] : cosets.right[at];
      }
      return std::pair(from_right ? i : k, orbit);
    };
    std::vector<Member> members = {{result_.d_classes[d].representative, {}}};
    seen.emplace(key(members[0].map), true);
    for (std::size_t m = 0; m < members.size() && !stopped_; ++m) {
      for (Letter a = 0; a < result_.letters.size() && !stopped_; ++a) {
        const Transformation& letter = result_.letters[a];
        Transformation next =
            from_right ? composed(members[m].map, letter) : composed(letter, members[m].map);
        Word multiplier = members[m].word;
        if (from_right) {
          multiplier.push_back(a);
        } else {
          multiplier.insert(multiplier.begin(), a);
        }
        const bool stays =
            from_right
                ? images_.components().of[images_.next(image_of(members[m].map), a)] == images
                : kernels_.components().of[kernels_.next(kernel_of(members[m].map), a)] == kernels;
        if (stays) {
          if (seen.emplace(key(next), true).second) {
            members.push_back({std::move(next), std::move(multiplier)});
          }
          continue;
        }
        Word word = from_right ? result_.d_classes[d].word : multiplier;
        const Word& rest = from_right ? multiplier : result_.d_classes[d].word;
        word.insert(word.end(), rest.begin(), rest.end());
        const std::uint32_t lower = found(std::move(next), std::move(word));
        if (below_[d].size() < kMaxOrderedClasses) below_[d].push_back(lower);
        stopped_ = stopped_ ? stopped_ : meter_.check(result_.d_classes.size());
      }
    }
    auto& lower = below_[d];
    std::sort(lower.begin(), lower.end());
    lower.erase(std::unique(lower.begin(), lower.end()), lower.end());
  }

  static constexpr std::uint32_t kNone = 0xffffffffU, kIrregular = 0xfffffffeU;

  GreenStructure& result_;
  const core::Limits& limits_;
  core::Meter meter_;
  const ImageOrbit& images_;
  const KernelOrbit& kernels_;
  std::unordered_map<std::uint32_t, Side> image_sides_, kernel_sides_;
  std::unordered_map<std::uint64_t, std::uint32_t> regular_class_;  // of each box met
  std::unordered_map<std::uint64_t, Cosets> cosets_;
  std::vector<std::vector<std::uint32_t>> below_;  // [D-classes]
  std::size_t listed_ = 0;
  std::optional<LimitHit> stopped_;

 public:
  /// Idempotents of a regular class: one for each transversal pair.
  std::optional<LimitHit> count_idempotents() {
    stopped_.reset();
    Integer total = 0;
    for (DClass& the_class : result_.d_classes) {
      if (!the_class.regular) continue;
      the_class.idempotents = transversals(kernels_.components().of[the_class.kernel],
                                           images_.components().of[the_class.image], false);
      if (stopped_) {
        the_class.idempotents.reset();
        return stopped_;
      }
      total += *the_class.idempotents;
    }
    result_.idempotents = total;
    return {};
  }
};

/// Sorts classes by falling rank, keeping the order in which they were found, and returns the
/// reachability below each as covers.
void finish(GreenStructure& result, std::vector<std::vector<std::uint32_t>>& below, bool order) {
  const std::size_t count = result.d_classes.size();
  std::vector<std::uint32_t> by_rank(count), place(count);
  std::iota(by_rank.begin(), by_rank.end(), 0U);
  std::stable_sort(by_rank.begin(), by_rank.end(), [&](std::uint32_t a, std::uint32_t b) {
    return result.d_classes[a].rank > result.d_classes[b].rank;
  });
  std::vector<DClass> sorted;
  sorted.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    place[by_rank[i]] = i;
    sorted.push_back(std::move(result.d_classes[by_rank[i]]));
  }
  result.d_classes = std::move(sorted);
  if (!order || !result.complete || count > kMaxOrderedClasses) return;

  std::vector<std::vector<std::uint32_t>> direct(count);
  for (std::uint32_t d = 0; d < count; ++d) {
    for (const std::uint32_t lower : below[d]) direct[place[d]].push_back(place[lower]);
  }
  // Everything below each class, then what is below without a class between. Classes of one rank
  // may lie below each other, so the order is found by depth-first search, not by rank.
  std::vector<std::vector<bool>> reach(count);
  std::vector<std::uint32_t> stack;
  std::vector<std::vector<std::uint32_t>> covers(count);
  for (std::uint32_t d = 0; d < count; ++d) {
    reach[d].assign(count, false);
    stack = direct[d];
    while (!stack.empty()) {
      const std::uint32_t e = stack.back();
      stack.pop_back();
      if (reach[d][e]) continue;
      reach[d][e] = true;
      stack.insert(stack.end(), direct[e].begin(), direct[e].end());
    }
  }
  for (std::uint32_t d = 0; d < count; ++d) {
    for (std::uint32_t e = 0; e < count; ++e) {
      if (!reach[d][e]) continue;
      bool between = false;
      for (const std::uint32_t m : direct[d]) between = between || (m != e && reach[m][e]);
      if (!between) covers[d].push_back(e);
    }
  }
  result.covers = std::move(covers);
}

}  // namespace

std::optional<std::size_t> GreenStructure::group_of(std::uint32_t component) const {
  const auto at = std::lower_bound(
      groups.begin(), groups.end(), component,
      [](const ImageGroup& group, std::uint32_t c) { return group.component < c; });
  if (at == groups.end() || at->component != component) return {};
  return static_cast<std::size_t>(at - groups.begin());
}

GreenStructure green_structure(std::size_t degree, const std::vector<Transformation>& letters,
                               const core::Limits& limits, const GreenOptions& options) {
  GreenStructure result;
  result.degree = degree;
  result.letters = letters;
  auto images = image_orbit(degree, letters, limits);
  if (auto* unknown = std::get_if<Unknown>(&images)) {
    result.unknown = std::move(*unknown);
    return result;
  }
  result.images = std::move(std::get<ImageOrbit>(images));
  for (std::uint32_t c = 0; c < result.images->components().size(); ++c) {
    auto group = result.images->group(c, limits);
    if (auto* unknown = std::get_if<Unknown>(&group)) {
      result.unknown = std::move(*unknown);
      return result;
    }
    if (auto& found = std::get<std::optional<ImageGroup>>(group)) {
      result.groups.push_back(std::move(*found));
    }
  }
  result.groups_complete = true;
  auto kernels = kernel_orbit(degree, letters, limits);
  if (auto* unknown = std::get_if<Unknown>(&kernels)) {
    result.unknown = std::move(*unknown);
    return result;
  }
  result.kernels = std::move(std::get<KernelOrbit>(kernels));
  Search search(result, limits);
  auto hit = search.run();
  result.complete = !hit;
  if (!hit) {
    Integer size = 0;
    for (const DClass& the_class : result.d_classes) size += the_class.elements();
    result.size = size;
    if (options.idempotents) hit = search.count_idempotents();
  }
  if (hit) {
    result.unknown =
        Unknown{std::move(*hit), std::to_string(result.d_classes.size()) + " D-classes found"};
  }
  finish(result, search.below(), options.order);
  return result;
}

GreenStructure green_structure(const Dfa& dfa, const core::Limits& limits,
                               const GreenOptions& options) {
  return green_structure(dfa.size(), letter_maps(dfa), limits, options);
}

}  // namespace statewright::automata
