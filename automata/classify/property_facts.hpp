#pragma once

#include <string>
#include <vector>

#include "automata/algebra/green.hpp"
#include "automata/classify/language_facts.hpp"
#include "automata/language/dfa.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// A property of the syntactic monoid with a reason that can be checked by hand.
struct PropertyFact {
  std::string id;       ///< "star-free"
  std::string meaning;  ///< "no word leads around a circle of two or more states"
  Fact<bool> holds = false;
  std::string witness;  ///< why it does not hold, with words: "`ab` and `ba` act differently"
};

/// The properties in a fixed order: group, star-free, solvable, commutative, partial injections,
/// inverse, R-, L-, J-trivial, definite, idempotents right regular. Cost: properties.hpp.
std::vector<PropertyFact> properties_of_monoid(const Dfa& dfa, const GreenStructure& green,
                                               const LanguageFacts& facts,
                                               const core::Limits& limits);

/// The same for a group language, where the group decides all of them.
std::vector<PropertyFact> properties_of_group(const Dfa& dfa, const LanguageFacts& facts);

}  // namespace statewright::automata
