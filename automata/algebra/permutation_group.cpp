#include "automata/algebra/permutation_group.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "automata/algebra/equivariant_map.hpp"
#include "automata/algebra/giant.hpp"
#include "automata/algebra/permutation.hpp"
#include "automata/algebra/stabiliser_chain.hpp"
#include "core/error.hpp"

// Orbits that another one decides, by a map that commutes with the group, only have to follow it.
// If one orbit of n points is left, there are three ways to know the group, tried in this order:
//
//  regular  maps that commute with the group are transitive too. The order is n and members are
//  what
//           commutes with those maps. So the group of a word problem, whose points are its
//           elements, costs nothing beyond its generators.
//  giant    all permutations of at least kGiantFrom points, or all even ones, by Jordan's theorem.
//  chain    Schreier-Sims, also for several deciding orbits. An upper bound of the order makes
//  checks
//           unnecessary where the group is as large as it can be: let V be the vectors of parities
//           of the generators on deciding orbits of n_1, .., n_k points; then
//           |G| <= n_1! .. n_k! |V| / 2^k.

namespace statewright::automata {

using core::Error;
using core::Fault;
using core::Integer;

namespace {

constexpr std::size_t kGiantFrom = 13;  // smaller ones have quick chains, which can list elements

Integer factorial(std::size_t n) {
  Integer value = 1;
  for (std::size_t i = 2; i <= n; ++i) value *= i;
  return value;
}

/// The dimension over F_2 of the span of rows of bits.
std::size_t binary_rank(std::vector<std::vector<bool>> rows) {
  std::size_t rank = 0;
  const std::size_t columns = rows.empty() ? 0 : rows.front().size();
  for (std::size_t c = 0; c < columns; ++c) {
    std::size_t pivot = rank;
    while (pivot < rows.size() && !rows[pivot][c]) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[rank], rows[pivot]);
    for (std::size_t r = rank + 1; r < rows.size(); ++r) {
      if (!rows[r][c]) continue;
      for (std::size_t k = c; k < columns; ++k) rows[r][k] = rows[r][k] != rows[rank][k];
    }
    ++rank;
  }
  return rank;
}

/// Whether a permutation is odd on one of its orbits-to-be: a sorted set that it preserves.
bool is_odd_on(const Transformation& g, const std::vector<State>& orbit) {
  std::vector<bool> seen(orbit.size(), false);
  bool odd = false;
  for (std::size_t i = 0; i < orbit.size(); ++i) {
    for (std::size_t k = i; !seen[k];) {
      seen[k] = true;
      k = static_cast<std::size_t>(std::lower_bound(orbit.begin(), orbit.end(), g[orbit[k]]) -
                                   orbit.begin());
      if (k != i) odd = !odd;  // a cycle of n points is n - 1 swaps
    }
  }
  return odd;
}

Integer order_bound(const PermutationGroup& group, const std::vector<std::vector<State>>& orbits,
                    const std::vector<std::size_t>& deciding) {
  Integer bound = 1;
  std::vector<std::vector<bool>> parities(group.generators().size());
  for (const std::size_t o : deciding) {
    bound *= factorial(orbits[o].size());
    for (std::size_t s = 0; s < parities.size(); ++s) {
      parities[s].push_back(is_odd_on(group.generators()[s], orbits[o]));
    }
  }
  return bound >> (deciding.size() - binary_rank(parities));
}

}  // namespace

/// What is known of a group once somebody asked. Without a chain, one orbit decides: `orbit`, in
/// the order of EquivariantMaps.
struct PermutationGroup::Structure {
  Integer order = 1;
  std::vector<State> orbit;
  std::vector<std::vector<State>> centraliser;  ///< of a regular group, transitive on `orbit`
  std::vector<std::vector<State>> followers;    ///< images of `orbit` in the orbits it decides
  bool giant = false;
  bool odd = false;  ///< a giant with odd elements
  std::optional<StabiliserChain> chain;
};

PermutationGroup::PermutationGroup(std::size_t degree, std::vector<Transformation> generators)
    : degree_(degree) {
  std::set<Transformation> seen;
  for (Transformation& generator : generators) {
    if (!is_permutation_of(generator, degree)) {
      throw Error({Fault::range, "permutation group",
                   "generators that permute " + std::to_string(degree) + " points",
                   "a map of " + std::to_string(generator.size()) + " points that does not"});
    }
    if (is_identity(generator) || !seen.insert(generator).second) continue;
    generators_.push_back(std::move(generator));
  }
}

PermutationGroup::~PermutationGroup() = default;
PermutationGroup::PermutationGroup(const PermutationGroup&) = default;
PermutationGroup::PermutationGroup(PermutationGroup&&) noexcept = default;
PermutationGroup& PermutationGroup::operator=(PermutationGroup other) noexcept {
  std::swap(degree_, other.degree_);
  std::swap(generators_, other.generators_);
  std::swap(structure_, other.structure_);
  return *this;
}

const PermutationGroup::Structure& PermutationGroup::structure() const {
  if (structure_) return *structure_;
  auto found = std::make_shared<Structure>();
  if (!generators_.empty()) {
    const auto all_orbits = orbits();
    DecidingOrbits deciding = deciding_orbits(degree_, generators_, all_orbits);
    bool known = false;
    if (deciding.kept.size() == 1) {
      const std::vector<State>& points = all_orbits[deciding.kept.front()];
      const std::size_t n = points.size();
      found->orbit = EquivariantMaps(degree_, generators_).orbit(points.front());
      for (auto& dropped : deciding.dropped) found->followers.push_back(std::move(dropped.images));
      if (auto maps = regular_centraliser(degree_, generators_, points.front())) {
        known = true;
        found->centraliser = std::move(*maps);
        found->order = n;
      } else if (n >= kGiantFrom && proved_giant(restricted_to(points).generators_, n)) {
        known = found->giant = true;
        found->odd = std::any_of(generators_.begin(), generators_.end(),
                                 [&](const Transformation& s) { return is_odd_on(s, points); });
        found->order = found->odd ? factorial(n) : factorial(n) / 2;
      }
    }
    if (!known) {
      found->chain.emplace(degree_, generators_, order_bound(*this, all_orbits, deciding.kept));
      found->order = found->chain->order();
    }
  }
  structure_ = std::move(found);
  return *structure_;
}

Integer PermutationGroup::order() const { return structure().order; }

bool PermutationGroup::contains(const Transformation& permutation) const {
  if (!is_permutation_of(permutation, degree_)) return false;
  if (is_identity(permutation)) return true;
  const Structure& known = structure();
  if (known.chain) return known.chain->contains(permutation);
  if (known.orbit.empty()) return false;  // the trivial group
  std::vector<State> place(degree_, kNoPoint);
  for (std::size_t i = 0; i < known.orbit.size(); ++i) {
    place[known.orbit[i]] = static_cast<State>(i);
  }
  for (const State q : known.orbit) {
    if (place[permutation[q]] == kNoPoint) return false;
  }
  // What commutes with the transitive centraliser of a regular group is in the group.
  const auto commutes = [&](const std::vector<State>& map) {
    for (std::size_t i = 0; i < known.orbit.size(); ++i) {
      if (permutation[map[i]] != map[place[permutation[known.orbit[i]]]]) return false;
    }
    return true;
  };
  if (!std::all_of(known.centraliser.begin(), known.centraliser.end(), commutes) ||
      !std::all_of(known.followers.begin(), known.followers.end(), commutes)) {
    return false;
  }
  std::vector<bool> moved(degree_, false);
  for (const State q : known.orbit) moved[q] = true;
  for (const auto& map : known.followers) {
    for (const State q : map) moved[q] = true;
  }
  for (std::size_t q = 0; q < degree_; ++q) {
    if (permutation[q] != q && !moved[q]) return false;
  }
  if (!known.giant || known.odd) return true;
  std::vector<State> sorted = known.orbit;
  std::sort(sorted.begin(), sorted.end());
  return !is_odd_on(permutation, sorted);
}

bool PermutationGroup::is_abelian() const {
  for (std::size_t i = 0; i < generators_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Transformation &x = generators_[i], &y = generators_[j];
      for (std::size_t q = 0; q < degree_; ++q) {
        if (y[x[q]] != x[y[q]]) return false;
      }
    }
  }
  return true;
}

PermutationGroup PermutationGroup::normal_closure(
    const std::vector<Transformation>& elements) const {
  // Every round adds conjugates that are missing, a few at a time: the next round has a larger
  // group and misses fewer, so few groups are computed and few generators pile up.
  constexpr std::size_t kAddedAtOnce = 4;
  std::vector<Transformation> inverses;
  for (const Transformation& s : generators_) inverses.push_back(inverse_permutation(s));
  PermutationGroup closure(degree_, elements);
  while (true) {
    std::vector<Transformation> larger = closure.generators_;
    const std::size_t before = larger.size();
    for (std::size_t k = 0; k < before && larger.size() < before + kAddedAtOnce; ++k) {
      for (std::size_t s = 0; s < inverses.size(); ++s) {
        Transformation conjugate = inverses[s];
        multiply_onto(conjugate, larger[k]);
        multiply_onto(conjugate, generators_[s]);
        if (!closure.contains(conjugate)) larger.push_back(std::move(conjugate));
      }
    }
    if (larger.size() == before) return closure;
    closure = PermutationGroup(degree_, std::move(larger));
  }
}

PermutationGroup PermutationGroup::derived_subgroup() const {
  std::vector<Transformation> commutators;
  for (std::size_t i = 0; i < generators_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      Transformation c = inverse_permutation(generators_[i]);
      multiply_onto(c, inverse_permutation(generators_[j]));
      multiply_onto(c, generators_[i]);
      multiply_onto(c, generators_[j]);
      commutators.push_back(std::move(c));
    }
  }
  return normal_closure(commutators);
}

std::vector<Integer> PermutationGroup::derived_series_orders() const {
  std::vector<Integer> orders = {order()};
  PermutationGroup group = *this;
  while (orders.back() != 1) {
    group = group.derived_subgroup();
    const Integer next = group.order();
    if (next == orders.back()) break;
    orders.push_back(next);
  }
  return orders;
}

bool PermutationGroup::is_solvable() const { return derived_series_orders().back() == 1; }

std::vector<std::vector<State>> PermutationGroup::orbits() const {
  std::vector<std::vector<State>> found;
  std::vector<bool> seen(degree_, false);
  for (std::size_t first = 0; first < degree_; ++first) {
    if (seen[first]) continue;
    std::vector<State> orbit = {static_cast<State>(first)};
    seen[first] = true;
    for (std::size_t i = 0; i < orbit.size(); ++i) {
      for (const Transformation& s : generators_) {
        const State image = s[orbit[i]];
        if (seen[image]) continue;
        seen[image] = true;
        orbit.push_back(image);
      }
    }
    std::sort(orbit.begin(), orbit.end());
    found.push_back(std::move(orbit));
  }
  return found;
}

PermutationGroup PermutationGroup::restricted_to(const std::vector<State>& points) const {
  std::vector<State> number(degree_, kNoPoint);
  for (std::size_t i = 0; i < points.size(); ++i) number[points[i]] = static_cast<State>(i);
  std::vector<Transformation> restricted;
  for (const Transformation& s : generators_) {
    Transformation map;
    map.reserve(points.size());
    for (const State q : points) map.push_back(number[s[q]]);
    restricted.push_back(std::move(map));
  }
  return PermutationGroup(points.size(), std::move(restricted));
}

PermutationGroup PermutationGroup::with_few_generators() const {
  PermutationGroup group(degree_, {});
  for (const Transformation& s : generators_) {
    if (group.contains(s)) continue;
    std::vector<Transformation> more = group.generators_;
    more.push_back(s);
    group = PermutationGroup(degree_, std::move(more));
  }
  return group;
}

std::vector<Transformation> PermutationGroup::elements(std::size_t limit) const {
  const Structure& known = structure();
  if (known.order > limit) {
    throw Error({Fault::limit, "elements of a permutation group",
                 "at most " + std::to_string(limit), core::to_string(known.order)});
  }
  if (generators_.empty()) return {identity_permutation(degree_)};
  if (known.chain) return known.chain->elements();
  if (known.giant) {
    return StabiliserChain(degree_, generators_, known.order).elements();
  }
  // Regular: the element that takes the base to `to` is known everywhere because it commutes with
  // the centraliser, by whose maps every point is reached from the base.
  struct Step {
    std::size_t point, from, map;  // places in the orbit
  };
  std::vector<State> place(degree_, kNoPoint);
  for (std::size_t i = 0; i < known.orbit.size(); ++i) {
    place[known.orbit[i]] = static_cast<State>(i);
  }
  std::vector<Step> tree;
  std::vector<bool> reached(known.orbit.size(), false);
  std::vector<std::size_t> queue = {0};
  reached[0] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (std::size_t m = 0; m < known.centraliser.size(); ++m) {
      const std::size_t point = place[known.centraliser[m][queue[i]]];
      if (reached[point]) continue;
      reached[point] = true;
      tree.push_back({point, queue[i], m});
      queue.push_back(point);
    }
  }
  std::vector<Transformation> found;
  for (const State to : known.orbit) {
    Transformation element = identity_permutation(degree_);
    element[known.orbit.front()] = to;
    for (const Step& step : tree) {
      element[known.orbit[step.point]] =
          known.centraliser[step.map][place[element[known.orbit[step.from]]]];
    }
    for (const auto& map : known.followers) {
      for (std::size_t i = 0; i < map.size(); ++i) {
        element[map[i]] = map[place[element[known.orbit[i]]]];
      }
    }
    found.push_back(std::move(element));
  }
  return found;
}

}  // namespace statewright::automata
