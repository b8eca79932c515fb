// Simplification works on *observed* levels: for each triple (context before, context after,
// letter) the partial map of coordinates that occurs. Any map that is constant or injective where
// it is defined extends to a reset or a permutation, so every step only has to keep the observed
// maps constant or injective; actions are chosen at the end.

#include "automata/cascade/simplify.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>
#include <unordered_set>

namespace statewright::automata {
namespace {

constexpr std::uint32_t kNone = kNoContext;
using PartialMap = std::vector<std::uint32_t>;  // kNone where undefined
using Key = std::tuple<std::uint32_t, std::uint32_t, Letter>;

struct ObservedMap {
  PartialMap image;
  std::vector<std::uint32_t> given;  // the permutation of the given cascade, or empty
  bool operator==(const ObservedMap&) const = default;
};

struct ObservedLevel {
  std::uint32_t size = 1, contexts = 1, start = 0;
  std::vector<std::uint32_t> below;  // [contexts * size], kNone where unobserved
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

bool constant_or_injective(const PartialMap& map) {
  std::set<std::uint32_t> values;
  std::size_t defined = 0;
  for (const std::uint32_t c : map) {
    if (c == kNone) continue;
    ++defined;
    values.insert(c);
  }
  return values.size() <= 1 || values.size() == defined;
}

LevelAction action_of(const ObservedMap& observed) {
  const PartialMap& map = observed.image;
  LevelAction action;
  std::set<std::uint32_t> values;
  bool identity = true;
  for (std::uint32_t c = 0; c < map.size(); ++c) {
    if (map[c] == kNone) continue;
    values.insert(map[c]);
    identity = identity && map[c] == c;
  }
  if (values.size() == 1 && !identity) {
    action.reset = true;
    action.target = *values.begin();
    return action;
  }
  action.permutation = observed.given;
  bool fits = map.size() == observed.given.size();
  for (std::uint32_t c = 0; fits && c < map.size(); ++c) {
    fits = map[c] == kNone || map[c] == observed.given[c];
  }
  if (fits && !identity) return action;
  // A permutation: fixed where that is possible, the rest in order.
  action.permutation = map;
  std::vector<bool> hit(map.size(), false);
  for (const std::uint32_t c : values) hit[c] = true;
  for (std::uint32_t c = 0; c < map.size(); ++c) {
    if (map[c] == kNone && !hit[c]) {
      action.permutation[c] = c;
      hit[c] = true;
    }
  }
  std::uint32_t free = 0;
  for (std::uint32_t& c : action.permutation) {
    if (c != kNone) continue;
    while (hit[free]) ++free;
    hit[free] = true;
    c = free;
  }
  return action;
}

struct CoordinatesHash {
  std::size_t operator()(const Coordinates& coordinates) const noexcept {
    std::uint64_t mixed = 0;
    for (const std::uint32_t c : coordinates) {
      mixed = (mixed ^ c) * 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio
      mixed ^= mixed >> 29U;
    }
    return mixed;
  }
};

Observed nothing_observed(const Cascade& cascade) {
  Observed result;
  for (const CascadeLevel& level : cascade.levels) {
    ObservedLevel empty;
    empty.size = level.size;
    empty.contexts = level.contexts;
    empty.start = level.start;
    empty.note = level.note;
    empty.below.assign(level.below.size(), kNone);
    result.levels.push_back(std::move(empty));
  }
  result.state = cascade.state;
  return result;
}

/// By visiting all reachable tuples; nothing if there are more than `max_tuples`.
std::optional<Observed> observe_tuples(const Cascade& cascade, std::size_t letters,
                                       std::size_t max_tuples) {
  Observed result = nothing_observed(cascade);
  std::unordered_set<Coordinates, CoordinatesHash> seen = {start_of(cascade)};
  std::vector<const Coordinates*> queue = {&*seen.begin()};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Coordinates& from = *queue[i];
    std::uint32_t context = 0;
    for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
      const std::uint32_t below = cascade.levels[l].below_at(context, from[l]);
      result.levels[l].below_at(context, from[l]) = below;
      context = below;
    }
    for (Letter a = 0; a < letters; ++a) {
      Coordinates to = step(cascade, from, a);
      std::uint32_t before = 0, after = 0;
      for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
        const CascadeLevel& level = cascade.levels[l];
        ObservedMap& map = result.levels[l].maps[{before, after, a}];
        if (map.image.empty()) {
          map.image.resize(level.size, kNone);
          map.given = level.find(before, after, a)->permutation;
        }
        map.image[from[l]] = to[l];
        before = level.below_at(before, from[l]);
        after = level.below_at(after, to[l]);
      }
      const auto [at, inserted] = seen.insert(std::move(to));
      if (inserted) queue.push_back(&*at);
      if (queue.size() > max_tuples) return {};
    }
  }
  return result;
}

/// By closing pairs (context, coordinate) level by level.
Observed observe_levels(const Cascade& cascade, std::size_t letters) {
  Observed result = nothing_observed(cascade);
  std::set<Key> triples;
  for (Letter a = 0; a < letters; ++a) triples.insert({0, 0, a});
  std::uint32_t start = 0;
  for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
    const CascadeLevel& level = cascade.levels[l];
    ObservedLevel& observed = result.levels[l];
    std::set<Key> next;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> queue;
    const auto reach = [&](std::uint32_t context, std::uint32_t c) {
      if (observed.below_at(context, c) != kNone) return;
      const std::uint32_t below = level.below_at(context, c);
      if (below == kNoContext) throw std::logic_error("simplify: a context is missing");
      observed.below_at(context, c) = below;
      queue.emplace_back(context, c);
    };
    reach(start, level.start);
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const auto [before, c] = queue[i];
      for (auto t = triples.lower_bound({before, 0, 0});
           t != triples.end() && std::get<0>(*t) == before; ++t) {
        const auto [b, after, a] = *t;
        const LevelAction* action = level.find(before, after, a);
        if (action == nullptr) throw std::logic_error("simplify: an entry is missing");
        const std::uint32_t image = (*action)(c);
        reach(after, image);
        ObservedMap& map = observed.maps[*t];
        map.image.resize(level.size, kNone);
        map.given = action->permutation;
        map.image[c] = image;
        next.insert({level.below_at(before, c), level.below_at(after, image), a});
      }
    }
    start = level.below_at(start, level.start);
    triples = std::move(next);
  }
  return result;
}

/// One level with contexts, coordinates and contexts below renamed; kNone is left out, and equal
/// names are merged.
ObservedLevel renamed(ObservedLevel& level, const std::vector<std::uint32_t>& context,
                      const std::vector<std::uint32_t>& coordinate,
                      const std::vector<std::uint32_t>& below) {
  const auto count = [](const std::vector<std::uint32_t>& names) {
    std::uint32_t n = 0;
    for (const std::uint32_t name : names) n = name == kNone ? n : std::max(n, name + 1);
    return n;
  };
  ObservedLevel result;
  result.note = std::move(level.note);
  result.size = count(coordinate);
  result.contexts = count(context);
  result.start = coordinate[level.start];
  result.below.assign(std::size_t{result.contexts} * result.size, kNone);
  for (std::uint32_t p = 0; p < level.contexts; ++p) {
    for (std::uint32_t c = 0; c < level.size; ++c) {
      if (level.below_at(p, c) == kNone) continue;
      result.below_at(context[p], coordinate[c]) = below[level.below_at(p, c)];
    }
  }
  for (auto& [key, map] : level.maps) {
    const auto& [before, after, letter] = key;
    ObservedMap& to = result.maps[{context[before], context[after], letter}];
    to.image.resize(result.size, kNone);
    to.given.resize(map.given.empty() ? 0 : result.size, kNone);
    for (std::uint32_t c = 0; c < level.size; ++c) {
      if (coordinate[c] == kNone) continue;
      if (map.image[c] != kNone) to.image[coordinate[c]] = coordinate[map.image[c]];
      if (!to.given.empty()) to.given[coordinate[c]] = coordinate[map.given[c]];
    }
    std::set<std::uint32_t> values(to.given.begin(), to.given.end());
    if (values.size() != to.given.size() || values.count(kNone) != 0) to.given.clear();
  }
  return result;
}

std::vector<std::uint32_t> identity_names(std::size_t n) {
  std::vector<std::uint32_t> names(n);
  std::iota(names.begin(), names.end(), 0U);
  return names;
}

std::size_t contexts_below(const Observed& cascade, std::size_t l) {
  return l + 1 == cascade.levels.size() ? cascade.state.size() : cascade.levels[l + 1].contexts;
}

/// Renames the states' contexts, those below the last level.
void rename_states(Observed& cascade, const std::vector<std::uint32_t>& names) {
  std::vector<State> state;
  for (std::size_t p = 0; p < names.size(); ++p) {
    if (names[p] == kNone) continue;
    if (names[p] >= state.size()) state.resize(names[p] + std::size_t{1});
    state[names[p]] = cascade.state[p];
  }
  cascade.state = std::move(state);
}

/// Renumbers contexts and coordinates by those that occur, in order.
void compact(Observed& cascade) {
  std::vector<std::uint32_t> context = {0};  // old number -> new, of this level
  for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
    ObservedLevel& level = cascade.levels[l];
    std::vector<std::uint32_t> coordinate(level.size, kNone);
    std::vector<std::uint32_t> below(contexts_below(cascade, l), kNone);
    for (std::uint32_t p = 0; p < level.contexts; ++p) {
      for (std::uint32_t c = 0; c < level.size; ++c) {
        if (level.below_at(p, c) == kNone) continue;
        coordinate[c] = below[level.below_at(p, c)] = 0;
      }
    }
    for (auto* marks : {&coordinate, &below}) {
      std::uint32_t count = 0;
      for (std::uint32_t& mark : *marks) mark = mark == kNone ? kNone : count++;
    }
    level = renamed(level, context, coordinate, below);
    context = std::move(below);
  }
  rename_states(cascade, context);
}

/// Numbers equal signatures equally, by first occurrence; how many there are.
template <class Signature>
std::uint32_t number_classes(const std::vector<Signature>& signatures,
                             std::vector<std::uint32_t>& names) {
  std::map<Signature, std::uint32_t> number;
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    names[i] =
        number.try_emplace(signatures[i], static_cast<std::uint32_t>(number.size())).first->second;
  }
  return static_cast<std::uint32_t>(number.size());
}

/// The coarsest partition of a level's contexts in which equivalent ones have the same contexts
/// below and the same maps from and to equivalent contexts.
std::vector<std::uint32_t> context_classes(ObservedLevel& level) {
  using Row = std::vector<std::uint32_t>;
  using Use = std::tuple<bool, std::uint32_t, Letter, PartialMap>;
  std::vector<std::pair<Row, std::set<Use>>> signatures(level.contexts);
  for (std::uint32_t p = 0; p < level.contexts; ++p) {
    const auto row = level.below.begin() + static_cast<std::ptrdiff_t>(p) * level.size;
    signatures[p].first.assign(row, row + level.size);
  }
  std::vector<std::uint32_t> names(level.contexts, 0);
  for (std::uint32_t count = 0, next = number_classes(signatures, names); next != count;) {
    count = next;
    for (std::uint32_t p = 0; p < level.contexts; ++p) signatures[p] = {{names[p]}, {}};
    for (const auto& [key, map] : level.maps) {
      const auto& [before, after, letter] = key;
      signatures[before].second.emplace(false, names[after], letter, map.image);
      signatures[after].second.emplace(true, names[before], letter, map.image);
    }
    next = number_classes(signatures, names);
  }
  return names;
}

/// Whether contexts can take these names without giving one triple two maps. Classes do not exclude
/// that: (p, q) and (p', q') may have one map, (p, q') and (p', q) another.
bool merges_contexts(const ObservedLevel& level, const std::vector<std::uint32_t>& names) {
  std::map<Key, const PartialMap*> merged;
  for (const auto& [key, map] : level.maps) {
    const auto& [before, after, letter] = key;
    const auto [at, inserted] =
        merged.try_emplace(Key{names[before], names[after], letter}, &map.image);
    if (!inserted && *at->second != map.image) return false;
  }
  return true;
}

/// Whether all maps stay constant or injective when coordinates take these names.
bool merges_coordinates(const ObservedLevel& level, const std::vector<std::uint32_t>& names) {
  return std::all_of(level.maps.begin(), level.maps.end(), [&](const auto& entry) {
    PartialMap image(names.size(), kNone);
    for (std::uint32_t c = 0; c < names.size(); ++c) {
      if (entry.second.image[c] != kNone) image[names[c]] = names[entry.second.image[c]];
    }
    return constant_or_injective(image);
  });
}

/// The names that the closure of joining coordinates c and d under the level's maps gives on top of
/// `names`.
std::vector<std::uint32_t> joined(const ObservedLevel& level, std::vector<std::uint32_t> names,
                                  std::uint32_t c, std::uint32_t d) {
  const auto join = [&](std::uint32_t x, std::uint32_t y) {
    const std::uint32_t from = std::max(names[x], names[y]), to = std::min(names[x], names[y]);
    std::replace(names.begin(), names.end(), from, to);
    return from != to;
  };
  join(c, d);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [key, map] : level.maps) {
      std::vector<std::uint32_t> image(level.size, kNone);  // of a class, by its name
      for (std::uint32_t x = 0; x < level.size; ++x) {
        if (map.image[x] == kNone) continue;
        std::uint32_t& of_class = image[names[x]];
        if (of_class == kNone) of_class = map.image[x];
        changed = join(of_class, map.image[x]) || changed;
      }
    }
  }
  return names;
}

bool is_pure_reset(const ObservedLevel& level) {
  return std::all_of(level.maps.begin(), level.maps.end(), [](const auto& entry) {
    const LevelAction action = action_of(entry.second);
    return action.reset || std::is_sorted(action.permutation.begin(), action.permutation.end());
  });
}

/// Merges coordinates that no map and no context below tells apart, greedily; those that occur in
/// different contexts only if `everywhere`, since that may enlarge a group. A pure reset stays one.
void merge_coordinates(ObservedLevel& level, bool everywhere) {
  constexpr std::size_t kAttempts = 500;
  std::vector<std::uint32_t> names = identity_names(level.size);
  const auto contexts_allow = [&](const std::vector<std::uint32_t>& candidate) {
    for (std::uint32_t p = 0; p < level.contexts; ++p) {
      std::vector<std::uint32_t> below(level.size, kNone);
      for (std::uint32_t c = 0; c < level.size; ++c) {
        const std::uint32_t here = level.below_at(p, c);
        std::uint32_t& known = below[candidate[c]];
        if (everywhere && here == kNone) continue;
        if (candidate[c] != c && known != kNone && known != here) return false;
        if (candidate[c] != c && !everywhere && known == kNone && here != kNone) return false;
        known = here;
      }
    }
    return true;
  };
  const bool pure = is_pure_reset(level);
  const auto rename = [&](const std::vector<std::uint32_t>& by) {
    std::vector<std::uint32_t> dense(level.size);
    number_classes(by, dense);
    ObservedLevel copy = level;
    std::uint32_t contexts = 0;
    for (const std::uint32_t p : level.below)
      contexts = p == kNone ? contexts : std::max(contexts, p + 1);
    return renamed(copy, identity_names(level.contexts), dense, identity_names(contexts));
  };
  std::size_t attempts = 0;
  for (std::uint32_t c = 0; c < level.size; ++c) {
    for (std::uint32_t d = c + 1; d < level.size; ++d) {
      if (names[c] == names[d]) continue;
      std::vector<std::uint32_t> candidate = names;
      std::replace(candidate.begin(), candidate.end(), std::max(names[c], names[d]),
                   std::min(names[c], names[d]));
      if (!contexts_allow(candidate)) continue;
      if (++attempts > kAttempts) break;
      candidate = joined(level, names, c, d);
      if (!contexts_allow(candidate) || !merges_coordinates(level, candidate)) continue;
      if (pure && !is_pure_reset(rename(candidate))) continue;
      names = std::move(candidate);
    }
  }
  if (names != identity_names(level.size)) level = rename(names);
}

/// Merges, from the last level up, what nothing tells apart.
void merge_indistinguishable(Observed& cascade, bool keep_groups) {
  if (cascade.levels.empty()) return;
  std::vector<std::uint32_t> below(cascade.state.size());
  number_classes(cascade.state, below);
  rename_states(cascade, below);
  for (std::size_t l = cascade.levels.size(); l-- > 0;) {
    ObservedLevel& level = cascade.levels[l];
    level = renamed(level, identity_names(level.contexts), identity_names(level.size), below);
    const std::vector<std::uint32_t> kept =
        identity_names(*std::max_element(below.begin(), below.end()) + std::size_t{1});
    merge_coordinates(level, !keep_groups);
    below = context_classes(level);
    if (!merges_contexts(level, below)) below = identity_names(level.contexts);
    level = renamed(level, below, identity_names(level.size), kept);
  }
}

void drop_trivial_levels(Observed& cascade) {
  for (std::size_t l = cascade.levels.size(); l-- > 0;) {
    if (cascade.levels[l].size != 1) continue;
    const std::vector<std::uint32_t> below = std::move(cascade.levels[l].below);
    cascade.levels.erase(cascade.levels.begin() + static_cast<std::ptrdiff_t>(l));
    if (l > 0) {
      for (std::uint32_t& p : cascade.levels[l - 1].below) {
        if (p != kNone) p = below[p];
      }
    }  // a first level has one context, and so has the next
  }
}

/// Levels `upper` and `lower` as one. A coordinate is a pair, or the upper coordinate alone where
/// the lower one makes no difference to the context below; nothing if that is not
/// permutation-reset.
std::optional<ObservedLevel> merged(ObservedLevel& upper, ObservedLevel& lower,
                                    std::uint32_t start_context) {
  ObservedLevel result;
  result.contexts = upper.contexts;
  result.size = upper.size * lower.size;
  result.below.assign(std::size_t{result.contexts} * result.size, kNone);
  std::vector<bool> indifferent(lower.contexts, true);
  for (std::uint32_t p = 0; p < lower.contexts; ++p) {
    std::uint32_t only = kNone;
    for (std::uint32_t c = 0; c < lower.size; ++c) {
      const std::uint32_t below = lower.below_at(p, c);
      if (below == kNone) continue;
      if (only == kNone) only = below;
      indifferent[p] = indifferent[p] && below == only;
    }
  }
  const auto pair_of = [&](std::uint32_t context, std::uint32_t c, std::uint32_t d) {
    return c * lower.size + (indifferent[upper.below_at(context, c)] ? 0 : d);
  };
  // An indifferent lower coordinate must not be remembered: the image may not depend on it.
  for (const auto& [key, map] : lower.maps) {
    if (!indifferent[std::get<0>(key)] || indifferent[std::get<1>(key)]) continue;
    std::set<std::uint32_t> values(map.image.begin(), map.image.end());
    values.erase(kNone);
    if (values.size() > 1) return {};
  }
  for (std::uint32_t p = 0; p < upper.contexts; ++p) {
    for (std::uint32_t c = 0; c < upper.size; ++c) {
      const std::uint32_t between = upper.below_at(p, c);
      if (between == kNone) continue;
      for (std::uint32_t d = 0; d < lower.size; ++d) {
        if (lower.below_at(between, d) == kNone) continue;
        result.below_at(p, pair_of(p, c, d)) = lower.below_at(between, d);
      }
    }
  }
  for (const auto& [key, map] : upper.maps) {
    const auto& [before, after, letter] = key;
    PartialMap combined(result.size, kNone);
    for (std::uint32_t c = 0; c < upper.size; ++c) {
      if (map.image[c] == kNone) continue;
      const std::uint32_t from = upper.below_at(before, c);
      const std::uint32_t to = upper.below_at(after, map.image[c]);
      const auto below = lower.maps.find({from, to, letter});
      if (below == lower.maps.end()) continue;
      for (std::uint32_t d = 0; d < lower.size; ++d) {
        const std::uint32_t image = below->second.image[d];
        if (image != kNone) combined[pair_of(before, c, d)] = pair_of(after, map.image[c], image);
      }
    }
    if (!constant_or_injective(combined)) return {};
    result.maps[key].image = std::move(combined);
  }
  result.start = pair_of(start_context, upper.start, lower.start);
  result.note = upper.note + "; " + lower.note;
  return result;
}

std::uint32_t start_context(Observed& cascade, std::size_t level) {
  std::uint32_t context = 0;
  for (std::size_t l = 0; l < level; ++l) {
    context = cascade.levels[l].below_at(context, cascade.levels[l].start);
  }
  return context;
}

/// Merges neighbours until none can be.
void merge_levels(Observed& cascade) {
  for (std::size_t l = 0; l + 1 < cascade.levels.size();) {
    const std::uint32_t most = cascade.levels[l].size + cascade.levels[l + 1].size;
    auto level = merged(cascade.levels[l], cascade.levels[l + 1], start_context(cascade, l));
    if (level) {
      std::set<std::uint32_t> used;
      for (std::size_t i = 0; i < level->below.size(); ++i) {
        if (level->below[i] != kNone) used.insert(static_cast<std::uint32_t>(i % level->size));
      }
      if (used.size() <= most) {
        cascade.levels[l] = std::move(*level);
        cascade.levels.erase(cascade.levels.begin() + static_cast<std::ptrdiff_t>(l) + 1);
        compact(cascade);
        l = l == 0 ? 0 : l - 1;
        continue;
      }
    }
    ++l;
  }
}

Cascade chosen(Observed& observed) {
  Cascade result;
  for (ObservedLevel& from : observed.levels) {
    CascadeLevel level;
    level.size = from.size;
    level.contexts = from.contexts;
    level.start = from.start;
    level.below = std::move(from.below);  // kNone is kNoContext
    for (const auto& [key, map] : from.maps) {
      const auto& [before, after, letter] = key;
      level.entries.push_back({before, after, letter, action_of(map)});
    }
    level.group = name_groups(level);
    level.note = std::move(from.note);
    result.levels.push_back(std::move(level));
  }
  result.state = std::move(observed.state);
  return result;
}

}  // namespace

Cascade simplify(const Cascade& cascade, std::size_t letters, const SimplifyOptions& options) {
  auto observed = observe_tuples(cascade, letters, options.max_tuples);
  if (!observed) observed = observe_levels(cascade, letters);
  compact(*observed);
  drop_trivial_levels(*observed);
  if (!options.keep_groups) merge_levels(*observed);
  merge_indistinguishable(*observed, options.keep_groups);
  drop_trivial_levels(*observed);
  Cascade result = chosen(*observed);
  result.method = cascade.method;
  result.source = cascade.source;
  return result;
}

}  // namespace statewright::automata
