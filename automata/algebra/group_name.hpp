#pragma once

#include <string>

#include "automata/algebra/permutation_group.hpp"
#include "automata/algebra/small_group.hpp"

namespace statewright::automata {

/// What a finite group is called. Isomorphic groups of at most SmallGroup::kMaxOrder elements get
/// the same name, however they are given; beyond that the action decides what is recognised.
///
///   1, Z4, Z4xZ2, Z2^3, Z6          abelian, invariant factors
///   S5, A5                          symmetric, alternating (S3, not D3)
///   D4, D6                          dihedral, of order 8 and 12
///   Q8, Q16; Dic3, Dic5             generalised quaternion, dicyclic (of order 4n)
///   SD16; M16, M27                  semidihedral, modular: other p-groups with a cyclic maximal
///                                   subgroup
///   He3                             Heisenberg group, order p^3 and exponent p
///   D4oZ4, D4oD4, D4oQ8             central products of order 16 and 32
///   F20, F21                        Frobenius: Z_p by a group of its automorphisms, by order
///   AGL(1,8)                        x -> a x + b over a field that is not a prime field
///   SL(2,3), GL(2,3), 2O, SL(2,5)   matrix groups; binary octahedral group
///   PSL(2,7), PGL(2,7), M10, M12    simple groups and their extensions by automorphisms
///   A4xZ5, S3xZ2^2                  direct products of groups that are none, then abelian factors
///   Z4wrZ2, S3wrS3                  wreath products with S_k, A_k (k points) or Z_k (k points)
///   Z2^2:Z4, (Z4xZ2):Z2             semidirect products, normal subgroup first
///   order 32, derived length 2, ..  whatever else, by invariants
struct GroupName {
  std::string name;
  bool isomorphism = true;  ///< whether the name determines the group up to isomorphism
  bool operator==(const GroupName&) const = default;
};

/// Names the group. Never lists a symmetric or alternating group of many points: beyond
/// SmallGroup::kMaxOrder those are recognised by their order on an orbit, direct products by the
/// orders on orbits, wreath products by block systems.
/// Errors: those of PermutationGroup::order. Cost: for small groups, their subgroups are listed
/// where nothing better is found; milliseconds up to order 100, up to a second or so at order 2000.
GroupName name_group(const PermutationGroup& group);
GroupName name_group(const SmallGroup& group);

}  // namespace statewright::automata
