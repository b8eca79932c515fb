#include "automata/cascade/observed.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>
#include <unordered_set>

namespace statewright::automata {
namespace {

constexpr std::uint32_t kNone = kNoContext;
using Key = ObservedLevel::Key;

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

}  // namespace

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

void rename_states(Observed& cascade, const std::vector<std::uint32_t>& names) {
  std::vector<State> state;
  for (std::size_t p = 0; p < names.size(); ++p) {
    if (names[p] == kNone) continue;
    if (names[p] >= state.size()) state.resize(names[p] + std::size_t{1});
    state[names[p]] = cascade.state[p];
  }
  cascade.state = std::move(state);
}

void compact(Observed& cascade, bool keep_groups) {
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
    for (bool changed = keep_groups; changed;) {
      changed = false;
      for (const auto& [key, map] : level.maps) {
        for (std::uint32_t c = 0; c < map.given.size(); ++c) {
          if (coordinate[c] == kNone || coordinate[map.given[c]] == 0) continue;
          coordinate[map.given[c]] = 0;
          changed = true;
        }
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

}  // namespace statewright::automata
