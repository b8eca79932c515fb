#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "automata/algebra/orbit.hpp"
#include "automata/algebra/row_table.hpp"
#include "core/verdict.hpp"

namespace statewright::automata {

/// The number of a kernel in a KernelOrbit.
using Kernel = std::uint32_t;

/// The kernels of words: the partitions "p and q are in one class if w takes them to one state".
/// The kernel of a w is that of w pulled back along letter a, so the letters act on kernels from
/// the left, as they act on images from the right (image_orbit.hpp), and the same holds: x and w x
/// are L-equivalent iff their kernels lie in one strongly connected component.
///
/// A kernel is stored as the class of each state, classes numbered by their first states; kernels
/// are numbered breadth first from the trivial one, letters in order. Memory: 2 bytes a state,
/// 4 letters + 28 to 44 bytes a kernel. Often there are many more kernels than images.
class KernelOrbit {
 public:
  using Class = std::uint16_t;

  std::size_t degree() const noexcept { return kernels_.width(); }
  std::size_t size() const noexcept { return kernels_.size(); }
  /// The number of classes.
  std::size_t rank(Kernel kernel) const { return ranks_[kernel]; }
  /// The class of each state.
  const Class* classes(Kernel kernel) const { return kernels_.at(kernel); }
  /// The kernel of a w, where `kernel` is that of w.
  Kernel next(Kernel kernel, Letter a) const { return next_[std::size_t{kernel} * k() + a]; }
  /// A shortest word with this kernel.
  Word word(Kernel kernel) const;
  /// The number of a partition (as stored here), or nothing.
  std::optional<Kernel> find(const Class* classes) const;

  const detail::Components& components() const noexcept { return components_; }
  const std::vector<std::uint32_t>& graph() const noexcept { return next_; }
  /// The bijections of classes along a tree of the component; an edge takes each class of w to the
  /// class of a w that letter a maps into it.
  detail::ComponentTree tree(std::uint32_t component) const;
  /// The permutations of classes along loops at the component's least kernel; the letters of a loop
  /// are in the order of travel, so the word that multiplies from the left is a loop reversed.
  std::variant<detail::LoopGroup, core::Unknown> group(const detail::ComponentTree& tree,
                                                       const core::Limits& limits) const;

 private:
  friend std::variant<KernelOrbit, core::Unknown> kernel_orbit(
      std::size_t degree, const std::vector<Transformation>& letters, const core::Limits& limits);
  explicit KernelOrbit(std::size_t degree) : kernels_(degree) {}
  std::size_t k() const noexcept { return letters_.size(); }
  detail::EdgeMap edge_map() const;

  std::vector<Transformation> letters_;
  detail::RowTable<Class> kernels_;
  std::vector<std::uint32_t> ranks_;
  std::vector<Kernel> next_;    // [kernels, letters]
  std::vector<Kernel> parent_;  // [kernels] in the breadth-first tree
  std::vector<Letter> first_;   // [kernels]: the word is first, then that of the parent
  detail::Components components_;
};

/// Stops at limits.states() kernels, at kMaxOrbitBytes, above 65,535 states and at the other
/// limits. Errors: Error{shape|range} for a letter that is no map of {0, .., degree-1}.
std::variant<KernelOrbit, core::Unknown> kernel_orbit(std::size_t degree,
                                                      const std::vector<Transformation>& letters,
                                                      const core::Limits& limits = {});

}  // namespace statewright::automata
