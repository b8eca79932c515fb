#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/number/semantics.hpp"
#include "kernels/census_run.hpp"
#include "proofs_check/theorems/families.hpp"
#include "proofs_check/theorems/limit_cycle.hpp"

namespace statewright::proofs {

/// The census that decides for states of two numbers what one layer of a family can do in an
/// arithmetic: all letters of the family (or of a larger one) whose parameters are values of the
/// format, with every addition B of such values, from every state. It may have more members than
/// can be listed (CensusFamily::size). Nothing where there is none:
/// for other arithmetics than F and once:F, formats beyond 8 bits, families with gates or with
/// three factors.
std::optional<kernels::CensusFamily> census_of(const Family& family,
                                               const core::Semantics& semantics);

/// The transition of a member of such a census, `numbers` being its parameters.
core::Transition transition_of(const kernels::CensusFamily& letters,
                               const std::vector<double>& numbers);

/// What a census says about one language.
struct Exhaustive {
  /// No orbit of a letter has a period that the modulus divides. So no network of one layer from
  /// this family recognises the language, however many columns its state has: under one letter
  /// alone the states of a layer would go around a cycle whose length the modulus divides.
  bool none = false;
  std::optional<core::Model> network;  ///< one that recognises it, verified
  std::uint64_t product_states = 0;    ///< of that proof
  std::optional<Amplitude> amplitude;
};

/// Neither `none` nor a network: orbits that do not recur within the census' steps, periods that no
/// single comparison reads out, members that only a larger family has, or limits that were reached.
/// `census` is a complete one of census_of(family, semantics).
Exhaustive read_census(const kernels::Census& census, const Family& family,
                       const core::Semantics& semantics, Counting counting,
                       const core::Limits& limits);

}  // namespace statewright::proofs
