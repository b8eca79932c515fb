#include "automata/algebra/direct_factors.hpp"

#include <algorithm>
#include <functional>

#include "automata/algebra/abelian_type.hpp"

namespace statewright::automata {

void DirectFactors::add(const DirectFactors& more) {
  others.insert(others.end(), more.others.begin(), more.others.end());
  prime_powers.insert(prime_powers.end(), more.prime_powers.begin(), more.prime_powers.end());
  isomorphism = isomorphism && more.isomorphism;
}

GroupName DirectFactors::name() const {
  if (others.empty()) return {abelian_name(prime_powers), isomorphism};
  if (others.size() == 1 && prime_powers.empty()) return {others.front(), isomorphism};
  const auto part = [](const std::string& name) {
    return name.find_first_of(":wo, ") == std::string::npos ? name : "(" + name + ")";
  };
  std::vector<std::string> sorted = others;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  std::string text;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t count = 1;
    while (i + count < sorted.size() && sorted[i + count] == sorted[i]) ++count;
    text += (i == 0 ? "" : "x") + part(sorted[i]);
    if (count > 1) text += "^" + std::to_string(count);
    i += count;
  }
  if (!prime_powers.empty()) text += "x" + abelian_name(prime_powers);
  return {text, isomorphism};
}

std::optional<std::pair<Subgroup, Subgroup>> direct_decomposition(
    const SmallGroup& group, const std::vector<Subgroup>& normal) {
  for (const Subgroup& n : normal) {
    if (n.order() == 1 || n.order() * n.order() > group.order()) continue;
    for (const Subgroup& m : normal) {
      if (n.order() * m.order() != group.order()) continue;
      ElementSet common = n.set;
      common &= m.set;
      if (common.size() == 1) return std::pair{n, m};
    }
  }
  return std::nullopt;
}

}  // namespace statewright::automata
