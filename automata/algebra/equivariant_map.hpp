#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "automata/algebra/transformation.hpp"

namespace statewright::automata {

inline constexpr State kNoPoint = ~State{0};

/// The map f from the orbit of `from` onto the orbit of `to` with f(from) = to that commutes with
/// every generator, f(p^s) = f(p)^s, if there is one: iff all that fixes `from` fixes `to`. Given
/// as [degree], kNoPoint outside the orbit of `from`. Cost: O(orbit * generators).
std::optional<std::vector<State>> equivariant_map(const std::vector<Transformation>& generators,
                                                  State from, State to);

/// Maps that commute with a transitive group on `points` and take any point to any other, if there
/// are such: exactly then the group is regular (only the identity fixes a point). One map per
/// generator, [degree] each, kNoPoint outside `points`. For each generator s it is enough to try
/// the f with f(b) = b^s, since f_t f_s(b) = f_t(b^s) = f_t(b)^s = b^(ts): with these, f's orbit of
/// b is the group's.
std::optional<std::vector<std::vector<State>>> regular_centraliser(
    const std::vector<Transformation>& generators, const std::vector<State>& points);

/// Indices of some of the orbits on which the group already acts faithfully: an orbit onto which
/// another one, still kept, has an equivariant map is dropped, and so are fixed points. Never empty
/// unless the group is trivial.
std::vector<std::size_t> deciding_orbits(const std::vector<Transformation>& generators,
                                         const std::vector<std::vector<State>>& orbits);

}  // namespace statewright::automata
