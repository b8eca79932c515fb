#include "automata/render/monoid_classes.hpp"

#include <limits>
#include <numeric>

#include "automata/algebra/orbit.hpp"

namespace statewright::automata::render {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Renumbers by first occurrence; returns how many numbers there are.
std::uint32_t renumber(std::vector<std::uint32_t>& classes) {
  std::vector<std::uint32_t> fresh(classes.size(), kNone);
  std::uint32_t count = 0;
  for (std::uint32_t& c : classes) {
    if (fresh[c] == kNone) fresh[c] = count++;
    c = fresh[c];
  }
  return count;
}

}  // namespace

MonoidClasses monoid_classes(const TransitionMonoid& monoid) {
  const std::size_t n = monoid.size(), k = monoid.letters();
  MonoidClasses out;
  std::vector<MonoidElement> right, left;
  right.reserve(n * k);
  left.reserve(n * k);
  for (MonoidElement x = 0; x < n; ++x) {
    for (Letter a = 0; a < k; ++a) {
      right.push_back(monoid.right(x, a));
      left.push_back(monoid.left(a, x));
    }
  }
  out.r = detail::strong_components(right, n, k).of;
  out.l = detail::strong_components(left, n, k).of;
  out.r_count = renumber(out.r);
  out.l_count = renumber(out.l);

  // Two R-classes that share an L-class are one D-class, because R and L commute.
  std::vector<std::uint32_t> parent(out.r_count), of_l(out.l_count, kNone);
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](std::uint32_t c) {
    while (parent[c] != c) c = parent[c] = parent[parent[c]];
    return c;
  };
  for (std::size_t x = 0; x < n; ++x) {
    std::uint32_t& first = of_l[out.l[x]];
    if (first == kNone) first = out.r[x];
    parent[root(out.r[x])] = root(first);
  }
  out.d.resize(n);
  for (std::size_t x = 0; x < n; ++x) out.d[x] = root(out.r[x]);
  out.d_count = renumber(out.d);
  return out;
}

}  // namespace statewright::automata::render
