#include "automata/algebra/reflections.hpp"

#include <algorithm>
#include <set>

#include "automata/algebra/group_name.hpp"
#include "automata/algebra/permutation.hpp"
#include "automata/algebra/real_representation.hpp"
#include "core/error.hpp"

// The number h* of "How Many Householders Does State Tracking Need?" and its bounds; the theorem
// that ties it to layers is restated in the header. A representation of a cover K is usable iff its
// kernel lies in the kernel C of K -> G: then K modulo that kernel is a cover with a faithful one.
// With C = 1 that is the group itself.

namespace statewright::automata {

using core::Error;
using core::Fault;
using core::Integer;

namespace {

constexpr std::size_t kMostLiftings = 1U << 13U;  // assignments of c_s to letters, times |G|
constexpr std::size_t kMostCoverOrder = 1000;     // of K

std::string dimensions_text(const std::vector<std::size_t>& dimensions) {
  if (dimensions.empty()) return "the trivial representation";
  std::string text;
  for (const std::size_t d : dimensions) text += (text.empty() ? "" : " + ") + std::to_string(d);
  return (dimensions.size() == 1 ? "an irreducible real representation of dimension "
                                 : "irreducible real representations of dimensions ") +
         text;
}

bool has_table(const SmallGroup& group) {
  return group.classes().size() <= CharacterTable::kMostClasses;
}

/// Least over one cover; the letters are given by their lifts.
std::optional<ReflectionRepresentation> over_cover(const SmallGroup& cover,
                                                   const ElementSet& kernel,
                                                   const std::vector<Element>& lifts,
                                                   std::size_t worse_than,
                                                   const core::Limits& limits, bool& complete) {
  if (!has_table(cover)) {
    complete = false;
    return std::nullopt;
  }
  const auto found = least_representation(cover, CharacterTable(cover), kernel, lifts, worse_than,
                                          limits, complete);
  if (!found) return std::nullopt;
  return ReflectionRepresentation{found->factors, found->dimension, found->per_letter,
                                  dimensions_text(found->dimensions)};
}

/// The permutations as they are.
ReflectionRepresentation by_permutations(const std::vector<Transformation>& letters,
                                         std::size_t degree) {
  ReflectionRepresentation result{
      0, degree, {}, "permutations of " + std::to_string(degree) + " points"};
  for (const Transformation& s : letters) {
    result.per_letter.push_back(degree - cycle_lengths(s).size());
    result.factors = std::max(result.factors, result.per_letter.back());
  }
  return result;
}

/// K = the product of the cyclic groups of the letters' orders, for an abelian group.
ReflectionRepresentation count_cover(const std::vector<Transformation>& letters) {
  ReflectionRepresentation result{0,
                                  0,
                                  {},
                                  "count cover: a sign for each letter that is an "
                                  "involution, a plane for each other one"};
  std::set<Transformation> counted;
  for (const Transformation& s : letters) {
    Transformation square = s;
    multiply_onto(square, s);
    const std::size_t factors = is_identity(s) ? 0 : is_identity(square) ? 1 : 2;
    result.per_letter.push_back(factors);
    result.factors = std::max(result.factors, factors);
    if (counted.insert(s).second) result.dimension += factors;
  }
  return result;
}

/// Lifts to G x Z_n, [letters], each in 0..n-1, constant on the classes that `part` numbers.
class Assignments {
 public:
  Assignments(std::size_t parts, std::size_t n) : n_(n), numbers_(parts, 0) {}
  /// Not all 0: that is the group itself.
  bool next() {
    for (std::size_t& number : numbers_) {
      if (++number < n_) return true;
      number = 0;
    }
    return false;
  }
  std::size_t operator[](std::size_t part) const { return numbers_[part]; }

 private:
  std::size_t n_;
  std::vector<std::size_t> numbers_;
};

bool few_assignments(std::size_t parts, std::size_t n, std::size_t order) {
  std::size_t count = order;
  for (std::size_t i = 0; i < parts; ++i) {
    count *= n;
    if (count > kMostLiftings) return false;
  }
  return true;
}

/// Improves `best` by covers in G x Z_n.
void search_covers(const SmallGroup& group, const PermutationGroup& action,
                   const std::vector<Transformation>& letters, const std::vector<Element>& elements,
                   std::size_t n, std::size_t lower, const core::Limits& limits,
                   ReflectionBound& bound) {
  // Letters that share a number: equal ones, or all of a conjugacy class.
  std::vector<std::size_t> part(letters.size());
  std::vector<std::size_t> names;
  for (const bool by_class : {false, true}) {
    names = {0};  // the identity, element and class 0, keeps c = 0
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const std::size_t name = by_class ? group.class_of(elements[i]) : elements[i];
      const auto at = std::find(names.begin(), names.end(), name);
      part[i] = static_cast<std::size_t>(at - names.begin());
      if (at == names.end()) names.push_back(name);
    }
    if (few_assignments(names.size() - 1, n, group.order())) break;
  }
  if (!few_assignments(names.size() - 1, n, group.order())) {
    bound.complete = false;
    return;
  }
  const std::size_t degree = action.degree();
  Assignments numbers(names.size() - 1, n);
  while (bound.upper.factors > lower && numbers.next()) {
    core::Limits time = limits;
    time.max_states.reset();
    if (core::Meter(time, "covers").check(0)) {  // a fresh meter looks at the clock
      bound.complete = false;
      return;
    }
    std::vector<Transformation> lifts;
    for (std::size_t i = 0; i < letters.size(); ++i) {
      Transformation lift = letters[i];
      for (std::size_t k = 0; k < n; ++k) {
        const std::size_t c = part[i] == 0 ? 0 : numbers[part[i] - 1];
        lift.push_back(static_cast<State>(degree + (k + c) % n));
      }
      lifts.push_back(std::move(lift));
    }
    const PermutationGroup cover_action = PermutationGroup(degree + n, lifts).with_few_generators();
    if (cover_action.order() > kMostCoverOrder) {
      bound.complete = false;
      continue;
    }
    const SmallGroup cover(cover_action);
    // The kernel of K -> G: the rotations of the added points that are in K.
    ElementSet kernel(cover.order());
    for (std::size_t c = 0; c < n; ++c) {
      Transformation rotation = identity_permutation(degree);
      for (std::size_t k = 0; k < n; ++k) {
        rotation.push_back(static_cast<State>(degree + (k + c) % n));
      }
      if (const auto element = cover.find(rotation)) kernel.insert(*element);
    }
    std::vector<Element> lifted;
    lifted.reserve(lifts.size());
    for (const Transformation& lift : lifts) lifted.push_back(cover.find(lift).value());
    auto found = over_cover(cover, kernel, lifted, bound.upper.factors, limits, bound.complete);
    if (!found) continue;
    found->description += " of a cover of order " + std::to_string(cover.order()) +
                          ", letters with " + (n == 2 ? "signs" : "rotations by quarter turns") +
                          " beside them";
    bound.upper = std::move(*found);
  }
}

void set_lower(const std::vector<Transformation>& letters, const Integer& order,
               const PermutationGroup& group, ReflectionBound& bound) {
  const Transformation* slow = nullptr;
  std::set<Transformation> different;
  for (const Transformation& s : letters) {
    if (is_identity(s)) continue;
    different.insert(s);
    Transformation square = s;
    multiply_onto(square, s);
    if (!is_identity(square)) slow = &s;
  }
  if (different.empty()) {
    bound.lower_reason = "no letter does anything";
    return;
  }
  bound.lower = 1;
  bound.lower_reason = "a letter without factors is the identity";
  if (slow != nullptr) {
    bound.lower = 2;
    bound.lower_reason =
        "a letter is no involution, and a single factor of finite order is a reflection";
  }
  // S_6 contains an S_5, whose elements are letters, too; larger ones have too many letters.
  if (order >= 120 && order <= SmallGroup::kMaxOrder && different.size() + 1 == order) {
    const GroupName name = name_group(group);
    if (name.name == "S5" || name.name == "S6") {
      bound.lower = 4;
      bound.lower_reason =
          "all elements of S5 are letters, and no layer with at most one pair of eigenvalues that "
          "are not real, hence none with 3 factors, tracks S5 (Complex KDA, Theorem 4)";
    }
  }
}

}  // namespace

ReflectionBound least_reflections(const PermutationGroup& group,
                                  const std::vector<Transformation>& letters,
                                  const core::Limits& limits) {
  const PermutationGroup generated(group.degree(), letters);
  const Integer order = group.order();
  if (generated.order() != order ||
      !std::all_of(letters.begin(), letters.end(),
                   [&](const Transformation& s) { return group.contains(s); })) {
    throw Error({Fault::range, "reflections", "letters that generate the group",
                 "letters that generate a group of order " + core::to_string(generated.order()) +
                     " instead of " + core::to_string(order)});
  }
  ReflectionBound bound;
  set_lower(letters, order, group, bound);
  bound.upper = by_permutations(letters, group.degree());
  const auto improve = [&](const ReflectionRepresentation& found) {
    if (std::tuple(found.factors, found.dimension) <
        std::tuple(bound.upper.factors, bound.upper.dimension)) {
      bound.upper = found;
    }
  };
  if (group.is_abelian()) improve(count_cover(letters));
  if (order > SmallGroup::kMaxOrder) {
    bound.complete = bound.upper.factors == bound.lower;
    return bound;
  }
  const SmallGroup small(generated.with_few_generators());
  std::vector<Element> elements;
  elements.reserve(letters.size());
  for (const Transformation& s : letters) elements.push_back(small.find(s).value());
  ElementSet only_identity(small.order());
  only_identity.insert(0);
  if (has_table(small)) {
    bound.own = over_cover(small, only_identity, elements, ~std::size_t{0}, limits, bound.complete);
    if (bound.own) {
      bound.own->description += " of the group itself";
      improve(*bound.own);
    }
  } else {
    bound.complete = false;
  }
  for (const std::size_t n : {2U, 4U}) {
    if (bound.upper.factors == bound.lower) break;
    search_covers(small, generated, letters, elements, n, bound.lower, limits, bound);
  }
  return bound;
}

}  // namespace statewright::automata
