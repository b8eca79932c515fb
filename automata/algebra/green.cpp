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
#include <bit>
#include <map>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "automata/algebra/covers.hpp"

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
        kernels_(*result.kernels),
        image_sides_(images_.components().size()),
        kernel_sides_(kernels_.components().size()),
        met_image_(images_.size()),
        met_kernel_(kernels_.size()) {}

  std::optional<LimitHit> run() {
    const Transformation identity = identity_transformation(result_.degree);
    found(identity.data(), 0, 0, [] { return Word{}; });
    for (std::uint32_t d = 0; d < result_.d_classes.size() && !stopped_; ++d) {
      stopped_ = meter_.check(result_.d_classes.size());
      if (!stopped_) expand(d, true);
      if (!stopped_) expand(d, false);
    }
    return stopped_;
  }

  std::vector<std::vector<std::uint32_t>>& below() { return below_; }

 private:
  Kernel kernel_of(const State* map) {
    const std::size_t n = result_.degree;
    constexpr std::uint32_t kUnseen = 0xffffffffU;
    class_of_image_.assign(n, kUnseen);
    classes_.resize(n);
    std::uint32_t next = 0;
    for (std::size_t q = 0; q < n; ++q) {
      std::uint32_t& known = class_of_image_[map[q]];
      if (known == kUnseen) known = next++;
      classes_[q] = static_cast<KernelOrbit::Class>(known);
    }
    return kernels_.find(classes_.data()).value();
  }

  ImageSet image_of(const State* map) {
    bits_.assign((result_.degree + 63) / 64, 0);
    for (std::size_t q = 0; q < result_.degree; ++q) {
      bits_[map[q] / 64] |= std::uint64_t{1} << map[q] % 64;
    }
    return images_.find_bits(bits_.data()).value();
  }

  const Side& image_side(std::uint32_t component) {
    std::unique_ptr<Side>& side = image_sides_[component];
    if (!side) {
      side = std::make_unique<Side>();
      side->tree = images_.tree(component);
      if (const auto group = result_.group_of(component)) {
        side->generators = result_.groups[*group].group.generators();
        side->order = result_.groups[*group].group.order();
      }
    }
    return *side;
  }

  const Side& kernel_side(std::uint32_t component) {
    std::unique_ptr<Side>& side = kernel_sides_[component];
    if (!side) {
      side = std::make_unique<Side>();
      side->tree = kernels_.tree(component);
      auto loops = kernels_.group(side->tree, limits_);
      if (auto* hit = std::get_if<Unknown>(&loops)) {
        stopped_ = std::move(hit->hit);
      } else {
        const PermutationGroup& group = std::get<detail::LoopGroup>(loops).group;
        side->generators = group.generators();
        side->order = group.order();
      }
    }
    return *side;
  }

  /// Whether the points, as many as classes, are in different ones.
  bool is_transversal(Kernel kernel, const std::vector<State>& points) {
    const KernelOrbit::Class* classes = kernels_.classes(kernel);
    if (points.size() <= 64) {
      std::uint64_t met = 0;
      for (const State q : points) met |= std::uint64_t{1} << classes[q];
      return static_cast<std::size_t>(std::popcount(met)) == points.size();
    }
    met_class_.assign(points.size(), false);
    for (const State q : points) {
      if (met_class_[classes[q]]) return false;
      met_class_[classes[q]] = true;
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

  /// The element between the fixed kernel and image of its box; valid until the next call.
  const Transformation& between_roots(const State* map, Kernel kernel, ImageSet image) {
    const ComponentTree& left = kernel_side(kernels_.components().of[kernel]).tree;
    const ComponentTree& right = image_side(images_.components().of[image]).tree;
    const std::size_t rank = kernels_.rank(kernel);
    const KernelOrbit::Class* classes = kernels_.classes(kernel);
    value_.resize(rank);  // of each class of the kernel
    for (std::size_t q = 0; q < result_.degree; ++q) value_[classes[q]] = map[q];
    const std::size_t at_left = left.place(kernel) * rank, at_right = right.place(image) * rank;
    sigma_.resize(rank);
    for (std::size_t i = 0; i < rank; ++i) {
      const State point = value_[left.to[at_left + i]];
      sigma_[i] = right.from[at_right + images_.place(image, point)];
    }
    return sigma_;
  }

  static std::uint64_t box_of(std::uint32_t kernels, std::uint32_t images) {
    return std::uint64_t{kernels} << 32U | images;
  }

  /// The class of an element, which is new or known; word() is asked for if it is new.
  template <class MakeWord>
  std::uint32_t found(const State* map, Kernel kernel, ImageSet image, const MakeWord& word) {
    const std::uint32_t kernels = kernels_.components().of[kernel];
    const std::uint32_t images = images_.components().of[image];
    const auto [regular, is_new] = regular_class_.try_emplace(box_of(kernels, images), kNone);
    if (is_new && transversals(kernels, images, true) == 0) regular->second = kIrregular;
    if (regular->second == kIrregular) {
      const Transformation& sigma = between_roots(map, kernel, image);
      Cosets& cosets = cosets_[box_of(kernels, images)];
      const auto listed = cosets.index.find(sigma);
      if (listed != cosets.index.end()) return cosets.d_class[listed->second];
      const std::uint32_t d = add(map, word(), kernel, image);
      list(cosets, sigma, d, kernel_side(kernels), image_side(images));
      return d;
    }
    if (regular->second == kNone) {
      regular->second = add(map, word(), kernel, image);
      DClass& the_class = result_.d_classes.back();
      the_class.regular = true;
      the_class.r_classes = kernels_.components().size(kernels);
      the_class.l_classes = images_.components().size(images);
      the_class.group = result_.group_of(images);
      the_class.h_order = the_class.group ? result_.groups[*the_class.group].group.order() : 1;
    }
    return regular->second;
  }

  std::uint32_t add(const State* map, Word word, Kernel kernel, ImageSet image) {
    DClass the_class;
    the_class.rank = images_.rank(image);
    the_class.representative.assign(map, map + result_.degree);
    the_class.word = std::move(word);
    the_class.image = image;
    the_class.kernel = kernel;
    the_class.idempotents = 0;
    result_.d_classes.push_back(std::move(the_class));
    below_.emplace_back();
    last_above_.push_back(kNone);
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
  /// R-class of its L-class, and its products with letters on that side. A member is told from
  /// others by its image (or kernel) and, in a class without idempotents, by the orbit of its
  /// permutation; where the image alone decides, a known member is not even multiplied out.
  void expand(std::uint32_t d, bool from_right) {
    const std::size_t n = result_.degree;
    const Kernel kernel = result_.d_classes[d].kernel;
    const ImageSet image = result_.d_classes[d].image;
    const std::uint32_t kernels = kernels_.components().of[kernel];
    const std::uint32_t images = images_.components().of[image];
    const std::size_t rank = result_.d_classes[d].rank;
    const bool regular = result_.d_classes[d].regular;
    const std::vector<std::uint32_t>& component =
        from_right ? images_.components().of : kernels_.components().of;
    std::vector<Met>& met = from_right ? met_image_ : met_kernel_;
    const Cosets* cosets = regular ? nullptr : &cosets_.at(box_of(kernels, images));
    ++stamp_;
    if (!met_pairs_.empty()) met_pairs_ = {};  // clear() would fill all buckets once more
    const auto is_new = [&](std::uint32_t node, const State* map) {
      std::uint32_t orbit = 0;
      if (!regular) {
        const std::size_t at = cosets->index.at(
            between_roots(map, from_right ? kernel : node, from_right ? node : image));
        orbit = from_right ? cosets->left[at] : cosets->right[at];
      }
      if (met[node].stamp != stamp_) {
        met[node] = {stamp_, orbit};
        return true;
      }
      if (met[node].orbit == orbit) return false;
      return met_pairs_.insert(std::uint64_t{node} << 32U | orbit).second;
    };
    maps_ = result_.d_classes[d].representative;
    members_.assign(1, {from_right ? image : kernel, 0, 0});
    is_new(members_[0].node, maps_.data());
    product_.resize(n);
    for (std::size_t m = 0; m < members_.size() && !stopped_; ++m) {
      for (Letter a = 0; a < result_.letters.size() && !stopped_; ++a) {
        const std::uint32_t node = members_[m].node;
        const std::uint32_t next = from_right ? images_.next(node, a) : kernels_.next(node, a);
        const bool stays = component[next] == component[node];
        if (stays && regular && met[next].stamp == stamp_) continue;
        const State *map = maps_.data() + m * n, *letter = result_.letters[a].data();
        const State *first = from_right ? map : letter, *second = from_right ? letter : map;
        for (std::size_t q = 0; q < n; ++q) product_[q] = second[first[q]];
        if (stays) {
          if (!is_new(next, product_.data())) continue;
          members_.push_back({next, static_cast<std::uint32_t>(m), a});
          maps_.insert(maps_.end(), product_.begin(), product_.end());
          continue;
        }
        // What the letter did not touch stays unless the rank falls.
        const std::size_t left = from_right ? images_.rank(next) : kernels_.rank(next);
        const ImageSet to = from_right ? next : left == rank ? image : image_of(product_.data());
        const Kernel from = from_right ? left == rank ? kernel : kernel_of(product_.data()) : next;
        const std::uint32_t lower = found(product_.data(), from, to, [&] {
          Word word = {a};
          for (std::size_t up = m; up != 0; up = members_[up].before) {
            word.push_back(members_[up].letter);
          }
          const Word& rest = result_.d_classes[d].word;
          if (from_right) std::reverse(word.begin(), word.end());
          word.insert(from_right ? word.begin() : word.end(), rest.begin(), rest.end());
          return word;
        });
        if (result_.d_classes.size() <= kMaxOrderedClasses && last_above_[lower] != d) {
          last_above_[lower] = d;
          below_[d].push_back(lower);
        }
        stopped_ = stopped_ ? stopped_ : meter_.check(result_.d_classes.size());
      }
    }
  }

  static constexpr std::uint32_t kNone = 0xffffffffU, kIrregular = 0xfffffffeU;

  GreenStructure& result_;
  const core::Limits& limits_;
  core::Meter meter_;
  const ImageOrbit& images_;
  const KernelOrbit& kernels_;
  std::vector<std::unique_ptr<Side>> image_sides_, kernel_sides_;   // [components], on first use
  std::unordered_map<std::uint64_t, std::uint32_t> regular_class_;  // of each box met
  std::unordered_map<std::uint64_t, Cosets> cosets_;
  std::vector<std::vector<std::uint32_t>>
      below_;                              // [D-classes] one multiplication below, once each
  std::vector<std::uint32_t> last_above_;  // [D-classes] in whose list it was put last
  std::size_t listed_ = 0;
  std::optional<LimitHit> stopped_;

  // What `expand` has met: a stamp for each call, the first orbit met at an image or kernel, and
  // further ones as pairs.
  struct Met {
    std::uint32_t stamp = 0, orbit = 0;
  };
  struct Member {
    std::uint32_t node, before;  // its image or kernel; the member that it was made of
    Letter letter;
  };
  std::vector<Met> met_image_, met_kernel_;
  std::unordered_set<std::uint64_t> met_pairs_;
  std::uint32_t stamp_ = 0;
  std::vector<Member> members_;
  std::vector<State> maps_;  // [members_, degree]
  // Room for one result each, kept between calls.
  Transformation product_, value_, sigma_;
  std::vector<std::uint32_t> class_of_image_;
  std::vector<KernelOrbit::Class> classes_;
  std::vector<std::uint64_t> bits_;
  std::vector<bool> met_class_;

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

/// Sorts classes by falling rank, keeping the order in which they were found, and finds covers.
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
  result.covers = detail::covers_of(direct);
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
