#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "automata/algebra/transformation.hpp"

namespace statewright::automata {

/// A map of {0, .., n-1} that differs from the identity at no more than two points. As a matrix on
/// columns, M e_q = e_{f(q)}: the swap is I - (e_x - e_y)(e_x - e_y)^T, the copy is I - (e_x - e_y)
/// e_x^T. To the right of a row, s M, the copy writes entry y over entry x, hence its name.
struct Elementary {
  enum class Kind : std::uint8_t {
    swap,  ///< x and y change places
    copy,  ///< x goes to y, y stays
  };
  Kind kind = Kind::swap;
  std::uint32_t x = 0, y = 0;  ///< x != y
  bool operator==(const Elementary&) const = default;
};

/// The image of point q. Cost: constant.
std::uint32_t apply(const Elementary& factor, std::uint32_t q);

/// f as a product of elementary maps, in order of application to points: copies first, then swaps;
/// n - c of them, where c is the number of components of the graph with an edge from every q to
/// f(q). No product of fewer is f. For a permutation this is n - #cycles, for any map at most
/// n - 1. Requires: f[q] < f.size().
/// Cost: O(n).
/// Source: RWKV-7, arXiv:2503.14456, Lemma 3 (n factors); the count here is proved in the source.
std::vector<Elementary> elementary_factors(std::span<const std::uint32_t> f);

/// The number of factors above. Cost: O(n).
std::size_t elementary_length(std::span<const std::uint32_t> f);

}  // namespace statewright::automata
