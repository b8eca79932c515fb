#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "automata/algebra/orbit.hpp"
#include "automata/algebra/permutation_group.hpp"
#include "automata/algebra/row_table.hpp"
#include "core/verdict.hpp"

namespace statewright::automata {

/// The number of an image set or a component in an ImageOrbit.
using ImageSet = std::uint32_t;

/// A group of permutations of a set of states, induced by words that map the set onto itself.
struct ImageGroup {
  std::uint32_t component = 0;  ///< of the ImageOrbit
  std::vector<State> points;    ///< the set, ascending: generator g takes points[i] to points[g[i]]
  PermutationGroup group;       ///< on positions in `points`
  std::vector<Word> words;      ///< words[i] acts on the set as group.generators()[i]
};

/// The sets Q w that words w make of the set Q of all states, with the graph of the letters on
/// them. Most questions about the transition monoid are answered here, without its elements:
///
/// - Its maximal subgroups act faithfully on images of idempotents, and every group of this orbit
/// is
///   a quotient of a group in the monoid. So the monoid is aperiodic iff all groups here are
///   trivial, and solvable iff all are.
/// - x and x w are R-equivalent iff their images lie in one strongly connected component (mapped
///   back, some power of the loop fixes the image pointwise), so it is R-trivial iff all components
///   are single sets with trivial groups.
///
/// Sets are numbered breadth first from Q, letters in order. Memory: 8 bytes for every 64 states,
/// 4 letters + 28 to 44 bytes a set.
class ImageOrbit {
 public:
  std::size_t degree() const noexcept { return degree_; }
  const std::vector<Transformation>& letters() const noexcept { return letters_; }
  std::size_t size() const noexcept { return sets_.size(); }

  std::size_t rank(ImageSet set) const { return ranks_[set]; }
  /// The states of the set, ascending.
  std::vector<State> points(ImageSet set) const;
  ImageSet next(ImageSet set, Letter a) const { return next_[std::size_t{set} * k() + a]; }
  /// A shortest word w with Q w = set.
  Word word(ImageSet set) const;
  /// The number of the set of these states (any order), or nothing.
  std::optional<ImageSet> find(const std::vector<State>& points) const;
  /// The same for a set given as bits(set) gives it.
  std::optional<ImageSet> find_bits(const std::uint64_t* bits) const;
  /// The place of a state of the set among its points. Cost: O(degree / 64).
  std::size_t place(ImageSet set, State point) const;

  /// Strongly connected components, numbered by their least set.
  const detail::Components& components() const noexcept { return components_; }
  const std::vector<std::uint32_t>& graph() const noexcept { return next_; }

  /// The bijections along a tree of the component.
  detail::ComponentTree tree(std::uint32_t component) const;
  /// The permutations of the component's least set that words induce; nothing if there is only the
  /// identity. Conjugate at every other set of the component. Cost: one test of membership an edge.
  std::variant<std::optional<ImageGroup>, core::Unknown> group(std::uint32_t component,
                                                               const core::Limits& limits) const;
  /// Whether some idempotent has an image in the component (then one has each image in it): a word
  /// with that image that maps the image onto itself. Cost: a search of pairs (set, set of the
  /// component).
  std::variant<bool, core::Unknown> regular(std::uint32_t component,
                                            const core::Limits& limits) const;

  /// Bit q % 64 of word q / 64 says whether state q is in the set.
  const std::uint64_t* bits(ImageSet set) const { return sets_.at(set); }

 private:
  friend std::variant<ImageOrbit, core::Unknown> image_orbit(
      std::size_t degree, const std::vector<Transformation>& letters, const core::Limits& limits);
  explicit ImageOrbit(std::size_t degree) : degree_(degree), sets_((degree + 63) / 64) {}
  std::size_t k() const noexcept { return letters_.size(); }
  detail::EdgeMap edge_map() const;

  std::size_t degree_;
  std::vector<Transformation> letters_;
  detail::RowTable<std::uint64_t> sets_;
  std::vector<std::uint32_t> ranks_;
  std::vector<ImageSet> next_;    // [sets, letters]
  std::vector<ImageSet> parent_;  // [sets] in the breadth-first tree
  std::vector<Letter> last_;      // [sets]
  detail::Components components_;
};

/// An orbit never takes more than about this much memory.
inline constexpr std::uint64_t kMaxOrbitBytes = 1ULL << 30U;

/// Stops at limits.states() sets, at kMaxOrbitBytes and at the other limits.
/// Errors: Error{shape|range} for a letter that is no map of {0, .., degree-1}.
std::variant<ImageOrbit, core::Unknown> image_orbit(std::size_t degree,
                                                    const std::vector<Transformation>& letters,
                                                    const core::Limits& limits = {});

}  // namespace statewright::automata
