#include "automata/algebra/transformation.hpp"

#include <numeric>

namespace statewright::automata {

Transformation identity_transformation(std::size_t degree) {
  Transformation map(degree);
  std::iota(map.begin(), map.end(), State{0});
  return map;
}

Transformation then(const Transformation& x, const Transformation& y) {
  Transformation product(x.size());
  for (std::size_t q = 0; q < x.size(); ++q) product[q] = y[x[q]];
  return product;
}

std::vector<Transformation> letter_maps(const Dfa& dfa) {
  std::vector<Transformation> maps(dfa.letters.size(), Transformation(dfa.size()));
  for (State q = 0; q < dfa.size(); ++q) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) maps[a][q] = dfa.step(q, a);
  }
  return maps;
}

Transformation word_map(const Dfa& dfa, const Word& word) {
  Transformation map = identity_transformation(dfa.size());
  for (State& q : map) {
    for (const Letter a : word) q = dfa.step(q, a);
  }
  return map;
}

}  // namespace statewright::automata
