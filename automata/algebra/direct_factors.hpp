#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "automata/algebra/group_name.hpp"
#include "automata/algebra/small_group.hpp"

namespace statewright::automata {

/// The names of the factors of a direct product. By the theorem of Krull and Schmidt the factors
/// that are no products themselves are unique up to isomorphism, so their names identify the group
/// if each of them does.
struct DirectFactors {
  std::vector<std::string> others;          ///< not abelian
  std::vector<std::uint64_t> prime_powers;  ///< the cyclic ones
  bool isomorphism = true;

  void add(const DirectFactors& more);
  /// "S4xA4xZ6": the names in reverse alphabetical order, then the abelian factors together.
  GroupName name() const;
};

/// G = N x M with neither trivial, N as small as possible; nothing if there is no such pair among
/// the normal subgroups given (all of them, smaller ones first).
std::optional<std::pair<Subgroup, Subgroup>> direct_decomposition(
    const SmallGroup& group, const std::vector<Subgroup>& normal);

}  // namespace statewright::automata
