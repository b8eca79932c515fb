#include "automata/algebra/small_group.hpp"

#include <algorithm>
#include <bit>
#include <bitset>
#include <map>
#include <numeric>
#include <string>

#include "automata/algebra/permutation.hpp"
#include "core/error.hpp"

namespace statewright::automata {

using core::Error;
using core::Fault;

bool ElementSet::includes(const ElementSet& other) const {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if ((other.words_[i] & ~words_[i]) != 0) return false;
  }
  return true;
}

ElementSet& ElementSet::operator&=(const ElementSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  return *this;
}

std::size_t ElementSet::size() const {
  std::size_t size = 0;
  for (const std::uint64_t word : words_) size += std::bitset<64>(word).count();
  return size;
}

std::vector<Element> ElementSet::elements() const {
  std::vector<Element> found;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
      found.push_back(static_cast<Element>(64 * i + static_cast<unsigned>(std::countr_zero(word))));
    }
  }
  return found;
}

SmallGroup::SmallGroup(const PermutationGroup& group) {
  if (group.order() > kMaxOrder) {
    throw Error({Fault::limit, "small group", "at most " + std::to_string(kMaxOrder) + " elements",
                 core::to_string(group.order())});
  }
  // Right multiplication by the generators first, then whole rows along words: row a s is row a
  // permuted, because (a s) b = a (s b) and the columns of s are known from the left.
  std::map<Transformation, Element> number;
  permutations_ = {identity_permutation(group.degree())};
  number[permutations_.front()] = 0;
  const auto& generators = group.generators();
  std::vector<std::vector<Element>> times(generators.size());    // [generator][a] = a s
  std::vector<std::pair<Element, std::size_t>> step = {{0, 0}};  // a = first * second generator
  for (std::size_t a = 0; a < permutations_.size(); ++a) {
    for (std::size_t s = 0; s < generators.size(); ++s) {
      Transformation next = permutations_[a];
      multiply_onto(next, generators[s]);
      const auto [at, fresh] = number.emplace(next, static_cast<Element>(permutations_.size()));
      if (fresh) {
        permutations_.push_back(std::move(next));
        step.emplace_back(static_cast<Element>(a), s);
      }
      times[s].push_back(at->second);
    }
  }
  order_ = permutations_.size();
  for (std::size_t s = 0; s < generators.size(); ++s) generators_.push_back(times[s][0]);
  products_.resize(order_ * order_);
  for (std::size_t a = 0; a < order_; ++a) {
    std::uint16_t* const row = &products_[a * order_];
    row[0] = static_cast<std::uint16_t>(a);
    for (std::size_t b = 1; b < order_; ++b) {
      const auto& [prefix, s] = step[b];
      row[b] = static_cast<std::uint16_t>(times[s][row[prefix]]);
    }
  }
  for (const auto& [permutation, a] : number) by_permutation_.push_back(a);
  derive();
}

SmallGroup::SmallGroup(std::size_t order, std::vector<std::uint16_t> products,
                       std::vector<Element> generators)
    : order_(order), products_(std::move(products)), generators_(std::move(generators)) {
  generators_.erase(std::remove(generators_.begin(), generators_.end(), Element{0}),
                    generators_.end());
  derive();
}

void SmallGroup::derive() {
  inverses_.resize(order_);
  orders_.assign(order_, 1);
  for (Element a = 0; a < order_; ++a) {
    Element last = 0;
    for (Element x = a; x != 0; x = product(x, a)) {
      last = x;
      ++orders_[a];
    }
    inverses_[a] = static_cast<std::uint16_t>(last);
    exponent_ = std::lcm(exponent_, orders_[a]);
  }
  std::vector<bool> seen(order_, false);
  for (Element a = 0; a < order_; ++a) {
    if (seen[a]) continue;
    std::vector<Element> members = {a};
    seen[a] = true;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (const Element s : generators_) {
        const Element next = conjugate(members[i], s);
        if (seen[next]) continue;
        seen[next] = true;
        members.push_back(next);
      }
    }
    std::sort(members.begin(), members.end());
    classes_.push_back(std::move(members));
  }
  std::sort(classes_.begin(), classes_.end(), [&](const auto& x, const auto& y) {
    return std::tuple(orders_[x.front()], x.size(), x.front()) <
           std::tuple(orders_[y.front()], y.size(), y.front());
  });
  class_of_.resize(order_);
  for (std::size_t k = 0; k < classes_.size(); ++k) {
    for (const Element a : classes_[k]) class_of_[a] = static_cast<std::uint32_t>(k);
  }
}

Element SmallGroup::power(Element a, std::uint64_t exponent) const {
  Element result = 0;
  for (exponent %= orders_[a]; exponent > 0; --exponent) result = product(result, a);
  return result;
}

std::optional<Element> SmallGroup::find(const Transformation& permutation) const {
  const auto at = std::lower_bound(
      by_permutation_.begin(), by_permutation_.end(), permutation,
      [&](Element a, const Transformation& wanted) { return permutations_[a] < wanted; });
  if (at == by_permutation_.end() || permutations_[*at] != permutation) return std::nullopt;
  return *at;
}

Subgroup SmallGroup::extended(const Subgroup& base, Element by) const {
  if (base.set.contains(by)) return base;
  Subgroup result = base;
  result.generators.push_back(by);
  const std::size_t block = base.elements.size();
  // Cosets `base * r` are added whole; each representative r times each generator either lies in a
  // coset that is there or begins a new one.
  const auto add_coset = [&](Element r) {
    for (std::size_t i = 0; i < block; ++i) {
      const Element x = product(base.elements[i], r);
      result.elements.push_back(x);
      result.set.insert(x);
    }
  };
  add_coset(by);
  for (std::size_t at = block; at < result.elements.size(); at += block) {
    const Element r = result.elements[at];
    for (const Element s : result.generators) {
      const Element next = product(r, s);
      if (!result.set.contains(next)) add_coset(next);
    }
  }
  result.elements = result.set.elements();  // sorted
  return result;
}

Subgroup SmallGroup::generated_by(const std::vector<Element>& elements) const {
  Subgroup result{{0}, {}, ElementSet(order_)};
  result.set.insert(0);
  for (const Element a : elements) result = extended(result, a);
  return result;
}

Subgroup SmallGroup::normal_closure(const std::vector<Element>& elements) const {
  Subgroup result = generated_by(elements);
  for (std::size_t i = 0; i < result.generators.size(); ++i) {
    for (const Element s : generators_) {
      result = extended(result, conjugate(result.generators[i], s));
    }
  }
  return result;
}

Subgroup SmallGroup::centre() const { return centraliser(generators_); }

Subgroup SmallGroup::centraliser(const std::vector<Element>& elements) const {
  std::vector<Element> commuting;
  for (Element a = 0; a < order_; ++a) {
    if (std::all_of(elements.begin(), elements.end(),
                    [&](Element s) { return product(a, s) == product(s, a); })) {
      commuting.push_back(a);
    }
  }
  return generated_by(commuting);
}

Subgroup SmallGroup::derived_subgroup() const {
  std::vector<Element> commutators;
  for (const Element a : generators_) {
    for (const Element b : generators_) {
      if (a < b) commutators.push_back(product(inverse(a), conjugate(a, b)));
    }
  }
  return normal_closure(commutators);
}

Subgroup SmallGroup::whole() const { return generated_by(generators_); }

bool SmallGroup::is_normal(const Subgroup& subgroup) const {
  return std::all_of(subgroup.generators.begin(), subgroup.generators.end(), [&](Element a) {
    return std::all_of(generators_.begin(), generators_.end(),
                       [&](Element s) { return subgroup.set.contains(conjugate(a, s)); });
  });
}

SmallGroup SmallGroup::as_group(const Subgroup& subgroup) const {
  const std::size_t n = subgroup.order();
  std::vector<std::uint16_t> number(order_, 0), products(n * n);
  for (std::size_t i = 0; i < n; ++i) number[subgroup.elements[i]] = static_cast<std::uint16_t>(i);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      products[i * n + j] = number[product(subgroup.elements[i], subgroup.elements[j])];
    }
  }
  std::vector<Element> generators;
  for (const Element s : subgroup.generators) generators.push_back(number[s]);
  return SmallGroup(n, std::move(products), std::move(generators));
}

SmallGroup SmallGroup::quotient(const Subgroup& normal, std::vector<Element>* coset) const {
  std::vector<Element> number(order_, static_cast<Element>(order_)), representatives;
  for (Element a = 0; a < order_; ++a) {
    if (number[a] != order_) continue;
    for (const Element n : normal.elements) {
      number[product(n, a)] = static_cast<Element>(representatives.size());
    }
    representatives.push_back(a);
  }
  const std::size_t n = representatives.size();
  std::vector<std::uint16_t> products(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      products[i * n + j] =
          static_cast<std::uint16_t>(number[product(representatives[i], representatives[j])]);
    }
  }
  std::vector<Element> generators;
  for (const Element s : generators_) generators.push_back(number[s]);
  if (coset != nullptr) *coset = number;
  return SmallGroup(n, std::move(products), std::move(generators));
}

std::vector<Transformation> SmallGroup::coset_action(const Subgroup& subgroup) const {
  std::vector<State> number(order_, 0);
  std::vector<Element> representatives;
  std::vector<bool> seen(order_, false);
  for (Element a = 0; a < order_; ++a) {
    if (seen[a]) continue;
    for (const Element u : subgroup.elements) {
      seen[product(u, a)] = true;
      number[product(u, a)] = static_cast<State>(representatives.size());
    }
    representatives.push_back(a);
  }
  std::vector<Transformation> maps;
  for (const Element s : generators_) {
    Transformation map;
    for (const Element a : representatives) map.push_back(number[product(a, s)]);
    maps.push_back(std::move(map));
  }
  return maps;
}

std::vector<std::size_t> SmallGroup::order_counts() const {
  std::vector<std::size_t> counts(exponent_ + 1, 0);
  for (const std::uint32_t order : orders_) ++counts[order];
  return counts;
}

}  // namespace statewright::automata
