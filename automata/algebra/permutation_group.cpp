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

// Three ways to know a permutation group, tried in this order on the points that it moves:
//
//  regular  one orbit, and maps that commute with the group are transitive too. The order is the
//           number of points and members are what commutes with those maps. So the group of a word
//           problem, whose points are its elements, costs nothing beyond its generators.
//  giant    all permutations of at least kGiantFrom points, or all even ones, by Jordan's theorem.
//  chain    Schreier-Sims. An upper bound of the order makes checks unnecessary where the group is
//           as large as it can be: let V be the vectors of parities of the generators on deciding
//           orbits of n_1, .., n_k points; then |G| <= n_1! .. n_k! |V| / 2^k.

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

Integer order_bound(const PermutationGroup& group, const std::vector<std::vector<State>>& orbits) {
  const auto deciding = deciding_orbits(group.generators(), orbits);
  Integer bound = 1;
  std::vector<std::vector<bool>> parities(group.generators().size());
  for (const std::size_t o : deciding) {
    bound *= factorial(orbits[o].size());
    const PermutationGroup on_orbit = group.restricted_to(orbits[o]);
    for (std::size_t s = 0; s < parities.size(); ++s) {
      std::vector<bool> seen(orbits[o].size(), false);
      std::size_t even_cycles = 0;
      const Transformation& g = group.generators()[s];
      for (std::size_t i = 0; i < orbits[o].size(); ++i) {
        if (seen[i]) continue;
        std::size_t length = 0;
        for (std::size_t k = i; !seen[k]; ++length) {
          seen[k] = true;
          k = static_cast<std::size_t>(
              std::lower_bound(orbits[o].begin(), orbits[o].end(), g[orbits[o][k]]) -
              orbits[o].begin());
        }
        if (length % 2 == 0) ++even_cycles;
      }
      parities[s].push_back(even_cycles % 2 == 1);
    }
  }
  return bound >> (deciding.size() - binary_rank(parities));
}

}  // namespace

/// What is known of a group once somebody asked.
struct PermutationGroup::Structure {
  Integer order = 1;
  std::vector<State> moved;
  bool giant = false;
  bool odd = false;                             ///< a giant with odd elements
  std::vector<std::vector<State>> centraliser;  ///< of a regular group, transitive
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
  const auto all_orbits = orbits();
  std::size_t long_orbits = 0;
  for (const auto& orbit : all_orbits) {
    if (orbit.size() == 1) continue;
    ++long_orbits;
    found->moved.insert(found->moved.end(), orbit.begin(), orbit.end());
  }
  const std::size_t n = found->moved.size();
  if (long_orbits == 1) {
    if (auto maps = regular_centraliser(generators_, found->moved)) {
      found->centraliser = std::move(*maps);
      found->order = n;
    } else if (n >= kGiantFrom && proved_giant(generators_, n)) {
      found->giant = true;
      found->odd = std::any_of(generators_.begin(), generators_.end(), is_odd);
      found->order = found->odd ? factorial(n) : factorial(n) / 2;
    }
  }
  if (long_orbits > 0 && !found->giant && found->centraliser.empty()) {
    found->chain.emplace(degree_, generators_, order_bound(*this, all_orbits));
    found->order = found->chain->order();
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
  std::vector<bool> moves(degree_, false);
  for (const State q : known.moved) moves[q] = true;
  for (std::size_t q = 0; q < degree_; ++q) {
    if (permutation[q] != q && !moves[q]) return false;
  }
  if (known.giant) return known.odd || !is_odd(permutation);
  // What commutes with the transitive centraliser of a regular group is in the group.
  return !known.centraliser.empty() &&
         std::all_of(known.centraliser.begin(), known.centraliser.end(),
                     [&](const std::vector<State>& map) {
                       return std::all_of(known.moved.begin(), known.moved.end(), [&](State q) {
                         return permutation[map[q]] == map[permutation[q]];
                       });
                     });
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
    State point, from;
    std::size_t map;
  };
  std::vector<Step> tree;
  std::vector<bool> reached(degree_, false);
  std::vector<State> queue = {known.moved.front()};
  reached[queue.front()] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (std::size_t m = 0; m < known.centraliser.size(); ++m) {
      const State point = known.centraliser[m][queue[i]];
      if (reached[point]) continue;
      reached[point] = true;
      tree.push_back({point, queue[i], m});
      queue.push_back(point);
    }
  }
  std::vector<Transformation> found;
  for (const State to : known.moved) {
    Transformation element = identity_permutation(degree_);
    element[known.moved.front()] = to;
    for (const Step& step : tree) {
      element[step.point] = known.centraliser[step.map][element[step.from]];
    }
    found.push_back(std::move(element));
  }
  return found;
}

}  // namespace statewright::automata
