#pragma once

#include <string>

#include "automata/algebra/permutation_group.hpp"

namespace statewright::automata {

/// What a finite group is called. Spelled as in the names of languages where those exist: Z4, D4 (of
/// order 8), Q8, S5, A5, Z2xZ2 written Z2^2, A4xZ5, ..; otherwise by order and invariants.
struct GroupName {
  std::string name;       ///< "1", "Z4", "D4", "Z2^3", "A4xZ5", or "order 24, derived length 3, .."
  bool isomorphism = true;  ///< whether the name determines the group up to isomorphism
  bool operator==(const GroupName&) const = default;
};

/// Names the group. Never enumerates a symmetric or alternating group of large degree: giants are
/// recognised by their order on an orbit.
GroupName name_group(const PermutationGroup& group);

}  // namespace statewright::automata
