#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace statewright::automata {

using Element = std::uint32_t;  ///< 0, .., order - 1; 0 is the identity

enum class GroupKind { symmetric, alternating, cyclic, dihedral, quaternion, product };

/// A finite group with the names and the order of elements that users know, and a faithful action
/// on few points: image(product(a, b), i) = image(a, image(b, i)).
class Group {
 public:
  virtual ~Group() = default;

  GroupKind kind() const noexcept { return kind_; }
  /// The n of Sn, An, Zn, Dn; 8 for Q8; the number of factors of a product.
  std::uint32_t parameter() const noexcept { return parameter_; }
  std::uint32_t order() const noexcept { return order_; }
  /// Number of points of the action; they are numbered from 0.
  std::uint32_t points() const noexcept { return points_; }

  virtual std::string name(Element a) const = 0;
  virtual Element product(Element a, Element b) const = 0;
  virtual std::uint32_t image(Element a, std::uint32_t point) const = 0;

  /// The standard generators; none for a group of one element.
  virtual std::vector<Element> generators() const = 0;

  /// A number on every point such that only the identity leaves all numbers in their places: a base
  /// of the action (points that only the identity fixes one by one) is numbered 1, 2, .. within
  /// each orbit, the rest is 0. Never all 0.
  virtual std::vector<std::int64_t> base() const = 0;

 protected:
  Group(GroupKind kind, std::uint32_t parameter, std::uint32_t order, std::uint32_t points)
      : kind_(kind), parameter_(parameter), order_(order), points_(points) {}

 private:
  GroupKind kind_;
  std::uint32_t parameter_, order_, points_;
};

inline constexpr std::uint32_t kMaxDegree = 9;  ///< one-line notation has one digit a point
inline constexpr std::uint32_t kMaxGroupOrder = 1U << 27U;

/// S_n, 1 <= n <= 9. Elements in the lexicographic order of one-line notation ("123", "132", ..),
/// which is their name; points 1..n; base (1, .., n); generators: the full cycle 1 -> 2 -> .. -> n,
/// then the swap of 1 and 2. Cost: n! n bytes; a product takes O(n).
std::unique_ptr<const Group> symmetric_group(std::uint32_t n);

/// A_n, 1 <= n <= 9. The even elements of S_n in the same order; base (1, .., n - 2, 0, 0), because
/// only the swap of the last two points fixes the others, and it is odd; generators: the 3-cycles
/// 1 -> 2 -> x -> 1 for x = 3, .., n.
std::unique_ptr<const Group> alternating_group(std::uint32_t n);

/// Z_m, 1 <= m <= 2^27. Elements "0" .. "m-1" add up modulo m. Acts on one cycle for each prime
/// power in m (Z60: 4 + 3 + 5 points), the fewest points by the Chinese remainder theorem; base:
/// the first point of each cycle. Generator: 1.
std::unique_ptr<const Group> cyclic_group(std::uint32_t m);

/// D_n of order 2n, n >= 1: the symmetries of an n-gon. Elements "r0" .. "r{n-1}", "sr0" ..
/// "sr{n-1}": r_k turns vertex i to i + k, and s r_k turns by k and then reflects i to -i (modulo
/// n). Acts on the n vertices for n >= 3. D1 is a swap of 2 points; D2 = Z2 x Z2 is two swaps on 4
/// points, r1 of the first two and s of the last two. Generators: r1, s.
std::unique_ptr<const Group> dihedral_group(std::uint32_t n);

/// The quaternion group "1 -1 i -i j -j k -k" (ij = k). Acts on itself from the left: 8 points are
/// the fewest, because every subgroup but the trivial one contains -1. Generators: i, j.
std::unique_ptr<const Group> quaternion_group();

/// The direct product, elements "(x,y,..)" in lexicographic order, the first factor slowest. Acts
/// on the disjoint union of the factors' points; generators: those of each factor in turn. Errors:
/// Error{range} for an order above 2^27.
std::unique_ptr<const Group> direct_product(std::vector<std::unique_ptr<const Group>> factors);

/// Does `text` begin like the name of a group: a letter of S A Z D Q, then a digit?
bool begins_like_group(std::string_view text);

/// Reads "S5", "A4", "Z60", "D4", "Q8" or a product "A4xZ5", "A4_x_Z5".
/// Errors: Error{syntax|range} at `where`.
std::unique_ptr<const Group> parse_group(std::string_view text, std::string_view where);

}  // namespace statewright::automata
