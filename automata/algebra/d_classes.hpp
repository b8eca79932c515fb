#pragma once

// Internal: the search for D-classes. green.cpp explains it.

#include <deque>
#include <unordered_map>

#include "automata/algebra/green.hpp"

namespace statewright::automata::detail {

/// Finds the D-classes of `result`, whose images, groups and kernels are known.
class DClassSearch {
 public:
  DClassSearch(GreenStructure& result, const core::Limits& limits, bool order);

  /// Fills result.d_classes in the order found. Returns the limit that stopped it, if any.
  std::optional<core::LimitHit> run();

  /// Which classes lie directly below (along one letter on one side), with repetitions, if asked for
  /// and small enough.
  std::optional<std::vector<std::vector<std::uint32_t>>> below;

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  /// Elements with an image in one component of images and a kernel in one of kernels. Written
  /// between the roots of both they are permutations of `rank` positions.
  struct Box {
    bool regular = false;
    std::uint32_t d_class = kNone;  // the only one, if regular
    // Otherwise: classes told apart by listing their permutations ..
    std::optional<RowTable<State>> listed;
    std::vector<std::uint32_t> class_of;  // [listed]
    // .. or, where a group is large, by membership: p sigma for p in the kernel group.
    struct Coset {
      Transformation sigma_inverse;
      std::uint32_t d_class;
    };
    std::vector<Coset> cosets;
  };

  /// What a component's words do to its root; computed when first needed.
  struct Side {
    ComponentTree tree;
    PermutationGroup group;
  };

  /// An element: the state for each class of a kernel.
  struct Element {
    Kernel kernel;
    ImageSet image;
    std::vector<State> value;  // [rank of kernel]
  };

  std::optional<core::LimitHit> expand(std::uint32_t d);
  std::optional<core::LimitHit> expand_left(std::uint32_t d);
  std::optional<core::LimitHit> found(std::uint32_t from, const Element& element,
                                      const std::vector<Letter>& tail);
  std::uint32_t add(std::uint32_t from, const Element& element, std::vector<Letter> tail,
                    bool regular);
  std::uint32_t locate(Box& box, const Element& element);
  std::optional<core::LimitHit> list(Box& box, const Transformation& sigma, std::uint32_t d);
  Element times(const Element& x, Letter a, ImageSet image) const;
  Element element_of(std::uint32_t d) const;
  Transformation between_roots(const Element& x);
  const Side* image_side(std::uint32_t component);
  const Side* kernel_side(std::uint32_t component);
  bool has_transversal(Kernel kernel, std::uint32_t component) const;
  void note_below(std::uint32_t above, std::uint32_t lower);

  GreenStructure& result_;
  const core::Limits& limits_;
  core::Meter meter_;
  const ImageOrbit& images_;
  const KernelOrbit& kernels_;
  std::unordered_map<std::uint64_t, Box> boxes_;
  std::vector<std::uint32_t> regular_kernels_;  // [image components]: the component of kernels, kNone
  std::unordered_map<std::uint32_t, Side> image_sides_, kernel_sides_;
  std::vector<bool> single_right_, single_left_;  // [D-classes]: one coset; see expand
  std::size_t listed_ = 0;
  std::optional<core::LimitHit> stopped_;
};

}  // namespace statewright::automata::detail
