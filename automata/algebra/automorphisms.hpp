#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "automata/algebra/small_group.hpp"

namespace statewright::automata {

/// Few elements that generate the group: greedily, each making the subgroup as large as it can.
std::vector<Element> few_generators(const SmallGroup& group);

/// The homomorphism from <generators> to `target` with the given images, as the image of every
/// element ([order], only meaningful inside <generators>); nothing if there is none. Cost: O(order
/// of <generators> * #generators).
std::optional<std::vector<Element>> homomorphism(const SmallGroup& group,
                                                 const std::vector<Element>& generators,
                                                 const SmallGroup& target,
                                                 const std::vector<Element>& images);

/// All automorphisms, as the image of every element. Nothing if more than `trials` assignments of
/// images had to be tried.
std::optional<std::vector<Transformation>> automorphisms(const SmallGroup& group,
                                                         std::size_t trials = 50000);

/// How far N, H and the order m of the group of automorphisms of N that H induces determine a
/// semidirect product N:H that is not N x H. Counted are homomorphisms H -> Aut(N) up to Aut(N) and
/// Aut(H), which give isomorphic products.
struct SemidirectCount {
  std::size_t in_all = 0;         ///< classes of non-trivial homomorphisms
  std::size_t of_this_order = 0;  ///< those whose image has m elements
};

/// Nothing if Aut(N) has more than SmallGroup::kMaxOrder elements or there is too much to try.
std::optional<SemidirectCount> count_semidirect(const SmallGroup& normal, const SmallGroup& other,
                                                std::size_t image_order);

}  // namespace statewright::automata
