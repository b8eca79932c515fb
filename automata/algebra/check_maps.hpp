#pragma once

// Internal: whether foreign letters are maps.

#include <string>

#include "automata/algebra/transformation.hpp"
#include "core/error.hpp"

namespace statewright::automata {

/// Errors: Error{shape|range} for a letter that is no map of {0, .., degree-1}.
inline void check_maps(std::size_t degree, const std::vector<Transformation>& letters) {
  using core::Error;
  using core::Fault;
  for (std::size_t a = 0; a < letters.size(); ++a) {
    const std::string where = "map of letter " + std::to_string(a);
    if (letters[a].size() != degree) {
      throw Error({Fault::shape, where, std::to_string(degree) + " images",
                   std::to_string(letters[a].size())});
    }
    for (const State q : letters[a]) {
      if (q < degree) continue;
      throw Error(
          {Fault::range, where, "images below " + std::to_string(degree), std::to_string(q)});
    }
  }
}

}  // namespace statewright::automata
