#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "automata/algebra/modular_matrix.hpp"
#include "automata/algebra/small_group.hpp"

namespace statewright::automata {

/// The complex irreducible characters of a group, exactly: values modulo a prime p that is 1 modulo
/// the group's exponent and so large that every multiplicity of an eigenvalue is determined.
class CharacterTable {
 public:
  struct Class {
    Element representative;
    std::size_t size;
    std::uint32_t order;                ///< n, of its elements
    std::vector<std::uint32_t> powers;  ///< [n]: the class of the j-th power
  };

  /// Errors: Error{limit} for more than kMostClasses classes.
  /// Cost: O(classes^4) in the worst case, usually classes^3 and p * classes.
  explicit CharacterTable(const SmallGroup& group);
  static constexpr std::size_t kMostClasses = 250;

  /// As group.classes(): {1} first. There are as many characters; the trivial one comes first, then
  /// by degree.
  const std::vector<Class>& classes() const noexcept { return classes_; }
  std::uint32_t degree(std::size_t character) const { return degrees_[character]; }
  /// chi(g) modulo the prime.
  std::uint32_t residue(std::size_t character, std::size_t of_class) const {
    return values_[character][of_class];
  }
  const PrimeField& field() const noexcept { return field_; }

  /// How often exp(2 pi i j/n), n the order of the class, is an eigenvalue, [n].
  std::vector<std::uint32_t> multiplicities(std::size_t character, std::size_t of_class) const;
  /// How often it is exp(2 pi i j/n) for one j.
  std::uint32_t multiplicity(std::size_t character, std::size_t of_class, std::uint32_t j) const;
  /// The value if it is an integer: iff it is rational.
  std::optional<std::int64_t> integer(std::size_t character, std::size_t of_class) const;
  std::complex<double> approximate(std::size_t character, std::size_t of_class) const;

  /// Frobenius and Schur: 1 for a real representation, 0 for one that is not equivalent to its
  /// complex conjugate, -1 for a quaternionic one.
  int indicator(std::size_t character) const { return indicators_[character]; }
  std::size_t complex_conjugate(std::size_t character) const { return conjugates_[character]; }

 private:
  PrimeField field_;
  std::uint32_t exponent_;
  std::uint32_t root_;  ///< of unity, of order exponent_
  std::vector<Class> classes_;
  std::vector<std::vector<std::uint32_t>> values_;
  std::vector<std::uint32_t> degrees_;
  std::vector<int> indicators_;
  std::vector<std::size_t> conjugates_;
};

/// Errors: Error{limit} above `limit` elements or SmallGroup::kMaxOrder.
CharacterTable character_table(const PermutationGroup& group,
                               std::size_t limit = SmallGroup::kMaxOrder);

}  // namespace statewright::automata
