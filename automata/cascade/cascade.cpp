#include "automata/cascade/cascade.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

using Key = std::tuple<std::uint32_t, std::uint32_t, Letter>;

Key key_of(const CascadeLevel::Entry& entry) { return {entry.before, entry.after, entry.letter}; }

std::uint32_t context_below(const CascadeLevel& level, std::uint32_t context,
                            std::uint32_t coordinate) {
  if (context >= level.contexts || coordinate >= level.size ||
      level.below_at(context, coordinate) == kNoContext) {
    throw std::logic_error("cascade: a coordinate that cannot occur in its context");
  }
  return level.below_at(context, coordinate);
}

void validate_action(const LevelAction& action, std::uint32_t size, const std::string& where) {
  if (action.reset) {
    if (action.target < size) return;
    throw Error({Fault::range, where, "a reset to a coordinate below " + std::to_string(size),
                 std::to_string(action.target)});
  }
  std::vector<bool> hit(size, false);
  if (action.permutation.size() != size) {
    throw Error({Fault::shape, where, "a permutation of " + std::to_string(size) + " coordinates",
                 std::to_string(action.permutation.size()) + " values"});
  }
  for (const std::uint32_t c : action.permutation) {
    if (c < size && !hit[c]) {
      hit[c] = true;
      continue;
    }
    throw Error({Fault::range, where, "a permutation of " + std::to_string(size) + " coordinates",
                 "the value " + std::to_string(c) + (c < size ? " twice" : "")});
  }
}

void validate_level(const CascadeLevel& level, std::uint32_t contexts, std::uint32_t contexts_below,
                    std::size_t letters, const std::string& where) {
  const auto shape = [&](const std::string& what, std::size_t expected, std::size_t found) {
    if (expected == found) return;
    throw Error(
        {Fault::shape, where + "." + what, std::to_string(expected), std::to_string(found)});
  };
  shape("contexts", contexts, level.contexts);
  if (level.size == 0 || level.start >= level.size) {
    throw Error({Fault::range, where + ".start", "a coordinate below " + std::to_string(level.size),
                 std::to_string(level.start)});
  }
  shape("below", std::size_t{contexts} * level.size, level.below.size());
  for (const std::uint32_t context : level.below) {
    if (context == kNoContext || context < contexts_below) continue;
    throw Error({Fault::range, where + ".below", "contexts below " + std::to_string(contexts_below),
                 std::to_string(context)});
  }
  const CascadeLevel::Entry* previous = nullptr;
  for (const CascadeLevel::Entry& entry : level.entries) {
    const std::string at =
        where + ".entries[" + std::to_string(&entry - level.entries.data()) + "]";
    if (entry.before >= contexts || entry.after >= contexts || entry.letter >= letters) {
      throw Error({Fault::range, at,
                   "contexts below " + std::to_string(contexts) + " and a letter below " +
                       std::to_string(letters),
                   std::to_string(entry.before) + ", " + std::to_string(entry.after) + ", " +
                       std::to_string(entry.letter)});
    }
    if (previous != nullptr && key_of(*previous) >= key_of(entry)) {
      throw Error({Fault::range, at, "entries sorted by (before, after, letter)",
                   "one that is not after the one before it"});
    }
    validate_action(entry.action, level.size, at);
    previous = &entry;
  }
}

}  // namespace

const LevelAction* CascadeLevel::find(std::uint32_t before, std::uint32_t after,
                                      Letter letter) const {
  const Key key{before, after, letter};
  const auto at =
      std::lower_bound(entries.begin(), entries.end(), key,
                       [](const Entry& entry, const Key& k) { return key_of(entry) < k; });
  return at != entries.end() && key_of(*at) == key ? &at->action : nullptr;
}

Coordinates start_of(const Cascade& cascade) {
  Coordinates coordinates;
  for (const CascadeLevel& level : cascade.levels) coordinates.push_back(level.start);
  return coordinates;
}

Coordinates step(const Cascade& cascade, const Coordinates& coordinates, Letter letter) {
  Coordinates result;
  std::uint32_t before = 0, after = 0;
  for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
    const CascadeLevel& level = cascade.levels[l];
    const LevelAction* action = level.find(before, after, letter);
    if (action == nullptr) throw std::logic_error("cascade: an entry is missing");
    result.push_back((*action)(coordinates[l]));
    before = context_below(level, before, coordinates[l]);
    after = context_below(level, after, result[l]);
  }
  return result;
}

State decode(const Cascade& cascade, const Coordinates& coordinates) {
  std::uint32_t context = 0;
  for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
    context = context_below(cascade.levels[l], context, coordinates[l]);
  }
  return cascade.state[context];
}

void validate(const Cascade& cascade, const Dfa& dfa, std::string_view where) {
  const std::string name(where);
  std::uint32_t contexts = 1;
  for (std::size_t l = 0; l < cascade.levels.size(); ++l) {
    const bool last = l + 1 == cascade.levels.size();
    const std::size_t below = last ? cascade.state.size() : cascade.levels[l + 1].contexts;
    validate_level(cascade.levels[l], contexts, static_cast<std::uint32_t>(below),
                   dfa.letters.size(), name + ".levels[" + std::to_string(l) + "]");
    contexts = static_cast<std::uint32_t>(below);
  }
  if (cascade.state.empty() || (cascade.levels.empty() && cascade.state.size() != 1)) {
    throw Error({Fault::shape, name + ".state", "a state for each context below the last level",
                 std::to_string(cascade.state.size())});
  }
  for (const State q : cascade.state) {
    if (q < dfa.size()) continue;
    throw Error({Fault::range, name + ".state", "states below " + std::to_string(dfa.size()),
                 std::to_string(q)});
  }
}

}  // namespace statewright::automata
