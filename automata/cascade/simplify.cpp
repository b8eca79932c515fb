#include "automata/cascade/simplify.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "automata/cascade/observed.hpp"

namespace statewright::automata {
namespace {

constexpr std::uint32_t kNone = kNoContext;
using Key = ObservedLevel::Key;

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
/// `names`; under the given permutations too if groups are to be kept.
std::vector<std::uint32_t> joined(const ObservedLevel& level, std::vector<std::uint32_t> names,
                                  std::uint32_t c, std::uint32_t d, bool keep_groups) {
  const auto join = [&](std::uint32_t x, std::uint32_t y) {
    const std::uint32_t from = std::max(names[x], names[y]), to = std::min(names[x], names[y]);
    std::replace(names.begin(), names.end(), from, to);
    return from != to;
  };
  join(c, d);
  const auto join_images = [&](const std::vector<std::uint32_t>& map) {
    bool any = false;
    std::vector<std::uint32_t> image(level.size, kNone);  // of a class, by its name
    for (std::uint32_t x = 0; x < map.size(); ++x) {
      if (map[x] == kNone) continue;
      std::uint32_t& of_class = image[names[x]];
      if (of_class == kNone) of_class = map[x];
      any = join(of_class, map[x]) || any;
    }
    return any;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [key, map] : level.maps) {
      changed = join_images(map.image) || changed;
      if (keep_groups) changed = join_images(map.given) || changed;
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

/// Merges coordinates that no map and no context below tells apart, greedily. To keep groups, those
/// that occur in different contexts stay apart. A pure reset stays one.
void merge_coordinates(ObservedLevel& level, bool keep_groups) {
  constexpr std::size_t kAttempts = 500;
  std::vector<std::uint32_t> names = identity_names(level.size);
  const auto contexts_allow = [&](const std::vector<std::uint32_t>& candidate) {
    for (std::uint32_t p = 0; p < level.contexts; ++p) {
      std::vector<std::uint32_t> below(level.size, kNone);
      for (std::uint32_t c = 0; c < level.size; ++c) {
        const std::uint32_t here = level.below_at(p, c);
        std::uint32_t& known = below[candidate[c]];
        if (!keep_groups && here == kNone) continue;
        if (candidate[c] != c && known != kNone && known != here) return false;
        if (candidate[c] != c && keep_groups && known == kNone && here != kNone) return false;
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
      candidate = joined(level, names, c, d, keep_groups);
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
    merge_coordinates(level, keep_groups);
    below = context_classes(level);
    if (!merges_contexts(level, below)) below = identity_names(level.contexts);
    level = renamed(level, below, identity_names(level.size), kept);
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
        compact(cascade, false);
        l = l == 0 ? 0 : l - 1;
        continue;
      }
    }
    ++l;
  }
}

}  // namespace

Cascade simplify(const Cascade& cascade, std::size_t letters, const SimplifyOptions& options) {
  auto observed = observe_tuples(cascade, letters, options.max_tuples);
  if (!observed) observed = observe_levels(cascade, letters);
  compact(*observed, options.keep_groups);
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
