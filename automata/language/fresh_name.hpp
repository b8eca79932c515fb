#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace statewright::automata {

/// `wish`, or the first of `wish`2, `wish`3, .. that is not among `taken`. Cost: O(|taken|) a try.
inline std::string fresh_name(const std::vector<std::string>& taken, const std::string& wish) {
  std::string name = wish;
  for (std::size_t i = 2; std::find(taken.begin(), taken.end(), name) != taken.end(); ++i) {
    name = wish + std::to_string(i);
  }
  return name;
}

}  // namespace statewright::automata
