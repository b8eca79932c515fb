// Laws of idempotents from orbits. A regular D-class has an idempotent with kernel K and image I
// iff I meets each class of K once, and then it is the map that takes each state to the point of I
// in its class. So idempotents are listed without the monoid, and a law is decided on the list.
//
// Inverse monoids: if each R-class and each L-class holds exactly one idempotent, each element is
// regular with one inverse; and conversely (Howie, Fundamentals of Semigroup Theory, 1995, theorem
// 5.1.1). Two idempotents e, f of one L-class have e f = e and f e = f (of one R-class e f = f and
// f e = e), so they do not commute.
//
// Right regular bands: at most one idempotent in each L-class is necessary, since e f e = e and
// f e = f for two; with the closure of idempotents under products it is sufficient, since then y x
// and x y x are L-equivalent idempotents. Closure has to be tried by pairs in any case, so the law
// itself is.

#include "automata/algebra/idempotents.hpp"

#include <algorithm>
#include <numeric>

namespace statewright::automata {
namespace {

using core::LimitHit;
using core::Limits;
using core::Unknown;

constexpr std::uint64_t kMaxIdempotentBytes = 1ULL << 30U;

/// The letters along a shortest path between two nodes of one component.
std::vector<Letter> path_inside(const std::vector<std::uint32_t>& next, std::size_t letters,
                                const detail::Components& components, std::uint32_t from,
                                std::uint32_t to) {
  struct Node {
    std::uint32_t node;
    std::size_t before;
    Letter letter;
  };
  const std::uint32_t c = components.of[from];
  const auto* members = components.members.data() + components.begin[c];
  std::vector<bool> seen(components.size(c));
  const auto visit = [&](std::uint32_t node) {
    const auto place =
        static_cast<std::size_t>(std::lower_bound(members, members + seen.size(), node) - members);
    if (seen[place]) return false;
    seen[place] = true;
    return true;
  };
  std::vector<Node> queue = {{from, 0, 0}};
  visit(from);
  std::size_t at = 0;
  for (; queue[at].node != to; ++at) {
    for (Letter a = 0; a < letters; ++a) {
      const std::uint32_t node = next[queue[at].node * letters + a];
      if (components.of[node] == c && visit(node)) queue.push_back({node, at, a});
    }
  }
  std::vector<Letter> path;
  for (; at != 0; at = queue[at].before) path.push_back(queue[at].letter);
  std::reverse(path.begin(), path.end());
  return path;
}

/// The least k with permutation^k = 1.
core::Integer order_of(const Transformation& permutation) {
  core::Integer order = 1;
  std::vector<bool> seen(permutation.size());
  for (State start = 0; start < permutation.size(); ++start) {
    std::uint64_t length = 0;
    for (State q = start; !seen[q]; q = permutation[q], ++length) seen[q] = true;
    if (length > 1) order *= length / gcd(order, core::Integer(length)).convert_to<std::uint64_t>();
  }
  return order;
}

struct Place {
  const DClass* d_class;
  Kernel kernel;
  ImageSet image;
};

IdempotentWord at(const GreenStructure& green, const Place& place) {
  return *idempotent_word(green, *place.d_class, place.kernel, place.image);
}

IdempotentPair pair_at(const GreenStructure& green, const Place& x, const Place& y) {
  return {at(green, x), at(green, y)};
}

/// Whether the image meets every class of the kernel once.
class Transversals {
 public:
  explicit Transversals(const GreenStructure& green) : green_(green), seen_(green.degree, 0) {}

  void set_image(ImageSet image) { points_ = green_.images->points(image); }
  bool operator()(Kernel kernel) {
    ++stamp_;
    const KernelOrbit::Class* classes = green_.kernels->classes(kernel);
    for (const State q : points_) {
      if (seen_[classes[q]] == stamp_) return false;
      seen_[classes[q]] = stamp_;
    }
    return true;
  }

 private:
  const GreenStructure& green_;
  std::vector<State> points_;
  std::vector<std::uint64_t> seen_;  // [classes] the last test that met it
  std::uint64_t stamp_ = 0;
};

/// Calls visit(kernel, image) for each idempotent of a regular class, by images, while it returns
/// true. Returns the limit that was hit, if any.
template <class Visit>
std::optional<LimitHit> for_each_idempotent(const GreenStructure& green, const DClass& d_class,
                                            core::Meter& meter, const Visit& visit) {
  const auto& images = green.images->components();
  const auto& kernels = green.kernels->components();
  const std::uint32_t i = images.of[d_class.image], k = kernels.of[d_class.kernel];
  Transversals transversal(green);
  for (std::uint32_t m = images.begin[i]; m < images.begin[i + 1]; ++m) {
    transversal.set_image(images.members[m]);
    for (std::uint32_t l = kernels.begin[k]; l < kernels.begin[k + 1]; ++l) {
      if (l % 64 == 0) {
        if (auto hit = meter.check_time(m)) return hit;
      }
      if (transversal(kernels.members[l]) && !visit(kernels.members[l], images.members[m])) {
        return {};
      }
    }
  }
  return {};
}

/// Two idempotents of one L-class (one image) or, by `columns` false, of one R-class (one kernel).
std::variant<std::optional<IdempotentPair>, LimitHit> related_pair(const GreenStructure& green,
                                                                   const DClass& d_class,
                                                                   bool one_image,
                                                                   core::Meter& meter) {
  std::vector<Place> first;  // [kernels] if they are asked for
  std::optional<Place> x, y;
  const auto& kernels = green.kernels->components();
  const auto* members = kernels.members.data() + kernels.begin[kernels.of[d_class.kernel]];
  const std::size_t count = kernels.size(kernels.of[d_class.kernel]);
  if (!one_image) first.assign(count, {nullptr, 0, 0});
  auto hit = for_each_idempotent(green, d_class, meter, [&](Kernel kernel, ImageSet image) {
    const Place now{&d_class, kernel, image};
    if (one_image) {
      if (x && x->image == image) {
        y = now;
        return false;
      }
      x = now;
      return true;
    }
    Place& before = first[static_cast<std::size_t>(
        std::lower_bound(members, members + count, kernel) - members)];
    if (before.d_class == nullptr) {
      before = now;
      return true;
    }
    x = before;
    y = now;
    return false;
  });
  if (hit) return std::move(*hit);
  if (!y) return std::optional<IdempotentPair>{};
  return std::optional<IdempotentPair>(pair_at(green, *x, *y));
}

Unknown missing(const GreenStructure& green) {
  return green.unknown.value_or(Unknown{{"the D-classes, which were not asked for", ""}, ""});
}

}  // namespace

std::optional<Transformation> idempotent_between(const GreenStructure& green, Kernel kernel,
                                                 ImageSet image) {
  if (green.kernels->rank(kernel) != green.images->rank(image)) return {};
  Transversals transversal(green);
  transversal.set_image(image);
  if (!transversal(kernel)) return {};
  const KernelOrbit::Class* classes = green.kernels->classes(kernel);
  std::vector<State> point(green.kernels->rank(kernel));
  for (const State q : green.images->points(image)) point[classes[q]] = q;
  Transformation map(green.degree);
  for (std::size_t q = 0; q < map.size(); ++q) map[q] = point[classes[q]];
  return map;
}

/// The representative, moved to the kernel from the left and to the image from the right, is in the
/// H-class of the idempotent, a group that permutes the image.
std::optional<IdempotentWord> idempotent_word(const GreenStructure& green, const DClass& d_class,
                                              Kernel kernel, ImageSet image) {
  const auto &kernels = green.kernels->components().of, &images = green.images->components().of;
  if (kernels[kernel] != kernels[d_class.kernel] || images[image] != images[d_class.image])
    return {};
  auto map = idempotent_between(green, kernel, image);
  if (!map) return {};
  IdempotentWord found;
  found.map = std::move(*map);
  if (found.map == identity_transformation(green.degree)) return found;
  const std::size_t k = green.letters.size();
  found.word =
      path_inside(green.kernels->graph(), k, green.kernels->components(), d_class.kernel, kernel);
  std::reverse(found.word.begin(), found.word.end());
  found.word.insert(found.word.end(), d_class.word.begin(), d_class.word.end());
  const Word back =
      path_inside(green.images->graph(), k, green.images->components(), d_class.image, image);
  found.word.insert(found.word.end(), back.begin(), back.end());

  Transformation acts = identity_transformation(green.degree);
  for (const Letter a : found.word) {
    for (State& q : acts) q = green.letters[a][q];
  }
  const std::vector<State> points = green.images->points(image);
  Transformation permutation;
  for (const State q : points) {
    permutation.push_back(static_cast<State>(green.images->place(image, acts[q])));
  }
  found.power = order_of(permutation);
  return found;
}

core::Verdict<Holds, std::variant<NotRegular, IdempotentPair>> is_inverse(
    const GreenStructure& green, const Limits& limits) {
  using Witness = std::variant<NotRegular, IdempotentPair>;
  core::Meter meter(limits, "idempotents");
  std::optional<LimitHit> stopped;
  for (const DClass& d_class : green.d_classes) {
    if (!d_class.regular) return Witness{NotRegular{d_class.word}};
  }
  for (const DClass& d_class : green.d_classes) {
    // As many columns as rows as idempotents, at least one in each: exactly one.
    const bool square = d_class.l_classes == d_class.r_classes;
    if (square && d_class.idempotents && *d_class.idempotents == d_class.l_classes) continue;
    for (const bool one_image : {true, false}) {
      auto found = related_pair(green, d_class, one_image, meter);
      if (auto* hit = std::get_if<LimitHit>(&found)) {
        stopped = std::move(*hit);
        break;
      }
      if (auto& pair = std::get<0>(found)) return Witness{std::move(*pair)};
    }
  }
  if (stopped) return Unknown{std::move(*stopped), ""};
  if (!green.complete) return missing(green);
  return Holds{};
}

core::Verdict<Holds, IdempotentPair> idempotents_are_right_regular(const GreenStructure& green,
                                                                   const Limits& limits) {
  if (!green.kernels) return missing(green);
  core::Meter meter(limits, "idempotents");
  const std::size_t n = green.degree;
  std::vector<Place> places;
  std::vector<State> maps;  // [places, degree]
  std::optional<LimitHit> stopped;
  for (const DClass& d_class : green.d_classes) {
    if (!d_class.regular) continue;
    std::optional<Place> x, y;
    auto hit = for_each_idempotent(green, d_class, meter, [&](Kernel kernel, ImageSet image) {
      const Place now{&d_class, kernel, image};
      if (x && x->image == image) {
        y = now;
        return false;
      }
      x = now;
      if (stopped) return true;
      places.push_back(now);
      const Transformation map = *idempotent_between(green, kernel, image);
      maps.insert(maps.end(), map.begin(), map.end());
      stopped = meter.check(places.size());
      if (!stopped && maps.size() * sizeof(State) > kMaxIdempotentBytes) {
        stopped = LimitHit{"1 GiB of idempotents", ""};
      }
      return true;
    });
    if (y) return pair_at(green, *x, *y);
    if (hit) stopped = std::move(hit);
    if (hit || stopped) break;
  }
  for (std::size_t i = 0; i < places.size() && !stopped; ++i) {
    const State* x = maps.data() + i * n;
    for (std::size_t j = 0; j < places.size(); ++j) {
      const State* y = maps.data() + j * n;
      for (std::size_t q = 0; q < n; ++q) {
        if (x[y[x[q]]] != x[y[q]]) return pair_at(green, places[i], places[j]);
      }
      if (j % 1024 == 0 && (stopped = meter.check_time(i, places.size()))) break;
    }
  }
  if (stopped) {
    return Unknown{std::move(*stopped), std::to_string(places.size()) + " idempotents listed"};
  }
  if (!green.complete) return missing(green);
  return Holds{};
}

}  // namespace statewright::automata
