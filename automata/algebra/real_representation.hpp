#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "automata/algebra/character_table.hpp"
#include "automata/algebra/small_group.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// An irreducible representation over the reals: a real character, or a complex or quaternionic one
/// with its conjugate (twice the dimension).
struct RealIrreducible {
  std::size_t character;  ///< the first of the pair
  std::size_t copies;     ///< 1, or 2 for a pair
  std::size_t dimension;
};
std::vector<RealIrreducible> real_irreducibles(const CharacterTable& table);

/// dim - dim Fix of an element of a class: the rank of rho(g) - I.
std::size_t moved_dimension(const CharacterTable& table, const RealIrreducible& irreducible,
                            std::size_t of_class);

/// A sum of irreducibles.
struct RealRepresentation {
  std::size_t factors = 0;  ///< the largest rank over the letters
  std::size_t dimension = 0;
  std::vector<std::size_t> per_letter;
  std::vector<std::size_t> dimensions;  ///< of the summands, falling
};

/// The sum of different irreducibles whose kernel lies in `allowed`, a normal subgroup, with the
/// least number of factors for the letters, and the least dimension among those. Nothing if every
/// such sum has at least `worse_than` factors. `complete` becomes false when a limit ended the
/// search. Branch and bound over the normal closures of single elements outside `allowed`, which
/// must not lie in the kernel.
std::optional<RealRepresentation> least_representation(const SmallGroup& group,
                                                       const CharacterTable& table,
                                                       const ElementSet& allowed,
                                                       const std::vector<Element>& letters,
                                                       std::size_t worse_than,
                                                       const core::Limits& limits, bool& complete);

}  // namespace statewright::automata
