#include "automata/algebra/giant.hpp"

#include <algorithm>

#include "automata/algebra/permutation.hpp"
#include "automata/algebra/stabiliser_chain.hpp"

namespace statewright::automata {

namespace {

bool is_prime(std::size_t n) {
  if (n < 2) return false;
  for (std::size_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) return false;
  }
  return true;
}

}  // namespace

bool proved_giant(const std::vector<Transformation>& generators, std::size_t points) {
  constexpr int kTrials = 200;  // a fraction of about ln 2 / ln n of S_n has such a cycle
  if (points < 8 || generators.empty()) return false;
  RandomProducts random(generators);
  for (int trial = 0; trial < kTrials; ++trial) {
    for (const std::size_t length : cycle_lengths(random.next())) {
      if (2 * length > points && length + 2 < points && is_prime(length)) return true;
    }
  }
  return false;
}

}  // namespace statewright::automata
