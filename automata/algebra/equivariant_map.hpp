#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "automata/algebra/transformation.hpp"

namespace statewright::automata {

inline constexpr State kNoPoint = ~State{0};

/// Finds maps between orbits that commute with a group, given by its generators (which must outlive
/// this object).
class EquivariantMaps {
 public:
  /// `generators` permute the points 0, .., degree - 1.
  EquivariantMaps(std::size_t degree, const std::vector<Transformation>& generators)
      : generators_(generators), image_(degree, kNoPoint) {}

  /// The map f from the orbit of `from` onto the orbit of `to` with f(from) = to and f(p^s) =
  /// f(p)^s, if there is one: iff all that fixes `from` fixes `to`. Images of the points of the
  /// orbit, in the order of their discovery from `from`, which is the same for every `to`. Cost:
  /// O(orbit * generators), less if there is none.
  std::optional<std::vector<State>> find(State from, State to);

  /// The orbit of `from`, in that order.
  std::vector<State> orbit(State from) { return *find(from, from); }

 private:
  const std::vector<Transformation>& generators_;
  std::vector<State> image_;  ///< all kNoPoint between calls
  std::vector<State> queue_;
};

/// Some of the orbits of a group, such that what happens on them decides the rest: an orbit is
/// dropped if another one, still kept, has an equivariant map onto it, and so are fixed points.
/// None are kept of a trivial group.
struct DecidingOrbits {
  struct Dropped {
    std::size_t orbit;          ///< indices into the orbits given
    std::size_t by;             ///< the one that decides it
    std::vector<State> images;  ///< the map, as EquivariantMaps::find from the front of `by`
  };
  std::vector<std::size_t> kept;  ///< ascending
  std::vector<Dropped> dropped;
};
DecidingOrbits deciding_orbits(std::size_t degree, const std::vector<Transformation>& generators,
                               const std::vector<std::vector<State>>& orbits);

/// Maps that commute with a transitive group on the orbit of `base` and take any point to any
/// other, if there are such: exactly then the group acts regularly there (what fixes a point fixes
/// all). One map per generator. For each generator s it is enough to try the f with f(b) = b^s,
/// since f_t f_s(b) = f_t(b^s) = f_t(b)^s = b^(ts): with these, f's orbit of b is the group's.
std::optional<std::vector<std::vector<State>>> regular_centraliser(
    std::size_t degree, const std::vector<Transformation>& generators, State base);

}  // namespace statewright::automata
