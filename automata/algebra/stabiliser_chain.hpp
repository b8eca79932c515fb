#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "automata/algebra/transformation.hpp"
#include "core/number/rational.hpp"

namespace statewright::automata {

/// A base and strong generating set of a permutation group: points b_1, b_2, .. that only the
/// identity fixes all, and for each i the orbit of b_i under the group that fixes the points before
/// it, with one element for every point of that orbit. |G| is the product of the orbits' lengths.
class StabiliserChain {
 public:
  /// The chain of the group that the permutations of `degree` points generate. `order_at_most`, if
  /// known, is an upper bound of the order: when the orbits found reach it, nothing is left to
  /// check.
  /// Errors: Error{limit} if the elements stored would take more than kMaxStored numbers.
  /// Cost: stores degree * (sum of the orbits' lengths) numbers; at most as many permutations as
  /// (sum over levels of orbit length * generators there) are sifted, each in O(degree * levels).
  StabiliserChain(std::size_t degree, const std::vector<Transformation>& generators,
                  const std::optional<core::Integer>& order_at_most);

  static constexpr std::size_t kMaxStored = std::size_t{1} << 28U;

  core::Integer order() const;
  bool contains(const Transformation& permutation) const;
  /// All elements, the identity first; the caller has checked that they fit.
  std::vector<Transformation> elements() const;

 private:
  struct Level {
    State base = 0;
    std::vector<std::uint32_t> generators;  ///< of the group that fixes the bases before; indices
    std::vector<std::size_t> checked;       ///< [generators]: points whose Schreier element sifts
    std::vector<State> orbit;               ///< base first; only ever appended to
    std::vector<std::int32_t> place;        ///< [degree]: index in `orbit`, or -1
    std::vector<State> to_base;  ///< [orbit, degree]: an element taking the point to base
  };

  /// Divides by the chain from `level` on, in place; the level where that ended, which is the
  /// number of levels if the permutation left fixes all bases.
  std::size_t sift(Transformation& permutation, std::size_t level) const;
  /// Takes in a permutation that fixes the first `depth` bases and moves the next one out of its
  /// orbit (or a new one): as a generator of levels from..depth.
  void add(const Transformation& permutation, std::size_t from, std::size_t depth);
  void extend_orbit(Level& level);
  void add_random_products(const std::vector<Transformation>& generators,
                           const std::optional<core::Integer>& order_at_most);
  void check_schreier_elements();

  std::size_t degree_;
  std::size_t stored_ = 0;
  std::vector<Transformation> strong_, inverses_;
  std::vector<Level> levels_;
};

/// Pseudo-random elements of a group by product replacement with an accumulator ("rattle"), from a
/// fixed seed: the same generators always give the same sequence.
/// Source: Celler, Leedham-Green, Murray, Niemeyer, O'Brien, "Generating random elements of a
/// finite group", Comm. Algebra 23 (1995); Leedham-Green and Murray, "Variants of product
/// replacement" (2002).
class RandomProducts {
 public:
  /// At least one generator.
  explicit RandomProducts(const std::vector<Transformation>& generators);
  const Transformation& next();

 private:
  std::vector<Transformation> slots_, inverse_slots_;
  Transformation accumulator_;
  std::uint64_t state_;
};

}  // namespace statewright::automata
