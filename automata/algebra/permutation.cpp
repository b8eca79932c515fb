#include "automata/algebra/permutation.hpp"

#include <numeric>

namespace statewright::automata {

bool is_permutation_of(const Transformation& map, std::size_t degree) {
  if (map.size() != degree) return false;
  std::vector<bool> hit(degree, false);
  for (const State q : map) {
    if (q >= degree || hit[q]) return false;
    hit[q] = true;
  }
  return true;
}

Transformation identity_permutation(std::size_t degree) {
  Transformation identity(degree);
  std::iota(identity.begin(), identity.end(), State{0});
  return identity;
}

bool is_identity(const Transformation& map) noexcept {
  for (std::size_t q = 0; q < map.size(); ++q) {
    if (map[q] != q) return false;
  }
  return true;
}

Transformation inverse_permutation(const Transformation& x) {
  Transformation inverse(x.size());
  for (std::size_t q = 0; q < x.size(); ++q) inverse[x[q]] = static_cast<State>(q);
  return inverse;
}

void multiply_onto(Transformation& x, const Transformation& y) {
  for (State& q : x) q = y[q];
}

std::vector<std::size_t> cycle_lengths(const Transformation& permutation) {
  std::vector<std::size_t> lengths;
  std::vector<bool> seen(permutation.size(), false);
  for (std::size_t first = 0; first < permutation.size(); ++first) {
    if (seen[first]) continue;
    std::size_t length = 0;
    for (std::size_t q = first; !seen[q]; q = permutation[q]) {
      seen[q] = true;
      ++length;
    }
    lengths.push_back(length);
  }
  return lengths;
}

bool is_odd(const Transformation& permutation) {
  return (permutation.size() - cycle_lengths(permutation).size()) % 2 == 1;
}

}  // namespace statewright::automata
