#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "automata/cascade/cascade.hpp"

namespace statewright::automata {

/// In which order levels refine the equivalence classes of image sets. P is *subduced* by R if P is
/// inside R s for some word s; classes are equivalent in this preorder. Both orders have as many
/// levels as the longest chain of classes with more than one state.
enum class LevelConvention {
  subduction_depth,  ///< longest chain from the set of all states down to the class (SgpDec 1.2.0)
  height,            ///< longest chain from the class down to single states
};
std::string to_string(LevelConvention convention);  ///< "subduction depth", "height"

/// A class of equivalent image sets, seen from one of them.
struct HolonomyComponent {
  std::vector<State> representative;      ///< the first found, sorted
  std::vector<std::vector<State>> tiles;  ///< its maximal proper sub-images, each sorted
  /// Of the group by which words that map the representative onto itself permute its tiles, as
  /// name_group says it; "1" if trivial.
  std::string group;
  std::size_t image_sets = 0;  ///< in the class
};

/// The classes of image sets with more than one state, by level. Image sets are the images of the
/// set of all states under words, the empty one included; tiles may be single states that are no
/// image.
struct HolonomySkeleton {
  LevelConvention convention = LevelConvention::subduction_depth;
  std::size_t image_sets = 0;  ///< single states that are no image not counted, as in SgpDec
  std::vector<std::vector<HolonomyComponent>> levels;  ///< top first; inside a level as found
};

/// All states are taken as reachable: minimise first. Up to 256 states, one machine word for a set
/// up to 64.
/// Errors: Error{unsupported} for more states, Error{limit} when a limit is hit (max_states counts
/// image sets). Cost: image sets * letters * states for the sets, classes * image sets for the
/// tiles. Source: Eilenberg, Automata, Languages and Machines B (1976), chapter II; Egri-Nagy and
/// Nehaniv, arXiv:1508.06345.
HolonomySkeleton holonomy_skeleton(const Dfa& dfa,
                                   LevelConvention convention = LevelConvention::subduction_depth,
                                   const core::Limits& limits = {});

/// Tiles and group of each component, "4,S4 / 3,S3 / 2,Z2": " / " parts levels, " | " the
/// components of one.
std::string statistics(const HolonomySkeleton& skeleton);

/// The holonomy decomposition as a cascade: level i refines the image sets of level i of the
/// skeleton, all components of a level sharing one set of coordinates. Contexts are image sets, and
/// there are actions only for the reachable (P, Q, letter), by the rule of the first tile that
/// covers (set_cascade.hpp). Levels on which the reachable contexts have a single tile are left
/// out. Errors and limits as for holonomy_skeleton. Cost: levels * triples (P, Q, letter) * tiles
/// on top.
Cascade holonomy(const Dfa& dfa, LevelConvention convention = LevelConvention::subduction_depth,
                 const core::Limits& limits = {});

}  // namespace statewright::automata
