// Maps of n points as products of swaps and copies, with the fewest factors.
//
// Draw an edge q -> f(q) for every point. Each component of that graph holds exactly one cycle, of
// length 1 if it is a fixed point; let c be the number of components.
//
// n - c factors suffice. Choose for every point v of the image a preimage j(v), the one on the
// cycle if v lies on a cycle, otherwise the least. First copy every point u that was not chosen to
// the chosen j(f(u)): one copy for each, and since no chosen point is moved, their order is free.
// What remains is to bring the chosen points to their images, j(v) -> v, all at once. These arrows
// leave no point twice and reach none twice, so they form paths and cycles; the cycles are those of
// f. A path p0 -> p1 -> .. -> pk takes k swaps, (p_{k-1} p_k) first, (p0 p1) last: pk was not
// chosen, and what the swaps leave at p0, which is in no image, came from pk, where no point is
// any more. A cycle of length l takes l - 1 swaps. With r points in the image there are n - r
// copies and r arrows, hence n - r + r - c = n - c factors.
//
// No fewer suffice. A product of elementary maps moves a point along the pairs {x, y} of its
// factors only, so q and f(q) are connected by these pairs, and so is every component of f. A graph
// whose connected parts are unions of the c components has at most c of them, and hence at least
// n - c edges.
//
// RWKV-7 (arXiv:2503.14456, Lemma 3) states the existence of n factors. Swaps in place of
// transpositions and copies in place of idempotents of defect 1 make this a relative of the
// lengths in Howie, Products of idempotents in certain semigroups of transformations, 1978.

#include "automata/compile/elementary.hpp"

#include <utility>

namespace statewright::automata {
namespace {

/// The points on a cycle of f: those that are left when points without preimages are taken away
/// until every point has one.
std::vector<bool> on_cycle(std::span<const std::uint32_t> f) {
  std::vector<std::uint32_t> preimages(f.size()), leaves;
  for (const std::uint32_t v : f) ++preimages[v];
  for (std::uint32_t q = 0; q < f.size(); ++q) {
    if (preimages[q] == 0) leaves.push_back(q);
  }
  std::vector<bool> kept(f.size(), true);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    kept[leaves[i]] = false;
    if (--preimages[f[leaves[i]]] == 0) leaves.push_back(f[leaves[i]]);
  }
  return kept;
}

}  // namespace

std::uint32_t apply(const Elementary& factor, std::uint32_t q) {
  if (q == factor.x) return factor.y;
  if (q == factor.y && factor.kind == Elementary::Kind::swap) return factor.x;
  return q;
}

std::vector<Elementary> elementary_factors(std::span<const std::uint32_t> f) {
  const auto n = static_cast<std::uint32_t>(f.size());
  const std::vector<bool> cyclic = on_cycle(f);
  std::vector<std::uint32_t> chosen(n, n);  // chosen[v] = j(v); n: v is in no image
  for (std::uint32_t q = 0; q < n; ++q) {
    std::uint32_t& j = chosen[f[q]];
    if (j == n || cyclic[q]) j = q;  // at most one preimage is on the cycle
  }
  std::vector<Elementary> factors;
  std::vector<bool> is_chosen(n);
  for (std::uint32_t q = 0; q < n; ++q) {
    is_chosen[q] = chosen[f[q]] == q;
    if (!is_chosen[q]) factors.push_back({Elementary::Kind::copy, q, chosen[f[q]]});
  }
  // From the end of a path, or from any point of a cycle, against the arrows.
  std::vector<bool> done(n);
  const auto swap_back_from = [&](std::uint32_t end) {
    std::uint32_t v = end;
    done[v] = true;
    while (chosen[v] != n && !done[chosen[v]]) {
      factors.push_back({Elementary::Kind::swap, chosen[v], v});
      v = chosen[v];
      done[v] = true;
    }
  };
  for (std::uint32_t q = 0; q < n; ++q) {
    if (!is_chosen[q]) swap_back_from(q);
  }
  for (std::uint32_t q = 0; q < n; ++q) {
    if (!done[q]) swap_back_from(q);
  }
  return factors;
}

std::size_t elementary_length(std::span<const std::uint32_t> f) {
  const std::vector<bool> cyclic = on_cycle(f);
  std::vector<bool> done(f.size());
  std::size_t cycles = 0;
  for (std::uint32_t q = 0; q < f.size(); ++q) {
    if (!cyclic[q] || done[q]) continue;
    ++cycles;
    for (std::uint32_t p = q; !done[p]; p = f[p]) done[p] = true;
  }
  return f.size() - cycles;
}

}  // namespace statewright::automata
