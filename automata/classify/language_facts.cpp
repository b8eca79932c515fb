#include "automata/classify/language_facts.hpp"

#include <algorithm>

namespace statewright::automata {
namespace {

bool is_power_of_two(core::Integer n) {
  while (n > 1 && n % 2 == 0) n /= 2;
  return n == 1;
}

}  // namespace

bool LanguageFacts::odd() const {
  if (odd_circle) return true;
  const auto* known = groups.get();
  return known != nullptr && std::any_of(known->begin(), known->end(), [](const GroupFact& g) {
           return !is_power_of_two(g.order);
         });
}

bool LanguageFacts::solvable() const {
  const auto& known = groups.value();
  return std::all_of(known.begin(), known.end(),
                     [](const GroupFact& g) { return g.derived_length.has_value(); });
}

bool LanguageFacts::star_free() const { return groups.value().empty(); }

}  // namespace statewright::automata
