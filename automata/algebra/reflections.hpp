#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "automata/algebra/permutation_group.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// A real orthogonal representation, found by its characters, in which every letter is a product of
/// at most `factors` reflections, and which tracks the group.
struct ReflectionRepresentation {
  std::size_t factors = 0;
  std::size_t dimension = 0;
  std::vector<std::size_t> per_letter;  ///< rank(rho(letter) - I), [letters]
  /// "irreducible real representations of dimension 3 + 1 of S4xZ2, letters with signs, .."
  std::string description;
};

/// How many generalised Householder factors per token one non-expansive layer with finitely many
/// states needs to track a group: lower <= h <= upper.factors.
struct ReflectionBound {
  std::size_t lower = 0;
  std::string lower_reason;
  ReflectionRepresentation upper;
  /// The best faithful representation of the group itself, if its characters could be computed; the
  /// upper bound may be smaller by a cover.
  std::optional<ReflectionRepresentation> own;
  /// Whether all that is described below was searched; else the upper bound may not be the best.
  bool complete = true;
};

/// The bounds for `group` with `letters`, which must generate it.
///
/// Such a layer exists with k factors iff some finite group K maps onto G, and K has a faithful
/// real representation rho and lifts t_s of the letters that generate K with rank(rho(t_s) - I) <=
/// k: on an invariant inner product, t_s is a product of that many reflections (Cartan and
/// Dieudonne), and the reachable states of any such layer form such a K (the converse). Source: the
/// number h* of "How Many Householders Does State Tracking Need?" (2026 preprint, not reviewed; the
/// proof of the converse, by compressing to the minimal ideal of the monoid of reachable maps, is
/// by hand).
///
/// Upper bounds minimise max_s rank(rho(t_s) - I), then the dimension, over sums of real
/// irreducible representations. Searched are K = G; for abelian G the "count" cover, a separate
/// reflection or rotation for each letter; and K in G x Z_2 or G x Z_4, where a letter s is lifted
/// to (s, c_s), for all choices of c_s if they are few, else for those that depend on conjugacy
/// classes only. The rank is dim rho - (1/n) sum_j chi(g^j), from character tables. A group too
/// large for a table gets the permutations given: degree - #cycles.
///
/// Lower bounds: 1 for a letter that is not the identity; 2 for one that is no involution, since a
/// single factor that lies in a finite group is a reflection; 4 for all elements of S_5 or S_6
/// (Complex KDA, 2609.24797, Theorem 4: three factors have at most one pair of eigenvalues that are
/// not real, and then no layer tracks S_5).
///
/// Errors: Error{range} if a letter is no permutation of the group's points, or the letters do not
/// generate the group. Never a LimitHit: what is found until a limit is a valid bound.
/// Cost: one character table of G and of each cover; a second for groups of a few hundred elements.
ReflectionBound least_reflections(const PermutationGroup& group,
                                  const std::vector<Transformation>& letters,
                                  const core::Limits& limits = {});

}  // namespace statewright::automata
