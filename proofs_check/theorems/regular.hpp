#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "automata/cascade/cascade.hpp"
#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "proofs_check/theorems/group.hpp"

namespace statewright::proofs {

/// Theorem 4 for one language: the cascade, and the networks of the printed and of the repaired
/// wiring, each with its verdict.
struct RegularTheorem {
  automata::Language minimal;
  automata::Cascade cascade;
  PromisedNetwork printed, repaired;
  /// Largest dimension of a layer of the repaired network, and factors of a token in it.
  std::size_t widest = 0;

  std::size_t states() const noexcept { return minimal.dfa.size(); }
  std::size_t levels() const noexcept { return cascade.levels.size(); }
  std::size_t largest_level() const;
  /// Whether the printed wiring was refuted and the repaired one proved.
  bool shows_defect() const noexcept;
};

/// Errors: Error{limit} where no cascade is found within the limits. Verdicts may be unknown.
RegularTheorem check_regular_theorem(const automata::Language& language,
                                     const core::Limits& limits = {});

/// Names of languages that the theorem is tried on: groups, resets, counters with walls, and what
/// is made of them.
const std::vector<std::string>& regular_languages();

}  // namespace statewright::proofs
