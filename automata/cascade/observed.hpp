#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "automata/cascade/cascade.hpp"

// A cascade as it is observed: for each triple (context before, context after, letter) the partial
// map of coordinates that occurs. Any map that is constant or injective where it is defined extends
// to a reset or a permutation, so a change of the cascade only has to keep the observed maps
// constant or injective; actions are chosen at the end. A permutation of the given cascade is kept
// where it is one of the choices, so that no group grows.

namespace statewright::automata {

/// Coordinates or names; kNoContext where undefined.
using PartialMap = std::vector<std::uint32_t>;

struct ObservedMap {
  PartialMap image;
  std::vector<std::uint32_t> given;  // the permutation of the given cascade, or empty
  bool operator==(const ObservedMap&) const = default;
};

struct ObservedLevel {
  using Key = std::tuple<std::uint32_t, std::uint32_t, Letter>;  // before, after, letter
  std::uint32_t size = 1, contexts = 1, start = 0;
  std::vector<std::uint32_t> below;  // [contexts * size], kNoContext where unobserved
  std::map<Key, ObservedMap> maps;
  std::string note;

  std::uint32_t& below_at(std::uint32_t context, std::uint32_t c) {
    return below[std::size_t{context} * size + c];
  }
};

struct Observed {
  std::vector<ObservedLevel> levels;
  std::vector<State> state;
};

bool constant_or_injective(const PartialMap& map);
/// The identity where possible, else a reset, else the given permutation, else one that fixes what
/// it can.
LevelAction action_of(const ObservedMap& observed);

/// By visiting all reachable tuples of coordinates; nothing if there are more than `max_tuples`.
/// Errors: std::logic_error if an entry or a context is missing.
std::optional<Observed> observe_tuples(const Cascade& cascade, std::size_t letters,
                                       std::size_t max_tuples);
/// By closing the pairs (context, coordinate) level by level, which may observe too much. Errors as
/// above.
Observed observe_levels(const Cascade& cascade, std::size_t letters);
/// Actions, and the names of their groups.
Cascade chosen(Observed& observed);

std::vector<std::uint32_t> identity_names(std::size_t n);
std::size_t contexts_below(const Observed& cascade, std::size_t l);
/// One level with contexts, coordinates and contexts below renamed; kNoContext is left out, and
/// equal names are merged.
ObservedLevel renamed(ObservedLevel& level, const std::vector<std::uint32_t>& context,
                      const std::vector<std::uint32_t>& coordinate,
                      const std::vector<std::uint32_t>& below);
/// Renames the contexts below the last level.
void rename_states(Observed& cascade, const std::vector<std::uint32_t>& names);
/// Renumbers contexts and coordinates by those that occur, in order. To keep groups, coordinates
/// that the given permutations take those to are kept too.
void compact(Observed& cascade, bool keep_groups);
/// Leaves out levels with one coordinate.
void drop_trivial_levels(Observed& cascade);

}  // namespace statewright::automata
