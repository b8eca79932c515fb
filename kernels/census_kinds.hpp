#pragma once

// Internal: from the kind of a family and the size of its state to templates of them.

#include <cstdint>
#include <type_traits>

#include "kernels/census.hpp"

namespace statewright::kernels {

/// Calls use(kind) with the kind as a type: decltype(..)::value is it.
template <class Use>
void with_kind(CensusKind kind, const Use& use) {
  switch (kind) {
    case CensusKind::matrices:
      return use(std::integral_constant<CensusKind, CensusKind::matrices>{});
    case CensusKind::diagonal:
      return use(std::integral_constant<CensusKind, CensusKind::diagonal>{});
    case CensusKind::deltanet:
      return use(std::integral_constant<CensusKind, CensusKind::deltanet>{});
    case CensusKind::factor:
      return use(std::integral_constant<CensusKind, CensusKind::factor>{});
    case CensusKind::pairs:
      return use(std::integral_constant<CensusKind, CensusKind::pairs>{});
  }
}

/// Calls use(n) with n, 1 to 4, as a type.
template <class Use>
void with_size(std::uint32_t n, const Use& use) {
  switch (n) {
    case 1:
      return use(std::integral_constant<int, 1>{});
    case 2:
      return use(std::integral_constant<int, 2>{});
    case 3:
      return use(std::integral_constant<int, 3>{});
    default:
      return use(std::integral_constant<int, 4>{});
  }
}

/// Both.
template <class Use>
void with_kind_and_size(CensusKind kind, std::uint32_t n, const Use& use) {
  with_kind(kind,
            [&](auto as_kind) { with_size(n, [&](auto as_size) { use(as_kind, as_size); }); });
}

}  // namespace statewright::kernels
